"""What there is to split: a folder of videos or a manifest of clips, as a sorted list of jobs."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Container, Set
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import Field

from data_prep.cutting.refusal import Refusal
from data_prep.errors import UserError
from data_prep.manifest import read_manifest, resolve
from data_prep.records import Clip, Event, Part, Record

VIDEO_SUFFIXES = (".mp4", ".m4v", ".mkv", ".avi", ".mov", ".webm", ".ts")
_LONGEST_ID = 100
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class Annotation(Record):
    """One line of an annotation file; `video` is the name relative to the folder."""

    video: str = Field(min_length=1)
    caption: str | None = None
    events: list[Event] = Field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """One clip to split.

    Attributes:
        id: of the clip; also the stem of the output files.
        name: of the video in the source, for reports.
        path: where it is.
        events: what happens in it, if that is known.
        part: train, validation or test, if that is known.
        sha256: what the manifest says of the file; None for a folder.
    """

    id: str
    name: str
    path: Path
    events: tuple[Event, ...] = ()
    part: Part | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Source:
    """Jobs sorted by id, the number of files passed over, and folders that could not be listed."""

    jobs: list[Job]
    ignored: int = 0
    unread: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Listing:
    """What lies below a folder; nothing has been opened.

    Attributes:
        videos: files (and links, pipes, …) with the name of a video, by their relative path.
        folders: folders that are named like a video, or are links and so were not entered.
        unread: what went wrong in folders that could not be listed.
        ignored: number of other files.
    """

    videos: dict[str, Path]
    folders: list[Path]
    unread: list[OSError]
    ignored: int


def find_jobs(source: Path, out: Path, annotations: Path | None) -> Source:
    """List the clips of `source`, a folder or a `clips.jsonl`.

    Links inside a folder are followed where they name a file (not a folder); hidden files and
    the clips that an earlier run wrote to `out` are passed over. A manifest may name no file
    outside its own folder.

    Raises:
        UserError: there is no such source, it holds no video, a name in `annotations` matches no
            video, or a manifest is not valid.
    """
    if source.is_dir():
        return _from_folder(source, out, annotations)
    if annotations is not None:
        raise UserError(
            "--annotations goes with a folder of videos; a manifest holds its own events",
            seen=source,
            fix="write the events into the manifest, or name the folder of the videos",
        )
    if not source.exists():
        raise UserError("there is no such folder or manifest", seen=source)
    return _from_manifest(source)


def _from_manifest(source: Path) -> Source:
    jobs = []
    made_by = "python -m data_prep scan FOLDER, or write it by hand (see records.Clip)"
    for clip in read_manifest(source, Clip, made_by=made_by):
        path = resolve(source.parent, clip.video)
        jobs.append(
            Job(clip.id, clip.video, path, tuple(clip.events), clip.part, clip.sha256 or None)
        )
    twice = [id_ for id_, count in Counter(job.id for job in jobs).items() if count > 1]
    if twice:
        raise UserError(f"{source} has two clips of one id", seen=twice[0])
    unsafe = [job.id for job in jobs if not _is_safe(job.id)]
    if unsafe:
        raise UserError(
            "a clip's id names its files: letters, digits, dots, dashes and underscores only",
            seen=repr(unsafe[0]),
            fix=f"change the id in {source}",
        )
    if not jobs:
        raise UserError("the manifest has no clips", seen=source, fix=made_by)
    return Source(sorted(jobs, key=lambda job: job.id))


def _from_folder(folder: Path, out: Path, annotations: Path | None) -> Source:
    listing = list_videos(folder, {(out / name).resolve() for name in ("context", "future")})
    found = listing.videos
    if not found:
        raise no_video(folder, listing)
    known = read_annotations(annotations, folder, found)
    ids = safe_ids(sorted(found))
    jobs = [
        Job(ids[name], printable(name), path, tuple(known[name].events) if name in known else ())
        for name, path in found.items()
    ]
    jobs.sort(key=lambda job: job.id)
    return Source(jobs, listing.ignored, tuple(unread_folders(folder, listing)))


def list_videos(folder: Path, skipped: Set[Path] = frozenset()) -> Listing:
    """List what is named like a video below `folder`, hidden names and `skipped` passed over.

    Links to folders are not entered: they may lead anywhere, and in circles.
    """
    listing = Listing({}, [], [], 0)
    ignored = 0
    for place, folders, files in os.walk(folder, onerror=listing.unread.append):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and (Path(place) / name).resolve() not in skipped
        ]
        below = [Path(place) / name for name in folders]
        listing.folders.extend(p for p in below if p.is_symlink() or _is_video_name(p))
        for file in files:
            path = Path(place) / file
            if _is_video_name(path) and not file.startswith("."):
                listing.videos[path.relative_to(folder).as_posix()] = path
            else:
                ignored += 1
    return replace(listing, ignored=ignored)


def unread_folders(folder: Path, listing: Listing) -> list[Refusal]:
    """Return a line of the report for each folder below `folder` that could not be listed."""
    return [
        Refusal(
            video=printable(os.path.relpath(problem.filename, folder)),
            kind="no permission",
            reason=f"the folder cannot be listed: {problem.strerror}",
        )
        for problem in listing.unread
    ]


def _is_video_name(path: Path) -> bool:
    return path.suffix.lower() in VIDEO_SUFFIXES


def no_video(folder: Path, listing: Listing) -> UserError:
    """Return the error for a folder in which nothing is named like a video."""
    return UserError(
        "the folder holds no video",
        seen=f"{folder}, {listing.ignored} other files",
        fix=f"files that end in {', '.join(VIDEO_SUFFIXES)} are looked for, in subfolders too",
    )


def printable(name: str) -> str:
    """Return `name` with those bytes spelt out that are no UTF-8; a report may not hold them."""
    return name.encode("utf-8", errors="backslashreplace").decode("utf-8")


def read_annotations(
    path: Path | None, folder: Path, found: Container[str]
) -> dict[str, Annotation]:
    """Return what `path` says of each video, by name; nothing where `path` is None.

    Raises:
        UserError: a line is not valid, or names a video that is not among `found` or was named.
    """
    known = _annotation_rows(path) if path is not None else {}
    missing = sorted(name for name in known if name not in found)
    if missing:
        raise UserError(
            f"{path} names {len(missing)} videos that are not in {folder}",
            seen=missing[0],
            fix="name each video by its path relative to the folder",
        )
    return known


def _annotation_rows(path: Path) -> dict[str, Annotation]:
    made_by = 'one JSON object a line: {"video": NAME, "events": [{"start", "end", "text"}]}'
    rows: dict[str, Annotation] = {}
    for row in read_manifest(path, Annotation, made_by=made_by):
        if row.video in rows:
            raise UserError(f"{path} has two lines for one video", seen=row.video)
        rows[row.video] = row
    return rows


def safe_ids(names: list[str]) -> dict[str, str]:
    """Return for each relative path an id that is unique and safe as a file name everywhere.

    Where several names would give one id, or a name has no safe letter or is too long, a digest
    of the name tells them apart, so that an id does not depend on the order of the names.
    """
    plain = {name: _plain(name) for name in names}
    # Some file systems take A and a for one letter.
    uses = Counter(id_.casefold() for id_ in plain.values())
    return {
        name: id_ if uses[id_.casefold()] == 1 and _is_safe(id_) else _with_digest(id_, name)
        for name, id_ in plain.items()
    }


def _is_safe(id_: str) -> bool:
    return len(id_) <= _LONGEST_ID and _SAFE_ID.fullmatch(id_) is not None


def _with_digest(id_: str, name: str) -> str:
    digest = hashlib.sha256(name.encode(errors="backslashreplace")).hexdigest()[:10]
    return f"{id_[: _LONGEST_ID - len(digest) - 1]}-{digest}".lstrip("-")


def _plain(name: str) -> str:
    stem = name
    for suffix in VIDEO_SUFFIXES:
        if name.lower().endswith(suffix):
            stem = name[: -len(suffix)]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", stem).strip("._-")


def fingerprint(job: Job) -> str:
    """Return what changes when the job's file or what is known of it changes.

    Size and time of change stand for the content, so that a second start need not read every
    file; a file that is gone gives a fingerprint of its own.
    """
    try:
        stat = job.path.stat()
        seen = f"{stat.st_size} {stat.st_mtime_ns}"
    except OSError:
        seen = "missing"
    events = " ".join(event.model_dump_json() for event in job.events)
    text = f"{job.name}\n{seen}\n{job.part}\n{job.sha256}\n{events}"
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
