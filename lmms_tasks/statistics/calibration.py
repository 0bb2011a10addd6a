"""Is what was given 80 % true in 80 of 100 cases? Measures of stated probabilities.

Bins hold equally many items as far as ties allow: their edges are quantiles, so that equal
probabilities, of which a model states many, are never in two bins.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lmms_tasks.statistics.clusters import NOTHING, Estimate, Floats, numbered
from lmms_tasks.statistics.shares import share_estimate

BINS = 10


@dataclass(frozen=True)
class Bins:
    """Of each bin: its mean probability, its share of true items, and its number of items."""

    stated: Floats
    true: Floats
    counts: Floats


@dataclass(frozen=True)
class Line:
    """A line through the bins, each weighed by its items: share of true = intercept + slope * p.

    A calibrated model has slope 1 and intercept 0. `fit` is the weighted R^2 of the line, which
    says how near the bins are to it, and nothing of whether it is the right one.
    """

    slope: float
    intercept: float
    fit: float | None


@dataclass(frozen=True)
class Brier:
    """The mean squared error of probabilities, which is reliability - resolution + uncertainty.

    `resolution` has the two terms of the spread within bins taken off (Stephenson, Coelho and
    Jolliffe 2008, Weather and Forecasting 23:752): the parts then add up for bins, too, and not
    only for as many bins as there are probabilities (Murphy 1973).
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float


def equal_mass(probabilities: Sequence[float], labels: Sequence[bool], bins: int = BINS) -> Bins:
    """Return the bins of stated probabilities, empty ones left out.

    The edges are those of scikit-learn's `calibration_curve(strategy="quantile")`.

    Raises:
        ValueError: no items, lengths that differ, or a probability outside of 0 to 1.
    """
    stated, truth = checked(probabilities, labels)
    number = bin_of(stated, bins)
    counts = np.bincount(number)
    return Bins(
        stated=np.bincount(number, stated) / counts,
        true=np.bincount(number, truth) / counts,
        counts=counts.astype(np.float64),
    )


def bin_shares(
    probabilities: Sequence[float],
    labels: Sequence[bool],
    clusters: Sequence[str],
    bins: int = BINS,
) -> list[Estimate]:
    """Return of each bin of `equal_mass` the share of true items with its `share_interval`.

    Raises:
        ValueError: as in `equal_mass`, or a row without a cluster.
    """
    stated, truth = checked(probabilities, labels)
    numbered(clusters, len(stated))
    number, of = bin_of(stated, bins), np.asarray(clusters, dtype=object)
    return [
        share_estimate(truth[number == one].tolist(), of[number == one].tolist())
        for one in range(int(number.max()) + 1)
    ]


def expected_error(
    probabilities: Sequence[float], labels: Sequence[bool], bins: int = BINS
) -> float:
    """Return the expected calibration error: mean |share of true - mean probability| over items.

    It is biased upwards in small samples, where a bin's share is off by chance alone; the interval
    of `calibration_error.error_estimate` allows for that.

    Raises:
        ValueError: as in `equal_mass`.
    """
    found = equal_mass(probabilities, labels, bins)
    return float(np.average(np.abs(found.true - found.stated), weights=found.counts))


def reliability_line(
    probabilities: Sequence[float], labels: Sequence[bool], bins: int = BINS
) -> Line | None:
    """Return the weighted least-squares line through the bins; None with less than two of them.

    Its `fit` is None where all bins have the same share of true items.

    Raises:
        ValueError: as in `equal_mass`.
    """
    found = equal_mass(probabilities, labels, bins)
    x, y, weights = found.stated, found.true, found.counts
    x_mean, y_mean = np.average(x, weights=weights), np.average(y, weights=weights)
    x_spread = np.sum(weights * (x - x_mean) ** 2)
    y_spread = np.sum(weights * (y - y_mean) ** 2)
    if x_spread < NOTHING:
        return None
    slope = float(np.sum(weights * (x - x_mean) * (y - y_mean)) / x_spread)
    intercept = float(y_mean - slope * x_mean)
    left = np.sum(weights * (y - intercept - slope * x) ** 2)
    fit = None if y_spread < NOTHING else float(1 - left / y_spread)
    return Line(slope, intercept, fit)


def brier(probabilities: Sequence[float], labels: Sequence[bool], bins: int = BINS) -> Brier:
    """Return the Brier score and its parts.

    Raises:
        ValueError: as in `equal_mass`.
    """
    stated, truth = checked(probabilities, labels)
    found = equal_mass(probabilities, labels, bins)
    score = float(np.mean((stated - truth) ** 2))
    base = float(truth.mean())
    reliability = float(np.average((found.stated - found.true) ** 2, weights=found.counts))
    uncertainty = base * (1 - base)
    return Brier(score, reliability, reliability + uncertainty - score, uncertainty)


def minmax_mismatch(uncertainties: Sequence[float], errors: Sequence[float]) -> float | None:
    """Return what the Foresight study called "ECE", with its last bin closed.

    Both are stretched to 0 to 1 over the set; over ten equal bins of uncertainty, the mean of
    |mean uncertainty - mean error|, weighed by items. It compares no probability with any
    frequency: the value depends on the two extremes of the set. The study left the item of the
    greatest uncertainty out.

    None where either does not vary.

    Raises:
        ValueError: lengths that differ.
    """
    if len(uncertainties) != len(errors):
        raise ValueError(f"{len(uncertainties)} uncertainties, {len(errors)} errors")
    unsure, wrong = (np.asarray(values, dtype=float) for values in (uncertainties, errors))
    if not len(unsure) or min(np.ptp(unsure), np.ptp(wrong)) < NOTHING:
        return None
    unsure, wrong = ((v - v.min()) / np.ptp(v) for v in (unsure, wrong))
    number = np.minimum((unsure * 10).astype(int), 9)
    sums = np.bincount(number, unsure, 10) - np.bincount(number, wrong, 10)
    return float(np.abs(sums).sum() / len(unsure))


def bin_of(stated: Floats, bins: int = BINS) -> npt.NDArray[np.intp]:
    """Return the bin of each probability, 0 the lowest; empty ones have no number."""
    edges = np.percentile(stated, np.linspace(0, 1, bins + 1) * 100)
    return np.unique(np.searchsorted(edges[1:-1], stated), return_inverse=True)[1]


def checked(probabilities: Sequence[float], labels: Sequence[bool]) -> tuple[Floats, Floats]:
    """Return both as numbers, true as 1.

    Raises:
        ValueError: as in `equal_mass`.
    """
    stated, truth = np.asarray(probabilities, dtype=float), np.asarray(labels, dtype=float)
    if not len(stated) or len(stated) != len(truth):
        raise ValueError(f"{len(stated)} probabilities, {len(truth)} labels")
    if not np.all((stated >= 0) & (stated <= 1)):
        raise ValueError("a probability lies outside of 0 to 1")
    return stated, truth
