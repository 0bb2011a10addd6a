"""The rows of a manifest as far as an overlap can be seen in them, and what their media look like.

Looking at a hundred thousand videos takes hours, so that what was seen is kept beside the
manifest, and a file that has not changed is not looked at again.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from data_prep.builders.making import LeftOut, Reasons
from data_prep.builders.reading import read_rows
from data_prep.cutting.refusal import Refused
from data_prep.errors import UserError
from data_prep.filtering.rows import type_of
from data_prep.manifest import resolve
from data_prep.overlap.look import Appearance, Glance, glance_at, look_at
from data_prep.rebase import media_fields
from data_prep.records import Clip, Media, Record
from data_prep.steps.engine import Engine, run_isolated
from data_prep.workers import Failure

MADE_BY = "python -m data_prep scan FOLDER"
Progress = Callable[[int, int], None]


class Row(NamedTuple):
    """A row: its id, its recording, the names of its media, and the clip that it may be."""

    id: str
    video_id: str
    media: list[Media]
    clip: Clip | None


@dataclass(frozen=True)
class Looks:
    """What the media of a manifest look like, by name; others could not be looked at."""

    seen: dict[str, Appearance]
    unseen: Reasons


def rows_of(manifest: Path) -> Iterator[Row | LeftOut]:
    """Yield the rows of a manifest of any kind that has media.

    Raises:
        UserError: no such file, or rows of another kind.
    """
    model = type_of(manifest)
    fields = media_fields(model)
    if not fields or "video_id" not in model.model_fields:
        raise UserError(
            f"rows of kind {model.__name__} name no videos",
            seen=manifest,
            fix="name a manifest of clips, splits, pairs, questions or examples",
        )
    for row in read_rows(manifest, model, made_by=MADE_BY):
        yield row if isinstance(row, LeftOut) else _as_row(row, fields)


def _as_row(row: Record, fields: list[str]) -> Row:
    told = row.model_dump(include={"id", "video_id"})
    media: list[Media] = []
    for field in fields:
        found = getattr(row, field)
        if field in {"videos", "images"}:
            media += found
        elif found:
            media.append(found)
    clip = row if isinstance(row, Clip) else None
    return Row(told["id"], told["video_id"] or told["id"], media, clip)


def name_of(media: Media) -> str:
    """Return a name for a video or a list of frames; lists that begin alike are alike."""
    return media if isinstance(media, str) else f"{media[0]} and {len(media) - 1} more"


def look_at_media(
    manifest: Path, engine: Engine, *, dense: bool, progress: Progress | None = None
) -> Looks:
    """Look at all media of a manifest, each once; those of scanned clips only if `dense`.

    Raises:
        UserError: as in `rows_of`, or a path leads outside the manifest's folder.
    """
    memory = _Memory(manifest, dense)
    found = Looks(memory.known, Reasons())
    todo: dict[str, Glance] = {}
    wanted = set()
    for row in rows_of(manifest):
        if isinstance(row, LeftOut) or (row.clip is not None and row.clip.hashes and not dense):
            continue
        for media in row.media:
            name = name_of(media)
            if name in wanted:
                continue
            wanted.add(name)
            files = [media] if isinstance(media, str) else media
            paths = tuple(resolve(manifest.parent, file) for file in files)
            lacking = next((path for path in paths if not path.is_file()), None)
            if lacking is not None:
                found.unseen.add(LeftOut("a file that is not there", str(lacking)))
            elif not memory.holds(name, paths[0]):
                todo[name] = glance_at(name, media, paths, dense=dense)
    with closing(run_isolated(look_at, todo.values(), engine)) as results, memory:
        for count, done in enumerate(results, start=1):
            if isinstance(done.result, Failure):
                error = done.result.error
                why = error.kind if isinstance(error, Refused) else done.result.kind
                found.unseen.add(LeftOut(f"{why} media", f"{done.item.name}: {done.result.reason}"))
            else:
                memory.keep(done.item.name, done.item.paths[0], done.result)
            if progress is not None:
                progress(count, len(todo))
    for name in found.seen.keys() - wanted:
        del found.seen[name]
    return found


class _Memory:
    """What was seen before, in `.MANIFEST.seen.jsonl`: a line for each, appended as it is seen."""

    def __init__(self, manifest: Path, dense: bool) -> None:
        kind = "dense" if dense else "sparse"
        self._path = manifest.with_name(f".{manifest.name}.{kind}.seen.jsonl")
        self.known: dict[str, Appearance] = {}
        self._states: dict[str, list[int]] = {}
        if self._path.is_file():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                try:
                    told = json.loads(line)
                    appearance = Appearance.model_validate(told["seen"])
                    self._states[told["name"]], self.known[told["name"]] = told["state"], appearance
                except (ValueError, KeyError, TypeError, ValidationError):
                    # A run was killed as it wrote this line: that file is looked at again.
                    continue

    def __enter__(self) -> "_Memory":
        try:
            self._file = self._path.open("a", encoding="utf-8")
        except OSError as error:
            raise UserError(
                "what is seen is kept beside the manifest, and cannot be written there",
                seen=f"{self._path}: {error.strerror}",
                fix="copy the manifest and its media to a folder that you may write to",
            ) from error
        # The line that a killed run began must not take the next one with it.
        self._file.write("\n")
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def holds(self, name: str, path: Path) -> bool:
        if name in self.known and self._states[name] == _state(path):
            return True
        self.known.pop(name, None)
        return False

    def keep(self, name: str, path: Path, seen: Appearance) -> None:
        self.known[name] = seen
        told = {"name": name, "state": _state(path), "seen": seen.model_dump()}
        self._file.write(json.dumps(told) + "\n")
        self._file.flush()


def _state(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]
