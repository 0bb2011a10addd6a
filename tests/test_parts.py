"""Parts by recording and by cluster of near duplicates: copies never end up on two sides."""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import clips
import numpy as np
import pytest
import sets
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageEnhance

from data_prep.errors import UserError
from data_prep.manifest import read_manifest
from data_prep.parts.assign import assign_parts
from data_prep.parts.follow import follow_parts
from data_prep.parts.near import Likeness, near_duplicates, usable
from data_prep.records import Clip, Split, VideoQuestion
from data_prep.scanning.scan import scan_folder

FRAMES = 4


def structured(rng: random.Random) -> int:
    """Return a hash as pictures with structure have it: half of its bits are set."""
    return sum(1 << bit for bit in rng.sample(range(64), 32))


def changed(rng: random.Random, value: int, bits: int) -> int:
    """Return `value` with `bits` bits turned."""
    return value ^ sum(1 << bit for bit in rng.sample(range(64), bits))


def hashes(seed: object, count: int = FRAMES) -> list[int]:
    rng = random.Random(str(seed))
    return [structured(rng) for _ in range(count)]


def clip(folder: Path, name: str, told: Sequence[int], **changes: object) -> Clip:
    texts = [f"{value:016x}" for value in told]
    return sets.plain_clip(folder, name, hashes=texts, **changes)


def parts_of(path: Path, kind: type = Clip) -> dict[str, str]:
    return {row.id: row.part for row in read_manifest(path, kind, made_by="parts")}


def clusters(
    told: Sequence[Sequence[int]], likeness: Likeness | None = None
) -> set[frozenset[int]]:
    """Return the pairs of rows that are near duplicates."""
    frames = np.sort(np.array(told, np.uint64), axis=1)
    pairs = near_duplicates(frames, usable(frames), likeness or Likeness())
    return {frozenset(pair) for pair in pairs.tolist()}


def picture(seed: int, time: float, size: tuple[int, int] = (160, 96)) -> Image.Image:
    """Return a moment of a moving scene of large soft shapes, the same for the same seed."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : size[1], 0 : size[0]] / size[1]
    image = np.zeros((size[1], size[0], 3))
    for _ in range(14):
        centre, speed = rng.uniform(0, 1.7, 2), rng.uniform(-0.15, 0.15, 2)
        wide, colour = rng.uniform(0.05, 0.35), rng.uniform(-90, 90, 3)
        u, v = centre + speed * time
        image += np.exp(-((x - u) ** 2 + (y - v) ** 2) / wide**2)[..., None] * colour
    return Image.fromarray(np.clip(image + 110, 0, 255).astype(np.uint8))


def crop(share: float) -> Callable[[Image.Image], Image.Image]:
    def change(image: Image.Image) -> Image.Image:
        w, h = image.size
        box = (w * share, h * share, w * (1 - share), h * (1 - share))
        return image.resize((w, h), box=box)

    return change


def light(factor: float) -> Callable[[Image.Image], Image.Image]:
    return lambda image: ImageEnhance.Brightness(image).enhance(factor)


COPIES: dict[str, tuple[Callable[[Image.Image], Image.Image], str]] = {
    "encoded_again": (lambda image: image, "34"),
    "smaller": (lambda image: image.resize((80, 48)), "20"),
    "larger": (lambda image: image.resize((320, 192)), "20"),
    "lighter": (light(1.25), "20"),
    "darker": (light(0.75), "20"),
    "cropped": (crop(0.02), "20"),
    "all_at_once": (lambda image: light(1.15)(crop(0.015)(image)).resize((120, 72)), "30"),
}


def render(
    path: Path,
    seed: int,
    change: Callable[[Image.Image], Image.Image] = lambda image: image,
    crf: str = "18",
) -> None:
    images = [np.asarray(change(picture(seed, i / 4))) for i in range(32)]
    clips.write(path, images=images, options={"preset": "ultrafast", "crf": crf})


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scanned folder: one clip and its copies, 20 other clips, two plain grey ones."""
    folder = tmp_path_factory.mktemp("scanned") / "videos"
    folder.mkdir()
    render(folder / "original.mp4", 0)
    for name, (change, crf) in COPIES.items():
        render(folder / f"copy_{name}.mp4", 0, change, crf)
    for seed in range(1, 21):
        render(folder / f"other{seed:02}.mp4", seed)
    for grey in (60, 160):
        plain = [np.full((96, 160, 3), grey, np.uint8)] * 32
        clips.write(folder / f"plain{grey}.mp4", images=plain)
    scan_folder(folder)
    return folder / "clips.jsonl"


