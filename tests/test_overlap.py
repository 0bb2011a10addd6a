"""`overlap`: a training row that shows a benchmark's video is found, whatever was done to it."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import clips
import numpy as np
import pytest
from test_parts import COPIES, picture, render
from typer.testing import CliRunner

from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.manifest import write_manifest
from data_prep.records import Example, Message, Pair, Question, Record, VideoQuestion
from data_prep.scanning.scan import scan_folder
from data_prep.steps.engine import Engine


def _question(name: str, video: str) -> Question:
    return Question(
        id=f"q-{name}",
        video_id=f"bench-{name}",
        video=video,
        question="What next?",
        options=["a", "b"],
        answer="A",
        kind="hop1",
    )


def _example(
    name: str, videos: Sequence[str | list[str]] = (), images: Sequence[str] = ()
) -> Example:
    marks = "<video>" * len(videos) + "<image>" * len(images)
    return Example(
        id=name,
        task="next_event",
        messages=[
            Message(role="user", content=f"{marks}What next?"),
            Message(role="assistant", content="It moves."),
        ],
        videos=list(videos),
        images=list(images),
        answer="It moves.",
        video_id=f"train-{name}",
        provenance="test",
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A benchmark of two videos; copies of the first and other videos to train on."""
    root = tmp_path_factory.mktemp("overlap")
    for folder in ("bench", "train"):
        (root / folder).mkdir()
    for seed in (0, 50):
        render(root / f"bench/b{seed}.mp4", seed)
    rows = [_question("b0", "b0.mp4"), _question("b50", "b50.mp4")]
    write_manifest(root / "bench/futurebench.jsonl", rows, settings={}, seed=0)
    for name, (change, crf) in COPIES.items():
        render(root / f"train/copy_{name}.mp4", 0, change, crf)
    for seed in range(1, 13):
        render(root / f"train/other{seed:02}.mp4", seed)
    clips.write(root / "train/grey.mp4", images=[np.full((96, 160, 3), 90, np.uint8)] * 16)
    scan_folder(root / "train", engine=Engine(workers=2))
    return root


def _overlap(world: Path, *arguments: object) -> tuple[int, str]:
    bench = ["--with", str(world / "bench/futurebench.jsonl"), "--workers", "2"]
    result = CliRunner().invoke(app, ["overlap", *map(str, arguments), *bench])
    wrong = result.exception
    if wrong is not None and not isinstance(wrong, UserError | SystemExit):
        raise wrong
    return result.exit_code, f"{result.output}{wrong if isinstance(wrong, UserError) else ''}"


def _pairs(world: Path, tmp_path: Path, *arguments: object) -> dict[tuple[str, str], list[str]]:
    out = tmp_path / "overlap.json"
    code, _ = _overlap(world, *arguments, "--json", out)
    found = json.loads(out.read_text())
    pairs = {(p["row"], p["recording"]): p["by"] for t in found["train"] for p in t["pairs"]}
    assert code == (1 if pairs else 0)
    return pairs


def _written(path: Path, rows: Sequence[Record]) -> Path:
    write_manifest(path, rows, settings={}, seed=0)
    return path


def test_copies_of_clips_are_found_and_other_videos_are_not(world: Path, tmp_path: Path) -> None:
    found = _pairs(world, tmp_path, world / "train/clips.jsonl")
    assert found == {(f"copy_{name}", "bench-b0"): ["frames"] for name in COPIES}


def test_examples_are_looked_at(world: Path, tmp_path: Path) -> None:
    rows = [
        *(_example(name, [f"copy_{name}.mp4"]) for name in COPIES),
        *(_example(f"other{seed}", [f"other{seed:02}.mp4"]) for seed in range(1, 13)),
    ]
    manifest = _written(world / "train/set_train.jsonl", rows)
    found = _pairs(world, tmp_path, manifest)
    assert found == {(name, "bench-b0"): ["frames"] for name in COPIES}


def test_a_part_of_a_recording_is_found(world: Path, tmp_path: Path) -> None:
    """Trained on the middle of what the benchmark shows, smaller and encoded again."""
    images = [np.asarray(picture(0, i / 4).resize((80, 48))) for i in range(8, 20)]
    clips.write(world / "train/part.mp4", images=images, options={"crf": "30"})
    manifest = _written(world / "train/part.jsonl", [_example("part", ["part.mp4"])])
    assert _pairs(world, tmp_path, manifest) == {("part", "bench-b0"): ["frames"]}


