"""What is already done in an output folder, so that a killed run goes on where it stopped."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from data_prep.cutting.refusal import Refusal
from data_prep.errors import UserError
from data_prep.manifest import write_atomic
from data_prep.records import Record, Split


def journal_names(stem: str) -> tuple[str, str]:
    """Return the file names of a journal: of a run that goes on, and of one that has ended."""
    return f".{stem}.journal.jsonl", f".{stem}.finished.jsonl"


JOURNAL, FINISHED = journal_names("splits")


class _Header(Record):
    key: str


class Settled(Record):
    """A clip that a step is done with, for a state of its file; a step adds what came out."""

    clip: str
    fingerprint: str
    refusal: Refusal | None = None


class Entry(Settled):
    """A clip that is split or refused."""

    split: Split | None = None


E = TypeVar("E", bound=Settled)


class Ledger(Generic[E]):
    """The entries of one step in one folder: one line appended for each clip that is done.

    While a run goes on they stand in one file; when it has ended they move to another, from where
    the next run with the same settings takes them up again (see `journal_names`).
    """

    def __init__(self, folder: Path, key: str, *, stem: str, entry: type[E]) -> None:
        """Take up the entries of the step `stem` that were made with the settings `key`."""
        self._path, self._finished = (folder / name for name in journal_names(stem))
        self._key, self._entry = key, entry
        self.found_key, entries = self._read()
        self.entries = entries if self.found_key == key else {}
        #: Entries made with other settings; their files are to be removed.
        self.stale = {} if self.found_key == key else entries
        self._file: Any = None

    def _read(self) -> tuple[str | None, dict[str, E]]:
        path = self._path if self._path.exists() else self._finished
        key: str | None = None
        entries: dict[str, E] = {}
        if not path.exists():
            return key, entries
        with path.open(encoding="utf-8") as file:
            for line in file:
                try:
                    if key is None:
                        key = _Header.model_validate_json(line).key
                    else:
                        entry = self._entry.model_validate_json(line)
                        entries[entry.clip] = entry
                except ValidationError:
                    # The line that was being written when the run was killed.
                    break
        return key, entries

    def start(self) -> None:
        """Write the entries taken up so far, without a torn last line, and open for appending."""
        write_atomic(self._path, self._text())
        self._finished.unlink(missing_ok=True)
        self._file = self._path.open("a", encoding="utf-8")

    def append(self, entry: E) -> None:
        """Add a clip; it survives a kill of this process from here on."""
        self.entries[entry.clip] = entry
        self._file.write(entry.model_dump_json() + "\n")
        self._file.flush()

    def finish(self) -> None:
        """Close the journal of a run that went to its end."""
        self._file.close()
        write_atomic(self._finished, self._text())
        self._path.unlink()

    def _text(self) -> str:
        entries = (self.entries[clip] for clip in sorted(self.entries))
        rows: list[Record] = [_Header(key=self._key), *entries]
        return "".join(row.model_dump_json() + "\n" for row in rows)


class Journal(Ledger[Entry]):
    """The entries of the splitting step in its output folder."""

    def __init__(self, out: Path, key: str) -> None:
        """Take up the entries in `out` that were made with the settings `key`."""
        super().__init__(out, key, stem="splits", entry=Entry)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold `folder` against a second run.

    Raises:
        UserError: another process holds it, or the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise UserError(
            "cannot write to this folder", seen=f"{folder}: {error.strerror}"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise UserError(
            "another run is writing to this folder", seen=folder, fix="wait for it to end"
        ) from error
    finally:
        os.close(handle)
