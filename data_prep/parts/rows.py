"""The rows that can have parts: their recording, their hashes, their media."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from data_prep.builders.making import LeftOut, Reasons, Side
from data_prep.builders.reading import kind_of, read_rows
from data_prep.rebase import Rebase
from data_prep.records import Causal, Clip, Pair, Record, Split, VideoQuestion

MADE_BY = "python -m data_prep scan FOLDER"
SIDES: tuple[Side, ...] = ("train", "validation", "test")
# A field that only such rows have, the kind of row, and its media.
_KINDS: dict[str, tuple[type[Record], tuple[str, ...]]] = {
    "context": (Split, ("context", "future")),
    "before": (Pair, ("before", "after")),
    "question": (VideoQuestion, ("video",)),
    "explanation": (Causal, ("video",)),
    "sha256": (Clip, ("video",)),
}
_HASH = re.compile("[0-9a-fA-F]{16}")


@dataclass
class PartsReport:
    """What was assigned.

    Attributes:
        rows: number of rows on each side.
        videos: number of recordings.
        clusters: number of clusters, of one recording or more; 0 where none were looked for.
        joined: number of recordings that share a cluster with another one.
        largest: rows of the largest cluster.
        unhashed: rows of which too few frames can be compared; they go by recording alone.
        left_out: lines that are no valid rows.
    """

    rows: Counter[Side] = field(default_factory=lambda: Counter(dict.fromkeys(SIDES, 0)))
    videos: int = 0
    clusters: int = 0
    joined: int = 0
    largest: int = 0
    unhashed: int = 0
    left_out: Reasons = field(default_factory=Reasons)

    def __str__(self) -> str:
        """Return the report, a line for each fact."""
        total = self.rows.total()
        shares = ", ".join(f"{n} {side} ({n / total:.1%})" for side, n in self.rows.items())
        lines = [f"{total} rows: {shares}"]
        if self.clusters:
            lines += [
                f"{self.videos} recordings in {self.clusters} clusters; {self.joined} of them are "
                "near duplicates of another one",
                f"largest cluster: {self.largest} rows",
            ]
        if self.unhashed:
            lines.append(
                f"{self.unhashed} rows have too few frames to compare: their recording alone "
                "decides"
            )
        return "\n  ".join([*lines, *self.left_out.lines()])


def kind_of_rows(manifest: Path) -> type[Record]:
    """Return the kind of the rows of `manifest`.

    Raises:
        UserError: there is no such file, or rows of this kind have no parts.
    """
    return kind_of(manifest, {name: kind for name, (kind, _) in _KINDS.items()}, made_by=MADE_BY)


def names_of(row: Record) -> tuple[str, str]:
    """Return the id of a row and that of its recording."""
    told = row.model_dump(include={"id", "video_id"})
    return told["id"], told["video_id"] or told["id"]


def hashes_of(row: Record, most: int) -> list[int]:
    """Return at most `most` of the 64-bit hashes of a row, evenly chosen."""
    texts = row.hashes if isinstance(row, (Clip, Split)) else []
    if len(texts) > most:
        texts = [texts[at * len(texts) // most] for at in range(most)]
    # A hash of another length is of another kind and says nothing here.
    return [int(text, 16) for text in texts if _HASH.fullmatch(text)]


def moved_rows(manifest: Path, out: Path, kind: type[Record]) -> Iterator[Record | LeftOut]:
    """Yield the rows of `manifest` with their media named as a manifest at `out` does.

    Raises:
        UserError: media do not lie below the folder of `out`.
    """
    media = next(media for other, media in _KINDS.values() if other is kind)
    rebase = Rebase(manifest.parent, out.parent)
    elsewhere = manifest.parent.resolve() != out.parent.resolve()
    for row in read_rows(manifest, kind, made_by=MADE_BY):
        if isinstance(row, LeftOut) or not elsewhere:
            yield row
            continue
        told = {name: getattr(row, name) for name in media}
        yield row.model_copy(
            update={name: rebase(found) for name, found in told.items() if found is not None}
        )
