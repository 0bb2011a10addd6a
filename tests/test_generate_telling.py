"""What generators are told, and that nobody tells them the outcome unnoticed."""

import json
from pathlib import Path
from typing import Any

import foresight
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.errors import UserError
from data_prep.generating.generate import generate
from data_prep.generating.log import read_answers
from data_prep.generating.settings import Settings
from data_prep.generating.telling import holds
from data_prep.records import Condition
from data_prep.steps.engine import Engine
from data_prep.video import write_clip


@pytest.mark.parametrize(
    ("prompt", "label", "found"),
    [
        ("Then it MOVES, right!", "it moves right", True),
        ("it moves left", "it moves right", False),
        ("it moves rightwards", "it moves right", False),
        ("it moves, then right", "it moves right", False),
        ("uncovering the cup", "covering the cup", False),
        ("She is opening the old door.", "Opening something", True),
        ("closing the door", "Opening something", False),
        ("Putting a red cup into the box", "Putting something into something", True),
        ("Taking a cup out of the box", "Putting something into something", False),
        ("it moves right", "", False),
        ("", "it moves right", False),
    ],
)
def test_a_label_is_found_in_whole_words(prompt: str, label: str, found: bool) -> None:
    assert holds(prompt, label) is found


_WORDS = st.lists(st.sampled_from(["it", "moves", "right", "the", "cup", "up"]), min_size=1)


@given(_WORDS, _WORDS, _WORDS, st.sampled_from([" ", ", ", " - "]))
def test_a_label_between_any_words_is_found(
    before: list[str], label: list[str], after: list[str], mark: str
) -> None:
    assert holds(mark.join([*before, *label, *after]).upper(), " ".join(label))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return foresight.make(tmp_path / "data", names=("a", "b", "c"))


def log(folder: Path, letters: dict[str, str | None]) -> Path:
    path = folder / "samples.jsonl"
    lines = [
        {"doc_id": i, "acc_future": {"item_id": name, "letter": letter}, "low_future": {}}
        for i, (name, letter) in enumerate(letters.items())
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def run(root: Path, folder: Path, condition: Condition, **settings: Any) -> Any:
    told = Settings("folder", "mine", condition=condition, folder=folder, **settings)
    return generate(root, told, engine=Engine(workers=1))


@pytest.fixture
def clips(root: Path, tmp_path: Path) -> Path:
    """Return clips made elsewhere, each told what its name says."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in "abc":
        write_clip(folder / f"{name}_0.mp4", [foresight.picture(3)] * 4, 4.0)
        (folder / f"{name}_0.txt").write_text("a square lies there")
    return folder


def test_a_prompt_with_the_label_is_refused_and_else_marked(root: Path, clips: Path) -> None:
    (clips / "b_0.txt").write_text("a square lies there; It moves right.")
    with pytest.raises(UserError, match="1 of 3 prompts hold the label") as refused:
        run(root, clips, "caption")
    assert "b: " in str(refused.value) and "--allow-leak" in str(refused.value)
    assert not (root / "predictions.jsonl").exists()
    assert run(root, clips, "caption", allow_leak=True).marked == 1
    assert [row.prompt_has_label for row in foresight.rows(root)] == [False, True, False]


def test_what_a_maker_was_told_is_not_guessed(root: Path, clips: Path) -> None:
    (clips / "a_0.txt").unlink()
    run(root, clips, "caption")
    failures = [row.failure for row in foresight.rows(root)]
    assert failures == ["no text beside the file says what its maker was told", None, None]


def test_a_models_own_answer_is_no_leak_and_is_marked_all_the_same(
    root: Path, clips: Path, tmp_path: Path
) -> None:
    answers = log(tmp_path, {"a": "A", "b": "B", "c": None})
    (clips / "a_0.txt").write_text("it moves right")
    (clips / "b_0.txt").write_text("it moves left")
    run(root, clips, "answer", answers=answers, answered_by="m")
    found = foresight.rows(root)
    assert [(row.told, row.prompt_has_label) for row in found] == [
        ("A", True),
        ("B", False),
        (None, False),
    ]
    assert [row.answered_by for row in found] == ["m"] * 3
    assert found[2].failure == "the model gave no answer that could be read"
    # A wrong answer, and a prompt that holds the right one: somebody else knew it.
    (clips / "b_0.txt").write_text("it moves right")
    with pytest.raises(UserError, match="1 of 3 prompts"):
        run(root, clips, "answer", answers=answers, answered_by="m")


def test_second_answers_have_rows_of_their_own(root: Path, clips: Path, tmp_path: Path) -> None:
    for number, letters in ((1, {"a": "B"}), (2, {"a": "C"})):
        answers = log(tmp_path, letters)
        run(root, clips, "answer", answers=answers, answered_by="m", round=number)
    told = [(row.round, row.told) for row in foresight.rows(root) if row.item_id == "a"]
    assert told == [(1, "B"), (2, "C")]
    videos = [row.video for row in foresight.rows(root) if row.video]
    assert len(videos) == len(set(videos)) == 2
    assert all((root / video).is_file() for video in videos)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "has no samples"),
        ("{", "line 1 of the log is no sample"),
        ("[]", "line 1 of the log is no sample"),
        ('{"acc": {"item_id": "a"}}', "line 1 of the log is no sample"),
        ('{"acc": {"item_id": "a", "letter": 3}}', "line 1 of the log is no sample"),
        ('{"acc": {"item_id": "a", "letter": "A"}}\n' * 2, "answers an item twice"),
    ],
)
def test_broken_logs_are_refused(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(text)
    with pytest.raises(UserError, match=wrong):
        read_answers(path)


def test_a_log_of_other_items_is_refused(root: Path, clips: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="answers none of the items"):
        run(root, clips, "answer", answers=log(tmp_path, {"x": "A"}), answered_by="m")
