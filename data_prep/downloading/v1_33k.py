"""V1-33K (Next-Event Prediction, arXiv 2505.22457) as its makers publish it on the hub.

Seventy archives hold the first parts of the videos (they end at the published cut), seventy more
the whole videos; beside them lie the annotations.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from data_prep.downloading.hub import HubFile, Snapshot, snapshot, transfer
from data_prep.downloading.joined import archives_of
from data_prep.downloading.members import Refused
from data_prep.downloading.unpack import Unpacked, Unpacker
from data_prep.errors import UserError
from data_prep.manifest import write_atomic
from data_prep.steps.lock import alone_in

Layout = Literal["first-part", "full"]
REPOSITORY = "haonan3/V1-33K"
ANNOTATIONS = "next_event_prediction.json"
# How the names of the archives of each layout begin, and how many were published.
PREFIX: dict[Layout, str] = {
    "first-part": "first_segment_video_data_part",
    "full": "video_data_part",
}
PUBLISHED = 70
_TEXTS = (".json", ".jsonl", ".md", ".txt")
# So much of the disk stays free.
_RESERVE = 1 << 30


@dataclass
class Downloaded:
    """What a run did.

    Attributes:
        commit: of the data set.
        archives: unpacked now or before.
        before: of these, those that were unpacked before.
        unpacked: files written, kept, and bytes, of those unpacked now.
        refused: why, for each archive that was not unpacked to its end.
        annotations: where they lie; None if the data set has none.
    """

    commit: str
    archives: int = 0
    before: int = 0
    unpacked: Unpacked = field(default_factory=Unpacked)
    refused: dict[str, str] = field(default_factory=dict)
    annotations: Path | None = None


@dataclass(frozen=True)
class _Archive:
    name: str
    layout: Layout
    files: list[HubFile]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def download_v1_33k(
    to: Path,
    layouts: list[Layout],
    *,
    repository: str = REPOSITORY,
    revision: str | None = None,
    keep_archives: bool = True,
    tell: Callable[[str], None],
) -> Downloaded:
    """Fetch and unpack the data set; started again, go on where the last run was stopped.

    `to`/hub holds the files as they lie on the hub, `to`/LAYOUT the videos, `to`/unpacked the
    lists of what each archive held. A folder keeps to the commit of its first run.

    Args:
        to: the folder.
        layouts: which videos.
        repository: of the hub; a mirror has another name.
        revision: a branch, tag or commit.
        keep_archives: leave the archives in `to`/hub.
        tell: called with a line for each archive.

    Raises:
        UserError: see `hub`; the disk is too small; or the folder holds another commit.
    """
    with alone_in(to):
        source = _pinned(to, repository, revision)
        archives = _archives(source, layouts)
        unpackers = {name: Unpacker(to / name, to / "unpacked" / name) for name in layouts}
        done = {each.name for each in archives if unpackers[each.layout].is_done(each.name)}
        _check_disk(to, [each for each in archives if each.name not in done], keep_archives)
        found = Downloaded(source.commit)
        for file in source.files:
            if file.name.lower().endswith(_TEXTS):
                path = transfer(source, file, to / "hub")
                if path.name == ANNOTATIONS:
                    found.annotations = path
        for number, archive in enumerate(archives, start=1):
            place = f"{number} of {len(archives)}: {archive.name}"
            if archive.name in done:
                found.before += 1
                found.archives += 1
            else:
                files = [transfer(source, file, to / "hub") for file in archive.files]
                tell(f"{place}: {_unpack(archive, files, unpackers[archive.layout], found)}")
            if not keep_archives and archive.name not in found.refused:
                for file in archive.files:
                    (to / "hub" / file.name).unlink(missing_ok=True)
        return found


def _unpack(archive: _Archive, files: list[Path], unpacker: Unpacker, found: Downloaded) -> str:
    try:
        one = unpacker.unpack(archive.name, files)
    except Refused as error:
        found.refused[archive.name] = str(error)
        return f"REFUSED: {error}"
    except OSError as error:
        raise UserError(
            "a file of an archive cannot be written",
            seen=f"{archive.name}: {error}",
            fix="make room and start the same command again: what is unpacked is kept",
        ) from error
    found.archives += 1
    found.unpacked.written += one.written
    found.unpacked.kept += one.kept
    found.unpacked.bytes += one.bytes
    return f"{one.written} files unpacked, {one.kept} were there"


def _pinned(to: Path, repository: str, revision: str | None) -> Snapshot:
    """Return the data set at the commit that this folder holds, or, in a new folder, is to hold."""
    note = to / "download.json"
    if not note.is_file():
        found = snapshot(repository, revision)
        write_atomic(note, json.dumps({"repository": repository, "commit": found.commit}) + "\n")
        return found
    try:
        held = json.loads(note.read_text(encoding="utf-8"))
        held_repository, commit = str(held["repository"]), str(held["commit"])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            "the note of what this folder holds cannot be read",
            seen=note,
            fix="name a new folder with --to",
        ) from error
    if held_repository != repository:
        raise UserError(
            "this folder holds another data set",
            seen=f"{to}: {held_repository}",
            fix="name a new folder with --to",
        )
    if revision is not None and snapshot(repository, revision).commit != commit:
        raise UserError(
            "this folder holds another revision of the data set",
            seen=f"{to}: commit {commit}",
            fix=f"leave out --revision {revision} to go on with it, or name a new folder with --to",
        )
    return snapshot(repository, commit)


def _archives(source: Snapshot, layouts: list[Layout]) -> list[_Archive]:
    by_name = {file.name: file for file in source.files}
    try:
        every = archives_of(by_name)
    except ValueError as error:
        raise UserError(f"the hub lacks a part of an archive: {error}") from error
    found = [
        _Archive(name, layout, [by_name[part] for part in parts])
        for layout in layouts
        for name, parts in every.items()
        if PurePosixPath(name).name.startswith(PREFIX[layout])
    ]
    for layout in layouts:
        if not any(archive.layout == layout for archive in found):
            raise UserError(
                f"{source.repository} has no archive of this layout",
                seen=f"{layout}: none of {len(by_name)} files begins with {PREFIX[layout]}",
                fix="--layout with another one, or --revision with one that has it",
            )
    return found


def _check_disk(to: Path, archives: list[_Archive], keep: bool) -> None:
    """Refuse to begin what the disk cannot hold; videos are as large as their archives."""
    if not archives:
        return
    unpacked = sum(archive.size for archive in archives)
    lacking = [
        sum(f.size for f in each.files if not (to / "hub" / f.name).is_file()) for each in archives
    ]
    needed = unpacked + (sum(lacking) if keep else max(lacking)) + _RESERVE
    free = shutil.disk_usage(to).free
    if free < needed:
        raise UserError(
            "the disk has no room for the data set",
            seen=f"{free / 1e9:.1f} GB free in {to}, about {needed / 1e9:.1f} GB are needed",
            fix="name a folder on a larger disk with --to"
            + (", or add --delete-archives" if keep and len(archives) > 1 else ""),
        )
