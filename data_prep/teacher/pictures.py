"""What is sent of a medium, as bytes: frames as JPEG, or a clip as mp4. Runs in a worker process.

Either way a model is given the vision budget: its rate, at most its number of frames, each of its
size. What lies within the budget already is sent as it is.
"""

import io
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PIL import Image as Pictures

from data_prep.cutting.grid import Grid, sample_grid
from data_prep.cutting.refusal import Refused
from data_prep.fetch import fetch, numbers_at
from data_prep.video import Converter, Image, UnreadableVideo, VideoInfo, frames, probe, write_clip
from data_prep.vision import VisionBudget

Mode = Literal["frames", "video", "none"]
# Part of the cache's key: to be changed with what is sent of a file.
VERSION = 1
_QUALITY = 90
_RATE_SLACK = 1.01


@dataclass(frozen=True)
class Sending:
    """Files to be sent, and how.

    Attributes:
        files: one video, or pictures.
        still: whether `files` is a single picture, not a film.
        mode: frames or video; a still picture is sent as such in both.
        budget: what a model is to be given.
        times: at which frames are taken from a video, in seconds; all that fit if None.
    """

    files: tuple[Path, ...]
    still: bool
    mode: Mode
    budget: VisionBudget
    times: tuple[float, ...] | None = None


def whole_grid(duration: float, budget: VisionBudget) -> Grid:
    """Return when frames are taken from a video of `duration` seconds.

    Raises:
        Refused: it is too short for two frames.
    """
    try:
        return sample_grid(0.0, duration, budget, ends_at_cut=False)
    except Refused as error:
        reason = f"{duration:.2f} s do not hold two frames at {budget.fps:g} frames a second"
        raise Refused(error.kind, reason) from error


def encode(sending: Sending) -> list[bytes]:
    """Return the JPEG files, or the one mp4 file, to be sent.

    Raises:
        UnreadableVideo: a file does not decode.
        Refused: a video is too short for two frames.
    """
    budget = sending.budget
    if sending.still:
        return [_jpeg(path, budget) for path in sending.files]
    if len(sending.files) > 1 or not _is_video(sending.files[0]):
        chosen = _spread(sending.files, budget.max_frames)
        if sending.mode == "frames":
            return [_jpeg(path, budget) for path in chosen]
        return [_mp4((_fitted(_opened(path), budget) for path in chosen), budget.fps)]
    path = sending.files[0]
    info = probe(path)
    if sending.times is None and _fits(info, budget):
        if sending.mode == "video" and path.suffix == ".mp4" and info.codec == "h264":
            return [path.read_bytes()]
        images, rate = _frames(path, info, budget), info.fps
    else:
        grid = whole_grid(info.duration, budget)
        images, rate = _frames(path, info, budget, sending.times or grid.times), float(grid.rate)
    if sending.mode == "video":
        return [_mp4(images, rate)]
    return [_as_jpeg(Pictures.fromarray(image)) for image in images]


def _fits(info: VideoInfo, budget: VisionBudget) -> bool:
    size = (info.width, info.height)
    slow = info.fps <= budget.fps * _RATE_SLACK
    return slow and info.frames <= budget.max_frames and budget.size(*size) == size


def _frames(
    path: Path, info: VideoInfo, budget: VisionBudget, times: Iterable[float] | None = None
) -> Iterator[Image]:
    convert = Converter(*budget.size(info.width, info.height))
    if times is None:
        yield from (convert(frame.image) for frame in frames(path))
        return
    shown = Counter(numbers_at(path, times))
    for frame in fetch(path, shown):
        image = convert(frame.image)
        yield from (image for _ in range(shown[frame.number]))


def _mp4(images: Iterable[Image], rate: float) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        write_clip(path, images, rate)
        return path.read_bytes()


def _jpeg(path: Path, budget: VisionBudget) -> bytes:
    picture = _opened(path)
    if picture.format == "JPEG" and picture.width * picture.height <= budget.max_pixels:
        return path.read_bytes()
    if picture.width * picture.height > budget.max_pixels:
        picture = picture.resize(budget.size(*picture.size), Pictures.Resampling.LANCZOS)
    return _as_jpeg(picture)


def _opened(path: Path) -> Pictures.Image:
    """Return the picture in `path`, decoded to its end."""
    try:
        picture = Pictures.open(path)
        picture.load()
    except (OSError, SyntaxError, ValueError, Pictures.DecompressionBombError) as error:
        raise UnreadableVideo(f"{path.name}: no picture: {error}") from error
    return picture


def _fitted(picture: Pictures.Image, budget: VisionBudget) -> Image:
    size = budget.size(*picture.size)
    return np.asarray(picture.convert("RGB").resize(size, Pictures.Resampling.LANCZOS))


def _as_jpeg(picture: Pictures.Image) -> bytes:
    target = io.BytesIO()
    picture.convert("RGB").save(target, "JPEG", quality=_QUALITY)
    return target.getvalue()


def _spread(files: tuple[Path, ...], most: int) -> list[Path]:
    if len(files) <= most:
        return list(files)
    return [files[i * len(files) // most] for i in range(most)]


def _is_video(path: Path) -> bool:
    return path.suffix.lower() not in {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
