"""Laying out multiple-choice options: balanced answer keys, in a stored random order."""

import random
from collections.abc import Iterable


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
