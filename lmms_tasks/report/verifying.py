"""ROC curves with a band, and the calibration of stated probabilities, laid out for drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from lmms_tasks.logs import Records, Run
from lmms_tasks.metrics import Item
from lmms_tasks.scores import PLAUSIBILITY, VERIFICATION
from lmms_tasks.statistics import Estimate, Interval, bootstrap_interval, wilson
from lmms_tasks.statistics.calibration import (
    Brier,
    Line,
    brier,
    equal_mass,
    reliability_line,
)
from lmms_tasks.videoreason.judgements import (
    VERIFIERS,
    Judged,
    Verifier,
    calibration_error,
    estimate,
    judged,
    mismatch,
    stated,
)
from lmms_tasks.videoreason.preferences import judged_rows

Floats = npt.NDArray[np.float64]
# Where the band is measured, and how often the videos are drawn again for it.
_GRID = np.linspace(0, 1, 21)
_DRAWS = 500
# Where the task says it better than the verifier.
_NAMES = {PLAUSIBILITY: "plausibility"}


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
    """The reliability of one model's stated probabilities.

    `minmax` is what the study called ECE, of the probabilities and LPIPS.
    """

    name: str
    model: int
    n: int
    bins: list[Bin]
    error: Estimate | None
    line: Line | None
    brier: Brier
    minmax: float | None


def curves(
    runs: Sequence[Run], task: str = VERIFICATION, verifiers: Sequence[Verifier] = VERIFIERS
) -> list[Roc]:
    """Return the ROC curves of every verifier of every model; none of one class only."""
    return [
        Roc(run.name, number, _NAMES.get(task, verifier), area, _points(found), _band(found))
        for number, run in enumerate(runs)
        for records in (_records(run, task),)
        for verifier in verifiers
        if (area := estimate(records, verifier)) is not None
        for found in (judged(records, verifier),)
    ]


def calibrations(runs: Sequence[Run], task: str = VERIFICATION) -> list[Calibration]:
    """Return the reliability of every model that stated probabilities."""
    found = []
    for number, run in enumerate(runs):
        records = _records(run, task)
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
        parts = brier(said.scores, said.labels)
        stretched = mismatch(records) if task == VERIFICATION else None
        count = len(said.scores)
        found.append(Calibration(run.name, number, count, rows, error, line, parts, stretched))
    return found


def _records(run: Run, task: str) -> Sequence[Item]:
    records: Records = run.tasks[task].records if task in run.tasks else []
    return judged_rows(records) if task == PLAUSIBILITY else records


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
