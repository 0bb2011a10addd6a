"""Answers that were paid for, in one SQLite file: a question that was answered is not asked again.

Every answer is committed before it is used, so a killed run loses only what was under way. Several
processes may share a file; where two answer one question, both go on with the first answer. The
journal is a rollback journal, not a write-ahead log, because that works on network folders too.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from data_prep.errors import UserError

NAME = ".answers.sqlite"
#: In place of a file: a cache that is gone with the process.
MEMORY = Path(":memory:")
_VERSION = 1
_PATIENCE = 60.0
_TABLES = """
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, model TEXT NOT NULL, task TEXT NOT NULL, text TEXT NOT NULL,
    refusal TEXT, finish TEXT, prompt_tokens INTEGER, completion_tokens INTEGER,
    raw TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS runs (
    at TEXT NOT NULL, model TEXT NOT NULL, task TEXT NOT NULL, account TEXT NOT NULL
);
"""


@dataclass(frozen=True)
class Reply:
    """What a model said.

    Attributes:
        text: the message, empty if it said nothing.
        refusal: why it refuses, where the endpoint tells that apart.
        finish: why it stopped, such as "stop" or "length".
        prompt_tokens: as the endpoint counts them; None if it does not.
        completion_tokens: the same.
        raw: the whole body of the response.
    """

    text: str
    refusal: str | None
    finish: str | None
    prompt_tokens: int | None
    completion_tokens: int | None
    raw: str


def key_of(question: Mapping[str, Any]) -> str:
    """Return the SHA-256 by which the answer to `question` is found again.

    The question holds all that decides about the answer: the messages, each medium as the digest
    of its bytes and of how it is sampled, the template, the model and its settings.
    """
    return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()


class Cache:
    """The answers in one file."""

    def __init__(self, path: Path) -> None:
        """Open `path`, made if need be.

        Raises:
            UserError: it cannot be opened, is no SQLite file, or is of another version.
        """
        self._path = path
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
            self._file.execute("PRAGMA synchronous = FULL")
            version = self._file.execute("PRAGMA user_version").fetchone()[0]
            if version not in {0, _VERSION}:
                raise UserError(
                    "this cache is of another version of videoreason",
                    seen=f"{path}: version {version}, this one reads {_VERSION}",
                    fix="--cache OTHER.sqlite",
                )
            self._file.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
            self._file.execute(f"PRAGMA user_version = {_VERSION}")

    def __enter__(self) -> Self:
        """Return the open cache."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._file.close()

    def find(self, key: str) -> Reply | None:
        """Return the answer with this key, if there is one."""
        with self._explained():
            row = self._file.execute(
                "SELECT text, refusal, finish, prompt_tokens, completion_tokens, raw "
                "FROM answers WHERE key = ?",
                [key],
            ).fetchone()
        return Reply(*row) if row else None

    def keep(self, key: str, reply: Reply, *, model: str, task: str) -> Reply:
        """Store an answer; return it, or the one that another process stored before."""
        row = {"key": key, "model": model, "task": task, "at": _now(), **asdict(reply)}
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        with self._explained():
            self._file.execute(f"INSERT OR IGNORE INTO answers ({names}) VALUES ({values})", row)
        return self.find(key) or reply

    def log_run(self, account: Mapping[str, Any], *, model: str, task: str) -> None:
        """Note what a run cost, and what it did not have to pay."""
        with self._explained():
            self._file.execute(
                "INSERT INTO runs VALUES (?, ?, ?, ?)", [_now(), model, task, json.dumps(account)]
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise UserError(
                "the cache of answers cannot be used",
                seen=f"{self._path}: {error}",
                fix="make room, or name another file with --cache",
            ) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
