"""The videos of an import: scanned once, then found by the names that annotations give them."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from data_prep.cutting.refusal import Refusal
from data_prep.errors import UserError
from data_prep.records import Clip, Part
from data_prep.scanning.scan import Progress, Summary, scan_folder
from data_prep.steps.engine import POOL, Engine
from data_prep.steps.naming import VIDEO_SUFFIXES


@dataclass(frozen=True)
class Missing:
    """Why there is no clip for a name."""

    reason: str


@dataclass(frozen=True)
class ScanSettings:
    """How the videos are scanned (see `scan_folder`), and the part that all of them are."""

    source: str
    license: str
    part: Part | None = None
    engine: Engine = POOL
    memory_limit: float = 4.0


@dataclass(frozen=True)
class _Entry:
    name: tuple[str, ...]
    suffix: str
    offset: int


class Library:
    """The sound videos below a folder; holds their names and reads a clip when it is asked for.

    Attributes:
        summary: what the scan found.
        manifest: the clips, as the scan wrote them.
    """

    def __init__(
        self, videos: Path, out: Path, name: str, scan: ScanSettings, progress: Progress | None
    ) -> None:
        """Scan `videos` into `out`/`name`.videos.jsonl; a second time costs only what is new.

        Raises:
            UserError: see `place` and `scan_folder`.
        """
        below = place(videos, out)
        self.manifest = out / f"{name}.videos.jsonl"
        self.summary: Summary = scan_folder(
            videos,
            out=self.manifest,
            source=scan.source,
            license=scan.license,
            # Annotations name every copy of a file.
            keep_duplicates=True,
            engine=scan.engine,
            memory_limit=scan.memory_limit,
            progress=progress,
        )
        self._part = scan.part
        self._root = videos.resolve().parts
        self._below = PurePosixPath(below)
        self._entries: dict[str, list[_Entry]] = defaultdict(list)
        self._refused: dict[str, str] = {}
        self._loosely: dict[int, str] = {}
        self._file = self.manifest.open("rb")
        self._index()

    def _index(self) -> None:
        offset = 0
        for line in self._file:
            name = PurePosixPath(json.loads(line)["video"])
            with suppress(ValueError):
                name = name.relative_to(self._below)
            entry = _Entry((*name.parts[:-1], name.stem), name.suffix.lower(), offset)
            self._entries[name.stem].append(entry)
            offset += len(line)
        with self.summary.report.open(encoding="utf-8") as report:
            for row in map(Refusal.model_validate_json, report):
                self._refused.setdefault(PurePosixPath(row.video).stem, row.kind)

    def clips(self) -> Iterator[Clip]:
        """Yield all clips, in the order of their ids."""
        with self.manifest.open(encoding="utf-8") as file:
            yield from map(self._clip, file)

    def find(self, named: str, *, also: Sequence[str] = ()) -> Clip | Missing:
        """Return the clip that an annotation names, or why there is none.

        A name is a path, or the end of a path, with or without the suffix of the file: it matches
        a video whose own path ends so. A video that lies flat in the folder is also found by the
        last part of a longer name, as long as it is not asked for by two different ones.

        Args:
            named: as it stands in the annotation.
            also: further forms of the name, tried in turn.
        """
        forms = [form for name in (named, *also) if (form := _parts(name))]
        if not forms:
            return Missing("no name of a video")
        suffix = PurePosixPath(named).suffix.lower()
        for matches in (self._ends_in, self._is_end_of):
            for wanted in forms:
                found = [e for e in self._entries.get(wanted[-1], ()) if matches(e, wanted)]
                if len(found) > 1:
                    found = [entry for entry in found if entry.suffix == suffix] or found
                if len(found) > 1:
                    return Missing("several videos of this name")
                if found and matches == self._is_end_of and self._taken(found[0], wanted):
                    return Missing("two names of the annotation lead to one video")
                if found:
                    self._file.seek(found[0].offset)
                    return self._clip(self._file.readline())
        kind = next((self._refused[form[-1]] for form in forms if form[-1] in self._refused), None)
        return Missing(f"video refused by the scan: {kind}" if kind else "video not found")

    def _ends_in(self, entry: _Entry, wanted: tuple[str, ...]) -> bool:
        return (*self._root, *entry.name)[-len(wanted) :] == wanted

    def _is_end_of(self, entry: _Entry, wanted: tuple[str, ...]) -> bool:
        return wanted[-len(entry.name) :] == entry.name

    def _taken(self, entry: _Entry, wanted: tuple[str, ...]) -> bool:
        name = "/".join(wanted)
        return self._loosely.setdefault(entry.offset, name) != name

    def _clip(self, line: str | bytes) -> Clip:
        clip = Clip.model_validate_json(line)
        return clip if self._part is None else clip.model_copy(update={"part": self._part})


def of_clip(clip: Clip) -> dict[str, Any]:
    """Return the fields that a question about a whole clip takes from it."""
    return {
        "video_id": clip.video_id or clip.id,
        "video": clip.video,
        **clip.model_dump(include={"part", "source", "license"}),
    }


def place(videos: Path, out: Path) -> str:
    """Return how manifests in `out` name the folder `videos`.

    Raises:
        UserError: there is no such folder, or it does not lie in `out`.
    """
    if not videos.is_dir():
        raise UserError("--videos must name a folder", seen=videos, fix="unpack the videos first")
    base, target = out.resolve(), videos.resolve()
    if not target.is_relative_to(base):
        raise UserError(
            "manifests name media by paths below their own folder, and media stay where they are",
            seen=f"--videos {videos} does not lie in --out {out}",
            fix=f"--out {videos}, or any folder above it",
        )
    return target.relative_to(base).as_posix()


def _parts(name: str) -> tuple[str, ...]:
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    if parts and PurePosixPath(parts[-1]).suffix.lower() in VIDEO_SUFFIXES:
        parts[-1] = PurePosixPath(parts[-1]).stem
    return tuple(parts)
