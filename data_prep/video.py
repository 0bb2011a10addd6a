"""Reading and writing video files; with its parts `encode` and `picture`, nothing else opens one.

What a header says is not believed: the facts come from the packets, and a file is either read to
its last frame or refused with a reason. Pixels are taken as square (the pixel aspect ratio is
ignored, as the consumers of the clips do) and high dynamic range is not tone-mapped.
"""

import hashlib
import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import av

from data_prep.encode import Image, Picture, as_rate, temporary_name, write_clip, write_frames
from data_prep.opening import has_no_pts, opened, video_stream
from data_prep.packets import PacketTally
from data_prep.picture import Converter, UnreadableVideo, YuvConverter, orientation, why

__all__ = [
    "Converter",
    "Frame",
    "Header",
    "Image",
    "Picture",
    "UnreadableVideo",
    "VideoInfo",
    "YuvConverter",
    "as_rate",
    "count_frames",
    "declared_frames",
    "frames",
    "header",
    "probe",
    "sha256",
    "temporary_name",
    "write_clip",
    "write_frames",
]


class Frame(NamedTuple):
    """A decoded frame: seconds since the first frame, and the picture as decoded."""

    time: float
    image: av.VideoFrame


@dataclass(frozen=True)
class VideoInfo:
    """What a video file holds, measured on its packets.

    Attributes:
        codec: its name, such as `h264`.
        width: pixels, as displayed (after rotation).
        height: pixels, as displayed (after rotation).
        rotation: degrees, counter-clockwise, that turn the stored picture upright.
        fps: average frames a second.
        duration: seconds from the first frame to the end of the last.
        frames: frames that are shown, counted by demuxing.
        start: time stamp of the first frame, in seconds.
    """

    codec: str
    width: int
    height: int
    rotation: int
    fps: float
    duration: float
    frames: int
    start: float


class Header(NamedTuple):
    """What the header of a video claims; samplers go by it, and so does what a model is shown.

    `frames` is 0 and `duration` (seconds) None where it says nothing.
    """

    frames: int
    fps: float
    duration: float | None
    width: int
    height: int


def probe(path: Path) -> VideoInfo:
    """Measure the first video stream of `path`, attached pictures passed over.

    Raises:
        UnreadableVideo: not a video, truncated, or fewer than two frames.
    """
    with opened(path) as container:
        stream = video_stream(container)
        codec, base, index = stream.codec.canonical_name, stream.time_base, stream.index
        first, dts_only = _first_frame(stream, container), has_no_pts(container)
    with opened(path) as container:
        times, durations, begin, end = [], [], math.inf, 0.0
        units = [float(stream.time_base or 0) for stream in container.streams]
        tally = PacketTally(codec)
        for packet in container.demux():
            stamp = packet.dts if dts_only or packet.pts is None else packet.pts
            if not packet.size or stamp is None:
                continue
            unit = units[packet.stream.index]
            begin = min(begin, stamp * unit)
            end = max(end, (stamp + (packet.duration or 0)) * unit)
            if packet.stream.index == index and tally.add(packet):
                times.append(stamp)
                durations.append(packet.duration or 0)
        promised = (container.duration or 0) / av.time_base
    reached = max(end, end - begin)
    if promised - reached > max(0.5, 0.01 * promised):
        raise UnreadableVideo(
            f"truncated: the header promises {promised:.2f} s, the file holds {reached:.2f} s"
        )
    if len(times) < 2:
        raise UnreadableVideo(f"not a video: {len(times)} frame")
    last = max(range(len(times)), key=times.__getitem__)
    origin = times[0] if dts_only else first.pts
    span = times[last] - origin
    last_duration = durations[last] or span / (len(times) - 1)
    duration = float((span + last_duration) * base)
    if span <= 0:
        raise UnreadableVideo("not a video: the time stamps do not advance")
    turned = orientation(first)
    width, height = first.width, first.height
    return VideoInfo(
        codec=codec,
        width=height if turned.swapped else width,
        height=width if turned.swapped else height,
        rotation=int(first.rotation),
        fps=len(times) / duration,
        duration=duration,
        frames=len(times),
        start=float(origin * base),
    )


