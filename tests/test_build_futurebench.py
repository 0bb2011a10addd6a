"""Questions like FutureBench's: four different options, one right, nothing of the future shown."""

import json
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import logs
import pytest
import sets
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from data_prep.builders.blind import BlindMark, blind_path, mark_blind
from data_prep.builders.futurebench import HOPS, KINDS, FutureBenchReport, build_futurebench
from data_prep.builders.futurebench_wrong import WrongKind
from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.manifest import read_manifest, read_sidecar
from data_prep.prompts import join_events
from data_prep.records import Question, Split
from lmms_tasks.futurebench.rotations import rotate
from lmms_tasks.load import has_video, load_questions

ONE_OF_EACH: dict[WrongKind, int] = {"wrong_order": 1, "already_seen": 1, "other_clip": 1}
VIDEOS = tuple(f"v{i}" for i in range(6))


def split(
    folder: Path, name: str, seen: Sequence[str], future: Sequence[str], **more: Any
) -> Split:
    told = {
        "context_events": sets.events(*seen),
        "future_events": sets.events(*future, start=3.0),
        **more,
    }
    return sets.plain_split(folder, name, **told)


def ordinary(folder: Path, name: str) -> Split:
    """Three events before the cut, five after it, all of different texts."""
    seen = [f"{name} did {i}" for i in (1, 2, 3)]
    return split(folder, name, seen, [f"{name} will do {i}" for i in (1, 2, 3, 4, 5)])


def build(
    folder: Path, rows: Iterable[Split], *broken: str, **options: Any
) -> tuple[FutureBenchReport, list[Question]]:
    splits = sets.write(folder / "splits.jsonl", rows, *broken)
    report = build_futurebench(splits, folder, **{"wrong": ONE_OF_EACH, "seed": 0, **options})
    made = read_manifest(folder / "futurebench.jsonl", Question, made_by="build")
    return report, list(made)


def right(question: Question) -> str:
    return question.options["ABCD".index(question.answer)]


def test_the_tasks_read_what_is_built(tmp_path: Path) -> None:
    report, rows = build(tmp_path, [ordinary(tmp_path, name) for name in VIDEOS])
    assert load_questions(tmp_path) == rows
    assert len(rows) == 24
    assert report.questions == dict.fromkeys(KINDS, 6)
    assert all(has_video(tmp_path, row) for row in rows)
    assert all(row.video == f"context/{row.video_id}.mp4" for row in rows)


@pytest.mark.parametrize(
    ("kind", "future", "question", "answer"),
    [
        ("hop1", 1, "What happens next?", [1]),
        ("hop1", 5, "The video ends with: v0 will do 2. What happens next?", [1]),
        ("hop2", 5, "The video ends with: v0 will do 3. What are the next two events?", [1, 2]),
        ("hop3", 3, "What are the next three events?", [1, 2, 3]),
        (
            "hop3",
            4,
            "The video ends with: v0 will do 4. What are the next three events?",
            [1, 2, 3],
        ),
        (
            "interpolation",
            4,
            "These are five events in their order: 1. v0 did 3 2. ? 3. v0 will do 2 4. ? "
            "5. v0 will do 4. Which two events are missing?",
            [1, 3],
        ),
    ],
)
def test_what_is_asked(
    tmp_path: Path, kind: str, future: int, question: str, answer: list[int]
) -> None:
    seen = [f"v0  did\n{i}." for i in (1, 2, 3)]
    first = split(tmp_path, "v0", seen, [f"v0 will do {i}" for i in range(1, future + 1)])
    others = [ordinary(tmp_path, name) for name in VIDEOS[1:]]
    _, rows = build(tmp_path, [first, *others], kinds=[kind])
    [row] = [row for row in rows if row.video_id == "v0"]
    assert row.question == question
    assert right(row) == join_events([f"v0 will do {i}" for i in answer])


WORDS = st.sampled_from(["it waits", "It waits", "it turns", "it falls", "it stops.", "it rises"])
EVENTS = st.lists(WORDS, max_size=6)


