"""What is exported for EasyR1 obeys the rules of its rows, which it does not check itself."""

import json
from pathlib import Path
from typing import Any

import exports
import pytest
from typer.testing import CliRunner

from data_prep.checking.easyr1_rows import check_rows
from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.exporting.easyr1 import SYSTEM_TURN, ExportedRows, export_easyr1
from data_prep.records import Message
from reward_fns.ground_truth import read_ground_truth

COUNT = 4


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sets")
    exports.media(root, COUNT)
    return root


def run(root: Path, name: str, rows: list[Any], **changes: Any) -> tuple[ExportedRows, list[Any]]:
    path = exports.write(root / f"{name}.jsonl", rows)
    out = root / f"out_{name}"
    told: dict[str, Any] = {"absolute": False, "rollout_batch_size": 2, **changes}
    result = export_easyr1([path], out, **told)
    return result, [json.loads(line) for line in (out / path.name).read_text().splitlines()]


def obeys(row: dict[str, Any], root: Path) -> None:
    """Assert what RLHFDataset needs of a row, as its code reads it."""
    (column,) = set(row) & {"videos", "images"}
    assert set(row) == {"prompt", "answer", column}
    assert isinstance(row["prompt"], str) and isinstance(row["answer"], str)
    media = row[column]
    assert isinstance(media, list) and media
    assert row["prompt"].count(f"<{column[:-1]}>") == len(media)
    for item in media:
        for name in [item] if isinstance(item, str) else item:
            assert Path(root, name).is_file()
            # A list of frames is not joined with image_dir.
            assert isinstance(item, str) or Path(name).is_absolute()


def test_rows_obey_the_rules_of_its_loader(root: Path) -> None:
    rows = [exports.row(0), exports.choice(1), exports.row(2, answer='say "no"\n{}')]
    result, written = run(root, "clips_train", rows)
    assert result.written == {"clips_train": 3} and not result.too_few
    for row in written:
        obeys(row, result.media)
    settings = {"data.image_dir": str(result.media), "data.rollout_batch_size": 2}
    # Two frames a second of a clip for training at four: its own check may say that, no more.
    found = [
        finding.wrong
        for finding in check_rows(
            root / "out_clips_train/clips_train.jsonl", settings, training=True
        )
        if "token" not in finding.wrong and "frames" not in finding.wrong
    ]
    assert found == []


def test_a_reward_gets_all_it_needs(root: Path) -> None:
    _, (row, choice) = run(root, "reward_train", [exports.row(0), exports.choice(1)])
    packed = json.loads(choice["answer"])
    assert packed == {
        "task": "choice_qa",
        "answer": "B",
        "options": ["it sits", "it runs"],
        "id": "row1",
        "video_id": "video1",
    }
    truth = read_ground_truth(choice["answer"])
    assert (truth.answer, truth.options, truth.task) == ("B", ("it sits", "it runs"), "choice_qa")
    assert read_ground_truth(row["answer"]).answer == "It counts to 0."


def test_datasets_reads_the_rows_back(root: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    _, written = run(root, "back_train", [exports.row(0), exports.choice(1)])
    loaded = load_dataset(
        "json",
        data_files=str(root / "out_back_train/back_train.jsonl"),
        split="train",
        cache_dir=str(tmp_path),
    )
    assert list(loaded) == written
    assert str(loaded.features["videos"].feature.dtype) == "string"


def test_pictures_and_frames(root: Path) -> None:
    result, written = run(root, "pictures_train", [exports.picture(0), exports.picture(1)])
    for row in written:
        obeys(row, result.media)
    result, written = run(root, "frames_train", [exports.framed(0)], absolute=True)
    obeys(written[0], result.media)
    assert result.too_few == ["frames_train"]


def test_frame_lists_with_relative_names_are_refused(root: Path) -> None:
    with pytest.raises(UserError, match="does not join") as told:
        run(root, "refused_train", [exports.framed(0)])
    assert "--absolute" in str(told.value)


def test_one_file_holds_one_modality(root: Path) -> None:
    with pytest.raises(UserError, match="media of two kinds"):
        run(root, "two_train", [exports.row(0), exports.picture(1)])
    assert not (root / "out_two_train/two_train.jsonl").exists()


def test_rows_of_no_use_are_counted(root: Path) -> None:
    system = Message(role="system", content="Think first.")
    told = exports.row(0)
    spoken = told.model_copy(update={"messages": [system, *told.messages]})
    twice = told.model_copy(update={"messages": [*told.messages, *told.messages]})
    rows = [spoken, twice.model_copy(update={"videos": told.videos * 2}), exports.row(9)]
    rows += [exports.row(1, answer=" "), exports.choice(1, answer="it flies")]
    result, written = run(root, "odd_train", rows)
    assert [json.loads(row["answer"])["id"] for row in written] == ["row0"]
    assert "Think first." not in written[0]["prompt"]
    assert {reason: n for (_, reason), n in result.tally.counts.items()} == {
        SYSTEM_TURN: 1,
        "more than one question": 1,
        "a media file is missing": 1,
        "no answer to be scored against": 1,
        "its answer is not among the options": 1,
    }


def test_a_training_file_below_one_batch_is_named(root: Path) -> None:
    path = exports.write(root / "few_train.jsonl", [exports.row(0)])
    told = ["export", "easyr1", str(path), "--out", str(root / "few")]
    result = CliRunner().invoke(app, told)
    assert result.exit_code == 0, result.output
    assert "few_train has 1 rows" in result.output
    assert f"data.image_dir: {root}" in result.output
    test = exports.write(root / "few_test.jsonl", [exports.row(0)])
    assert not export_easyr1([test], root / "t", absolute=False, rollout_batch_size=2).too_few


def test_what_a_killed_export_left_is_taken_away(root: Path) -> None:
    orphan = root / "out_killed_train/.killed_train.jsonl.999.tmp"
    orphan.parent.mkdir()
    orphan.write_text("half a set")
    run(root, "killed_train", [exports.row(0)])
    assert not orphan.exists()


def test_the_same_sets_give_the_same_bytes(root: Path) -> None:
    rows = [exports.row(number) for number in range(COUNT)]
    run(root, "same_train", rows)
    before = {p.name: p.read_bytes() for p in (root / "out_same_train").iterdir()}
    run(root, "same_train", rows)
    assert {p.name: p.read_bytes() for p in (root / "out_same_train").iterdir()} == before
