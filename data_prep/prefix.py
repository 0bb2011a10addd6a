"""The beginning of a video, copied without decoding: see `copy_prefix`."""

import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from data_prep.encode import temporary_name
from data_prep.opening import has_no_pts, opened, video_stream
from data_prep.picture import is_as_stored, why

# As in `encode`, and time may run from 0 with B-frames, which otherwise takes an edit list.
_OPTIONS = {
    "movflags": "+faststart+negative_cts_offsets",
    "use_editlist": "0",
    "fflags": "+bitexact",
}


class NotCopied(Exception):
    """A video whose beginning cannot be copied rightly; the message is the reason."""


def copy_prefix(source: Path, path: Path, until: float) -> None:
    """Copy the packets of `source` in decoding order until the first shown at `until` or later.

    No copied picture refers to one that is left out, and none is shown at `until` or later; the
    last few before it are left out where they come after a later one in the file. Sound is not
    copied. The file appears under its name only when complete.

    Args:
        source: a video file.
        path: the mp4 to write; its folder must exist.
        until: seconds after the first frame.

    Raises:
        NotCopied: a reader of the copy might take it for something else than the source shows.
        UnreadableVideo: `source` is no video, or its first frame does not decode.
        OSError: the file cannot be written.
    """
    temporary = temporary_name(path)
    try:
        origin = _first_stamp(source)
        with opened(source) as container:
            _copy(container, temporary, origin, until)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _first_stamp(source: Path) -> int:
    with opened(source) as container:
        if has_no_pts(container):
            raise NotCopied("an AVI does not say when its pictures are shown")
        try:
            first = next(container.decode(video_stream(container)), None)
        except (av.FFmpegError, ValueError) as error:
            raise NotCopied(f"its first frame does not decode: {why(error)}") from error
        if first is None or first.pts is None:
            raise NotCopied("its first frame has no time stamp")
        if not is_as_stored(first):
            raise NotCopied("it is stored turned or mirrored, which some readers do not mend")
        return int(first.pts)


def _copy(container: Any, path: Path, origin: int, until: float) -> None:
    stream = video_stream(container)
    limit = Fraction(until).limit_denominator(1_000_000) - Fraction(1, 1000)
    try:
        with av.open(f"file:{path.absolute()}", "w", format="mp4", options=_OPTIONS) as target:
            copied = target.add_stream_from_template(stream, opaque=True)
            copied.time_base = stream.time_base
            for packet in container.demux(stream):
                if not packet.size:
                    continue
                if packet.is_discard:
                    raise NotCopied("an edit list hides some of its pictures")
                if packet.pts is None or packet.dts is None:
                    raise NotCopied("a picture has no time stamp")
                if (packet.pts - origin) * stream.time_base >= limit:
                    break
                packet.pts, packet.dts = packet.pts - origin, packet.dts - origin
                packet.stream = copied
                target.mux(packet)
    except (av.FFmpegError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in {28, 13, 2}:
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise NotCopied(f"{stream.codec.canonical_name} in an mp4: {why(error)}") from error
