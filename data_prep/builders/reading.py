"""Rows in, one at a time: a bad line or a missing file is told apart, and never fatal."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar, overload

from pydantic import ValidationError

from data_prep.builders.making import LeftOut
from data_prep.errors import UserError
from data_prep.manifest import check_schema
from data_prep.rebase import Rebase
from data_prep.records import Media, Record

_BLOCK = 1 << 20
R = TypeVar("R", bound=Record)


def read_rows(path: Path, model: type[R], *, made_by: str) -> Iterator[R | LeftOut]:
    """Stream the rows of a manifest; a line that is not a valid `model` becomes a `LeftOut`.

    Raises:
        UserError: the file is missing or of another schema version.
    """
    for number, _, line in _lines(path, made_by):
        yield _parse(line, model, f"{path.name}, line {number}")


def count_rows(path: Path) -> int:
    """Return the number of lines of a manifest; 0 if there is none."""
    if not path.is_file():
        return 0
    with path.open("rb") as file:
        blocks = iter(lambda: file.read(_BLOCK), b"")
        return sum(block.count(b"\n") for block in blocks)


def kind_of(path: Path, kinds: dict[str, type[Record]], *, made_by: str) -> type[Record]:
    """Return the kind of a manifest's rows by the first that can be read.

    Args:
        path: of the manifest.
        kinds: a field that only rows of one kind have, and the kind.
        made_by: the command that makes such a manifest.

    Raises:
        UserError: there is no such file, or no row has any of the fields.
    """
    for _, _, line in _lines(path, made_by):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        for field, kind in kinds.items():
            if isinstance(row, dict) and field in row:
                return kind
    names = " or ".join(kind.__name__ for kind in kinds.values())
    raise UserError(f"{path} holds no row of kind {names}", fix=made_by)


def _lines(path: Path, made_by: str) -> Iterator[tuple[int, int, bytes]]:
    """Yield (line number, byte offset, line) of every line that is not blank."""
    if not path.is_file():
        raise UserError("there is no such manifest", seen=path, fix=made_by)
    check_schema(path)
    offset = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, offset, line
            offset += len(line)


def _parse(line: bytes, model: type[R], place: str) -> R | LeftOut:
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        # The numbers in a path (events.3.text) would make a kind of every place.
        parts = [str(part) for part in first["loc"] if not isinstance(part, int)]
        return LeftOut(
            f"not a valid {model.__name__}: {'.'.join(parts) or 'row'}: {first['type']}",
            f"{place}: {first['msg']}",
        )


class Lookup(Generic[R]):
    """The rows of a manifest by id. The ids and places are held on disk, the rows in their file."""

    def __init__(self, path: Path, model: type[R], *, made_by: str) -> None:
        """Go through `path` once; of several rows with one id the first counts.

        Raises:
            UserError: there is no such file.
        """
        self._model = model
        self._name = path.name
        # An empty name is a temporary file that is gone with the process, however it ends.
        self._places = sqlite3.connect("")
        self._places.execute("PRAGMA journal_mode=OFF")
        self._places.execute("CREATE TABLE place (id TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID")
        for _, offset, line in _lines(path, made_by):
            row = _parse(line, model, "")
            if not isinstance(row, LeftOut):
                name = row.model_dump(include={"id"})["id"]
                self._places.execute("INSERT OR IGNORE INTO place VALUES (?, ?)", (name, offset))
        self._file = path.open("rb")

    def __call__(self, name: str) -> R | LeftOut:
        """Return the row with the id `name`."""
        found = self._places.execute("SELECT at FROM place WHERE id = ?", (name,)).fetchone()
        if found is None:
            return LeftOut(f"no such id in {self._name}", name)
        self._file.seek(found[0])
        return _parse(self._file.readline(), self._model, self._name)


class MediaFinder:
    """Finds the media of a manifest in `root` and names them as a set in `out` does."""

    def __init__(self, root: Path, out: Path) -> None:
        """Look in `root` for what is named in `out`."""
        self._rebase = Rebase(root, out)
        self._out = out

    @overload
    def __call__(self, media: str) -> str | LeftOut: ...
    @overload
    def __call__(self, media: Media) -> Media | LeftOut: ...
    def __call__(self, media: Media) -> Media | LeftOut:
        """Return the name of a video, or of its frames, in the set, or why it cannot be used.

        Raises:
            UserError: a path leads outside `root`, or the file does not lie below `out`.
        """
        if not media:
            return LeftOut("a list of no frames", str(self._out))
        named = self._rebase(media)
        for place in [named] if isinstance(named, str) else named:
            if not (self._out / place).is_file():
                return LeftOut("a file that is not there", place)
        return named
