"""`download v1-33k`: the hub's own client fetches from a local hub; archives are not trusted."""

import bz2
import gzip
import io
import json
import lzma
import os
import random
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from hub_server import COMMIT, Hub, serving
from hypothesis import given
from hypothesis import strategies as st
from kills import ROOT, files, killed_and_resumed
from typer.testing import CliRunner

from data_prep.cli import app
from data_prep.downloading import archives, hub, v1_33k
from data_prep.downloading.joined import Joined, archives_of
from data_prep.downloading.members import Refused
from data_prep.downloading.unpack import Unpacker
from data_prep.errors import UserError

PREFIX = v1_33k.PREFIX["first-part"]


def _bytes(name: str, size: int) -> bytes:
    return random.Random(name).randbytes(size)


def _tar(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as tar:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return out.getvalue()


def _videos(part: int, count: int = 4, size: int = 700) -> dict[str, bytes]:
    names = [f"first_part_video/source/p{part}v{i}.mp4" for i in range(count)]
    return {name: _bytes(name, size + 512 * (i % 2)) for i, name in enumerate(names)}


def _data_set(parts: int = 3, count: int = 4, size: int = 700) -> Hub:
    contents = {f"{PREFIX}{part}.tar.gz": _tar(_videos(part, count, size)) for part in range(parts)}
    return Hub({"next_event_prediction.json": b"[]", "video_data_part0.tar.gz": b"", **contents})


@pytest.fixture(autouse=True)
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the hub's client ask; other tests run with HF_HUB_OFFLINE, which it reads on import."""
    from huggingface_hub import constants
    from huggingface_hub.utils import reset_sessions

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    reset_sessions()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving(_data_set()) as found:
        monkeypatch.setenv("HF_ENDPOINT", found.url)
        # How the client waits between its own attempts.
        monkeypatch.setattr("time.sleep", lambda seconds: None)
        yield found


def _download(to: Path, *more: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["download", "v1-33k", "--to", str(to), *more])
    wrong = result.exception
    if wrong is not None and not isinstance(wrong, UserError | SystemExit):
        raise wrong
    return result.exit_code, f"{result.output}{wrong if isinstance(wrong, UserError) else ''}"


def _unpacked(to: Path) -> dict[str, bytes]:
    return files(to / "first-part")


def test_the_videos_lie_where_the_import_is_told_to_look(served: Hub, tmp_path: Path) -> None:
    code, told = _download(tmp_path / "v1")
    assert code == 0
    assert _unpacked(tmp_path / "v1") == {**_videos(0), **_videos(1), **_videos(2)}
    assert f"commit {COMMIT[:12]}: 3 archives unpacked, 0 of them before; 12 files" in told
    assert "3 archives, 70 were published" in told
    annotations = tmp_path / "v1/hub/next_event_prediction.json"
    assert annotations.read_bytes() == b"[]"
    assert f"import v1-33k {annotations} --videos {tmp_path / 'v1/first-part'}" in told
    # The archives of the whole videos were not asked for.
    assert {name for name, _ in served.ranges} == {
        *(f"{PREFIX}{part}.tar.gz" for part in range(3)),
        "next_event_prediction.json",
    }


def test_a_second_run_fetches_and_writes_nothing(served: Hub, tmp_path: Path) -> None:
    _download(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "first-part").rglob("*.mp4")}
    served.ranges.clear()
    code, told = _download(tmp_path)
    assert code == 0
    assert "3 of them before; 0 files written" in told
    assert served.ranges == []
    assert before == {path: path.stat().st_mtime_ns for path in before}


def test_a_file_that_was_lost_is_unpacked_again_and_the_others_are_not(
    served: Hub, tmp_path: Path
) -> None:
    _download(tmp_path)
    served.ranges.clear()
    lost = tmp_path / "first-part/first_part_video/source/p1v2.mp4"
    lost.write_bytes(b"half")
    assert "1 files unpacked, 3 were there" in _download(tmp_path)[1]
    assert lost.read_bytes() == _videos(1)["first_part_video/source/p1v2.mp4"]
    assert served.ranges == []


