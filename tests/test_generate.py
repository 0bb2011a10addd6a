"""Generated futures: in the form of the real one, resumable, and every failure a row."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import foresight
import kills
import numpy as np
import pytest

from data_prep.errors import UserError
from data_prep.generating.extrapolate import copy, flow, linear
from data_prep.generating.generate import Summary, generate
from data_prep.generating.settings import Settings
from data_prep.generating.shape import NotMade, Present
from data_prep.manifest import read_manifest, read_sidecar, write_manifest
from data_prep.records import ForesightItem, Prediction
from data_prep.steps.engine import Engine
from data_prep.video import probe, write_clip

ONE = Engine(workers=1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return foresight.make(tmp_path / "data")


def run(root: Path, generator: Any = "copy", name: str = "mine", **settings: Any) -> Summary:
    return generate(root, Settings(generator, name, **settings), engine=ONE)


def test_copy_linear_and_flow_go_on_as_they_say() -> None:
    previous, last = foresight.picture(1), foresight.picture(2)
    present = Present([previous, last], [0.25, 0.5])
    times = [0.25, 0.5, 0.75]
    assert all((made == last).all() for made in copy(present, times))
    half = linear(present, [0.125])[0].astype(int)
    wanted = last.astype(int) + (last.astype(int) - previous) / 2
    assert np.abs(half - np.clip(wanted, 0, 255)).max() <= 0.5
    for number, made in enumerate(flow(present, times), start=3):
        real = foresight.picture(number).astype(int)
        ours, still = np.abs(made - real).mean(), np.abs(last.astype(int) - real).mean()
        assert ours < 0.25 * still, number


@pytest.mark.parametrize("make", [linear, flow])
def test_times_count_and_not_frames(make: Callable[..., Any]) -> None:
    images = [foresight.picture(1), foresight.picture(2)]
    slow = make(Present(images, [0.0, 0.5]), [1.0])[0]
    assert (slow == make(Present(images, [0.0, 0.25]), [0.5])[0]).all()
    assert (slow != make(Present(images, [0.0, 0.25]), [1.0])[0]).any()


@pytest.mark.parametrize("make", [linear, flow])
def test_a_motion_needs_two_frames(make: Callable[..., Any]) -> None:
    with pytest.raises(NotMade, match="one frame"):
        make(Present([foresight.picture(0)], [0.0]), [0.25])


def test_what_moves_out_of_sight_is_not_replaced() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (96, 96, 3)).astype(np.uint8)
    smooth = np.repeat(np.repeat(noise[:24, :24], 4, axis=0), 4, axis=1)
    present = Present([smooth, np.roll(smooth, 4, axis=1)], [0.0, 1.0])
    with pytest.raises(NotMade, match="out of sight"):
        flow(present, [1000.0])


@pytest.mark.parametrize("generator", ["copy", "linear", "flow"])
def test_a_future_has_the_form_of_the_real_one(root: Path, generator: str) -> None:
    summary = run(root, generator)
    assert (summary.made, len(summary.failures)) == (2, 0)
    for row in foresight.rows(root):
        assert row.generator == "mine" and row.shows is None and not row.prompt
        assert row.video is not None
        made, real = probe(root / row.video), probe(root / f"clips/{row.item_id}_future.mp4")
        assert (made.frames, made.fps) == (real.frames, real.fps)
        assert (made.width, made.height) == (real.width, real.height)


def test_flow_is_nearer_to_a_steady_motion_than_the_present(root: Path) -> None:
    run(root, "copy", "still")
    run(root, "flow", "going")
    errors = {row.generator: foresight.error(root, row) for row in foresight.rows(root)}
    assert errors["going"] < 0.3 * errors["still"]


def test_others_rows_are_kept_and_own_ones_replaced(root: Path) -> None:
    foreign = Prediction(
        id="other",
        item_id="a",
        generator="perfect",
        seed=0,
        prompt="",
        prompt_has_label=False,
        video="clips/a_future.mp4",
        shows="A",
        real_first=True,
    )
    write_manifest(root / "predictions.jsonl", [foreign], settings={"command": "toyworld"}, seed=7)
    run(root, "copy", "still")
    run(root, "linear", "going")
    run(root, "copy", "still", seed=1)
    found = foresight.rows(root)
    assert [(row.generator, row.seed) for row in found] == [
        ("perfect", 0),
        *[("going", 0)] * 2,
        *[("still", 1)] * 2,
    ]
    meta = read_sidecar(root / "predictions.jsonl")
    assert meta["settings"]["command"] == "toyworld" and meta["seed"] == 7
    assert set(meta["settings"]["generated"]) == {"still", "going"}


@pytest.mark.parametrize("name", ["perfect", "still"])
def test_rows_of_another_origin_are_not_replaced(root: Path, name: str) -> None:
    test_others_rows_are_kept_and_own_ones_replaced(root)
    before = kills.files(root)
    with pytest.raises(UserError, match=f"the rows of {name} .* are not those of this generator"):
        run(root, "flow", name)
    assert kills.files(root) == before


def test_finished_clips_are_not_made_again(root: Path) -> None:
    run(root)
    made = sorted((root / "generated/mine").iterdir())
    kills.spoil(made)
    before = kills.files(root)
    assert run(root).resumed == 2
    assert kills.files(root) == before
    made[0].unlink()
    assert run(root).resumed == 1
    assert probe(made[0]).frames == foresight.FUTURE
    # Another real future asks for another form.
    write_clip(root / "clips/a_future.mp4", (foresight.picture(i) for i in range(6)), 4.0)
    assert run(root).resumed == 1
    assert probe(made[0]).frames == 6


def test_the_same_settings_give_the_same_bytes(root: Path, tmp_path: Path) -> None:
    again = foresight.make(tmp_path / "again")
    for folder in (root, again):
        run(folder, "flow", seed=3)
    assert kills.files(root) == kills.files(again)


def _no_video(root: Path) -> None:
    (root / "clips/a_context.mp4").write_bytes(b"no video")


def _gone(root: Path) -> None:
    (root / "clips/a_context.mp4").unlink()


def _one_frame(root: Path) -> None:
    write_clip(root / "clips/a_context.mp4", [foresight.picture(0)], 4.0)


def _no_future(root: Path) -> None:
    (root / "clips/a_future.mp4").write_bytes(b"")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_no_video, "the context cannot be read"),
        (_gone, "the context cannot be read"),
        (_one_frame, "the context has one frame"),
        (_no_future, "the real future cannot be read"),
    ],
)
def test_a_failure_is_a_row_with_its_reason(
    root: Path, spoil: Callable[[Path], None], reason: str
) -> None:
    run(root, "linear")
    spoil(root)
    summary = run(root, "linear")
    assert (summary.made, len(summary.failures), summary.resumed) == (1, 1, 1)
    failed, good = foresight.rows(root)
    assert failed.video is None and reason in (failed.failure or "")
    assert good.video is not None
    # The clip of the run before would pass for one of this run.
    assert [path.name for path in (root / "generated/mine").iterdir()] == ["b_0.mp4"]


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


def test_files_made_elsewhere_are_brought_into_form(root: Path, clips: Path) -> None:
    # Twice the rate and the size; what comes after the real future's end is dropped.
    large = (
        np.kron(foresight.picture(3 + i // 2), np.ones((2, 2, 1), np.uint8)) for i in range(12)
    )
    write_clip(clips / "a_0.mp4", large, 2 * foresight.FPS)
    write_clip(clips / "b_0.mp4", [foresight.picture(3), foresight.picture(4)], foresight.FPS)
    (clips / "a_0.txt").write_text("go on\n")
    summary = run(root, "folder", folder=clips)
    assert (summary.made, len(summary.failures)) == (1, 1)
    made, short = foresight.rows(root)
    assert made.prompt == "go on"
    assert foresight.error(root, made) < 10
    assert short.failure == ("b_0.mp4 is too short: its 0.50 s end before the frame at 0.75 s")


def test_missing_and_broken_files_are_failures_and_are_looked_for_again(
    root: Path, clips: Path
) -> None:
    (clips / "a_0.mp4").write_bytes(b"no video")
    run(root, "folder", folder=clips)
    first, second = (row.failure or "" for row in foresight.rows(root))
    assert first.startswith("a_0.mp4 cannot be read") and second == "there is no file b_0.mp4"
    write_clip(clips / "b_0.mp4", (foresight.picture(3 + i) for i in range(4)), 4.0)
    assert run(root, "folder", folder=clips).made == 1


def test_a_folder_is_not_left(tmp_path: Path, clips: Path) -> None:
    root = foresight.make(tmp_path / "out", names=("a",), id="../a")
    write_clip(tmp_path / "a_0.mp4", [foresight.picture(0)] * 4, 4.0)
    with pytest.raises(UserError, match="below its own folder"):
        run(root, "folder", folder=clips)


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"generator": "copy", "name": "real"}, "part of a metric's name"),
        ({"generator": "copy", "name": "a b"}, "part of a metric's name"),
        ({"generator": "copy", "name": "a.caption"}, "part of a metric's name"),
        (
            {
                **{"generator": "ltx", "condition": "answer", "answers": Path("log")},
                "answered_by": "Qwen/Qwen2.5-VL",
            },
            "part of a folder's name",
        ),
        ({"generator": "flow", "samples": 2}, "the same future every time"),
        ({"generator": "copy", "condition": "caption"}, "what it is told changes nothing"),
        ({"generator": "ltx", "condition": "answer"}, "takes a log of answers"),
        ({"generator": "ltx", "answered_by": "m"}, "takes a log of answers"),
        ({"generator": "ltx", "round": 2}, "only an answer has a second round"),
        ({"generator": "toyworld"}, "draws the answer that it is told"),
        ({"generator": "folder"}, "takes files made elsewhere"),
        ({"generator": "copy", "folder": Path()}, "takes files made elsewhere"),
    ],
)
def test_contradictions_are_refused(settings: dict[str, Any], wrong: str) -> None:
    with pytest.raises(UserError, match=wrong):
        Settings(**{"name": "mine", **settings})


def test_a_folder_without_items_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no items") as refused:
        run(tmp_path)
    assert "build videoreason" in str(refused.value)


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path) -> None:
    names = [f"i{number}" for number in range(12)]

    def place(name: str) -> Path:
        return foresight.make(tmp_path / name, names)

    def arguments(folder: Path) -> list[str]:
        return ["generate", str(folder), "--generator", "flow", "--workers", "1"]

    def sign(folder: Path) -> object:
        made = folder / "generated/flow"
        return len(list(made.iterdir())) if made.is_dir() else 0

    def whole(folder: Path) -> None:
        # Before the end there are no rows; with them, all of them.
        if (folder / "predictions.jsonl").exists():
            lines = (folder / "predictions.jsonl").read_text().splitlines()
            assert [json.loads(line)["item_id"] for line in lines] == names

    kills.killed_and_resumed(arguments, place, moments=8, sign=sign, after_kill=whole)


def test_the_toy_world_draws_what_a_model_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datasets import Dataset
    from rich.progress import Progress

    from data_prep.toyworld.world import make_world
    from lmms_tasks.videoreason import correction

    root = tmp_path / "world"
    make_world(root, clips=64, seed=0, progress=Progress(disable=True))
    items = list(read_manifest(root / "videoreason.jsonl", ForesightItem, made_by=""))
    log = tmp_path / "20260101_000000_samples_videoreason_future.jsonl"
    log.write_text(
        "".join(
            json.dumps({"acc_future": {"item_id": item.id, "letter": letter}}) + "\n"
            for item, letter in zip(items, "ABCDE" * len(items), strict=False)
        )
    )
    told = Settings("toyworld", "toyworld", condition="answer", answers=log, answered_by="tiny")
    summary = generate(root, told, engine=Engine(workers=1))
    assert (summary.made, len(summary.failures)) == (len(items), 0)
    rows = [
        row
        for row in read_manifest(root / "predictions.jsonl", Prediction, made_by="")
        if row.generator == "toyworld"
    ]
    assert [row.told for row in rows] == [row.shows for row in rows]
    right = [row.told == item.answer for row, item in zip(rows, items, strict=True)]
    assert [row.prompt_has_label for row in rows] == right
    monkeypatch.setenv("VIDEOREASON_DATA", str(root))
    docs = correction.process_docs(Dataset.from_list([item.model_dump() for item in items]))
    for doc, row in zip(docs, rows, strict=True):
        # Every answer that was given has its clip, and no other is taken in its place.
        assert [bool(clip) for clip in doc["clips"]] == [letter == row.told for letter in "ABCDE"]
