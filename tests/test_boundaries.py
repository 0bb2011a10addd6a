"""What the decode pass sees: boundaries that are there, none that are not, motion, hashes."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import clips
import imagehash
import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from data_prep.boundaries.look import Look, Seen, perceptual_hash
from data_prep.boundaries.transitions import SHAPE, Transitions, distance
from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.manifest import read_manifest
from data_prep.records import Clip
from data_prep.scanning.one import measure
from data_prep.video import frames, probe

RATE = 25
Plane = np.ndarray


def place(seed: int, shift: float = 0.0, zoom: float = 1.0) -> Plane:
    """A textured place seen from `shift` cells to the right; 0 to 1."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : SHAPE[0], 0 : SHAPE[1]] * (0.12 / zoom)
    waves = [
        np.sin(rng.normal() * (x + 0.12 * shift) + rng.normal() * y + rng.uniform(0, 6))
        for _ in range(6)
    ]
    return (0.5 + 0.08 * sum(waves)).clip(0, 1).astype(np.float32)


def still(seed: int, count: int = 50) -> list[Plane]:
    """A place in which a small thing moves and the camera makes some noise."""
    rng = np.random.default_rng(seed)
    planes = []
    for number in range(count):
        plane = place(seed) + rng.normal(0, 0.004, SHAPE)
        plane[10:16, (number // 2) % 50 : (number // 2) % 50 + 6] = 0.9
        planes.append(plane.clip(0, 1).astype(np.float32))
    return planes


def blend(one: list[Plane], other: list[Plane], count: int) -> list[Plane]:
    shares = (np.arange(count) + 1) / (count + 1)
    return [(1 - s) * one[-1] + s * other[0] for s in shares.astype(np.float32)]


def plain(value: float, count: int) -> list[Plane]:
    return [np.full(SHAPE, value, np.float32)] * count


def found(planes: list[Plane], rate: float = RATE) -> list[float]:
    finder, before = Transitions(rate), None
    for number, plane in enumerate(planes):
        change = 0.0 if before is None else distance(plane, before)
        finder.add(number / rate, plane, change)
        before = plane
    return finder.finish()


A, B, C = still(1), still(2), still(3)
FLASH = [np.clip(0.4 * plane + 0.6, 0, 1) for plane in A[:3]]
DARK = [np.float32(0.5) * plane for plane in A]

#: What is shown, and between which frames a boundary must be found; the lists are of one length.
SHOWN: dict[str, tuple[list[Plane], list[tuple[int, int]]]] = {
    "a cut": (A + B, [(50, 50)]),
    "two cuts": (A + B + C, [(50, 50), (100, 100)]),
    "a cut near the start": (A[:3] + B, [(3, 3)]),
    "a cut near the end": (A + B[:3], [(50, 50)]),
    "a jump within a place": (
        still(1)[:25] + [place(1, shift=1.5)] * 1 + [place(1, shift=14)] * 30,
        [(26, 26)],
    ),
    "a dissolve": (A + blend(A, B, 10) + B, [(48, 62)]),
    "a long dissolve": (A + blend(A, B, 24) + B, [(50, 74)]),
    "a fade through black": (
        A + blend(A, plain(0, 1), 8) + plain(0, 6) + blend(plain(0, 1), B, 8) + B,
        [(50, 72)],
    ),
    "a fade through white": (
        A + blend(A, plain(1, 1), 8) + plain(1, 6) + blend(plain(1, 1), B, 8) + B,
        [(50, 72)],
    ),
    "a cut to black and on": (A + plain(0, 12) + B, [(50, 62)]),
    "nothing": (A, []),
    "a flash": (A[:25] + FLASH + A[25:], []),
    "a white frame": (A[:25] + plain(1, 1) + A[25:], []),
    "a dip to black and back": (A + plain(0, 12) + A, []),
    "a light switched": (A + DARK, []),
    "a light dimmed": (
        [np.float32(1 - 0.5 * i / 49) * plane for i, plane in enumerate(A)] + DARK,
        [],
    ),
    "a pan": ([place(1, shift=0.8 * i) for i in range(80)], []),
    "a zoom": ([place(1, zoom=1 + 0.01 * i) for i in range(80)], []),
    "a shake": (
        [place(1, shift=s) for s in np.random.default_rng(0).normal(0, 1.5, 80)],
        [],
    ),
    "black at the start and at the end": (plain(0, 20) + A + plain(0, 20), []),
    "one frame": (A[:1], []),
    "no frame": ([], []),
}


@pytest.mark.parametrize("name", SHOWN)
def test_boundaries_are_found_where_they_are_and_nowhere_else(name: str) -> None:
    planes, expected = SHOWN[name]
    times = found(planes)
    assert len(times) == len(expected), times
    for time, (first, last) in zip(times, expected, strict=True):
        assert first <= round(time * RATE) <= last


@pytest.mark.parametrize("rate", [1, 10, 60, 1000])
def test_the_frame_rate_does_not_hide_a_cut(rate: float) -> None:
    assert found(A + B, rate) == [50 / rate]


def test_the_memory_is_that_of_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = Transitions(1000)
    for number in range(500):
        finder.add(number / 1000, A[number % 50], 0.0)
    assert len(finder._window) <= 61


def look_at(path: Path, detector: str = "own") -> Seen:
    info = probe(path)
    look = Look(info.frames, info.fps, detector)
    for _ in look.watch(frames(path)):
        pass
    return look.seen()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two places of two seconds each."""
    rng = np.random.default_rng(5)
    places = [rng.integers(0, 256, (6, 8, 3), np.uint8).repeat(16, 0).repeat(16, 1) for _ in "ab"]
    images = [places[number // 24].copy() for number in range(48)]
    for number, image in enumerate(images):
        image[20:40, number : number + 20] = 255
    return clips.write(tmp_path_factory.mktemp("film") / "film.mp4", images=images)


@pytest.mark.parametrize("detector", ["own", "adaptive", "content", "histogram", "hash"])
def test_every_detector_is_fed_by_our_own_decode_pass(film: Path, detector: str) -> None:
    assert look_at(film, detector).scenes == [2.0]


def test_a_missing_library_is_named_before_any_work(
    monkeypatch: pytest.MonkeyPatch, film: Path
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "scenedetect" else find(name)
    )
    for command in ("scan", "split"):
        arguments = [command, str(film.parent), "--detector", "hash"]
        out = ["--out", str(film.parent / "out")] if command == "split" else []
        result = CliRunner().invoke(app, arguments + out)
        assert isinstance(result.exception, UserError)
        assert "pip install 'videoreason[scenes]'" in str(result.exception)
    assert look_at(film).scenes == [2.0]


def test_a_scan_writes_scenes_motion_and_hashes(tmp_path: Path, film: Path) -> None:
    (tmp_path / "film.mp4").write_bytes(film.read_bytes())
    clips.write(tmp_path / "still.mp4", images=[clips.bars(5)] * 24)
    assert CliRunner().invoke(app, ["scan", str(tmp_path)]).exit_code == 0
    rows = {row.id: row for row in read_manifest(tmp_path / "clips.jsonl", Clip, made_by="scan")}
    assert rows["film"].scenes == [2.0]
    assert rows["still"].scenes == []
    assert rows["still"].motion < 1e-3 < rows["film"].motion < 0.1
    assert all(len(row.hashes) == 4 and len(row.hashes[0]) == 16 for row in rows.values())


def far(one: list[str], other: list[str]) -> int:
    return sum((int(a, 16) ^ int(b, 16)).bit_count() for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    "change",
    [
        lambda path, images: clips.write(path, images=images, options={"crf": "35"}),
        lambda path, images: clips.write(
            path, images=[image[::2, ::2].repeat(3, 0).repeat(3, 1) for image in images]
        ),
        lambda path, images: clips.write(path, "mpeg4", images=images, options={}),
    ],
    ids=["lower quality", "another size", "another codec"],
)
def test_hashes_of_a_copy_are_near_and_of_another_video_far(
    tmp_path: Path, change: Callable[[Path, list[clips.Image]], Path]
) -> None:
    rng = np.random.default_rng(7)
    scenes = [
        [rng.integers(0, 256, (6, 8, 3), np.uint8).repeat(16, 0).repeat(16, 1)] * 24 for _ in "ab"
    ]
    one = look_at(clips.write(tmp_path / "one.mp4", images=scenes[0])).hashes
    copy = look_at(change(tmp_path / "copy.mp4", scenes[0])).hashes
    other = look_at(clips.write(tmp_path / "other.mp4", images=scenes[1])).hashes
    assert far(one, copy) <= 24
    assert far(one, other) > 64


def test_a_hash_is_the_one_that_the_library_gives() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        cells = (place(int(rng.integers(1000))) * 255 + rng.normal(0, 9, SHAPE)).clip(0, 255)
        cells = cells.astype(np.uint8)
        assert perceptual_hash(cells) == str(imagehash.phash(Image.fromarray(cells)))


def test_a_turned_video_hashes_like_the_upright_one(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    upright = rng.integers(0, 256, (6, 8, 3), np.uint8).repeat(16, 0).repeat(16, 1)
    plain = look_at(clips.write(tmp_path / "plain.mp4", images=[upright] * 12)).hashes
    turned = clips.write(
        tmp_path / "turned.mp4", images=[np.ascontiguousarray(np.rot90(upright))] * 12
    )
    clips.turn(turned, clips.TURNED_CLOCKWISE)
    assert far(plain, look_at(turned).hashes) <= 40


def test_what_a_scan_measures_does_not_change_from_run_to_run(film: Path) -> None:
    assert measure(film) == measure(film)
