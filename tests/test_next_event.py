"""The next-event set: seeded, apart by video, and read by LLaMA-Factory as it was written."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import sets

from data_prep.builders.making import Sides
from data_prep.builders.next_event import Form, build_next_event, build_previous_event
from data_prep.errors import UserError
from data_prep.llamafactory import DATASET_INFO, ENTRY, declare
from data_prep.manifest import read_manifest, write_manifest
from data_prep.prompts import (
    NEXT_EVENT_POOL,
    NEXT_EVENTS_POOL,
    PREVIOUS_EVENT_POOL,
    PREVIOUS_EVENTS_POOL,
    choice_prompt,
)
from data_prep.records import Example, Split
from reward_fns.answers import letters, read_choice


@pytest.fixture
def splits(tmp_path: Path) -> Path:
    """Splits of clips that share nothing but the number of their events."""
    folder = tmp_path / "set"
    rows = [sets.plain_split(folder, f"clip{i}") for i in range(8)]
    return sets.write(folder / "splits.jsonl", rows)


def build(
    splits: Path,
    *,
    task: str = "next_event",
    horizons: Sequence[int] = (1, 2, 0),
    forms: Sequence[Form] = (Form.OPEN,),
    test_share: float = 0.4,
    seed: int = 0,
) -> dict[str, list[Example]]:
    builder = build_next_event if task == "next_event" else build_previous_event
    sides = Sides(test_share, seed)
    builder(splits, splits.parent, horizons=horizons, forms=forms, sides=sides)
    return sets.built(splits.parent, task)


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
        splits, splits.parent, horizons=[1, 9], forms=[Form.OPEN], sides=Sides(0.0, seed=0)
    )
    assert report.left_out == {"fewer than 9 events after the cut": 8}
    with pytest.raises(UserError, match="no example could be built"):
        build_next_event(
            splits, splits.parent, horizons=[9], forms=[Form.OPEN], sides=Sides(0.0, seed=0)
        )


def test_the_set_must_hold_its_clips(splits: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="below its own folder"):
        build_next_event(
            splits,
            tmp_path / "elsewhere",
            horizons=[1],
            forms=[Form.OPEN],
            sides=Sides(0.0, seed=0),
        )


def test_a_manifest_cannot_name_media_outside(splits: Path) -> None:
    bad = splits.parent / "bad.jsonl"
    row = next(iter(read_manifest(splits, Split, made_by="split")))
    write_manifest(
        bad, [row.model_copy(update={"context": "../videos/clip0.mp4"})], settings={}, seed=0
    )
    with pytest.raises(UserError, match="below its own folder"):
        build_next_event(
            bad, splits.parent, horizons=[1], forms=[Form.OPEN], sides=Sides(0.0, seed=0)
        )


def test_declaring_a_set_keeps_the_others(tmp_path: Path) -> None:
    mine = {"mine": {"file_name": "mine.json"}}
    (tmp_path / DATASET_INFO).write_text(json.dumps(mine))
    declare(tmp_path, "next_event_train")
    declare(tmp_path, "next_event_train")
    found = json.loads((tmp_path / DATASET_INFO).read_text())
    assert found == {**mine, "next_event_train": {"file_name": "next_event_train.jsonl", **ENTRY}}


@pytest.mark.parametrize("form", [Form.CHOICE, Form.CHOICE_IN_WORDS])
def test_choices_hold_the_answer_once_and_ask_in_the_words_of_the_evaluation(
    splits: Path, form: Form
) -> None:
    sides = build(splits, forms=[Form.OPEN, form], horizons=[1, 2], test_share=0.0)
    choices = [row for row in all_rows(sides) if row.id.endswith(f"_{form}")]
    assert len(choices) == 2 * 8
    for row in choices:
        question = row.messages[0].content.split("\n")[0]
        asked = choice_prompt(question.removeprefix("<video>"), row.options)
        assert row.messages[0].content == f"<video>{asked}"
        letter = row.answer if form is Form.CHOICE else "ABCD"[row.options.index(row.answer)]
        answer = letters(row.options)[letter]
        assert answer.startswith(f"{row.video_id} will do 1")
        assert row.messages[-1].content == row.answer
        assert read_choice(row.answer, letters(row.options)).letter == letter
        assert len(set(row.options)) == 4
        assert any(f"{row.video_id} did 3" in option for option in row.options)


def test_wrong_answers_of_one_side_are_not_answers_of_the_other(splits: Path) -> None:
    rows = [sets.plain_split(splits.parent, f"clip{i}") for i in range(40)]
    many = sets.write(splits.parent / "many.jsonl", rows)
    sides = build(many, forms=[Form.CHOICE_IN_WORDS], horizons=[1])
    told = {side: {row.answer for row in rows} for side, rows in sides.items()}
    assert all(told.values())
    for side, other in (("train", "test"), ("test", "train")):
        for row in sides[side]:
            assert not told[other] & set(row.options)


def test_choices_need_other_futures(splits: Path) -> None:
    few = list(read_manifest(splits, Split, made_by="split"))[:3]
    splits = sets.write(splits.parent / "few.jsonl", few)
    report = build_next_event(
        splits, splits.parent, horizons=[0], forms=[*Form], sides=Sides(0.0, seed=0)
    )
    assert report.written["train"] == 3
    assert report.left_out == {"too few other futures for 4 options": 6}


def test_the_previous_events_are_told_in_their_order_and_asked_of_the_future(splits: Path) -> None:
    for row in all_rows(build(splits, task="previous_event", horizons=[1, 2, 0])):
        name, told = row.video_id, row.id.rpartition("_h")[2].removesuffix("_open")
        first = {"1": 3, "2": 2, "all": 1}[told]
        assert row.answer == ", then ".join(f"{name} did {i}" for i in range(first, 4))
        assert row.videos == [f"future/{name}.mp4"]
        assert row.task == "previous_event"
        pool = [text.format(n="two") for text in PREVIOUS_EVENTS_POOL]
        question = row.messages[0].content.removeprefix("<video>")
        assert question in (pool if told == "2" else PREVIOUS_EVENT_POOL)


def test_a_choice_of_previous_events_holds_what_comes_after(splits: Path) -> None:
    sides = build(splits, task="previous_event", horizons=[1], forms=[Form.CHOICE], test_share=0.0)
    for row in all_rows(sides):
        assert letters(row.options)[row.answer] == f"{row.video_id} did 3"
        assert f"{row.video_id} will do 1" in row.options


def test_a_split_without_a_future_on_disk_has_no_previous_event(splits: Path) -> None:
    rows = [
        row.model_copy(update={"future": None, "certificate": None})
        for row in read_manifest(splits, Split, made_by="split")
    ]
    lone = sets.write(splits.parent / "lone.jsonl", rows)
    with pytest.raises(UserError, match="8 left out: no future on disk"):
        build(lone, task="previous_event")
    assert build(lone)["train"], "the context alone is enough to ask what comes next"


def test_the_captions_of_a_split_are_told_before_its_events(splits: Path) -> None:
    told = sets.plain_split(splits.parent, "clip0", future_caption="all goes well")
    named = sets.write(splits.parent / "told.jsonl", [told])
    (row,) = build(named, horizons=[0], test_share=0.0)["train"]
    assert row.answer == "all goes well"
