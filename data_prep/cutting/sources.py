"""What there is to split: a folder of videos or a manifest of clips, as jobs by id."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from data_prep.cutting.refusal import Refusal
from data_prep.errors import UserError
from data_prep.manifest import read_manifest, resolve
from data_prep.records import Clip, Event, Part, PublishedCut
from data_prep.steps.annotations import read_annotations
from data_prep.steps.folder import (
    folders_passed_over,
    list_videos,
    no_video,
    unread_folders,
)
from data_prep.steps.naming import is_safe, printable, safe_ids
from data_prep.steps.worklist import WorkList


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
        video_id: the recording that the clip is from; None where that is the clip itself.
        source: where the video is from, if that is known.
        license: under which it is used, if that is known.
        scenes: when another scene begins, in seconds; None where nobody has looked.
        hashes: perceptual hashes of some of its frames; empty where nobody has looked.
        published: where the makers of a data set cut it.
    """

    id: str
    name: str
    path: Path
    events: tuple[Event, ...] = ()
    part: Part | None = None
    sha256: str | None = None
    video_id: str | None = None
    source: str | None = None
    license: str | None = None
    scenes: tuple[float, ...] | None = None
    hashes: tuple[str, ...] = ()
    published: PublishedCut | None = None


@dataclass(frozen=True)
class Source:
    """Jobs by id, the number of files passed over, and folders passed over or not to be listed."""

    jobs: WorkList[Job]
    ignored: int = 0
    unread: tuple[Refusal, ...] = ()


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
    jobs: WorkList[Job] = WorkList()
    made_by = "python -m data_prep scan FOLDER, or write it by hand (see records.Clip)"
    for clip in read_manifest(source, Clip, made_by=made_by):
        path = resolve(source.parent, clip.video)
        job = Job(
            clip.id,
            clip.video,
            path,
            tuple(clip.events),
            clip.part,
            clip.sha256 or None,
            video_id=clip.video_id,
            source=clip.source,
            license=clip.license,
            # A scan that found no other scene still measured the motion.
            scenes=None if clip.motion is None else tuple(clip.scenes),
            hashes=tuple(clip.hashes),
            published=clip.published,
        )
        if not is_safe(job.id):
            raise UserError(
                "a clip's id names its files: letters, digits, dots, dashes and underscores only",
                seen=repr(job.id),
                fix=f"change the id in {source}",
            )
        if not jobs.add(job.id, job, fingerprint=fingerprint(job)):
            raise UserError(f"{source} has two clips of one id", seen=job.id)
    if not jobs:
        raise UserError("the manifest has no clips", seen=source, fix=made_by)
    return Source(jobs)


def _from_folder(folder: Path, out: Path, annotations: Path | None) -> Source:
    listing = list_videos(
        folder.absolute(), {(out / name).resolve() for name in ("context", "future")}
    )
    found = listing.videos
    if not found:
        raise no_video(folder, listing)
    known = read_annotations(annotations, folder, found)
    ids = safe_ids(found)
    jobs: WorkList[Job] = WorkList()
    for name, path in found.items():
        note = known.get(name)
        events = tuple(note.events) if note else ()
        job = Job(ids[name], printable(name), path, events, source=folder.resolve().name)
        jobs.add(job.id, job, fingerprint=fingerprint(job))
    refused = [*folders_passed_over(folder, listing), *unread_folders(folder, listing)]
    return Source(jobs, listing.ignored, tuple(refused))


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
    published = job.published and job.published.model_dump_json()
    origin = f"{job.video_id}\n{job.source}\n{job.license}"
    found = f"{job.scenes}\n{job.hashes}\n{published}"
    text = f"{job.name}\n{seen}\n{job.part}\n{job.sha256}\n{events}\n{origin}\n{found}"
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
