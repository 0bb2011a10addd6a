"""No decoder finds a moment of the future in a context, and `scan` finds the leaks planted here."""

import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import clips
import decoders
import numpy as np
import pytest
from clips import Image
from typer.testing import CliRunner

from data_prep.cli import app
from data_prep.cutting.digest import media_digest
from data_prep.manifest import read_manifest, resolve, write_manifest
from data_prep.records import Media, Split
from data_prep.toyworld.render import draw
from data_prep.toyworld.scenes import draw_scene
from data_prep.video import Converter, frames, write_clip

STEP = 1 / clips.FPS
VISION = "leaks: {fps: 4, max_frames: 16, min_pixels: 784, max_pixels: 9408}\n"


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, f"{result.output}{result.exception or ''}"


# --- honest cuts ---------------------------------------------------------------------------------


def _toy(path: Path) -> None:
    """Draw a scene of the toy world between the band above and the bars below."""
    import random

    scene = draw_scene(random.Random(1), "test", 0)
    images = []
    for number in range(clips.FRAMES):
        picture = draw(scene, scene.state(number * STEP))
        height, width, _ = picture.shape
        image = clips.bars(number, 2 * width, 4 * height)
        image[height : 2 * height, :width] = picture
        images.append(image)
    clips.write(path, images=images)


