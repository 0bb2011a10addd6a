"""Tests of the answer readers. Run: python -m pytest tests/test_answers.py."""

import re

import pytest
from answers_table import CONFIDENCES, GROUPS, YES_NO
from hypothesis import given, settings
from hypothesis import strategies as st

from reward_fns.answers import (
    Reading,
    format_fault,
    letters,
    read_answer,
    read_choice,
    read_confidence,
    read_yes_no,
)

FOUR = letters(
    ["the ball moves left", "the ball stops", "the ball hits the wall", "the man sits down"]
)
ROWS = [
    pytest.param(text, options, letter, why, id=f"{number}-{index}")
    for number, (options, why, rows) in enumerate(GROUPS)
    for index, (text, letter) in enumerate(rows)
]
# every wrapper must read as the letter put into it, whatever the letter
WRAPPERS = [
    "{}", "({})", "{}.", "{})", "[{}]", "**{}**", "**{}.**", "`{}`", '"{}"', "${}$", "{}\n",
    "Answer: {}", "answer: {}", "ANSWER IS {}", "Answer - {}", "Answer ({})",
    "Final answer: **{}**", "### Answer\n{}", "The answer is {}", "The answer is {}.",
    "The answer is ({}).", "The answer is {} because it fits.", "The correct option is {}.",
    "Best option: {}", "Option {}", "Option {} is correct.", "{} is correct.", "I choose {}.",
    "I'd go with {}.", "I think the answer is option {}.", "My answer is {}", "So, {}.",
    "Therefore ({}).", "It moves on, so {}.", "The object slows down.\n\n{}", "\\boxed{{{}}}",
    "$\\boxed{{\\text{{{}}}}}$", "The final answer is: $\\boxed{{{}}}$", '{{"answer": "{}"}}',
    '```json\n{{"answer": "{}"}}\n```', '{{"answer": "{}", "confidence": 0.8}}',
    "<answer>{}</answer>", "<ANSWER> {}. </ANSWER>",
    "<think>A or B? C is wrong.</think><answer>{}</answer>", "<think>A</think>\n\n{}",
    "so it could be A or D</think>{}", "<answer>Answer: {}</answer>", "<answer>{}", "答案：{}",
    "答案是{}。", "选{}", "因此选择{}。", "&lt;answer&gt;{}&lt;/answer&gt;",
    "<answer>A</answer><answer>{}</answer>", "I first thought of none, but the answer is {}.",
    "A man walks by, so the answer is {}", "answer: {}\nconfidence: 0.8", "{}<|im_end|>",
]  # fmt: skip
SPAM = [
    "A B C D ", "A. ", "A or ", "A, ", "<think>", "</think>", "<think></think>", "<answer>",
    "<answer></answer>", "the answer is ", "the answer is A ", "option A is correct ", "(",
    "\\boxed{", '{"answer":"', "&lt;", "is not A, it ", "the ball stops ", "wait, no, ",
    "I choose A ", "0.8 ", "confidence: 80 ", "yes ", "the answer is yes ", "**", "~~", "答案是",
    "\n", " ", "\x00", "\ud800",
]  # fmt: skip
FAULTS = [
    ("<think>a</think><answer>B</answer>", None),
    ("<think>a</think>\n\n<answer>B</answer>", None),
    (" \n<THINK>a</THINK> <Answer>B</ANSWER>\n", None),
    ("<think></think><answer>B</answer>", None),
    ("<think>a\nb</think><answer>it moves left</answer>", None),
    ("", "no_think"),
    ("B", "no_think"),
    ("<answer>B</answer>", "no_think"),
    ("a</think><answer>B</answer>", "no_think"),
    ("<think>a", "unclosed_think"),
    ("<think>a<answer>B</answer>", "unclosed_think"),
    ("<think>a</think>", "no_answer"),
    ("<think>a</think>B", "no_answer"),
    ("<think>a</think><answer>B", "unclosed_answer"),
    ("<think>a</think><answer>A</answer><answer>B</answer>", "many_answers"),
    ("<think>a</think><answer>A</answer></answer>", "many_answers"),
    ("<think>a</think><think>b</think><answer>B</answer>", "many_thinks"),
    ("<think>a<think>b</think></think><answer>B</answer>", "many_thinks"),
    ("<answer>B</answer><think>a</think>", "tag_order"),
    ("<think>a<answer>B</answer></think>", "tag_order"),
    ("so <think>a</think><answer>B</answer>", "text_before"),
    ("<think>a</think> so <answer>B</answer>", "text_between"),
    ("<think>a</think><answer>B</answer> done", "text_after"),
    ("<think>a</think><answer> </answer>", "empty_answer"),
]
ANSWERS = [
    ("it moves left", "it moves left"),
    ("  it moves left\n", "it moves left"),
    ("<think>a</think> it moves left", "it moves left"),
    ("a</think>it moves left", "it moves left"),
    ("<think>a", None),
    ("<think>a</think>", None),
    ("", None),
    ("<answer>x</answer><answer> y </answer> z", "y"),
    ("<ANSWER>y</answer>", "y"),
    ("<answer>y", "y"),
    ("<answer>y<answer>", "y"),
    ("<answer></answer>", None),
    ("<think>a<think>b</think>c</think>y", "y"),
]