def test_copies_are_found_and_different_clips_are_not(scanned: Path) -> None:
    rows = list(read_manifest(scanned, Clip, made_by="scan"))
    told = [[int(text, 16) for text in row.hashes] for row in rows]
    near = clusters(told)
    found = {frozenset(rows[at].video for at in pair) for pair in near}
    for name in COPIES:
        assert frozenset({"original.mp4", f"copy_{name}.mp4"}) in found, name
    assert all(video == "original.mp4" or video.startswith("copy_") for p in found for video in p)


def test_the_default_distance_lies_well_between_copies_and_others(scanned: Path) -> None:
    """Neither 2 bits fewer nor 6 bits more would change what is found."""
    rows = list(read_manifest(scanned, Clip, made_by="scan"))
    told = [[int(text, 16) for text in row.hashes] for row in rows]
    joined = {at for pair in clusters(told) for at in pair}
    for distance in (8, 16):
        pairs = clusters(told, Likeness(distance=distance))
        assert {at for pair in pairs for at in pair} == joined


def test_copies_come_to_one_side_whatever_the_seed(scanned: Path) -> None:
    out = scanned.with_name("parted.jsonl")
    sides = set()
    for seed in range(12):
        report = assign_parts(scanned, out, test=0.35, validation=0.35, seed=seed)
        found = {row.video: row.part for row in read_manifest(out, Clip, made_by="parts")}
        of_copies = {part for v, part in found.items() if v == "original.mp4" or "copy" in v}
        assert len(of_copies) == 1
        sides |= of_copies
        assert report.joined == 1 + len(COPIES)
        assert report.largest == 1 + len(COPIES)
        assert report.unhashed == 2
    assert len(sides) > 1


@pytest.mark.parametrize("bits", [0, 1, 2, 4, 6, 8, 10])
def test_all_pairs_within_the_distance_are_found_and_none_beyond(bits: int) -> None:
    rng = random.Random(bits)
    told = []
    for seed in range(300):
        one = hashes(seed)
        told += [one, [changed(rng, value, bits) for value in one]]
    near = clusters(told)
    assert near == {frozenset({2 * i, 2 * i + 1}) for i in range(300)}
    beyond = [*hashes(0), *hashes(1)]
    far = [beyond[:4], [changed(rng, value, 11) for value in beyond[:4]]]
    assert clusters(far) == set()


def test_one_frame_alike_is_no_evidence() -> None:
    title = structured(random.Random("title"))
    told = [[title, *hashes(seed, FRAMES - 1)] for seed in range(400)]
    assert clusters(told) == set()
    assert clusters([[title, *hashes("a", 3)], [title, *hashes("a", 1), *hashes("b", 2)]])


@pytest.mark.parametrize("flat", [0, 1 << 63, (1 << 64) - 1, 0x8000000000000001, 0x3F])
def test_pictures_without_structure_join_nothing(flat: int) -> None:
    rng = random.Random(flat)
    told = [[changed(rng, flat, rng.choice([0, 1])) if i else flat] * FRAMES for i in range(300)]
    assert clusters(told) == set()
    half = [[flat, flat, *hashes(seed, 2)] for seed in range(300)]
    assert clusters(half) == set()


def test_a_clip_that_is_half_blank_is_known_by_its_other_half() -> None:
    two = hashes("scene", 2)
    assert clusters([[0, 0, *two], [1 << 63, 0, *two]])


def test_near_duplicates_of_a_picture_that_many_share_are_still_found() -> None:
    """The same still clip a thousand times, and one whose every frame is a little off."""
    rng = random.Random(0)
    one = hashes("still", 1) * FRAMES
    told = [one] * 1000 + [[changed(rng, value, 6) for value in one]]
    near = clusters(told)
    reached, front = {1000}, {1000}
    neighbours = defaultdict(set)
    for a, b in (tuple(pair) for pair in near):
        neighbours[a].add(b)
        neighbours[b].add(a)
    while front:
        front = {other for at in front for other in neighbours[at]} - reached
        reached |= front
    assert len(reached) == 1001


