"""Each instruction set: what is shown, what is asked, what is to be answered."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sets

from data_prep.builders.actions import build_inverse_dynamics
from data_prep.builders.caption import build_caption
from data_prep.builders.causal import CausalForm, build_causal
from data_prep.builders.judged import build_critique, build_reasoning
from data_prep.builders.making import Sides
from data_prep.builders.next_event import Form, build_next_event, build_previous_event
from data_prep.builders.outcomes import build_forward_dynamics
from data_prep.builders.questions import build_choice_qa, build_open_qa
from data_prep.builders.what_happens_next import build_what_happens_next
from data_prep.builders.writing import BuildReport
from data_prep.errors import UserError
from data_prep.llamafactory import DATASET_INFO
from data_prep.manifest import read_sidecar
from data_prep.options import opposite
from data_prep.prompts import ANSWER_BY_LETTER
from data_prep.records import (
    Causal,
    Critique,
    Example,
    Guess,
    Pair,
    Reasoning,
    Split,
    VideoQuestion,
)
from reward_fns.answers import format_fault, read_answer, read_choice, read_confidence

TRAIN = Sides(0.0, seed=0)
NAMES = [f"v{i:02}" for i in range(12)]


def splits_in(folder: Path) -> Path:
    return sets.write(folder / "splits.jsonl", [sets.plain_split(folder, n) for n in NAMES])


def clips_in(folder: Path) -> Path:
    return sets.write(folder / "clips.jsonl", [sets.plain_clip(folder, n) for n in NAMES])


def pairs_in(folder: Path) -> Path:
    return sets.write(folder / "pairs.jsonl", [sets.plain_pair(folder, n) for n in NAMES])


def question(folder: Path, name: str, **changes: object) -> VideoQuestion:
    video = sets.plain_clip(folder, name).video
    row = VideoQuestion(
        id=f"q_{name}",
        video_id=name,
        video=video,
        question=f"Why does {name} laugh?",
        answer=f"it fell, {name}",
        options=["it slept", f"it fell, {name}", "it ate", "it ran", "it sang"],
        kind="CW",
    )
    return row.model_copy(update=changes)


def questions_in(folder: Path) -> Path:
    return sets.write(folder / "questions.jsonl", [question(folder, n) for n in NAMES])


def reasoning(name: str, **changes: str) -> Reasoning:
    row = Reasoning(
        id=f"r_{name}",
        video_id=name,
        split_id=name,
        model="a teacher",
        reasoning=f"I see {name}.\nIt was moving.",
        prediction=f"{name} goes on",
    )
    return row.model_copy(update=changes)


def critique(name: str, conclusion: str, **changes: str) -> Critique:
    row = Critique(
        id=f"c_{name}",
        video_id=name,
        split_id=name,
        model="a teacher",
        reasoning="It moves.",
        prediction="It stops.",
        critique="Nothing speaks for it.",
        conclusion=conclusion,
    )
    return row.model_copy(update=changes)


def causal(name: str, count: int = 3) -> Causal:
    return Causal(
        id=f"k_{name}",
        video_id=name,
        model="a teacher",
        video=f"videos/{name}.mp4",
        explanation="The ball is hit, so it rolls.",
        prediction="It will stop.",
        guesses=[
            Guess(event=f"event {i}", why="it looks like it", confidence=i / 10)
            for i in range(1, count + 1)
        ],
    )


def causal_in(folder: Path) -> Path:
    clips_in(folder)
    return sets.write(folder / "causal.jsonl", [causal(n) for n in NAMES])


def build_all(folder: Path, sides: Sides) -> dict[str, BuildReport]:
    """Build every set in `folder`; return the reports by name."""
    forms = [*Form]
    splits, clips, pairs = splits_in(folder), clips_in(folder), pairs_in(folder)
    questions, causal = questions_in(folder), causal_in(folder)
    thoughts = sets.write(folder / "reasoning.jsonl", [reasoning(n) for n in NAMES])
    judged = [critique(n, "wrong" if i % 3 else "right") for i, n in enumerate(NAMES)]
    critiques = sets.write(folder / "critique.jsonl", judged)
    return {
        "next_event": build_next_event(splits, folder, horizons=[0, 2], forms=forms, sides=sides),
        "previous_event": build_previous_event(
            splits, folder, horizons=[1], forms=forms, sides=sides
        ),
        "caption": build_caption(splits, folder, sides=sides),
        "open_qa": build_open_qa(questions, folder, sides=sides),
        "choice_qa": build_choice_qa(questions, folder, sides=sides),
        "what_happens_next": build_what_happens_next(
            clips, folder, horizons=[1, 2], per_clip=2, sides=sides
        ),
        "reasoning": build_reasoning(thoughts, splits, folder, sides=sides),
        "critique": build_critique(critiques, splits, folder, ratio=None, sides=sides),
        "causal": build_causal(causal, folder, forms=[*CausalForm], sides=sides),
        "inverse_dynamics": build_inverse_dynamics(pairs, folder, forms=forms, sides=sides),
        "forward_dynamics": build_forward_dynamics(
            pairs, clips, folder, forms=forms, within=2.0, sides=sides
        ),
    }


SETS = (
    *("next_event", "previous_event", "caption", "open_qa", "choice_qa", "what_happens_next"),
    *("reasoning", "critique", "causal", "inverse_dynamics", "forward_dynamics"),
)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("everything")
    build_all(folder, Sides(0.4, seed=0))
    return folder


@pytest.mark.parametrize("name", SETS)
def test_a_video_is_on_one_side_in_every_set(everything: Path, name: str) -> None:
    train, test = (
        {row.video_id for row in rows} for rows in list(sets.built(everything, name).values())
    )
    assert train
    assert test
    assert not train & test
    first = {row.video_id for row in sets.built(everything, "caption")["test"]}
    assert test <= first


@pytest.mark.parametrize("name", SETS)
def test_every_row_names_its_task_its_source_and_its_licence(everything: Path, name: str) -> None:
    for rows in sets.built(everything, name).values():
        for row in rows:
            assert row.task == name
            assert row.provenance
            if name not in {"open_qa", "choice_qa", "causal"}:
                assert (row.source, row.license) == ("a test", "CC0")


@pytest.mark.parametrize("name", SETS)
def test_ids_are_unique_within_and_between_sets(everything: Path, name: str) -> None:
    rows = [row.id for side in sets.built(everything, name).values() for row in side]
    assert len(set(rows)) == len(rows)
    for other in set(SETS) - {name}:
        theirs = {row.id for side in sets.built(everything, other).values() for row in side}
        assert not theirs & set(rows)


@pytest.mark.parametrize("name", SETS)
def test_the_columns_that_are_declared_are_those_of_the_rows(everything: Path, name: str) -> None:
    declared = json.loads((everything / DATASET_INFO).read_text())
    for side in ("train", "test"):
        entry = declared[f"{name}_{side}"]
        (rows,) = [sets.built(everything, name)[side]]
        kind = "images" if name.endswith("dynamics") else "videos"
        assert entry["columns"] == {"messages": "messages", kind: kind}
        assert all(getattr(row, kind) for row in rows)


def test_two_runs_give_the_same_bytes(everything: Path, tmp_path: Path) -> None:
    build_all(tmp_path, Sides(0.4, seed=0))
    for name in SETS:
        for side in ("train", "test"):
            file = f"{name}_{side}.jsonl"
            assert (tmp_path / file).read_bytes() == (everything / file).read_bytes()
            meta = f"{name}_{side}.meta.json"
            assert (tmp_path / meta).read_bytes() == (everything / meta).read_bytes()


@pytest.mark.parametrize("name", SETS)
def test_another_seed_asks_otherwise(everything: Path, tmp_path: Path, name: str) -> None:
    build_all(tmp_path, Sides(0.4, seed=1))
    file = f"{name}_train.jsonl"
    assert (tmp_path / file).read_bytes() != (everything / file).read_bytes()


def only_train(folder: Path, name: str) -> list[Example]:
    sides = sets.built(folder, name)
    assert not sides["test"]
    assert sides["train"]
    return sides["train"]


def test_captions_of_clips_and_of_both_parts_of_splits(tmp_path: Path) -> None:
    build_caption(clips_in(tmp_path), tmp_path, sides=TRAIN)
    for row in only_train(tmp_path, "caption"):
        assert row.answer == f"a film of {row.video_id}"
        assert row.videos == [f"videos/{row.video_id}.mp4"]
    build_caption(splits_in(tmp_path), tmp_path, sides=TRAIN)
    rows = only_train(tmp_path, "caption")
    assert len(rows) == 2 * len(NAMES)
    for row in rows:
        part = "context" if row.videos[0] == f"context/{row.video_id}.mp4" else "future"
        verb = "did" if part == "context" else "will do"
        assert row.answer == ", then ".join(f"{row.video_id} {verb} {i}" for i in (1, 2, 3))


def test_open_questions_are_asked_without_their_options(tmp_path: Path) -> None:
    build_open_qa(questions_in(tmp_path), tmp_path, sides=TRAIN)
    for row in only_train(tmp_path, "open_qa"):
        assert row.messages[0].content == f"<video>Why does {row.video_id} laugh?"
        assert row.messages[1].content == row.answer == f"it fell, {row.video_id}"


def test_choices_are_answered_by_the_letter_of_the_right_option(tmp_path: Path) -> None:
    build_choice_qa(questions_in(tmp_path), tmp_path, sides=TRAIN)
    rows = only_train(tmp_path, "choice_qa")
    for row in rows:
        lettered = dict(zip("ABCDE", row.options, strict=True))
        assert lettered[row.answer] == f"it fell, {row.video_id}"
        assert read_choice(row.messages[-1].content, lettered).letter == row.answer
        assert all(f"{x}. {text}" in row.messages[0].content for x, text in lettered.items())
        assert row.messages[0].content.endswith(ANSWER_BY_LETTER)
    # In the source the answer always stands second.
    assert len({row.answer for row in rows}) > 2


def test_questions_without_options_are_counted(tmp_path: Path) -> None:
    rows = [question(tmp_path, "v0"), question(tmp_path, "v1", options=[])]
    twice = question(tmp_path, "v2", options=["it fell, v2", "it fell, v2"])
    path = sets.write(tmp_path / "questions.jsonl", [*rows, twice])
    report = build_choice_qa(path, tmp_path, sides=TRAIN)
    assert report.left_out == {
        "a question without options": 1,
        "options that are not 2 to 26 different ones": 1,
    }


def test_what_happens_next_names_an_event_and_tells_those_after_it(tmp_path: Path) -> None:
    clips = clips_in(tmp_path)
    build_what_happens_next(clips, tmp_path, horizons=[1, 2], per_clip=9, sides=TRAIN)
    rows = only_train(tmp_path, "what_happens_next")
    assert len(rows) == len(NAMES) * (3 + 2)
    for row in rows:
        asked = row.messages[0].content
        named = [i for i in (1, 2, 3, 4) if f'"{row.video_id} does {i}"' in asked]
        assert len(named) == 1
        horizon = int(row.id.rpartition("_h")[2])
        after = range(named[0] + 1, named[0] + 1 + horizon)
        assert row.answer == ", then ".join(f"{row.video_id} does {i}" for i in after)
        assert row.videos == [f"videos/{row.video_id}.mp4"]


def test_an_event_that_happens_twice_is_never_named(tmp_path: Path) -> None:
    again = sets.events("it waits", "it runs", "it waits", "it sleeps")
    never = sets.events("it waits", "it waits", "it waits")
    rows = [
        sets.plain_clip(tmp_path, "again", events=again),
        sets.plain_clip(tmp_path, "never", events=never),
        sets.plain_clip(tmp_path, "one", events=again[:1]),
    ]
    path = sets.write(tmp_path / "clips.jsonl", rows)
    report = build_what_happens_next(path, tmp_path, horizons=[1], per_clip=9, sides=TRAIN)
    (row,) = only_train(tmp_path, "what_happens_next")
    assert '"it runs"' in row.messages[0].content
    assert row.answer == "it waits"
    assert report.left_out == {
        "no event of a text of its own with 1 after it": 1,
        "no event with 1 after it": 1,
    }


def test_reasoning_thinks_and_answers_in_the_tags_that_rewards_read(tmp_path: Path) -> None:
    splits = splits_in(tmp_path)
    rows = [reasoning(n) for n in NAMES]
    path = sets.write(tmp_path / "reasoning.jsonl", rows)
    build_reasoning(path, splits, tmp_path, sides=TRAIN)
    for row in only_train(tmp_path, "reasoning"):
        assert [turn.role for turn in row.messages] == ["system", "user", "assistant"]
        reply = row.messages[-1].content
        assert format_fault(reply) is None
        assert read_answer(reply) == row.answer == f"{row.video_id} goes on"
        assert f"I see {row.video_id}.\nIt was moving." in reply
        assert row.videos == [f"context/{row.video_id}.mp4"]


def test_thoughts_that_hold_tags_or_belong_to_no_split_are_counted(tmp_path: Path) -> None:
    splits = splits_in(tmp_path)
    rows = [
        reasoning("v00"),
        reasoning("v01", reasoning="So </think> is said."),
        reasoning("v02", prediction="<answer>it stops</answer>"),
        reasoning("v03", split_id="v99"),
    ]
    path = sets.write(tmp_path / "reasoning.jsonl", rows)
    report = build_reasoning(path, splits, tmp_path, sides=TRAIN)
    assert report.written["train"] == 1
    assert sum(report.left_out.values()) == 3
    assert report.left_out["no such id in splits.jsonl"] == 1


def test_a_critique_shows_the_solution_and_concludes(tmp_path: Path) -> None:
    splits = splits_in(tmp_path)
    rows = [critique("v00", " Right\n"), critique("v01", "WRONG", reasoning="")]
    path = sets.write(tmp_path / "critique.jsonl", rows)
    build_critique(path, splits, tmp_path, ratio=None, sides=TRAIN)
    right, wrong = only_train(tmp_path, "critique")
    assert (right.answer, wrong.answer) == ("right", "wrong")
    assert right.messages[-1].content.endswith("Conclusion: right")
    assert "<think>\nIt moves.\n</think>" in right.messages[1].content
    assert "<think>" not in wrong.messages[1].content
    assert all("It stops." in row.messages[1].content for row in (right, wrong))
    assert "It stops." not in right.messages[-1].content


@pytest.mark.parametrize(
    ("ratio", "right", "wrong", "kept"),
    [
        (2.1, 10, 40, (10, 21)),
        (2.1, 40, 21, (10, 21)),
        (2.1, 1, 1, (1, 1)),
        (1.0, 7, 3, (3, 3)),
        (0.5, 4, 4, (4, 2)),
        (2.1, 0, 5, None),
    ],
)
def test_critiques_are_sampled_to_the_ratio(
    tmp_path: Path, ratio: float, right: int, wrong: int, kept: tuple[int, int] | None
) -> None:
    names = [f"v{i:02}" for i in range(right + wrong)]
    splits = [sets.plain_split(tmp_path, n) for n in names]
    rows = [critique(n, "right" if i < right else "wrong") for i, n in enumerate(names)]
    path = sets.write(tmp_path / "critique.jsonl", rows)
    where = sets.write(tmp_path / "splits.jsonl", splits)
    if kept is None:
        with pytest.raises(UserError, match="none is left at"):
            build_critique(path, where, tmp_path, ratio=ratio, sides=TRAIN)
        return
    report = build_critique(path, where, tmp_path, ratio=ratio, sides=TRAIN)
    answers = [row.answer for row in only_train(tmp_path, "critique")]
    assert (answers.count("right"), answers.count("wrong")) == kept
    assert sum(report.left_out.values()) == right + wrong - sum(kept)
    build_critique(path, where, tmp_path, ratio=ratio, sides=Sides(0.0, seed=7))
    assert [row.answer for row in only_train(tmp_path, "critique")].count("wrong") == kept[1]


def test_causal_rows_explain_or_guess_with_confidences_that_can_be_read(tmp_path: Path) -> None:
    build_causal(causal_in(tmp_path), tmp_path, forms=[*CausalForm], sides=TRAIN)
    explained, guessed = only_train(tmp_path, "causal")[:2]
    assert "The ball is hit, so it rolls." in explained.messages[-1].content
    assert explained.answer == "It will stop."
    lines = guessed.messages[-1].content.split("\n")
    assert [read_confidence(line) for line in lines] == [0.3, 0.2, 0.1]
    assert [f"event {i}" in line for i, line in zip((3, 2, 1), lines, strict=True)] == [True] * 3
    assert guessed.answer == "event 3"


def test_another_number_of_guesses_is_counted(tmp_path: Path) -> None:
    clips_in(tmp_path)
    rows = [causal("v00"), causal("v01", count=2), causal("v02", count=0)]
    path = sets.write(tmp_path / "causal.jsonl", rows)
    report = build_causal(path, tmp_path, forms=[CausalForm.GUESSES], sides=TRAIN)
    assert report.left_out == {"not 3 guesses": 2}


def test_inverse_dynamics_shows_two_pictures_and_asks_for_the_action(tmp_path: Path) -> None:
    build_inverse_dynamics(pairs_in(tmp_path), tmp_path, forms=[*Form], sides=TRAIN)
    for row in only_train(tmp_path, "inverse_dynamics"):
        name, action = row.video_id, f"moving thing {row.video_id} to the left"
        assert row.images == [f"frames/{name}_before.jpg", f"frames/{name}_after.jpg"]
        assert not row.videos
        assert row.messages[0].content.startswith("<image><image>")
        if row.options:
            lettered = dict(zip("ABCD", row.options, strict=True))
            assert lettered.get(row.answer, row.answer) == action
            assert (row.answer == action) == row.id.endswith("-in-words")
            assert f"moving thing {name} to the right" in row.options
            assert len(set(row.options)) == 4
        else:
            assert row.answer == action


def test_forward_dynamics_shows_one_picture_and_asks_for_the_next_event(tmp_path: Path) -> None:
    pairs, clips = pairs_in(tmp_path), clips_in(tmp_path)
    build_forward_dynamics(pairs, clips, tmp_path, forms=[*Form], within=2.0, sides=TRAIN)
    for row in only_train(tmp_path, "forward_dynamics"):
        name = row.video_id
        assert row.images == [f"frames/{name}_before.jpg"]
        assert f'"moving thing {name} to the left"' in row.messages[0].content
        if row.options:
            lettered = dict(zip("ABCD", row.options, strict=True))
            assert lettered.get(row.answer, row.answer) == f"{name} does 3"
            assert f"{name} does 2" in row.options, "what was seen before is a wrong answer"
            assert f"{name} does 4" not in row.options, "what comes later may be true as well"
        else:
            assert row.answer == f"{name} does 3"


def test_pairs_without_an_action_a_time_or_an_outcome_are_counted(tmp_path: Path) -> None:
    clips = clips_in(tmp_path)
    rows = [
        sets.plain_pair(tmp_path, "v00"),
        sets.plain_pair(tmp_path, "v01", action=None),
        sets.plain_pair(tmp_path, "v02", t0=None, t1=None),
        sets.plain_pair(tmp_path, "v03", t0=2.0, t1=3.9),
        sets.plain_pair(tmp_path, "v04", clip_id="v99"),
    ]
    path = sets.write(tmp_path / "pairs.jsonl", rows)
    report = build_forward_dynamics(
        path, clips, tmp_path, forms=[Form.OPEN], within=2.0, sides=TRAIN
    )
    assert report.left_out == {
        "a pair without an action": 1,
        "a pair without times": 1,
        "no event begins within 2 s after the action": 1,
        "no such id in clips.jsonl": 1,
    }


@pytest.mark.parametrize(
    ("action", "turned"),
    [
        ("moving the cup to the left", "moving the cup to the right"),
        ("Opening the door", "Closing the door"),
        ("picks up a pen", "puts down a pen"),
        ("puts a pen onto the table", "takes a pen onto the table"),
        ("waves", None),
        ("leftover soup is stirred", None),
    ],
)
def test_the_opposite_of_an_action(action: str, turned: str | None) -> None:
    assert opposite(action) == turned


@pytest.mark.parametrize(
    ("build", "rows"),
    [
        (lambda p, f: build_caption(p, f, sides=TRAIN), Split),
        (lambda p, f: build_inverse_dynamics(p, f, forms=[Form.OPEN], sides=TRAIN), Pair),
        (lambda p, f: build_causal(p, f, forms=[*CausalForm], sides=TRAIN), Causal),
        (lambda p, f: build_open_qa(p, f, sides=TRAIN), VideoQuestion),
    ],
)
def test_a_set_that_cannot_be_built_says_why_and_what_to_type(
    tmp_path: Path, build: Callable[[Path, Path], object], rows: type
) -> None:
    with pytest.raises(UserError, match="fix: "):
        build(tmp_path / "missing.jsonl", tmp_path)
    empty = sets.write(tmp_path / "empty.jsonl", [])
    with pytest.raises(UserError, match="fix: "):
        build(empty, tmp_path)
    assert not (tmp_path / DATASET_INFO).exists()


def test_the_sidecar_holds_the_settings_and_what_was_left_out(tmp_path: Path) -> None:
    rows = [critique("v00", "right"), critique("v01", "hm")]
    path = sets.write(tmp_path / "critique.jsonl", rows)
    build_critique(path, splits_in(tmp_path), tmp_path, ratio=None, sides=TRAIN)
    meta = read_sidecar(tmp_path / "critique_train.jsonl")
    assert meta["settings"].pop("made_from")["manifest"] == "critique.jsonl"
    assert meta["settings"] == {
        "command": "build critique",
        "ratio": None,
        "test_share": 0.0,
        "left_out": {"a conclusion that is neither right nor wrong": 1},
    }
    (line,) = (tmp_path / "critique.report.jsonl").read_text().splitlines()
    assert json.loads(line)["row"] == "c_v01: 'hm'"
