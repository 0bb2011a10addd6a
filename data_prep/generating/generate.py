"""Make futures of all items of a folder, and write them beside those of other generators."""

import hashlib
import json
import random
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from data_prep.cutting.refusal import Refusal
from data_prep.errors import UserError
from data_prep.generating.jobs import ITEMS, Job, find_jobs, media_folder
from data_prep.generating.one import Task, make_one
from data_prep.generating.rows import Rows
from data_prep.generating.settings import Settings
from data_prep.manifest import SCHEMA_VERSION
from data_prep.records import Prediction
from data_prep.steps.engine import POOL, Engine, run_isolated
from data_prep.steps.ledger import Ledger, Settled, open_ledger
from data_prep.steps.lock import alone_in
from data_prep.steps.report import Refusals
from data_prep.toyworld.told import open_world
from data_prep.workers import Failure

Progress = Callable[[int, int], None]


class Entry(Settled):
    """A future that was made, or that could not be."""

    row: Prediction


@dataclass
class Summary:
    """What a run did.

    Attributes:
        group: the name of the rows.
        manifest: where they are.
        made: number of futures with a clip.
        failures: the others.
        marked: rows whose prompt holds the true label.
        resumed: rows of an earlier run with the same settings.
        others: rows of other generators, kept.
    """

    group: str
    manifest: Path
    made: int = 0
    failures: Refusals = field(default_factory=Refusals)
    marked: int = 0
    resumed: int = 0
    others: int = 0


def generate(
    root: Path, settings: Settings, *, engine: Engine = POOL, progress: Progress | None = None
) -> Summary:
    """Make the futures of all items of `root/videoreason.jsonl`, as rows of `predictions.jsonl`.

    Rows that this generator has written under the same condition are replaced when all are made,
    all others are kept. Every failure is a row. A second start with the same settings goes on
    where the first was stopped, and tries again what broke its process.

    Args:
        root: the folder of the items.
        settings: what is to be made.
        engine: where the work is done; a video model runs in this process, on the GPU.
        progress: called with (futures done, futures in all).

    Raises:
        UserError: an input or a setting is not valid, or rows of another origin are in the way.
    """
    root = root.absolute()
    if not (root / ITEMS).is_file():
        raise UserError(
            "this folder has no items",
            seen=root / ITEMS,
            fix="python -m data_prep build videoreason SPLITS",
        )
    with alone_in(root):
        if settings.generator == "toyworld":
            open_world(root)
        rows = Rows(root, settings)
        jobs = find_jobs(root, settings)
        expected = len(jobs)
        place = media_folder(settings)
        (root / place).mkdir(parents=True, exist_ok=True)
        stem = place.replace("/", "-")
        with open_ledger(root, stem, _key(settings), jobs, Entry) as ledger:
            resumed = ledger.take_up(lambda entry: _is_there(root, entry.row))
            _run(ledger, settings, root, engine, progress)
            summary = Summary(settings.group, rows.path, resumed=resumed)
            summary.others = rows.write(_counted(ledger, summary))
            _remove_strays(root / place, ledger)
            ledger.finish()
    assert summary.made + len(summary.failures) == expected, "every future is made or has failed"
    return summary


def _run(
    ledger: Ledger[Entry, Job],
    settings: Settings,
    root: Path,
    engine: Engine,
    progress: Progress | None,
) -> None:
    total = ledger.waiting()
    if not total:
        return
    if settings.generator == "ltx":
        from data_prep.generating.ltx import make_by_model  # noqa: PLC0415 - an extra, seconds

        outcomes = make_by_model(ledger.to_do(), root, settings.ltx)
    else:
        outcomes = _isolated(ledger, settings, root, engine)
    with closing(outcomes):
        for done, (job, failure, final) in enumerate(outcomes, start=1):
            row = prediction(job, settings, failure)
            if failure is not None:
                (root / job.video).unlink(missing_ok=True)
            ledger.record(Entry(clip=job.id, row=row), final=final)
            if progress is not None:
                progress(done, total)


def _isolated(
    ledger: Ledger[Entry, Job], settings: Settings, root: Path, engine: Engine
) -> Generator[tuple[Job, str | None, bool], None, None]:
    """Yield for each job why it failed, or None, and whether another attempt would do the same."""
    name = settings.generator
    how = name if name in {"copy", "linear", "flow", "toyworld"} else None
    tasks = (Task(job, root, how) for job in ledger.to_do())
    with closing(run_isolated(make_one, tasks, engine)) as results:
        for done in results:
            result = done.result
            if not isinstance(result, Failure):
                yield done.item.job, result, True
                continue
            if isinstance(result.error, OSError):
                raise UserError(
                    f"cannot write to {root}", seen=result.reason, fix="make room, then start again"
                )
            yield done.item.job, f"{result.kind}: {result.reason}", False


def prediction(job: Job, settings: Settings, failure: str | None) -> Prediction:
    """Return the row of a future that was made, or that could not be for the reason `failure`."""
    draw = random.Random(f"{settings.seed}:{job.id}:order")
    return Prediction(
        id=job.id,
        item_id=job.item_id,
        generator=settings.name,
        seed=job.seed,
        prompt=job.told.prompt,
        prompt_has_label=job.told.has_label,
        video=job.video if failure is None else None,
        failure=failure,
        # No other generator's truth is known.
        shows=job.told.letter if settings.generator == "toyworld" and failure is None else None,
        real_first=draw.random() < 0.5,
        sample=job.sample,
        condition=settings.condition,
        answered_by=settings.answered_by,
        told=job.told.letter,
        round=settings.round,
    )


def _counted(ledger: Ledger[Entry, Job], summary: Summary) -> Iterator[Prediction]:
    for entry in ledger.entries(refused=False):
        row = entry.row
        summary.marked += row.prompt_has_label
        if row.failure is None:
            summary.made += 1
        else:
            refusal = Refusal(video=row.id, kind="not made", reason=row.failure)
            for _ in summary.failures.count([refusal]):
                pass
        yield row


def _is_there(root: Path, row: Prediction) -> bool:
    return row.video is None or (root / row.video).is_file()


def _remove_strays(folder: Path, ledger: Ledger[Entry, Job]) -> None:
    """Remove what earlier runs, finished or killed, have left of futures that are no rows now."""
    named = {
        Path(entry.row.video).name for entry in ledger.entries(refused=False) if entry.row.video
    }
    for path in folder.iterdir():
        if path.name not in named:
            path.unlink()


def _key(settings: Settings) -> str:
    meant = {**settings.described(), "schema": SCHEMA_VERSION}
    # The same clips under another log of answers are those whose prompts are the same.
    meant.pop("answers", None)
    meant.pop("allow_leak")
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()
