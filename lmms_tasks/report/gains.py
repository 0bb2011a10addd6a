"""What a model owes to the video: its direct answers less those of each control, paired."""

from collections.abc import Sequence
from dataclasses import dataclass

from lmms_tasks.logs import Run
from lmms_tasks.scores import gains
from lmms_tasks.statistics import Estimate, Paired, paired


@dataclass(frozen=True)
class Gain:
    """One control of one model."""

    name: str
    model: int
    key: str
    paired: Paired

    @property
    def estimate(self) -> Estimate:
        """The gain with its interval."""
        return Estimate(self.paired.value, self.paired.interval, self.paired.n)


def all_gains(runs: Sequence[Run]) -> list[Gain]:
    """Return the gains over every control that the runs have.

    Raises:
        UserError: the tasks of a run are on different items.
    """
    found = []
    for number, run in enumerate(runs):
        for key, rows in gains(run).items():
            values = [row.score for row in rows]
            tested = paired([0.0] * len(rows), values, [row.video_id for row in rows])
            found.append(Gain(run.name, number, key, tested))
    return found