def test_a_connection_that_breaks_is_taken_up_where_it_broke(
    served: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 1000)
    name = f"{PREFIX}0.tar.gz"
    served.files[name] = _tar(_videos(0, size=5000))
    size = len(served.files[name])
    served.breaks[name] = [6_500, 12_500]
    assert _download(tmp_path)[0] == 0
    starts = [first for asked, first in served.ranges if asked == name]
    assert starts == [0, 6_000, 12_000]
    assert size > 12_500
    assert (tmp_path / "hub" / name).read_bytes() == served.files[name]


def test_a_connection_that_breaks_for_good_keeps_what_came(
    served: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.DOWNLOAD_CHUNK_SIZE", 1000)
    name = f"{PREFIX}1.tar.gz"
    served.breaks[name] = [1_500] * 100
    code, told = _download(tmp_path)
    assert code == 1
    assert "start the same command again" in told
    assert len(served.breaks[name]) < 100 - hub.ATTEMPTS
    served.breaks.clear()
    served.ranges.clear()
    assert _download(tmp_path)[0] == 0
    assert (name, 1_000) in served.ranges
    assert (name, 0) not in served.ranges


def test_a_file_other_than_announced_is_removed(served: Hub, tmp_path: Path) -> None:
    name = f"{PREFIX}2.tar.gz"
    other = served.files[name][:-1] + b"?"
    entry = next(row for row in served.listing()["siblings"] if row["rfilename"] == name)
    served.told[name] = {"lfs": entry["lfs"]}
    served.files[name] = other
    code, told = _download(tmp_path)
    assert code == 1
    assert "not the one that the hub describes" in told
    assert not (tmp_path / "hub" / name).exists()


def test_archives_can_be_deleted_as_they_are_unpacked(served: Hub, tmp_path: Path) -> None:
    assert _download(tmp_path, "--delete-archives")[0] == 0
    assert not list((tmp_path / "hub").glob("*.tar.gz"))
    served.ranges.clear()
    assert _download(tmp_path, "--delete-archives")[0] == 0
    assert served.ranges == []
    assert len(_unpacked(tmp_path)) == 12


def test_parts_of_an_archive_are_joined(served: Hub, tmp_path: Path) -> None:
    whole = served.files.pop(f"{PREFIX}0.tar.gz")
    third = len(whole) // 3
    cuts = {"aa": whole[:third], "ab": whole[third : 2 * third], "ac": whole[2 * third :]}
    served.files |= {f"{PREFIX}0.tar.gz.part{end}": piece for end, piece in cuts.items()}
    assert _download(tmp_path)[0] == 0
    assert len(_unpacked(tmp_path)) == 12
    del served.files[f"{PREFIX}0.tar.gz.partab"]
    assert "lacks a part" in _download(tmp_path)[1]


def test_a_refused_archive_does_not_stop_the_others_and_ends_with_one(
    served: Hub, tmp_path: Path
) -> None:
    name = f"{PREFIX}1.tar.gz"
    served.files[name] = _tar({**_videos(1, 2), "../../evil.mp4": b"x"})
    code, told = _download(tmp_path / "v1")
    assert code == 1
    assert f"{name}: a path that leads out of its folder: ../../evil.mp4" in told
    assert not list(tmp_path.rglob("evil.mp4"))
    assert len(_unpacked(tmp_path / "v1")) == 4 + 2 + 4


def test_one_file_in_two_archives_is_refused(served: Hub, tmp_path: Path) -> None:
    served.files[f"{PREFIX}1.tar.gz"] = _tar({"first_part_video/source/p0v0.mp4": b"another"})
    code, told = _download(tmp_path)
    assert code == 1
    assert f"a file that {PREFIX}0.tar.gz holds, too" in told
    assert _unpacked(tmp_path)["first_part_video/source/p0v0.mp4"] != b"another"


@pytest.mark.parametrize(
    ("spoil", "more", "says"),
    [
        (lambda found: setattr(found, "status", 503), (), "the hub refuses to send"),
        (lambda found: None, ("--revision", "other"), "no such data set or revision"),
        (lambda found: None, ("--repository", "no/body"), "no such data set or revision"),
        (lambda found: None, ("--layout", "all"), None),
        (
            lambda found: found.files.pop("video_data_part0.tar.gz"),
            ("--layout", "full"),
            "no archive of this layout",
        ),
        (
            lambda found: found.files.update({"../out.tar.gz": b""}),
            (),
            "leads out of its folder",
        ),
        (
            lambda found: found.told.update({f"{PREFIX}0.tar.gz": {"size": None, "lfs": None}}),
            (),
            "does not tell the size",
        ),
    ],
)
def test_what_the_hub_cannot_give(
    spoil: Callable[[Hub], object],
    more: Sequence[str],
    says: str | None,
    served: Hub,
    tmp_path: Path,
) -> None:
    spoil(served)
    code, told = _download(tmp_path, *more)
    assert code == 1
    # An archive of no bytes is no archive.
    assert (says or "video_data_part0.tar.gz: it is damaged") in told


def test_a_folder_keeps_to_its_commit(served: Hub, tmp_path: Path) -> None:
    _download(tmp_path)
    served.commit = "f" * 40
    # The hub of this test forgets the old commit; the true one keeps it.
    assert "no such data set or revision" in _download(tmp_path)[1]
    code, told = _download(tmp_path, "--revision", "main")
    assert code == 1
    assert "another revision" in told
    assert COMMIT in told
    (tmp_path / "download.json").write_text("{")
    assert "cannot be read" in _download(tmp_path)[1]


def test_no_network_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    code, told = _download(tmp_path)
    assert code == 1
    assert "the hub cannot be reached" in told
    assert "127.0.0.1:9" in told


def test_a_client_that_is_told_to_be_offline(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "data_prep", "download", "v1-33k", "--to", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "HF_HUB_OFFLINE" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_disk_that_is_too_small_is_said_before_anything_is_fetched(
    served: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10_000))
    code, told = _download(tmp_path)
    assert code == 1
    assert "no room" in told
    assert "--delete-archives" in told
    assert served.ranges == []


def _kill(tmp_path: Path, moments: int) -> None:
    with serving(_data_set(parts=4, count=60, size=60_000)) as found:

        def changes(folder: Path) -> int:
            return sum(1 for _ in (folder / "first-part").rglob("*.mp4")) + sum(
                path.stat().st_size for path in (folder / "hub").glob("*.gz")
            )

        def whole(folder: Path) -> None:
            every = {
                name: content
                for part in range(4)
                for name, content in _videos(part, 60, 60_000).items()
            }
            for path in (folder / "first-part").rglob("*.mp4"):
                assert path.read_bytes() == every[str(path.relative_to(folder / "first-part"))]

        killed_and_resumed(
            lambda folder: ["download", "v1-33k", "--to", str(folder)],
            lambda name: tmp_path / name,
            moments=moments,
            sign=changes,
            after_kill=whole,
            at_end=whole,
            ignored=lambda path: ".cache" in path.parts,
            HF_ENDPOINT=found.url,
        )


def test_a_killed_run_resumed_leaves_the_same_tree(tmp_path: Path) -> None:
    _kill(tmp_path, 2)


@pytest.mark.slow
def test_many_killed_runs_resumed_leave_the_same_tree(tmp_path: Path) -> None:
    _kill(tmp_path, 20)


def _unpack(content: bytes, tmp_path: Path, parts: int = 1) -> dict[str, bytes]:
    step = max(1, -(-len(content) // parts))
    places = []
    for number in range(parts):
        places.append(tmp_path / f"part{number}")
        places[-1].write_bytes(content[number * step : (number + 1) * step])
    Unpacker(tmp_path / "out/in", tmp_path / "lists").unpack("a", places)
    return files(tmp_path / "out")


MEMBERS = {"a/b.mp4": _bytes("b", 1024), "c.mp4": _bytes("c", 5), "empty": b"", "é ü.mp4": b"u"}


@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize(
    "pack",
    [
        _zip,
        *(
            lambda members, mode=mode: _tar(members, mode)
            for mode in ("w:", "w:gz", "w:bz2", "w:xz")
        ),
    ],
)
def test_every_kind_of_archive(
    pack: Callable[[dict[str, bytes]], bytes], parts: int, tmp_path: Path
) -> None:
    found = _unpack(pack(MEMBERS), tmp_path, parts)
    assert found == {f"in/{name}": content for name, content in MEMBERS.items()}


def _with(**fields: object) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        info = tarfile.TarInfo("evil")
        for key, value in fields.items():
            setattr(info, key, value)
        tar.addfile(info, io.BytesIO(b"x" * info.size))
    return out.getvalue()


def _zip_link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        info = zipfile.ZipInfo("evil")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(info, "/etc/passwd")
    return out.getvalue()


def _twice(pack: str) -> bytes:
    out = io.BytesIO()
    if pack == "zip":
        with zipfile.ZipFile(out, "w") as opened, pytest.warns(UserWarning, match="Duplicate"):
            opened.writestr("a.mp4", "one")
            opened.writestr("a.mp4", "two")
        return out.getvalue()
    with tarfile.open(fileobj=out, mode="w:") as tar:
        for name in ("a.mp4", "./a.mp4"):
            tar.addfile(tarfile.TarInfo(name))
    return out.getvalue()


def _long_header() -> bytes:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 8 << 20
    return gzip.compress(info.tobuf() + bytes(8 << 20))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (_with(name="../evil"), "leads out of its folder"),
        (_with(name="a/../../evil"), "leads out of its folder"),
        (_with(name="/evil"), "absolute"),
        (_with(name="C:/evil"), "absolute"),
        (_with(name="a\\..\\evil"), "not every system"),
        (_with(name="evil\x1b[2J"), "not every system"),
        (_with(name="e" * 300), "300 bytes"),
        (_with(name="."), "without a name"),
        (_with(type=tarfile.SYMTYPE, linkname="/etc/passwd"), "symbolic link"),
        (_with(type=tarfile.LNKTYPE, linkname="../other"), "hard link"),
        (_with(type=tarfile.CHRTYPE), "device"),
        (_with(type=tarfile.BLKTYPE), "device"),
        (_with(type=tarfile.FIFOTYPE), "device"),
        (_zip({"../evil": b"x"}), "leads out of its folder"),
        (_zip({"/evil": b"x"}), "absolute"),
        (_zip_link(), "a link or a device"),
        (_twice("zip"), "one name twice"),
        (_twice("tar"), "one name twice"),
        (_tar({"a": b"", "a/b": b""}), "file and a folder"),
        (_tar({"a/b": b"x", "a": b"x"}), "a folder or a link"),
        (_long_header(), "a header of 8388608 bytes"),
        (_tar({"zeros": bytes(100 << 20)}, "w:gz"), "archive bomb"),
        (_zip({"zeros": bytes(100 << 20)}), "archive bomb"),
        (gzip.compress(_tar({"a": b"x"}, "w:") + bytes(100 << 20)), "archive bomb"),
        (b"", "damaged"),
        (b"no archive at all", "damaged"),
        (gzip.compress(b"no archive " * 100), "damaged"),
        (b"PK\x03\x04 no archive", "damaged"),
    ],
    # An archive holds the time of its making: as a name it would differ in every process.
    ids=lambda value: value if isinstance(value, str) else "archive",
)
def test_an_archive_that_wants_harm_does_none(content: bytes, says: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=says):
        _unpack(content, tmp_path)
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name or path.is_symlink()]
    assert {path.name for path in tmp_path.iterdir()} <= {"part0", "out", "lists"}
    assert not Unpacker(tmp_path / "out/in", tmp_path / "lists").is_done("a")


