"""What a step tells of the clips that it left out."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from glob import escape
from pathlib import Path
from typing import Self

from data_prep.cutting.refusal import Refusal

#: Beyond this many lines the report is the better place to look.
SHOWN = 50


@dataclass
class Refusals:
    """How many were refused, for what, and the first of them; the report has them all."""

    first: list[Refusal] = field(default_factory=list)
    by_kind: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        """Return the number of all."""
        return self.by_kind.total()

    @classmethod
    def of(cls, rows: Iterable[Refusal]) -> Self:
        """Return what `rows` amount to."""
        refusals = cls()
        for _ in refusals.count(rows):
            pass
        return refusals

    def count(self, rows: Iterable[Refusal]) -> Iterator[Refusal]:
        """Pass `rows` on, and note them."""
        for row in rows:
            self.by_kind[row.kind] += 1
            if len(self.first) < SHOWN:
                self.first.append(row)
            yield row


def write_report(path: Path, rows: Iterable[Refusal]) -> Refusals:
    """Stream `rows` to `path`, which appears all at once, and return what they amount to."""
    refusals = Refusals()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.writelines(row.model_dump_json() + "\n" for row in refusals.count(rows))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return refusals


def leftovers(*paths: Path) -> list[Path]:
    """Return what killed runs wrote of `paths` and did not end; for who is `lock.alone_in`."""
    return [found for path in paths for found in path.parent.glob(f".{escape(path.name)}.*.tmp")]


def remove_leftovers(*paths: Path) -> None:
    """Remove what `leftovers` finds."""
    for found in leftovers(*paths):
        found.unlink(missing_ok=True)
