"""How far scores of true and false items are apart, and which of two scores tells them better.

All three are differences of a mean over true and a mean over false items, so they share an error
and its degrees of freedom: with 12 % true ones of 50, not the 50 items but the 6 count.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lmms_tasks.statistics.clusters import (
    NOTHING,
    Estimate,
    Floats,
    Interval,
    Numbers,
    critical,
    numbered,
)
from lmms_tasks.statistics.ranking import auroc, placements

Truth = npt.NDArray[np.bool_]
# Below so many videos of true, or of false items, no interval of a difference of AUROCs is exact.
FEW = 40


@dataclass(frozen=True)
class Spread:
    """The variance of a mean over true less one over false items, and its degrees of freedom."""

    variance: float
    degrees: float

    @property
    def reach(self) -> float:
        """Half the width of the interval."""
        return critical(self.degrees + 1) * math.sqrt(self.variance)


def point_biserial(
    scores: Sequence[float], labels: Sequence[bool], clusters: Sequence[str]
) -> Estimate | None:
    """Return the correlation of scores with being true, its sign kept.

    The interval is Fisher's, on the scale of the inverse hyperbolic tangent. Its error is that of
    the linearised correlation, clustered, for a label of two values is not normal as Fisher's own
    error supposes; Student's t has the degrees of the `gap`. It is None for a correlation of 1,
    and as in `gap`.

    None where all scores, or all labels, are the same.

    Raises:
        ValueError: a row without a cluster, or lengths that differ.
    """
    values, truth, numbers, count = _checked(scores, labels, clusters)
    if truth.all() or not truth.any() or np.ptp(values) < NOTHING:
        return None
    of_score, of_label = ((x - x.mean()) / x.std() for x in (values, truth.astype(np.float64)))
    value = float(np.mean(of_score * of_label))
    spread = _spread_of_means(values, truth, numbers)
    if spread is None or 1 - abs(value) < NOTHING:
        return Estimate(value, None, len(values))
    # What each item adds to the correlation (its influence function).
    parts = of_score * of_label - value / 2 * (of_score**2 + of_label**2)
    sums = np.bincount(numbers, parts, count) / len(values)
    error = math.sqrt(float(np.sum(sums**2)) * count / (count - 1))
    middle = math.atanh(value)
    reach = critical(spread.degrees + 1) * error / (1 - value**2)
    interval = Interval(math.tanh(middle - reach), math.tanh(middle + reach))
    return Estimate(value, interval, len(values))


def gap(
    scores: Sequence[float], labels: Sequence[bool], clusters: Sequence[str]
) -> Estimate | None:
    """Return the mean score of true items less that of false ones.

    The interval is Welch's (1947, Biometrika 34:28), and clustered where videos repeat. It is None
    with fewer than two clusters of either kind, or without spread.

    None where all labels are the same.

    Raises:
        ValueError: a row without a cluster, or lengths that differ.
    """
    values, truth, numbers, _ = _checked(scores, labels, clusters)
    if truth.all() or not truth.any():
        return None
    value = float(values[truth].mean() - values[~truth].mean())
    spread = _spread_of_means(values, truth, numbers)
    interval = Interval(value - spread.reach, value + spread.reach) if spread else None
    return Estimate(value, interval, len(values))


def auroc_difference(
    first: Sequence[float],
    second: Sequence[float],
    labels: Sequence[bool],
    clusters: Sequence[str],
) -> Estimate:
    """Return the AUROC of the second score less that of the first, on the same items.

    The interval is that of DeLong, DeLong and Clarke-Pearson (1988, Biometrics 44:837) for
    correlated curves, with the clustered variance of Obuchowski (1997, Biometrics 53:567), and
    Student's t at the degrees of Satterthwaite for the sum of the variances over true and over
    false items. With fewer than `FEW` videos of either kind no method is exact: with 6 true ones
    this covers .90 to .99, by whether the two are alike and near 1; 1.96 in place of t, or the
    intervals of both put together (MOVER), are as far off. It is None with fewer than two clusters
    of either kind, or without spread.

    Raises:
        ValueError: all labels are the same, a row without a cluster, or lengths that differ.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} scores are not paired")
    ours, truth, numbers, _ = _checked(first, labels, clusters)
    theirs = np.asarray(second, dtype=float)
    value = auroc(second, labels) - auroc(first, labels)
    of_true, of_false = (
        b - a for a, b in zip(placements(ours, truth), placements(theirs, truth), strict=True)
    )
    spread = _spread(of_true, of_false, truth, numbers)
    if spread is None:
        return Estimate(value, None, len(first))
    interval = Interval(max(-1.0, value - spread.reach), min(1.0, value + spread.reach))
    return Estimate(value, interval, len(first))


def _spread_of_means(values: Floats, truth: Truth, numbers: Numbers) -> Spread | None:
    true, false = values[truth], values[~truth]
    return _spread(true - true.mean(), false.mean() - false, truth, numbers)


def _spread(of_true: Floats, of_false: Floats, truth: Truth, numbers: Numbers) -> Spread | None:
    """Return the spread of mean(of_true) + mean(of_false), both centred, of numbered clusters."""
    kinds = ((truth, of_true), (~truth, of_false))
    clusters = [len(np.unique(numbers[which])) for which, _ in kinds]
    if min(clusters) < 2:
        return None
    count = int(numbers.max()) + 1
    sums = [np.bincount(numbers[which], of, count) / len(of) for which, of in kinds]
    parts = [
        float(np.sum(found**2)) * number / (number - 1)
        for found, number in zip(sums, clusters, strict=True)
    ]
    # True and false items of one cluster are alike, too.
    variance = sum(parts) + 2 * float(np.sum(sums[0] * sums[1])) * count / (count - 1)
    if variance < NOTHING**2:
        return None
    degrees = sum(parts) ** 2 / sum(
        part**2 / (number - 1) for part, number in zip(parts, clusters, strict=True)
    )
    return Spread(variance, degrees)


def _checked(
    scores: Sequence[float], labels: Sequence[bool], clusters: Sequence[str]
) -> tuple[Floats, Truth, Numbers, int]:
    if len(scores) != len(labels):
        raise ValueError(f"{len(scores)} scores, {len(labels)} labels")
    numbers, count = numbered(clusters, len(scores))
    return np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool), numbers, count
