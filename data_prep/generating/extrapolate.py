"""Futures without a model: the present goes on as it is, or as it was going."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from data_prep.generating.flow import Motion
from data_prep.generating.shape import NotMade, Present
from data_prep.video import Image

FixedName = Literal["copy", "linear", "flow"]


def copy(present: Present, times: Sequence[float]) -> list[Image]:
    """Return the last frame, for each of `times`: what happens if nothing happens."""
    return [present.images[-1]] * len(times)


def linear(present: Present, times: Sequence[float]) -> list[Image]:
    """Return every pixel changing on as it did between the last two frames, within 0 to 255.

    frame(t) = last + (last - previous) * t / (time between the two)
    """
    step = _step(present)
    previous, last = (image.astype(np.float32) for image in present.images)
    change = (last - previous) / step
    return [
        np.clip(np.rint(last + change * np.float32(time)), 0, 255).astype(np.uint8)
        for time in times
    ]


def flow(present: Present, times: Sequence[float]) -> list[Image]:
    """Return every pixel moving on as it did between the last two frames; see `flow.Motion`."""
    step = _step(present)
    motion = Motion(*present.images)
    return [motion.after(time / step) for time in times]


FIXED: dict[FixedName, Callable[[Present, Sequence[float]], list[Image]]] = {
    "copy": copy,
    "linear": linear,
    "flow": flow,
}


def _step(present: Present) -> float:
    """Return the seconds between the last two frames."""
    if len(present.images) < 2:
        raise NotMade("the context has one frame, and a motion needs two")
    return present.times[-1] - present.times[-2]
