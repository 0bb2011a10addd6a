"""Writing a video file that every reader takes for the same frames; see `video.write_clip`."""

import os
from collections.abc import Iterable
from fractions import Fraction
from itertools import chain
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

Image = NDArray[np.uint8]

# No edit list (readers disagree about it), the index first, no library version in the bytes.
_OPTIONS = {"movflags": "+faststart", "use_editlist": "0", "fflags": "+bitexact"}
_BT601 = 6
_LIMITED_RANGE = 1


def as_rate(fps: Fraction | float) -> Fraction:
    """Return `fps` as a fraction that fits the time base of a file."""
    return Fraction(fps).limit_denominator(1_000_000)


def temporary_name(path: Path) -> Path:
    """Return the name under which `write_clip` writes until `path` is complete."""
    return path.with_name(f".{path.name}.tmp")


def write_clip(
    path: Path, images: Iterable[Image], fps: Fraction | float, *, crf: float = 18
) -> None:
    """Write a constant-rate H.264 mp4 that every reader takes for exactly its frames.

    Header count, decoded count and `duration * fps` agree, time starts at 0, and there are no
    B-frames and no edit list for readers to disagree about. The file appears under its name only
    when complete, and the same input gives the same bytes.

    Args:
        path: the file to write; its folder must exist.
        images: arrays of one shape (height, width, 3), both even, uint8, RGB.
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
    height, width, _ = first.shape
    if height % 2 or width % 2:
        raise ValueError(f"4:2:0 video needs even sizes, got {width}x{height}")
    temporary = temporary_name(path)
    try:
        _encode(temporary, chain([first], rest), as_rate(fps), (height, width, 3), crf)
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
    path: Path, images: Iterable[Image], rate: Fraction, shape: tuple[int, int, int], crf: float
) -> None:
    to_yuv = VideoReformatter()
    with av.open(f"file:{path.absolute()}", "w", format="mp4", options=_OPTIONS) as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.height, stream.width, stream.pix_fmt = shape[0], shape[1], "yuv420p"
        stream.time_base = stream.codec_context.time_base = 1 / rate
        # Several threads would make the bytes depend on the machine.
        stream.thread_type, stream.codec_context.thread_count = "NONE", 1
        stream.codec_context.color_range = _LIMITED_RANGE
        stream.codec_context.colorspace = _BT601
        stream.codec_context.color_primaries = _BT601
        stream.codec_context.color_trc = _BT601
        stream.options = {"crf": str(crf), "preset": "veryfast", "bf": "0", "g": "32"}
        for number, array in enumerate(images):
            if array.shape != shape:
                raise ValueError(f"image {number} is {array.shape}, the first is {shape}")
            rgb = av.VideoFrame.from_ndarray(np.ascontiguousarray(array), format="rgb24")
            image = to_yuv.reformat(rgb, format="yuv420p", interpolation=int(Interpolation.AREA))
            image.pts, image.time_base = number, 1 / rate
            container.mux(stream.encode(image))
        container.mux(stream.encode(None))
