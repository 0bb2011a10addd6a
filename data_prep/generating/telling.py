"""What a generator is told beside the context, and whether that gives the outcome away.

A prompt with the true label turns generation into illustration, and every score of it into a score
of the label. It is looked for in every prompt, whoever wrote it. Only where the evaluated model
itself has given the right answer may it stand there: that is what is being measured, and such rows
are marked all the same, so that reports show both groups apart.
"""

import re
from typing import NamedTuple

from data_prep.prompts import TOLD_ANSWER, TOLD_CAPTION
from data_prep.records import Condition, ForesightItem
from reward_fns.answers import letters
from reward_fns.antonyms import words

# The placeholder of Something-Something's labels stands for any thing, of so many words at most.
_ANY_THING = r"(?:\w+ ){1,8}?"
_PLACEHOLDER = "something"


class Told(NamedTuple):
    """A prompt, the letter that was told where it is an answer, and what it gives away.

    `lacking` says why there is nothing to tell; there is then no future to generate.
    """

    prompt: str
    letter: str | None = None
    has_label: bool = False
    leaks: bool = False
    lacking: str | None = None


def tell(
    item: ForesightItem,
    condition: Condition,
    answer: str | None = None,
    *,
    elsewhere: bool = False,
    own: str | None = None,
) -> Told:
    """Return what a generator is told of `item`.

    Args:
        item: the item.
        condition: what may be told.
        answer: the letter that the evaluated model has given; None where it gave none.
        elsewhere: the clip was made by somebody else, with a prompt of their own.
        own: that prompt, where it is known.
    """
    options = letters(item.options)
    if elsewhere and own is None and condition != "none":
        return Told("", lacking="no text beside the file says what its maker was told")
    if condition == "caption" and not elsewhere and not item.context_caption:
        return Told("", lacking="the item has no caption of its context")
    if condition == "answer" and answer not in options:
        return Told("", lacking="the model gave no answer that could be read")
    prompt = own or ""
    if condition == "caption" and not elsewhere:
        prompt = TOLD_CAPTION.format(caption=item.context_caption)
    if condition == "answer" and not elsewhere:
        prompt = TOLD_ANSWER.format(answer=options[answer or ""])
    has_label = holds(prompt, options[item.answer])
    by_itself = condition == "answer" and (not elsewhere or answer == item.answer)
    letter = answer if condition == "answer" else None
    return Told(prompt, letter, has_label, leaks=has_label and not by_itself)


def holds(prompt: str, label: str) -> bool:
    """Tell whether `prompt` holds `label`, whatever the case and the marks; in whole words.

    `something` in a label stands for any thing: `opening the door` holds `Opening something`. The
    opposite of a label shares most of its words, and does not hold it.
    """
    found = words(label)
    if not found:
        return False
    pattern = "".join(
        _ANY_THING if word == _PLACEHOLDER else f"{re.escape(word)} " for word in found
    )
    return re.search(rf"(?<!\w){pattern}", " ".join(words(prompt)) + " ") is not None
