"""Right and wrong before and after feedback, kind by kind."""

from collections.abc import Sequence
from dataclasses import dataclass

from lmms_tasks.logs import Run
from lmms_tasks.scores import CORRECTION
from lmms_tasks.statistics import Estimate
from lmms_tasks.videoreason.feedback import CONTROL, KINDS, ORACLES
from lmms_tasks.videoreason.turns import asked, elimination, estimate, turns


@dataclass(frozen=True)
class Flow:
    """What became of one model's first answers under one kind of feedback.

    Attributes:
        name: of the model.
        model: its place in the order of the models.
        task: whose log it is.
        kind: of feedback.
        about: what a reader must know of the kind.
        kept: right at first and at second.
        lost: right at first only.
        gained: right at second only.
        failed: right at neither.
        lacking: items for which the feedback could not be given.
        corrected: `gained` of those wrong at first, with its exact interval.
        regressed: `lost` of those right at first, with its exact interval.
        lift: corrected, less corrected by asking again without feedback.
        chance: what drawing among the remaining options would correct.
    """

    name: str
    model: int
    task: str
    kind: str
    about: str
    kept: int
    lost: int
    gained: int
    failed: int
    lacking: int
    corrected: Estimate | None
    regressed: Estimate | None
    lift: Estimate | None
    chance: float | None

    @property
    def n(self) -> int:
        """The number of items that were answered twice."""
        return self.kept + self.lost + self.gained + self.failed


def flows(runs: Sequence[Run]) -> list[Flow]:
    """Return the flow of every model, task and kind of feedback, the control first."""
    found = []
    for number, run in enumerate(runs):
        for task, log in run.tasks.items():
            if not task.startswith(CORRECTION):
                continue
            rows = turns(log.records)
            for kind in KINDS:
                of_kind = asked(rows, kind)
                ways = [(bool(row.before), bool(row.after)) for row in of_kind]
                found.append(
                    Flow(
                        name=run.name,
                        model=number,
                        task=task,
                        kind=kind,
                        about=_about(kind),
                        kept=ways.count((True, True)),
                        lost=ways.count((True, False)),
                        gained=ways.count((False, True)),
                        failed=ways.count((False, False)),
                        lacking=sum(row.feedback == kind for row in rows) - len(of_kind),
                        corrected=estimate(rows, kind, "corrected"),
                        regressed=estimate(rows, kind, "regressed"),
                        lift=estimate(rows, kind, "lift") if kind != CONTROL else None,
                        chance=elimination(rows, kind),
                    )
                )
    return found


def _about(kind: str) -> str:
    if kind == CONTROL:
        return "control: asked again without a word"
    return "oracle: reveals the outcome" if kind in ORACLES else ""
