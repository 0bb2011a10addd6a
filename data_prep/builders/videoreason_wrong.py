"""The wrong options of a closed set: the opposite first, then those of the same things, then any.

Each is the label of another clip, and so right elsewhere. Who reads the options without the video
must not learn from them which belong together. So beside an answer with its opposite, the other
wrong options bring their opposites too, where there is room; beside one without, none does.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from reward_fns.antonyms import opposed, opposites, stem, words

WrongKind = Literal["opposite", "same_things", "any", "opposite_of_wrong"]
# A word that so many labels go with says nothing of the things that are seen.
_COMMON_SHARE, _COMMON_LEAST = 0.1, 8
_SHORTEST = 3
# Two labels that hold opposites (on, off) are opposites if so much of the rest is the same.
_ALIKE = 0.5
_TRIES = 8


class Wrong(NamedTuple):
    """A wrong option, and how it was found."""

    label: str
    kind: WrongKind


class Labels:
    """All labels of a set of clips, with the things that each was seen with."""

    def __init__(self) -> None:
        """Know no label yet."""
        self._labels: dict[str, str] = {}
        self._things: dict[str, set[str]] = defaultdict(set)
        self._by_stem: dict[str, set[str]] = defaultdict(set)
        self._sorted: list[str] = []
        self._opposite = lru_cache(maxsize=None)(self._find_opposite)

    def add(self, label: str, things: Iterable[str]) -> None:
        """Note that a clip has `label`, and what it was seen with."""
        key = _key(label)
        if key not in self._labels:
            self._labels[key] = label
            for word in words(label):
                self._by_stem[stem(word)].add(label)
        for thing in things:
            self._things[thing].add(self._labels[key])

    def close(self) -> None:
        """Take no more labels."""
        self._sorted = sorted(self._labels.values())

    def __len__(self) -> int:
        """Return the number of different labels."""
        return len(self._labels)

    def opposite(self, label: str) -> str | None:
        """Return the label that is the opposite of `label`, the likest of several; None if none."""
        return self._opposite(label)

    def wrong(
        self,
        rng: random.Random,
        label: str,
        *,
        own: Collection[str],
        past: Collection[str],
        things: Iterable[str],
        count: int,
    ) -> list[Wrong]:
        """Return `count` different wrong options, or as many as there are.

        Args:
            rng: draws among those of one rank.
            label: the right option.
            own: the labels of this future, which are right as well.
            past: those of this context; of them only the opposite of the right one is taken.
            things: that the right option was seen with here.
            count: of options.
        """
        taken = {_key(each) for each in (label, *own)}
        found: list[Wrong] = []

        def take(other: str | None, kind: WrongKind) -> bool:
            if other is None or _key(other) in taken or len(found) == count:
                return False
            taken.add(_key(other))
            found.append(Wrong(other, kind))
            return True

        paired = take(self.opposite(label), "opposite")
        taken.update(map(_key, past))
        ranks: list[tuple[WrongKind, Iterable[str]]] = [
            ("same_things", self._of_things(rng, things)),
            ("any", self._any(rng, count)),
        ]
        for kind, others in ranks:
            for other in others:
                if len(found) == count:
                    return found
                opposite = self.opposite(other)
                if paired and take(other, kind):
                    take(opposite, "opposite_of_wrong")
                elif not paired and opposite not in {wrong.label for wrong in found}:
                    take(other, kind)
        return found

    def _any(self, rng: random.Random, count: int) -> Iterator[str]:
        """Yield labels at random; every one in the end, but the first without going through all."""
        for _ in range(_TRIES * count):
            yield rng.choice(self._sorted)
        yield from rng.sample(self._sorted, len(self._sorted))

    def _of_things(self, rng: random.Random, things: Iterable[str]) -> list[str]:
        """Return the labels that were seen with `things`, most of them in common first."""
        most = max(_COMMON_LEAST, _COMMON_SHARE * len(self._labels))
        shared = Counter(
            label
            for thing in sorted(set(things))
            if len(self._things[thing]) <= most
            for label in sorted(self._things[thing])
        )
        return sorted(shared, key=lambda label: (-shared[label], rng.random()))

    def _find_opposite(self, label: str) -> str | None:
        for turned in _exchanged(label):
            if turned in self._labels:
                return self._labels[turned]
        meant = {stem(word) for word in words(label)}
        near = {other for each in meant for way in opposites(each) for other in self._by_stem[way]}
        alike = {
            other: _rest_alike(meant, {stem(word) for word in words(other)})
            for other in near
            if _key(other) != _key(label)
        }
        best = max(alike.values(), default=0.0)
        if best < _ALIKE:
            return None
        return min(other for other, share in alike.items() if share == best)


def things_of(text: str, label: str) -> set[str]:
    """Return the stems of the words of `text` that tell with what `label` is done.

    They are those that the label leaves open (`Putting something on something`), or, where label
    and text are the same, all but the shortest.
    """
    said = {stem(word) for word in words(text) if len(word) >= _SHORTEST}
    left = said - {stem(word) for word in words(label)}
    return left or said


class BlindGuess(NamedTuple):
    """How often one is right who draws from a part of the options without having seen the video.

    Attributes:
        paired: from those whose opposite is there too.
        odd: from the others.
    """

    paired: float
    odd: float


def blind_guess(labels: Labels, options: Sequence[str], answer: str) -> BlindGuess:
    """Return what drawing by opposites is worth here; from all, where a part has no option."""
    there = set(options)
    paired = {option for option in options if labels.opposite(option) in there}
    paired |= {other for option in paired if (other := labels.opposite(option)) is not None}

    def of(part: Collection[str]) -> float:
        return float(answer in part) / len(part) if part else 1 / len(options)

    return BlindGuess(of(paired), of(there - paired))


def _key(label: str) -> str:
    return " ".join(words(label)) or label


def _rest_alike(meant: Collection[str], said: Collection[str]) -> float:
    """Return the share of words in common among those that are not opposites, 0 to 1.

    0 as well where one says nothing that is the opposite of the other.
    """
    if not opposed(said, meant):
        return 0.0
    left = {word for word in meant if not opposites(word) & set(said)}
    right = {word for word in said if not opposites(word) & set(meant)}
    return len(left & right) / len(left | right) if left | right else 1.0


def _exchanged(label: str) -> Iterable[str]:
    """Yield the key of `label` with two opposites in it exchanged: from left to right and back."""
    said = words(label)
    for i, one in enumerate(said):
        for j in range(i + 1, len(said)):
            if stem(said[j]) in opposites(stem(one)):
                turned = said.copy()
                turned[i], turned[j] = said[j], one
                yield " ".join(turned)
