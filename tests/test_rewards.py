"""Tests of the rewards: what they are worth, and that nobody earns them without an answer."""

import importlib.util
import json
import math
from pathlib import Path
from typing import Any

import pytest
from answers_table import GROUPS
from hypothesis import given
from hypothesis import strategies as st
from rewards_table import (
    ACTIONS,
    HACKS,
    HONEST_WRONG,
    HONEST_WRONG_TEXT,
    OPTIONS,
    RIGHT,
    TEXT,
    tagged,
)
from rouge_score.rouge_scorer import RougeScorer

from reward_fns.answers import letters, read_choice
from reward_fns.compose import Weights, reward
from reward_fns.easyr1 import score
from reward_fns.ground_truth import GroundTruth, read_ground_truth
from reward_fns.scores import accuracy, calibration, rouge_l
from reward_fns.trl import reward_function

CHOICE = GroundTruth(RIGHT, OPTIONS, "next_event")
OPEN = GroundTruth(TEXT, task="next_event")
ACTION = GroundTruth(TEXT, task="inverse_dynamics")
EASYR1 = Path(__file__).parents[1] / "reward_fns/easyr1.py"
ALL = Weights(accuracy=0.5, form=0.1, calibration=0.2, length=0.1, temporal=0.1, low=1, high=99999)


def one(reply: str, truth: GroundTruth, weights: Weights = Weights()) -> dict[str, float]:  # noqa: B008
    return reward([reply], [truth], [len(reply.split())], weights)[0]


def test_the_table_of_hacks_is_long_enough() -> None:
    assert len(set(HACKS)) >= 60


@pytest.mark.parametrize("hack", HACKS, ids=lambda text: repr(text[:40]))
@pytest.mark.parametrize("weights", [Weights(), ALL], ids=["default", "all"])
def test_no_hack_of_a_choice_earns_more_than_an_honest_wrong_answer(
    hack: str, weights: Weights
) -> None:
    assert one(hack, CHOICE, weights)["overall"] <= one(HONEST_WRONG, CHOICE, weights)["overall"]


@pytest.mark.parametrize("hack", HACKS, ids=lambda text: repr(text[:40]))
@pytest.mark.parametrize("truth", [OPEN, ACTION], ids=["rouge", "action"])
def test_no_hack_of_an_open_question_earns_more_than_an_honest_wrong_answer(
    hack: str, truth: GroundTruth
) -> None:
    honest = one(HONEST_WRONG_TEXT, truth)["overall"]
    assert one(hack, truth)["overall"] <= max(honest, one(tagged("it stops"), truth)["overall"])


def test_an_honest_right_answer_earns_all() -> None:
    assert one(tagged("C"), CHOICE)["overall"] == pytest.approx(1.0)
    assert one(tagged(TEXT), OPEN)["overall"] == pytest.approx(1.0)
    assert one(tagged(TEXT), ACTION)["overall"] == pytest.approx(1.0)
    assert one("C", CHOICE) == {**one("C", CHOICE), "accuracy": 1.0, "format": 0.0}


@pytest.mark.parametrize(("truth", "reply", "matched"), ACTIONS)
def test_an_action_is_matched_by_verb_and_object(truth: str, reply: str, matched: bool) -> None:
    found = accuracy(reply, GroundTruth(truth, task="inverse_dynamics"))
    assert (found > 0.5) == matched, found


WORDS = st.sampled_from(["the", "ball", "moves", "left", "right", "it", "stops", "then"])


@given(st.lists(WORDS, max_size=12), st.lists(WORDS, min_size=1, max_size=9))
def test_rouge_is_that_of_the_reference_library(said: list[str], meant: list[str]) -> None:
    reference = RougeScorer(["rougeL"]).score(" ".join(meant), " ".join(said))["rougeL"].fmeasure
    long = min(1.0, (len(meant) + 2) / max(1, len(said)))
    assert rouge_l(" ".join(said), GroundTruth(" ".join(meant))) == pytest.approx(reference * long)


def test_rewards_and_evaluation_agree_on_every_reply() -> None:
    for options, _, rows in GROUPS:
        for text, letter in rows:
            for right in options:
                truth = GroundTruth(right, tuple(options.values()))
                assert read_choice(text, letters(list(options.values()))).letter == letter
                assert accuracy(text, truth) == float(letter == right)


