"""Scan a folder of videos: decode each once, and write a manifest of those that are sound."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from heapq import merge
from itertools import chain
from pathlib import Path
from typing import Any

from data_prep.boundaries.look import DetectorName, check_detector
from data_prep.cutting.refusal import Refusal
from data_prep.cutting.sources import Job, fingerprint
from data_prep.errors import UserError
from data_prep.manifest import sidecar, write_manifest
from data_prep.records import Clip
from data_prep.scanning.folder import find_candidates
from data_prep.scanning.one import Facts, Limits, Task, judge, scan_one
from data_prep.scanning.place import (
    MANIFEST,
    STEP,
    ledger_key,
    ledger_stem,
    own_files,
    place_of,
    refuse_foreign,
    remove,
    report_of,
)
from data_prep.scanning.rows import Copies, Origin, Scanned, make_clips
from data_prep.steps.annotations import read_annotations
from data_prep.steps.engine import POOL, Engine, run_isolated
from data_prep.steps.folder import no_video
from data_prep.steps.ledger import Ledger, ledger_path, open_ledger
from data_prep.steps.lock import alone_in
from data_prep.steps.naming import safe_ids
from data_prep.steps.report import Refusals, remove_leftovers, write_report
from data_prep.steps.worklist import WorkList

# A worker holds 0.3 GB of address space before it opens a video.
_LEAST_MEMORY = 0.5
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Summary:
    """What a scan found.

    Attributes:
        videos: number of files (and links, pipes, …) that are named like a video.
        clips: number of them that went into the manifest.
        refusals: the others, in the order of their names.
        ignored: other files.
        resumed: files whose facts were taken over from an earlier scan.
        manifest: the `clips.jsonl` that was written.
        report: the `clips.report.jsonl` beside it.
    """

    videos: int
    clips: int
    refusals: Refusals
    ignored: int
    resumed: int
    manifest: Path
    report: Path


def scan_folder(
    folder: Path,
    *,
    out: Path | None = None,
    source: str | None = None,
    license: str = "unknown",
    annotations: Path | None = None,
    keep_duplicates: bool = False,
    detector: DetectorName = "own",
    engine: Engine = POOL,
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
        detector: finds the times at which another scene begins.
        engine: where the work is done, by how many processes, and how long a video may take.
        memory_limit: address space that a worker process may have, in GB (10^9 bytes); 0 for any.
        progress: called with (videos done, videos in all).

    Raises:
        UserError: a setting is not valid, there is no usable video, or a file cannot be written.
    """
    limits = Limits(engine.timeout, memory_limit)
    _check(folder, limits)
    check_detector(detector)
    folder = folder.absolute()
    out = folder / MANIFEST if out is None else out.absolute()
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
        "detector": detector,
        "timeout": engine.timeout,
        "memory_limit": memory_limit,
    }
    ids = safe_ids(found.listing.videos)
    work: WorkList[Job] = WorkList()
    for name, path in found.files.items():
        job = Job(name, name, path)
        work.add(name, job, fingerprint=fingerprint(job), place=ids[name])
    origin = Origin(below, source, license)
    stem = ledger_stem(out)
    with alone_in(out.parent), _writing_to(out.parent):
        ignored = found.listing.ignored - (own_files(out) if below == "." else 0)
        refuse_foreign(out, ledger_path(out.parent, stem).exists)
        with open_ledger(out.parent, stem, ledger_key(below, detector), work, Scanned) as ledger:
            refuse_foreign(out, ledger.was_stopped)
            resumed = ledger.take_up(lambda row: row.limits in {None, str(limits)})
            remove_leftovers(out, sidecar(out), report)
            if ledger.waiting():
                remove(out)
            _run(ledger, limits, detector, engine, progress)
            copies = Copies()
            clips = make_clips(ledger.entries(refused=False), ids, notes, origin)
            kept = clips if keep_duplicates else copies.left_out(clips)
            count = _write(out, (clip for _, clip in kept), settings)
            refused = (row.refusal for row in ledger.entries(refused=True, by="clip"))
            rows = (
                sorted(found.refused, key=_video),
                (refusal for refusal in refused if refusal),
                copies.refusals(),
            )
            refusals = write_report(report, merge(*rows, key=_video))
            ledger.finish()
    videos = len(found.files) + len(found.refused)
    if not count:
        first = refusals.first[0]
        raise UserError(
            f"none of {videos} videos is usable; {report} says why for each",
            seen=f"{first.video}: {first.kind}: {first.reason}",
        )
    return Summary(videos, count, refusals, ignored, resumed, out, report)


def _video(refusal: Refusal) -> str:
    return refusal.video


def _write(out: Path, clips: Iterator[Clip], settings: dict[str, Any]) -> int:
    """Write the manifest, or remove it if there is nothing to write; return the number of rows."""
    first = next(clips, None)
    if first is None:
        remove(out)
        return 0
    return write_manifest(out, chain([first], clips), settings=settings, seed=None)


def _run(
    ledger: Ledger[Scanned, Job],
    limits: Limits,
    detector: DetectorName,
    engine: Engine,
    progress: Progress | None,
) -> None:
    """Scan the files that are waiting, and note what came of each."""
    total = ledger.waiting()
    tasks = (Task(job.name, job.path, limits, detector) for job in ledger.to_do())
    with closing(run_isolated(scan_one, tasks, engine)) as results:
        for count, done in enumerate(results, start=1):
            name, result = done.item.name, done.result
            if isinstance(result, Facts):
                ledger.record(Scanned(clip=name, facts=result))
            else:
                verdict = judge(name, result, limits)
                entry = Scanned(clip=name, refusal=verdict.refusal, limits=verdict.limits)
                ledger.record(entry, final=not verdict.may_pass)
            if progress is not None:
                progress(count, total)


def _check(folder: Path, limits: Limits) -> None:
    if not folder.is_dir():
        raise UserError(
            "there is no such folder" if not folder.exists() else "this is not a folder",
            seen=folder,
            fix="name the folder of your videos",
        )
    enough = limits.memory == 0 or limits.memory >= _LEAST_MEMORY
    for name, value, valid, rule in (
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
