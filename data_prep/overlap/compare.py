"""Which items of a benchmark are also in a training set, and how one can tell."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data_prep.builders.making import LeftOut, Reasons
from data_prep.errors import UserError
from data_prep.overlap.look import Appearance
from data_prep.overlap.rows import Looks, Progress, Row, look_at_media, name_of, rows_of
from data_prep.parts.near import Likeness, usable
from data_prep.steps.engine import Engine

How = Literal["recording", "file", "frames"]
HOWS: tuple[How, ...] = ("recording", "file", "frames")
# Frames of the benchmark are compared with so many rows at a time: 16 million pairs.
_ROWS = 512
_FRAMES = 4096


@dataclass
class Found:
    """The overlap of one training manifest with the benchmark.

    Attributes:
        manifest: of the training rows.
        rows: in it.
        pairs: for (row id, recording of the benchmark), how they were found to be the same.
        unseen: media that could not be looked at, and rows that are not valid, with their reasons.
        blank: rows of which fewer frames than needed have a structure to compare.
    """

    manifest: Path
    rows: int = 0
    pairs: dict[tuple[str, str], set[How]] = field(default_factory=dict)
    unseen: Reasons = field(default_factory=Reasons)
    blank: int = 0

    def add(self, row: str, recording: str, how: How) -> None:
        """Note that a row and a recording of the benchmark are the same."""
        self.pairs.setdefault((row, recording), set()).add(how)


class Benchmark:
    """A benchmark: its items by recording, the hashes of its files and of its frames.

    Attributes:
        items: ids of the items of each recording.
        unseen: as in `Found`.
    """

    def __init__(self, manifest: Path, engine: Engine, progress: Progress | None = None) -> None:
        """Look at the whole benchmark.

        Raises:
            UserError: see `rows.rows_of`, or it has no valid rows.
        """
        looks = look_at_media(manifest, engine, dense=True, progress=progress)
        self.unseen = looks.unseen
        self.items: dict[str, list[str]] = defaultdict(list)
        self._by_file: dict[str, set[str]] = defaultdict(set)
        frames: list[NDArray[np.uint64]] = []
        recordings: list[str] = []
        for row in rows_of(manifest):
            if isinstance(row, LeftOut):
                self.unseen.add(row)
                continue
            first = row.video_id not in self.items
            self.items[row.video_id].append(row.id)
            for media in row.media if first else []:
                seen = looks.seen.get(name_of(media))
                if seen is None:
                    continue
                if seen.sha256:
                    self._by_file[seen.sha256].add(row.video_id)
                hashes = np.unique(as_numbers(seen.hashes))
                frames.append(hashes[usable(hashes)])
                recordings += [row.video_id] * len(frames[-1])
        if not self.items:
            raise UserError("the benchmark has no valid rows", seen=manifest)
        self._names = list(self.items)
        number = {name: at for at, name in enumerate(self._names)}
        self._frames = np.concatenate(frames) if frames else np.empty(0, np.uint64)
        self._of = np.array([number[name] for name in recordings], np.int64)

    def by_file(self, sha256: str | None) -> set[str]:
        """Return the recordings that have a file of these bytes."""
        return self._by_file.get(sha256 or "", set())

    def alike(
        self, frames: NDArray[np.uint64], valid: NDArray[np.bool_], likeness: Likeness
    ) -> Iterator[tuple[int, str]]:
        """Yield (row, recording) of rows that show a recording of the benchmark.

        Enough of the usable frames of the row must look like some frame of the recording, of
        which there are four a second.

        Args:
            frames: hashes of training rows, shape (rows, hashes).
            valid: which of them are usable.
            likeness: what is enough; `share` is of the frames of the row.
        """
        recordings, width = len(self._names), frames.shape[1]
        met = [np.empty(0, np.int64)]
        for at in range(0, len(self._frames), _FRAMES):
            apart = np.bitwise_count(frames[:, :, None] ^ self._frames[at : at + _FRAMES])
            row, column, place = np.nonzero((apart <= likeness.distance) & valid[:, :, None])
            # Each frame of a row counts once for a recording.
            met.append(np.unique((row * recordings + self._of[at + place]) * width + column))
        codes, counts = np.unique(np.unique(np.concatenate(met)) // width, return_counts=True)
        for code, count in zip(codes, counts, strict=True):
            at, recording = divmod(int(code), recordings)
            if count >= max(likeness.frames, likeness.share * int(valid[at].sum())):
                yield at, self._names[recording]


def find_overlap(
    manifest: Path,
    benchmark: Benchmark,
    likeness: Likeness,
    engine: Engine,
    progress: Progress | None = None,
) -> Found:
    """Compare the rows of a training manifest with the benchmark.

    Scanned clips are known by what the scan saw of them; all else is looked at.

    Raises:
        UserError: see `rows.rows_of`.
    """
    looks = look_at_media(manifest, engine, dense=False, progress=progress)
    found = Found(manifest, unseen=looks.unseen)
    batch: list[tuple[str, list[str]]] = []
    for row in rows_of(manifest):
        if isinstance(row, LeftOut):
            found.unseen.add(row)
            continue
        found.rows += 1
        if row.video_id in benchmark.items:
            found.add(row.id, row.video_id, "recording")
        for seen in _appearances(row, looks):
            for recording in benchmark.by_file(seen.sha256):
                found.add(row.id, recording, "file")
        batch.append((row.id, [text for seen in _appearances(row, looks) for text in seen.hashes]))
        if len(batch) == _ROWS:
            _compare(batch, benchmark, likeness, found)
            batch.clear()
    _compare(batch, benchmark, likeness, found)
    return found


def _appearances(row: Row, looks: Looks) -> list[Appearance]:
    if row.clip is not None and row.clip.hashes:
        return [Appearance(sha256=row.clip.sha256, hashes=row.clip.hashes)]
    found = [looks.seen.get(name_of(media)) for media in row.media]
    seen = [appearance for appearance in found if appearance is not None]
    if row.clip is not None:
        seen.append(Appearance(sha256=row.clip.sha256, hashes=[]))
    return seen


def _compare(
    batch: Sequence[tuple[str, list[str]]],
    benchmark: Benchmark,
    likeness: Likeness,
    found: Found,
) -> None:
    width = max((len(hashes) for _, hashes in batch), default=0)
    if not width:
        found.blank += len(batch)
        return
    frames = np.zeros((len(batch), width), np.uint64)
    for at, (_, hashes) in enumerate(batch):
        frames[at, : len(hashes)] = as_numbers(hashes)
    valid = usable(frames)
    found.blank += int((valid.sum(axis=1) < likeness.frames).sum())
    for at, recording in benchmark.alike(frames, valid, likeness):
        found.add(batch[at][0], recording, "frames")


def as_numbers(hashes: Sequence[str]) -> NDArray[np.uint64]:
    """Return hashes in hexadecimal as numbers of 64 bits."""
    return np.array([int(text, 16) for text in hashes], np.uint64)
