"""Mixing built sets by share: exactly, seeded, and with nothing of any test side."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_prep.builders.making import UNKNOWN, Draft, LeftOut, Made, digest
from data_prep.builders.reading import MediaFinder, read_rows
from data_prep.builders.writing import Build, BuildReport, write_set
from data_prep.errors import UserError
from data_prep.records import Example

MADE_BY = "python -m data_prep build --help"
_TRAIN = "_train.jsonl"


@dataclass(frozen=True)
class Part:
    """A train side to take rows from, and its share; shares need not add up to 1."""

    path: Path
    share: float


def largest_remainder(size: int, shares: Sequence[float]) -> list[int]:
    """Return whole numbers that add up to `size` and are as near to the shares as can be.

    Hamilton's method: each gets its quota rounded down, the rest goes to the largest remainders,
    of equal ones to the first.
    """
    quotas = [size * share / sum(shares) for share in shares]
    counts = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(shares)), key=lambda at: (counts[at] - quotas[at], at))
    for at in by_remainder[: size - sum(counts)]:
        counts[at] += 1
    return counts


def build_mix(
    parts: Sequence[Part], out: Path, *, size: int | None, repeat: bool, seed: int
) -> BuildReport:
    """Write `mix_train.jsonl`: rows of several train sides in their shares, in random order.

    Rows of videos that are on the test or validation side of any of the sets are left out. There
    is no `mix_test.jsonl`: each set keeps its own.

    Args:
        parts: the train sides (`NAME_train.jsonl`) and their shares.
        out: the folder to write to; it must hold the media of all of them.
        size: number of rows; by default the most that needs no row twice.
        repeat: take rows again where a set has too few; each is taken as often as every other,
            give or take one.
        seed: of the rows that are taken and of their order.

    Raises:
        UserError: not train sides, media of different kinds, or too few rows.
    """
    _check(parts)
    held_out = _held_out(parts)
    sources = [_Source(part, out, held_out) for part in parts]
    ranks = [source.ranks(seed) for source in sources]
    counts = _counts(parts, [len(rank) for rank in ranks], size, repeat)
    build = Build(
        name="mix",
        out=out,
        settings={
            "command": "build mix",
            "repeat": repeat,
            "rows": {part.path.name: count for part, count in zip(parts, counts, strict=True)},
            "shares": {part.path.name: part.share for part in parts},
        },
        seed=seed,
        nothing="the sets have no rows of videos that are on no test side",
        fix=MADE_BY,
        sides=("train",),
        expected=sum(counts),
    )
    return write_set(build, _made(sources, ranks, counts, seed))


def _check(parts: Sequence[Part]) -> None:
    for part in parts:
        if not part.path.is_file():
            raise UserError("there is no such set", seen=part.path, fix=MADE_BY)
        if not part.path.name.endswith(_TRAIN):
            raise UserError(
                "a mix is made of train sides",
                seen=part.path,
                fix=f"name files that end in {_TRAIN}",
            )
        if not 0 < part.share < float("inf"):
            raise UserError("a share is a number above 0", seen=f"{part.path}={part.share:g}")
    places = [part.path.resolve() for part in parts]
    if len(set(places)) < len(places):
        raise UserError("a set is named twice", seen=", ".join(map(str, places)))


def _held_out(parts: Sequence[Part]) -> sqlite3.Connection:
    """Return a table of the videos that are on any set's test or validation side."""
    table = sqlite3.connect("")
    table.execute("PRAGMA journal_mode=OFF")
    table.execute("CREATE TABLE held_out (video TEXT PRIMARY KEY) WITHOUT ROWID")
    for part in parts:
        for side in ("test", "validation"):
            path = part.path.with_name(part.path.name.removesuffix(_TRAIN) + f"_{side}.jsonl")
            if path.is_file():
                for row in read_rows(path, Example, made_by=MADE_BY):
                    if isinstance(row, LeftOut):
                        raise UserError(f"{path}: {row.why}", seen=row.seen, fix=MADE_BY)
                    table.execute("INSERT OR IGNORE INTO held_out VALUES (?)", (row.video_id,))
    return table