@settings(max_examples=60)
@given(
    told=st.lists(st.tuples(EVENTS, EVENTS), min_size=1, max_size=len(VIDEOS)),
    seed=st.integers(0, 3),
    own=st.sampled_from([(1, 1), (0, 0), (3, 0), (0, 3), (2, 1)]),
    per_kind=st.sampled_from([None, 1, 3]),
)
def test_four_options_differ_one_is_right_and_letters_are_balanced(
    tmp_path_factory: pytest.TempPathFactory,
    told: list[tuple[list[str], list[str]]],
    seed: int,
    own: tuple[int, int],
    per_kind: int | None,
) -> None:
    folder = tmp_path_factory.getbasetemp() / "drawn"
    rows = {
        name: split(folder, name, seen, future)
        for name, (seen, future) in zip(VIDEOS, told, strict=False)
    }
    # Events of their own for the others to draw from.
    rows |= {f"o{i}": ordinary(folder, f"o{i}") for i in range(5)}
    wrong = {"wrong_order": own[0], "already_seen": own[1], "other_clip": 3 - sum(own)}
    report, questions = build(folder, rows.values(), wrong=wrong, seed=seed, per_kind=per_kind)
    for question in questions:
        row = rows[question.video_id]
        seen, future = (
            [event.text.rstrip(".") for event in events]
            for events in (row.context_events, row.future_events)
        )
        missing = future[: HOPS[question.kind]] if question.kind in HOPS else future[:3:2]
        assert right(question) == join_events(missing)
        assert len({option.casefold() for option in question.options}) == 4
        assert question.video == row.context
        hops = HOPS.get(question.kind)
        told_events = future[hops : hops + 1] if hops else [seen[-1], future[1], future[3]]
        assert all(text not in question.question for text in {*missing} - {*told_events})
        letter = question.answer
        wrong_ones = [o for i, o in enumerate(question.options) if "ABCD"[i] != letter]
        assert join_events(missing).casefold() not in {text.casefold() for text in wrong_ones}
    for kind in KINDS:
        keys = Counter(row.answer for row in questions if row.kind == kind)
        assert max(keys.values()) - min(keys[letter] for letter in "ABCD") <= 1
        assert keys.total() == report.questions[kind] == sum(report.wrong[kind].values()) / 3
        assert per_kind is None or keys.total() <= per_kind
    asked = sum(report.questions.values()) + report.spare + report.reasons.counts.total()
    assert asked == 4 * len(rows)


@pytest.mark.parametrize(
    ("wrong", "kinds"),
    [
        (ONE_OF_EACH, {"wrong_order": 6, "already_seen": 6, "other_clip": 6}),
        ({"wrong_order": 2, "already_seen": 1, "other_clip": 0}, None),
        ({"wrong_order": 0, "already_seen": 0, "other_clip": 3}, {"other_clip": 18}),
        ({"wrong_order": 0, "already_seen": 3, "other_clip": 0}, {"already_seen": 18}),
    ],
)
def test_wrong_answers_are_of_the_kinds_that_were_asked_for(
    tmp_path: Path, wrong: dict[WrongKind, int], kinds: dict[str, int] | None
) -> None:
    rows = [ordinary(tmp_path, name) for name in VIDEOS]
    report, questions = build(tmp_path, rows, wrong=wrong, kinds=["hop3"])
    expected = kinds or {"wrong_order": 12, "already_seen": 6}
    assert report.wrong["hop3"] == expected
    told = read_sidecar(tmp_path / "futurebench.jsonl")["settings"]
    assert told["wrong_by_kind"] == {"hop3": expected}
    for question in questions:
        name, answer = question.video_id, right(question)
        others = [text for text in question.options if name not in text]
        seen = [text for text in question.options if f"{name} did" in text]
        moved = [
            text
            for text in question.options
            if text != answer and sorted(text.split(", then ")) == sorted(answer.split(", then "))
        ]
        found = {"other_clip": others, "already_seen": seen, "wrong_order": moved}
        assert {kind: 6 * len(texts) for kind, texts in found.items() if texts} == expected


def test_of_one_event_the_wrong_order_is_a_later_one_that_the_question_does_not_tell(
    tmp_path: Path,
) -> None:
    _, rows = build(tmp_path, [ordinary(tmp_path, name) for name in VIDEOS], kinds=["hop1"])
    for row in rows:
        assert f"{row.video_id} will do 3" in row.options
        assert f"{row.video_id} will do 2" not in row.options


