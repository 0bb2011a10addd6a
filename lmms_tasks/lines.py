"""The lines of the table of results: what is reported of each benchmark, and its chance level."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

from lmms_tasks.load import KINDS
from lmms_tasks.logs import Run, videos
from lmms_tasks.statistics import Estimate, share_estimate
from lmms_tasks.videoreason import attempts, judgements

Records = Sequence[dict[str, Any]]

# The metric whose item is the record of a document.
HEADLINES = {
    "futurebench_direct": "acc_micro",
    "videoreason_future": "acc_future",
    "videoreason_retention": "retention_all",
    "videoreason_verification": "auroc_confidence",
}


@dataclass(frozen=True)
class Line:
    """One number of one model.

    `key` is its name in the table and on the command line. `chance` is what guessing would score,
    None for a ratio. `unparsed` is the share of replies that could not be read.
    """

    key: str
    task: str
    estimate: Estimate | None
    chance: float | None
    unparsed: float | None


def lines(run: Run) -> list[Line]:
    """Return the lines of the tasks that the run has, in the table's order."""
    makers = {
        "futurebench_direct": _futurebench,
        "videoreason_future": _future,
        "videoreason_retention": _retention,
        "videoreason_verification": _verification,
    }
    return [
        line
        for task, maker in makers.items()
        if task in run.tasks
        for line in maker(run.tasks[task].records)
    ]


def _choice(key: str, task: str, records: Records) -> Line:
    estimate = share_estimate([record["right"] for record in records], videos(records))
    return Line(key, task, estimate, _chance(records), _unparsed(records))


def _chance(records: Records) -> float:
    return float(mean(1 / record["options"] for record in records))


def _unparsed(records: Records) -> float:
    return float(mean(record["unparsed"] for record in records))


def _futurebench(records: Records) -> list[Line]:
    task = "futurebench_direct"
    by_kind = {kind: [row for row in records if row["kind"] == kind] for kind in KINDS}
    kinds = [_choice(f"futurebench_{kind}", task, rows) for kind, rows in by_kind.items() if rows]
    return [_choice("futurebench", task, records), *kinds]


def _future(records: Records) -> list[Line]:
    return [_choice("videoreason_future", "videoreason_future", records)]


def _retention(records: Records) -> list[Line]:
    task = "videoreason_retention"
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


def _verification(records: Records) -> list[Line]:
    task = "videoreason_verification"
    unparsed = mean(float(row["stated"] is None) for row in records)
    return [Line(task, task, judgements.estimate(records), 0.5, unparsed)]
