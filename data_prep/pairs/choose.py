"""Which labels of a model are kept: those of the true order, best first, balanced by action."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

_WORD = re.compile(r"[\w'-]+")
# What says nothing of the action or of what it is done to.
_EMPTY = frozenset(
    (
        *("a", "an", "the", "it", "he", "she", "they", "his", "her", "its", "their", "them"),
        *("this", "that", "these", "those", "is", "are", "was", "were", "be", "been", "being"),
        *("has", "have", "had", "to", "of", "at", "by", "with", "and", "or", "then", "from"),
        *("person", "man", "woman", "people", "someone", "somebody", "one"),
    )
)


class Label(NamedTuple):
    """A label of a pair that may be kept: the pair's id, the action and its score."""

    pair_id: str
    action: str
    score: float


def action_class(action: str) -> str:
    """Return the class of an action: its first two words that say something.

    Where a model begins with the verb, as it is asked to, that is the verb and its object:
    `Open the door.` and `The person opens a door` are `open door` and `opens door`, and
    `open the door slowly` goes with the first.
    """
    words = _WORD.findall(action.lower())
    telling = [word for word in words if word not in _EMPTY] or words
    return " ".join(telling[:2])


def balanced(labels: Iterable[Label], keep: int | None) -> list[Label]:
    """Return the `keep` labels taken in turn from the classes, in each the best first.

    Algorithm 1 of arXiv 2506.06006, with the classes of `action_class` in place of a data set's
    own. In a turn the class with the best label left goes first; all are kept if `keep` is None.
    """
    classes: dict[str, list[Label]] = defaultdict(list)
    for label in sorted(labels, key=lambda label: (-label.score, label.pair_id)):
        classes[action_class(label.action)].append(label)
    turns = [
        (turn, -label.score, label.pair_id, label)
        for ranked in classes.values()
        for turn, label in enumerate(ranked)
    ]
    return [label for *_, label in sorted(turns)][:keep]


def verdict(true: float, swapped: float, copied: float) -> str | None:
    """Return why a label is not kept, None if it is, by its scores in three orders of its frames.

    A score that is no better backwards, or when nothing changed, does not come from the action.
    """
    if true <= swapped:
        return "as likely backwards"
    if true <= copied:
        return "as likely when nothing changes"
    return None