def test_the_likest_events_of_other_clips_come_first(tmp_path: Path) -> None:
    asked = split(tmp_path, "v0", ["a man waits"], ["a man opens the red door"])
    texts = ("a man opens the red box", "a dog runs", "birds sing", "rain falls on the red door")
    others = [split(tmp_path, f"w{i}", ["it begins"], [text]) for i, text in enumerate(texts)]
    wrong = {"wrong_order": 0, "already_seen": 0, "other_clip": 3}
    _, rows = build(tmp_path, [asked, *others], wrong=wrong, kinds=["hop1"])
    [row] = [row for row in rows if row.video_id == "v0"]
    assert set(texts[:1]) | {texts[3]} <= set(row.options)


def test_events_of_the_same_recording_are_no_other_clip(tmp_path: Path) -> None:
    rows = [
        ordinary(tmp_path, name).model_copy(update={"video_id": "one recording"})
        for name in VIDEOS[:3]
    ]
    others = [ordinary(tmp_path, f"w{i}") for i in range(3)]
    wrong = {"wrong_order": 0, "already_seen": 0, "other_clip": 3}
    _, questions = build(tmp_path, [*rows, *others], wrong=wrong, kinds=["hop2"])
    for question in questions:
        if question.video_id == "one recording":
            assert sum(option.startswith("v") for option in question.options) == 1


def test_two_builds_give_the_same_bytes_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    rows = [ordinary(tmp_path, name) for name in VIDEOS]

    def made(order: Iterable[Split], seed: int = 0) -> bytes:
        build(tmp_path, order, seed=seed)
        return (tmp_path / "futurebench.jsonl").read_bytes()

    first = made(rows)
    assert made(rows) == first
    assert made(rows[::-1]) == first
    assert made(rows, seed=1) != first


def test_every_row_without_a_question_is_counted_with_its_reason(tmp_path: Path) -> None:
    good = [ordinary(tmp_path, name) for name in VIDEOS]
    early = ordinary(tmp_path, "early")
    faulty = [
        split(tmp_path, "short", ["it waits"], ["it goes", "it stops"]),
        split(tmp_path, "unseen", [], [f"it does {i}" for i in range(4)]),
        ordinary(tmp_path, "frames").model_copy(update={"context": ["context/v0.mp4"]}),
        ordinary(tmp_path, "gone").model_copy(update={"context": "context/none.mp4"}),
        early.model_copy(update={"cut": 3.5}),
        split(tmp_path, "blank", ["it waits"], [" . ", *(f"it does {i}" for i in range(4))]),
        good[0],
    ]
    report, rows = build(tmp_path, [*good, *faulty], "not json")
    assert report.reasons.counts == {
        "hop3: fewer than 3 events after the cut": 1,
        "interpolation: fewer than 4 events after the cut": 1,
        "interpolation: nothing is told of the video up to the cut": 1,
        "a list of frames, where the tasks show a file": 1,
        "a file that is not there": 1,
        "an event of the future begins before the cut": 4,
        "an event without a text": 4,
        "a second split of one id": 4,
        "not a valid Split: row: json_invalid": 1,
    }
    assert len(rows) == 24 + 2 + 3
    lines = (tmp_path / "futurebench.report.jsonl").read_text().splitlines()
    assert Counter(json.loads(line)["reason"] for line in lines) == report.reasons.counts


def test_a_caption_stands_in_for_the_events_before_the_cut(tmp_path: Path) -> None:
    rows = [ordinary(tmp_path, name) for name in VIDEOS]
    told = {"context_events": [], "context_caption": "A dog sits."}
    _, questions = build(tmp_path, [rows[0].model_copy(update=told), *rows[1:]])
    [row] = [row for row in questions if row.id == "v0_interpolation"]
    assert "1. A dog sits 2. ?" in row.question


