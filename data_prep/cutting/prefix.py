"""A context that is a copy of its source's own pictures, and the proof that it is nothing else."""

import zlib
from array import array
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from data_prep.boundaries.transitions import SHAPE
from data_prep.cutting.certificate import Made
from data_prep.cutting.grid import TOLERANCE, Origin
from data_prep.cutting.refusal import Refused
from data_prep.picture import Luma
from data_prep.prefix import NotCopied, copy_prefix
from data_prep.video import Frame, UnreadableVideo, declared_frames, frames
from data_prep.vision import FRAME_FACTOR

_MEND = "--carrier mp4 encodes it anew"


class Register:
    """Notes of each frame that is decoded its time and how it looks: 12 bytes a frame.

    Attributes:
        times: seconds since the first frame.
        looks: a checksum of a small picture of each frame.
        interlaced: whether any frame is made of two fields.
    """

    def __init__(self) -> None:
        """Begin with no frame."""
        rows, columns = SHAPE
        self._luma = Luma(columns, rows)
        self.times = array("d")
        self.looks = array("L")
        self.interlaced = False

    def watch(self, source: Iterable[Frame]) -> Iterator[Frame]:
        """Yield the frames of `source`, each noted before."""
        for frame in source:
            self.times.append(frame.time)
            self.looks.append(zlib.crc32(self._luma(frame.image).tobytes()))
            self.interlaced = self.interlaced or frame.image.interlaced_frame
            yield frame


def make_prefix(source: Path, path: Path, until: float, register: Register) -> Made:
    """Copy `source` up to `until` seconds, and prove by decoding that the copy is its beginning.

    Args:
        source: the video.
        path: the mp4 to write.
        until: seconds; no frame that begins then or later is in the copy.
        register: of the frames of `source`.

    Raises:
        Refused: "no prefix copy", with a reason: the copy does not show the first frames of the
            source, at their times and as many as its header says, or frames come at uneven times,
            so that a consumer that counts them would misplace them.
    """
    try:
        copy_prefix(source, path, until)
        promised = declared_frames(path)
        copy = Register()
        size = (0, 0)
        for frame in copy.watch(frames(path)):
            size = frame.image.width, frame.image.height
    except NotCopied as error:
        raise Refused("no prefix copy", f"{error}; {_MEND}") from error
    except UnreadableVideo as error:
        raise Refused("no prefix copy", f"the copy does not decode: {error}; {_MEND}") from error
    count = len(copy.times)
    if count < FRAME_FACTOR:
        raise Refused("too few frames", f"the context would show {count} different frame(s)")
    step = (copy.times[-1] - copy.times[0]) / (count - 1)
    for wrong, found in (
        (f"its header promises {promised} frames, {count} decode", promised != count),
        ("it is interlaced, and readers take a field for a frame", copy.interlaced),
        ("it shows other pictures than the source", copy.looks != register.looks[:count]),
        (
            "it shows them at other times than the source",
            any(abs(a - b) > TOLERANCE for a, b in zip(copy.times, register.times, strict=False)),
        ),
        (f"it shows {copy.times[-1]:.3f} s", copy.times[-1] >= until - TOLERANCE),
        (
            "its frames come at uneven times",
            any(abs(time - i * step) > step / 2 for i, time in enumerate(copy.times)),
        ),
    ):
        if found:
            raise Refused("no prefix copy", f"{wrong}; {_MEND}")
    origins = [Origin(number, register.times[number]) for number in range(count)]
    return Made(path, origins, Fraction(1 / step).limit_denominator(1_000_000), size, copied=True)
