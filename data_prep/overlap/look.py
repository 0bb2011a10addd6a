"""What a video or a list of pictures looks like: its bytes, its frames. Runs in a worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from data_prep.boundaries.look import perceptual_hash
from data_prep.boundaries.transitions import SHAPE
from data_prep.cutting.refusal import Refused
from data_prep.fetch import fetch
from data_prep.picture import Luma, UnreadableVideo, orientation
from data_prep.records import Media, Record
from data_prep.video import frames, probe, sha256

# Of a training video; a scan keeps four.
SPARSE = 8
# Of a benchmark's video a frame in so many seconds, so that whatever part of a recording was
# trained on has frames close to some of them; a long one has so many at most.
DENSE_SECONDS = 0.25
MOST_DENSE = 600


@dataclass(frozen=True)
class Glance:
    """What is to be looked at: `paths` is one video, or pictures; `dense` for the benchmark's."""

    name: str
    paths: tuple[Path, ...]
    dense: bool


class Appearance(Record):
    """The SHA-256 of a file (None for a list of pictures), and the hashes of some frames."""

    sha256: str | None
    hashes: list[str]


def glance_at(name: str, media: Media, paths: tuple[Path, ...], *, dense: bool) -> Glance:
    """Return what to look at; of a long list of pictures only some, evenly chosen."""
    if isinstance(media, list) and not dense and len(paths) > SPARSE:
        paths = tuple(paths[at] for at in _middles(len(paths), SPARSE))
    return Glance(name, paths, dense)


def look_at(glance: Glance) -> Appearance:
    """Hash the bytes of a video and some of its frames, or some pictures.

    Raises:
        Refused: "unreadable": it is neither a video nor a picture.
    """
    try:
        if _is_picture(glance.paths[0]):
            return Appearance(sha256=None, hashes=[_of_picture(path) for path in glance.paths])
        path = glance.paths[0]
        return Appearance(sha256=sha256(path), hashes=list(_of_video(path, dense=glance.dense)))
    except (UnreadableVideo, UnidentifiedImageError, OSError) as error:
        raise Refused("unreadable", str(error)) from error


def _of_video(path: Path, *, dense: bool) -> Iterator[str]:
    rows, columns = SHAPE
    luma = Luma(columns, rows)
    info = probe(path)
    if not dense:
        for frame in fetch(path, _middles(info.frames, SPARSE)):
            yield _hash(luma, frame.image)
        return
    step = max(DENSE_SECONDS, info.duration / MOST_DENSE)
    due = 0.0
    for shown in frames(path):
        if shown.time >= due:
            yield _hash(luma, shown.image)
            due = shown.time + step


def _hash(luma: Luma, image: Any) -> str:
    cells = np.rint(luma(image) * 255).astype(np.uint8)
    return perceptual_hash(orientation(image).apply(cells))


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


def _of_picture(path: Path) -> str:
    rows, columns = SHAPE
    with Image.open(path) as picture:
        grey = picture.convert("L").resize((columns, rows), Image.Resampling.BOX)
    return perceptual_hash(np.asarray(grey))


def _middles(count: int, wanted: int) -> list[int]:
    """Return the frame in the middle of each of `wanted` equal parts of `count`, each once."""
    return sorted({(2 * i + 1) * count // (2 * wanted) for i in range(wanted)})
