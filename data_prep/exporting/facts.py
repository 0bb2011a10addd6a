"""What a data set card tells: counted while the rows stream by, in memory that does not grow."""

import hashlib
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_prep.builders.making import Side
from data_prep.errors import UserError
from data_prep.exporting.sets import ExampleSet
from data_prep.manifest import read_manifest
from data_prep.records import Example, Split


@dataclass
class Facts:
    """Counts over all exported rows.

    Attributes:
        rows: by task and side.
        sources: rows by source and licence.
        videos: number of different videos by side.
    """

    rows: Counter[tuple[str, Side]] = field(default_factory=Counter)
    sources: Counter[tuple[str, str]] = field(default_factory=Counter)
    videos: dict[Side, int] = field(default_factory=dict)
    _ids: dict[Side, "array[int]"] = field(default_factory=dict)

    def add(self, row: Example, side: Side) -> None:
        """Count a row."""
        self.rows[row.task, side] += 1
        self.sources[row.source or "unknown", row.license or "unknown"] += 1
        self._ids.setdefault(side, array("Q")).append(_digest(row.video_id))

    def settle(self, sets: Sequence[ExampleSet]) -> None:
        """Count the videos, and see to it that none is on two sides.

        Eight bytes of a digest stand for an id: two of a million ids agree once in 30 million
        exports, and would then be looked up by name.

        Raises:
            UserError: a video is on two sides.
        """
        unique: dict[Side, NDArray[np.uint64]] = {
            side: np.unique(np.frombuffer(ids, dtype=np.uint64)) for side, ids in self._ids.items()
        }
        self.videos = {side: len(ids) for side, ids in unique.items()}
        sides = list(unique)
        for at, side in enumerate(sides):
            for other in sides[at + 1 :]:
                shared = set(np.intersect1d(unique[side], unique[other]).tolist())
                if names := _names(sets, shared, (side, other)):
                    raise UserError(
                        f"{len(names)} videos are on two sides; what is measured on one was seen "
                        "on the other",
                        seen=f"{names[0]} in {side} and {other}",
                        fix="build the sets from one `part` each, or with one --seed and "
                        "--test-share",
                    )


def _names(sets: Sequence[ExampleSet], digests: set[int], sides: tuple[Side, Side]) -> list[str]:
    if not digests:
        return []
    found: dict[Side, set[str]] = {side: set() for side in sides}
    for each in sets:
        if each.side in found:
            for row in each.rows():
                if _digest(row.video_id) in digests:
                    found[each.side].add(row.video_id)
    return sorted(found[sides[0]] & found[sides[1]])


def _digest(video_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(video_id.encode(), digest_size=8).digest(), "little")


@dataclass
class Certificates:
    """How many of the splits behind the rows carry a leak certificate."""

    certified: int = 0
    without: int = 0

    @classmethod
    def count(cls, paths: Sequence[Path]) -> "Certificates":
        """Count those of all `paths`, each a `splits.jsonl`; reading a certificate checks it."""
        found = cls()
        for path in paths:
            for split in read_manifest(path, Split, made_by="python -m data_prep split"):
                if split.certificate is None:
                    found.without += 1
                else:
                    found.certified += 1
        return found
