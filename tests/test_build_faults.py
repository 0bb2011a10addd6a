"""Faults that scripts for such sets had, one test each: none of them is ours."""

import json
import re
import subprocess
import sys
import tracemalloc
from itertools import islice
from pathlib import Path

import pytest
import sets
from test_build_sets import NAMES, SETS, build_all, critique, splits_in

from data_prep import prompts
from data_prep.builders.caption import build_caption
from data_prep.builders.judged import build_critique
from data_prep.builders.making import LeftOut, Sides
from data_prep.builders.next_event import Form, build_next_event, build_previous_event
from data_prep.builders.reading import read_rows
from data_prep.errors import UserError
from data_prep.llamafactory import DATASET_INFO
from data_prep.records import Clip, Split

TRAIN = Sides(0.0, seed=0)
ROOT = Path(__file__).parents[1]
POOLS = {name: pool for name, pool in vars(prompts).items() if name.endswith("_POOL")}


@pytest.mark.parametrize("name", POOLS)
def test_no_two_questions_are_joined_by_a_missing_comma(name: str) -> None:
    pool = POOLS[name]
    assert isinstance(pool, tuple), "one string in brackets is no tuple"
    assert len(set(pool)) == len(pool) >= 2
    for question in pool:
        assert question.count("?") <= 1
        assert not re.search(r"[.?!][A-Za-z]", question), "a sentence ends and none follows a space"
        assert question == question.strip()


def test_one_malformed_row_does_not_end_the_build(tmp_path: Path) -> None:
    rows = [sets.plain_split(tmp_path, name) for name in NAMES]
    path = sets.write(
        tmp_path / "splits.jsonl",
        rows,
        "not json",
        '{"id": "x"}',
        "[]",
        "null",
        '{"id": "cut off", "clip',
        rows[0].model_dump_json().replace('"cut":3.0', '"cut":"soon"'),
    )
    with path.open("ab") as file:
        file.write(b'{"id": "\xff\xfe"}\n')
    report = build_next_event(path, tmp_path, horizons=[0], forms=[Form.OPEN], sides=TRAIN)
    assert report.written["train"] == len(NAMES)
    assert sum(report.left_out.values()) == 7
    assert report.left_out["not a valid Split: cut: float_parsing"] == 1
    told = [json.loads(line) for line in (tmp_path / "next_event.report.jsonl").open()]
    assert [row["row"].split(":")[0] for row in told] == [
        f"splits.jsonl, line {len(NAMES) + i}" for i in range(1, 8)
    ]


def test_a_missing_video_costs_its_own_rows_only(tmp_path: Path) -> None:
    path = splits_in(tmp_path)
    (tmp_path / "context/v00.mp4").unlink()
    report = build_next_event(path, tmp_path, horizons=[0], forms=[Form.OPEN], sides=TRAIN)
    assert report.written["train"] == len(NAMES) - 1
    assert report.left_out == {"a file that is not there": 1}
    assert "context/v00.mp4" in str(report)


def test_missing_videos_never_give_an_empty_set_in_silence(tmp_path: Path) -> None:
    path = splits_in(tmp_path)
    for name in NAMES:
        (tmp_path / f"future/{name}.mp4").unlink()
    with pytest.raises(UserError, match="12 left out: a file that is not there"):
        build_previous_event(path, tmp_path, horizons=[0], forms=[Form.OPEN], sides=TRAIN)
    assert not (tmp_path / "previous_event_train.jsonl").exists()


def test_a_missing_optional_field_is_no_error(tmp_path: Path) -> None:
    for kind, row in (
        (Clip, sets.plain_clip(tmp_path, "a")),
        (Split, sets.plain_split(tmp_path, "a")),
    ):
        whole = json.loads(row.model_dump_json())
        least = {
            name: value for name, value in whole.items() if kind.model_fields[name].is_required()
        }
        assert least.keys() < whole.keys()
        path = tmp_path / f"{kind.__name__}.jsonl"
        path.write_text(json.dumps(least) + "\n")
        (read,) = read_rows(path, kind, made_by="a test")
        assert not isinstance(read, LeftOut)
        with pytest.raises(UserError, match="no caption and no events"):
            build_caption(path, tmp_path, sides=TRAIN)


@pytest.mark.parametrize(
    "conclusion",
    [
        "right/wrong",
        "wrong.",
        "incorrect",
        "",
        " ",
        "Right, mostly",
        "wrong wrong",
        "true",
        "rıght",
    ],
)
def test_a_conclusion_that_is_not_exactly_right_or_wrong_is_not_filed_as_right(
    tmp_path: Path, conclusion: str
) -> None:
    rows = [critique("v00", "right"), critique("v01", conclusion)]
    path = sets.write(tmp_path / "critique.jsonl", rows)
    report = build_critique(path, splits_in(tmp_path), tmp_path, ratio=None, sides=TRAIN)
    (row,) = sets.built(tmp_path, "critique")["train"]
    assert row.id == "c_v00_critique"
    assert report.left_out == {"a conclusion that is neither right nor wrong": 1}


def test_nothing_is_drawn_without_a_seed(tmp_path: Path) -> None:
    """In processes of their own: the hashes of strings differ from one to the next."""
    path, found = splits_in(tmp_path), []
    command = "-m data_prep build next-event splits.jsonl --form open --form choice --horizon 1"
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, *command.split()],
            cwd=path.parent,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
        )
        found.append((tmp_path / "next_event_train.jsonl").read_bytes())
    assert found[0] == found[1]


