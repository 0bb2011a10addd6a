"""Take pairs of frames from many clips, and write them with their negatives."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from pydantic import Field

from data_prep.cutting.refusal import Refusal
from data_prep.cutting.sources import Job, find_jobs
from data_prep.errors import UserError
from data_prep.history import made_from
from data_prep.manifest import SCHEMA_VERSION, sidecar, write_manifest
from data_prep.pairs.negatives import Negatives
from data_prep.pairs.one import FOLDER, Taken, Task, remove, take_pairs
from data_prep.pairs.settings import Settings
from data_prep.records import Pair
from data_prep.steps.engine import POOL, Engine, run_isolated
from data_prep.steps.ledger import Ledger, Settled, open_ledger
from data_prep.steps.lock import alone_in
from data_prep.steps.report import Refusals, remove_leftovers, write_report
from data_prep.workers import Failure

MANIFEST, NEGATIVES, REPORT = "pairs.jsonl", "negatives.jsonl", "pairs.report.jsonl"
Progress = Callable[[int, int], None]


class Entry(Settled):
    """A clip whose pairs are taken, or that is refused; `left_out` counts pairs by reason."""

    pairs: list[Pair] = Field(default_factory=list)
    left_out: dict[str, int] = Field(default_factory=dict)


@dataclass(frozen=True)
class Summary:
    """What a run did.

    Attributes:
        clips: number of clips in the source.
        used: number that gave pairs.
        pairs: number of pairs.
        named: number of them with an action.
        left_out: pairs that the key frames of the clips used would make, by why they do not.
        negatives: number of them.
        lacking: pairs without a negative of a kind, by why.
        refusals: the clips without pairs, then folders not listed.
        ignored: files of the source that are no videos.
        resumed: clips taken over from an earlier run with the same settings.
        manifest: the `pairs.jsonl` that was written.
    """

    clips: int
    used: int
    pairs: int
    named: int
    left_out: Counter[str]
    negatives: int
    lacking: Counter[str]
    refusals: Refusals
    ignored: int
    resumed: int
    manifest: Path


def make_pairs(
    source: Path,
    out: Path,
    settings: Settings,
    *,
    annotations: Path | None = None,
    engine: Engine = POOL,
    progress: Progress | None = None,
) -> Summary:
    """Take pairs from all clips of `source` into `out`.

    Written are `pairs.jsonl`, `negatives.jsonl`, `pairs.report.jsonl` and a folder of pictures for
    each clip. A second start with the same settings goes on where the first was stopped.

    Args:
        source: a folder of videos, or a `clips.jsonl` of `Clip` records.
        out: the folder to write; made if need be.
        settings: how pairs are chosen and written.
        annotations: events of the videos of a folder, as JSON lines.
        engine: where the work is done, by how many processes, and how long a clip may take.
        progress: called with (clips done, clips in all).

    Raises:
        UserError: a setting or the source is not valid, or no clip gives a pair.
    """
    out = out.absolute()
    found = find_jobs(source, out, annotations)
    clips = len(found.jobs)
    manifest, negatives, report = (out / name for name in (MANIFEST, NEGATIVES, REPORT))
    written = [manifest, sidecar(manifest), negatives, sidecar(negatives)]
    with (
        alone_in(out),
        open_ledger(out, manifest.stem, _key(settings), found.jobs, Entry) as ledger,
    ):
        resumed = ledger.take_up(
            lambda entry: _files_exist(out, entry), lambda clip: remove(out, clip)
        )
        remove_leftovers(*written, report)
        if ledger.waiting():
            for old in written:
                old.unlink(missing_ok=True)
        (out / FOLDER).mkdir(exist_ok=True)
        _run(ledger, settings, out, engine, progress)
        refused = (row.refusal for row in ledger.entries(refused=True) if row.refusal)
        refusals = write_report(report, chain(refused, found.unread))
        used = clips + len(found.unread) - len(refusals)
        left_out: Counter[str] = Counter()
        for entry in ledger.entries(refused=False):
            left_out.update(entry.left_out)
        named = count = drawn = 0
        lacking: Counter[str] = Counter()
        if used:
            told = {"left_out": dict(sorted(left_out.items())), **made_from(source)}
            described = {**settings.described(), **told}
            count = write_manifest(manifest, _pairs(ledger), settings=described, seed=settings.seed)
            named = sum(pair.action is not None for pair in _pairs(ledger))
            draw = Negatives(_pairs(ledger), settings.seed)
            rows = (row for pair in _pairs(ledger) for row in draw.of(pair))
            about = {"step": "negatives of pairs"}
            drawn = write_manifest(negatives, rows, settings=about, seed=settings.seed)
            lacking = draw.lacking
        ledger.finish()
    if not used:
        first = refusals.first[0]
        raise UserError(
            f"none of {clips} clips gives a pair; {report} says why for each",
            seen=f"{first.video}: {first.kind}: {first.reason}",
        )
    return Summary(
        clips=clips,
        used=used,
        pairs=count,
        named=named,
        left_out=left_out,
        negatives=drawn,
        lacking=lacking,
        refusals=refusals,
        ignored=found.ignored,
        resumed=resumed,
        manifest=manifest,
    )


def _pairs(ledger: Ledger[Entry, Job]) -> Iterator[Pair]:
    for entry in ledger.entries(refused=False):
        yield from entry.pairs


def _run(
    ledger: Ledger[Entry, Job],
    settings: Settings,
    out: Path,
    engine: Engine,
    progress: Progress | None,
) -> None:
    """Take the pairs of what is waiting and note them; what broke its worker is tried again."""
    total = ledger.waiting()
    tasks = (Task(job, settings, out) for job in ledger.to_do())
    with closing(run_isolated(take_pairs, tasks, engine)) as results:
        for count, done in enumerate(results, start=1):
            job, result = done.item.job, done.result
            if isinstance(result, Taken):
                ledger.record(Entry(clip=job.id, pairs=result.pairs, left_out=result.left_out))
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
    # As in `cutting.split`: what cannot be read is a refusal by now.
    if isinstance(failure.error, OSError):
        raise UserError(
            f"cannot write to {out}", seen=failure.reason, fix="make room, then start again"
        )


def _key(settings: Settings) -> str:
    meant = {**settings.described(), "seed": settings.seed, "schema": SCHEMA_VERSION}
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()


def _files_exist(out: Path, entry: Entry) -> bool:
    return all((out / name).is_file() for pair in entry.pairs for name in (pair.before, pair.after))
