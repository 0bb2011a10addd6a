"""What a step has done with each clip, in a SQLite file beside its output.

The file survives a `kill -9` at any moment, so that the next run goes on where the last was
stopped. It is in write-ahead mode: a clip costs one append and no wait for the disk. That mode
keeps an index in memory that processes share, which network file systems cannot do; since
`lock.alone_in` keeps every other run away, the file is opened for one process only, and SQLite
then keeps that index to itself. Where a file system has no locks at all, SQLite says so.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from data_prep.cutting.refusal import Refusal
from data_prep.errors import UserError
from data_prep.records import Record
from data_prep.steps.worklist import WorkList

_LAYOUT = 1
_PAGE = 256
_TABLES = """
CREATE TABLE IF NOT EXISTS ledger.run (key TEXT, ended INTEGER);
CREATE TABLE IF NOT EXISTS ledger.entry (
    clip TEXT PRIMARY KEY, fingerprint TEXT, final INTEGER, refused INTEGER, attempts INTEGER, row
) WITHOUT ROWID;
"""


class Settled(Record):
    """A clip that a step is done with; a step adds what came out."""

    clip: str
    refusal: Refusal | None = None


E = TypeVar("E", bound=Settled)
Item = TypeVar("Item")


def ledger_path(folder: Path, stem: str) -> Path:
    """Return where the ledger of a step stands, by the stem of the manifest that it writes."""
    return folder / f".{stem}.ledger"


def ledger_files(folder: Path, stem: str) -> list[Path]:
    """Return the files of a ledger: itself and what SQLite keeps beside it during a run."""
    path = ledger_path(folder, stem)
    return [path, *(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))]


class Ledger(Generic[E, Item]):
    """The entries of one step in one folder, one for each clip that is done.

    Nothing of it is held in memory. Hold the folder with `lock.alone_in` while it is open.
    """

    def __init__(self, path: Path, key: str, work: WorkList[Item], entry: type[E]) -> None:
        """Open the ledger at `path`, or make it; use `open_ledger`.

        Args:
            path: of the file; see `ledger_path`.
            key: what all its entries have in common, such as a digest of the settings.
            work: the clips of this run.
            entry: the record type of its rows.
        """
        self._path, self._key, self._entry = path, key, entry
        self._database = work.close()
        self._database.execute("ATTACH DATABASE ? AS ledger", (str(path),))
        self._database.execute("PRAGMA ledger.locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA ledger.journal_mode = WAL")
        self._database.execute("PRAGMA ledger.synchronous = NORMAL")
        layout = self._one("PRAGMA ledger.user_version")
        if layout not in {0, _LAYOUT}:
            raise sqlite3.DatabaseError(f"layout {layout}, this version reads {_LAYOUT}")
        self._database.executescript(_TABLES)
        self._database.execute(f"PRAGMA ledger.user_version = {_LAYOUT}")
        self._database.execute("DROP TABLE IF EXISTS main.waiting")

    def _one(self, query: str, *values: Any) -> Any:
        row = self._database.execute(query, values).fetchone()
        return None if row is None else row[0]

    def take_up(
        self, holds: Callable[[E], bool], drop: Callable[[str], object] = lambda clip: None
    ) -> int:
        """Forget the entries that hold no more; return how many clips are done.

        Those are entries made under another key, of clips that are not listed any more or have
        another fingerprint, and those that `holds` denies.

        Args:
            holds: whether what the entry tells is still there.
            drop: called with the clip of each forgotten entry, to remove its files; before the
                entry goes, so that a kill in between loses no trace of them.
        """
        same = self._one("SELECT key FROM ledger.run") == self._key
        self._database.execute("CREATE TEMP TABLE gone (clip TEXT PRIMARY KEY)")
        rows = self._database.execute(
            "SELECT entry.clip, entry.fingerprint IS item.fingerprint, final, row"
            " FROM ledger.entry LEFT JOIN item ON item.clip = entry.clip"
        )
        for clip, current, final, row in rows:
            kept = same and current and (not final or holds(self._read(row)))
            if not kept:
                drop(clip)
                self._database.execute("INSERT INTO gone VALUES (?)", (clip,))
        with self._transaction():
            self._database.execute("DELETE FROM ledger.entry WHERE clip IN (SELECT clip FROM gone)")
            self._database.execute("DELETE FROM ledger.run")
            self._database.execute("INSERT INTO ledger.run VALUES (?, 0)", (self._key,))
        self._database.execute("DROP TABLE gone")
        self._database.execute(
            "CREATE TABLE main.waiting AS SELECT item.clip AS clip FROM item"
            " LEFT JOIN ledger.entry ON entry.clip = item.clip AND final"
            " WHERE entry.clip IS NULL ORDER BY place"
        )
        return int(self._one("SELECT count(*) FROM ledger.entry WHERE final"))

    def waiting(self) -> int:
        """Return the number of clips that were to be done when the entries were taken up."""
        return int(self._one("SELECT count(*) FROM waiting"))

    def to_do(self) -> Iterator[Item]:
        """Yield what is to be worked on, in order; entries may be added meanwhile."""
        last = 0
        # An open query would keep the file from taking in what is appended to its log.
        while rows := self._database.execute(
            "SELECT waiting.rowid, item.packed FROM waiting JOIN item USING (clip)"
            " WHERE waiting.rowid > ? ORDER BY waiting.rowid LIMIT ?",
            (last, _PAGE),
        ).fetchall():
            last = rows[-1][0]
            for _, packed in rows:
                yield WorkList.unpack(packed)

    def record(self, entry: E, *, final: bool = True) -> None:
        """Add what became of a clip; it survives a kill of this process from here on.

        Args:
            entry: the row; the attempts at a clip are counted.
            final: False where the next run is to try again.
        """
        self._database.execute(
            "INSERT INTO ledger.entry SELECT clip, fingerprint, ?, ?, 1, ? FROM item WHERE clip = ?"
            " ON CONFLICT (clip) DO UPDATE SET final = excluded.final, row = excluded.row,"
            " refused = excluded.refused, attempts = attempts + 1",
            (final, entry.refusal is not None, entry.model_dump_json(), entry.clip),
        )

    def entries(self, *, refused: bool, by: Literal["place", "clip"] = "place") -> Iterator[E]:
        """Stream the entries of this run's clips that were, or were not, refused, in order."""
        rows = self._database.execute(
            "SELECT row FROM item JOIN ledger.entry USING (clip) WHERE refused = ?"
            f" ORDER BY item.{by}",
            (refused,),
        )
        for (row,) in rows:
            yield self._read(row)

    def attempts(self) -> dict[int, int]:
        """Return how many clips took how many attempts."""
        query = "SELECT attempts, count(*) FROM ledger.entry GROUP BY attempts"
        return dict(self._database.execute(query).fetchall())

    def finish(self) -> None:
        """Note that the run went to its end and wrote its manifest."""
        self._database.execute("UPDATE ledger.run SET ended = 1")

    def was_stopped(self) -> bool:
        """Return whether the last run was killed; ask before `take_up`."""
        return bool(self._one("SELECT ended = 0 FROM ledger.run"))

    def _read(self, row: str) -> E:
        return self._entry.model_validate_json(row)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


@contextmanager
def open_ledger(
    folder: Path, stem: str, key: str, work: WorkList[Item], entry: type[E]
) -> Iterator[Ledger[E, Item]]:
    """Open the ledger of the step that writes `folder/STEM.jsonl`, for the length of a block.

    Raises:
        UserError: the file is damaged, of another version, on a file system without locks, or
            cannot be written.
    """
    path = ledger_path(folder, stem)
    try:
        yield Ledger(path, key, work, entry)
    except sqlite3.Error as error:
        raise UserError(
            "the ledger of what is done cannot be used",
            seen=f"{path}: {error}",
            fix="make room; or, if the file is damaged, remove it, and all clips are done anew",
        ) from error
    finally:
        work.connection.close()
