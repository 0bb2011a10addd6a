"""The form that a generated future must have: that of the real one, frame by frame in time."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from data_prep.video import Converter, Image, UnreadableVideo, frames, probe


class NotMade(Exception):
    """There is no future, and the message says why, on one line."""


@dataclass(frozen=True)
class Shape:
    """Of a future.

    Attributes:
        frames: their number.
        fps: frames a second.
        width: pixels.
        height: pixels.
        gap: seconds from the last frame of the context to the first of the future.
    """

    frames: int
    fps: float
    width: int
    height: int
    gap: float

    @property
    def times(self) -> list[float]:
        """Seconds from the last frame of the context to each frame of the future."""
        return [self.gap + number / self.fps for number in range(self.frames)]


class Present(NamedTuple):
    """The end of a context: its last frames, (height, width, 3) uint8 RGB, and their times."""

    images: Sequence[Image]
    times: Sequence[float]


def shape_of(future: Path, gap: float | None) -> Shape:
    """Return the form of a real future.

    Args:
        future: its file.
        gap: see `Shape`; where it is not known, one frame of the future.

    Raises:
        NotMade: the file cannot be read.
    """
    try:
        info = probe(future)
    except UnreadableVideo as error:
        raise NotMade(f"the real future cannot be read: {error}") from error
    return Shape(
        frames=info.frames,
        fps=info.fps,
        width=info.width,
        height=info.height,
        gap=1 / info.fps if gap is None else gap,
    )


def present_of(context: Path, width: int, height: int, count: int = 2) -> Present:
    """Return the last `count` frames of a context in a given size, or as many as it has.

    Raises:
        NotMade: the file cannot be read.
    """
    try:
        convert = Converter(width, height)
        # Converted as they come: a decoder lends its frames and takes them back.
        last = deque(((convert(frame.image), frame.time) for frame in frames(context)), count)
    except UnreadableVideo as error:
        raise NotMade(f"the context cannot be read: {error}") from error
    return Present([image for image, _ in last], [time for _, time in last])
