"""One decoded picture as it is to be seen: upright, in RGB, of the size asked for."""

from typing import Any, NamedTuple

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from data_prep.encode import Image


class UnreadableVideo(Exception):
    """A file that cannot be used; the message is the reason, on one line."""


class Converter:
    """Turns decoded frames into upright RGB arrays of one size; scales before it converts."""

    def __init__(self, width: int, height: int) -> None:
        """Make arrays of `height` x `width` x 3, in pixels as displayed."""
        self._size = (width, height)
        self._reformatter = VideoReformatter()

    def __call__(self, image: av.VideoFrame) -> Image:
        """Return `image` as an array of shape (height, width, 3), uint8, RGB.

        Raises:
            UnreadableVideo: the frame is to be shown at an angle that is no multiple of 90
                degrees, or its pixel format is not known.
        """
        turned = orientation(image)
        width, height = self._size[::-1] if turned.swapped else self._size
        shrinks = width * height < image.width * image.height
        try:
            rgb: Any = self._reformatter.reformat(
                image,
                width=width,
                height=height,
                format="rgb24",
                # The reformatter applies a matrix only where it is told that the two differ.
                src_colorspace=int(image.colorspace),
                dst_colorspace=int(Colorspace.DEFAULT),
                src_color_range=int(image.color_range),
                dst_color_range=int(ColorRange.JPEG),
                interpolation=int(Interpolation.AREA if shrinks else Interpolation.BICUBIC),
            )
        except (av.FFmpegError, ValueError) as error:
            raise UnreadableVideo(f"its pixels cannot be converted: {why(error)}") from error
        return turned.apply(rgb.to_ndarray())


class Orientation(NamedTuple):
    """How a stored picture is shown: rows and columns swapped first, then mirrored."""

    swapped: bool
    mirror_x: bool
    mirror_y: bool

    def apply(self, array: Image) -> Image:
        """Return the picture `array`, (height, width, 3), as it is shown."""
        if self.swapped:
            array = array.transpose(1, 0, 2)
        if self.mirror_x:
            array = array[:, ::-1]
        if self.mirror_y:
            array = array[::-1]
        return np.ascontiguousarray(array)


def orientation(image: av.VideoFrame) -> Orientation:
    """Return how `image` is to be shown.

    Raises:
        UnreadableVideo: at an angle that is no multiple of 90 degrees.
    """
    for data in image.side_data:
        if data.type.name == "DISPLAYMATRIX":
            # Row vectors: x' = a x + c y, y' = b x + d y.
            a, b, _, c, d = np.frombuffer(bytes(data), dtype=np.int32)[:5].tolist()
            if a == d == 0 and b and c:
                return Orientation(True, c < 0, b < 0)
            if b == c == 0 and a and d:
                return Orientation(False, a < 0, d < 0)
            raise UnreadableVideo(f"to be shown at an angle of {image.rotation} degrees")
    return Orientation(False, False, False)


def why(error: Exception) -> str:
    """Return the first line of what an error says."""
    return str(getattr(error, "strerror", None) or error).splitlines()[0]
