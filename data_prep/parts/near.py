"""Near duplicates among a million clips, by perceptual hashes of some of their frames.

Two clips are near duplicates if enough frames of one look like frames of the other. A frame is
known by 64 bits (the pHash of the `imagehash` package); two frames look alike if few bits differ.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Rows = NDArray[np.int64]

# A picture without structure (a black frame, a plain card, an even gradient) has nearly all bits
# alike, whatever it is of; one with structure has about half of them set.
LEAST_BITS = 8
# Two hashes meet where they agree on any two of some bands of bits. The more hashes there are, the
# fewer and wider are the bands, so that about so many meet by chance. Up to 10,000 hashes 16 bands
# miss none of at most 14 different bits; of four million, 7 bands find 94 in 100 pairs that are 6
# bits apart and 40 in 100 that are 10 apart. One frame of a clip is enough for a meeting.
_MEET_BY_CHANCE = 16
_MOST_BANDS = 16
_LEAST_BANDS = 5
# Those who meet are compared with so many neighbours at most, so that a picture that half of all
# clips hold costs no more than others; equal pictures stand side by side and need fewer.
_NEIGHBOURS = 64
_EQUAL_NEIGHBOURS = 8
_CHUNK = 1 << 16
# No band has fewer.
_PART_BITS = 4


@dataclass(frozen=True)
class Likeness:
    """When two clips are near duplicates.

    The defaults were taken where copies of rendered and of real clips (encoded again, made
    smaller, lighter or darker, a little cropped) all are, and different clips are not
    (`tests/test_parts.py`).

    Attributes:
        distance: bits by which two frames that look alike may differ, of 64.
        share: of the usable frames of either clip, those that must look like one of the other's.
        frames: that must look alike in any case: one picture, such as a title, is no evidence.
    """

    distance: int = 10
    share: float = 0.5
    frames: int = 2


def usable(hashes: Hashes) -> NDArray[np.bool_]:
    """Return which hashes are of pictures with structure."""
    bits = np.bitwise_count(hashes)
    return (bits >= LEAST_BITS) & (bits <= 64 - LEAST_BITS)


def near_duplicates(frames: Hashes, valid: NDArray[np.bool_], likeness: Likeness) -> Rows:
    """Return the pairs of rows that are near duplicates.

    Args:
        frames: a row of hashes for each clip, shape (clips, hashes); sorted within each row.
        valid: which of them are usable, same shape.
        likeness: what counts as a near duplicate.

    Returns:
        Pairs of row numbers, the smaller first, shape (pairs, 2).
    """
    first = valid.copy()
    # A still clip has one picture many times: for the search once is enough.
    first[:, 1:] &= frames[:, 1:] != frames[:, :-1]
    places = np.flatnonzero(first).astype(np.int32)
    del first
    width = frames.shape[1]
    met = np.empty(0, np.int64)
    bands = _bands(len(places))
    for two in combinations(range(len(bands)), 2):
        search = _Search(frames.reshape(-1), places, width, likeness.distance)
        found = search.meetings([bands[at] for at in (*two, *_others(two, len(bands)))])
        met = np.unique(np.concatenate([met, *found]))
    kept = [
        chunk[_alike(frames, valid, chunk, likeness)]
        for at in range(0, len(met), _CHUNK)
        if len(chunk := np.stack(np.divmod(met[at : at + _CHUNK], len(frames)), axis=1))
    ]
    return np.concatenate(kept) if kept else np.empty((0, 2), np.int64)


def _bands(count: int) -> list[tuple[int, int]]:
    """Return the first bit and the number of bits of each band, for `count` hashes."""
    wanted = math.log2(max(2.0, count / _MEET_BY_CHANCE))
    number = min(_MOST_BANDS, max(_LEAST_BANDS, int(2 * 64 / wanted)))
    edges = [at * 64 // number for at in range(number + 1)]
    return [(low, high - low) for low, high in pairwise(edges)]


def _others(two: tuple[int, int], number: int) -> list[int]:
    return [at for at in range(number) if at not in two]


@dataclass(frozen=True)
class _Search:
    """Looks for frames alike among `hashes`; those at `places` count, `width` to a row."""

    hashes: Hashes
    places: NDArray[np.int32]
    width: int
    distance: int

    def meetings(self, bands: Sequence[tuple[int, int]]) -> Iterator[Rows]:
        """Yield pairs of rows, coded as one number, of frames alike and equal in the first two.

        Those whose first bits differ cannot meet, so they are sorted part by part: it takes less
        memory.
        """
        turned = self._turned(bands)
        part_of = (turned >> np.uint64(64 - _PART_BITS)).astype(np.uint8)
        for part in range(1 << _PART_BITS):
            at = np.flatnonzero(part_of == part)
            yield from self._meetings(turned[at], self.places[at] // self.width, bands)

    def _meetings(
        self, turned: Hashes, row: NDArray[np.int32], bands: Sequence[tuple[int, int]]
    ) -> Iterator[Rows]:
        rows = len(self.hashes) // self.width
        order = np.argsort(turned, kind="stable")
        turned, row = turned[order], row[order]
        keys = (turned >> np.uint64(64 - bands[0][1] - bands[1][1])).astype(np.uint32)
        at = np.arange(len(keys), dtype=np.int32)
        for step in range(1, _NEIGHBOURS + 1):
            at = at[: np.searchsorted(at, len(keys) - step)]
            at = at[keys[at] == keys[at + step]]
            if not len(at):
                return
            apart = np.bitwise_count(turned[at] ^ turned[at + step])
            alike = at[(apart <= self.distance) & ((apart > 0) | (step <= _EQUAL_NEIGHBOURS))]
            one, other = row[alike].astype(np.int64), row[alike + step].astype(np.int64)
            low, high = np.minimum(one, other), np.maximum(one, other)
            yield np.unique((low * rows + high)[low != high])

    def _turned(self, bands: Sequence[tuple[int, int]]) -> Hashes:
        """Return the hashes at `places`, their bits in the order of `bands`."""
        turned = np.zeros(len(self.places), np.uint64)
        for begin in range(0, len(turned), _CHUNK):
            hashes, into = self.hashes[self.places[begin : begin + _CHUNK]], turned[begin:][:_CHUNK]
            for low, bits in bands:
                into <<= np.uint64(bits)
                into |= (hashes >> np.uint64(low)) & np.uint64((1 << bits) - 1)
        return turned


def _alike(
    frames: Hashes, valid: NDArray[np.bool_], pairs: Rows, likeness: Likeness
) -> NDArray[np.bool_]:
    one, other = pairs.T
    apart = np.bitwise_count(frames[one][:, :, None] ^ frames[other][:, None, :])
    both = valid[one][:, :, None] & valid[other][:, None, :]
    alike = (apart <= likeness.distance) & both
    enough = np.zeros(len(pairs), np.bool_)
    for axis, rows in ((2, one), (1, other)):
        count = alike.any(axis=axis).sum(axis=1)
        enough |= (count >= likeness.frames) & (count >= likeness.share * valid[rows].sum(axis=1))
    return enough