def test_too_few_different_events_leave_nothing_and_keep_what_was_there(tmp_path: Path) -> None:
    build(tmp_path, [ordinary(tmp_path, name) for name in VIDEOS])
    before = (tmp_path / "futurebench.jsonl").read_bytes()
    with pytest.raises(UserError, match="no question could be built") as told:
        build(tmp_path, [split(tmp_path, "v0", ["it waits"], ["it waits"])])
    assert "too few different wrong answers" in str(told.value)
    assert (tmp_path / "futurebench.jsonl").read_bytes() == before


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    # Pydantic keeps the 16,384 last texts of less than 64 letters.
    long = "goes on and on " * 5

    def peak(count: int) -> int:
        template = ordinary(tmp_path, "v0")
        rows = (
            template.model_copy(
                update={
                    "id": f"s{i}",
                    "video_id": f"s{i}",
                    "context_caption": "so it begins " * 600,
                    "future_events": sets.events(*(f"{i} {long} {n}" for n in range(5)), start=3.0),
                }
            )
            for i in range(count)
        )
        splits = sets.write(tmp_path / "splits.jsonl", rows)
        tracemalloc.start()
        build_futurebench(splits, tmp_path, kinds=["hop1"], wrong=ONE_OF_EACH, seed=0)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    # 600 rows more, held in memory, would take 5 MB, and their questions 0.6 MB.
    assert peak(900) < peak(300) + 300_000


def run(*words: object) -> Any:
    return CliRunner().invoke(app, ["build", *map(str, words)])


def test_the_command(tmp_path: Path) -> None:
    splits = sets.write(tmp_path / "splits.jsonl", [ordinary(tmp_path, name) for name in VIDEOS])
    done = run("futurebench", splits, "--per-kind", 4, "--kind", "hop2", "--kind", "hop1")
    assert done.exit_code == 0, done.output
    assert "4 hop1, 4 hop2" in done.output
    assert "4 more could be asked" in done.output
    assert "8 already_seen, 8 other_clip, 8 wrong_order" in done.output


def test_wrong_inputs_are_said(tmp_path: Path) -> None:
    splits = sets.write(tmp_path / "splits.jsonl", [ordinary(tmp_path, name) for name in VIDEOS])
    clips = sets.write(tmp_path / "clips.jsonl", [sets.plain_clip(tmp_path, "a")])
    (tmp_path / "other").mkdir()
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/futurebench.jsonl").write_text("mine\n")
    for words, told in (
        ((tmp_path / "none.jsonl",), "no such manifest"),
        ((clips,), "whole clips"),
        ((splits, "--out", tmp_path / "other"), "below its own folder"),
        ((splits, "--out", tmp_path / "taken"), "not written by `build futurebench`"),
        ((splits, "--wrong-order", 2, "--already-seen", 2), "has 3 wrong answers"),
    ):
        done = run("futurebench", *words)
        assert done.exit_code != 0
        assert told in str(done.exception)
    assert (tmp_path / "taken/futurebench.jsonl").read_text() == "mine\n"


# --- what is answered without the video


def documents(rows: Sequence[Question]) -> list[dict[str, Any]]:
    return [{**row.model_dump(), "missing": 0, "total": len(rows)} for row in rows]


def rotated_log(folder: Path, rows: Sequence[Question], hits: Sequence[int]) -> Path:
    """Write a log in which row i is answered right in `hits[i]` of its four rotations."""
    replies = []
    for row, count in zip(rows, hits, strict=True):
        for by in range(4):
            _, key = rotate(row.options, row.answer, by)
            replies.append(key if by < count else "BCDA"["ABCD".index(key)])
    logs.write(folder, {"rotated": replies}, documents=documents(rows))
    return folder / "20260101_000000_samples_futurebench_rotated.jsonl"


@pytest.fixture
def questions(tmp_path: Path) -> list[Question]:
    rows = [ordinary(tmp_path, name) for name in VIDEOS]
    return build(tmp_path, rows, kinds=["hop2"])[1]


def marks(tmp_path: Path) -> list[BlindMark]:
    path = blind_path(tmp_path / "futurebench.jsonl")
    return list(read_manifest(path, BlindMark, made_by="build"))


def test_items_answered_without_the_video_in_all_rotations_are_marked(
    tmp_path: Path, questions: list[Question]
) -> None:
    before = (tmp_path / "futurebench.jsonl").read_bytes()
    log = rotated_log(tmp_path / "log", questions, [4, 3, 2, 1, 0, 4])
    report = mark_blind(tmp_path / "futurebench.jsonl", [log])
    assert [(row.right, row.asked, row.marked) for row in marks(tmp_path)] == [
        (4, 4, True),
        (3, 4, False),
        (2, 4, False),
        (1, 4, False),
        (0, 4, False),
        (4, 4, True),
    ]
    assert (report.marked, report.asked, report.not_asked) == (2, 6, 0)
    assert report.by_luck == pytest.approx(6 / 4**4)
    assert (tmp_path / "futurebench.jsonl").read_bytes() == before


