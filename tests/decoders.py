"""Every decoder that a trainer may read a clip with, each as it comes, and what it shows."""

import importlib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import clips
import numpy as np
from clips import Image
from PIL import Image as Pictures


class Unreadable(Exception):
    """The decoder gives no frame of the file, and says so or not."""


def _pyav(path: Path) -> list[Image]:
    import av

    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def _opencv(path: Path) -> list[Image]:
    import cv2

    capture = cv2.VideoCapture(str(path))
    shown = []
    while (read := capture.read())[0]:
        shown.append(cv2.cvtColor(read[1], cv2.COLOR_BGR2RGB))
    capture.release()
    return shown


def _decord(path: Path) -> list[Image]:
    import decord

    reader = decord.VideoReader(str(path), num_threads=1)
    return [reader[number].asnumpy() for number in range(len(reader))]


def _torchcodec(path: Path) -> list[Image]:
    from torchcodec.decoders import VideoDecoder

    decoder = VideoDecoder(str(path), num_ffmpeg_threads=1, dimension_order="NHWC")
    return [decoder[number].numpy() for number in range(len(decoder))]


def _ffmpeg(path: Path) -> list[Image]:
    told = ["-v", "error", "-i", str(path), "-fps_mode", "passthrough"]
    command = ["ffmpeg", *told, "-f", "image2pipe", "-c:v", "ppm", "-"]
    data = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=True).stdout
    shown = []
    while data:
        # P6, width and height, 255, then the pixels.
        kind, size, _ = (header := data.split(b"\n", 3))[:3]
        assert kind == b"P6"
        width, height = map(int, size.split())
        pixels = width * height * 3
        shown.append(np.frombuffer(header[3], np.uint8, pixels).reshape(height, width, 3))
        data = header[3][pixels:]
    return shown


def _pillow(path: Path) -> list[Image]:
    with Pictures.open(path) as picture:
        return [np.asarray(picture.convert("RGB"))]


#: Name -> how it decodes a video, and the module or program that it needs.
VIDEO: dict[str, tuple[Callable[[Path], list[Image]], str]] = {
    "PyAV": (_pyav, "av"),
    "OpenCV": (_opencv, "cv2"),
    "decord": (_decord, "decord"),
    "torchcodec": (_torchcodec, "torchcodec"),
    "ffmpeg": (_ffmpeg, "ffmpeg"),
}
#: The same for one JPEG file.
PICTURE: dict[str, tuple[Callable[[Path], list[Image]], str]] = {
    "Pillow": (_pillow, "PIL"),
    "OpenCV": (_opencv, "cv2"),
    "PyAV": (_pyav, "av"),
}


def missing(needs: str) -> str | None:
    """Return why a decoder cannot be used here, None if it can."""
    if needs == "ffmpeg":
        return None if shutil.which("ffmpeg") else "there is no ffmpeg on the path"
    try:
        importlib.import_module(needs)
    except (ImportError, OSError, RuntimeError) as error:
        return str(error).splitlines()[0]
    return None


def shown(decode: Callable[[Path], list[Image]], files: Sequence[Path]) -> list[int]:
    """Return the numbers of the frames that a decoder shows of a medium.

    Some decoders turn a picture upright and some do not: of all eight ways to hold it, the one in
    which the numbers go up is taken.

    Raises:
        Unreadable: it raises, or shows nothing, or something else.
    """
    try:
        images = [image for path in files for image in decode(path)]
    except Exception as error:
        raise Unreadable(f"{type(error).__name__}: {error}".splitlines()[0]) from error
    if not images:
        raise Unreadable("no frame, and no error")
    readings = []
    for turns in range(4):
        for mirror in (1, -1):
            try:
                readings.append([_number(image, turns, mirror) for image in images])
            except AssertionError:
                continue
    if not readings:
        raise Unreadable("no way to hold the pictures makes them all upright")
    return max(readings, key=lambda numbers: sum(a <= b for a, b in pairwise(numbers)))


def _number(image: Image, turns: int, mirror: int) -> int:
    return clips.number_of(np.ascontiguousarray(np.rot90(image, turns)[:, ::mirror]))
