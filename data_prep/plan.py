"""What to decode for a few frames of a video: where to start, where to stop, what is wanted.

A frame needs the key frame before it and what lies between, no more. The packets of a file tell
where the key frames are without decoding anything.
"""

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# As in `cutting.grid`: containers round time stamps, mostly to milliseconds.
_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Packet:
    """A packet of a video stream.

    Attributes:
        stamp: presentation time in units of the stream.
        seek: time stamp by which the demuxer finds it.
        key: decoding can start here.
        shown: its frame is part of the video (edit lists and hidden frames are not).
    """

    stamp: int
    seek: int
    key: bool
    shown: bool


@dataclass(frozen=True)
class Run:
    """Packets to decode without a break, from position `start` to `last` in decoding order.

    `wanted` maps time stamps, ascending, to frame numbers.
    """

    start: int
    last: int
    wanted: dict[int, int]


@dataclass(frozen=True)
class Index:
    """The packets of a video in decoding order, and how they are shown.

    Attributes:
        packets: in the order of the file.
        unit: seconds of one unit of time.
        order: position of the packet of each frame, in display order.
        at: position of the packet with a given time stamp.
    """

    packets: Sequence[Packet]
    unit: float
    order: list[int] = field(init=False)
    at: dict[int, int] = field(init=False)
    _keys: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Derive the orders from the packets."""
        positions = range(len(self.packets))
        shown = [i for i in positions if self.packets[i].shown]
        set_once = object.__setattr__
        set_once(self, "order", sorted(shown, key=lambda i: self.packets[i].stamp))
        set_once(self, "at", {packet.stamp: i for i, packet in enumerate(self.packets)})
        set_once(self, "_keys", [i for i in positions if self.packets[i].key])

    def doubt(self) -> str | None:
        """Return why packets and frames may not correspond one to one, None if they do.

        Frames that are shown before the first key frame need one that is not there: decoders
        disagree on whether to show them.
        """
        if not self.order:
            return "no packet is shown"
        if len(self.at) < len(self.packets):
            return "several packets have one time stamp"
        first = self.packets[self.order[0]].stamp
        if not self._keys or self.packets[self._keys[0]].stamp > first:
            return "frames are shown before the first key frame"
        return None

    def time(self, number: int) -> float:
        """Return when a frame is shown, in seconds from the first."""
        packets = self.packets
        return (packets[self.order[number]].stamp - packets[self.order[0]].stamp) * self.unit

    def runs(self, numbers: Iterable[int]) -> list[Run]:
        """Return what to decode for the frames `numbers`, with as few packets as can be.

        From one wanted frame to the next it is cheaper to go on than to seek, unless a key frame
        lies between. The runs give the frames in display order.
        """
        runs: list[Run] = []
        for number in sorted(set(numbers)):
            position = self.order[number]
            wanted = {self.packets[position].stamp: number}
            start = self._start(position)
            if runs and runs[-1].start <= start <= runs[-1].last + 1:
                before = runs.pop()
                start, position = before.start, max(position, before.last)
                wanted = before.wanted | wanted
            runs.append(Run(start, position, wanted))
        return runs

    def _start(self, position: int) -> int:
        # In an open group a picture that is shown before its key frame refers to the group before.
        key = bisect.bisect_right(self._keys, position) - 1
        while self.packets[self._keys[key]].stamp > self.packets[position].stamp:
            key -= 1
        return self._keys[key]


def latest_at(begins: Sequence[float], time: float) -> int:
    """Return which of `begins`, ascending, is the last by `time`; the first if none is."""
    return max(0, bisect.bisect_right(begins, time + _TOLERANCE) - 1)