def brute_force(frames: NDArray[np.uint64], likeness: Likeness) -> set[frozenset[int]]:
    found = set()
    for a in range(len(frames)):
        for b in range(a):
            apart = np.bitwise_count(frames[a][:, None] ^ frames[b][None])
            alike = apart <= likeness.distance
            for count in (alike.any(axis=0).sum(), alike.any(axis=1).sum()):
                if count >= max(likeness.frames, likeness.share * frames.shape[1]):
                    found.add(frozenset({a, b}))
    return found


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), distance=st.integers(0, 14), frames=st.integers(1, 4))
def test_the_search_finds_what_comparing_all_with_all_finds(
    seed: int, distance: int, frames: int
) -> None:
    rng = random.Random(seed)
    told = [hashes((seed, i)) for i in range(6)]
    for _ in range(18):
        source = rng.choice(told)
        told.append(
            [changed(rng, v, rng.randrange(18)) if rng.random() < 0.8 else structured(rng)
             for v in source]
        )  # fmt: skip
    table = np.sort(np.array([row for row in told if usable(np.array(row, np.uint64)).all()],
                             np.uint64), axis=1)  # fmt: skip
    likeness = Likeness(distance=distance, share=0.5, frames=frames)
    pairs = near_duplicates(table, usable(table), likeness)
    assert {frozenset(pair) for pair in pairs.tolist()} == brute_force(table, likeness)


