"""Laying out multiple-choice options: balanced answer keys, in a stored random order."""

import random
from collections.abc import Iterable, Sequence


def balanced_letters(rng: random.Random, count: int, options: int) -> list[str]:
    """Return `count` answer letters in random order, each as often as every other (give or take 1).

    A model that always gives the same letter then scores exactly chance.
    """
    letters = [chr(ord("A") + i % options) for i in range(count)]
    rng.shuffle(letters)
    return letters


def place_answer(rng: random.Random, right: str, wrong: Iterable[str], letter: str) -> list[str]:
    """Return the options in a random order that puts `right` at `letter`."""
    options = list(wrong)
    rng.shuffle(options)
    options.insert(ord(letter) - ord("A"), right)
    return options


def confusable(seen: str, missing: Sequence[str], later: str | None) -> list[list[str]]:
    """Return two published kinds of wrong answers to "which events come next?".

    They are the right events in a wrong order (a single event: a later one), and the events shifted
    back so that they begin with one that was already seen (arXiv 2505.22457, appendix C).

    Args:
        seen: the last event before the cut.
        missing: the right answer, one or more events.
        later: an event after the missing ones, if there is one.
    """
    wrong_order = [*missing[1:], missing[0]] if len(missing) > 1 else [later] if later else []
    already_seen = [seen, *missing[:-1]]
    return [option for option in (wrong_order, already_seen) if option]