def _two_scenes(path: Path) -> None:
    """Show another colour below the band from frame 20 on, without touching the bars."""
    images = [clips.bars(number) for number in range(clips.FRAMES)]
    for image in images[20:]:
        image[clips.HEIGHT // 4 : clips.HEIGHT // 2] = (20, 60, 240)
    clips.write(path, images=images)


_UNEVEN = np.cumsum([1 + number % 4 for number in range(clips.FRAMES)])
#: Name -> how it is made, if not as the good clip of this name, and when its frames are shown.
SOURCES: dict[str, tuple[Callable[[Path], object] | None, Callable[[int], float]]] = {
    "av1.mkv": (None, lambda i: i * STEP),
    "b_frames.mp4": (lambda p: clips.write(p, options={"bf": "3"}), lambda i: i * STEP),
    "edit_list.mp4": (clips.write_stream_copy, lambda i: (i - 12) * STEP),
    "fragmented.mp4": (None, lambda i: i * STEP),
    "h264_avi_b_frames.avi": (None, lambda i: i * STEP),
    "h265_10bit.mkv": (None, lambda i: i * STEP),
    "interlaced.mp4": (None, lambda i: i * STEP),
    "late.mp4": (None, lambda i: i * STEP),
    "mirrored.mp4": (None, lambda i: i * STEP),
    "mpeg4_b_frames.avi": (None, lambda i: i * STEP),
    "negative.ts": (None, lambda i: i * STEP),
    "open_gop.mp4": (None, lambda i: i * STEP),
    "toy.mp4": (_toy, lambda i: i * STEP),
    "turned.mp4": (None, lambda i: i * STEP),
    "two_scenes.mp4": (_two_scenes, lambda i: i * STEP),
    "uneven.mp4": (None, lambda i: float(_UNEVEN[i] - _UNEVEN[0]) * STEP),
    "vp8_hidden_frames.webm": (None, lambda i: i * STEP),
    "vp9.webm": (None, lambda i: i * STEP),
}
# A ratio that cuts between two frames, events that begin on and between frames, and scenes.
POLICIES = {
    "ratio": ["--policy", "ratio", "--ratio", "0.43"],
    "event": ["--policy", "event"],
    "scene": ["--policy", "scene"],
}
RUNS = [
    ("ratio", "mp4"),
    ("ratio", "frames"),
    ("ratio", "prefix"),
    ("event", "mp4"),
    ("event", "prefix"),
    ("scene", "mp4"),
    ("scene", "prefix"),
]
EVENTS = (0.0, 1.0, 1.21, 1.75, 2.0)


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("leaks")
    (root / "videos").mkdir()
    for name, (make, _) in SOURCES.items():
        (make or clips.GOOD[name])(root / "videos" / name)
    events = [{"start": start, "end": start + 0.2, "text": "it goes on"} for start in EVENTS]
    rows = [{"video": name, "events": events} for name in SOURCES]
    (root / "events.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (root / "vision.yaml").write_text(VISION)
    return root


def cut(sources: Path, out: Path, *options: str) -> list[Split]:
    given = ("--vision", f"{sources / 'vision.yaml'}:leaks", "--annotations")
    room = ("--min-context", "0.5", "--min-future", "0.5", "--workers", "2")
    code, told = run(
        "split", sources / "videos", "--out", out, *given, sources / "events.jsonl", *room, *options
    )
    assert code == 0, told
    return list(read_manifest(out / "splits.jsonl", Split, made_by="split"))


def files(root: Path, media: Media) -> list[Path]:
    return [resolve(root, name) for name in ([media] if isinstance(media, str) else media)]


# A prefix copy is coded as its source is, and some decoders have no AV1.
UNREADABLE = {("decord", "av1.mkv"), ("OpenCV", "av1.mkv")}


@pytest.mark.parametrize(("policy", "carrier"), RUNS)
def test_no_decoder_finds_the_future_in_a_context(
    sources: Path, tmp_path: Path, policy: str, carrier: str
) -> None:
    rows = cut(sources, tmp_path, *POLICIES[policy], "--carrier", carrier)
    made = {name.rpartition(".")[0]: name for name in SOURCES}
    refused = [json.loads(line) for line in (tmp_path / "report.jsonl").read_text().splitlines()]
    assert len(rows) + len(refused) == len(SOURCES), "a clip is lost"
    # A prefix copy that readers would disagree about is not made, and the clip is named.
    kinds = {row["kind"] for row in refused}
    assert kinds <= ({"no prefix copy"} if carrier == "prefix" else set()), refused
    looked_at = 0
    for row in rows:
        name = made[row.id]
        contents = files(tmp_path, row.context), files(tmp_path, row.future)
        known = decoders.PICTURE if contents[0][0].suffix == ".jpg" else decoders.VIDEO
        for decoder, (decode, needs) in known.items():
            if decoders.missing(needs):
                continue
            try:
                context, future = (decoders.shown(decode, paths) for paths in contents)
            except decoders.Unreadable as error:
                assert (decoder, name) in UNREADABLE and carrier == "prefix", (
                    f"{decoder} cannot read {name} as {carrier}: {error}"
                )
                continue
            seen = f"{decoder}, {name}, cut at {row.cut}: {context} {future}"
            assert not set(context) & set(future), seen
            assert max(context) < min(future), seen
            times = SOURCES[name][1]
            assert max(map(times, context)) < row.cut <= min(map(times, future)) + 1e-3, seen
            assert len(context) == row.certificate.context_frames, seen
            assert len(future) == row.certificate.future_frames, seen
            looked_at += 1
    assert looked_at >= 2 * len(rows)
    code, told = run("scan", tmp_path, "--workers", "2")
    assert code == 0, told
    assert f"{len(rows)} splits: all as certified, no leak" in told


@pytest.mark.parametrize("decoder", {**decoders.VIDEO, **decoders.PICTURE})
def test_which_decoders_took_part(decoder: str) -> None:
    _, needs = {**decoders.VIDEO, **decoders.PICTURE}[decoder]
    if why := decoders.missing(needs):
        pytest.skip(f"{decoder} took no part in the tests of leaks: {why}")


# --- planted leaks -------------------------------------------------------------------------------


def moving(number: float) -> Image:
    """Return a scene of which every moment looks a little different: a square on its way."""
    rows, columns = np.mgrid[0:96, 0:128]
    image = np.stack([rows, columns, rows + columns], axis=-1).astype(np.uint8) // 2
    left = 4 + round(2.2 * number)
    image[30:58, left : left + 22] = (240, 220, 40)
    return image


def still(number: float) -> Image:
    return moving(20)


def swinging(number: float) -> Image:
    """Return a pendulum: every moment comes back, twice in each round of 24 frames."""
    return moving(20 + 18 * np.sin(2 * np.pi * number / 24))


def stepping(number: float) -> Image:
    """Return a scene that stands, moves, stands: its pauses begin and end anywhere."""
    return moving(number // 10 * 10 + max(0, number % 10 - 4) * 10 / 6)


@pytest.fixture
def honest(tmp_path: Path) -> Path:
    return split_scene(tmp_path, moving)


def split_scene(root: Path, scene: Callable[[float], Image]) -> Path:
    (root / "videos").mkdir()
    clips.write(root / "videos" / "a.mp4", images=[scene(number) for number in range(clips.FRAMES)])
    (root / "vision.yaml").write_text(VISION)
    vision = f"{root / 'vision.yaml'}:leaks"
    code, told = run("split", root / "videos", "--out", root / "out", "--vision", vision)
    assert code == 0, told
    return root / "out"


@pytest.mark.parametrize("scene", [moving, still, swinging, stepping])
def test_an_honest_cut_is_no_leak_however_the_scene_moves(
    tmp_path: Path, scene: Callable[[float], Image]
) -> None:
    out = split_scene(tmp_path, scene)
    code, told = run("scan", out)
    assert code == 0, told
    assert (out / "splits.faults.jsonl").read_text() == ""


def pictures(path: Path) -> list[Image]:
    convert = Converter(112, 84)
    return [convert(frame.image) for frame in frames(path)]


def _with_future_frames(out: Path, count: int) -> None:
    """Write the context anew: as many frames as before, the last of them from the future."""
    context, future = pictures(out / "context/a.mp4"), pictures(out / "future/a.mp4")
    write_clip(out / "context/a.mp4", [*context, *future[:count]][count:], 4)


def _stream_copy(out: Path) -> None:
    """Copy packets until the first that is stored, not shown, at the cut: B-frames come later."""
    source = clips.write(
        out.parent / "whole.mp4",
        images=[moving(number) for number in range(clips.FRAMES)],
        options={"bf": "3"},
    )
    with av.open(str(source)) as whole, av.open(str(out / "context/a.mp4"), "w") as copy:
        stream = whole.streams.video[0]
        copied = copy.add_stream_from_template(stream)
        for packet in whole.demux(stream):
            if packet.size and packet.dts * stream.time_base < Fraction(2):
                packet.stream = copied
                copy.mux(packet)


def _swapped(out: Path) -> None:
    for one, other in (("context", "between"), ("future", "context"), ("between", "future")):
        (out / one).rename(out / other)


def _moments_of_the_future_only(out: Path) -> None:
    future = pictures(out / "future/a.mp4")
    write_clip(out / "context/a.mp4", future[:8] * 2, 4)


PLANTED: dict[str, Callable[[Path], None]] = {
    "a stream copy": _stream_copy,
    "1 future frame": lambda out: _with_future_frames(out, 1),
    "2 future frames": lambda out: _with_future_frames(out, 2),
    "5 future frames": lambda out: _with_future_frames(out, 5),
    "the two swapped": _swapped,
    "too long": _moments_of_the_future_only,
}


def certify_anew(out: Path) -> None:
    """Make the certificate say of the planted files what it says of honest ones."""
    (row,) = read_manifest(out / "splits.jsonl", Split, made_by="split")
    sides = {name: out / name / "a.mp4" for name in ("context", "future")}
    changes = {f"{name}_frames": sum(1 for _ in frames(path)) for name, path in sides.items()}
    changes |= {f"{name}_sha256": media_digest([path]) for name, path in sides.items()}
    proof = row.certificate.model_copy(update=changes)
    row = row.model_copy(update={"certificate": proof})
    write_manifest(out / "splits.jsonl", [row], settings={}, seed=0)


@pytest.mark.parametrize("edited", [False, True], ids=["certificate kept", "certificate edited"])
@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_leak_is_found_by_scan(honest: Path, planted: str, edited: bool) -> None:
    PLANTED[planted](honest)
    if edited:
        certify_anew(honest)
    code, told = run("scan", honest)
    assert code == 1, told
    rows = [json.loads(line) for line in (honest / "splits.faults.jsonl").read_text().splitlines()]
    kinds = {row["kind"] for row in rows}
    assert {row["video"] for row in rows} == {"a"}
    assert "leak" in kinds if edited else "changed" in kinds, rows
    assert "refused a: " in told
    assert "1 of 1 splits are not as certified" in told


def test_what_else_a_verification_names(honest: Path) -> None:
    (row,) = read_manifest(honest / "splits.jsonl", Split, made_by="split")
    (honest / "context" / "text.mp4").write_text("no video")
    shutil.copy(honest / "future/a.mp4", honest.parent / "outside.mp4")
    bad = {"frames": row.certificate.model_copy(update={"future_frames": 7})}
    changes = (
        {"id": "gone", "context": "context/gone.mp4"},
        {"id": "outside", "future": "../outside.mp4"},
        {"id": "text", "context": "context/text.mp4"},
        {"id": "count", "certificate": bad["frames"]},
        {"id": "listed", "context": ["context/gone.jpg"]},
        {"id": "lonely", "future": None, "certificate": None},
    )
    rows = [row, *(row.model_copy(update=change) for change in changes)]
    write_manifest(honest / "splits.jsonl", rows, settings={}, seed=0)
    code, told = run("scan", honest, "--workers", "1")
    assert code == 1
    assert "1 splits have no future: nobody vouches for them" in told
    found = [json.loads(line) for line in (honest / "splits.faults.jsonl").read_text().splitlines()]
    assert [(row["video"], row["kind"]) for row in found] == [
        ("count", "count"),
        ("gone", "missing"),
        ("listed", "missing"),
        ("outside", "unreadable"),
        ("text", "changed"),
        ("text", "unreadable"),
    ]
    assert not any(str(honest) in row["reason"] for row in found)


def test_splits_are_verified_and_not_scanned_for_more_videos(honest: Path) -> None:
    code, told = run("scan", honest, "--out", honest / "clips.jsonl")
    assert code == 1
    assert "are for videos" in told
    assert run("scan", honest)[0] == 0
    assert not (honest / "clips.jsonl").exists()
    (honest / "splits.jsonl").write_text("")
    code, told = run("scan", honest)
    assert code == 1
    assert "has no splits" in told
