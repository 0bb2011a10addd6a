"""Constructed videos of the sizes that people have, for the benchmarks that need real decoding."""

from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import cv2
from montage import FPS, montage


def write_source(path: Path, seed: int, *, height: int, seconds: float) -> Path:
    """Write a 16:9 H.264 video of textured, moving scenes, as x264 encodes them by default."""
    _, images = montage(seed, scenes=max(3, round(seconds / 3)))
    width = height * 16 // 9
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23"}
        for number, image in enumerate(islice(images, round(seconds * FPS))):
            large = cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC)
            frame = av.VideoFrame.from_ndarray(large, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path
