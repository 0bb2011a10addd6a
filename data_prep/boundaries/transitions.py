"""Scene boundaries from small luma pictures, frame by frame, with a memory of one second.

Four tests, each at a frame with as much of the video before as after it at hand. A *cut* changes
the picture far more than its neighbours do, and neither a move of the camera, nor a change of
brightness, nor a flash explains it. A *blank* (black, white or any one colour) between two
pictures that are not alike is a fade. In a *dissolve* the picture is, for a while, the mean of
what was and what is to come.
"""

import math
from collections import deque
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

#: Rows and columns of the pictures.
SHAPE = (36, 64)
_REACH_SECONDS = 0.5
_FLASH_SECONDS = 0.3
_SCENE_SECONDS = 0.3
_SHIFT = 5


class Thresholds(NamedTuple):
    """Levels of the tests; changes are shares of the full range of luma.

    Attributes:
        change: least change of a cut.
        ratio: least change of a cut over the median of those around it.
        alike: two pictures are alike that differ by less than this share of the cut's change.
        correlated: pictures of one scene in another light correlate at least so much.
        blank: a picture of less standard deviation is blank.
        blend: least change from before to after a dissolve.
        bent: a dissolve's middle strays from the mean of its ends by less than this share of it.
        unrelated: the ends of a dissolve correlate less than this.
    """

    change: float = 0.02
    ratio: float = 3.0
    alike: float = 0.6
    correlated: float = 0.85
    blank: float = 0.02
    blend: float = 0.03
    bent: float = 0.26
    unrelated: float = 0.5


class Seen(NamedTuple):
    """A frame as remembered: its time, luma 0 to 1, change from the frame before, deviation."""

    time: float
    luma: Plane
    change: float
    deviation: float


