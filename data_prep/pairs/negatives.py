"""What a pair is not: its frames in reverse, one of them twice, a frame or an action of another."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from data_prep.builders.pool import Pool
from data_prep.options import opposite
from data_prep.records import Negative, Pair
from data_prep.toyworld.scenes import REVERSED

Kind = Literal["swapped", "copied", "other_clip", "other_action"]
# Another clip is found among so many draws unless nearly all pairs are of one video.
_DRAWN = 16


class Negatives:
    """Draws the negatives of pairs, those of other clips and actions from all pairs of a part.

    Attributes:
        lacking: pairs without a negative of a kind, by the kind and why.
    """

    def __init__(self, pairs: Iterable[Pair], seed: int) -> None:
        """Go through all pairs once; they are not held."""
        self._seed = seed
        self._afters, self._actions = Pool(), Pool()
        self.lacking: Counter[str] = Counter()
        for pair in pairs:
            self._afters.add(pair.part or "", json.dumps([pair.video_id, pair.after]))
            if pair.action:
                self._actions.add(pair.part or "", pair.action)

    def of(self, pair: Pair) -> Iterator[Negative]:
        """Yield the negatives of a pair; the same pairs and seed give the same."""
        yield _negative(pair, "swapped", pair.after, pair.before)
        yield _negative(pair, "copied", pair.before, pair.before)
        rng = random.Random(f"{self._seed}:{pair.id}")
        drawn = self._afters.draw(rng, pair.part or "", _DRAWN)
        after = next((name for video, name in map(json.loads, drawn) if video != pair.video_id), "")
        if after:
            yield _negative(pair, "other_clip", pair.before, after)
        else:
            self.lacking["other_clip: no pair of another video"] += 1
        if not pair.action:
            return
        if action := self._other_action(pair, pair.action, rng):
            yield _negative(pair, "other_action", pair.before, pair.after, action)
        else:
            self.lacking["other_action: no other action"] += 1

    def _other_action(self, pair: Pair, action: str, rng: random.Random) -> str | None:
        reverse = REVERSED.get(action) or opposite(action)
        if reverse and reverse != action:
            return reverse
        drawn = self._actions.draw(rng, pair.part or "", 2)
        return next((other for other in drawn if other != action), None)


def _negative(
    pair: Pair, kind: Kind, before: str, after: str, action: str | None = None
) -> Negative:
    return Negative(
        id=f"{pair.id}_{kind}",
        pair_id=pair.id,
        video_id=pair.video_id,
        kind=kind,
        before=before,
        after=after,
        action=action or pair.action,
        part=pair.part,
    )
