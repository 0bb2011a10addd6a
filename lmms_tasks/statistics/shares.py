"""Intervals of shares, and of the ratio of two sums."""

from collections.abc import Sequence

import numpy as np
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from lmms_tasks.statistics.clusters import (
    LEVEL,
    NOTHING,
    Estimate,
    Interval,
    cluster_sums,
    clustered_error,
    critical,
    numbered,
)


def wilson(successes: float, n: float) -> Interval:
    """Return the Wilson score interval of the share `successes / n`.

    Args:
        successes: between 0 and n; a fraction is allowed, for shares over clusters.
        n: the number of independent trials; a fraction for an effective number.

    Raises:
        ValueError: n is not positive, or successes lie outside 0 to n.
    """
    _check(successes, n)
    low, high = proportion_confint(successes, n, alpha=1 - LEVEL, method="wilson")
    return Interval(float(low), float(high))


def exact(successes: int, n: int) -> Interval:
    """Return the exact interval (Clopper and Pearson 1934) of the share `successes / n`.

    It covers at least 95 %, and mostly more: use it for counts such as 0 of 27, where an interval
    must not be too narrow, and `wilson` where it should be right on average.

    Raises:
        ValueError: as in `wilson`.
    """
    _check(successes, n)
    low, high = proportion_confint(successes, n, alpha=1 - LEVEL, method="beta")
    return Interval(float(low), float(high))


def share_interval(scores: Sequence[float], video_ids: Sequence[str]) -> Interval:
    """Return the interval of the mean of `scores`, each between 0 and 1.

    - each video has one item, right or wrong: Wilson;
    - videos repeat, or scores are fractions (means over rotations): Wilson with the effective
      number of items, share * (1 - share) / error^2 with the clustered error, and with Student's t
      at C - 1 degrees in place of 1.96; never narrower than for items that are independent.
      Unlike the error times t, it holds at few videos and near 0 and 1 (the idea of Korn and
      Graubard 1998, with Wilson in place of Clopper and Pearson);
    - videos repeat, but their sums do not differ (all right, all wrong, or one video): the
      clustered error is 0 or undefined, which would claim certainty, so Wilson with the number of
      videos as n.

    Raises:
        ValueError: no scores, a score without a video, or lengths that differ.
    """
    _, count = numbered(video_ids, len(scores))
    share = float(np.clip(np.mean(scores), 0, 1))
    # Of right and wrong this is share * (1 - share), of fractions it is less.
    spread = float(np.var(scores))
    binary = abs(spread - share * (1 - share)) < NOTHING
    if (count == len(scores) and binary) or count == 1:
        return wilson(share * count, count)
    error = clustered_error(scores, video_ids)
    if error < NOTHING:
        return wilson(share * count, count)
    effective = share * (1 - share) / error**2
    # Wilson's interval depends on n and the normal point z only through n / z^2.
    normal = stats.norm.ppf((1 + LEVEL) / 2)
    independent = share * (1 - share) / spread * len(scores)
    alike = min(effective * (normal / critical(count)) ** 2, independent)
    return wilson(share * alike, alike)


def share_estimate(scores: Sequence[float], video_ids: Sequence[str]) -> Estimate:
    """Return the mean of `scores` with its `share_interval`.

    Raises:
        ValueError: as in `share_interval`.
    """
    return Estimate(float(np.mean(scores)), share_interval(scores, video_ids), len(scores))


def ratio_interval(
    top: Sequence[float], bottom: Sequence[float], clusters: Sequence[str]
) -> Interval | None:
    """Return the interval of sum(top) / sum(bottom), the rows paired, clustered.

    The error is that of the linearised ratio r (delta method): sqrt(sum over clusters of
    (top - r * bottom)^2 * C / (C - 1)) / sum(bottom), times Student's t at C - 1 degrees. It
    covers what it should from 30 clusters on, where the percentile bootstrap is too narrow.
    None when the error is 0: a sample without spread says nothing of the uncertainty, and an
    interval of no width would claim none. The low end is at least 0 for sums that are.

    Raises:
        ValueError: fewer than two clusters, a row without a cluster, lengths that differ, or a
            bottom that does not sum to more than 0.
    """
    if len(bottom) != len(top):
        raise ValueError(f"{len(top)} rows on top, {len(bottom)} at the bottom")
    tops, bottoms = cluster_sums(top, clusters), cluster_sums(bottom, clusters)
    count = len(tops)
    if count < 2:
        raise ValueError("a clustered ratio needs at least two clusters")
    if not np.sum(bottoms) > 0:
        raise ValueError("a ratio to 0 is not defined")
    ratio = float(np.sum(tops) / np.sum(bottoms))
    left = tops - ratio * bottoms
    error = float(np.sqrt(np.sum(left**2) * count / (count - 1)) / np.sum(bottoms))
    if error < NOTHING:
        return None
    reach = critical(count) * error
    low = ratio - reach
    return Interval(max(0.0, low) if np.min(tops) >= 0 else low, ratio + reach)


def _check(successes: float, n: float) -> None:
    # Rounding may lift a share of effective items over their number.
    if not n > 0 or not -NOTHING <= successes <= n * (1 + NOTHING):
        raise ValueError(f"no share: {successes} of {n}")
