"""Pictures kept of a clip while it is decoded, for a cut that is known only at its end."""

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, NamedTuple

from data_prep.cutting.grid import TOLERANCE, Origin, Pick, rate_of
from data_prep.cutting.refusal import Refused
from data_prep.video import Frame
from data_prep.vision import FRAME_FACTOR, VisionBudget

_ROOM = 64_000_000


class Side(NamedTuple):
    """The pictures of a context or a future, in order, and the rate at which to show them."""

    picks: list[Pick]
    rate: Fraction


def most_samples(budget: VisionBudget, picture_bytes: int) -> int:
    """Return how many pictures are kept at most: enough for both sides, or what 64 MB hold.

    More than enough for two full sides helps where the cut comes early or late in a long clip.
    """
    return max(2 * budget.max_frames, _ROOM // picture_bytes // FRAME_FACTOR * FRAME_FACTOR)


class Samples:
    """The frames on screen at even times from 0 on; every other goes when there are too many."""

    def __init__(self, budget: VisionBudget, convert: Callable[[Any], Any], most: int) -> None:
        """Take the budget's rate, what makes a small picture of a frame, and how many to keep.

        `most` is even and at least twice the budget's `max_frames`.
        """
        self._budget = budget
        self._convert = convert
        self._most = most
        self._kept: list[Pick] = []
        #: Seconds between two samples.
        self.step = 1 / budget.fps

    def collect(self, frames: Iterable[Frame], duration: float) -> None:
        """Read `frames` to their end and keep samples of them, before `duration` seconds."""
        held: Pick | None = None
        for number, frame in enumerate(frames):
            if held is not None:
                held = self._take(held, frame.time)
            held = Pick(Origin(number, frame.time), frame.image)
        if held is not None:
            self._take(held, duration)

    def _take(self, shown: Pick, until: float) -> Pick:
        """Keep `shown` for every sample until the next frame begins."""
        converted: Pick | None = None
        while len(self._kept) * self.step + TOLERANCE < until:
            if len(self._kept) == self._most:
                del self._kept[1::2]
                self.step *= 2
                continue
            converted = converted or shown._replace(image=self._convert(shown.image))
            self._kept.append(converted)
        return shown

    def divide(self, cut: float, gap: float) -> tuple[Side, Side]:
        """Return the context, which ends `gap` seconds or more before `cut`, and the future.

        A side with more pictures than the budget allows keeps every second, third, …; it has an
        even number of them, those next to the cut.

        Raises:
            Refused: a side has fewer than two pictures.
        """
        context, future = [], []
        for number, sample in enumerate(self._kept):
            time = number * self.step
            if sample.origin.time >= cut - TOLERANCE:
                future.append(sample)
            elif time < cut - TOLERANCE and time <= cut - gap + TOLERANCE:
                context.append(sample)
        before = self._side(context[::-1], "context")
        return before._replace(picks=before.picks[::-1]), self._side(future, "future")

    def _side(self, picks: list[Pick], name: str) -> Side:
        stride = max(1, math.ceil(len(picks) / self._budget.max_frames))
        picks = picks[::stride]
        picks = picks[: len(picks) // FRAME_FACTOR * FRAME_FACTOR]
        if not picks:
            raise Refused(
                "too short",
                f"the {name} does not hold {FRAME_FACTOR} frames, {self.step:.3g} s apart",
            )
        return Side(picks, rate_of(self._budget.fps, self.step * stride, len(picks)))
