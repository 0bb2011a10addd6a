"""The next-event set: seeded, apart by video, and read by LLaMA-Factory as it was written."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sets

from data_prep.builders.next_event import Form, build_next_event
from data_prep.errors import UserError
from data_prep.llamafactory import DATASET_INFO, ENTRY, declare
from data_prep.manifest import read_manifest, write_manifest
from data_prep.prompts import NEXT_EVENT_POOL, NEXT_EVENTS_POOL, choice_prompt
from data_prep.records import Event, Example, Split


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sets.make_splits(tmp_path_factory.mktemp("next_event"), count=8)


def build(splits: Path, **settings: object) -> dict[str, list[Example]]:
    arguments = {
        "horizons": [1, 2, 0],
        "forms": [Form.OPEN],
        "test_share": 0.4,
        "seed": 0,
        **settings,
    }
    build_next_event(splits, splits.parent, **arguments)
    return {
        side: list(
            read_manifest(splits.parent / f"next_event_{side}.jsonl", Example, made_by="build")
        )
        for side in ("train", "test")
    }


def all_rows(sides: dict[str, list[Example]]) -> Iterator[Example]:
    yield from (row for rows in sides.values() for row in rows)


def test_answers_are_the_future_and_nothing_of_the_context(splits: Path) -> None:
    by_id = {row.id: row for row in read_manifest(splits, Split, made_by="split")}
    for row in all_rows(build(splits)):
        split = by_id[row.video_id]
        future = [event.text for event in split.future_events]
        horizon = row.id.rpartition("_h")[2].removesuffix("_open")
        named = future if horizon == "all" else future[: int(horizon)]
        assert row.answer == ", then ".join(named) == row.messages[-1].content
        assert not any(event.text in row.answer for event in split.context_events)
        assert row.videos == [split.context]


def test_train_and_test_share_no_video(splits: Path) -> None:
    sides = build(splits)
    train, test = ({row.video_id for row in sides[side]} for side in ("train", "test"))
    assert train
    assert test
    assert not train & test


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_questions(splits: Path) -> None:
    def written() -> bytes:
        return (splits.parent / "next_event_train.jsonl").read_bytes()

    build(splits)
    first = written()
    build(splits)
    assert written() == first
    build(splits, seed=1)
    assert written() != first


def test_questions_come_from_the_pool(splits: Path) -> None:
    two = [pattern.format(n="two") for pattern in NEXT_EVENTS_POOL]
    for row in all_rows(build(splits)):
        question = row.messages[0].content.removeprefix("<video>")
        assert question in (two if "_h2_" in row.id else NEXT_EVENT_POOL)
    # A missing comma would join two questions into one.
    assert all(question.count("?") + question.count(".") <= 2 for question in NEXT_EVENT_POOL)
    assert len(set(NEXT_EVENT_POOL)) == len(NEXT_EVENT_POOL)


def test_a_world_named_by_the_splits_is_kept(splits: Path, tmp_path: Path) -> None:
    rows = [
        row.model_copy(update={"part": "test" if i % 2 else "train"})
        for i, row in enumerate(read_manifest(splits, Split, made_by="split"))
    ]
    named = splits.parent / "named.jsonl"
    write_manifest(named, rows, settings={}, seed=0)
    sides = build(named)
    assert {row.video_id for row in sides["train"]} == {r.id for r in rows if r.part == "train"}


def test_splits_without_a_text_are_counted_or_stop_the_build(splits: Path) -> None:
    report = build_next_event(
        splits, splits.parent, horizons=[1, 9], forms=[Form.OPEN], test_share=0.0, seed=0
    )
    assert report.left_out == {"fewer than 9 events after the cut": 8}
    with pytest.raises(UserError, match="no example could be built"):
        build_next_event(
            splits, splits.parent, horizons=[9], forms=[Form.OPEN], test_share=0.0, seed=0
        )


def test_the_set_must_hold_its_clips(splits: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="below its own folder"):
        build_next_event(
            splits, tmp_path / "elsewhere", horizons=[1], forms=[Form.OPEN], test_share=0, seed=0
        )


def test_a_manifest_cannot_name_media_outside(splits: Path) -> None:
    bad = splits.parent / "bad.jsonl"
    row = next(iter(read_manifest(splits, Split, made_by="split")))
    write_manifest(
        bad, [row.model_copy(update={"context": "../videos/clip0.mp4"})], settings={}, seed=0
    )
    with pytest.raises(UserError, match="below its own folder"):
        build_next_event(bad, splits.parent, horizons=[1], forms=[Form.OPEN], test_share=0, seed=0)


def test_declaring_a_set_keeps_the_others(tmp_path: Path) -> None:
    mine = {"mine": {"file_name": "mine.json"}}
    (tmp_path / DATASET_INFO).write_text(json.dumps(mine))
    declare(tmp_path, "next_event_train")
    declare(tmp_path, "next_event_train")
    found = json.loads((tmp_path / DATASET_INFO).read_text())
    assert found == {**mine, "next_event_train": {"file_name": "next_event_train.jsonl", **ENTRY}}


def test_choices_hold_the_answer_once_and_ask_in_the_words_of_the_evaluation(
    splits: Path,
) -> None:
    # All clips of `sets` share their events; a choice needs futures that differ.
    different = [
        row.model_copy(
            update={
                "context_events": [Event(start=0, end=1, text=f"{row.id} begins")],
                "future_events": [
                    Event(start=i, end=i + 1, text=f"{row.id} goes on {i}") for i in (1, 2, 3)
                ],
            }
        )
        for row in read_manifest(splits, Split, made_by="split")
    ]
    named = splits.parent / "different.jsonl"
    write_manifest(named, different, settings={}, seed=0)
    sides = build(named, forms=[Form.OPEN, Form.CHOICE], horizons=[1, 2])
    choices = [row for row in all_rows(sides) if row.id.endswith("_choice")]
    assert len(choices) == 2 * len(different)
    for row in choices:
        question, *lines = row.messages[0].content.split("\n")
        options = [line[3:] for line in lines[:4]]
        asked = choice_prompt(question.removeprefix("<video>"), options)
        assert row.messages[0].content == f"<video>{asked}"
        assert options.count(row.answer) == 1
        assert len(set(options)) == 4
        assert any(f"{row.video_id} begins" in option for option in options)


def test_choices_need_other_futures(splits: Path) -> None:
    report = build_next_event(
        splits, splits.parent, horizons=[0], forms=[*Form], test_share=0.0, seed=0
    )
    assert report.written["train"] == 8
    assert report.left_out == {"too few other futures for 4 options": 8}
