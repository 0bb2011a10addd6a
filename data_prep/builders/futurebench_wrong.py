"""Wrong answers for FutureBench, of the three published kinds (arXiv 2505.22457, appendix C).

The paper has a language model write them from the events of the video; here they are made of
events that were told, so that a wrong answer reads like a right one:

- `wrong_order`: the right events in another order; of a single event, one that comes too late;
- `already_seen`: begins with events from before the cut;
- `other_clip`: plausible but inconsistent, what follows in other videos, the likest words first.
"""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal, NamedTuple

from data_prep.builders.pool import Pool
from data_prep.options import OPTIONS, most_alike
from data_prep.prompts import join_events

WrongKind = Literal["wrong_order", "already_seen", "other_clip"]
WRONG = OPTIONS - 1
# Where one kind has too few, the others fill in, in this order.
_FILLING: tuple[WrongKind, ...] = ("other_clip", "wrong_order", "already_seen")
# Of so many events of other videos the likest are taken.
_DRAWN = 32


class Wrong(NamedTuple):
    """A wrong answer and its kind."""

    text: str
    kind: WrongKind


@dataclass(frozen=True)
class Asked:
    """What a question asks for.

    Attributes:
        kind: of the question.
        video_id: of the video.
        seen: events before the cut, in order.
        missing: the right answer, in order.
        later: events after the missing ones that the question does not tell, in order.
        own: all that happens in the video.
    """

    kind: str
    video_id: str
    seen: Sequence[str]
    missing: Sequence[str]
    later: Sequence[str]
    own: Sequence[str]


class OtherClips:
    """What follows in every video, by the kind of the question, on disk."""

    def __init__(self) -> None:
        """Know of no video."""
        self._pool = Pool()

    def add(self, kind: str, video_id: str, events: Sequence[str]) -> None:
        """Add an answer to a question of `kind`; all are added before any is drawn."""
        self._pool.add(kind, json.dumps([video_id, list(events)]))

    def draw(self, rng: random.Random, asked: Asked) -> Iterator[list[str]]:
        """Yield answers about other videos, the likest first; none has an event of this video."""
        own = {event.casefold() for event in asked.own}
        found: dict[str, list[str]] = {}
        for line in self._pool.draw(rng, asked.kind, _DRAWN):
            video_id, events = json.loads(line)
            if video_id != asked.video_id and own.isdisjoint(map(str.casefold, events)):
                found.setdefault(join_events(events), events)
        alike = most_alike(join_events(asked.missing), list(found))
        yield from (found[text] for text in alike)


def wrong_answers(
    rng: random.Random, asked: Asked, others: OtherClips, wanted: Mapping[WrongKind, int]
) -> list[Wrong]:
    """Return three wrong answers, or fewer where there are no more.

    None says the right events in their order, and no two say the same, case apart.

    Args:
        rng: of what is drawn.
        asked: the question.
        others: what follows in other videos.
        wanted: how many of each kind, where there are as many.
    """
    candidates: dict[WrongKind, Iterator[Sequence[str]]] = {
        "wrong_order": iter(_wrong_order(rng, asked)),
        "already_seen": iter(_already_seen(asked)),
        "other_clip": others.draw(rng, asked),
    }
    taken = {join_events(asked.missing).casefold()}
    found: list[Wrong] = []

    def take(kind: WrongKind, count: int) -> None:
        for events in candidates[kind]:
            text = join_events(events)
            if text.casefold() not in taken:
                taken.add(text.casefold())
                found.append(Wrong(text, kind))
                count -= 1
            if count == 0:
                return

    for kind, count in wanted.items():
        if count:
            take(kind, count)
    for kind in _FILLING:
        if len(found) < WRONG:
            take(kind, WRONG - len(found))
    return found


def _wrong_order(rng: random.Random, asked: Asked) -> Iterable[Sequence[str]]:
    if len(asked.missing) == 1:
        return [[event] for event in asked.later]
    orders = list(permutations(asked.missing))[1:]
    rng.shuffle(orders)
    return orders


def _already_seen(asked: Asked) -> Iterator[Sequence[str]]:
    count = len(asked.missing)
    # What comes shifted back by one event, by two, … and then what was there long before.
    for back in range(1, min(count, len(asked.seen)) + 1):
        yield [*asked.seen[-back:], *asked.missing[: count - back]]
    for start in range(len(asked.seen) - count - 1, -1, -1):
        yield asked.seen[start : start + count]
