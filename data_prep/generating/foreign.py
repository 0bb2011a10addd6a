"""Futures made elsewhere: files of a folder, brought into the form of the real future.

They are named by item and sample, `ITEM_SAMPLE.mp4`, samples counted from 0. A text beside a file,
`ITEM_SAMPLE.txt`, is the prompt that it was made with. All are encoded anew, so that no score
depends on who encoded a clip.
"""

from pathlib import Path

from data_prep.errors import UserError
from data_prep.generating.shape import NotMade, Shape
from data_prep.manifest import resolve
from data_prep.video import Converter, Image, UnreadableVideo, frames, probe

# A frame stands until the next one: the last may be this share of a frame short.
_TOLERANCE = 1e-3


def clip_of(folder: Path, item_id: str, sample: int) -> Path:
    """Return the file of a sample, whether it is there or not.

    Raises:
        UserError: the name leads out of `folder`.
    """
    return resolve(folder, f"{item_id}_{sample}.mp4")


def prompt_of(folder: Path, item_id: str, sample: int) -> str | None:
    """Return the prompt that a sample was made with, None where nobody tells.

    Raises:
        UserError: it cannot be read, or its name leads out of `folder`.
    """
    path = resolve(folder, f"{item_id}_{sample}.txt")
    if not path.is_file():
        return None
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise UserError("a prompt cannot be read", seen=f"{path}: {error}") from error


def read_foreign(path: Path, shape: Shape) -> list[Image]:
    """Return the frames of a file at the times and in the size of `shape`.

    Its first frame is taken to be that of the future; other rates are sampled by time, never
    stretched.

    Raises:
        NotMade: the file is missing, cannot be read, or ends before the real future does.
    """
    if not path.is_file():
        raise NotMade(f"there is no file {path.name}")
    try:
        info = probe(path)
        needed = (shape.frames - 1) / shape.fps
        if info.duration < needed + _TOLERANCE / shape.fps:
            raise NotMade(
                f"{path.name} is too short: its {info.duration:.2f} s end before the frame at "
                f"{needed:.2f} s"
            )
        convert = Converter(shape.width, shape.height)
        images: list[Image] = []
        image: Image | None = None
        for frame in frames(path):
            # Each time is shown by the last frame that has begun by then.
            while (
                image is not None
                and len(images) < shape.frames
                and _due(shape, images) < (frame.time - _TOLERANCE / shape.fps)
            ):
                images.append(image)
            image = convert(frame.image)
    except UnreadableVideo as error:
        raise NotMade(f"{path.name} cannot be read: {error}") from error
    assert image is not None, "a video that can be read has frames"
    return images + [image] * (shape.frames - len(images))


def _due(shape: Shape, images: list[Image]) -> float:
    return len(images) / shape.fps
