"""ROC curves with a band, and the calibration of stated probabilities, laid out for drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from lmms_tasks.logs import Records, Run
from lmms_tasks.scores import VERIFICATION
from lmms_tasks.statistics import Estimate, Interval, bootstrap_interval, wilson
from lmms_tasks.statistics.calibration import Line, equal_mass, reliability_line
from lmms_tasks.videoreason.judgements import (
    VERIFIERS,
    Judged,
    calibration_error,
    estimate,
    judged,
    stated,
)

Floats = npt.NDArray[np.float64]
# Where the band is measured, and how often the videos are drawn again for it.
_GRID = np.linspace(0, 1, 21)
_DRAWS = 500


@dataclass(frozen=True)
class Roc:
    """The ROC curve of one verifier of one model.

    Attributes:
        name: of the model.
        model: its place in the order of the models.
        verifier: what gave the scores.
        area: AUROC with its interval.
        points: (share of false ones accepted, share of true ones accepted), from 0, 0 to 1, 1.
        band: (share of false ones accepted, 95 % interval of the other), pointwise, whole videos
            drawn again; empty where too few draws define it.
    """

    name: str
    model: int
    verifier: str
    area: Estimate
    points: list[tuple[float, float]]
    band: list[tuple[float, Interval]]


@dataclass(frozen=True)
class Bin:
    """Equally many stated probabilities, with the share of true ones and its Wilson interval."""

    stated: float
    true: float
    count: int
    interval: Interval


@dataclass(frozen=True)
class Calibration:
    """The reliability of one model's stated probabilities."""

    name: str
    model: int
    n: int
    bins: list[Bin]
    error: Estimate | None
    line: Line | None


def curves(runs: Sequence[Run]) -> list[Roc]:
    """Return the ROC curves of every verifier of every model; none of one class only."""
    return [
        Roc(run.name, number, verifier, area, _points(found), _band(found))
        for number, run in enumerate(runs)
        for records in (_records(run),)
        for verifier in VERIFIERS
        if (area := estimate(records, verifier)) is not None
        for found in (judged(records, verifier),)
    ]


def calibrations(runs: Sequence[Run]) -> list[Calibration]:
    """Return the reliability of every model that stated probabilities."""
    found = []
    for number, run in enumerate(runs):
        records = _records(run)
        said = stated(records)
        if not said.scores:
            continue
        bins = equal_mass(said.scores, said.labels)
        rows = [
            Bin(float(mean), float(true), int(count), wilson(float(true * count), float(count)))
            for mean, true, count in zip(bins.stated, bins.true, bins.counts, strict=True)
        ]
        line = reliability_line(said.scores, said.labels)
        error = calibration_error(records)
        found.append(Calibration(run.name, number, len(said.scores), rows, error, line))
    return found


def _records(run: Run) -> Records:
    return run.tasks[VERIFICATION].records if VERIFICATION in run.tasks else []


def _curve(scores: Floats, truth: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the shares of false and of true ones accepted, threshold by threshold."""
    order = np.argsort(-scores, kind="stable")
    # Equal scores pass a threshold together.
    last = np.append(np.diff(scores[order]) != 0, True)
    true, false = np.cumsum(truth[order])[last], np.cumsum(~truth[order])[last]
    return np.append(0.0, false / false[-1]), np.append(0.0, true / true[-1])


def _points(found: Judged) -> list[tuple[float, float]]:
    x, y = _curve(np.asarray(found.scores), np.asarray(found.labels))
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _band(found: Judged) -> list[tuple[float, Interval]]:
    if len(set(found.videos)) < 2:
        return []
    scores, truth = np.asarray(found.scores), np.asarray(found.labels)

    def height(rows: npt.NDArray[np.intp], at: float) -> float:
        if truth[rows].all() or not truth[rows].any():
            return float("nan")
        return float(np.interp(at, *_curve(scores[rows], truth[rows])))

    every = np.arange(len(scores))
    ends = [
        bootstrap_interval(partial(height, at=at), found.videos, resamples=_DRAWS)
        for at in _GRID.tolist()
    ]
    if not any(ends):
        return []
    # Where all draws agree there is no interval, and the band has no width.
    points = [(at, height(every, at)) for at in _GRID.tolist()]
    return [
        (at, one or Interval(middle, middle))
        for (at, middle), one in zip(points, ends, strict=True)
    ]