@pytest.mark.parametrize(("text", "options", "letter", "why"), ROWS)
def test_choice(text: str, options: dict[str, str], letter: str | None, why: str) -> None:
    reading = read_choice(text, options)
    assert reading.letter == letter, f"{text!r} among {options}: {why}, but read as {reading}"


def test_table_is_large() -> None:
    assert len(ROWS) >= 200
    assert len(CONFIDENCES) >= 50
    assert len(YES_NO) >= 25
    assert len(FAULTS) >= 15


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("<think>so B", "unclosed_thinking"),
        ("A or B", "two_choices"),
        ("The answer is E.", "not_an_option"),
        ("I cannot determine the answer.", "refusal"),
        ("What a nice day", "no_choice"),
        ("The ball stops.", "exact"),
        ("\\boxed{B}", "boxed"),
        ('{"answer": "B"}', "json"),
        ("The answer is B", "stated"),
        ("B.", "leading"),
        ("It rolls on, so B.", "closing"),
        ("I see that the ball stops there", "quoted"),
    ],
)
def test_rule_is_named(text: str, rule: str) -> None:
    assert read_choice(text, FOUR).rule == rule


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_wrapper_reads_its_letter(wrapper: str) -> None:
    for letter in FOUR:
        assert read_choice(wrapper.format(letter), FOUR).letter == letter, wrapper.format(letter)


@pytest.mark.parametrize(("text", "value"), CONFIDENCES)
def test_confidence(text: str, value: float | None) -> None:
    read = read_confidence(text)
    assert read == (None if value is None else pytest.approx(value)), text


@pytest.mark.parametrize(("text", "value"), YES_NO)
def test_yes_no(text: str, value: bool | None) -> None:
    assert read_yes_no(text) is value, text


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_format_fault(text: str, fault: str | None) -> None:
    assert format_fault(text) == fault, text


@pytest.mark.parametrize(("text", "answer"), ANSWERS)
def test_answer(text: str, answer: str | None) -> None:
    assert read_answer(text) == answer, text


def test_letters() -> None:
    assert letters(["x", "y"]) == {"A": "x", "B": "y"}
    assert list(letters(["x"] * 26))[-1] == "Z"
    for count in (0, 1, 27):
        with pytest.raises(ValueError, match=f"got {count}"):
            letters(["x"] * count)


@pytest.mark.parametrize("piece", SPAM)
def test_long_repetition_is_survived(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    assert read_choice(text, FOUR).letter in (None, *FOUR)
    read_answer(text)
    read_confidence(text)
    read_yes_no(text)
    format_fault(text)


PIECES = st.sampled_from(
    [
        *SPAM,
        "A",
        "b",
        "(C)",
        "D.",
        "E",
        "not",
        "it moves",
        "\\boxed{B}",
        "{",
        "}",
        "<",
        "80%",
        "-",
        "no",
    ]
)
REPLIES = st.one_of(
    st.text(st.characters(), max_size=200),
    st.lists(PIECES, max_size=25).map(" ".join),
    st.lists(PIECES, max_size=25).map("".join),
)
TEXTS = st.lists(st.text(st.characters(), max_size=30), min_size=2, max_size=12)


@settings(max_examples=150, deadline=None)
@given(REPLIES, TEXTS)
def test_readers_never_raise(reply: str, texts: list[str]) -> None:
    options = letters(texts)
    assert read_choice(reply, options).letter in (None, *options)
    value = read_confidence(reply)
    assert value is None or 0 <= value <= 1
    assert read_yes_no(reply) in (None, True, False)
    answer = read_answer(reply)
    assert answer is None or answer.strip() == answer != ""
    assert format_fault(reply) is None or re.fullmatch(r"[a-z_]+", format_fault(reply) or "")


@settings(max_examples=100, deadline=None)
@given(REPLIES, st.text(" \n\t", max_size=5), st.text(" \n\t", max_size=5))
def test_outer_white_space_is_ignored(reply: str, before: str, after: str) -> None:
    assert read_choice(before + reply + after, FOUR) == read_choice(reply, FOUR)


@settings(max_examples=60, deadline=None)
@given(st.permutations(list(FOUR.values())), st.sampled_from(sorted(FOUR)))
def test_relabelling(texts: list[str], letter: str) -> None:
    options = letters(texts)
    assert read_choice(f"Answer: {letter}", options).letter == letter
    quote = f"I am sure that {FOUR[letter]} here."
    assert options[read_choice(quote, options).letter or ""] == FOUR[letter]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["think", "answer"]), st.sampled_from([str.upper, str.title, str.lower]))
def test_case_of_tags_is_ignored(tag: str, case: object) -> None:
    text = "<think>A</think><answer>B</answer>"
    assert callable(case)
    assert read_choice(text.replace(tag, case(tag)), FOUR) == Reading("B", "leading")


def test_prefix_option_texts_are_told_apart() -> None:
    options = letters(["it stops", "it stops on the pad"])
    assert read_choice("I think it stops on the pad here", options).letter == "B"
    assert read_choice("I think it stops here", options).letter == "A"
