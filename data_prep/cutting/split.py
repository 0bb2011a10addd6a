"""Cut clips into a context and a future: two files that share no frame, with proof.

A context ends one step of the vision budget before the cut, a future begins at it. Both are
constant-rate mp4 files of the budget's size and rate, so that consumers take every frame.
"""

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from data_prep.cutting.carriers import complete, remove
from data_prep.cutting.one import Task, split_one
from data_prep.cutting.refusal import Refusal
from data_prep.cutting.settings import Settings
from data_prep.cutting.sources import Job, find_jobs
from data_prep.errors import UserError
from data_prep.history import made_from
from data_prep.manifest import SCHEMA_VERSION, sidecar, write_manifest
from data_prep.records import Split
from data_prep.steps.engine import POOL, Engine, run_isolated
from data_prep.steps.ledger import Ledger, Settled, open_ledger
from data_prep.steps.lock import alone_in
from data_prep.steps.report import Refusals, remove_leftovers, write_report
from data_prep.workers import Failure

MANIFEST = "splits.jsonl"
REPORT = "report.jsonl"
Progress = Callable[[int, int], None]


class Entry(Settled):
    """A clip that is split or refused."""

    split: Split | None = None


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Attributes:
        clips: number of clips in the source.
        split: number that were split.
        refusals: the others: the clips in the order of their ids, then folders not listed.
        ignored: files of the source that are no videos.
        resumed: clips taken over from an earlier run with the same settings.
        manifest: the `splits.jsonl` that was written.
    """

    clips: int
    split: int
    refusals: Refusals
    ignored: int
    resumed: int
    manifest: Path


def split_clips(
    source: Path,
    out: Path,
    settings: Settings,
    *,
    annotations: Path | None = None,
    engine: Engine = POOL,
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
        engine: where the work is done, by how many processes, and how long a clip may take.
        progress: called with (clips done, clips in all).

    Raises:
        UserError: a setting or the source is not valid, or no clip could be split.
    """
    out = out.absolute()
    found = find_jobs(source, out, annotations)
    clips = len(found.jobs)
    manifest, report = out / MANIFEST, out / REPORT
    with (
        alone_in(out),
        open_ledger(out, manifest.stem, _key(settings), found.jobs, Entry) as ledger,
    ):
        resumed = ledger.take_up(
            lambda entry: _files_exist(out, entry), lambda clip: remove(out, clip)
        )
        remove_leftovers(manifest, sidecar(manifest), report)
        if ledger.waiting():
            for old in (manifest, sidecar(manifest)):
                old.unlink(missing_ok=True)
        for name in ("context", "future"):
            (out / name).mkdir(exist_ok=True)
        _run(ledger, settings, out, engine, progress)
        refused = (row.refusal for row in ledger.entries(refused=True) if row.refusal)
        refusals = write_report(report, chain(refused, found.unread))
        rows = (row.split for row in ledger.entries(refused=False) if row.split)
        split = clips + len(found.unread) - len(refusals)
        if split:
            described = {**settings.described(), **made_from(source)}
            write_manifest(manifest, rows, settings=described, seed=settings.seed)
        ledger.finish()
    if not split:
        first = refusals.first[0]
        raise UserError(
            f"none of {clips} clips could be split; {report} says why for each",
            seen=f"{first.video}: {first.kind}: {first.reason}",
        )
    return Summary(clips, split, refusals, found.ignored, resumed, manifest)


def _run(
    ledger: Ledger[Entry, Job],
    settings: Settings,
    out: Path,
    engine: Engine,
    progress: Progress | None,
) -> None:
    """Split what is waiting and note what came of it; what broke its worker is tried again."""
    total = ledger.waiting()
    tasks = (Task(job, settings, out) for job in ledger.to_do())
    with closing(run_isolated(split_one, tasks, engine)) as results:
        for count, done in enumerate(results, start=1):
            job, result = done.item.job, done.result
            if isinstance(result, Split):
                ledger.record(Entry(clip=job.id, split=result))
            elif isinstance(result, Refusal):
                ledger.record(Entry(clip=job.id, refusal=result))
            else:
                _stop_if_unwritable(result, out)
                remove(out, job.id)
                refusal = Refusal(video=job.name, kind=result.kind, reason=result.reason)
                ledger.record(Entry(clip=job.id, refusal=refusal), final=False)
            if progress is not None:
                progress(count, total)


def _stop_if_unwritable(failure: Failure, out: Path) -> None:
    # What cannot be read is a refusal by now, so an OSError comes from writing: a full disk
    # would refuse every clip that follows.
    if isinstance(failure.error, OSError):
        raise UserError(
            f"cannot write to {out}", seen=failure.reason, fix="make room, then start again"
        )


def _key(settings: Settings) -> str:
    meant = {**settings.described(), "seed": settings.seed, "schema": SCHEMA_VERSION}
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()


def _files_exist(out: Path, entry: Entry) -> bool:
    return entry.split is None or complete(out, entry.split)