@dataclass(frozen=True)
class _Source:
    """The rows of one part that may be mixed, with their media named as the mix does."""

    part: Part
    out: Path
    held_out: sqlite3.Connection

    def rows(self) -> Iterator[Example | LeftOut]:
        find = MediaFinder(self.part.path.parent, self.out)
        for row in read_rows(self.part.path, Example, made_by=MADE_BY):
            yield row if isinstance(row, LeftOut) else self._usable(row, find)

    def _usable(self, row: Example, find: MediaFinder) -> Example | LeftOut:
        query = "SELECT 1 FROM held_out WHERE video = ?"
        if self.held_out.execute(query, (row.video_id,)).fetchone():
            return LeftOut("a video on the test side of one of the sets", row.id)
        videos = [find(video) for video in row.videos]
        images = [find(image) for image in row.images]
        for found in (*videos, *images):
            if isinstance(found, LeftOut):
                return found
        known = {"source": row.source or UNKNOWN, "license": row.license or UNKNOWN}
        return row.model_copy(update={"videos": videos, "images": images, **known})

    def ranks(self, seed: int) -> NDArray[np.uint64]:
        """Return a random number for each usable row; the rows of the smallest are taken."""
        found = (
            digest(f"{seed}:{self.part.path.name}:{number}:{row.id}")
            for number, row in enumerate(self.rows())
            if isinstance(row, Example)
        )
        return np.fromiter(found, np.uint64)


def _counts(
    parts: Sequence[Part], available: Sequence[int], size: int | None, repeat: bool
) -> list[int]:
    shares = [part.share for part in parts]
    if not all(available):
        empty = [part.path.name for part, has in zip(parts, available, strict=True) if not has]
        raise UserError("a set has no row that may be used", seen=", ".join(empty), fix=MADE_BY)
    if size is not None and repeat:
        return largest_remainder(size, shares)
    # The method is not monotone in the size, so the largest is looked for below the bound.
    most = int(min(has / share for has, share in zip(available, shares, strict=True)) * sum(shares))
    fitting = (
        n
        for n in range(most + len(parts), 0, -1)
        if all(c <= has for c, has in zip(largest_remainder(n, shares), available, strict=True))
    )
    largest = next(fitting, 0)
    if size is None:
        return largest_remainder(largest, shares)
    counts = largest_remainder(size, shares)
    for part, count, has in zip(parts, counts, available, strict=True):
        if count > has:
            raise UserError(
                f"{part.path.name} has too few rows for its share",
                seen=f"{has} rows, {count} wanted",
                fix=f"--size {largest}, another share, or --repeat to take rows again",
            )
    return counts


def _made(
    sources: Sequence[_Source],
    ranks: Sequence[NDArray[np.uint64]],
    counts: Sequence[int],
    seed: int,
) -> Iterator[Made]:
    order = sqlite3.connect("")
    order.execute("PRAGMA journal_mode=OFF")
    order.execute("CREATE TABLE chosen (rank INTEGER, row TEXT)")
    for source, rank, count in zip(sources, ranks, counts, strict=True):
        again, rest = divmod(count, len(rank))
        times = np.full(len(rank), again, np.int64)
        times[np.argsort(rank, kind="stable")[:rest]] += 1
        wanted = iter(times)
        for row in source.rows():
            if isinstance(row, LeftOut):
                yield row
                continue
            for copy in range(1, int(next(wanted)) + 1):
                name = row.id if copy == 1 else f"{row.id}_again{copy}"
                line = row.model_copy(update={"id": name}).model_dump_json()
                # SQLite counts in 63 bits and a sign.
                key = digest(f"{seed}:{source.part.path.name}:{name}") >> 1
                order.execute("INSERT INTO chosen VALUES (?, ?)", (key, line))
    for (line,) in order.execute("SELECT row FROM chosen ORDER BY rank, row"):
        yield Draft(Example.model_validate_json(line), "train")
