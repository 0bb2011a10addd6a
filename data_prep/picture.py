"""One decoded picture as it is to be seen: upright and of the size asked for, or as grey cells."""

from typing import Any, NamedTuple

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from data_prep.encode import Image, exactly, to_yuv

_OVERSAMPLING = 2
_TO_UNIT = np.float32(1 / (255 * _OVERSAMPLING**2))


class UnreadableVideo(Exception):
    """A file that cannot be used; the message is the reason, on one line."""


class Converter:
    """Turns the frames of one video into upright RGB arrays of one size; scales, then converts.

    How they are turned is looked up on the first: once asked for its side data, a frame and they
    refer to each other, and its memory is not free until the next garbage collection.
    """

    def __init__(self, width: int, height: int) -> None:
        """Make arrays of `height` x `width` x 3, in pixels as displayed."""
        self._size = (width, height)
        self._turned: Orientation | None = None
        self._reformatter = VideoReformatter()

    def __call__(self, image: av.VideoFrame) -> Image:
        """Return `image` as an array of shape (height, width, 3), uint8, RGB.

        Raises:
            UnreadableVideo: the frame is to be shown at an angle that is no multiple of 90
                degrees, or its pixel format is not known.
        """
        turned = self._turned = self._turned or orientation(image)
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
                interpolation=exactly(Interpolation.AREA if shrinks else Interpolation.BICUBIC),
            )
        except (av.FFmpegError, ValueError) as error:
            raise UnreadableVideo(f"its pixels cannot be converted: {why(error)}") from error
        return turned.apply(rgb.to_ndarray())


class YuvConverter:
    """Turns decoded frames into upright 4:2:0 pictures of one size, as `encode.write_clip` stores.

    Most videos are 4:2:0 already: their pixels are scaled, and never turned into RGB and back.
    """

    def __init__(self, width: int, height: int) -> None:
        """Make pictures of `width` x `height` pixels as displayed, both even."""
        self._size = (width, height)
        self._upright = Converter(width, height)
        self._turned: Orientation | None = None
        self._reformatter = VideoReformatter()

    def __call__(self, image: av.VideoFrame) -> av.VideoFrame:
        """Return `image` as yuv420p, BT.601, limited range; it shares no memory with `image`.

        Raises:
            UnreadableVideo: see `Converter`.
        """
        # As in `Converter`.
        self._turned = self._turned or orientation(image)
        if self._turned != _AS_STORED:
            return to_yuv(self._upright(image), self._reformatter)
        width, height = self._size
        shrinks = width * height < image.width * image.height
        try:
            yuv = self._reformatter.reformat(
                image,
                width=width,
                height=height,
                format="yuv420p",
                src_colorspace=int(image.colorspace),
                dst_colorspace=int(Colorspace.DEFAULT),
                src_color_range=int(image.color_range),
                dst_color_range=int(ColorRange.MPEG),
                interpolation=exactly(Interpolation.AREA if shrinks else Interpolation.BICUBIC),
            )
        except (av.FFmpegError, ValueError) as error:
            raise UnreadableVideo(f"its pixels cannot be converted: {why(error)}") from error
        if yuv is image:
            # Its side data, captions among them, would go into the file.
            yuv = av.VideoFrame.from_ndarray(image.to_ndarray(), format="yuv420p")
        return yuv


class Luma:
    """Turns decoded frames into grey pictures of a few cells, for measuring, as they are stored.

    The scaler looks at some pixels of each cell only: an area's mean would cost a tenth of the
    decoding.
    """

    def __init__(self, columns: int, rows: int) -> None:
        """Make arrays of `rows` x `columns`."""
        self._size = (columns, rows)
        self._reformatter = VideoReformatter()

    def __call__(self, image: av.VideoFrame) -> NDArray[np.float32]:
        """Return the luma of `image`, shape (rows, columns), 0 (black) to 1 (white).

        Raises:
            UnreadableVideo: its pixel format is not known.
        """
        columns, rows = self._size
        try:
            grey: Any = self._reformatter.reformat(
                image,
                width=_OVERSAMPLING * columns,
                height=_OVERSAMPLING * rows,
                format="gray",
                interpolation=exactly(Interpolation["FAST_BILINEAR"]),
            )
        except (av.FFmpegError, ValueError) as error:
            raise UnreadableVideo(f"its pixels cannot be converted: {why(error)}") from error
        fine = grey.to_ndarray().astype(np.float32)
        lines = fine[::2] + fine[1::2]
        return np.asarray((lines[:, ::2] + lines[:, 1::2]) * _TO_UNIT, dtype=np.float32)


class Orientation(NamedTuple):
    """How a stored picture is shown: rows and columns swapped first, then mirrored."""

    swapped: bool
    mirror_x: bool
    mirror_y: bool

    def apply(self, array: Image) -> Image:
        """Return the picture `array`, (height, width) or (height, width, 3), as it is shown."""
        if self.swapped:
            array = array.swapaxes(0, 1)
        if self.mirror_x:
            array = array[:, ::-1]
        if self.mirror_y:
            array = array[::-1]
        return np.ascontiguousarray(array)


_AS_STORED = Orientation(False, False, False)


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
    return _AS_STORED


def is_as_stored(image: av.VideoFrame) -> bool:
    """Return whether `image` is shown as it is stored, neither turned nor mirrored.

    Raises:
        UnreadableVideo: see `orientation`.
    """
    return orientation(image) == _AS_STORED


def why(error: Exception) -> str:
    """Return the first line of what an error says."""
    return str(getattr(error, "strerror", None) or error).splitlines()[0]
