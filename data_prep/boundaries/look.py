"""What is seen of a video while it is decoded: another scene, motion, hashes for copies."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple, Protocol

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data_prep.boundaries.library import LibraryDetector, check_installed
from data_prep.boundaries.transitions import SHAPE, Plane, Transitions, distance
from data_prep.picture import Luma, orientation
from data_prep.video import Frame

DetectorName = Literal["own", "adaptive", "content", "histogram", "hash"]
_HASHED = 4
_PIXELS, _WAVES = 32, 8
_COSINES = np.cos(np.pi / _PIXELS * np.outer(np.arange(_WAVES), np.arange(_PIXELS) + 0.5))


class Seen(NamedTuple):
    """What a look at a whole video found.

    Attributes:
        frames: number of frames.
        scenes: times, in seconds, at which another scene begins.
        motion: mean change of luma from frame to frame, 0 to 1.
        hashes: perceptual hashes (see `perceptual_hash`, of 64 x 36 cells, upright) of frames in
            the middle of each quarter of the video.
    """

    frames: int
    scenes: list[float]
    motion: float
    hashes: list[str]


class Detector(Protocol):
    """Finds the times at which another scene begins, in one pass."""

    def add(self, frame: Frame, luma: Plane, change: float) -> None:
        """Take the next frame, its luma (36 x 64, 0 to 1) and the change of it, 0 to 1."""

    def finish(self) -> list[float]:
        """Return the times of all boundaries, ascending."""


def check_detector(name: DetectorName) -> None:
    """Check that a detector can be used, before any work begins.

    Raises:
        UserError: it needs a library that is not installed.
    """
    if name != "own":
        check_installed(name)


class Look:
    """Looks at the frames of a video on their way to whoever decodes them."""

    def __init__(self, frames: int, fps: float, detector: DetectorName = "own") -> None:
        """Take what `video.probe` says of the number and rate of frames.

        Raises:
            UserError: the detector needs a library that is not installed.
        """
        self._detector: Detector = (
            _Own(fps) if detector == "own" else LibraryDetector(detector, fps)
        )
        rows, columns = SHAPE
        self._luma = Luma(columns, rows)
        self._hashed = {(2 * i + 1) * frames // (2 * _HASHED) for i in range(_HASHED)}
        self._hashes: list[str] = []
        self._before: Plane | None = None
        self._count = 0
        self._changes = 0.0

    def watch(self, source: Iterable[Frame]) -> Iterator[Frame]:
        """Yield the frames of `source`, each looked at before.

        Raises:
            UnreadableVideo: the pixels of a frame cannot be read.
        """
        for frame in source:
            self._take(frame)
            yield frame

    def seen(self) -> Seen:
        """Return what was found; to be called once, after the last frame."""
        steps = max(1, self._count - 1)
        return Seen(
            self._count, self._detector.finish(), round(self._changes / steps, 6), self._hashes
        )

    def _take(self, frame: Frame) -> None:
        luma = self._luma(frame.image)
        change = distance(luma, self._before) if self._before is not None else 0.0
        self._detector.add(frame, luma, change)
        if self._count in self._hashed:
            self._hashes.append(_hash(frame, luma))
        self._before = luma
        self._changes += change
        self._count += 1


class _Own:
    def __init__(self, fps: float) -> None:
        self._transitions = Transitions(fps)

    def add(self, frame: Frame, luma: Plane, change: float) -> None:
        self._transitions.add(frame.time, luma, change)

    def finish(self) -> list[float]:
        return self._transitions.finish()


def perceptual_hash(cells: NDArray[np.uint8]) -> str:
    """Return the DCT hash of a grey picture, (height, width), in hexadecimal.

    It is that of `imagehash.phash`, which loads scipy: a worker that may have half a gigabyte of
    address space would be left with a tenth of it.
    """
    small = Image.fromarray(cells).resize((_PIXELS, _PIXELS), Image.Resampling.LANCZOS)
    # Not by `@`, which sets up threads and 100 MB of address space.
    rows = np.einsum("uy,yx->ux", _COSINES, np.asarray(small, dtype=np.float64))
    # The noise of the sums must not lend a plain picture structure.
    low = np.einsum("ux,vx->uv", rows, _COSINES).round(6)
    return str(imagehash.ImageHash(low > np.median(low)))


def _hash(frame: Frame, luma: Plane) -> str:
    cells = np.rint(luma * 255).astype(np.uint8)
    return perceptual_hash(orientation(frame.image).apply(cells))