def frames(path: Path) -> Iterator[Frame]:
    """Decode the first video stream of `path` to its end, in display order.

    Time starts at 0 and strictly increases. Only one frame is held at a time.

    Raises:
        UnreadableVideo: a frame does not decode, is missing, damaged, out of order or of another
            size than the first. Frames before it have been given out by then: a consumer drops
            what it made of them.
    """
    with opened(path) as container:
        stream = video_stream(container)
        tally = PacketTally(stream.codec.canonical_name)
        base = float(stream.time_base)
        stamps: deque[int] | None = deque() if has_no_pts(container) else None
        count, origin, size, last = 0, 0, (0, 0), -1.0
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
                decoded = packet.decode() if packet is not None else []
            except (av.FFmpegError, ValueError, OSError) as error:
                raise UnreadableVideo(
                    f"frame {count} (after {max(last, 0.0):.3f} s) does not decode: {why(error)}"
                ) from error
            if packet is None:
                break
            if packet.size and tally.add(packet) and stamps is not None:
                stamps.append(packet.dts)
            for image in decoded:
                stamp = stamps.popleft() if stamps else image.pts
                if stamp is None:
                    raise UnreadableVideo(f"frame {count} has no time stamp")
                if count == 0:
                    origin, size = stamp, (image.width, image.height)
                time = (stamp - origin) * base
                _check_frame(image, count, time, last, size)
                yield Frame(time, image)
                count, last = count + 1, time
        tally.check(count)


def _check_frame(
    image: av.VideoFrame, count: int, time: float, last: float, size: tuple[int, int]
) -> None:
    if image.is_corrupt:
        raise UnreadableVideo(f"frame {count} (at {time:.3f} s) is damaged")
    if time <= last:
        raise UnreadableVideo(
            f"frame {count} is out of order: its time {time:.3f} s follows {last:.3f} s"
        )
    if (image.width, image.height) != size:
        raise UnreadableVideo(
            f"the picture size changes from {size[0]}x{size[1]} to "
            f"{image.width}x{image.height} at {time:.3f} s"
        )


def count_frames(path: Path) -> int:
    """Return the number of frames that `path` really holds, by decoding all of them.

    Raises:
        UnreadableVideo: see `frames`.
    """
    return sum(1 for _ in frames(path))


def declared_frames(path: Path) -> int:
    """Return the frame count in the header of `path`, 0 where it has none.

    It is a claim, and what samplers such as LLaMA-Factory's go by: compare it with `count_frames`.

    Raises:
        UnreadableVideo: not a video.
    """
    with opened(path) as container:
        return int(video_stream(container).frames)


def header(path: Path) -> Header:
    """Return what the header of `path` claims.

    Raises:
        UnreadableVideo: not a video, or without a frame rate.
    """
    with opened(path) as container:
        stream = video_stream(container)
        if not stream.average_rate:
            raise UnreadableVideo("the header names no frame rate")
        return Header(
            frames=int(stream.frames),
            fps=float(stream.average_rate),
            duration=None if stream.duration is None else float(stream.duration * stream.time_base),
            width=stream.width,
            height=stream.height,
        )


def sha256(path: Path) -> str:
    """Return the SHA-256 of the bytes of `path`, in hexadecimal.

    Raises:
        UnreadableVideo: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableVideo(f"cannot be read: {why(error)}") from error


def _first_frame(stream: Any, container: Any) -> Any:
    try:
        image = next(container.decode(stream), None)
    except (av.FFmpegError, ValueError, OSError) as error:
        raise UnreadableVideo(f"frame 0 does not decode: {why(error)}") from error
    if image is None:
        raise UnreadableVideo("no frame decodes")
    if image.pts is None:
        raise UnreadableVideo("frame 0 has no time stamp")
    return image
