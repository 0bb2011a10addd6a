"""What a step is to work on, on disk and not in memory: a manifest may have millions of rows."""

import pickle
import sqlite3
from collections.abc import Iterator
from typing import Generic, TypeVar

Value = TypeVar("Value")


def _private_database() -> sqlite3.Connection:
    # A database without a name lives in a file that is gone with the process, however it ends.
    # Nobody else can have written what is unpickled from it.
    connection = sqlite3.connect("", isolation_level=None)
    for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -16384"):
        connection.execute(f"PRAGMA {setting}")
    return connection


def _bytes(key: str) -> bytes:
    # A file name may hold bytes that are no UTF-8; in this form they sort as strings do.
    return key.encode("utf-8", "surrogatepass")


class Shelf(Generic[Value]):
    """Values by key, in a file of this process alone; they come out in the order of the keys."""

    def __init__(self) -> None:
        """Make an empty shelf."""
        self._connection = _private_database()
        self._connection.execute("CREATE TABLE shelf (key BLOB PRIMARY KEY, value) WITHOUT ROWID")
        self._connection.execute("BEGIN")

    def add(self, key: str, value: Value) -> bool:
        """Put `value` at `key`; return False, and change nothing, if there is one already."""
        insert = "INSERT OR IGNORE INTO shelf VALUES (?, ?)"
        return self._connection.execute(insert, (_bytes(key), pickle.dumps(value))).rowcount == 1

    def get(self, key: str) -> Value | None:
        """Return what stands at `key`, or None."""
        select = "SELECT value FROM shelf WHERE key = ?"
        row = self._connection.execute(select, (_bytes(key),)).fetchone()
        return None if row is None else pickle.loads(row[0])

    def values(self) -> Iterator[Value]:
        """Yield the values in the order of their keys."""
        for (value,) in self._connection.execute("SELECT value FROM shelf ORDER BY key"):
            yield pickle.loads(value)


class WorkList(Generic[Value]):
    """The items of a step: for each clip what to work on, and its fingerprint; see `Ledger`.

    Attributes:
        connection: to the table `item`, which a ledger joins with its own.
    """

    def __init__(self) -> None:
        """Make an empty list."""
        self.connection = _private_database()
        self.connection.execute(
            "CREATE TABLE item (clip TEXT PRIMARY KEY, place TEXT, fingerprint TEXT, packed)"
            " WITHOUT ROWID"
        )
        self.connection.execute("CREATE INDEX by_place ON item (place)")
        self.connection.execute("BEGIN")

    def close(self) -> sqlite3.Connection:
        """Take no more clips; return the connection, to which a ledger can be attached."""
        self.connection.execute("COMMIT")
        return self.connection

    def add(self, clip: str, item: Value, *, fingerprint: str, place: str | None = None) -> bool:
        """Add a clip; return False, and change nothing, if there is one of that name.

        Args:
            clip: by what name the ledger knows it.
            item: what to work on.
            fingerprint: changes when the clip has to be done again.
            place: where it stands in what the step writes; by default sorted by `clip`.
        """
        row = (clip, clip if place is None else place, fingerprint, pickle.dumps(item))
        insert = "INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?)"
        return self.connection.execute(insert, row).rowcount == 1

    @staticmethod
    def unpack(packed: bytes) -> Value:
        """Return an item as it was added."""
        value: Value = pickle.loads(packed)
        return value

    def __len__(self) -> int:
        """Return the number of clips."""
        return int(self.connection.execute("SELECT count(*) FROM item").fetchone()[0])
