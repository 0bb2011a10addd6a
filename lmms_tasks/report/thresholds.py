"""The study's printed thresholds, and whether a model's whole interval lies beyond them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from lmms_tasks.logs import Run
from lmms_tasks.scores import CORRECTION, VERIFICATION
from lmms_tasks.statistics import Estimate
from lmms_tasks.statistics.calibration import reliability_line
from lmms_tasks.videoreason import judgements, turns
from lmms_tasks.videoreason.feedback import KINDS
from lmms_tasks.videoreason.judgements import VERIFIERS

Verdict = Literal["met", "missed", "open", "no interval", "not measured"]


@dataclass(frozen=True)
class Threshold:
    """A bound that the study printed; `above` tells on which side of it a value should lie."""

    about: str
    bound: float
    above: bool = True

    @property
    def said(self) -> str:
        """The bound in signs."""
        return f"{'>' if self.above else '<'} {self.bound:.2f}"


R = Threshold("correlation with the truth, r", 0.30)
AREA = Threshold("AUROC", 0.65)
GAP = Threshold("mean of true less mean of false", 0.08)
ECE = Threshold("expected calibration error", 0.15, above=False)
FIT = Threshold("R² of the reliability line", 0.60)
CORRECTED = Threshold("wrong first answers corrected", 0.15)
# A log-likelihood has another scale than that of the gap's bound.
_GAPS = ("confidence", "lpips")


@dataclass(frozen=True)
class Check:
    """One measure of one model beside its threshold; `of` is the verifier, or the feedback."""

    name: str
    model: int
    of: str
    threshold: Threshold
    estimate: Estimate | None

    @property
    def verdict(self) -> Verdict:
        """`open` where the interval holds the bound; a point alone shows nothing."""
        if self.estimate is None:
            return "not measured"
        ends, bound = self.estimate.interval, self.threshold.bound
        if ends is None:
            return "no interval"
        if ends.low <= bound <= ends.high:
            return "open"
        return "met" if (ends.low > bound) == self.threshold.above else "missed"


def checks(runs: Sequence[Run]) -> list[Check]:
    """Return every measure that the study had a threshold for, model by model."""
    return [
        Check(run.name, number, of, threshold, estimate)
        for number, run in enumerate(runs)
        for of, threshold, estimate in (*_of_verifiers(run), *_of_feedback(run))
    ]


def _of_verifiers(run: Run) -> Iterator[tuple[str, Threshold, Estimate | None]]:
    if VERIFICATION not in run.tasks:
        return
    records = run.tasks[VERIFICATION].records
    for name in VERIFIERS:
        yield name, R, judgements.correlation(records, name)
        yield name, AREA, judgements.estimate(records, name)
        if name in _GAPS:
            yield name, GAP, judgements.mean_gap(records, name)
    yield "confidence", ECE, judgements.calibration_error(records)
    said = judgements.stated(records)
    line = reliability_line(said.scores, said.labels) if said.scores else None
    fit = None if line is None or line.fit is None else Estimate(line.fit, None, len(said.scores))
    yield "confidence", FIT, fit


def _of_feedback(run: Run) -> Iterator[tuple[str, Threshold, Estimate | None]]:
    for task, log in run.tasks.items():
        if task.startswith(CORRECTION):
            rows = turns.turns(log.records)
            for kind in KINDS:
                yield f"feedback {kind}", CORRECTED, turns.estimate(rows, kind, "corrected")
