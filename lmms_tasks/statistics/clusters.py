"""Values in clusters, such as the items of a video: their sums and the error of their mean."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

LEVEL = 0.95
# Below this, a standard error is 0 but for rounding.
NOTHING = 1e-12

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]


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


def numbered(clusters: Sequence[str], rows: int) -> tuple[Numbers, int]:
    """Return the cluster of each row as a number from 0 on, and how many clusters there are.

    Raises:
        ValueError: no rows, a row without a cluster, or lengths that differ.
    """
    if rows == 0 or len(clusters) != rows:
        raise ValueError(f"{rows} rows, {len(clusters)} cluster ids")
    missing = sum(not cluster for cluster in clusters)
    if missing:
        raise ValueError(f"{missing} of {rows} rows have no cluster id")
    names, numbers = np.unique(np.asarray(clusters, dtype=object).astype(str), return_inverse=True)
    return numbers, len(names)


def cluster_sums(values: Sequence[float] | Floats, clusters: Sequence[str]) -> Floats:
    """Return the sum of `values` in each cluster, in the order of the clusters' names.

    Raises:
        ValueError: as in `numbered`.
    """
    numbers, count = numbered(clusters, len(values))
    weights = np.asarray(values, dtype=float)
    return np.bincount(numbers, weights=weights, minlength=count).astype(np.float64)


def clustered_error(values: Sequence[float] | Floats, clusters: Sequence[str]) -> float:
    """Return the standard error of the mean of `values`, clustered.

    With C clusters: sqrt(sum over clusters of (sum of deviations from the mean)^2) / n, times
    sqrt(C / (C - 1)) (Miller 2024, arXiv 2411.00640, equation 4, with the usual correction for
    few clusters). With one value a cluster it is the ordinary standard error of the mean.

    Raises:
        ValueError: fewer than two clusters, a value without a cluster, or lengths that differ.
    """
    sums = cluster_sums(np.asarray(values, dtype=float) - np.mean(values), clusters)
    count = len(sums)
    if count < 2:
        raise ValueError("a clustered standard error needs at least two clusters")
    return float(np.sqrt(np.sum(sums**2) * count / (count - 1)) / len(values))


def clustered_interval(values: Sequence[float] | Floats, clusters: Sequence[str]) -> Interval:
    """Return the interval of a mean: `clustered_error` times Student's t at C - 1 degrees.

    Student's t rather than 1.96, which is too narrow for few clusters.

    Raises:
        ValueError: as in `clustered_error`.
    """
    reach = clustered_error(values, clusters) * critical(len(set(clusters)))
    middle = float(np.mean(values))
    return Interval(middle - reach, middle + reach)


def critical(clusters: float) -> float:
    """Return the two-sided 95 % point of Student's t for so many clusters, or effective ones."""
    return float(stats.t.ppf((1 + LEVEL) / 2, clusters - 1))
