"""Looking at the clips, lists of frames and pictures of a set as its consumer will load them."""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, UnidentifiedImageError
from pydantic import ValidationError

from data_prep.errors import UserError
from data_prep.steps.progress import progress_bar
from data_prep.video import UnreadableVideo, declared_frames, frames
from data_prep.vision import GRID, VisionBudget

# A file, or the frames of a list.
Files = tuple[str, ...]
# Qwen2.5-VL's own processor enlarges smaller pictures, whatever the trainer has made of them.
_LEAST_PIXELS = 56 * 56
_SHOWN_EVERY = 16
_PICTURES = {"JPEG", "PNG"}
_PICTURE_ENDINGS = {".jpg", ".jpeg", ".png"}


class Size(NamedTuple):
    """Number of frames, and their width and height in pixels."""

    frames: int
    width: int
    height: int


def as_files(media: object) -> Files:
    """Return the files of a video or of a picture; none of what names no files."""
    if isinstance(media, str):
        return (media,)
    if isinstance(media, list) and all(isinstance(name, str) for name in media):
        return tuple(media)
    return ()


def examine_all(
    root: Path, all_files: Collection[Files], *, most_frames: int | None, by_header: bool
) -> dict[Files, Size | str]:
    """Decode each clip, list of frames and picture below `root`: its size, or what is wrong.

    Args:
        root: folder of the files.
        all_files: what to look at, each once.
        most_frames: that a list of frames may have, None for any number.
        by_header: the consumer samples by the frame count of the header and must find one.
    """

    def examine(files: Files) -> Size | str:
        if len(files) != 1 or Path(files[0]).suffix.lower() in _PICTURE_ENDINGS:
            return _examine_pictures(root, files, most_frames)
        return _examine_clip(root / files[0], by_header)

    found: dict[Files, Size | str] = {}
    with ThreadPoolExecutor() as pool, progress_bar("decoding clips") as progress:
        for files, size in zip(all_files, pool.map(examine, all_files), strict=True):
            found[files] = size
            if len(found) % _SHOWN_EVERY == 0:
                progress(len(found), len(all_files))
    return found


def _examine_clip(path: Path, by_header: bool) -> Size | str:
    if not path.is_file():
        return f"there is no file {path}"
    if by_header and path.suffix.lower() != ".mp4":
        return (
            f"{path.suffix} has no frame count; its first frames would be taken, whatever the rate"
        )
    try:
        promised = declared_frames(path)
        size, count = (0, 0), 0
        for _, image in frames(path):
            size, count = (image.width, image.height), count + 1
    except UnreadableVideo as error:
        return f"cannot be read: {error}"
    if promised != count and (promised or by_header):
        return f"the header promises {promised} frames, {count} decode: a stream copy?"
    return Size(count, *size)


def _examine_pictures(root: Path, files: Files, most_frames: int | None) -> Size | str:
    if not files:
        return "a list of no frames"
    if most_frames is not None and len(files) > most_frames:
        # LLaMA-Factory's own limit holds for files only.
        return f"{len(files)} frames, but video_maxlen is {most_frames}: all would be loaded"
    sizes = set()
    for name in files:
        path = root / name
        if not path.is_file():
            return f"there is no file {path}"
        try:
            with Image.open(path) as image:
                image.load()
                kind, size = image.format, image.size
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
            return f"{path} cannot be read: {error}"
        if kind not in _PICTURES:
            return f"{path} is a {kind} file, not one of {', '.join(sorted(_PICTURES))}"
        sizes.add(size)
    if len(sizes) > 1:
        return f"frames of different sizes: {', '.join(map(str, sorted(sizes)))}"
    return Size(len(files), *sizes.pop())


def video_budget(recipe: Mapping[str, Any]) -> VisionBudget:
    """Return the limits that a recipe sets for videos.

    Raises:
        UserError: one of them is out of range.
    """
    return _budget(recipe, "video", most=65536)


def image_budget(recipe: Mapping[str, Any]) -> VisionBudget:
    """Return the limits that a recipe sets for pictures; those of numbers of frames mean nothing.

    Raises:
        UserError: one of them is out of range.
    """
    return _budget(recipe, "image", most=589824, least=_LEAST_PIXELS)


def _budget(
    recipe: Mapping[str, Any], kind: str, *, most: int, least: int = GRID**2
) -> VisionBudget:
    try:
        return VisionBudget(
            fps=recipe.get("video_fps", 2.0),
            max_frames=recipe.get("video_maxlen", 128),
            min_pixels=max(least, recipe.get(f"{kind}_min_pixels", least)),
            max_pixels=recipe.get(f"{kind}_max_pixels", most),
        )
    except ValidationError as error:
        raise UserError(f"the recipe's {kind} settings are out of range: {error}") from error
