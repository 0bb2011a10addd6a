"""Optical flow drawn out into the future: every pixel goes on as it was going.

The flow from the last frame back to the one before (DIS, Kroeger et al. 2016) tells where each
pixel of the last frame came from. Each is moved on by as much, and further the later the time; of
those that meet, the fastest is seen, since what moves is mostly in front. Where nothing arrives,
because a thing has left, the place is painted over from its surroundings (Telea 2004).
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from data_prep.encode import Image
from data_prep.generating.shape import NotMade

# The method looks for patches of 8 pixels on several scales: smaller pictures are enlarged.
_LEAST_SIDE = 160
# Flow below this, in pixels, is grain of the method; the pixel stands still.
_GRAIN = 0.25
_PAINT_RADIUS = 3


class Motion:
    """The motion between two frames, ready to be drawn out."""

    def __init__(self, previous: Image, last: Image) -> None:
        """Measure the motion between two arrays (height, width, 3), uint8, RGB."""
        self._last = last
        height, width, _ = last.shape
        velocity = -_flow(last, previous)
        velocity[np.linalg.norm(velocity, axis=-1) < _GRAIN] = 0
        rows, columns = np.mgrid[:height, :width]
        # The slowest first: who is written last is seen.
        order = np.argsort(np.linalg.norm(velocity, axis=-1).ravel(), kind="stable")
        self._velocity = velocity.reshape(-1, 2)[order]
        self._from = np.stack([columns, rows], axis=-1).reshape(-1, 2)[order]

    def after(self, steps: float) -> Image:
        """Return the picture so many times the time between the two frames later.

        Raises:
            NotMade: all of it has moved out of sight by then.
        """
        height, width, _ = self._last.shape
        to = np.rint(self._from + steps * self._velocity).astype(np.int64)
        inside = np.all((to >= 0) & (to < (width, height)), axis=-1)
        (to_x, to_y), (from_x, from_y) = to[inside].T, self._from[inside].T
        made = np.zeros_like(self._last)
        hole = np.full((height, width), 255, np.uint8)
        made[to_y, to_x] = self._last[from_y, from_x]
        hole[to_y, to_x] = 0
        if hole.all():
            raise NotMade("by the flow, all of the picture moves out of sight")
        library: Any = cv2
        painted: Image = library.inpaint(made, hole, _PAINT_RADIUS, library.INPAINT_TELEA)
        return painted


def _flow(before: Image, after: Image) -> NDArray[np.float32]:
    """Return the flow in pixels, shape (height, width, 2): x, then y."""
    library: Any = cv2
    height, width, _ = before.shape
    scale = max(1.0, _LEAST_SIDE / min(height, width))
    size = (round(width * scale), round(height * scale))
    grey = [
        library.resize(
            library.cvtColor(image, library.COLOR_RGB2GRAY),
            size,
            interpolation=library.INTER_CUBIC,
        )
        for image in (before, after)
    ]
    estimator = library.DISOpticalFlow_create(library.DISOPTICAL_FLOW_PRESET_MEDIUM)
    large = estimator.calc(*grey, None)
    flow = library.resize(large, (width, height), interpolation=library.INTER_NEAREST)
    scaled: NDArray[np.float32] = flow / np.array([size[0] / width, size[1] / height], np.float32)
    return scaled
