"""Three verifiers of predicted futures, judged by the truth; the stated one by its calibration.

- `confidence`: the probability that a model states after seeing both futures;
- `lpips`: the likeness of the predicted to the real future, as -LPIPS;
- `inverse_dynamics`: how likely a model of actions finds the item's answer from two frames.

A higher score always says "the same event". Below .5 an AUROC is printed as it is, and so is the
sign of a correlation: the wrong direction is no success.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from lmms_tasks.metrics import PARTS, Item, Part, estimate_part, metric
from lmms_tasks.statistics import Estimate, auroc, auroc_interval, bootstrap_interval
from lmms_tasks.statistics.calibration import (
    Brier,
    Line,
    brier,
    expected_error,
    minmax_mismatch,
    reliability_line,
)
from lmms_tasks.statistics.separation import auroc_difference, gap, point_biserial

Verifier = Literal["confidence", "lpips", "inverse_dynamics"]
VERIFIERS: tuple[Verifier, ...] = ("confidence", "lpips", "inverse_dynamics")
OTHERS: tuple[Verifier, ...] = ("lpips", "inverse_dynamics")


# Value, low and high end are asked for one by one; the bootstrap behind them is run once.
_point_biserial = lru_cache(maxsize=4)(point_biserial)
_gap = lru_cache(maxsize=4)(gap)


class Judged(NamedTuple):
    """The scores that a verifier gave, the truth, and the videos, of the rows it gave one."""

    scores: tuple[float, ...]
    labels: tuple[bool, ...]
    videos: tuple[str, ...]


def judged(items: Sequence[Item], verifier: Verifier) -> Judged:
    """Return what a verifier said; rows without a measure are left out, unparsed replies not."""
    sign = -1 if verifier == "lpips" else 1
    rows = [item for item in items if item and item.get(verifier) is not None]
    return Judged(
        tuple(sign * float(row[verifier]) for row in rows),
        tuple(bool(row["same"]) for row in rows),
        tuple(row["video_id"] for row in rows),
    )


def estimate(items: Sequence[Item], verifier: Verifier = "confidence") -> Estimate | None:
    """Return the AUROC of a verifier with its interval; None with one class only."""
    found = judged(items, verifier)
    if len(set(found.labels)) < 2:
        return None
    interval = auroc_interval(*found) if len(set(found.videos)) > 1 else None
    return Estimate(auroc(found.scores, found.labels), interval, len(found.scores))


def correlation(items: Sequence[Item], verifier: Verifier) -> Estimate | None:
    """Return the point-biserial correlation of a verifier with the truth, its sign kept."""
    found = judged(items, verifier)
    return _point_biserial(*found) if len(set(found.labels)) > 1 else None


def mean_gap(items: Sequence[Item], verifier: Verifier) -> Estimate | None:
    """Return a verifier's mean score of true predictions less that of false ones."""
    found = judged(items, verifier)
    return _gap(*found) if len(set(found.labels)) > 1 else None


def ahead_of(
    items: Sequence[Item], other: Verifier, verifier: Verifier = "confidence"
) -> Estimate | None:
    """Return the AUROC of a verifier less that of another one, paired.

    Over the rows that both have scored.
    """
    both = (verifier, other)
    rows = [item for item in items if item and all(item.get(one) is not None for one in both)]
    ours, theirs = judged(rows, verifier), judged(rows, other)
    if len(set(ours.labels)) < 2:
        return None
    return auroc_difference(theirs.scores, ours.scores, ours.labels, ours.videos)


def stated(items: Sequence[Item]) -> Judged:
    """Return the probabilities that were really stated: what was not read is not calibrated."""
    rows = [item for item in items if item and item["stated"] is not None]
    return Judged(
        tuple(float(row["stated"]) for row in rows),
        tuple(bool(row["same"]) for row in rows),
        tuple(row["video_id"] for row in rows),
    )


def calibration_error(items: Sequence[Item]) -> Estimate | None:
    """Return the expected calibration error of the stated probabilities; cluster bootstrap."""
    found = stated(items)
    return _calibration_error(found) if found.scores else None


