"""A reply is read strictly: one JSON object of the right shape, or it is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.teacher.reading import Declined, Unreadable, read_json, read_text
from data_prep.teacher.tasks.caption import Caption
from data_prep.teacher.tasks.causal import Chain
from data_prep.teacher.tasks.critique import Judgement
from data_prep.teacher.tasks.events import Events
from data_prep.teacher.tasks.reason import Thoughts
from data_prep.teacher.tasks.split import Cut

GOOD = '{"critique": "It {almost} saw it.", "conclusion": "wrong"}'
OTHER = '{"critique": "No.", "conclusion": "right"}'


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (GOOD, "parsed"),
        (f"\n {GOOD}\n", "parsed"),
        (f"Here it is:\n```json\n{GOOD}\n```\nAnything else?", "extracted"),
        (f"```\n{GOOD}\n```", "extracted"),
        (f"The set {{a, b}} is small. {GOOD}", "extracted"),
        (f"<think>maybe {OTHER}</think>{GOOD}", "extracted"),
        (f"<think>hm</think><answer>{GOOD}</answer>", "extracted"),
    ],
)
def test_one_object_is_read_where_it_stands_alone_or_is_the_only_one(text: str, how: str) -> None:
    read = read_json(text, Judgement)
    assert read.how == how
    assert read.answer.conclusion == "wrong"
    assert read.answer.critique == "It {almost} saw it."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "ends before"),
        ("   \n", "ends before"),
        (f"<think>I wonder {GOOD}", "ends before"),
        ("wrong", "it holds none"),
        (f"{GOOD} or rather {OTHER}", "it holds 2"),
        (f"{GOOD}{GOOD}", "it holds 2"),
        (GOOD[:-1], "it holds none"),
        (GOOD[:30], "it holds none"),
        ('{"critique": "c", "conclusion": "wrong", "conclusion": "right"}', "it holds none"),
        ("null", "it holds none"),
        ("{" * 100_000, "it holds none"),
        ("[" * 100_000, "it holds none"),
        ('{"critique": "c"}', "conclusion: Field required"),
        ('{"critique": "c", "conclusion": "wrong."}', "conclusion: Input should be"),
        ('{"critique": "c", "conclusion": "Wrong"}', "conclusion: Input should be"),
        ('{"critique": "", "conclusion": "wrong"}', "critique: String should have at least"),
        ('{"critique": "  ", "conclusion": "wrong"}', "critique: String should have at least"),
        ('{"critique": 1, "conclusion": "wrong"}', "critique: Input should be a valid string"),
        ('{"critique": "c", "conclusion": "wrong", "score": 1}', "score: Extra inputs"),
        (
            '{"critique": "\\ud800", "conclusion": "wrong"}',
            "critique: Input should be a valid string",
        ),
    ],
)
def test_anything_else_is_a_fault_that_is_named(text: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_json(text, Judgement)


def test_an_object_inside_of_one_that_is_cut_off_is_not_taken_for_the_answer() -> None:
    inner = '{"reasoning": "r", "prediction": "p"}'
    with pytest.raises(Unreadable, match="it holds none"):
        read_json('{"answers": [' + inner + ", ", Thoughts)


@given(st.data())
def test_no_beginning_of_an_answer_is_an_answer(data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(GOOD) - 1))
    with pytest.raises(Unreadable):
        read_json(GOOD[:cut], Judgement)


@given(st.text(), st.text())
def test_what_a_model_may_say_comes_through_as_it_is(first: str, second: str) -> None:
    value = {"reasoning": f".{first}.", "prediction": f".{second}."}
    assert read_json(json.dumps(value), Thoughts).answer.model_dump() == value


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1", '"1"', "true", "null", "1e999", "[1]"])
def test_a_time_is_a_finite_number_that_is_not_negative(number: str) -> None:
    with pytest.raises(Unreadable):
        read_json(f'{{"events": [{{"start": {number}, "end": 2, "text": "t"}}]}}', Events)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"suitable": true, "why": "w"}', "a suitable video needs"),
        ('{"suitable": "yes", "why": "w"}', "suitable: Input should be a valid boolean"),
        ('{"suitable": false}', "why: Field required"),
    ],
)
def test_a_cut_is_whole_or_none(text: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says):
        read_json(text, Cut)


@pytest.mark.parametrize("guesses", [0, 1, 2, 4])
def test_a_chain_has_three_guesses(guesses: int) -> None:
    guess = {"event": "e", "why": "w", "confidence": 0.2}
    value = {"explanation": "e", "prediction": "p", "guesses": [guess] * guesses}
    with pytest.raises(Unreadable, match="guesses"):
        read_json(json.dumps(value), Chain)


REFUSALS = (
    "I'm sorry, but I can't help with that.",
    "I’m sorry, I cannot describe people.",
    "Sorry, but I am unable to see the video.",
    "I cannot assist with this request.",
    "I won't judge this.",
    "Unfortunately, I can't view videos.",
    "As an AI language model, I have no eyes.",
    "I am not able to process this.",
)
DESCRIPTIONS = (
    "I can see a man who takes a cup.",
    "A woman says that she is sorry and leaves.",
    "I cantered: a horse runs in a circle.",
    "We see a dog; it cannot reach the ball.",
)


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_is_told_from_a_fault(text: str) -> None:
    with pytest.raises(Declined):
        read_json(text, Judgement)
    with pytest.raises(Declined):
        read_text(text, Caption, "caption")


@pytest.mark.parametrize("text", DESCRIPTIONS)
def test_a_description_is_no_refusal(text: str) -> None:
    assert read_text(text, Caption, "caption").answer.caption == text


def test_a_refusal_that_comes_with_the_answer_is_an_answer() -> None:
    assert read_json(f"I'm sorry for the delay. {GOOD}", Judgement).how == "extracted"


@pytest.mark.parametrize("text", ["", " \n", "<think>a man"])
def test_no_text_is_no_caption(text: str) -> None:
    with pytest.raises(Unreadable):
        read_text(text, Caption, "caption")


def test_the_thoughts_before_a_caption_are_dropped() -> None:
    read = read_text("<think>what is it?</think>\nA man sits.", Caption, "caption")
    assert read.answer.caption == "A man sits."
