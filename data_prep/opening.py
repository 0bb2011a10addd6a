"""Opening a video file: the demuxers allowed, the stream meant, one thread.

Frame threads cost more processor time than they save where many clips are read at once, and
hang on damaged files.
"""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av

from data_prep.picture import UnreadableVideo, why

# Play lists and the like are valid input to the demuxer and could name any file or address.
_READ_OPTIONS = {
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts",
    "protocol_whitelist": "file",
}


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Yield the container of `path`, and close it after.

    Raises:
        UnreadableVideo: not a regular file, an empty one, or of no format that is let in.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise UnreadableVideo("not a regular file")
        if not path.stat().st_size:
            raise UnreadableVideo("an empty file")
        container = av.open(f"file:{path.absolute()}", options=_READ_OPTIONS)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise UnreadableVideo(f"cannot be opened: {why(error)}") from error
    with container:
        yield container


def video_stream(container: Any) -> Any:
    """Return the first stream that is a film and no attached picture, to be read by one thread.

    Raises:
        UnreadableVideo: there is none, or no decoder for it.
    """
    streams = container.streams.video
    films = [s for s in streams if not s.disposition & av.stream.Disposition.attached_pic]
    if not films:
        kind = "only an attached picture" if streams else "no video stream"
        raise UnreadableVideo(f"not a video: {kind}")
    if films[0].codec_context is None:
        raise UnreadableVideo("there is no decoder for its video stream")
    films[0].thread_type = "NONE"
    return films[0]


def has_no_pts(container: Any) -> bool:
    """Return whether the presentation times of `container` are libavformat's guess: in an AVI.

    They are wrong with B-frames. The frames come out in display order, so the decoding times, in
    their order, are right.
    """
    return str(container.format.name) == "avi"
