"""The lines of the table of results: what is reported of each benchmark, and its chance level."""

from collections.abc import Callable

from lmms_tasks.futurebench import rotations
from lmms_tasks.futurebench.names import VARIANTS, headline, task_of
from lmms_tasks.line import Line, chance, choice, unparsed
from lmms_tasks.load import KINDS
from lmms_tasks.logs import Records, Run
from lmms_tasks.scores import CORRECTION, GENERATION, PLAUSIBILITY, VERIFICATION, gains
from lmms_tasks.statistics import Estimate, paired
from lmms_tasks.videoreason import reported
from lmms_tasks.videoreason.summary import HEADLINE as SKILL

# The metric whose item is the record of a document.
HEADLINES = {
    **{task_of(variant): headline(variant) for variant in VARIANTS},
    "videoreason_future": "acc_future",
    "videoreason_retention": "retention_all",
    VERIFICATION: "auroc_confidence",
    CORRECTION: "unparsed_correction",
    f"{CORRECTION}_batched": "unparsed_correction",
    PLAUSIBILITY: "unparsed_plausibility",
    GENERATION: SKILL,
}


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


def _futurebench(task: str, records: Records) -> list[Line]:
    # The direct answer is the benchmark.
    key = "futurebench" if task == task_of("direct") else task
    found = [choice(key, task, records)]
    if task in (task_of("direct"), task_of("reasoning")):
        parsed = [row for row in records if not row["unparsed"]]
        by_kind = {kind: [row for row in records if row["kind"] == kind] for kind in KINDS}
        found += [choice(f"{key}_{kind}", task, rows) for kind, rows in by_kind.items() if rows]
        found += [choice(f"{key}_parsed", task, parsed)] if len(parsed) < len(records) else []
    return found


def _rotated(task: str, records: Records) -> list[Line]:
    # Who picks an option by its text alone, at random, picks the same one in every rotation.
    by_chance, unread = chance(records), unparsed(records)
    return [
        Line(task, task, rotations.estimate(records, "every"), by_chance, unread),
        Line(f"{task}_mean", task, rotations.estimate(records, "mean"), by_chance, unread),
        Line(f"{task}_consistency", task, rotations.estimate(records, "same"), None, unread),
    ]


def _gains(run: Run) -> list[Line]:
    found = []
    for key, rows in gains(run).items():
        values = [row.score for row in rows]
        gain = paired([0.0] * len(rows), values, [row.video_id for row in rows])
        estimate = Estimate(gain.value, gain.interval, gain.n)
        found.append(Line(key, task_of("direct"), estimate, None, None))
    return found


MAKERS: dict[str, Callable[[str, Records], list[Line]]] = {
    task_of("rotated"): _rotated,
    "videoreason_future": reported.future,
    "videoreason_retention": reported.retention,
    VERIFICATION: reported.verification,
    CORRECTION: reported.correction,
    f"{CORRECTION}_batched": reported.correction,
    PLAUSIBILITY: reported.plausibility,
    GENERATION: reported.generation,
}
