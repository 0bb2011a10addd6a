"""A folder in, a manifest of sound clips out: every other file is named, and no work done twice."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import clips
import numpy as np
import pytest
from typer.testing import CliRunner

from data_prep.cli import app
from data_prep.cutting.one import Settings
from data_prep.cutting.refusal import Refusal
from data_prep.cutting.split import split_clips
from data_prep.errors import UserError
from data_prep.manifest import read_manifest, sidecar, write_manifest
from data_prep.records import Clip, Split
from data_prep.scanning.folder import find_candidates
from data_prep.scanning.one import Facts, Limits, Task, judge, scan_one
from data_prep.scanning.place import ledger_stem, report_of
from data_prep.scanning.scan import Summary, scan_folder
from data_prep.steps.engine import Engine, run_isolated
from data_prep.steps.ledger import ledger_path
from data_prep.steps.naming import safe_ids
from data_prep.video import sha256
from data_prep.vision import VisionBudget
from data_prep.workers import Failure

ROOT = Path(__file__).parents[1]
ODD_NAME = 'it\'s "a"\n视频 \x1b[31m[red].mp4'
# Sound, if too little to be split.
SHORT = {"short.mp4", "tiny_steps.mp4"}


def scan(folder: Path, **settings: object) -> Summary:
    running = {name: settings.pop(name) for name in ("workers", "timeout") if name in settings}
    return scan_folder(folder, engine=Engine(**{"workers": 1, **running}), **settings)


def rows_of(manifest: Path) -> dict[str, Clip]:
    return {row.video: row for row in read_manifest(manifest, Clip, made_by="scan")}


def report_rows(manifest: Path) -> dict[str, Refusal]:
    lines = report_of(manifest).read_text().splitlines()
    return {row.video: row for row in map(Refusal.model_validate_json, lines)}


def written(manifest: Path) -> list[bytes]:
    return [path.read_bytes() for path in (manifest, sidecar(manifest), report_of(manifest))]


def numbered(path: Path, template: bytes, number: int) -> None:
    """Write a sound mp4 whose bytes no other has, as quickly as a copy."""
    path.write_bytes(template + (16).to_bytes(4) + b"free" + number.to_bytes(8))


def _outside(path: Path) -> None:
    outside = path.parents[1] / "outside.mp4"
    clips.write(outside)
    path.symlink_to(outside)


def _folder_outside(path: Path) -> None:
    (path.parents[1] / "elsewhere").mkdir()
    path.symlink_to(path.parents[1] / "elsewhere")


#: Name in the folder -> how it is made, the kind of its refusal, and what the reason says.
ODD: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "away": (_folder_outside, "outside", "leads out"),
    "broken.mp4": (lambda p: p.symlink_to("nowhere.mp4"), "broken link", "no file at its end"),
    "device.mp4": (lambda p: p.symlink_to("/dev/zero"), "outside", "leads out"),
    "folder.mp4": (Path.mkdir, "not a file", "a folder"),
    "inner.mp4": (lambda p: p.symlink_to("plain.mkv"), "duplicate", "same bytes as clip inner"),
    "loop.mp4": (lambda p: p.symlink_to("loop.mp4"), "broken link", "no file at its end"),
    "outside.mp4": (_outside, "outside", "leads out"),
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """One scan over all good, bad and odd files beside each other."""
    folder = tmp_path_factory.mktemp("mixed") / "videos"
    (folder / "deep").mkdir(parents=True)
    for name, make in clips.GOOD.items():
        make(folder / name)
    for name, (make, _) in clips.BAD.items():
        make(folder / "deep" / name)
    for name, (odd, _, _) in ODD.items():
        odd(folder / name)
    clips.write(folder / ODD_NAME, fps=6)
    clips.write_stream_copy(folder / "edit_list.mp4")
    clips.write(folder / "8k.mp4", images=[np.zeros((4320, 7680, 3), np.uint8)] * 2)
    Path(os.fsdecode(bytes(folder) + b"/\xff.mp4")).write_text("no")
    (folder / "notes.txt").write_text("not looked for")
    (folder / ".hidden.mp4").write_text("not looked for")
    (folder / "again").symlink_to("deep")
    return folder, scan(folder, workers=2)


@pytest.mark.parametrize("name", [*clips.GOOD, ODD_NAME, "edit_list.mp4", "8k.mp4"])
def test_a_good_file_is_described_as_it_decodes(mixed: tuple[Path, Summary], name: str) -> None:
    folder, _ = mixed
    if name == "plain.mkv":
        # The link to it comes first.
        name = "inner.mp4"
    row = rows_of(folder / "clips.jsonl")[name]
    assert row.sha256 == sha256(folder / name)
    assert row.id == safe_ids([*clips.GOOD, ODD_NAME, "edit_list.mp4", "8k.mp4", "inner.mp4"])[name]
    assert (row.source, row.license, row.events) == ("videos", "unknown", [])
    assert row.frames == {"edit_list.mp4": 36, "8k.mp4": 2}.get(name, clips.FRAMES)
    assert row.fps == pytest.approx(row.frames / row.duration)
    sizes = {"8k.mp4": (7680, 4320), "odd_size.mp4": (639, 359)}
    assert (row.width, row.height) == sizes.get(name, (clips.WIDTH, clips.HEIGHT))
    assert abs(row.rotation) == (90 if name == "turned.mp4" else row.rotation % 360 and 180)
    codecs = {"av1.mkv": "av1", "h265.mp4": "hevc", "interlaced_mpeg2.ts": "mpeg2video"}
    assert row.codec == codecs.get(name, row.codec)


@pytest.mark.parametrize("name", clips.BAD)
def test_a_bad_file_is_named_with_the_reason(mixed: tuple[Path, Summary], name: str) -> None:
    folder, _ = mixed
    name = f"deep/{name}"
    if Path(name).name in SHORT:
        assert name in rows_of(folder / "clips.jsonl")
        return
    row = report_rows(folder / "clips.jsonl")[name]
    assert name not in rows_of(folder / "clips.jsonl")
    if name == "deep/pipe.mp4":
        assert (row.kind, row.reason) == ("not a file", "a named pipe")
    else:
        assert row.kind in {"unreadable", "damaged"}
        assert clips.BAD[Path(name).name][1] in row.reason


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_video_file_is_refused_unopened(mixed: tuple[Path, Summary], name: str) -> None:
    folder, _ = mixed
    _, kind, reason = ODD[name]
    row = report_rows(folder / "clips.jsonl")["plain.mkv" if name == "inner.mp4" else name]
    assert row.kind == kind
    assert reason in row.reason


def test_nothing_is_lost(mixed: tuple[Path, Summary]) -> None:
    folder, summary = mixed
    rows, report = rows_of(folder / "clips.jsonl"), report_rows(folder / "clips.jsonl")
    assert len(rows) == len(clips.GOOD) + len(SHORT) + 3
    assert summary.videos == len(rows) + len(report) == summary.clips + len(summary.refusals)
    assert report["\\udcff.mp4"].kind == "bad name"
    assert summary.ignored == 2
    assert [row.id for row in rows.values()] == sorted(row.id for row in rows.values())
    assert list(report) == sorted(report)
    meta = json.loads(sidecar(folder / "clips.jsonl").read_text())
    assert meta["settings"] == {
        "step": "scan",
        "source": "videos",
        "license": "unknown",
        "keep_duplicates": False,
        "detector": "own",
        "timeout": 600.0,
        "memory_limit": 4.0,
    }
    assert str(folder) not in b"".join(written(folder / "clips.jsonl")).decode()


def test_a_second_scan_decodes_nothing_and_writes_the_same(
    mixed: tuple[Path, Summary], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, summary = mixed
    before = written(folder / "clips.jsonl")
    drawn: list[object] = []

    def nothing(function: object, items: object, engine: Engine) -> object:
        drawn.extend(items)
        yield from ()

    monkeypatch.setattr("data_prep.scanning.scan.run_isolated", nothing)
    again = scan(folder)
    assert not drawn
    assert (again.clips, again.ignored) == (summary.clips, summary.ignored)
    assert (
        again.resumed
        == summary.videos
        - sum(summary.refusals.by_kind[kind] for kind in ("not a file", "outside", "broken link"))
        - summary.refusals.by_kind["bad name"]
    )
    assert written(folder / "clips.jsonl") == before
    scan(folder, source="web", license="CC0")
    assert not drawn
    assert {row.license for row in rows_of(folder / "clips.jsonl").values()} == {"CC0"}
    scan(folder)
    assert written(folder / "clips.jsonl") == before


def test_the_bytes_do_not_depend_on_the_number_of_workers(mixed: tuple[Path, Summary]) -> None:
    folder, _ = mixed
    scan(folder, out=folder / "one.jsonl", workers=1)
    assert written(folder / "one.jsonl") == written(folder / "clips.jsonl")


def test_only_what_changed_is_scanned_again(tmp_path: Path) -> None:
    template = clips.write(tmp_path / "template.mp4").read_bytes()
    folder = tmp_path / "videos"
    folder.mkdir()
    for number in range(4):
        numbered(folder / f"{number}.mp4", template, number)
    assert scan(folder).resumed == 0
    clips.write(folder / "1.mp4", fps=6)
    (folder / "2.mp4").unlink()
    # It gives 3.mp4 another id, and no other content.
    (folder / "3.avi").write_text("no")
    summary = scan(folder)
    assert (summary.resumed, summary.clips) == (2, 3)
    assert rows_of(folder / "clips.jsonl")["1.mp4"].duration == pytest.approx(8.0)
    assert rows_of(folder / "clips.jsonl")["3.mp4"].id.startswith("3-")
    for number in (0, 1, 3):
        (folder / f"{number}.mp4").write_text("no")
    with pytest.raises(UserError, match="none of 4 videos is usable"):
        scan(folder)
    assert not (folder / "clips.jsonl").exists()


def test_copies_of_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    (folder / "sub").mkdir(parents=True)
    clips.write(folder / "b.mp4")
    shutil.copy(folder / "b.mp4", folder / "a.mp4")
    shutil.copy(folder / "b.mp4", folder / "sub" / "c.mp4")
    notes = tmp_path / "events.jsonl"
    event = {"start": 1, "end": 2, "text": "it moves"}
    notes.write_text(json.dumps({"video": "b.mp4", "caption": "bars", "events": [event]}) + "\n")
    summary = scan(folder, annotations=notes)
    assert list(rows_of(folder / "clips.jsonl")) == ["a.mp4"]
    assert {row.video: row.reason for row in summary.refusals.first} == {
        "b.mp4": "the same bytes as clip a; its 1 events, which differ, are left out with it",
        "sub/c.mp4": "the same bytes as clip a",
    }
    summary = scan(folder, annotations=notes, keep_duplicates=True)
    rows = rows_of(folder / "clips.jsonl")
    assert (summary.resumed, len(summary.refusals)) == (3, 0)
    assert list(rows) == ["a.mp4", "b.mp4", "sub/c.mp4"]
    assert rows["b.mp4"].caption == "bars"
    assert [event.text for event in rows["b.mp4"].events] == ["it moves"]


def test_split_takes_what_a_scan_wrote(tmp_path: Path) -> None:
    folder = tmp_path / "all" / "videos"
    folder.mkdir(parents=True)
    template = clips.write(tmp_path / "template.mp4").read_bytes()
    names = ["视频.mp4", "a.mp4.mp4", "b.avi.mp4", "-x.mp4", "x" * 200 + ".mp4", ODD_NAME]
    for number, name in enumerate(names):
        numbered(folder / name, template, number)
    (folder / "bad.mp4").write_text("no")
    manifest = tmp_path / "all" / "clips.jsonl"
    assert scan(folder, out=manifest).clips == len(names)
    assert all(name.startswith("videos/") for name in rows_of(manifest))
    budget = VisionBudget(fps=4, max_frames=16, min_pixels=784, max_pixels=112 * 84)
    out = tmp_path / "out"
    assert split_clips(manifest, out, Settings(budget), engine=Engine(workers=1)).split == len(
        names
    )
    ids = {row.clip_id for row in read_manifest(out / "splits.jsonl", Split, made_by="split")}
    assert ids == {row.id for row in rows_of(manifest).values()}
    clips.write(folder / "视频.mp4", fps=6)
    assert split_clips(
        manifest, out, Settings(budget), engine=Engine(workers=1)
    ).refusals.by_kind == {"changed": 1}


# --- limits --------------------------------------------------------------------------------------


def moody(task: Task) -> Facts | Refusal:
    """Stand for a decoder that misbehaves on files of certain names."""
    stem = Path(task.name).stem
    if stem == "crash":
        os.abort()
    if stem == "hang":
        time.sleep(600)
    if stem == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if stem == "eat":
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (500_000_000, hard))
        try:
            return bytearray(1_000_000_000)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    return scan_one(task)


def test_a_decoder_that_crashes_hangs_or_eats_memory_costs_one_line_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_prep.scanning.scan.scan_one", moody)
    folder = tmp_path / "videos"
    folder.mkdir()
    template = clips.write(tmp_path / "template.mp4").read_bytes()
    for number, name in enumerate(("crash", "eat", "hang", "kill", "ok", "z")):
        numbered(folder / f"{name}.mp4", template, number)
    summary = scan(folder, timeout=2, memory_limit=1)
    assert list(rows_of(folder / "clips.jsonl")) == ["ok.mp4", "z.mp4"]
    assert {row.video: (row.kind, row.reason) for row in summary.refusals.first} == {
        "crash.mp4": ("crash", "the process that read it died (exit code -6)"),
        "eat.mp4": ("out of memory", "1 GB do not suffice"),
        "hang.mp4": ("timeout", "not finished after 2 s"),
        "kill.mp4": (
            "out of memory",
            "the system killed the process that read it, as it does when memory runs out",
        ),
    }
    before = written(folder / "clips.jsonl")
    # Memory may have run out because of others: that one is tried again.
    assert scan(folder, timeout=2, memory_limit=1).resumed == 5
    assert written(folder / "clips.jsonl") == before
    monkeypatch.undo()
    summary = scan(folder, timeout=60, memory_limit=1)
    assert (summary.resumed, summary.clips) == (2, 6)


def test_a_decoder_that_lacks_memory_does_not_pass_for_a_damaged_file(
    mixed: tuple[Path, Summary],
) -> None:
    limits = Limits(60, 0.5)
    names = ("8k.mp4", "deep/spoilt.mp4", "quick.mov")
    tasks = [Task(name, mixed[0] / name, limits) for name in names]
    done = {
        d.item.name: d.result for d in run_isolated(scan_one, tasks, Engine(workers=1, timeout=60))
    }
    # Here the decoder says that the data is invalid, where it was refused memory.
    assert done["8k.mp4"].kind == "out of memory"
    assert done["deep/spoilt.mp4"].kind == "damaged"
    assert isinstance(done["quick.mov"], Facts)
    assert judge("8k.mp4", done["8k.mp4"], limits)[1:] == (False, "60 s, 0.5 GB")
    refusal = Refusal(video="a", kind="changed", reason="the file was written to")
    assert judge("a", refusal, limits) == (refusal, True, None)
    assert judge("a", Failure("error", "ValueError: x", ValueError("x")), limits).may_pass
    crash = Failure("crash", "the process that read it died (exit code -11)")
    verdict = judge("a", crash, limits)
    assert verdict.refusal.reason.endswith("lacked memory: try more than --memory-limit 0.5")
    assert (verdict.may_pass, verdict.limits) == (False, "60 s, 0.5 GB")


# --- wrong inputs --------------------------------------------------------------------------------


def test_what_stops_a_scan_before_anything_is_done(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    with pytest.raises(UserError, match=r"holds no video[\s\S]*\.webm"):
        scan(folder)
    with pytest.raises(UserError, match="no such folder"):
        scan(tmp_path / "gone")
    path = clips.write(folder / "a.mp4")
    with pytest.raises(UserError, match="not a folder"):
        scan(path)
    for settings in ({"workers": 0}, {"timeout": 0}, {"memory_limit": 0.1}, {"memory_limit": -1}):
        with pytest.raises(UserError, match="must be"):
            scan(folder, **settings)
    (tmp_path / "other").mkdir()
    with pytest.raises(UserError, match="below its own folder"):
        scan(folder, out=tmp_path / "other" / "clips.jsonl")
    with pytest.raises(UserError, match=r"\.jsonl file"):
        scan(folder, out=folder / "clips.json")
    with pytest.raises(UserError, match="cannot write"):
        scan(folder, out=folder / f"{'x' * 245}.jsonl")
    notes = tmp_path / "events.jsonl"
    notes.write_text('{"video": "b.mp4"}\n')
    with pytest.raises(UserError, match="not in"):
        scan(folder, annotations=notes)
    assert [item.name for item in folder.iterdir()] == ["a.mp4"]


def test_a_manifest_of_another_step_is_not_written_over(tmp_path: Path) -> None:
    clips.write(tmp_path / "a.mp4")
    (tmp_path / "clips.jsonl").write_text("by hand\n")
    with pytest.raises(UserError, match="not written by a scan"):
        scan(tmp_path)
    write_manifest(tmp_path / "clips.jsonl", [], settings={"step": "toyworld"}, seed=0)
    with pytest.raises(UserError, match="not written by a scan"):
        scan(tmp_path)
    scan(tmp_path, out=tmp_path / "scanned.jsonl")
    assert (tmp_path / "clips.jsonl").read_bytes() == b""
    # Killed between the manifest and its sidecar.
    with sqlite3.connect(ledger_path(tmp_path, ledger_stem(tmp_path / "scanned.jsonl"))) as ledger:
        ledger.execute("UPDATE run SET ended = 0")
    ledger.close()
    sidecar(tmp_path / "scanned.jsonl").unlink()
    assert scan(tmp_path, out=tmp_path / "scanned.jsonl").resumed == 1
    # One that ended wrote both.
    sidecar(tmp_path / "scanned.jsonl").unlink()
    with pytest.raises(UserError, match="not written by a scan"):
        scan(tmp_path, out=tmp_path / "scanned.jsonl")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    (folder / "locked").mkdir(parents=True)
    clips.write(folder / "a.mp4")
    clips.write(folder / "b.mp4").chmod(0)
    (folder / "locked").chmod(0)
    try:
        found = find_candidates(folder)
    finally:
        (folder / "locked").chmod(0o700)
    assert list(found.files) == ["a.mp4"]
    assert {row.video: row.kind for row in found.refused} == {
        "b.mp4": "no permission",
        "locked": "no permission",
    }


def test_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    clips.write(folder / "ok.mp4")
    (folder / ODD_NAME).write_text("no")
    result = CliRunner().invoke(app, ["scan", str(folder), "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert "2 videos: 1 usable, 1 refused (1 unreadable); 0 other files ignored" in result.output
    assert "\\n\\u89c6" not in result.output
    assert "\\x1b[31m[red].mp4: unreadable: cannot be opened" in result.output
    text = CliRunner().invoke(app, ["scan", "--help"]).output
    assert text.count("python -m data_prep scan videos") == 2
    command = [sys.executable, "-m", "data_prep", "scan", str(tmp_path / "gone")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no such folder" in done.stderr
    assert "Traceback" not in done.stderr
