"""Which packets of a video must show a frame."""

from typing import Any

from data_prep.picture import UnreadableVideo

_MPEG4_EMPTY_PACKET = 19


class PacketTally:
    """Counts the packets that must show a frame, so that no missing frame goes unseen.

    Free to show none: what the container trims away, hidden VP8 frames, MPEG-4 packets that only
    say "as before", and pictures shown before the first key frame, which need an earlier one.
    """

    def __init__(self, codec: str) -> None:
        """Begin with no packet, of a stream of this codec."""
        self._codec = codec
        self._key: int | None = None
        self._most = 0
        self._least = 0

    def add(self, packet: Any) -> bool:
        """Count a packet; return whether it is meant to be shown."""
        if packet.is_corrupt:
            raise UnreadableVideo(f"packet {self._most} is incomplete")
        if self._key is None and packet.is_keyframe and packet.pts is not None:
            self._key = packet.pts
        if packet.is_discard or (self._codec == "vp8" and not bytes(packet)[0] & 0x10):
            return False
        leading = packet.pts is not None and (self._key is None or packet.pts < self._key)
        empty = self._codec == "mpeg4" and packet.size <= _MPEG4_EMPTY_PACKET
        self._most += 1
        self._least += not (leading or empty)
        return True

    @property
    def certain(self) -> bool:
        """Whether each packet counted so far must show its frame."""
        return self._least == self._most

    def check(self, decoded: int) -> None:
        """Raise `UnreadableVideo` if the packets counted do not allow for so many frames."""
        if not self._least <= decoded <= self._most or not decoded:
            raise UnreadableVideo(f"{decoded} of {self._most} frames decode")
