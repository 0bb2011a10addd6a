"""What an import wrote, and what it left out and why: counted, listed and printed."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from rich.console import Console
from rich.table import Table

from data_prep.manifest import ManifestWriter, keep_foreign
from data_prep.records import Record
from data_prep.steps.lock import alone_in
from data_prep.steps.report import remove_leftovers
from data_prep.tally import Tally


class Import:
    """One import: a manifest for each kind of row, and a report of all that was left out.

    Attributes:
        read: rows of the annotation read so far.
        written: rows written, by kind.
        tally: what was left out.
    """

    def __init__(self, writers: dict[str, ManifestWriter], tally: Tally) -> None:
        """Take the open files; see `importing`, which makes an import."""
        self._writers = writers
        self._ids: set[str] = set()
        self.read = 0
        self.written: Counter[str] = Counter(dict.fromkeys(writers, 0))
        self.tally = tally

    def path(self, kind: str) -> Path:
        """Return the manifest of a kind of row."""
        return self._writers[kind].path

    def write(self, kind: str, row: str, make: Callable[[], Record]) -> None:
        """Write what `make` returns; where it is no valid record, leave it out and say why."""
        try:
            line = make().model_dump_json()
        except PydanticSerializationError:
            # JSON may spell half of a surrogate pair, which no UTF-8 file can hold.
            self.leave_out(kind, row, "not valid: a text with half a character")
            return
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "row"
            self.leave_out(kind, row, f"not valid: {field}: {first['msg']}")
            return
        self._writers[kind].write_line(line)
        self.written[kind] += 1

    def leave_out(self, kind: str, row: str, reason: str) -> None:
        """Count a part that is missing or of no use; `row` says of which row."""
        self.tally.leave_out(kind, row, reason)

    def is_new(self, id_: str) -> bool:
        """Return whether this id was not asked for before."""
        before = len(self._ids)
        self._ids.add(id_)
        return len(self._ids) > before

    def note(self, key: str, value: object) -> None:
        """Keep something about the whole import in the sidecars."""
        for writer in self._writers.values():
            writer.settings[key] = value


@contextmanager
def importing(
    out: Path, name: str, kinds: tuple[str, ...], settings: dict[str, Any]
) -> Iterator[Import]:
    """Open the manifests `out`/`name`.KIND.jsonl for writing; all appear when the block ends.

    A kind that is `name` itself goes to `out`/`name`.jsonl.

    Raises:
        UserError: one of them exists and was not written by the same command, or another run is
            writing to `out`.
    """
    paths = {
        kind: out / (f"{name}.jsonl" if kind == name else f"{name}.{kind}.jsonl") for kind in kinds
    }
    for path in paths.values():
        keep_foreign(path, settings["command"])
    report = out / f"{name}.report.jsonl"
    with ExitStack() as stack:
        stack.enter_context(alone_in(out))
        remove_leftovers(*paths.values(), report)
        tally = stack.enter_context(Tally(report))
        writers = {
            kind: stack.enter_context(ManifestWriter(path, settings, None))
            for kind, path in paths.items()
        }
        session = Import(writers, tally)
        yield session
        session.note("rows_read", session.read)
        session.note("left_out", tally.by_reason())


def print_import(session: Import) -> None:
    """Print on stdout what was written, and what was left out, by kind and reason."""
    console = Console(highlight=False, soft_wrap=True)
    table = Table("kind", "rows", "", box=None, pad_edge=False)
    for kind, count in session.written.items():
        table.add_row(kind, str(count), f"written to {session.path(kind).name}")
    for (kind, reason), count in sorted(session.tally.counts.items()):
        table.add_row(kind, str(count), f"[yellow]left out:[/] {_plain(reason)}")
    console.print(f"{session.read} rows read")
    console.print(table)
    if session.tally.counts:
        console.print(f"each is listed in {_plain(str(session.tally.path))}")


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text).replace("[", "\\[")


def value_at(row: object, *keys: str | int) -> Any:
    """Return what lies in nested objects and lists under `keys`; None where anything is missing."""
    for key in keys:
        if isinstance(row, dict) and isinstance(key, str):
            row = row.get(key)
        elif isinstance(row, list) and isinstance(key, int) and -len(row) <= key < len(row):
            row = row[key]
        else:
            return None
    return row


def text_at(row: object, *keys: str | int) -> str | None:
    """Return the text under `keys`, stripped; None where there is none or it is blank."""
    found = value_at(row, *keys)
    return found.strip() or None if isinstance(found, str) else None