def test_too_many_members_are_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBERS", 9)
    with pytest.raises(Refused, match="more members"):
        _unpack(_tar({f"{i}": b"" for i in range(10)}), tmp_path)


@pytest.mark.parametrize("mode", ["w:", "w:gz"])
@given(data=st.data())
def test_an_archive_that_breaks_off_is_never_taken_for_whole(
    mode: str, data: st.DataObject
) -> None:
    content = _tar({"a": _bytes("a", 700), "b": _bytes("b", 1536), "c": b""}, mode)
    # An uncompressed archive is filled up with zeros, of which one block of 512 is enough.
    end = 512 * 9 if mode == "w:" else len(content)
    cut = data.draw(st.integers(0, end - 1))
    with TemporaryDirectory() as folder, pytest.raises(Refused, match="damaged"):
        _unpack(content[:cut], Path(folder))


@pytest.mark.parametrize("packer", [gzip.compress, bz2.compress, lzma.compress, bytes])
def test_a_flipped_bit_in_a_header_is_found(
    packer: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    plain = bytearray(_tar({"a": b"x", "b": b"y", "c": b"z"}, "w:"))
    plain[1024 + 5] ^= 1
    with pytest.raises(Refused, match="damaged"):
        _unpack(packer(bytes(plain)), tmp_path)


def test_a_link_in_the_folder_leads_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out/in").mkdir(parents=True)
    (tmp_path / "out/in/a").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "out/in/c.mp4").symlink_to(tmp_path / "elsewhere/c.mp4")
    with pytest.raises(Refused, match="through a link"):
        _unpack(_tar({"a/b.mp4": b"x"}), tmp_path)
    with pytest.raises(Refused, match="a folder or a link"):
        _unpack(_tar({"c.mp4": b"x"}), tmp_path)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_archives_of() -> None:
    names = ["b.tar.gz.002", "b.tar.gz.001", "a.zip", "x.json", "c.tar.part-ab", "c.tar.part-aa"]
    assert archives_of(names) == {
        "a.zip": ["a.zip"],
        "b.tar.gz": ["b.tar.gz.001", "b.tar.gz.002"],
        "c.tar": ["c.tar.part-aa", "c.tar.part-ab"],
    }
    for bad in (["a.zip.002"], ["a.zip.001", "a.zip.003"], ["a.zip", "a.zip.001"]):
        with pytest.raises(ValueError, match="not whole"):
            archives_of(bad)


@given(st.lists(st.binary(max_size=20), max_size=5), st.lists(st.integers(0, 60), max_size=8))
def test_joined_files_read_as_one(pieces: list[bytes], places: list[int]) -> None:
    with TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}") for number in range(len(pieces))]
        for path, piece in zip(paths, pieces, strict=True):
            path.write_bytes(piece)
        whole = b"".join(pieces)
        with Joined(paths) as joined, io.BufferedReader(joined) as buffered:
            assert buffered.read() == whole
            assert buffered.seek(-1, io.SEEK_END) == max(0, len(whole) - 1)
            for place in places:
                buffered.seek(place)
                assert buffered.read(7) == whole[place : place + 7]


def test_the_lists_tell_what_each_archive_held(served: Hub, tmp_path: Path) -> None:
    _download(tmp_path)
    listed = json.loads((tmp_path / f"unpacked/first-part/{PREFIX}0.tar.gz.json").read_text())
    assert listed["archive"] == f"{PREFIX}0.tar.gz"
    assert listed["files"] == {name: len(content) for name, content in _videos(0).items()}
    (tmp_path / f"unpacked/first-part/{PREFIX}0.tar.gz.json").write_text("{")
    assert "cannot be read" in _download(tmp_path)[1]
