"""The cluster bootstrap, for statistics that have no formula of their own."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from lmms_tasks.statistics.clusters import LEVEL, NOTHING, Interval, numbered

RESAMPLES = 2000
SEED = 0
Rows = npt.NDArray[np.intp]


def bootstrap_interval(
    statistic: Callable[[Rows], float],
    clusters: Sequence[str],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Interval | None:
    """Return the percentile interval of a statistic; whole clusters are drawn with replacement.

    It is right for a median. It is too narrow for a mean of few or skewed values, and wrong for
    what is biased or near a bound, such as a calibration error: these have intervals of their own.

    Args:
        statistic: takes the numbers of the drawn rows, a row as often as its cluster was drawn;
            NaN where the draw does not define it, such as an AUROC of one class.
        clusters: the cluster of each row.
        resamples: number of draws; the interval is taken over those that are not NaN.
        seed: the same seed gives the same interval.

    Returns:
        None when the draws agree, or fewer than half of them define the statistic.

    Raises:
        ValueError: fewer than two clusters, a row without a cluster, or no rows.
    """
    draws = np.asarray([statistic(rows) for rows in drawn(clusters, resamples, seed)], dtype=float)
    defined = draws[~np.isnan(draws)]
    if len(defined) < len(draws) / 2 or np.ptp(defined) < NOTHING:
        return None
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


def drawn(clusters: Sequence[str], resamples: int, seed: int = SEED) -> Iterator[Rows]:
    """Yield the numbers of the rows of `resamples` draws of whole clusters, with replacement.

    Raises:
        ValueError: as in `bootstrap_interval`.
    """
    numbers, count = numbered(clusters, len(clusters))
    if count < 2:
        raise ValueError("a cluster bootstrap needs at least two clusters")
    order = np.argsort(numbers, kind="stable")
    rows_of = np.split(order, np.cumsum(np.bincount(numbers))[:-1])
    generator = np.random.default_rng(seed)
    for _ in range(resamples):
        yield np.concatenate([rows_of[i] for i in generator.integers(0, count, count)])
