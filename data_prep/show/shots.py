"""Small pictures of a medium, taken in a worker process: the decoder may crash or hang there."""

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from data_prep.errors import UserError
from data_prep.fetch import fetch
from data_prep.manifest import resolve
from data_prep.video import Converter, UnreadableVideo, probe

SIDE = 192
# Of one picture, in bytes; noise is made coarser until it fits.
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


def take(wanted: Wanted) -> Strip:
    """Return the strip of a medium; whatever is wrong with it is named, not raised."""
    try:
        if isinstance(wanted.media, str) and Path(wanted.media).suffix.lower() not in _PICTURES:
            return _film(_file(wanted.root, wanted.media), wanted.count)
        names = [wanted.media] if isinstance(wanted.media, str) else wanted.media
        return _pictures(wanted.root, names, wanted.count)
    except UserError as error:
        return Strip(gap=error.wrong)
    except UnreadableVideo as error:
        return Strip(gap=str(error))
    except UnidentifiedImageError:
        return Strip(gap="not a picture that can be read")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        # What the system says of a file names its full path, which is nobody's business.
        return Strip(gap=getattr(error, "strerror", None) or str(error).splitlines()[0])


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


def _film(path: Path, count: int) -> Strip:
    info = probe(path)
    convert = Converter(*_fitted(info.width, info.height))
    shots = tuple(
        Shot(number, time, _uri(Image.fromarray(convert(image))))
        for number, time, image in fetch(path, spread(info.frames, count))
    )
    return Strip(shots, info.frames, info.duration)


def _pictures(root: Path, names: Sequence[str], count: int) -> Strip:
    def shots() -> Iterator[Shot]:
        for number in spread(len(names), count):
            with Image.open(_file(root, names[number])) as image:
                image.draft("RGB", (SIDE, SIDE))
                small: Any = image.convert("RGB")
            small.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
            yield Shot(number, None, _uri(small))

    return Strip(tuple(shots()), len(names))


def _fitted(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _uri(image: Any) -> str:
    data = b""
    for quality in _QUALITIES:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        data = buffer.getvalue()
        if len(data) <= _MOST:
            break
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"
