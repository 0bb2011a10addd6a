"""What a model has said and rated, in a SQLite file, so that a killed run goes on where it was."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from data_prep.errors import UserError

_TABLE = "CREATE TABLE IF NOT EXISTS said (key TEXT PRIMARY KEY, answer TEXT) WITHOUT ROWID"


def key_of(*parts: str) -> str:
    """Return the key of a question, made of all that its answer depends on."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Answers:
    """Answers by key; each batch is kept whole or not at all."""

    def __init__(self, file: sqlite3.Connection) -> None:
        """Use an open file; see `open_answers`."""
        self._file = file

    def find(self, key: str) -> str | None:
        """Return the answer at `key`, or None."""
        row = self._file.execute("SELECT answer FROM said WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def keep(self, answers: Mapping[str, str]) -> None:
        """Add a batch of answers; it survives a kill from here on."""
        with self._file:
            self._file.executemany("INSERT OR REPLACE INTO said VALUES (?, ?)", answers.items())


@contextmanager
def open_answers(path: Path) -> Iterator[Answers]:
    """Open the file at `path`, or make it, for the length of a block.

    Raises:
        UserError: it is damaged or cannot be written.
    """
    try:
        file = sqlite3.connect(path)
        try:
            file.execute(_TABLE)
            yield Answers(file)
        finally:
            file.close()
    except sqlite3.Error as error:
        raise UserError(
            "the file of answers cannot be used",
            seen=f"{path}: {error}",
            fix="make room; or, if the file is damaged, remove it, and all are asked anew",
        ) from error
