"""The area under the ROC curve (AUROC) and its interval."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats
from sklearn.metrics import roc_auc_score

from lmms_tasks.statistics.clusters import LEVEL, NOTHING, Floats, Interval, numbered


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Return the chance that a true item has a higher score than a false one; ties count half.

    Raises:
        ValueError: all labels are the same, or lengths that differ.
    """
    if len(set(labels)) < 2:
        raise ValueError("an AUROC needs true and false items")
    return float(roc_auc_score(labels, scores))


def auroc_interval(
    scores: Sequence[float], labels: Sequence[bool], clusters: Sequence[str]
) -> Interval | None:
    """Return the interval of the AUROC.

    It is the score-type interval of Newcombe (2006, Statistics in Medicine 25:559, method 5),
    whose variance is that of Hanley and McNeil at the limit rather than at the estimate: with few
    true items (12 % of 50) the bootstrap and DeLong's interval are much too narrow. Where clusters
    repeat the variance is multiplied by the design effect: the clustered variance of Obuchowski
    (1997, Biometrics 53:567) over DeLong's, at least 1.

    None when the clusters' contributions show no spread (a perfect order within repeated
    clusters): the design effect is then unknown. With one item a cluster a perfect order has an
    interval.

    Raises:
        ValueError: all labels are the same, fewer than two clusters, a row without a cluster, or
            lengths that differ.
    """
    numbers, count = numbered(clusters, len(scores))
    truth = np.asarray(labels, dtype=bool)
    if len(truth) != len(scores) or len(set(labels)) < 2:
        raise ValueError("an AUROC needs true and false items, and one label a score")
    if count < 2:
        raise ValueError("a clustered AUROC needs at least two clusters")
    effect = 1.0
    if count < len(scores):
        above, below = placements(np.asarray(scores, dtype=float), truth)
        alone = np.arange(len(scores))
        independent = clustered_variance(above, below, alone[truth], alone[~truth], len(scores))
        if independent < NOTHING**2:
            return None
        clustered = clustered_variance(above, below, numbers[truth], numbers[~truth], count)
        effect = max(1.0, clustered / independent)
    area = _area(np.asarray(scores, dtype=float), truth)
    return _score_interval(area, int(truth.sum()), int((~truth).sum()), effect)


def _area(scores: Floats, truth: npt.NDArray[np.bool_]) -> float:
    # As `auroc`, by ranks: checking its arguments takes scikit-learn ten times as long.
    true, false = int(truth.sum()), int((~truth).sum())
    return float((stats.rankdata(scores)[truth].sum() - true * (true + 1) / 2) / (true * false))


def placements(scores: Floats, truth: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return, less the AUROC: of each true item the share of false ones below it, and vice versa.

    By ranks, so that a hundred thousand items need no table of pairs.
    """
    true, false = scores[truth], scores[~truth]
    every = stats.rankdata(scores)
    below = (every[truth] - stats.rankdata(true)) / len(false)
    above = 1 - (every[~truth] - stats.rankdata(false)) / len(true)
    area = float(below.mean())
    return below - area, above - area


def clustered_variance(
    of_true: Floats,
    of_false: Floats,
    true_clusters: npt.NDArray[np.intp],
    false_clusters: npt.NDArray[np.intp],
    count: int,
) -> float:
    """Return the variance of an AUROC, or of a difference of two, from (their) `placements`."""
    sums = np.bincount(true_clusters, of_true, count) / len(of_true)
    sums += np.bincount(false_clusters, of_false, count) / len(of_false)
    return float(np.sum(sums**2) * count / (count - 1))


def _score_interval(area: float, true: int, false: int, effect: float) -> Interval:
    normal = float(stats.norm.ppf((1 + LEVEL) / 2))
    mean = (true + false) / 2 - 1

    def reach(theta: float) -> float:
        spread = 1 + mean * (1 - theta) / (2 - theta) + mean * theta / (1 + theta)
        return normal * float(np.sqrt(effect * theta * (1 - theta) * spread / (true * false)))

    low = _root(lambda theta: area - theta - reach(theta), 0.0, area)
    high = _root(lambda theta: theta - area - reach(theta), area, 1.0)
    return Interval(low, high)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    if high - low < NOTHING:
        return low
    return float(optimize.brentq(function, low, high, xtol=1e-13))
