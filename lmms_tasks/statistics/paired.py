"""Two models on the same items: the difference, its interval, its tests, what could be detected."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as mcnemar_table
from statsmodels.stats.multitest import multipletests

from lmms_tasks.statistics.clusters import (
    LEVEL,
    NOTHING,
    Interval,
    cluster_sums,
    clustered_error,
    clustered_interval,
)

POWER = 0.8
# Scores are shares of few parts (rotations of an item): their sums are whole in this unit.
_PARTS = math.lcm(*range(1, 11))
_MOST_STATES = 4_000_000


@dataclass(frozen=True)
class Paired:
    """The mean difference of two paired samples, second less first.

    `interval` is None, as are `error` and `detectable`, where the differences show no spread
    over the clusters; `p` is that of `exchange_test`, `won` and `lost` count the items on which
    the second is better and worse.
    """

    value: float
    interval: Interval | None
    error: float | None
    p: float
    won: int
    lost: int
    n: int
    clusters: int

    @property
    def detectable(self) -> float | None:
        """The difference that such a sample shows four times in five, see `detectable`."""
        return None if self.error is None else detectable(self.error)


def paired(first: Sequence[float], second: Sequence[float], clusters: Sequence[str]) -> Paired:
    """Compare two models' scores of the same items, in the same order.

    The interval is `clustered_interval` of the differences, cut to -1 to 1; the p value is that
    of `exchange_test`, which is exact McNemar where every cluster has one item and scores are
    right or wrong.

    Raises:
        ValueError: lengths that differ, no rows, or a row without a cluster.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} scores are not paired")
    differences = np.asarray(second, dtype=float) - np.asarray(first, dtype=float)
    count = len(cluster_sums(differences, clusters))
    error = clustered_error(differences, clusters) if count > 1 else 0.0
    interval = None
    if error > NOTHING:
        wide = clustered_interval(differences, clusters)
        interval = Interval(max(-1.0, wide.low), min(1.0, wide.high))
    return Paired(
        value=float(np.mean(differences)),
        interval=interval,
        error=error if error > NOTHING else None,
        p=exchange_test(first, second, clusters),
        won=int(np.sum(differences > NOTHING)),
        lost=int(np.sum(differences < -NOTHING)),
        n=len(differences),
        clusters=count,
    )


def mcnemar(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the exact two-sided p value of McNemar's test on two series of right and wrong.

    It takes items for independent; where videos repeat use `exchange_test`.

    Raises:
        ValueError: a score that is neither 0 nor 1, or lengths that differ.
    """
    if len(first) != len(second) or not {*first, *second} <= {0, 1}:
        raise ValueError("McNemar's test is for two series of the same length, of 0 and 1")
    lost = sum(a > b for a, b in zip(first, second, strict=True))
    won = sum(a < b for a, b in zip(first, second, strict=True))
    return float(mcnemar_table([[0, lost], [won, 0]], exact=True).pvalue)


def exchange_test(
    first: Sequence[float], second: Sequence[float], clusters: Sequence[str]
) -> float:
    """Return the exact two-sided p value of "the two models could be exchanged, video by video".

    Under this hypothesis each cluster's sum of differences is as likely with either sign (Fisher's
    randomisation test). p is the chance of a total at least as far from 0, over all 2^C signs,
    counted by convolution, without drawing. With one item a cluster it is exact McNemar.

    Args:
        first: scores that are multiples of a fraction with a denominator up to 10.
        second: as `first`, of the same items.
        clusters: the cluster of each item.

    Raises:
        ValueError: lengths that differ, no rows, a row without a cluster, or finer scores.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} and {len(second)} scores are not paired")
    differences = (np.asarray(second, dtype=float) - np.asarray(first, dtype=float)) * _PARTS
    if np.max(np.abs(differences - np.rint(differences)), initial=0) > 1e-6:
        raise ValueError("the exchange test needs scores that are shares of at most 10 parts")
    sums = np.rint(cluster_sums(np.rint(differences), clusters)).astype(int)
    steps = np.abs(sums[sums != 0])
    if not len(steps):
        return 1.0
    steps = steps // np.gcd.reduce(steps)
    if int(steps.sum()) > _MOST_STATES:
        raise ValueError("too many items of too many parts for the exact test")
    total = abs(int(np.sum(np.sign(sums[sums != 0]) * steps)))
    return min(1.0, _tail(steps, total))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values corrected for testing all of them (Holm 1979)."""
    return [float(p) for p in multipletests(p_values, method="holm")[1]] if p_values else []


def smallest_detectable_difference(
    n: int, *, first_sd: float = 0.5, second_sd: float = 0.5, correlation: float = 0.0
) -> float:
    """Return the difference of means that `n` pairs show with a power of 80 %, at 5 % two-sided.

    (1.96 + 0.84) * sqrt((s1^2 + s2^2 - 2 r s1 s2) / n) (Miller 2024, arXiv 2411.00640, section 5).
    The default 0.5 is the largest standard deviation of right and wrong.

    Args:
        n: pairs, of independent items.
        first_sd: standard deviation of the first model's scores.
        second_sd: of the second model's.
        correlation: of the two models' scores over the items.

    Raises:
        ValueError: n is not positive, or the correlation lies outside -1 to 1.
    """
    if n < 1 or not -1 <= correlation <= 1:
        raise ValueError(f"no sample: n {n}, correlation {correlation}")
    variance = first_sd**2 + second_sd**2 - 2 * correlation * first_sd * second_sd
    return detectable(math.sqrt(variance / n))


def detectable(error: float) -> float:
    """Return the difference that is shown with a power of 80 % where this is its standard error."""
    return float(stats.norm.ppf((1 + LEVEL) / 2) + stats.norm.ppf(POWER)) * error


def _tail(steps: np.ndarray, total: int) -> float:
    """Return the chance that the sum of +- `steps` lies at least `total` from 0."""
    # chances[i] belongs to the sum 2 i - (sum of the steps so far): only every other is reached.
    chances = np.ones(1)
    for step in steps:
        longer = np.zeros(len(chances) + step)
        longer[: len(chances)] += chances / 2
        longer[step:] += chances / 2
        chances = longer
    reached = 2 * np.arange(len(chances)) - int(steps.sum())
    return float(np.sum(chances[np.abs(reached) >= total]))