def test_confidence_is_paid_for_by_a_proper_score() -> None:
    sure_right = calibration(tagged("C, confidence: 0.9"), CHOICE)
    sure_wrong = calibration(tagged("B, confidence: 0.9"), CHOICE)
    assert sure_right == pytest.approx(0.99)
    assert sure_wrong == pytest.approx(0.19)
    assert calibration(tagged("C"), CHOICE) == 0
    assert calibration("A B C D, confidence: 0", CHOICE) == 0
    # The mean is highest where the stated confidence is the share of right answers.
    share = 0.7
    earned = {
        stated: share * calibration(tagged(f"C, confidence: {stated}"), CHOICE)
        + (1 - share) * calibration(tagged(f"B, confidence: {stated}"), CHOICE)
        for stated in (0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    }
    assert max(earned, key=earned.__getitem__) == share


def twins(ordered: list[str], shuffled: list[str]) -> list[dict[str, float]]:
    truths = [GroundTruth("C", OPTIONS, twin="7", shuffled=False) for _ in ordered]
    truths += [GroundTruth("C", OPTIONS, twin="7", shuffled=True) for _ in shuffled]
    weights = Weights(accuracy=1.0, form=0.0, temporal=0.3)
    replies = ordered + shuffled
    return reward(replies[::-1], truths[::-1], [1] * len(replies), weights)[::-1]


def test_the_order_of_the_frames_is_rewarded_only_where_it_helps() -> None:
    rows = twins(["C", "C", "B"], ["B", "B", "C"])
    assert [row["temporal"] for row in rows] == [1, 1, 0, 0, 0, 0]
    assert [row["temporal"] for row in twins(["C", "B", "B"], ["C", "C", "C"])] == [0] * 6
    # The published threshold: 4 of 5 is not below .8 of 5 of 5.
    assert [row["temporal"] for row in twins(["C"] * 4 + ["B"], ["C"] * 5)][:5] == [1, 1, 1, 1, 0]


def test_a_shuffled_twin_teaches_nothing() -> None:
    rows = twins(["C", "B"], ["C", "B"])
    assert [row["overall"] for row in rows[2:]] == [0, 0]
    assert [row["accuracy"] for row in rows[2:]] == [1, 0]


def test_a_twin_that_is_not_in_the_batch_is_counted() -> None:
    row = reward(["C"], [GroundTruth("C", OPTIONS, twin="7")], [1], Weights())[0]
    assert (row["twin_missing"], row["temporal"]) == (1, 0)


@pytest.mark.parametrize(
    "value",
    [
        {"answer": "C", "options": list(OPTIONS)},
        json.dumps({"answer": "C", "options": OPTIONS}),
        json.dumps({"answer": TEXT, "options": OPTIONS}),
    ],
)
def test_a_packed_answer_is_read_as_object_and_as_text(value: object) -> None:
    assert read_ground_truth(value) == GroundTruth("C", OPTIONS)


def test_a_plain_answer_is_its_own_text() -> None:
    assert read_ground_truth("it stops") == GroundTruth("it stops")
    assert read_ground_truth("{not json") == GroundTruth("{not json")
    assert read_ground_truth(None) == GroundTruth("")


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.tuples(st.text(), junk), min_size=1, max_size=4))
def test_no_reply_and_no_answer_column_makes_it_raise(rows: list[tuple[str, Any]]) -> None:
    inputs = [{"response": r, "response_length": 3, "ground_truth": t} for r, t in rows]
    found = score(inputs)
    assert len(found) == len(rows)
    assert len({frozenset(row) for row in found}) == 1
    for row in found:
        assert all(isinstance(value, float) and math.isfinite(value) for value in row.values())
        assert 0 <= row["overall"] <= 1


def test_easyr1_loads_it_by_its_path() -> None:
    spec = importlib.util.spec_from_file_location("custom_reward_fn", EASYR1)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.REWARD_TYPE == "batch"
    row = {
        "response": tagged("C"),
        "response_length": 9,
        "ground_truth": {"answer": "C", "options": list(OPTIONS)},
    }
    assert module.score([row], accuracy=1.0, form=0.0)[0]["overall"] == 1.0


def test_weights_that_give_no_reward_are_refused() -> None:
    with pytest.raises(ValueError, match="not all 0"):
        Weights(accuracy=0, form=0)
    with pytest.raises(ValueError, match="0 or more"):
        score([], accuracy=-1.0)
    with pytest.raises(TypeError):
        score([], acuracy=1.0)


def test_trl_gets_the_same_number() -> None:
    answer = json.dumps({"answer": "C", "options": OPTIONS})
    function = reward_function()
    chat = [[{"role": "assistant", "content": tagged("C")}], [{"role": "assistant", "content": ""}]]
    assert function(completions=chat, completion_ids=[[1], []], answer=[answer] * 2) == [1.0, 0.0]
    assert function(completions=[tagged("B")], completion_ids=[[1]], answer=[answer]) == [
        pytest.approx(0.1)
    ]