class Transitions:
    """Finds the times at which another scene begins."""

    def __init__(self, fps: float, thresholds: Thresholds | None = None) -> None:
        """Take the frame rate, from which the reach of the tests in frames follows."""
        self._levels = thresholds or Thresholds()
        self._reach = min(max(round(_REACH_SECONDS * fps), 4), 30)
        self._flash = min(max(round(_FLASH_SECONDS * fps), 2), self._reach)
        self._window: deque[Seen] = deque(maxlen=2 * self._reach + 1)
        self._count = 0
        self._before_blank: Seen | None = None
        self._last_lit: Seen | None = None
        self._blend: tuple[float, float] | None = None
        self._found: list[float] = []

    def add(self, time: float, luma: Plane, change: float) -> None:
        """Take the next frame: its time, luma (`SHAPE`, 0 to 1) and change from the one before."""
        self._window.append(Seen(time, luma, change, _deviation(luma)))
        self._count += 1
        if len(self._window) > self._reach:
            self._judge(len(self._window) - 1 - self._reach)

    def finish(self) -> list[float]:
        """Return the times of all boundaries, ascending."""
        for centre in range(max(0, len(self._window) - self._reach), len(self._window)):
            self._judge(centre)
        self._end_blend()
        return sorted(set(self._found))

    def _judge(self, centre: int) -> None:
        frame = self._window[centre]
        if frame.deviation < self._levels.blank:
            if self._last_lit is not None:
                self._before_blank, self._last_lit = self._last_lit, None
            return
        self._last_lit = frame
        if self._before_blank is not None:
            before, self._before_blank = self._before_blank, None
            if _correlation(before.luma, frame.luma) < self._levels.correlated:
                self._add(frame.time)
        elif centre and self._is_cut(centre):
            self._add(frame.time)
        elif self._reach <= centre < len(self._window) - self._reach:
            self._look_for_blend(centre)

    def _add(self, time: float) -> None:
        # Cut upon cut is one restless moment, no series of scenes.
        if all(abs(time - other) >= _SCENE_SECONDS for other in self._found[-2:]):
            self._found.append(time)
        # What looks like a dissolve around a cut is the cut.
        self._blend = None

    def _is_cut(self, centre: int) -> bool:
        levels, frames = self._levels, list(self._window)
        frame = frames[centre]
        # Out of a blank at the very start there comes no other scene.
        if frame.change < levels.change or frames[centre - 1].deviation < levels.blank:
            return False
        around = [f.change for i, f in enumerate(frames) if i not in {0, centre}]
        if around and frame.change < levels.ratio * float(np.median(around)):
            return False
        before = frames[max(0, centre - self._flash) : centre]
        after = frames[centre : centre + self._flash]
        if frame.change < max((f.change for f in before[1:] + after[1:]), default=0.0) / 2:
            return False
        limit = levels.alike * frame.change
        if any(
            distance(a.luma, b.luma) < limit
            for i, a in enumerate(reversed(before))
            for j, b in enumerate(after)
            if 0 < i + j < self._flash
        ):
            return False
        if _correlation(before[-1].luma, frame.luma) > levels.correlated and (
            _unlike_in_other_light(before[-1].luma, frame.luma) < limit
        ):
            return False
        return _distance_after_shift(before[-1].luma, frame.luma) >= limit

    def _look_for_blend(self, centre: int) -> None:
        levels, frames = self._levels, self._window
        if self._blend is not None and frames[centre].time > self._blend[1] + self._span():
            self._end_blend()
        if self._count % 2:
            return
        first, last = frames[centre - self._reach], frames[centre + self._reach]
        whole = distance(first.luma, last.luma)
        if whole < levels.blend or min(first.deviation, last.deviation) < levels.blank:
            return
        bend = distance(frames[centre].luma, np.float32(0.5) * (first.luma + last.luma))
        if bend > levels.bent * whole or max(f.change for f in frames) > 0.6 * whole:
            return
        if _correlation(first.luma, last.luma) > levels.unrelated:
            return
        if any(frames[0].time <= time <= frames[-1].time for time in self._found[-2:]):
            return
        score = whole - 3 * bend
        if self._blend is None or score > self._blend[0]:
            self._blend = score, frames[centre].time

    def _span(self) -> float:
        return self._window[-1].time - self._window[len(self._window) // 2].time

    def _end_blend(self) -> None:
        if self._blend is not None:
            self._found.append(self._blend[1])
            self._blend = None


def distance(one: Plane, other: Plane) -> float:
    """Return the mean difference of two pictures, 0 to 1."""
    # A third of the time that `mean` takes, for every frame.
    difference = (one - other).ravel()
    np.abs(difference, out=difference)
    return float(difference.sum()) / difference.size


def _deviation(luma: Plane) -> float:
    # A quarter of the time that `std` takes, for every frame.
    values = luma.ravel()
    mean = float(values.sum()) / values.size
    return math.sqrt(max(0.0, _product(values, values) / values.size - mean * mean))


def _product(one: Plane, other: Plane) -> float:
    # `dot` would set up a library for matrices, with threads and 100 MB of address space.
    return float(np.einsum("i,i->", one, other))


def _correlation(one: Plane, other: Plane) -> float:
    a, b = (one - one.mean()).ravel(), (other - other.mean()).ravel()
    scale = math.sqrt(_product(a, a) * _product(b, b))
    return _product(a, b) / scale if scale else 0.0


def _unlike_in_other_light(one: Plane, other: Plane) -> float:
    """Return the mean difference that is left when `one` is made as bright and as rich."""
    a, b = one - one.mean(), other - other.mean()
    gain = float((a * b).sum() / (a * a).sum())
    return float(np.abs(gain * a - b).mean())


def _distance_after_shift(one: Plane, other: Plane) -> float:
    """Return the least mean difference over shifts by up to `_SHIFT` rows and columns."""
    rows, columns = one.shape
    core = other[_SHIFT:-_SHIFT, _SHIFT:-_SHIFT]
    return min(
        distance(one[y : rows - 2 * _SHIFT + y, x : columns - 2 * _SHIFT + x], core)
        for y in range(2 * _SHIFT + 1)
        for x in range(2 * _SHIFT + 1)
    )
