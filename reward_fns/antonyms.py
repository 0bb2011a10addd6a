"""Words that say the opposite of one another: a wrong direction is a wrong answer.

Two sentences that differ in such a word share nearly all of their words ("moves left", "moves
right"), so that word overlap would take one for the other.
"""

import re
from collections.abc import Iterable

_PAIRS = (
    ("left", "right"),
    ("up", "down"),
    ("upwards", "downwards"),
    ("upward", "downward"),
    ("forward", "backward"),
    ("forwards", "backwards"),
    ("in", "out"),
    ("into", "out"),
    ("on", "off"),
    ("onto", "off"),
    ("open", "close"),
    ("open", "shut"),
    ("push", "pull"),
    ("lift", "lower"),
    ("raise", "lower"),
    ("grow", "shrink"),
    ("appear", "vanish"),
    ("appear", "disappear"),
    ("hide", "emerge"),
    ("hide", "reveal"),
    ("cover", "uncover"),
    ("fold", "unfold"),
    ("plug", "unplug"),
    ("attach", "detach"),
    ("enter", "leave"),
    ("enter", "exit"),
    ("approach", "leave"),
    ("start", "stop"),
    ("fill", "empty"),
    ("add", "remove"),
    ("insert", "remove"),
    ("take", "put"),
    ("catch", "throw"),
    ("sit", "stand"),
    ("rise", "fall"),
    ("ascend", "descend"),
    ("increase", "decrease"),
    ("lock", "unlock"),
    ("wrap", "unwrap"),
    ("clockwise", "counterclockwise"),
    ("clockwise", "anticlockwise"),
    ("toward", "away"),
    ("towards", "away"),
    ("closer", "farther"),
    ("closer", "further"),
    ("closer", "away"),
    ("above", "below"),
    ("over", "under"),
    ("before", "after"),
    ("front", "behind"),
)
_OPPOSITES: dict[str, frozenset[str]] = {}
for _one, _other in _PAIRS:
    _OPPOSITES[_one] = _OPPOSITES.get(_one, frozenset()) | {_other}
    _OPPOSITES[_other] = _OPPOSITES.get(_other, frozenset()) | {_one}
# Forms that a rule for endings does not reach.
_IRREGULAR = {
    "fell": "fall",
    "fallen": "fall",
    "rose": "rise",
    "risen": "rise",
    "grew": "grow",
    "grown": "grow",
    "shrank": "shrink",
    "shrunk": "shrink",
    "hid": "hide",
    "hidden": "hide",
    "took": "take",
    "taken": "take",
    "putting": "put",
    "threw": "throw",
    "thrown": "throw",
    "caught": "catch",
    "sat": "sit",
    "stood": "stand",
    "left": "left",
    "opening": "open",
    "lying": "lie",
}
_WORD = re.compile(r"[^\W_]+")
_VOWEL = re.compile(r"[aeiouy]")


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case; hyphens and marks divide words."""
    return _WORD.findall(text.lower().replace("counter-clockwise", "counterclockwise"))


def stem(word: str) -> str:
    """Return a word without the ending of a verb's or noun's form: moves, moving, moved: mov.

    Good for comparing forms of one word, not for showing.
    """
    if word in _IRREGULAR:
        return _without_e(_IRREGULAR[word])
    for ending in ("ing", "ed", "es", "s"):
        base = word.removesuffix(ending)
        if base != word and len(base) > 2 and _VOWEL.search(base) and not word.endswith("ss"):
            if ending in {"ing", "ed"} and len(base) > 3 and base[-1] == base[-2] not in "ls":
                base = base[:-1]
            return _without_e(base)
    return _without_e(word)


def _without_e(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


_STEMMED: dict[str, frozenset[str]] = {}
for _word, _others in _OPPOSITES.items():
    _STEMMED[stem(_word)] = _STEMMED.get(stem(_word), frozenset()) | {stem(o) for o in _others}


def opposites(stemmed: str) -> frozenset[str]:
    """Return the stems of the opposites of a word that is given as its stem."""
    return _STEMMED.get(stemmed, frozenset())


def opposed(said: Iterable[str], meant: Iterable[str]) -> bool:
    """Tell whether `said` holds the opposite of something in `meant` that it does not also mean.

    Args:
        said: the stems of what was said.
        meant: the stems of what is right.
    """
    right = set(meant)
    return any(_STEMMED.get(word, frozenset()) & right for word in set(said) - right)
