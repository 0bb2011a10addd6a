"""The ROC curve with a band of pointwise intervals."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from lmms_tasks.statistics.bootstrap import SEED, drawn
from lmms_tasks.statistics.clusters import NOTHING, Floats, Interval, numbered
from lmms_tasks.statistics.shares import wilson

RESAMPLES = 500


def roc_curve(scores: Floats, truth: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the shares of false and of true items accepted, threshold by threshold, from 0, 0.

    Items of one score pass a threshold together. As scikit-learn's, without its checks, which take
    most of the time in the bootstrap.
    """
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.diff(scores[order]) != 0, True)
    true, false = np.cumsum(truth[order])[last], np.cumsum(~truth[order])[last]
    return np.append(0.0, false / false[-1]), np.append(0.0, true / true[-1])


def roc_band(
    scores: Sequence[float], labels: Sequence[bool], clusters: Sequence[str], at: Sequence[float]
) -> list[Interval]:
    """Return the interval of the share of true items accepted, where so many false ones are.

    Each is Wilson's with the effective number of true items, share * (1 - share) / variance, where
    the variance is that of the cluster bootstrap, which knows that the threshold is uncertain, too.
    At a share of 0 or 1, where no draw differs, it is the number of clusters with a true item. Over
    the curve it covers .94 to .97 on average, at single places from .86 on where 12 items or fewer
    are true; a percentile bootstrap covers hardly anything there, for it knows no share but 1.

    Args:
        scores: a higher one says "true".
        labels: of the same items.
        clusters: the cluster of each item.
        at: shares of false items accepted, above 0 and below 1: at both ends the curve is known.

    Raises:
        ValueError: all labels are the same, fewer than two clusters, or lengths that differ.
    """
    values, truth = np.asarray(scores, dtype=float), np.asarray(labels, dtype=bool)
    numbers, _ = numbered(clusters, len(values))
    if len(truth) != len(values) or truth.all() or not truth.any():
        raise ValueError("a ROC curve needs true and false items, and one label a score")
    heights = np.asarray(
        [
            np.interp(at, *roc_curve(values[rows], truth[rows]))
            for rows in drawn(clusters, RESAMPLES, SEED)
            if truth[rows].any() and not truth[rows].all()
        ]
    )
    clusters_of_true = len(np.unique(numbers[truth]))
    found = []
    for share, variance in zip(
        np.interp(at, *roc_curve(values, truth)), heights.var(axis=0), strict=True
    ):
        spread = share * (1 - share)
        effective = clusters_of_true if min(spread, variance) < NOTHING else spread / variance
        effective = min(float(effective), float(truth.sum()))
        found.append(wilson(share * effective, effective))
    return found
