"""Exactly the frames that are asked for, without decoding the rest of the video."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import av

from data_prep.opening import opened, video_stream
from data_prep.packets import PacketTally
from data_prep.picture import UnreadableVideo, why
from data_prep.plan import Index, Packet, Run, latest_at
from data_prep.video import frames

# A transport stream is found its place in by guessing, an AVI does not know when its frames are
# shown.
_TRUSTED = ("mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm")
_SAME_TIME = 1e-6


class Fetched(NamedTuple):
    """A frame: its number in display order, seconds since the first frame, and its picture."""

    number: int
    time: float
    image: av.VideoFrame


class _Mistrusted(Exception):
    """The packets do not tell which frames there are; the message says why."""


def fetch(path: Path, numbers: Iterable[int]) -> Iterator[Fetched]:
    """Yield the frames `numbers` of `path`, each once, in display order.

    They are those that `video.frames` counts, but only what they need is decoded: from the key
    frame before each, pictures that nothing refers to passed over. Where the packets of a file
    do not tell its frames for certain, all are decoded up to the last that is wanted. One frame
    is held at a time.

    Args:
        path: a video file.
        numbers: of frames, from 0, in any order.

    Raises:
        UnreadableVideo: the file is no video, or a frame is not in it, does not decode, or is
            damaged.
        ValueError: a number is negative.
    """
    wanted = sorted(set(numbers))
    if not wanted:
        return
    if wanted[0] < 0:
        raise ValueError(f"frames are counted from 0, got {wanted[0]}")
    given: dict[int, float] = {}
    try:
        with opened(path) as container:
            for fetched in _Reader(container).read(wanted):
                given[fetched.number] = fetched.time
                yield fetched
    except _Mistrusted:
        yield from _one_by_one(path, wanted, given)


def numbers_at(path: Path, times: Iterable[float]) -> list[int]:
    """Return the number of the frame of `path` on screen at each of `times`, in seconds.

    It is the last that has begun by then, or the first. Nothing is decoded where the packets tell
    the frames.

    Raises:
        UnreadableVideo: see `fetch`.
    """
    try:
        with opened(path) as container:
            index = _Reader(container).index
            begins = [index.time(number) for number in range(len(index.order))]
    except _Mistrusted:
        begins = [frame.time for frame in frames(path)]
    return [latest_at(begins, time) for time in times]


class _Reader:
    """An open video whose packets have been listed.

    Raises:
        _Mistrusted: the list does not tell the frames.
    """

    def __init__(self, container: Any) -> None:
        if container.format.name not in _TRUSTED:
            raise _Mistrusted(container.format.name)
        self._container = container
        self._stream = video_stream(container)
        self._by_dts = container.format.name == _TRUSTED[0]
        self.index = self._list()
        if doubt := self.index.doubt():
            raise _Mistrusted(doubt)
        # Some decoders (AV1) keep for ever to what they are to skip when they are opened.
        self._stream.codec_context.open(strict=False)
        self._size: tuple[int, int] | None = None

    def _list(self) -> Index:
        tally = PacketTally(self._stream.codec.canonical_name)
        packets = []
        try:
            for packet in self._container.demux(self._stream):
                if not packet.size:
                    continue
                shown = tally.add(packet)
                if packet.pts is None:
                    raise _Mistrusted("a packet has no time stamp")
                # The index of an mp4 is by decoding time, that of a Matroska file by display time.
                seek = packet.pts if packet.dts is None or not self._by_dts else packet.dts
                packets.append(Packet(packet.pts, seek, packet.is_keyframe, shown))
        except (av.FFmpegError, ValueError, OSError) as error:
            raise UnreadableVideo(f"packet {len(packets)} cannot be read: {why(error)}") from error
        if not tally.certain:
            raise _Mistrusted("not every packet shows a frame")
        return Index(packets, float(self._stream.time_base))

    def read(self, wanted: list[int]) -> Iterator[Fetched]:
        """Yield the frames `wanted`, ascending."""
        count = len(self.index.order)
        for run in self.index.runs(number for number in wanted if number < count):
            try:
                yield from self._decode(run)
            except (av.FFmpegError, ValueError, OSError) as error:
                first, last = min(run.wanted.values()), max(run.wanted.values())
                raise UnreadableVideo(
                    f"frames {first} to {last}, or what they need, do not decode: {why(error)}"
                ) from error
        if wanted[-1] >= count:
            raise _no_such_frame(wanted[-1], count)

    def _decode(self, run: Run) -> Iterator[Fetched]:
        codec, begin = self._stream.codec_context, self.index.packets[run.start].stamp
        left = dict(run.wanted)
        for packet in self._packets(run):
            # What nothing refers to is decoded only where it is wanted itself.
            spared = packet is not None and packet.pts not in run.wanted
            codec.skip_frame = "NONREF" if spared else "DEFAULT"
            for image in codec.decode(packet):
                # Pictures before the key frame refer to the group before it, and are not wanted.
                if image.pts is None or image.pts < begin:
                    continue
                number = left.pop(image.pts, None)
                self._check(image, number)
                if number is not None:
                    yield Fetched(number, self.index.time(number), image)
        if left:
            raise _Mistrusted(f"frame {min(left.values())} does not come out")

    def _packets(self, run: Run) -> Iterator[Any]:
        """Yield the packets of `run`, then None to empty the decoder.

        Raises:
            _Mistrusted: they are not where the index says.
        """
        for target in (run.start, 0):
            # Seeking empties the decoder, too.
            self._container.seek(self.index.packets[target].seek, stream=self._stream)
            expected: int | None = None
            for packet in self._container.demux(self._stream):
                position = self.index.at.get(packet.pts) if packet.size else None
                if expected is None and (position is None or position > run.start):
                    break
                if position == run.start:
                    expected = position
                if expected is not None:
                    if position != expected:
                        raise _Mistrusted(f"packet {expected} is not found again")
                    yield packet
                    expected += 1
                    if position == run.last:
                        yield None
                        return
        raise _Mistrusted("a seek goes astray")

    def _check(self, image: av.VideoFrame, number: int | None) -> None:
        if image.interlaced_frame:
            raise _Mistrusted("a packet may hold one field of a frame")
        size = (image.width, image.height)
        self._size = self._size or size
        if image.is_corrupt:
            what = "a frame that others need" if number is None else f"frame {number}"
            time = float(image.pts * image.time_base)
            raise UnreadableVideo(f"{what} (time stamp {time:.3f} s) is damaged")
        if size != self._size:
            raise UnreadableVideo(
                f"the picture size changes from {self._size[0]}x{self._size[1]} to "
                f"{size[0]}x{size[1]}"
            )


def _one_by_one(path: Path, wanted: list[int], given: dict[int, float]) -> Iterator[Fetched]:
    """Yield the frames `wanted` by decoding from the first on, those `given` left out.

    Raises:
        UnreadableVideo: a frame given is not the one that is met here.
    """
    waiting, count = set(wanted), 0
    for count, frame in enumerate(frames(path), start=1):
        number = count - 1
        if number in waiting:
            waiting.remove(number)
            if number not in given:
                yield Fetched(number, frame.time, frame.image)
            elif abs(given[number] - frame.time) > _SAME_TIME:
                raise UnreadableVideo(
                    f"frame {number} is shown at {frame.time:.3f} s, "
                    f"its packet says {given[number]:.3f} s"
                )
        if not waiting:
            return
    raise _no_such_frame(wanted[-1], count)


def _no_such_frame(number: int, count: int) -> UnreadableVideo:
    return UnreadableVideo(f"there is no frame {number}: the video has {count}, counted from 0")
