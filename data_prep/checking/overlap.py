"""Videos that stand on both sides: in what is trained on, and in what is tested on.

By the id of the recording, and by the bytes of the media; `python -m data_prep overlap` looks for
videos that were encoded again, too. A manifest of any kind is read: what
names a recording in it is `video_id`, and what names media are paths of files that are there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_prep.checking.finding import Finding, Severity
from data_prep.checking.rows import Row, read_rows
from data_prep.video import UnreadableVideo, sha256

_MEDIA = frozenset({".mp4", ".mkv", ".webm", ".mov", ".avi", ".jpg", ".jpeg", ".png"})
_SHOWN = 5
_FIX = "leave these recordings out: python -m data_prep parts keeps training and test apart"


@dataclass
class Side:
    """Recordings and media files of one side; files by their size, the cheapest thing to compare.

    A recording is kept with the row in which it was first seen.
    """

    recordings: dict[str, str] = field(default_factory=dict)
    files: dict[int, dict[Path, str]] = field(default_factory=dict)

    def add(self, path: Path, root: Path) -> None:
        """Add the rows of a manifest whose media are named from `root`."""
        for row in read_rows(path, "make the manifest again"):
            if isinstance(row, Finding):
                continue  # told where the rows are checked
            for name in _recordings(row.columns):
                self.recordings.setdefault(name, row.where)
            for text in _texts(row.columns):
                self._add_file(root / text, row)

    def _add_file(self, file: Path, row: Row) -> None:
        if file.suffix.lower() not in _MEDIA:
            return
        try:
            size = file.stat().st_size
        except OSError:
            return  # a text that ends like a path; what is truly missing is told elsewhere
        self.files.setdefault(size, {}).setdefault(file, row.where)


def check_overlap(
    training: Side, test: Side, against: str, severity: Severity
) -> Iterator[Finding]:
    """Yield a finding for recordings, and one for media files, that are on both sides."""
    common = sorted(training.recordings.keys() & test.recordings.keys())
    if common:
        yield Finding(
            "video_id",
            f"{len(common)} recordings of the training set are in {against}: {_some(common)}",
            _FIX,
            severity,
            excess=len(common),
        )
    same = sorted(_same_files(training, test))
    if same:
        yield Finding(
            "media",
            f"{len(same)} training files are the same, byte by byte, as files of {against}: "
            f"{_some(same)}",
            _FIX,
            severity,
            excess=len(same),
        )


def _same_files(training: Side, test: Side) -> Iterator[str]:
    for size in training.files.keys() & test.files.keys():
        tested = _hashes(test.files[size])
        for digest, where in _hashes(training.files[size]).items():
            if digest in tested:
                yield f"{where} = {tested[digest]}"


def _hashes(files: Mapping[Path, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, where in files.items():
        try:
            found.setdefault(sha256(path), where)
        except UnreadableVideo:
            continue  # told where the media are decoded
    return found


def _recordings(columns: Mapping[str, Any]) -> Iterator[str]:
    packed = columns.get("answer")
    if isinstance(packed, str) and packed.startswith("{"):
        # EasyR1's rows carry everything but the prompt inside the answer.
        try:
            packed = json.loads(packed)
        except ValueError:
            packed = None
    for place in (columns, packed):
        if isinstance(place, Mapping) and isinstance(place.get("video_id"), str):
            yield place["video_id"]


def _texts(columns: Mapping[str, Any]) -> Iterator[str]:
    for value in columns.values():
        yield from _listed(value)


def _listed(value: object) -> Iterator[str]:
    if isinstance(value, str):
        # Anything longer is a text and no path.
        if len(value) < 1024 and "\n" not in value:
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from _listed(item)


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    more = f" and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return ", ".join(listed[:_SHOWN]) + more
