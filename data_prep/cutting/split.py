"""Cut clips into a context and a future: two files that share no frame, with proof.

A context ends one step of the vision budget before the cut, a future begins at it. Both are
constant-rate mp4 files of the budget's size and rate, so that consumers take every frame.
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_prep.cutting.journal import Entry, Journal, alone_in
from data_prep.cutting.one import Settings, Task, outputs, split_one
from data_prep.cutting.refusal import Refusal
from data_prep.cutting.sources import Job, find_jobs, fingerprint
from data_prep.errors import UserError
from data_prep.manifest import SCHEMA_VERSION, sidecar, write_atomic, write_manifest
from data_prep.records import Split
from data_prep.video import temporary_name
from data_prep.workers import Failure, run_isolated

MANIFEST = "splits.jsonl"
REPORT = "report.jsonl"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Attributes:
        clips: number of clips in the source.
        split: number that were split.
        refusals: the others, with reasons, in the order of their ids; then folders not listed.
        ignored: files of the source that are no videos.
        resumed: clips taken over from an earlier run with the same settings.
        manifest: the `splits.jsonl` that was written.
    """

    clips: int
    split: int
    refusals: list[Refusal]
    ignored: int
    resumed: int
    manifest: Path

    def refused_by_kind(self) -> dict[str, int]:
        """Return the number of refused clips of each kind, most first."""
        return dict(Counter(refusal.kind for refusal in self.refusals).most_common())


def split_clips(
    source: Path,
    out: Path,
    settings: Settings,
    *,
    annotations: Path | None = None,
    workers: int | None = None,
    timeout: float = 600.0,
    progress: Progress | None = None,
) -> Summary:
    """Split all clips of `source` into `out` and write `splits.jsonl` and `report.jsonl` there.

    A second start with the same settings goes on where the first was stopped and redoes only
    clips that are new, changed, or took a worker process down; one with other settings removes
    what it finds and starts over. A clip's own caption tells its future, so it goes to neither
    side.

    Args:
        source: a folder of videos, or a `clips.jsonl` of `Clip` records.
        out: the folder to write; made if need be.
        settings: how clips are cut and encoded.
        annotations: events of the videos of a folder, as JSON lines.
        workers: number of processes; the number of processor cores if None.
        timeout: seconds that one clip may take.
        progress: called with (clips done, clips in all).

    Raises:
        UserError: a setting or the source is not valid, or no clip could be split.
    """
    _check(settings, workers, timeout)
    found = find_jobs(source, out, annotations)
    with alone_in(out):
        journal = Journal(out, _key(settings))
        _remove(out, journal.stale)
        jobs = {job.id: job for job in found.jobs}
        prints = {job.id: fingerprint(job) for job in found.jobs}
        gone = {
            clip: entry
            for clip, entry in journal.entries.items()
            if entry.fingerprint != prints.get(clip) or not _files_exist(out, entry)
        }
        _remove(out, gone)
        for clip in gone:
            del journal.entries[clip]
        resumed = len(journal.entries)
        waiting = [job for job in found.jobs if job.id not in journal.entries]
        if waiting:
            for old in (out / MANIFEST, sidecar(out / MANIFEST)):
                old.unlink(missing_ok=True)
        for name in ("context", "future"):
            (out / name).mkdir(exist_ok=True)
        journal.start()
        broken = _run(
            waiting,
            settings=settings,
            out=out,
            journal=journal,
            prints=prints,
            workers=workers,
            timeout=timeout,
            progress=progress,
        )
        refusals = [
            refusal
            for clip in jobs
            if (refusal := broken.get(clip) or journal.entries[clip].refusal) is not None
        ] + list(found.unread)
        rows = [
            entry.split for clip in jobs if (entry := journal.entries.get(clip)) and entry.split
        ]
        write_atomic(out / REPORT, "".join(row.model_dump_json() + "\n" for row in refusals))
        if rows:
            write_manifest(out / MANIFEST, rows, settings=_described(settings), seed=settings.seed)
        journal.finish()
    summary = Summary(len(jobs), len(rows), refusals, found.ignored, resumed, out / MANIFEST)
    if not rows:
        first = refusals[0]
        raise UserError(
            f"none of {len(jobs)} clips could be split; {out / REPORT} says why for each",
            seen=f"{first.video}: {first.kind}: {first.reason}",
        )
    return summary


def _run(
    waiting: list[Job],
    *,
    settings: Settings,
    out: Path,
    journal: Journal,
    prints: dict[str, str],
    workers: int | None,
    timeout: float,
    progress: Progress | None,
) -> dict[str, Refusal]:
    """Split the jobs, journal what is settled, and return those that broke their worker."""
    broken: dict[str, Refusal] = {}
    total = len(waiting)
    number = min(workers or os.cpu_count() or 1, max(1, total))
    tasks = (Task(job, settings, out) for job in waiting)
    with closing(run_isolated(split_one, tasks, workers=number, timeout=timeout)) as results:
        for count, done in enumerate(results, start=1):
            job, result = done.item.job, done.result
            if isinstance(result, Failure):
                _stop_if_unwritable(result, out)
                _remove_files(out, job.id)
                broken[job.id] = Refusal(video=job.name, kind=result.kind, reason=result.reason)
            else:
                split = result if isinstance(result, Split) else None
                refusal = result if isinstance(result, Refusal) else None
                journal.append(
                    Entry(clip=job.id, fingerprint=prints[job.id], split=split, refusal=refusal)
                )
            if progress is not None:
                progress(count, total)
    return broken


def _stop_if_unwritable(failure: Failure, out: Path) -> None:
    # What cannot be read is a refusal by now, so an OSError comes from writing: a full disk
    # would refuse every clip that follows.
    if isinstance(failure.error, OSError):
        raise UserError(
            f"cannot write to {out}", seen=failure.reason, fix="make room, then start again"
        )


def _check(settings: Settings, workers: int | None, timeout: float) -> None:
    for name, value, valid, rule in (
        ("--ratio", settings.ratio, 0 < settings.ratio < 1, "between 0 and 1"),
        ("--min-context", settings.min_context, settings.min_context >= 0, "0 or more seconds"),
        ("--min-future", settings.min_future, settings.min_future >= 0, "0 or more seconds"),
        ("--workers", workers, workers is None or workers > 0, "1 or more"),
        ("--timeout", timeout, timeout > 0, "more than 0 seconds"),
    ):
        if not valid:
            raise UserError(f"{name} must be {rule}", seen=value)


def _described(settings: Settings) -> dict[str, Any]:
    return {
        "step": "split",
        "budget": settings.budget.model_dump(),
        "policy": settings.policy,
        "ratio": settings.ratio,
        "min_context": settings.min_context,
        "min_future": settings.min_future,
    }


def _key(settings: Settings) -> str:
    meant = {**_described(settings), "seed": settings.seed, "schema": SCHEMA_VERSION}
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()


def _files_exist(out: Path, entry: Entry) -> bool:
    return entry.split is None or all(path.is_file() for path in outputs(out, entry.clip))


def _remove(out: Path, clips: Iterable[str]) -> None:
    for clip in clips:
        _remove_files(out, clip)


def _remove_files(out: Path, clip: str) -> None:
    for path in outputs(out, clip):
        path.unlink(missing_ok=True)
        temporary_name(path).unlink(missing_ok=True)