def many(folder: Path, count: int = 400) -> list[Clip]:
    """Return clips of recordings with one to four clips, some recordings copies of others."""
    rng = random.Random(7)
    rows, at = [], 0
    while len(rows) < count:
        scene = hashes(at // 2 if at % 10 < 2 else ("own", at))
        for piece in range(rng.randint(1, 4)):
            told = [changed(rng, v, rng.choice([0, 2, 4])) for v in scene] if not piece else []
            rows.append(
                clip(folder, f"c{len(rows):04}", told or hashes(("piece", at, piece)),
                     video_id=f"rec{at:04}")
            )  # fmt: skip
        at += 1
    return rows


def test_recordings_and_clusters_stay_together_and_the_shares_are_reached(tmp_path: Path) -> None:
    rows = many(tmp_path)
    path, out = sets.write(tmp_path / "clips.jsonl", rows), tmp_path / "parted.jsonl"
    report = assign_parts(path, out, test=0.1, validation=0.05)
    parts = parts_of(out)
    by_recording = defaultdict(set)
    for row in rows:
        by_recording[row.video_id].add(parts[row.id])
    assert all(len(sides) == 1 for sides in by_recording.values())
    for at in range(0, len(by_recording) - 1, 10):
        assert by_recording[f"rec{at:04}"] == by_recording[f"rec{at + 1:04}"]
    counts = Counter(parts.values())
    assert report.rows == counts
    assert abs(counts["test"] - 0.1 * len(rows)) <= 1
    assert abs(counts["validation"] - 0.05 * len(rows)) <= 1
    assert report.videos == len(by_recording)
    assert report.clusters == len(by_recording) - len(range(0, len(by_recording) - 1, 10))


def test_the_order_of_the_rows_makes_no_difference(tmp_path: Path) -> None:
    rows = many(tmp_path)
    path, out = tmp_path / "clips.jsonl", tmp_path / "parted.jsonl"
    found = []
    for seed in range(3):
        shuffled = random.Random(seed).sample(rows, len(rows))
        assign_parts(sets.write(path, shuffled), out, test=0.2, validation=0.1)
        found.append(parts_of(out))
        assert [row.id for row in read_manifest(out, Clip, made_by="parts")] == [
            row.id for row in shuffled
        ]
    assert found[0] == found[1] == found[2]
    assign_parts(path, out, test=0.2, validation=0.1, seed=1)
    assert parts_of(out) != found[0]


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    path, out = sets.write(tmp_path / "clips.jsonl", many(tmp_path, 50)), tmp_path / "out.jsonl"
    assign_parts(path, out, test=0.2)
    first = out.read_bytes()
    assign_parts(path, out, test=0.2)
    assert out.read_bytes() == first


def test_a_cluster_that_is_too_large_for_the_test_side_goes_to_train(tmp_path: Path) -> None:
    scene = hashes("scene")
    rows = [clip(tmp_path, f"copy{i}", scene) for i in range(30)]
    rows += [clip(tmp_path, f"own{i}", hashes(i)) for i in range(10)]
    path, out = sets.write(tmp_path / "clips.jsonl", rows), tmp_path / "out.jsonl"
    report = assign_parts(path, out, test=0.2)
    assert {part for name, part in parts_of(out).items() if "copy" in name} == {"train"}
    assert report.rows == {"train": 32, "validation": 0, "test": 8}
    assert "largest cluster: 30 rows" in str(report)


def test_a_side_that_nothing_fits_into_is_an_error_and_writes_nothing(tmp_path: Path) -> None:
    rows = [clip(tmp_path, f"copy{i}", hashes("scene")) for i in range(30)]
    path, out = sets.write(tmp_path / "clips.jsonl", rows), tmp_path / "out.jsonl"
    with pytest.raises(UserError, match="no cluster is small enough for a test side"):
        assign_parts(path, out, test=0.1)
    assert not out.exists()


def test_splits_keep_their_media_when_they_are_written_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    rows = [sets.plain_split(folder, f"v{i}") for i in range(10)]
    path = sets.write(folder / "splits.jsonl", rows)
    report = assign_parts(path, tmp_path / "parted.jsonl", test=0.2)
    for row in read_manifest(tmp_path / "parted.jsonl", Split, made_by="parts"):
        assert row.context == f"set/context/{row.id}.mp4"
        assert (tmp_path / str(row.future)).is_file()
    assert report.unhashed == 10
    assert "10 rows have too few frames to compare" in str(report)
    with pytest.raises(UserError, match="below its own folder"):
        assign_parts(path, tmp_path / "other" / "parted.jsonl", test=0.2)


def test_bad_rows_are_counted_and_bad_hashes_say_nothing(tmp_path: Path) -> None:
    rows = [clip(tmp_path, f"v{i}", hashes(i)) for i in range(10)]
    odd = sets.plain_clip(tmp_path, "odd", hashes=["xyz", "12", "-00000000000000f", ""])
    path = sets.write(tmp_path / "clips.jsonl", [*rows, odd], "not json")
    report = assign_parts(path, tmp_path / "out.jsonl", test=0.2)
    assert sum(report.rows.values()) == 11
    assert report.unhashed == 1
    assert report.left_out.counts.total() == 1


def question(folder: Path, name: str, video: str) -> VideoQuestion:
    return VideoQuestion(
        id=name, video_id=video, video=f"videos/{video}.mp4", question="Why?", answer="So."
    )


def test_questions_follow_the_parts_of_their_videos(tmp_path: Path) -> None:
    rows = [clip(tmp_path, f"v{i}", hashes(i)) for i in range(10)]
    path, out = sets.write(tmp_path / "clips.jsonl", rows), tmp_path / "parted.jsonl"
    assign_parts(path, out, test=0.3)
    asked = [question(tmp_path, f"q{i}", f"v{i % 10}") for i in range(30)]
    stray = question(tmp_path, "stray", "v99")
    questions = sets.write(tmp_path / "questions.jsonl", [*asked, stray])
    report = follow_parts(questions, out, tmp_path / "q.jsonl")
    parts = parts_of(out)
    for row in read_manifest(tmp_path / "q.jsonl", VideoQuestion, made_by="parts"):
        assert row.part == parts[row.video_id]
    assert report.left_out.counts == {"a recording that parted.jsonl lacks": 1}
    with pytest.raises(UserError, match="names no parts"):
        follow_parts(questions, path, tmp_path / "q2.jsonl")
    with pytest.raises(UserError, match="no row is of a recording"):
        follow_parts(sets.write(questions, [stray]), out, tmp_path / "q2.jsonl")
    assert not (tmp_path / "q2.jsonl").exists()


def test_the_sidecar_says_how_the_parts_were_made(tmp_path: Path) -> None:
    path = sets.write(tmp_path / "clips.jsonl", many(tmp_path, 50))
    assign_parts(path, tmp_path / "out.jsonl", test=0.2, seed=3)
    meta = json.loads((tmp_path / "out.meta.json").read_text())
    assert meta["seed"] == 3
    made_from = meta["settings"].pop("made_from")
    assert made_from["manifest"] == "clips.jsonl"
    assert meta["settings"] == {
        **{"command": "parts", "test": 0.2, "validation": 0.0},
        **{"distance": 10, "frames": 2, "share": 0.5},
    }