@lru_cache(maxsize=4)
def _calibration_error(found: Judged) -> Estimate:
    scores, labels = np.asarray(found.scores), np.asarray(found.labels)

    def error(rows: npt.NDArray[np.intp]) -> float:
        return expected_error(scores[rows].tolist(), labels[rows].tolist())

    several = len(set(found.videos)) > 1
    interval = bootstrap_interval(error, found.videos) if several else None
    return Estimate(error(np.arange(len(scores))), interval, len(scores))


def aggregate(
    items: Sequence[Item],
    *,
    part: Part,
    of: Callable[..., Estimate | None] = estimate,
    name: str = "AUROC of the stated probabilities",
    **given: Verifier,
) -> float | None:
    """Return one part of an estimate: what lmms-eval puts into its results."""
    return estimate_part(of(items, **given), part, name)


def line_part(items: Sequence[Item], *, part: str) -> float | None:
    """Return `slope`, `intercept` or `fit` of the reliability line of the stated probabilities."""
    found = stated(items)
    line: Line | None = reliability_line(*found[:2]) if found.scores else None
    return None if line is None else getattr(line, part)


def brier_part(items: Sequence[Item], *, part: str) -> float | None:
    """Return the Brier score of the stated probabilities, or one of its parts."""
    found = stated(items)
    parts: Brier | None = brier(*found[:2]) if found.scores else None
    return None if parts is None else float(getattr(parts, part))


def mismatch(items: Sequence[Item]) -> float | None:
    """Return what the study called ECE, of 1 - stated probability and LPIPS."""
    rows = [
        row for row in items if row and row["stated"] is not None and row.get("lpips") is not None
    ]
    return minmax_mismatch([1 - row["stated"] for row in rows], [row["lpips"] for row in rows])


def unmeasured(items: Sequence[Item], *, verifier: Verifier) -> float | None:
    """Return the share of predictions that a verifier has not scored."""
    rows = [item for item in items if item]
    return sum(row.get(verifier) is None for row in rows) / len(rows) if rows else None


def _parts(
    stems: tuple[str, str, str], suffix: str, *, higher: bool = True, **given: Any
) -> list[dict[str, Any]]:
    return [
        metric(f"{stem}_{suffix}", partial(aggregate, part=part, **given), higher_is_better=higher)
        for stem, part in zip(stems, PARTS, strict=True)
    ]


def metrics() -> list[dict[str, Any]]:
    """Return the `metric_list` entries of verifiers and calibration; all take the same items."""
    found = []
    for verifier in VERIFIERS:
        about: dict[str, Any] = {"verifier": verifier, "name": f"{verifier} as a verifier"}
        # `low_lpips` would be part of a name of the correction task.
        ends = ("low", "high") if verifier == "confidence" else ("aucbottom", "auctop")
        found += _parts(("auroc", *ends), verifier, of=estimate, **about)
        found += _parts(("biserial", "bisbottom", "bistop"), verifier, of=correlation, **about)
        found += _parts(("gap", "gapbottom", "gaptop"), verifier, of=mean_gap, **about)
    for other in OTHERS:
        about = {"other": other, "name": f"AUROC over that of {other}"}
        found += _parts(("ahead_of", "abottom_of", "atop_of"), other, of=ahead_of, **about)
        found.append(
            metric(
                f"unmeasured_{other}", partial(unmeasured, verifier=other), higher_is_better=False
            )
        )
    about = {"name": "calibration error of the stated probabilities"}
    stems = ("ece", "ecebottom", "ecetop")
    found += _parts(stems, "stated", higher=False, of=calibration_error, **about)
    found += [
        metric(f"{part}_stated", partial(line_part, part=part))
        for part in ("slope", "intercept", "fit")
    ]
    found += [
        metric(f"{name}_stated", partial(brier_part, part=part), higher_is_better=higher)
        for name, part, higher in (
            ("brier", "score", False),
            ("reliability", "reliability", False),
            ("resolution", "resolution", True),
            ("uncertainty", "uncertainty", False),
        )
    ]
    return [*found, metric("minmax_mismatch", mismatch, higher_is_better=False)]
