"""First and second answers, and what is measured over them for each kind of feedback.

- corrected: right at second of those wrong at first; regressed: wrong at second of those right at
  first. Both with exact intervals.
- lift: corrected, less corrected by the control, which asks again without feedback; the same items,
  paired, clustered by video.
- beyond: corrected, less what choosing at random among the remaining options would correct:
  1 / (K - 1) of K options after a wrong answer, 1 / K after one that could not be read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import mean
from typing import Any, Literal, Self

from lmms_tasks.metrics import PARTS, Item, Part, estimate_part, metric
from lmms_tasks.statistics import Estimate, Interval, exchange_test, paired, share_estimate
from lmms_tasks.statistics.counts import exact_estimate
from lmms_tasks.videoreason.feedback import CONTROL, KINDS, Kind

Measure = Literal["second", "corrected", "regressed", "lift", "beyond", "lacking"]
# The key under which an item of a metric holds its turns.
TURNS = "turns"

# No name may be part of another: a group of lmms-eval would take both for one metric.
STEMS: dict[Measure, tuple[str, ...]] = {
    "second": ("second", "seclow", "sechigh"),
    "corrected": ("corrected", "corlow", "corhigh"),
    "regressed": ("regressed", "reglow", "reghigh"),
    "lift": ("lift", "liftlow", "lifthigh"),
    "beyond": ("beyond", "beylow", "beyhigh"),
    "lacking": ("lacking",),
}
PVALUE = "pvalue"


@dataclass(frozen=True)
class Turn:
    """One item under one kind of feedback.

    `first` and `second` are letters, None where the reply is not one choice. `lacking` tells why
    the feedback could not be given; there is then no second answer.
    """

    item_id: str
    video_id: str
    feedback: str
    options: int
    answer_key: str
    first: str | None
    second: str | None
    lacking: str | None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """Return the turn that a record of a log holds."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})

    @property
    def before(self) -> float:
        """1 when the first answer is right, else 0."""
        return float(self.first == self.answer_key)

    @property
    def after(self) -> float:
        """1 when the second answer is right, else 0."""
        return float(self.second == self.answer_key)

    @property
    def elimination(self) -> float:
        """The chance to be right at second by drawing among what a wrong first answer leaves."""
        return 1 / (self.options if self.first is None else self.options - 1)


def turns(records: Iterable[Mapping[str, Any]]) -> list[Turn]:
    """Return the turns of the records of a log, or of the items of a metric."""
    return [Turn.of(row) for record in records if record for row in record[TURNS]]


def asked(rows: Sequence[Turn], kind: Kind) -> list[Turn]:
    """Return the turns of one kind whose feedback could be given."""
    return [row for row in rows if row.feedback == kind and row.lacking is None]


def estimate(rows: Sequence[Turn], kind: Kind, measure: Measure) -> Estimate | None:
    """Return a measure of a kind of feedback, None where there is nothing to measure."""
    if measure == "lacking":
        all_rows = [row for row in rows if row.feedback == kind]
        return _shares([float(row.lacking is not None) for row in all_rows], all_rows)
    found = asked(rows, kind)
    wrong = [row for row in found if not row.before]
    if measure == "second":
        return _shares([row.after for row in found], found)
    if measure == "regressed":
        right = [row for row in found if row.before]
        return exact_estimate([1 - row.after for row in right], _videos(right))
    if measure == "lift":
        return _lift(wrong, asked(rows, CONTROL))
    corrected = exact_estimate([row.after for row in wrong], _videos(wrong))
    return corrected if measure == "corrected" else _beyond(corrected, wrong)


def elimination(rows: Sequence[Turn], kind: Kind) -> float | None:
    """Return the share of wrong first answers that chance by elimination would correct."""
    wrong = [row for row in asked(rows, kind) if not row.before]
    return mean(row.elimination for row in wrong) if wrong else None


def pvalue(rows: Sequence[Turn], kind: Kind) -> float | None:
    """Return the exact p value of "second answers are as good as first ones" (McNemar).

    Where videos repeat, whole videos are exchanged, see `statistics.exchange_test`.
    """
    found = asked(rows, kind)
    if not found:
        return None
    return exchange_test(
        [row.before for row in found], [row.after for row in found], _videos(found)
    )


def aggregate(items: Sequence[Item], *, kind: Kind, measure: Measure, part: Part) -> float | None:
    """Return one part of an estimate: what lmms-eval puts into its results."""
    rows = turns(items)
    if not asked(rows, kind) and measure != "lacking":
        return None  # `lacking` tells it, a warning for each measure would not tell more
    return estimate_part(estimate(rows, kind, measure), part, f"{measure} by {kind}")


def aggregate_pvalue(items: Sequence[Item], *, kind: Kind) -> float | None:
    """Return the p value of a kind of feedback: what lmms-eval puts into its results."""
    return pvalue(turns(items), kind)


def measures(kind: Kind) -> list[Measure]:
    """Return the measures of a kind of feedback: the control has no lift over itself."""
    return [measure for measure in STEMS if measure != "lift" or kind != CONTROL]


def metrics(kind: Kind) -> list[dict[str, Any]]:
    """Return the `metric_list` entries of one kind of feedback."""
    by_measure = [
        metric(
            f"{stem}_{kind}",
            partial(aggregate, kind=kind, measure=measure, part=part),
            higher_is_better=measure not in ("regressed", "lacking"),
        )
        for measure in measures(kind)
        for stem, part in zip(STEMS[measure], PARTS, strict=False)
    ]
    p = metric(f"{PVALUE}_{kind}", partial(aggregate_pvalue, kind=kind), higher_is_better=False)
    return [*by_measure, p]


def metric_items(rows: Sequence[Turn]) -> dict[str, Item]:
    """Return what one document hands to every metric: its turns of the kind, or nothing.

    The lift of a kind also takes the turns of the control.
    """
    found: dict[str, Item] = {}
    for kind in KINDS:
        own = _item([row for row in rows if row.feedback == kind])
        both = _item([row for row in rows if row.feedback in (kind, CONTROL)])
        for measure in measures(kind):
            item = both if measure == "lift" else own
            found |= dict.fromkeys((f"{stem}_{kind}" for stem in STEMS[measure]), item)
        found[f"{PVALUE}_{kind}"] = own
    return found


def _item(rows: Sequence[Turn]) -> Item:
    return {TURNS: [row.__dict__ for row in rows]} if rows else {}


def _videos(rows: Sequence[Turn]) -> list[str]:
    return [row.video_id for row in rows]


def _shares(scores: Sequence[float], rows: Sequence[Turn]) -> Estimate | None:
    return share_estimate(scores, _videos(rows)) if rows else None


def _lift(wrong: Sequence[Turn], control: Sequence[Turn]) -> Estimate | None:
    beside = {row.item_id: row for row in control}
    pairs = [(beside[row.item_id], row) for row in wrong if row.item_id in beside]
    if not pairs:
        return None
    found = paired(
        [ours.after for ours, _ in pairs],
        [theirs.after for _, theirs in pairs],
        [row.video_id for _, row in pairs],
    )
    return Estimate(found.value, found.interval, found.n)


def _beyond(corrected: Estimate | None, wrong: Sequence[Turn]) -> Estimate | None:
    if corrected is None or corrected.interval is None:
        return None
    by_chance = mean(row.elimination for row in wrong)
    ends = corrected.interval
    shifted = Interval(ends.low - by_chance, ends.high - by_chance)
    return Estimate(corrected.value - by_chance, shifted, corrected.n)