def test_logs_of_several_models_add_up(tmp_path: Path, questions: list[Question]) -> None:
    first = rotated_log(tmp_path / "a", questions, [4, 3, 4, 0, 0, 0])
    second = rotated_log(tmp_path / "b", questions[:3], [4, 2, 0])
    mark_blind(tmp_path / "futurebench.jsonl", [first, second])
    told = [(row.right, row.asked, row.marked) for row in marks(tmp_path)]
    assert told[:3] == [(8, 8, True), (5, 8, True), (4, 8, False)]


def test_one_letter_for_all_marks_nothing(tmp_path: Path, questions: list[Question]) -> None:
    logs.write(tmp_path / "log", {"rotated": ["A"] * 24}, documents=documents(questions))
    [log] = (tmp_path / "log").glob("*_rotated.jsonl")
    assert mark_blind(tmp_path / "futurebench.jsonl", [log]).marked == 0
    assert {row.right for row in marks(tmp_path)} == {1}


def blind_log(folder: Path, rows: Sequence[Question], name: str = "blind") -> Path:
    logs.write(folder, {name: [row.answer for row in rows]}, documents=documents(rows))
    return folder / f"20260101_000000_samples_futurebench_{name}.jsonl"


def test_three_models_that_are_asked_once_suffice(
    tmp_path: Path, questions: list[Question]
) -> None:
    found = [blind_log(tmp_path / name, questions) for name in "abc"]
    assert mark_blind(tmp_path / "futurebench.jsonl", found).marked == 6
    with pytest.raises(UserError, match="too few replies"):
        mark_blind(tmp_path / "futurebench.jsonl", found[:2])


def test_a_log_that_does_not_fit_is_refused(tmp_path: Path, questions: list[Question]) -> None:
    path = tmp_path / "futurebench.jsonl"
    sound = rotated_log(tmp_path / "log", questions, [4] * 6)
    twice = tmp_path / "twice.jsonl"
    twice.write_text(sound.read_text() * 2)
    renamed = tmp_path / "renamed.jsonl"
    renamed.write_text(sound.read_text().replace("v0_hop2", "x_hop2"))
    other_key = tmp_path / "other_key.jsonl"
    row = json.loads(sound.read_text().splitlines()[0])
    key = row["acc_rotated_micro"]["answer_key"]
    row["acc_rotated_micro"]["answer_key"] = "BCDA"["ABCD".index(key)]
    other_key.write_text(json.dumps(row))
    broken = tmp_path / "broken.jsonl"
    broken.write_text(sound.read_text()[:-40])
    empty = tmp_path / "empty.jsonl"
    empty.write_text("\n")
    for log, told in (
        (tmp_path / "none.jsonl", "no such log"),
        (blind_log(tmp_path / "seen", questions, "direct"), "not a reply to futurebench_blind"),
        (twice, "twice in one order"),
        (renamed, "4 replies of renamed.jsonl are to items"),
        (other_key, "with another answer"),
        (broken, "not JSON"),
        (empty, "too few replies"),
    ):
        with pytest.raises(UserError, match=told):
            mark_blind(path, [log])
    assert not blind_path(path).exists()


def test_the_commands_mark_and_a_build_without_a_log_removes_old_marks(tmp_path: Path) -> None:
    splits = sets.write(tmp_path / "splits.jsonl", [ordinary(tmp_path, name) for name in VIDEOS])
    assert run("futurebench", splits).exit_code == 0
    path = tmp_path / "futurebench.jsonl"
    rows = list(read_manifest(path, Question, made_by="build"))
    log = rotated_log(tmp_path / "log", rows, [4] * 6 + [0] * 18)
    done = run("futurebench", splits, "--blind-log", log)
    assert done.exit_code == 0, done.output
    assert "6 of 24 questions are answered without the video" in done.output
    first = blind_path(path).read_bytes()
    assert run("blind-marks", path, "--blind-log", log).exit_code == 0
    assert blind_path(path).read_bytes() == first
    done = run("futurebench", splits, "--seed", 1)
    assert "removed the marks" in done.output
    assert not blind_path(path).exists()
