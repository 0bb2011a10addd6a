"""When to look at a clip: the even grid of times that is encoded, and the frames shown then."""

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from data_prep.cutting.refusal import Refused
from data_prep.video import Frame, as_rate
from data_prep.vision import FRAME_FACTOR, VisionBudget

# Containers round time stamps, mostly to milliseconds: a frame this near counts as simultaneous.
TOLERANCE = 1e-3
# A clip of 9.999 s is one of 10 s whose end was rounded.
_FRAME_SLACK = 0.01


@dataclass(frozen=True)
class Grid:
    """Times in seconds of the source, evenly spaced, and the rate at which they are encoded."""

    times: tuple[float, ...]
    rate: Fraction


class Origin(NamedTuple):
    """Where a frame comes from: its number in display order and its time in seconds."""

    number: int
    time: float


class Pick(NamedTuple):
    """A source frame and its picture."""

    origin: Origin
    image: Any


def sample_grid(begin: float, end: float, budget: VisionBudget, *, ends_at_cut: bool) -> Grid:
    """Lay the grid of the part of a clip from `begin` to `end` (seconds).

    The grid has the budget's rate and is anchored at the cut: a context (`ends_at_cut`) ends one
    step before `end`, a future starts at `begin`; what does not fill an even number of steps is
    left out at the other side. A part too long for the budget is spread over exactly
    `max_frames` frames at a lower rate.

    Raises:
        Refused: the part is too short for two frames.
    """
    length = end - begin
    count = math.floor(length * budget.fps + _FRAME_SLACK)
    count -= count % FRAME_FACTOR
    if count < FRAME_FACTOR:
        part = "context" if ends_at_cut else "future"
        raise Refused(
            "too short",
            f"a {part} of {length:.2f} s does not hold {FRAME_FACTOR} frames "
            f"at {budget.fps:g} frames a second",
        )
    if count > budget.max_frames:
        count = budget.max_frames
        step, rate = length / count, as_rate(count / length)
    else:
        step = 1 / budget.fps
        rate = rate_of(budget.fps, step, count)
    first = end - count * step if ends_at_cut else begin
    return Grid(tuple(max(begin, first + i * step) for i in range(count)), rate)


def rate_of(fps: float, step: float, count: int) -> Fraction:
    """Return the rate at which `count` frames, `step` seconds apart, are shown.

    It is one at which a consumer that samples at `fps` takes all of them. Consumers compute count /
    rate * fps in floating point and round down. At a rate such as 29.97 they may miss a frame by
    one bit, so the file is then made slower by one part in 100,000.
    """
    rate = as_rate(1 / step)
    seconds = float(count / rate)
    if seconds * fps >= count and count / float(rate) * fps >= count:
        return rate
    return as_rate(1 / step * (1 - 1e-5))


def pick(source: Iterable[Pick], times: Iterable[float]) -> Iterator[Pick]:
    """Yield for each of the ascending `times` the frame on screen then: the last that has begun.

    Before the first frame of `source` that is the first. `source` is read to its end, one frame
    is held at a time.
    """
    waiting = deque(times)
    held: Pick | None = None
    for frame in source:
        while held is not None and waiting and waiting[0] + TOLERANCE < frame.origin.time:
            waiting.popleft()
            yield held
        held = frame
    if held is not None:
        for _ in waiting:
            yield held


class Halves:
    """One stream of frames read as two: `context` to its end, then `future`.

    A frame goes to the side on which it begins, so the one on screen at the cut belongs to the
    context unless it begins there.
    """

    def __init__(self, frames: Iterable[Frame], cut: float) -> None:
        """Divide `frames` at `cut` seconds."""
        self._frames = (Pick(Origin(i, frame.time), frame.image) for i, frame in enumerate(frames))
        self._cut = cut
        self._first_of_future: Pick | None = None

    def context(self) -> Iterator[Pick]:
        """Yield the frames that begin before the cut."""
        for frame in self._frames:
            if frame.origin.time >= self._cut - TOLERANCE:
                self._first_of_future = frame
                return
            yield frame

    def future(self) -> Iterator[Pick]:
        """Yield the frames that begin at or after the cut; none unless `context` was used up."""
        if self._first_of_future is not None:
            yield self._first_of_future
            yield from self._frames
