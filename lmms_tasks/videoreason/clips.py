"""The frames of a real and a generated future that belong together, at one size.

Two clips of one future may differ in size, rate and length. They are compared where both show
something, at the instants of the slower of the two: its frames are taken as they are, and of the
faster one those nearest in time. Nothing is interpolated and no frame is compared twice.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_prep.fetch import fetch, numbers_at
from data_prep.picture import orientation
from data_prep.video import Converter, Frame, UnreadableVideo, frames

# Frames of a pair that are compared, evenly spread; the budget of the published training, in
# pixels; seconds of a clip that are read, which bound the memory it takes.
MOST_FRAMES = 16
PIXELS = 128 * 128
SECONDS = 16.0
# The coarsest layer of the networks has no cells of smaller pictures.
LEAST_SIDE = 32

Frames = NDArray[np.uint8]


class Size(NamedTuple):
    """Pixels, as displayed."""

    width: int
    height: int


@dataclass(frozen=True)
class Clip:
    """A decoded clip: `frames` of shape (n, height, width, 3), RGB, and the time of each.

    `shown` is the size it is displayed at, before it was brought to that of `frames`.
    """

    times: NDArray[np.float64]
    frames: Frames
    shown: Size

    @property
    def step(self) -> float:
        """The seconds between two frames."""
        return float(np.median(np.diff(self.times)))


def fitting(pixels: int) -> Callable[[Size], Size]:
    """Return what shrinks a size to at most `pixels`, its shape kept; it never enlarges."""

    def fit(shown: Size) -> Size:
        scale = min(1.0, math.sqrt(pixels / (shown.width * shown.height)))
        return Size(max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))

    return fit


def exactly(size: Size) -> Callable[[Size], Size]:
    """Return what brings every clip to `size`."""
    return lambda _: size


def read_clip(path: Path, fit: Callable[[Size], Size]) -> Clip:
    """Decode the first `SECONDS` of `path` at the size that `fit` makes of its own.

    Raises:
        UnreadableVideo: the file is missing, empty or no video, does not decode, or has one frame
            only; or its pictures are smaller than `LEAST_SIDE`.
    """
    if not path.is_file():
        raise UnreadableVideo("missing")
    convert, times, kept, shown = None, [], [], Size(0, 0)
    for frame in frames(path):
        if frame.time >= SECONDS:
            break
        if convert is None:
            shown, convert = _opened(frame, fit)
        times.append(frame.time)
        kept.append(convert(frame.image))
    if len(kept) < 2:
        raise UnreadableVideo("one frame only")
    return Clip(np.asarray(times), np.stack(kept), shown)


def as_shown(size: Size) -> Size:
    """Return what leaves a clip at its own size."""
    return size


def last_frame(path: Path, fit: Callable[[Size], Size]) -> Frames:
    """Return the last frame of `path`, shape (1, height, width, 3), at the size `fit` makes.

    Raises:
        UnreadableVideo: the file is missing or no video, or the frame does not decode.
    """
    if not path.is_file():
        raise UnreadableVideo("missing")
    (found,) = fetch(path, numbers_at(path, [math.inf]))
    return Converter(*fit(_shown(found.image)))(found.image)[None]


def align(
    real: Clip, made: Clip, most: int = MOST_FRAMES
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the numbers of the frames that belong together, of `real` and of `made`.

    Raises:
        UnreadableVideo: the two have less than two instants in common.
    """
    slow, fast = (real, made) if real.step >= made.step else (made, real)
    end = min(clip.times[-1] + clip.step for clip in (real, made))
    # Later ones are nearest to a frame that an earlier one is nearest to, too.
    instants = np.flatnonzero(slow.times < end - fast.step / 2)
    if len(instants) < 2:
        raise UnreadableVideo(
            f"too short: {made.times[-1] + made.step:.2f} s beside a real future with a frame "
            f"every {real.step:.2f} s"
        )
    picks = np.linspace(0, len(instants) - 1, min(most, len(instants)))
    chosen = instants[np.rint(picks).astype(np.intp)]
    beside = np.abs(fast.times[:, None] - slow.times[chosen][None]).argmin(axis=0)
    return (chosen, beside) if slow is real else (beside, chosen)


def _opened(frame: Frame, fit: Callable[[Size], Size]) -> tuple[Size, Converter]:
    shown = _shown(frame.image)
    size = fit(shown)
    if min(size) < LEAST_SIDE:
        raise UnreadableVideo(
            f"too small: {size.width}x{size.height}, the least side is {LEAST_SIDE}"
        )
    return shown, Converter(*size)


def _shown(image: Any) -> Size:
    turned = orientation(image).swapped
    return Size(image.height, image.width) if turned else Size(image.width, image.height)
