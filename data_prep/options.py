"""Laying out multiple-choice options: balanced answer keys, in a stored random order."""

import random
import re
from collections.abc import Iterable, Sequence

OPTIONS = 4


def balanced_letters(rng: random.Random, count: int, options: int) -> list[str]:
    """Return `count` answer letters in random order, each as often as every other (give or take 1).

    A model that always gives the same letter then scores exactly chance.
    """
    letters = [chr(ord("A") + i % options) for i in range(count)]
    rng.shuffle(letters)
    return letters


def draw_letter(rng: random.Random, options: int) -> str:
    """Return the letter of one of `options` options."""
    return rng.choice([chr(ord("A") + i) for i in range(options)])


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


# Words by which two actions on one scene differ although their pictures are the same, in reverse.
_ANTONYMS = (
    *(("left", "right"), ("leftwards", "rightwards"), ("up", "down"), ("upwards", "downwards")),
    *(("opens", "closes"), ("opening", "closing"), ("open", "close"), ("opened", "closed")),
    *(("pushes", "pulls"), ("pushing", "pulling"), ("push", "pull"), ("pushed", "pulled")),
    *(("into", "out of"), ("onto", "off"), ("in front of", "behind"), ("towards", "away from")),
    *(("puts", "takes"), ("putting", "taking"), ("put", "take")),
    *(("lifts", "lowers"), ("lifting", "lowering"), ("lift", "lower"), ("rises", "falls")),
    *(("grows", "shrinks"), ("appears", "vanishes"), ("enters", "leaves"), ("fills", "empties")),
    *(("covers", "uncovers"), ("covering", "uncovering"), ("cover", "uncover")),
    *(("folds", "unfolds"), ("folding", "unfolding"), ("fold", "unfold")),
    *(("attaches", "detaches"), ("attaching", "detaching"), ("attach", "detach")),
    *(("turns on", "turns off"), ("turning on", "turning off"), ("turn on", "turn off")),
    *(("starts", "stops"), ("starting", "stopping"), ("start", "stop")),
    *(("approaches", "moves away from"), ("adds", "removes"), ("add", "remove")),
    *(("zooms in", "zooms out"), ("clockwise", "counter-clockwise"), ("closer", "farther")),
    *(("picks up", "puts down"), ("picking up", "putting down"), ("pick up", "put down")),
    *(("above", "below"), ("over", "under"), ("forwards", "backwards"), ("forward", "backward")),
)
_OPPOSITE = {a: b for pair in _ANTONYMS for a, b in (pair, pair[::-1])}
# The longest first, so that "picks up" is one thing.
_WORDS = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(sorted(map(re.escape, _OPPOSITE), key=len, reverse=True))
    + r")(?![\w-])",
    re.IGNORECASE,
)


def opposite(action: str) -> str | None:
    """Return the action with its first antonym turned round, None if it has none.

    `moving the cup to the left` becomes `moving the cup to the right`. Only one word is turned:
    two would undo each other (`opens the door` seen backwards is `closes the door`).
    """
    found = _WORDS.search(action)
    if found is None:
        return None
    turned = _OPPOSITE[found[0].lower()]
    if found[0][0].isupper():
        turned = turned[0].upper() + turned[1:]
    return action[: found.start()] + turned + action[found.end() :]


def most_alike(text: str, others: Sequence[str]) -> list[str]:
    """Return `others` by the share of their words that `text` has too, the most alike first."""
    words = set(text.lower().split())

    def unlike(other: str) -> float:
        theirs = set(other.lower().split())
        return -len(words & theirs) / max(1, len(words | theirs))

    return sorted(others, key=unlike)
