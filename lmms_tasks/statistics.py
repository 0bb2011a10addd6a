"""Shares, ratios and AUROCs with their intervals, by the libraries that are known for them.

Every interval is two-sided at 95 %. Items of one video are not independent, so wherever videos
repeat the video is the unit: in the standard error, and in what the bootstrap draws again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import proportion_confint

LEVEL = 0.95
RESAMPLES = 2000
SEED = 0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """The ends of a 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """A value over `n` rows; its interval is None where the rows do not allow one."""

    value: float
    interval: Interval | None
    n: int


def wilson(successes: float, n: int) -> Interval:
    """Return the Wilson score interval of the share `successes / n`.

    Args:
        successes: between 0 and n; a fraction is allowed, for shares over clusters.
        n: the number of independent trials.

    Raises:
        ValueError: n is not positive, or successes lie outside 0 to n.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"no share: {successes} of {n}")
    low, high = proportion_confint(successes, n, alpha=1 - LEVEL, method="wilson")
    return Interval(float(low), float(high))


def clustered_error(values: Sequence[float], clusters: Sequence[str]) -> float:
    """Return the standard error of the mean of `values`, clustered.

    With C clusters: sqrt(sum over clusters of (sum of deviations from the mean)^2) / n, times
    sqrt(C / (C - 1)) (Miller 2024, arXiv 2411.00640, equation 4, with the usual correction for
    few clusters). With one value a cluster it is the ordinary standard error of the mean.

    Raises:
        ValueError: fewer than two clusters, a value without a cluster, or lengths that differ.
    """
    numbers, count = _by_cluster(clusters, len(values))
    if count < 2:
        raise ValueError("a clustered standard error needs at least two clusters")
    deviations = np.asarray(values, dtype=float) - np.mean(values)
    sums = np.bincount(numbers, weights=deviations, minlength=count)
    return float(np.sqrt(np.sum(sums**2) * count / (count - 1)) / len(values))


def clustered_interval(values: Sequence[float], clusters: Sequence[str]) -> Interval:
    """Return the interval of a mean: `clustered_error` times Student's t at C - 1 degrees.

    Student's t rather than 1.96, which is too narrow for few clusters.

    Raises:
        ValueError: as in `clustered_error`.
    """
    reach = clustered_error(values, clusters) * stats.t.ppf((1 + LEVEL) / 2, len(set(clusters)) - 1)
    middle = float(np.mean(values))
    return Interval(middle - float(reach), middle + float(reach))


def share_interval(scores: Sequence[float], video_ids: Sequence[str]) -> Interval:
    """Return the interval of the mean of `scores`, each between 0 and 1.

    - each video has one item: Wilson;
    - videos repeat: `clustered_interval`, clipped to 0 to 1;
    - videos repeat, but their sums do not differ (all right, all wrong, or one video): the
      clustered error is 0 or undefined, which would claim certainty, so Wilson with the number of
      videos as n.

    Raises:
        ValueError: no scores, a score without a video, or lengths that differ.
    """
    _, count = _by_cluster(video_ids, len(scores))
    if count < len(scores) and count > 1 and clustered_error(scores, video_ids) > 1e-12:
        wide = clustered_interval(scores, video_ids)
        return Interval(max(0.0, wide.low), min(1.0, wide.high))
    return wilson(float(np.clip(np.mean(scores), 0, 1)) * count, count)


def share_estimate(scores: Sequence[float], video_ids: Sequence[str]) -> Estimate:
    """Return the mean of `scores` with its `share_interval`.

    Raises:
        ValueError: as in `share_interval`.
    """
    return Estimate(float(np.mean(scores)), share_interval(scores, video_ids), len(scores))


def ratio_interval(
    top: Sequence[float],
    bottom: Sequence[float],
    clusters: Sequence[str],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval | None:
    """Return the percentile interval of sum(top) / sum(bottom) by the cluster bootstrap.

    Whole clusters are drawn with replacement; `top` and `bottom` are paired row by row. A draw
    whose bottom sums to 0 has no ratio and is left out. None when all draws agree: a sample
    without spread says nothing of the uncertainty, and an interval of no width would claim none.

    Raises:
        ValueError: fewer than two clusters, a row without a cluster, lengths that differ, or a
            bottom that sums to 0.
    """
    numbers, count = _by_cluster(clusters, len(top))
    if len(bottom) != len(top):
        raise ValueError(f"{len(top)} rows on top, {len(bottom)} at the bottom")
    if not np.sum(bottom) > 0:
        raise ValueError("a ratio to 0 is not defined")
    weights = _draws(count, resamples, seed)
    tops = weights @ np.bincount(numbers, weights=np.asarray(top, dtype=float), minlength=count)
    bottoms = weights @ np.bincount(
        numbers, weights=np.asarray(bottom, dtype=float), minlength=count
    )
    return _percentiles(tops[bottoms > 0] / bottoms[bottoms > 0])


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Return the chance that a true item has a higher score than a false one; ties count half.

    Raises:
        ValueError: all labels are the same, or lengths that differ.
    """
    if len(set(labels)) < 2:
        raise ValueError("an AUROC needs true and false items")
    return float(roc_auc_score(labels, scores))


def auroc_interval(
    scores: Sequence[float],
    labels: Sequence[bool],
    clusters: Sequence[str],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval | None:
    """Return the percentile interval of the AUROC by the cluster bootstrap.

    The AUROC is a sum over pairs of one true and one false item, so a draw of clusters only
    weighs a table of pair sums, made once. A draw without one of the classes is left out. None when
    all draws agree, as in `ratio_interval`.

    Raises:
        ValueError: all labels are the same, fewer than two clusters, a row without a cluster, or
            lengths that differ.
    """
    numbers, count = _by_cluster(clusters, len(scores))
    truth = np.asarray(labels, dtype=bool)
    if len(truth) != len(scores) or len(set(labels)) < 2:
        raise ValueError("an AUROC needs true and false items, and one label a score")
    values = np.asarray(scores, dtype=float)
    member = np.eye(count)[numbers]
    wins = (np.sign(values[truth][:, None] - values[~truth][None, :]) + 1) / 2
    pairs = member[truth].T @ wins @ member[~truth]
    weights = _draws(count, resamples, seed)
    total = (weights @ member[truth].sum(0)) * (weights @ member[~truth].sum(0))
    won = np.sum((weights @ pairs) * weights, axis=1)
    return _percentiles(won[total > 0] / total[total > 0])


def _by_cluster(clusters: Sequence[str], rows: int) -> tuple[npt.NDArray[np.intp], int]:
    if rows == 0 or len(clusters) != rows:
        raise ValueError(f"{rows} rows, {len(clusters)} cluster ids")
    missing = sum(not cluster for cluster in clusters)
    if missing:
        raise ValueError(f"{missing} of {rows} rows have no cluster id")
    names, numbers = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
    return numbers, len(names)


def _draws(count: int, resamples: int, seed: int) -> Floats:
    if count < 2:
        raise ValueError("a cluster bootstrap needs at least two clusters")
    generator = np.random.default_rng(seed)
    return generator.multinomial(count, np.full(count, 1 / count), size=resamples).astype(float)


def _percentiles(draws: Floats) -> Interval | None:
    if np.ptp(draws) < 1e-12:
        return None
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