def test_pictures_are_looked_at(world: Path, tmp_path: Path) -> None:
    for seed in (0, 9):
        for i in (4, 20):
            picture(seed, i / 4).resize((120, 72)).save(world / f"train/frame{seed}_{i}.jpg")
    rows: list[Record] = [
        Pair(
            id=f"pair{seed}",
            clip_id=f"c{seed}",
            video_id=f"c{seed}",
            before=f"frame{seed}_4.jpg",
            after=f"frame{seed}_20.jpg",
            t0=1.0,
            t1=5.0,
            motion=0.1,
        )
        for seed in (0, 9)
    ]
    pairs = _written(world / "train/pairs.jsonl", rows)
    assert _pairs(world, tmp_path, pairs) == {("pair0", "bench-b0"): ["frames"]}
    frames = [[f"frame{seed}_{i}.jpg" for i in (4, 20)] for seed in (0, 9)]
    lists = [_example("seen", [frames[0]]), _example("other", [frames[1]])]
    manifest = _written(world / "train/lists.jsonl", lists)
    assert _pairs(world, tmp_path, manifest) == {("seen", "bench-b0"): ["frames"]}


def test_the_same_id_and_the_same_file(world: Path, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    shutil.copy(world / "bench/b50.mp4", folder / "renamed.mp4")
    shutil.copy(world / "train/other01.mp4", folder / "unlike.mp4")
    rows = [
        VideoQuestion(
            id=name, video_id=video_id, video=f"{name}.mp4", question="What?", answer="a wall"
        )
        for name, video_id in (("renamed", "x"), ("unlike", "bench-b0"))
    ]
    found = _pairs(world, tmp_path, _written(folder / "questions.jsonl", rows))
    assert found == {
        ("renamed", "bench-b50"): ["file", "frames"],
        ("unlike", "bench-b0"): ["recording"],
    }


def test_what_cannot_be_compared_is_counted(world: Path, tmp_path: Path) -> None:
    shutil.copy(world / "train/grey.mp4", tmp_path / "grey.mp4")
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    rows = [_example(name, [f"{name}.mp4"]) for name in ("grey", "broken", "lost")]
    manifest = _written(tmp_path / "set_train.jsonl", rows)
    with manifest.open("a") as file:
        file.write("{}\n")
    code, told = _overlap(world, manifest)
    assert code == 0
    assert "0 of 3 rows overlap" in told
    assert "3 rows have too few frames with structure" in told
    assert "1 left out: unreadable media" in told
    assert "1 left out: a file that is not there" in told
    assert "1 left out: not a valid Example" in told


def test_what_was_seen_is_kept_until_the_file_changes(world: Path, tmp_path: Path) -> None:
    shutil.copy(world / "train/other02.mp4", tmp_path / "a.mp4")
    manifest = _written(tmp_path / "set.jsonl", [_example("a", ["a.mp4"])])
    assert _pairs(world, tmp_path, manifest) == {}
    memory = tmp_path / ".set.jsonl.sparse.seen.jsonl"
    lines = [line for line in memory.read_text().splitlines() if line]
    assert len(lines) == 1
    # A line that a killed run did not end.
    with memory.open("a") as file:
        file.write('{"name": "a.mp4", "state": [')
    assert _pairs(world, tmp_path, manifest) == {}
    assert lines == [line for line in memory.read_text().splitlines() if line.endswith("}}")]
    shutil.copy(world / "bench/b0.mp4", tmp_path / "a.mp4")
    assert _pairs(world, tmp_path, manifest) == {("a", "bench-b0"): ["file", "frames"]}


def test_several_sets_and_the_summary(world: Path) -> None:
    code, told = _overlap(world, world / "train/clips.jsonl", world / "train/clips.jsonl")
    assert code == 1
    assert told.count(f"{len(COPIES)} of {len(COPIES) + 13} rows overlap") == 2
    assert "copy_smaller and bench-b0: frames" in told
    assert "1 items of the benchmark (1 of 2 recordings) are in what is trained on" in told


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("lost.jsonl", None, "no such manifest"),
        ("empty.jsonl", "", "no rows"),
        ("odd.jsonl", '{"a": 1}\n', "no type that is known"),
        (
            "reasons.jsonl",
            '{"id":"a","video_id":"a","model":"m","split_id":"a","reasoning":"r","prediction":"p"}\n',
            "name no videos",
        ),
        (
            "outside.jsonl",
            _example("a", ["../../etc/passwd"]).model_dump_json() + "\n",
            "below its own folder",
        ),
    ],
)
def test_wrong_manifests(
    name: str, content: str | None, says: str, world: Path, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    code, told = _overlap(world, tmp_path / name)
    assert code == 1
    assert says in told
