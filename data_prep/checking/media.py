"""Looking at the clips, lists of frames and pictures of a set as LLaMA-Factory will load them."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, UnidentifiedImageError
from pydantic import ValidationError

from data_prep.errors import UserError
from data_prep.records import Media
from data_prep.video import UnreadableVideo, declared_frames, frames
from data_prep.vision import GRID, VisionBudget

# A file, or the frames of a list.
Files = tuple[str, ...]
# Qwen2.5-VL's own processor enlarges smaller pictures, whatever the trainer has made of them.
_LEAST_PIXELS = 56 * 56
_PICTURES = {"JPEG", "PNG"}
_PICTURE_ENDINGS = {".jpg", ".jpeg", ".png"}


class Size(NamedTuple):
    """Number of frames, and their width and height in pixels."""

    frames: int
    width: int
    height: int


def as_files(media: Media) -> Files:
    """Return the files of a video or of a picture."""
    return (media,) if isinstance(media, str) else tuple(media)


def examine_all(
    root: Path, all_files: Iterable[Files], budget: VisionBudget
) -> dict[Files, Size | str]:
    """Return the size of each clip, list of frames or picture below `root`, or what is wrong."""
    listed = list(all_files)
    with ThreadPoolExecutor() as pool:
        sizes = pool.map(lambda files: _examine(root, files, budget), listed)
        return dict(zip(listed, sizes, strict=True))


def _examine(root: Path, files: Files, budget: VisionBudget) -> Size | str:
    if len(files) != 1 or Path(files[0]).suffix.lower() in _PICTURE_ENDINGS:
        return _examine_pictures(root, files, budget)
    return _examine_clip(root / files[0])


def _examine_clip(path: Path) -> Size | str:
    if not path.is_file():
        return f"there is no file {path}"
    if path.suffix.lower() != ".mp4":
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
    if promised != count:
        return f"the header promises {promised} frames, {count} decode: a stream copy?"
    return Size(count, *size)


def _examine_pictures(root: Path, files: Files, budget: VisionBudget) -> Size | str:
    if not files:
        return "a list of no frames"
    if len(files) > budget.max_frames:
        # The trainer's own limit holds for files only.
        return f"{len(files)} frames, but video_maxlen is {budget.max_frames}: all would be loaded"
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


def video_budget(recipe: dict[str, Any]) -> VisionBudget:
    """Return the limits that a recipe sets for videos.

    Raises:
        UserError: one of them is out of range.
    """
    return _budget(recipe, "video", most=65536)


def image_budget(recipe: dict[str, Any]) -> VisionBudget:
    """Return the limits that a recipe sets for pictures; those of numbers of frames mean nothing.

    Raises:
        UserError: one of them is out of range.
    """
    return _budget(recipe, "image", most=589824, least=_LEAST_PIXELS)


def _budget(recipe: dict[str, Any], kind: str, *, most: int, least: int = GRID**2) -> VisionBudget:
    try:
        return VisionBudget(
            fps=recipe.get("video_fps", 2.0),
            max_frames=recipe.get("video_maxlen", 128),
            min_pixels=max(least, recipe.get(f"{kind}_min_pixels", least)),
            max_pixels=recipe.get(f"{kind}_max_pixels", most),
        )
    except ValidationError as error:
        raise UserError(f"the recipe's {kind} settings are out of range: {error}") from error