def test_there_is_a_held_out_side_by_default(tmp_path: Path) -> None:
    names = [f"v{i:03}" for i in range(200)]
    sets.write(tmp_path / "splits.jsonl", [sets.plain_split(tmp_path, n) for n in names])
    sides = Sides(0.1, seed=0)
    build_next_event(
        tmp_path / "splits.jsonl", tmp_path, horizons=[0], forms=[Form.OPEN], sides=sides
    )
    assert 10 <= len(sets.built(tmp_path, "next_event")["test"]) <= 30


def test_the_entries_of_others_are_kept_and_stale_ones_of_the_set_are_not(tmp_path: Path) -> None:
    mine = {"mine": {"file_name": "mine.json"}}
    (tmp_path / DATASET_INFO).write_text(json.dumps(mine))
    path = splits_in(tmp_path)

    def declared(sides: Sides) -> set[str]:
        build_next_event(path, tmp_path, horizons=[0], forms=[Form.OPEN], sides=sides)
        entries = json.loads((tmp_path / DATASET_INFO).read_text())
        assert entries.pop("mine") == mine["mine"]
        return set(entries)

    assert declared(Sides(0.5, seed=0)) == {"next_event_train", "next_event_test"}
    assert declared(Sides(0.0, seed=0)) == {"next_event_train"}
    assert declared(Sides(1.0, seed=0)) == {"next_event_test"}


def test_a_validation_part_gets_a_side_of_its_own_which_goes_with_it(tmp_path: Path) -> None:
    parts = ["train", "validation", "test"] * 2
    rows = [sets.plain_split(tmp_path, f"v{i}", part=part) for i, part in enumerate(parts)]
    named = sets.write(tmp_path / "named.jsonl", rows)
    build_next_event(named, tmp_path, horizons=[0], forms=[Form.OPEN], sides=TRAIN)
    sides = sets.built(tmp_path, "next_event")
    assert {side: [row.video_id for row in rows] for side, rows in sides.items()} == {
        "train": ["v0", "v3"],
        "validation": ["v1", "v4"],
        "test": ["v2", "v5"],
    }
    build_next_event(splits_in(tmp_path), tmp_path, horizons=[0], forms=[Form.OPEN], sides=TRAIN)
    assert not list(tmp_path.glob("next_event_validation*"))
    assert set(json.loads((tmp_path / DATASET_INFO).read_text())) == {"next_event_train"}


@pytest.mark.parametrize("mark", ["<video>", "<image>", "<audio>", "<|im_end|>", "<|video_pad|>"])
def test_a_text_that_holds_a_mark_of_the_trainer_is_left_out(tmp_path: Path, mark: str) -> None:
    rows = [sets.plain_split(tmp_path, name) for name in NAMES]
    rows[0] = rows[0].model_copy(update={"future_caption": f"it says {mark} and goes"})
    path = sets.write(tmp_path / "splits.jsonl", rows)
    report = build_next_event(path, tmp_path, horizons=[0], forms=[Form.OPEN], sides=TRAIN)
    assert report.left_out == {"a text that holds a mark of the trainer's": 1}
    assert report.written["train"] == len(NAMES) - 1


def test_clips_and_lists_of_frames_are_not_mixed_in_one_column(tmp_path: Path) -> None:
    rows = [sets.plain_split(tmp_path, name) for name in NAMES]
    rows[1] = rows[1].model_copy(update={"context": ["context/v01.mp4", "context/v02.mp4"]})
    path = sets.write(tmp_path / "splits.jsonl", rows)
    with pytest.raises(UserError, match="media of one kind"):
        build_next_event(path, tmp_path, horizons=[0], forms=[Form.OPEN], sides=TRAIN)
    assert not list(tmp_path.glob("next_event_train*"))
    assert not list(tmp_path.glob(".next_event*.tmp"))


def test_a_build_holds_no_rows_in_memory(tmp_path: Path) -> None:
    row = sets.plain_split(tmp_path, "v", future_caption="x" * 2000).model_dump_json()
    path = tmp_path / "splits.jsonl"

    def peak(count: int) -> int:
        with path.open("w") as file:
            file.writelines(
                line.replace('"id":"v"', f'"id":"v{i}"').replace("xx", f"{i}", 1) + "\n"
                for i, line in enumerate(islice(iter(lambda: row, None), count))
            )
        tracemalloc.start()
        build_next_event(path, tmp_path, horizons=[0], forms=[*Form], sides=Sides(0.1, 0))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(50)
    small, large = peak(200), peak(2000)
    # Held rows would add 3 MB and more.
    assert large - small < 1_000_000


def test_all_sets_can_be_built_from_one_folder(tmp_path: Path) -> None:
    reports = build_all(tmp_path, TRAIN)
    assert set(reports) == set(SETS)
    assert all(report.written["train"] for report in reports.values())


def test_a_column_of_texts_never_begins_with_nulls(tmp_path: Path) -> None:
    """Hugging Face datasets, and so the trainer, would give up after the first 10 MB of them."""
    rows = [
        sets.plain_split(tmp_path, "v0", source=None, license=None),
        sets.plain_split(tmp_path, "v1"),
    ]
    path = sets.write(tmp_path / "splits.jsonl", rows)
    build_next_event(path, tmp_path, horizons=[0], forms=[Form.OPEN], sides=TRAIN)
    first, second = sets.built(tmp_path, "next_event")["train"]
    assert (first.source, first.license) == ("unknown", "unknown")
    assert (second.source, second.license) == ("a test", "CC0")
