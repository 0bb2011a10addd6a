"""Which frames of a clip become pairs: those of most motion, apart from each other."""

import bisect
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from data_prep.pairs.flow import Motion

# A moving camera's own map is never exact: depth and lens leave a share of its motion over.
_CAMERA_SHARE = 0.1


class Moment(NamedTuple):
    """A frame that was looked at: number, seconds, and motion since the one before it."""

    number: int
    time: float
    motion: Motion


class Limits(NamedTuple):
    """What a pair must keep to.

    Attributes:
        top: key frames a clip.
        spacing: frames from one key frame to the next, at least.
        min_gap: seconds between the frames of a pair, at least.
        max_gap: the same, at most.
        min_motion: mean motion of things between them, in pixels at a width of 160, at least.
    """

    top: int = 6
    spacing: int = 20
    min_gap: float = 0.25
    max_gap: float = 5.0
    min_motion: float = 0.3


def key_frames(moments: Iterable[Moment], count: int, spacing: int) -> list[Moment]:
    """Return the `count` moments of most motion, `spacing` frames apart or more, in their order.

    The recipe of arXiv 2506.06006, section 3.2 and appendix E: the next is always that of most
    motion among those far enough from all taken before. A moment without motion is none.
    """
    ranked = sorted(
        (moment for moment in moments if moment.motion.things > 0),
        key=lambda moment: (-moment.motion.things, moment.number),
    )
    taken: list[Moment] = []
    for moment in ranked:
        if len(taken) == count:
            break
        if all(abs(moment.number - other.number) >= spacing for other in taken):
            taken.append(moment)
    return sorted(taken)


class Track:
    """The motion of a whole clip; over a cut there is none."""

    def __init__(self, moments: Sequence[Moment], scenes: Sequence[float]) -> None:
        """Take all moments in order, and the times at which another scene begins."""
        self._scenes = sorted(scenes)
        begins = [moment.time for moment in moments[:1]] + [moment.time for moment in moments]
        self.moments = [
            moment._replace(motion=Motion(0.0, 0.0)) if self.cut(before, moment.time) else moment
            for before, moment in zip(begins, moments, strict=False)
        ]
        self._numbers = [moment.number for moment in self.moments]
        self._things = list(accumulate(moment.motion.things for moment in self.moments))
        self._camera = list(accumulate(moment.motion.camera for moment in self.moments))

    def cut(self, begin: float, end: float) -> bool:
        """Return whether another scene begins after `begin` and by `end`, in seconds."""
        return bisect.bisect_right(self._scenes, begin) < bisect.bisect_right(self._scenes, end)

    def between(self, first: Moment, last: Moment) -> Motion:
        """Return the sum of all motion from one moment to another."""
        i, j = (bisect.bisect_left(self._numbers, moment.number) for moment in (first, last))
        return Motion(self._things[j] - self._things[i], self._camera[j] - self._camera[i])

    def fault(self, first: Moment, last: Moment, limits: Limits) -> str | None:
        """Return why two key frames make no pair, None if they do."""
        gap = last.time - first.time
        if self.cut(first.time, last.time):
            return "scene cut"
        if gap < limits.min_gap:
            return "too close"
        if gap > limits.max_gap:
            return "too far apart"
        return lack_of_motion(self.between(first, last), limits.min_motion)


def lack_of_motion(motion: Motion, least: float) -> str | None:
    """Return why `motion` is not that of things, None if it is."""
    if motion.things >= max(least, _CAMERA_SHARE * motion.camera):
        return None
    return "only camera motion" if motion.camera >= least else "no motion"
