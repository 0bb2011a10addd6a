"""Small pictures of a medium, taken in a worker process: the decoder may crash or hang there."""

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, UnidentifiedImageError

from data_prep.errors import UserError
from data_prep.fetch import fetch
from data_prep.manifest import resolve
from data_prep.video import Converter, UnreadableVideo, probe

SIDE = 192
# Of one picture, in bytes.
_MOST = 12_000
_QUALITIES = (75, 60, 45, 30, 15)


@dataclass(frozen=True)
class Wanted:
    """A medium below `root`, and how many frames of it to show."""

    root: Path
    media: str | tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Shot:
    """One frame: its number, its time in seconds where it has one, and a data URI."""

    number: int
    time: float | None
    uri: str


@dataclass(frozen=True)
class Strip:
    """What is to be seen of a medium: frames evenly spread over it, or the reason of a gap.

    Attributes:
        shots: the first and the last frame, and some between.
        frames: number of all frames.
        seconds: duration; None for pictures.
        gap: why there are no shots; "" if there are.
    """

    shots: tuple[Shot, ...] = ()
    frames: int = 0
    seconds: float | None = None
    gap: str = ""


class Taken(NamedTuple):
    """A frame: its number, its time in seconds where it has one, and a small RGB picture."""

    number: int
    time: float | None
    image: Any


@dataclass(frozen=True)
class Look:
    """Frames evenly spread over a medium of `frames` frames; `seconds` is None for pictures."""

    taken: tuple[Taken, ...]
    frames: int
    seconds: float | None = None


class NotShown(Exception):
    """A medium of which there is no picture; the message is the reason, without full paths."""


def take(wanted: Wanted) -> Strip:
    """Return the strip of a medium; whatever is wrong with it is named, not raised."""
    try:
        seen = look(wanted, SIDE)
    except NotShown as error:
        return Strip(gap=str(error))
    shots = tuple(Shot(one.number, one.time, jpeg_uri(one.image, _MOST)) for one in seen.taken)
    return Strip(shots, seen.frames, seen.seconds)


def look(wanted: Wanted, side: int) -> Look:
    """Return frames of a medium, none wider or higher than `side` pixels.

    Raises:
        NotShown: the medium is missing, outside of its root, or cannot be read.
    """
    try:
        if isinstance(wanted.media, str) and Path(wanted.media).suffix.lower() not in _PICTURES:
            return _film(_file(wanted.root, wanted.media), wanted.count, side)
        names = [wanted.media] if isinstance(wanted.media, str) else wanted.media
        return _pictures(wanted.root, names, wanted.count, side)
    except UserError as error:
        raise NotShown(error.wrong) from error
    except UnreadableVideo as error:
        raise NotShown(str(error)) from error
    except UnidentifiedImageError as error:
        raise NotShown("not a picture that can be read") from error
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        # What the system says of a file names its full path, which is nobody's business.
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise NotShown(reason) from error


_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".bmp")


def spread(total: int, count: int) -> list[int]:
    """Return at most `count` numbers from 0 to `total` - 1, evenly spread, both ends among them."""
    if total <= count:
        return list(range(total))
    if count == 1:
        return [0]
    return [round(i * (total - 1) / (count - 1)) for i in range(count)]


def _file(root: Path, name: str) -> Path:
    path = resolve(root, name)
    if not path.exists():
        raise UserError("there is no such file")
    if not path.is_file():
        raise UserError("not a regular file")
    return path


def _film(path: Path, count: int, side: int) -> Look:
    info = probe(path)
    convert = Converter(*_fitted(info.width, info.height, side))
    taken = tuple(
        Taken(number, time, Image.fromarray(convert(image)))
        for number, time, image in fetch(path, spread(info.frames, count))
    )
    return Look(taken, info.frames, info.duration)


def _pictures(root: Path, names: Sequence[str], count: int, side: int) -> Look:
    def taken() -> Iterator[Taken]:
        for number in spread(len(names), count):
            with Image.open(_file(root, names[number])) as image:
                image.draft("RGB", (side, side))
                small: Any = image.convert("RGB")
            small.thumbnail((side, side), Image.Resampling.BOX)
            yield Taken(number, None, small)

    return Look(tuple(taken()), len(names))


def _fitted(width: int, height: int, side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def jpeg_uri(image: Any, most: int) -> str:
    """Return an RGB picture as a JPEG data URI; noise is made coarser until `most` bytes hold it.

    A picture that the coarsest setting cannot make as small is returned as that makes it.
    """
    data = b""
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        data = buffer.getvalue()
        if len(data) <= most:
            break
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
