"""How far scores of true and false items are apart, and which of two scores tells them better."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from lmms_tasks.statistics.bootstrap import bootstrap_interval
from lmms_tasks.statistics.clusters import NOTHING, Estimate, Interval, critical, numbered
from lmms_tasks.statistics.ranking import auroc, placements


def point_biserial(
    scores: Sequence[float], labels: Sequence[bool], clusters: Sequence[str]
) -> Estimate | None:
    """Return the correlation of scores with being true, its sign kept; cluster bootstrap.

    None where all scores, or all labels, are the same.
    """
    values, truth = np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool)

    def correlation(rows: npt.NDArray[np.intp]) -> float:
        drawn, of = values[rows], truth[rows]
        if of.all() or not of.any() or np.ptp(drawn) < NOTHING:
            return float("nan")
        return float(np.corrcoef(of, drawn)[0, 1])

    return _estimate(correlation, clusters)


def gap(
    scores: Sequence[float], labels: Sequence[bool], clusters: Sequence[str]
) -> Estimate | None:
    """Return the mean score of true items less that of false ones; cluster bootstrap.

    None where all labels are the same.
    """
    values, truth = np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool)

    def difference(rows: npt.NDArray[np.intp]) -> float:
        drawn, of = values[rows], truth[rows]
        if of.all() or not of.any():
            return float("nan")
        return float(drawn[of].mean() - drawn[~of].mean())

    return _estimate(difference, clusters)


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
    false items. With 6 to 12 true items no method is exact: 1.96, or t at C - 1 degrees, would
    cover .86 to .90, this .91 to .965. It is None with fewer than two clusters of either
    kind, or without spread.

    Raises:
        ValueError: all labels are the same, a row without a cluster, or lengths that differ.
    """
    if not len(first) == len(second) == len(labels):
        raise ValueError(f"{len(first)} and {len(second)} scores, {len(labels)} labels")
    numbers, count = numbered(clusters, len(first))
    value = auroc(second, labels) - auroc(first, labels)
    truth = np.asarray(labels, dtype=bool)
    of_true, of_false = (
        theirs - ours
        for ours, theirs in zip(
            placements(np.asarray(first, dtype=float), truth),
            placements(np.asarray(second, dtype=float), truth),
            strict=True,
        )
    )
    sums = [
        np.bincount(numbers[which], of, count) / len(of)
        for which, of in ((truth, of_true), (~truth, of_false))
    ]
    clusters_of = [len(np.unique(numbers[which])) for which in (truth, ~truth)]
    if min(clusters_of) < 2:
        return Estimate(value, None, len(first))
    parts = [
        float(np.sum(found**2)) * number / (number - 1)
        for found, number in zip(sums, clusters_of, strict=True)
    ]
    # True and false items of one cluster are alike, too.
    variance = sum(parts) + 2 * float(np.sum(sums[0] * sums[1])) * count / (count - 1)
    if variance < NOTHING**2:
        return Estimate(value, None, len(first))
    degrees = sum(parts) ** 2 / sum(
        part**2 / (number - 1) for part, number in zip(parts, clusters_of, strict=True)
    )
    reach = critical(degrees + 1) * math.sqrt(variance)
    interval = Interval(max(-1.0, value - reach), min(1.0, value + reach))
    return Estimate(value, interval, len(first))


def _estimate(
    statistic: Callable[[npt.NDArray[np.intp]], float], clusters: Sequence[str]
) -> Estimate | None:
    value = statistic(np.arange(len(clusters)))
    if np.isnan(value):
        return None
    several = len(set(clusters)) > 1
    return Estimate(
        value, bootstrap_interval(statistic, clusters) if several else None, len(clusters)
    )
