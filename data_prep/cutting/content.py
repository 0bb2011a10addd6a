"""Whether the pictures of a context are those of its future: a leak test that believes no record.

A scene that stands still looks the same before and after the cut, and one that comes back looks
the same again and again. So a shared picture is a leak only where the scene moves, the end of the
context runs through the same pictures as the beginning of the future, and no loop explains it.
"""

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Views = NDArray[np.uint8]

# In grey levels of 255, between pictures of 32 x 18 cells. One frame encoded twice at crf 18 and 28
# gave 2 to 8 on nine real videos and 200 clips of the toy world; half a second of motion gave 15
# and more wherever an object of a tenth of the picture's width moved.
SAME, MOVED = 8.0, 16.0
# A moving object may be small: only the cells that differ most are looked at.
_CELLS = 10
# A mean over all cells below this is the noise of the encoder.
_NOISE = 2.0
# Two steps of a smooth motion are at least so much longer than one; a jump is longer than any.
_SMOOTH, _JUMP = 1.3, 1.5
# Frames are compared in blocks, since a context at the rate of its source may have 100,000.
_BLOCK = 4096


class Film(NamedTuple):
    """The frames of a file: `times` in seconds, (n,), and `views`, (n, cells), luma as uint8."""

    times: NDArray[np.float64]
    views: Views


def find_leak(context: Film, future: Film) -> str | None:
    """Return why the frames of `context` show moments of `future`, or None if none does so.

    Found are contexts that run on into the future, and the two of them swapped where the scene
    moves smoothly. What a still or repeating scene hides is not found, nor a context that holds
    nothing but its future: the digests of the certificate are for those.
    """
    if shared := _shared_frames(context, future):
        return f"its last {shared} frames are moments of the beginning of the future"
    if _swapped(context.views, future.views):
        return "it follows its future: the two are swapped"
    return None


def _shared_frames(context: Film, future: Film) -> int:
    """Return how many of the last frames of `context` run through the first of `future`.

    The end of the context is laid against each frame of the future; a match counts if it goes back
    to the first of them frame by frame, and if they move.
    """
    gaps = np.diff(future.times)
    if not gaps.size:
        return 0
    step = float(np.median(gaps))
    last = len(context.times) - 1
    # A context may have more frames a second than its future, and then the last falls between two.
    ends = np.flatnonzero(context.times > context.times[last] - step)
    for end in ends[::-1]:
        alike = _differences(context.views[end], future.views) <= SAME
        for there in np.flatnonzero(alike):
            first = _goes_back(context, future, int(end), int(there), step)
            if first is not None:
                return last - first + 1
    return 0


def _goes_back(context: Film, future: Film, end: int, there: int, step: float) -> int | None:
    """Return the frame of `context` that is the future's first, if frame `end` is frame `there`."""
    first = end
    for number in range(there - 1, -1, -1):
        when = context.times[end] - (future.times[there] - future.times[number])
        first = int(np.argmin(np.abs(context.times - when)))
        if abs(context.times[first] - when) > step / 4:
            return None
        if _difference(context.views[first], future.views[number]) > SAME:
            return None
    if first == 0:
        return None  # It might as well be a loop that is as long as the context.
    if there == 0:
        alone = end == len(context.times) - 1 and _never_rests(context.views, future.views)
        return first if alone else None
    moves = _differences(future.views[0], future.views[1 : there + 1]).max() >= MOVED
    # In a loop the frame before the run is the end of the round before.
    when = context.times[first] - step
    before = min(first - 1, int(np.argmin(np.abs(context.times - when))))
    closes = _difference(context.views[before], context.views[end]) <= SAME
    return first if moves and not closes else None


def _never_rests(context: Views, future: Views) -> bool:
    # One shared frame might as well be a pause at the cut, but not in a scene without any pause.
    if len(context) < 3 or len(future) < 2:
        return False
    turns_back = _difference(context[-2], future[1]) <= SAME
    return not turns_back and min(_steps(context).min(), _steps(future).min()) >= MOVED


def _swapped(context: Views, future: Views) -> bool:
    """Whether `context` goes smoothly on from the end of `future`, and jumps to its beginning."""
    if min(len(context), len(future)) < 3:
        return False
    steps, leaps = (
        np.concatenate([_means(part[:-apart], part[apart:]) for part in (context, future)])
        for apart in (1, 2)
    )
    usual = float(np.median(steps))
    # Where pictures do not differ the more the further apart they are, a jump tells nothing.
    if usual <= _NOISE or np.median(leaps) < _SMOOTH * usual:
        return False
    jump = _means(context[-1:], future[:1])[0]
    back = _means(future[-1:], context[:1])[0]
    return bool(jump > _JUMP * steps.max() and back <= usual * _SMOOTH)


def _means(one: Views, other: Views) -> NDArray[np.float64]:
    difference = np.abs(one.astype(np.int16) - other.astype(np.int16))
    return np.asarray(difference.mean(axis=1), dtype=np.float64)


def _steps(views: Views) -> NDArray[np.float64]:
    return np.array([_difference(*pair) for pair in itertools.pairwise(views)])


def _difference(one: Views, other: Views) -> float:
    return float(_differences(one, other[None])[0])


def _differences(one: Views, many: Views) -> NDArray[np.float64]:
    """Return how far each of `many` pictures is from `one`, by the cells that differ most."""
    parts = []
    for start in range(0, len(many), _BLOCK):
        part = np.abs(many[start : start + _BLOCK].astype(np.int16) - one.astype(np.int16))
        part.partition(part.shape[1] - _CELLS, axis=1)
        parts.append(part[:, -_CELLS:].mean(axis=1))
    return np.concatenate(parts)
