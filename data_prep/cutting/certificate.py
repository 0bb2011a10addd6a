"""The leak test: proof that a context holds nothing of the future, by whatever carrier."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import ValidationError

from data_prep.cutting.carriers import frame_files
from data_prep.cutting.digest import media_digest
from data_prep.cutting.grid import TOLERANCE, Origin
from data_prep.cutting.refusal import Refused
from data_prep.records import Certificate
from data_prep.video import UnreadableVideo, frames

Cells = NDArray[np.float32]
_CLOCK_ERROR = 1e-6
_GRID = 8
# Grey levels by which a JPEG may differ from what went in, in the mean of a 64th of its area.
_JPEG_ERROR = 4.0


@dataclass(frozen=True)
class Made:
    """A finished side of a cut.

    Attributes:
        path: the mp4, or the folder of frames.
        origins: the source frames that it shows, in order.
        rate: frames a second.
        size: (width, height) in pixels.
        cells: for a folder of frames: what each picture looked like, see `cells_of`.
        copied: it is a prefix copy; `prefix.make_prefix` has read it back.
    """

    path: Path
    origins: Sequence[Origin]
    rate: Fraction
    size: tuple[int, int]
    cells: Sequence[Cells] = ()
    copied: bool = False

    @property
    def files(self) -> list[Path]:
        """The files that it consists of, in order."""
        if self.path.suffix == ".mp4":
            return [self.path]
        return frame_files(self.path, len(self.origins))


def certify(context: Made, future: Made, *, gap: float = 0.0) -> Certificate:
    """Read both finished sides back and compare them with the source frames that went in.

    Args:
        context: what was made of the frames before the cut.
        future: what was made of the frames from the cut on.
        gap: seconds that must lie between the last frame of one and the first of the other.

    Raises:
        Refused: a source frame is in both sides, the context reaches into the future or the gap,
            or a side does not read back as exactly its frames at its rate.
    """
    shared = {origin.number for origin in context.origins} & {
        origin.number for origin in future.origins
    }
    if shared:
        raise Refused("leak", f"source frames are in both files: {sorted(shared)[:5]}")
    for made in (context, future):
        if not made.copied:
            _read_back(made)
    last = max(origin.time for origin in context.origins)
    first = min(origin.time for origin in future.origins)
    if first - last < gap - TOLERANCE:
        raise Refused(
            "leak", f"{first - last:.3f} s lie between the sides, {gap:g} s are asked for"
        )
    try:
        return Certificate(
            context_frames=len(context.origins),
            future_frames=len(future.origins),
            context_last=last,
            future_first=first,
            context_sha256=media_digest(context.files),
            future_sha256=media_digest(future.files),
        )
    except ValidationError as error:
        raise Refused("leak", str(error.errors()[0]["msg"])) from error


def _read_back(made: Made) -> None:
    if made.path.suffix != ".mp4":
        _read_frames(made)
        return
    name, count, expected = made.path.name, 0, len(made.origins)
    try:
        for frame in frames(made.path):
            if abs(frame.time - float(count / made.rate)) > _CLOCK_ERROR:
                raise Refused("leak", f"{name}: frame {count} is shown at {frame.time} s")
            if (frame.image.width, frame.image.height) != made.size:
                raise Refused("leak", f"{name}: frame {count} is not of the size asked for")
            count += 1
    except UnreadableVideo as error:
        raise Refused("leak", f"the finished {name} does not read back: {error}") from error
    if count != expected:
        raise Refused("leak", f"{name} holds {count} frames, {expected} went in")


def _read_frames(made: Made) -> None:
    name = made.path.name
    found = sorted(made.path.iterdir())
    if found != made.files:
        raise Refused("leak", f"{name} holds {len(found)} files, {len(made.files)} went in")
    for path, cells in zip(found, made.cells, strict=True):
        try:
            with Image.open(path) as image:
                picture = np.asarray(image.convert("RGB"))
        except (OSError, ValueError) as error:
            raise Refused("leak", f"{name}/{path.name} does not read back: {error}") from error
        if picture.shape[1::-1] != made.size:
            raise Refused("leak", f"{name}/{path.name} is not of the size asked for")
        if float(np.abs(cells_of(picture) - cells).max()) > _JPEG_ERROR:
            raise Refused("leak", f"{name}/{path.name} does not show the frame that went in")


def cells_of(image: NDArray[np.uint8]) -> Cells:
    """Return the mean grey level of each of 8 x 8 parts of an RGB picture (height, width, 3)."""
    grey = Image.fromarray(image).convert("L").resize((_GRID, _GRID), Image.Resampling.BOX)
    return np.asarray(grey, dtype=np.float32)
