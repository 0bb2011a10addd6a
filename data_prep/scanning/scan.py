"""Scan a folder of videos: decode each once, and write a manifest of those that are sound."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from data_prep.cutting.journal import Ledger, alone_in
from data_prep.cutting.refusal import Refusal
from data_prep.cutting.sources import Job, fingerprint, no_video, read_annotations
from data_prep.errors import UserError
from data_prep.manifest import write_atomic, write_manifest
from data_prep.scanning.folder import find_candidates
from data_prep.scanning.one import Facts, Limits, Task, judge, scan_one
from data_prep.scanning.place import (
    MANIFEST,
    STEP,
    journal_key,
    journal_stem,
    own_files,
    place_of,
    remove,
    report_of,
)
from data_prep.scanning.rows import Origin, Scanned, find_copies, make_clips
from data_prep.workers import run_isolated

# A worker holds 0.3 GB of address space before it opens a video.
_LEAST_MEMORY = 0.5
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Summary:
    """What a scan found.

    Attributes:
        videos: number of files (and links, pipes, …) that are named like a video.
        clips: number of them that went into the manifest.
        refusals: the others, with reasons, in the order of their names.
        ignored: other files.
        resumed: files whose facts were taken over from an earlier scan.
        manifest: the `clips.jsonl` that was written.
        report: the `clips.report.jsonl` beside it.
    """

    videos: int
    clips: int
    refusals: list[Refusal]
    ignored: int
    resumed: int
    manifest: Path
    report: Path

    def refused_by_kind(self) -> dict[str, int]:
        """Return the number of refused files of each kind, most first."""
        return dict(Counter(refusal.kind for refusal in self.refusals).most_common())


def scan_folder(
    folder: Path,
    *,
    out: Path | None = None,
    source: str | None = None,
    license: str = "unknown",
    annotations: Path | None = None,
    keep_duplicates: bool = False,
    workers: int | None = None,
    timeout: float = 600.0,
    memory_limit: float = 4.0,
    progress: Progress | None = None,
) -> Summary:
    """Decode every video below `folder` once; write `clips.jsonl` and `clips.report.jsonl`.

    A second scan decodes only files that are new or changed, those that a limit or a crash
    stopped if the limits are others now, and those that failed for a reason that may pass.

    Args:
        folder: of the videos, subfolders included.
        out: the manifest to write, in `folder` or above it; `clips.jsonl` in `folder` if None.
        source: where the videos come from; the name of the folder if None.
        license: under which they are used.
        annotations: events and captions of the videos, as JSON lines.
        keep_duplicates: let copies of one file stand in the manifest, too.
        workers: number of processes; the number of processor cores if None.
        timeout: seconds that one video may take.
        memory_limit: address space that a worker process may have, in GB (10^9 bytes); 0 for any.
        progress: called with (videos done, videos in all).

    Raises:
        UserError: a setting is not valid, there is no usable video, or a file cannot be written.
    """
    limits = Limits(timeout, memory_limit)
    _check(folder, limits, workers)
    out = folder / MANIFEST if out is None else out
    below = place_of(out, folder)
    report = report_of(out)
    found = find_candidates(folder)
    if not found.files and not found.refused:
        raise no_video(folder, found.listing)
    notes = read_annotations(annotations, folder, found.listing.videos)
    source = folder.resolve().name if source is None else source
    settings = {
        "step": STEP,
        "source": source,
        "license": license,
        "keep_duplicates": keep_duplicates,
        "timeout": timeout,
        "memory_limit": memory_limit,
    }
    jobs = [Job(name, name, path) for name, path in sorted(found.files.items())]
    with alone_in(out.parent), _writing_to(out.parent):
        ignored = found.listing.ignored - (own_files(out) if below == "." else 0)
        journal = Ledger(out.parent, journal_key(below), stem=journal_stem(out), entry=Scanned)
        resumed = _forget_what_changed(journal, jobs, limits)
        waiting = [job for job in jobs if job.id not in journal.entries]
        if waiting:
            remove(out)
        journal.start()
        passing = _run(waiting, limits, journal, workers, progress)
        origin = Origin(below, source, license)
        clips = make_clips(found.listing.videos, journal.entries, notes, origin)
        copies = [] if keep_duplicates else find_copies(clips)
        for copy in copies:
            del clips[copy.video]
        settled = [entry.refusal for entry in journal.entries.values() if entry.refusal]
        refusals = sorted([*found.refused, *passing, *settled, *copies], key=lambda r: r.video)
        write_atomic(report, "".join(row.model_dump_json() + "\n" for row in refusals))
        if clips:
            write_manifest(out, clips.values(), settings=settings, seed=None)
        else:
            remove(out)
        journal.finish()
    videos = len(found.files) + len(found.refused)
    if not clips:
        first = refusals[0]
        raise UserError(
            f"none of {videos} videos is usable; {report} says why for each",
            seen=f"{first.video}: {first.kind}: {first.reason}",
        )
    return Summary(videos, len(clips), refusals, ignored, resumed, out, report)


def _run(
    waiting: list[Job],
    limits: Limits,
    journal: Ledger[Scanned],
    workers: int | None,
    progress: Progress | None,
) -> list[Refusal]:
    """Scan the files, journal what is settled, and return the refusals that may pass."""
    passing = []
    prints = {job.id: fingerprint(job) for job in waiting}
    number = min(workers or os.cpu_count() or 1, max(1, len(waiting)))
    tasks = (Task(job.name, job.path, limits) for job in waiting)
    with closing(run_isolated(scan_one, tasks, workers=number, timeout=limits.seconds)) as results:
        for count, done in enumerate(results, start=1):
            name, result = done.item.name, done.result
            entry = Scanned(clip=name, fingerprint=prints[name])
            if isinstance(result, Facts):
                journal.append(entry.model_copy(update={"facts": result}))
            else:
                verdict = judge(name, result, limits)
                if verdict.may_pass:
                    passing.append(verdict.refusal)
                else:
                    settled = {"refusal": verdict.refusal, "limits": verdict.limits}
                    journal.append(entry.model_copy(update=settled))
            if progress is not None:
                progress(count, len(waiting))
    return passing


def _forget_what_changed(journal: Ledger[Scanned], jobs: list[Job], limits: Limits) -> int:
    """Drop the entries that do not hold any more; return how many do."""
    prints = {job.id: fingerprint(job) for job in jobs}
    for name, entry in list(journal.entries.items()):
        if entry.fingerprint != prints.get(name) or entry.limits not in {None, str(limits)}:
            del journal.entries[name]
    return len(journal.entries)


def _check(folder: Path, limits: Limits, workers: int | None) -> None:
    if not folder.is_dir():
        raise UserError(
            "there is no such folder" if not folder.exists() else "this is not a folder",
            seen=folder,
            fix="name the folder of your videos",
        )
    enough = limits.memory == 0 or limits.memory >= _LEAST_MEMORY
    for name, value, valid, rule in (
        ("--workers", workers, workers is None or workers > 0, "1 or more"),
        ("--timeout", limits.seconds, limits.seconds > 0, "more than 0 seconds"),
        ("--memory-limit", limits.memory, enough, f"{_LEAST_MEMORY} GB or more, or 0 for any"),
    ):
        if not valid:
            raise UserError(f"{name} must be {rule}", seen=value)


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(
            f"cannot write to {folder}",
            seen=error.strerror or error,
            fix="make room, or name a manifest elsewhere with --out; then start again",
        ) from error
