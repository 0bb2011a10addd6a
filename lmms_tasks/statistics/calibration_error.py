"""The expected calibration error with an interval of the error that is not chance.

The error that a sample shows is biased upwards: each bin's share is off by chance, and all that is
off counts. A percentile bootstrap adds the same chance once more, and is further off still.
"""

from collections.abc import Sequence

import numpy as np
from scipy import optimize, stats

from lmms_tasks.statistics.calibration import BINS, bin_of, checked
from lmms_tasks.statistics.clusters import (
    LEVEL,
    NOTHING,
    Estimate,
    Floats,
    Interval,
    Numbers,
    critical,
    numbered,
)

DRAWS = 2000
SEED = 0
# A bin this many standard errors off is surely off; of the others it is not known how far.
SURE = 2.0


def error_estimate(
    probabilities: Sequence[float],
    labels: Sequence[bool],
    clusters: Sequence[str],
    bins: int = BINS,
) -> Estimate:
    """Return the expected calibration error, and the interval of what it would be without chance.

    The interval holds the errors that would show one as large, and as small, as this in more than
    2.5 % of samples. The noise of the bins is drawn from a normal distribution with their clustered
    covariance, widened to Student's t. How much chance adds depends on which bins are really off:
    most where few are far off, least where all are equally off. The low end takes those that are
    off by more than two standard errors, the high end takes all of them, so that the interval is
    rather too wide. It covers .94 to .99 from 100 items on; with 50, in ten bins, .86 to .97. A
    calibrated model's low end is 0. The high end is at least the value.

    The interval is None with fewer than two clusters, or without spread.

    Raises:
        ValueError: as in `calibration.equal_mass`, or a row without a cluster.
    """
    stated, truth = checked(probabilities, labels)
    numbers, count = numbered(clusters, len(stated))
    number = bin_of(stated, bins)
    sizes = np.bincount(number)
    off = np.bincount(number, truth - stated) / len(stated)
    value = float(np.sum(np.abs(off)))
    covariance = _covariance(truth - stated, number, numbers, count)
    errors = np.sqrt(np.diag(covariance))
    if count < 2 or float(errors.max()) < NOTHING:
        return Estimate(value, None, len(stated))
    normal = np.random.default_rng(SEED).standard_normal((DRAWS, len(sizes)))
    values, vectors = np.linalg.eigh(covariance)
    wider = critical(count) / stats.norm.ppf((1 + LEVEL) / 2)
    noise = wider * normal * np.sqrt(np.maximum(values, 0)) @ vectors.T
    sure = np.where(np.abs(off) > SURE * errors, off, 0)
    if not sure.any():
        sure[np.argmax(np.abs(off))] = 1.0
    even = np.where(off < 0, -1.0, 1.0) * sizes.astype(np.float64)
    low = _end(value, sure, noise, (1 + LEVEL) / 2)
    high = _end(value, even, noise, (1 - LEVEL) / 2)
    return Estimate(value, Interval(low, max(value, high)), len(stated))


def _covariance(left: Floats, number: Numbers, numbers: Numbers, count: int) -> Floats:
    """Return the covariance of the bins' parts of the error, (bins, bins), clustered."""
    sizes = np.bincount(number)
    around = left - (np.bincount(number, left) / sizes)[number]
    # As in a variance of few values, which the mean of a bin is too near to.
    around *= np.sqrt(sizes / np.maximum(sizes - 1, 1))[number]
    sums = np.zeros((count, len(sizes)))
    np.add.at(sums, (numbers, number), around / len(left))
    return np.asarray(sums.T @ sums * count / max(1, count - 1))


def _end(value: float, direction: Floats, noise: Floats, level: float) -> float:
    """Return the error, spread over bins as `direction`, that shows `value` at this quantile."""
    share = direction / np.sum(np.abs(direction))

    def above(error: float) -> float:
        return float(np.quantile(np.sum(np.abs(error * share + noise), axis=1), level)) - value

    if above(0.0) >= 0:
        return 0.0
    most = value + float(np.sum(np.abs(noise), axis=1).max())
    return float(optimize.brentq(above, 0.0, most, xtol=1e-6))
