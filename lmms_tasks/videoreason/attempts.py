"""Generated futures beside the real ones of their items, and what is measured over them.

A generator stands here for a series of its futures: what it made when told one sort of thing, see
`series`. Several samples of an item each count, paired with the item's one real future; they are
of one video, and so of one cluster.

retention = (right readings of generated futures) / (right readings of their real futures), paired
by item. Its interval is `statistics.ratio_interval`, clustered by video. It is a ratio
and not a share: above 1, generated futures were read better than the real ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from lmms_tasks.metrics import PARTS, Item, Part, estimate_part, metric
from lmms_tasks.statistics import Estimate, ratio_interval, share_estimate
from lmms_tasks.videoreason.series import APART

REAL, COPY = "real", "copy"
ALL = "all"
Measure = Literal["made", "retention", "recognised", "failed"]

# No name may be part of another: a group of lmms-eval would take both for one metric.
STEMS: dict[Measure, tuple[str, ...]] = {
    "made": ("acc_on", "low_on", "high_on"),
    "retention": ("retention", "retlow", "rethigh"),
    "recognised": ("recognised", "reclow", "rechigh"),
    "failed": ("failed",),
}


@dataclass(frozen=True)
class Attempt:
    """One generated future; scores are 0 or 1.

    `made` is 1 when the reading is what really happened, and 0 for a failure; `real` is that of
    the item's real future. `recognised` is 1 when the reading is what the generated clip truly
    shows, None where that is not known or there is no clip.
    """

    video_id: str
    made: float
    real: float
    failed: bool
    recognised: float | None


def attempts(items: Sequence[Item], generator: str) -> list[Attempt]:
    """Pair every future of `generator` with the real future of its item.

    `all` is every generator, without the futures that were made from the true label.

    A real document's `failed` names the generator of each failure. Rows whose real future is not
    among the items (a run with `--limit`) are left out.
    """
    real = {row["item_id"]: row for row in items if row and row["generator"] == REAL}
    made = [
        Attempt(row["video_id"], row["right"], beside["right"], False, row["recognised"])
        for row in items
        if row and row["generator"] != REAL and _belongs(row["generator"], generator)
        if (beside := real.get(row["item_id"])) is not None
    ]
    failures = [
        Attempt(row["video_id"], 0.0, row["right"], True, None)
        for row in real.values()
        for name in row["failed"]
        if _belongs(name, generator)
    ]
    return made + failures


def estimate(items: Sequence[Item], generator: str, measure: Measure) -> Estimate | None:
    """Return a measure of `generator` with its interval, None when there is nothing to measure."""
    rows = attempts(items, generator)
    if measure == "retention":
        return _retention(rows)
    if measure == "recognised":
        rows = [row for row in rows if row.recognised is not None]
    values = [float(getattr(row, measure)) for row in rows]
    return share_estimate(values, [row.video_id for row in rows]) if rows else None


def aggregate(
    items: Sequence[Item], *, generator: str, measure: Measure, part: Part
) -> float | None:
    """Return one part of an estimate: what lmms-eval puts into its results."""
    return estimate_part(estimate(items, generator, measure), part, f"{measure} of {generator}")


def names(generator: str) -> list[str]:
    """Return the names of the metrics of one generator."""
    return [f"{stem}_{generator}" for stems in STEMS.values() for stem in stems]


def metrics(generator: str) -> list[dict[str, Any]]:
    """Return the `metric_list` entries of one generator."""
    return [
        metric(
            f"{stem}_{generator}",
            partial(aggregate, generator=generator, measure=measure, part=part),
            higher_is_better=measure != "failed",
        )
        for measure, stems in STEMS.items()
        for stem, part in zip(stems, PARTS, strict=False)
    ]


def _belongs(name: str, generator: str) -> bool:
    return name == generator or (generator == ALL and not name.startswith(APART))


def _retention(rows: Sequence[Attempt]) -> Estimate | None:
    made, real = [row.made for row in rows], [row.real for row in rows]
    if not sum(real) > 0:
        return None
    videos = [row.video_id for row in rows]
    interval = ratio_interval(made, real, videos) if len(set(videos)) > 1 else None
    return Estimate(sum(made) / sum(real), interval, len(rows))
