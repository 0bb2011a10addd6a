"""Read a choice, a probability, a yes or no, or a tagged answer out of a model's reply.

This is the only place that does so: evaluation and rewards call the same functions, so that a
model is trained towards exactly what it is later scored on. The reading is what a careful human
would read. Where such a reader could not tell, nothing is read: no choice, or two, is unparsed and
never the first option. The rules, and the errors of earlier extractors that led to them, are in
the project's design notes; the upstream extractor they replace is ``futurebench/utils.py`` of the
Video-Next-Event-Prediction fork of lmms-eval.

Example:
    >>> read_choice("A man walks in, so the answer is (B).", {"A": "he sits", "B": "he walks in"})
    Reading(letter='B', rule='stated')
"""

import re
import string
from collections.abc import Mapping, Sequence

from reward_fns._choice import Reading, choose
from reward_fns._numbers import probability
from reward_fns._text import drop_thinking, last_answer
from reward_fns._yes_no import yes_or_no

__all__ = [
    "Reading",
    "format_fault",
    "letters",
    "read_answer",
    "read_choice",
    "read_confidence",
    "read_yes_no",
]

_TAG = re.compile(r"<(/?)(think|answer)>", re.I)
_SHAPE = ["<think>", "</think>", "<answer>", "</answer>"]


def letters(options: Sequence[str]) -> dict[str, str]:
    """Give the options their letters.

    Args:
        options: The options' texts, in the order shown to the model.

    Returns:
        The texts by letter, from A on.

    Raises:
        ValueError: There are fewer than 2 or more than 26 options.
    """
    if not 2 <= len(options) <= len(string.ascii_uppercase):
        raise ValueError(f"a choice needs 2 to 26 options, got {len(options)}: {list(options)!r}")
    return dict(zip(string.ascii_uppercase, options, strict=False))


def read_answer(text: str) -> str | None:
    """Read the free-text answer.

    Args:
        text: The reply as the model wrote it.

    Returns:
        The last answer block, or the whole reply without its thinking when there is no block;
        None when thinking was opened and never closed, or when nothing is left.
    """
    rest = drop_thinking(text)
    return None if rest is None else _answer_in(rest)


def _answer_in(rest: str) -> str | None:
    block = last_answer(rest)
    return (rest if block is None else block).strip() or None


def read_choice(text: str, options: Mapping[str, str]) -> Reading:
    """Read which option a reply chooses.

    In this order: the reply is one option's text; the last statement that is not denied ("the
    answer is B", a box, JSON); a letter that leads or closes the reply; the one option that is
    mentioned by letter or quoted by text.

    Args:
        text: The reply as the model wrote it.
        options: The options' texts by letter, single capital letters.

    Returns:
        The letter, which is always one of the options or None, and the rule that decided.
    """
    rest = drop_thinking(text)
    if rest is None:
        return Reading(None, "unclosed_thinking")
    answer = _answer_in(rest)
    return Reading(None, "empty") if answer is None else choose(answer, options)


def read_confidence(text: str | None) -> float | None:
    """Read a stated probability.

    A labelled number ("confidence: 0.8", "I am 80% sure") wins, the last one if there are
    several. Without a label the reply must hold exactly one value that reads as a probability: a
    percentage, a fraction, or a decimal between 0 and 1. A bare whole number is read only where it
    leaves no doubt: 0 or 1 as the whole reply, or with a label, where 10 to 100 are percent.

    Args:
        text: The reply as the model wrote it, None where it wrote none.

    Returns:
        A number between 0 and 1, or None when none, several or an impossible one was stated.
    """
    rest = drop_thinking(text or "")
    return None if rest is None else probability(rest, last_answer(rest))


def read_yes_no(text: str) -> bool | None:
    """Read a yes or a no.

    Args:
        text: The reply as the model wrote it.

    Returns:
        True for yes, False for no, None when neither or both were said.
    """
    answer = read_answer(text)
    return None if answer is None else yes_or_no(answer)


def format_fault(text: str) -> str | None:
    """Tell how a reply departs from ``<think>...</think><answer>...</answer>``.

    The thinking may be empty, the answer may not.

    Args:
        text: The reply, with the opening tag if a chat template wrote it.

    Returns:
        None when the form is right, else the first that holds of "no_think", "unclosed_think",
        "many_thinks", "no_answer", "unclosed_answer", "many_answers", "tag_order",
        "text_before", "text_between", "text_after", "empty_answer".
    """
    tags = list(_TAG.finditer(text))
    names = [tag.group().lower() for tag in tags]
    for kind in ("think", "answer"):
        opened, closed = names.count(f"<{kind}>"), names.count(f"</{kind}>")
        if opened == 0:
            return f"no_{kind}"
        if closed == 0:
            return f"unclosed_{kind}"
        if opened > 1 or closed > 1:
            return f"many_{kind}s"
    if names != _SHAPE:
        return "tag_order"
    outside = {
        "text_before": text[: tags[0].start()],
        "text_between": text[tags[1].end() : tags[2].start()],
        "text_after": text[tags[3].end() :],
    }
    for fault, left in outside.items():
        if left.strip():
            return fault
    return None if text[tags[2].end() : tags[3].start()].strip() else "empty_answer"
