"""A CSV or JSON lines file of one's own, whose columns are named on the command line."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from data_prep.importing.library import Library, Missing, of_clip
from data_prep.importing.nextqa import read_csv
from data_prep.importing.tally import Import, importing
from data_prep.records import Clip, VideoQuestion
from reward_fns.answers import letters


@dataclass(frozen=True)
class Columns:
    """Which column holds what; None, or empty, where there is no such column.

    Raises:
        UserError: nothing to import is named, or columns that go together are not all named.
    """

    video: str
    question: str | None = None
    answer: str | None = None
    options: tuple[str, ...] = ()
    caption: str | None = None
    start: str | None = None
    end: str | None = None
    text: str | None = None
    action: str | None = None

    def __post_init__(self) -> None:
        """Check that the named columns make sense together."""
        event = (self.start, self.end, self.text)
        if (self.question is None) != (self.answer is None):
            raise UserError("--question-column and --answer-column go together")
        if self.options and self.question is None:
            raise UserError("--options-columns go with --question-column and --answer-column")
        if any(event) and not all(event):
            raise UserError("--start-column, --end-column and --text-column go together")
        if self.action and not self.text:
            raise UserError("--action-column goes with the columns of an event")
        if not (self.question or self.caption or self.text):
            raise UserError(
                "no column is named that says something of a video",
                fix="--question-column Q --answer-column A, --caption-column C, or "
                "--start-column S --end-column E --text-column T",
            )

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of rows that the table gives."""
        clips = ("clips",) if self.caption or self.text else ()
        return (*clips, "questions") if self.question else clips

    def named(self) -> tuple[str, ...]:
        """Return the names of all columns."""
        values = [value for value in asdict(self).values() if isinstance(value, str)]
        return (*values, *self.options)


def import_table(
    table: Path, columns: Columns, library: Library, out: Path, settings: dict[str, Any]
) -> Import:
    """Write a `questions` manifest, a `clips` manifest with captions and events, or both.

    An answer may be an option's letter or its text. The rows of one video need not lie together.

    Args:
        table: `.csv`, or JSON lines.
        columns: which column holds what.
        library: the scanned videos.
        out: the folder to write to.
        settings: for the sidecars.

    Raises:
        UserError: the table is of another form, or lacks a column in every row.
    """
    with (
        importing(out, str(settings["name"]), columns.kinds, settings) as session,
        tempfile.TemporaryDirectory() as folder,
        _Notes(Path(folder)) as notes,
    ):
        for number, row in enumerate(read_table(table, columns), start=1):
            session.read += 1
            label = f"{number} ({row[columns.video]})"
            clip = library.find(row[columns.video])
            if isinstance(clip, Missing):
                session.leave_out("rows", label, clip.reason)
                continue
            if columns.question:
                _write_question(session, label, row, columns, clip)
            if columns.text and _event_is_whole(session, label, row, columns):
                event = {key: row[str(getattr(columns, key))] for key in ("start", "end", "text")}
                if columns.action and row[columns.action]:
                    event["action"] = row[columns.action]
                notes.add(clip, label, {"event": event})
            if columns.caption:
                if row[columns.caption]:
                    notes.add(clip, label, {"caption": row[columns.caption]})
                else:
                    session.leave_out("caption", label, "empty")
        for clip, said in notes.by_clip(library):
            _write_clip(session, clip, said)
    return session


def read_table(table: Path, columns: Columns) -> Iterator[dict[str, str]]:
    """Yield the named columns of each row as text; what a row lacks is empty.

    Raises:
        UserError: no such file, another form, or no column that names the video.
    """
    if table.suffix.lower() == ".csv":
        for row in read_csv(table, columns.named()):
            yield {name: (row[name] or "").strip() for name in columns.named()}
        return
    if not table.is_file():
        raise UserError("there is no such file", seen=table, fix="name a .csv or .jsonl file")
    with table.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise UserError(f"{table}, line {number}: not JSON: {error}") from error
            if not isinstance(row, dict):
                raise UserError(f"{table}, line {number}: not an object", seen=line.strip()[:200])
            if number == 1 and columns.video not in row:
                raise UserError(
                    f"{table} has no field {columns.video}", seen=", ".join(map(str, row))
                )
            yield {name: _text(row.get(name)) for name in columns.named()}


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def _write_question(
    session: Import, label: str, row: dict[str, str], columns: Columns, clip: Clip
) -> None:
    question, answer = row[str(columns.question)], row[str(columns.answer)]
    options = [row[name] for name in columns.options if row[name]]
    if not question or not answer:
        gap = "question" if not question else "answer"
        return session.leave_out("questions", label, f"no {gap}")
    if columns.options and len(options) < 2:
        return session.leave_out("questions", label, "fewer than two options")
    if len(set(options)) < len(options):
        return session.leave_out("questions", label, "two options are the same")
    if options and answer not in options:
        answer = letters(options).get(answer.upper(), "")
        if not answer:
            return session.leave_out("questions", label, "the answer is not among the options")
    told = {
        "id": f"{clip.id}-{label.partition(' ')[0]}",
        **of_clip(clip),
        "question": question,
        "answer": answer,
        "options": options,
    }
    session.write("questions", label, lambda: VideoQuestion.model_validate(told))
    return None


def _event_is_whole(session: Import, label: str, row: dict[str, str], columns: Columns) -> bool:
    for key in ("start", "end", "text"):
        if not row[str(getattr(columns, key))]:
            session.leave_out("events", label, f"no {key}")
            return False
    return True


def _write_clip(session: Import, clip: Clip, said: list[dict[str, Any]]) -> None:
    captions = list(dict.fromkeys(note["caption"] for note in said if "caption" in note))
    if len(captions) > 1:
        session.leave_out("caption", clip.id, "a second, different caption of one video")
    events = []
    for note in said:
        if "event" in note:
            event = {**note["event"]}
            try:
                event |= {key: float(event[key]) for key in ("start", "end")}
            except ValueError:
                session.leave_out("events", clip.id, "a time is no number of seconds")
                continue
            if not 0 <= event["start"] <= event["end"] <= clip.duration + 1:
                session.leave_out("events", clip.id, "it lies outside the video or ends too early")
                continue
            events.append(event)
    events.sort(key=lambda event: (event["start"], event["end"], event["text"]))
    told = {**clip.model_dump(), "caption": captions[0] if captions else None, "events": events}
    session.write("clips", clip.id, lambda: Clip.model_validate(told))


class _Notes:
    """What rows say of each clip, kept on disk until all rows are read."""

    def __init__(self, folder: Path) -> None:
        self._base = sqlite3.connect(folder / "notes.sqlite", isolation_level=None)
        self._base.execute("pragma synchronous=off")
        self._base.execute("create table notes (clip text, note text)")

    def __enter__(self) -> "_Notes":
        self._base.execute("begin")
        return self

    def __exit__(self, *_: object) -> None:
        self._base.close()

    def add(self, clip: Clip, label: str, note: dict[str, Any]) -> None:
        self._base.execute("insert into notes values (?, ?)", (clip.id, json.dumps(note)))

    def by_clip(self, library: Library) -> Iterator[tuple[Clip, list[dict[str, Any]]]]:
        """Yield each clip that something was said of, in the order of the ids."""
        self._base.execute("create index by_clip on notes (clip)")
        for clip in library.clips():
            rows = self._base.execute(
                "select note from notes where clip = ? order by rowid", (clip.id,)
            )
            if said := [json.loads(note) for (note,) in rows]:
                yield clip, said
