"""What a model is asked about one item, turn by turn, and which feedback it gets.

First it foresees what follows the context. Then, where there is a future that was generated from
its own answer, it tells what happens in that future. Then it answers again, once for each kind of
feedback; the turns are independent, each restates the first answer. `next_ask` alone decides what
comes next, so a conversation is the same whether lmms-eval holds it or two runs do.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from data_prep.prompts import (
    PERCEPTUAL_ERROR,
    PLACEBO,
    SEEN_IN_GENERATED,
    TOLD_RIGHT,
    TOLD_WRONG,
    WHAT_FOLLOWS,
    WHAT_HAPPENS,
    choice_prompt,
    second_answer_prompt,
)
from reward_fns.answers import letters, read_choice

Doc = Mapping[str, Any]
Kind = Literal["none", "placebo", "description", "binary_oracle", "lpips_oracle"]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Asked again without a word: what the other kinds have to beat.
CONTROL: Kind = "none"
ORACLES: tuple[Kind, ...] = ("binary_oracle", "lpips_oracle")
# The turns before the second answers.
FIRST, READING = "first", "reading"

UNREAD_FIRST = "the first answer is not one option"
UNREAD_FUTURE = "what was said of the generated future is not one option"
NO_READING = "the generated future was not shown to the model"
NO_MEASURE = "the LPIPS of the generated future was not measured"
BAD_MEASURE = "the measured LPIPS is not a number from 0 on"
CUT_SHORT = "the conversation ended before this turn"


@dataclass(frozen=True)
class Ask:
    """One turn: what it is for (`first`, `reading` or a kind of feedback), the video, the text."""

    purpose: str
    video: str
    prompt: str


@dataclass(frozen=True)
class Lacking:
    """Why a kind of feedback cannot be given."""

    reason: str


def read(doc: Doc, reply: str | None) -> str | None:
    """Return the letter that a reply chooses, None when it is not one choice."""
    return read_choice(reply or "", letters(doc["options"])).letter


def first_ask(doc: Doc) -> Ask:
    """Return the first turn; it is word for word that of `videoreason_future`."""
    return Ask(FIRST, doc["context"], choice_prompt(WHAT_FOLLOWS, doc["options"]))


def reading_ask(doc: Doc, replies: Mapping[str, str]) -> Ask | Lacking:
    """Return the question about the future made from the first answer, as in the retention task."""
    place = _place(doc, replies)
    if isinstance(place, Lacking):
        return place
    return Ask(READING, doc["clips"][place], choice_prompt(WHAT_HAPPENS, doc["options"]))


def second_ask(doc: Doc, replies: Mapping[str, str], kind: Kind) -> Ask | Lacking:
    """Return the turn of one kind of feedback, or why there is none.

    Args:
        doc: has `context`, `options`, `answer`, and for every option, in their order, the `clips`
            generated from it, their LPIPS (`errors`), and where there is no clip, `no_clip`: why.
        replies: to the first turn and, for a description, to the reading, by their purpose.
        kind: the feedback. Feedback is always true, on answers that are right as on others.
    """
    letter = read(doc, replies[FIRST])
    said: str | Lacking
    if kind == "binary_oracle":
        said = TOLD_RIGHT if letter == doc["answer"] else TOLD_WRONG
    elif kind == "lpips_oracle":
        said = _error(doc, replies)
    elif kind == "description":
        said = _description(doc, replies)
    else:
        said = PLACEBO if kind == "placebo" else ""
    if isinstance(said, Lacking):
        return said
    prompt = second_answer_prompt(WHAT_FOLLOWS, doc["options"], letter, said)
    return Ask(kind, doc["context"], prompt)


def next_ask(doc: Doc, replies: Mapping[str, str]) -> Ask | None:
    """Return the next turn after those that have replies, None after the last."""
    if FIRST not in replies:
        return first_ask(doc)
    if READING not in replies and isinstance(ask := reading_ask(doc, replies), Ask):
        return ask
    for kind in KINDS:
        if kind not in replies and isinstance(ask := second_ask(doc, replies, kind), Ask):
            return ask
    return None


def _place(doc: Doc, replies: Mapping[str, str]) -> int | Lacking:
    """Return the number of the option that was answered, where a clip was generated from it."""
    letter = read(doc, replies[FIRST])
    if letter is None:
        return Lacking(UNREAD_FIRST)
    place = ord(letter) - ord("A")
    return place if doc["clips"][place] is not None else Lacking(doc["no_clip"][place])


def _error(doc: Doc, replies: Mapping[str, str]) -> str | Lacking:
    place = _place(doc, replies)
    if isinstance(place, Lacking):
        return place
    error = doc["errors"][place]
    if error is None:
        return Lacking(NO_MEASURE)
    if not (math.isfinite(error) and error >= 0):
        return Lacking(BAD_MEASURE)
    return PERCEPTUAL_ERROR.format(error=error)


def _description(doc: Doc, replies: Mapping[str, str]) -> str | Lacking:
    place = _place(doc, replies)
    if isinstance(place, Lacking):
        return place
    if READING not in replies:
        return Lacking(NO_READING)
    seen = read(doc, replies[READING])
    if seen is None:
        return Lacking(UNREAD_FUTURE)
    return SEEN_IN_GENERATED.format(text=letters(doc["options"])[seen])
