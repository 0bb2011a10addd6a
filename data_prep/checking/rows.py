"""Reading the rows of a JSON-lines set one by one; a broken line is a finding and not the end."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from data_prep.checking.finding import Finding


class Row(NamedTuple):
    """A row: where it stands (its id if it has one), and its columns."""

    where: str
    columns: dict[str, Any]


def read_rows(path: Path, fix: str) -> Iterator[Row | Finding]:
    """Yield each row of `path`, or what is wrong with its line; `fix` says how to mend it."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            where = f"{path}, line {number}"
            try:
                columns = json.loads(line)
            except ValueError:
                yield Finding(where, "is not JSON", fix)
                continue
            if not isinstance(columns, dict):
                yield Finding(where, "is not an object", fix)
                continue
            name = columns.get("id")
            yield Row(f"{path.name}: {name}" if isinstance(name, str) else where, columns)


def count_lines(path: Path) -> int:
    """Return the number of lines of `path`, about the number of its rows."""
    with path.open("rb") as file:
        return sum(1 for _ in file)
