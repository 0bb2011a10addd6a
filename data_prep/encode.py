"""Writing clips that every reader takes for the same frames: a video file, or a folder of JPEGs."""

import os
import shutil
from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
from av.video.frame import PictureType
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray
from PIL import Image as Pillow

Image = NDArray[np.uint8]
#: What can be encoded: an RGB array, or a frame in yuv420p (BT.601, limited range).
Picture: TypeAlias = NDArray[np.uint8] | av.VideoFrame

# No edit list (readers disagree about it), the index first, no library version in the bytes.
_OPTIONS = {"movflags": "+faststart", "use_editlist": "0", "fflags": "+bitexact"}
# SWS_ACCURATE_RND and SWS_BITEXACT: without them the scaler rounds by another path, and to other
# bytes, where the memory that it happens to be given is aligned otherwise.
_SAME_EVERYWHERE = 0x40000 | 0x80000
_BT601 = 6
_LIMITED_RANGE = 1


def exactly(interpolation: Interpolation) -> int:
    """Return the flags of a scaler whose result does not depend on the machine or the moment."""
    return int(interpolation) | _SAME_EVERYWHERE


def as_rate(fps: Fraction | float) -> Fraction:
    """Return `fps` as a fraction that fits the time base of a file."""
    return Fraction(fps).limit_denominator(1_000_000)


def temporary_name(path: Path) -> Path:
    """Return the name under which a file or folder is written until it is complete."""
    return path.with_name(f".{path.name}.tmp")


def write_clip(
    path: Path, images: Iterable[Picture], fps: Fraction | float, *, crf: float = 18
) -> None:
    """Write a constant-rate H.264 mp4 that every reader takes for exactly its frames.

    Header count, decoded count and `duration * fps` agree, time starts at 0, and there are no
    B-frames and no edit list for readers to disagree about. The file appears under its name only
    when complete, and the same input gives the same bytes.

    Args:
        path: the file to write; its folder must exist.
        images: of one size, both sides even: arrays (height, width, 3), uint8, RGB, or frames in
            yuv420p (see `picture.YuvConverter`). One frame may come several times in a row.
        fps: frames a second, at which `as_rate` may look.
        crf: x264's constant rate factor; lower is better and larger.

    Raises:
        ValueError: no image, an odd size, or images of several sizes.
        OSError: the file cannot be written.
    """
    rest = iter(images)
    first = next(rest, None)
    if first is None:
        raise ValueError("a clip needs at least one image")
    height, width = _size(first)
    if height % 2 or width % 2:
        raise ValueError(f"4:2:0 video needs even sizes, got {width}x{height}")
    temporary = temporary_name(path)
    try:
        _encode(temporary, chain([first], rest), as_rate(fps), (height, width), crf)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except av.FFmpegError as error:
        temporary.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, str(path)) from error
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _encode(
    path: Path, images: Iterable[Picture], rate: Fraction, size: tuple[int, int], crf: float
) -> None:
    to_420 = VideoReformatter()
    with av.open(f"file:{path.absolute()}", "w", format="mp4", options=_OPTIONS) as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.height, stream.width, stream.pix_fmt = *size, "yuv420p"
        stream.time_base = stream.codec_context.time_base = 1 / rate
        # Several threads would make the bytes depend on the machine.
        stream.thread_type, stream.codec_context.thread_count = "NONE", 1
        stream.codec_context.color_range = _LIMITED_RANGE
        stream.codec_context.colorspace = _BT601
        stream.codec_context.color_primaries = _BT601
        stream.codec_context.color_trc = _BT601
        stream.options = {"crf": str(crf), "preset": "veryfast", "bf": "0", "g": "32"}
        for number, picture in enumerate(images):
            if _size(picture) != size:
                raise ValueError(f"image {number} is {_size(picture)}, the first is {size}")
            image = picture if isinstance(picture, av.VideoFrame) else to_yuv(picture, to_420)
            image.pts, image.time_base = number, 1 / rate
            # The encoder would keep to the key frames of the source.
            image.pict_type = PictureType.NONE
            container.mux(stream.encode(image))
        container.mux(stream.encode(None))


def _size(picture: Picture) -> tuple[int, int]:
    if isinstance(picture, av.VideoFrame):
        return picture.height, picture.width
    height, width, _ = picture.shape
    return height, width


def to_yuv(array: Image, reformatter: VideoReformatter) -> av.VideoFrame:
    """Return an RGB array (height, width, 3) as a frame in yuv420p, BT.601, limited range."""
    rgb = av.VideoFrame.from_ndarray(np.ascontiguousarray(array), format="rgb24")
    return reformatter.reformat(rgb, format="yuv420p", interpolation=exactly(Interpolation.AREA))


def frame_name(number: int) -> str:
    """Return the file name of the frame `number`, counted from 0."""
    return f"{number:05d}.jpg"


def write_frames(folder: Path, images: Iterable[Image], *, quality: int = 95) -> None:
    """Write a folder of JPEG files, 00000.jpg and so on, that appears when it is complete.

    The pictures are small, so their colour is not halved in size as JPEGs mostly have it: a red
    edge would smear over several of the model's pixels. At quality 95 a frame loses about as much
    as in a clip at crf 18. A folder of that name is replaced.

    Args:
        folder: to write; the folder that holds it must exist.
        images: arrays (height, width, 3), uint8, RGB.
        quality: of the JPEG, 1 to 95.

    Raises:
        ValueError: no image.
        OSError: a file cannot be written.
    """
    temporary = temporary_name(folder)
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        count = 0
        for count, array in enumerate(images, start=1):
            path = temporary / frame_name(count - 1)
            with path.open("wb") as file:
                Pillow.fromarray(array).save(file, "JPEG", quality=quality, subsampling=0)
                file.flush()
                os.fsync(file.fileno())
        if not count:
            raise ValueError("a list of frames needs at least one image")
        shutil.rmtree(folder, ignore_errors=True)
        temporary.replace(folder)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
