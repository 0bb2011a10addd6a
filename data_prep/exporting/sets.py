"""The instruction sets that an export reads, and where their media lie."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from data_prep.builders.making import SIDES, Side
from data_prep.builders.writing import Carrier, carrier_of
from data_prep.errors import UserError
from data_prep.manifest import read_manifest
from data_prep.records import Example

MADE_BY = "python -m data_prep build …"


@dataclass(frozen=True)
class ExampleSet:
    """A manifest of examples; its side is what its name ends in, train where that says nothing."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the file without suffix."""
        return self.path.stem

    @property
    def folder(self) -> Path:
        """The folder that its media are named from."""
        return self.path.parent

    @property
    def side(self) -> Side:
        """The side of its rows."""
        return next((side for side in SIDES if self.name.endswith(f"_{side}")), "train")

    def rows(self) -> Iterator[Example]:
        """Stream the rows."""
        return read_manifest(self.path, Example, made_by=MADE_BY)


def open_sets(paths: Sequence[Path], out: Path) -> list[ExampleSet]:
    """Return the sets at `paths`.

    Raises:
        UserError: a set is missing, two have one name, or one lies in `out`, which would be
            written over.
    """
    sets = [ExampleSet(path) for path in paths]
    for each in sets:
        if each.path.suffix != ".jsonl" or not each.path.is_file():
            raise UserError(
                "there is no such set; a set is a .jsonl file", seen=each.path, fix=MADE_BY
            )
        if each.folder.resolve() == out.resolve():
            raise UserError(
                "an export goes to a folder of its own, and not over the set it is made from",
                seen=f"--out {out}",
                fix=f"--out {out / 'export'}",
            )
    twice = [name for name, count in Counter(each.name for each in sets).items() if count > 1]
    if twice:
        raise UserError("two sets have one name", seen=twice[0], fix="rename one of the files")
    return sets


def media_root(sets: Sequence[ExampleSet], out: Path) -> Path:
    """Return the folder that exported rows name their media from: `out`, or one above all sets."""
    folders = [each.folder.resolve() for each in sets]
    if all(folder.is_relative_to(out.resolve()) for folder in folders):
        return out.resolve()
    return Path(os.path.commonpath(folders))


@dataclass
class OneCarrier:
    """Sees to it that a file's rows have media of one kind: trainers read a column of one type."""

    seen: dict[str, Carrier] = field(default_factory=dict)

    def check(self, file: str, example: Example) -> Carrier:
        """Return what the media of `example`, a row of `file`, are.

        Raises:
            UserError: an earlier row of `file` has others.
        """
        carrier = carrier_of(example)
        if self.seen.setdefault(file, carrier) != carrier:
            raise UserError(
                f"{file} would hold media of two kinds; a trainer reads a column of one type",
                seen=f"{self.seen[file]}, then {carrier} in {example.id}",
                fix="build one set for each kind",
            )
        return carrier


def files_of(example: Example) -> Iterator[str]:
    """Yield the media files that a row names."""
    for media in (*example.videos, *example.images):
        yield from [media] if isinstance(media, str) else media


@lru_cache(maxsize=65536)
def is_there(path: str) -> bool:
    """Return whether there is such a file. Rows of one video ask again and again."""
    return Path(path).is_file()
