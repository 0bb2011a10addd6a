"""The lines of the table of results: what is reported of each benchmark, and its chance level."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import mean

from lmms_tasks.futurebench import rotations
from lmms_tasks.futurebench.names import VARIANTS, headline, task_of
from lmms_tasks.load import KINDS
from lmms_tasks.logs import Records, Run, videos
from lmms_tasks.scores import gains
from lmms_tasks.statistics import Estimate, paired, share_estimate
from lmms_tasks.videoreason import attempts, feedback, judgements, turns

# The metric whose item is the record of a document.
HEADLINES = {
    **{task_of(variant): headline(variant) for variant in VARIANTS},
    "videoreason_future": "acc_future",
    "videoreason_retention": "retention_all",
    "videoreason_verification": "auroc_confidence",
    "videoreason_correction": "unparsed_correction",
    "videoreason_correction_batched": "unparsed_correction",
}


@dataclass(frozen=True)
class Line:
    """One number of one model.

    `key` is its name in the table and on the command line. `chance` is what guessing would score,
    None for a ratio or a difference. `unparsed` is the share of replies that could not be read.
    """

    key: str
    task: str
    estimate: Estimate | None
    chance: float | None
    unparsed: float | None


def lines(run: Run) -> list[Line]:
    """Return the lines of the tasks that the run has, in the table's order.

    Raises:
        UserError: FutureBench tasks of the run are on different items.
    """
    found = [
        line
        for task in HEADLINES
        if task in run.tasks
        for line in MAKERS.get(task, _futurebench)(task, run.tasks[task].records)
    ]
    first_other = next(
        (i for i, line in enumerate(found) if not line.task.startswith("futurebench")), len(found)
    )
    return [*found[:first_other], *_gains(run), *found[first_other:]]


def _choice(key: str, task: str, records: Records) -> Line:
    estimate = share_estimate([record["right"] for record in records], videos(records))
    return Line(key, task, estimate, _chance(records), _unparsed(records))


def _chance(records: Records) -> float:
    return float(mean(1 / record["options"] for record in records))


def _unparsed(records: Records) -> float:
    return float(mean(record["unparsed"] for record in records))


def _futurebench(task: str, records: Records) -> list[Line]:
    # The direct answer is the benchmark.
    key = "futurebench" if task == task_of("direct") else task
    found = [_choice(key, task, records)]
    if task in (task_of("direct"), task_of("reasoning")):
        parsed = [row for row in records if not row["unparsed"]]
        by_kind = {kind: [row for row in records if row["kind"] == kind] for kind in KINDS}
        found += [_choice(f"{key}_{kind}", task, rows) for kind, rows in by_kind.items() if rows]
        found += [_choice(f"{key}_parsed", task, parsed)] if len(parsed) < len(records) else []
    return found


def _rotated(task: str, records: Records) -> list[Line]:
    # Who picks an option by its text alone, at random, picks the same one in every rotation.
    chance, unparsed = _chance(records), _unparsed(records)
    return [
        Line(task, task, rotations.estimate(records, "every"), chance, unparsed),
        Line(f"{task}_mean", task, rotations.estimate(records, "mean"), chance, unparsed),
        Line(f"{task}_consistency", task, rotations.estimate(records, "same"), None, unparsed),
    ]


def _gains(run: Run) -> list[Line]:
    found = []
    for key, rows in gains(run).items():
        values = [row.score for row in rows]
        gain = paired([0.0] * len(rows), values, [row.video_id for row in rows])
        estimate = Estimate(gain.value, gain.interval, gain.n)
        found.append(Line(key, task_of("direct"), estimate, None, None))
    return found


def _future(task: str, records: Records) -> list[Line]:
    return [_choice(task, task, records)]


def _retention(task: str, records: Records) -> list[Line]:
    real = [row for row in records if row["generator"] == attempts.REAL]
    made = {row["generator"] for row in records if row["generator"] != attempts.REAL}
    made |= {name for row in real for name in row["failed"]}
    on_real = _choice("acc_real", task, real)
    interval = on_real.estimate.interval if on_real.estimate else None
    # Where real futures are not recognised the ratio of two guesses would say nothing.
    recognised = interval is not None and interval.low > (on_real.chance or 0)
    found = [on_real]
    for name in sorted(made):
        rows = [row for row in records if row["generator"] == name]
        on = attempts.estimate(records, name, "made")
        kept = attempts.estimate(records, name, "retention") if recognised else None
        found.append(
            Line(f"acc_on_{name}", task, on, _chance(real), _unparsed(rows) if rows else None)
        )
        found.append(Line(f"retention_{name}", task, kept, None, None))
    return found


def _verification(task: str, records: Records) -> list[Line]:
    unparsed = mean(float(row["stated"] is None) for row in records)
    return [Line(task, task, judgements.estimate(records), 0.5, unparsed)]


def _correction(task: str, records: Records) -> list[Line]:
    key = task.removeprefix("videoreason_")
    rows = turns.turns(records)
    firsts = [row for row in rows if row.feedback == feedback.CONTROL]
    first = share_estimate([row.before for row in firsts], [row.video_id for row in firsts])
    chance = float(mean(1 / row.options for row in firsts))
    unread = float(mean(row.first is None for row in firsts))
    found = [Line(f"{key}_first", task, first, chance, unread)]
    for kind in feedback.KINDS:
        asked = turns.asked(rows, kind)
        if not asked:
            continue
        name = f"{key}_{kind}"
        values = {measure: turns.estimate(rows, kind, measure) for measure in turns.measures(kind)}
        unread = float(mean(row.second is None for row in asked))
        by_chance = turns.elimination(rows, kind)
        found += [
            Line(name, task, values["second"], chance, unread),
            Line(f"{name}_corrected", task, values["corrected"], by_chance, None),
            Line(f"{name}_regressed", task, values["regressed"], None, None),
        ]
        found += (
            [Line(f"{name}_lift", task, values["lift"], None, None)] if "lift" in values else []
        )
    return found


MAKERS: dict[str, Callable[[str, Records], list[Line]]] = {
    task_of("rotated"): _rotated,
    "videoreason_future": _future,
    "videoreason_retention": _retention,
    "videoreason_verification": _verification,
    "videoreason_correction": _correction,
    "videoreason_correction_batched": _correction,
}
