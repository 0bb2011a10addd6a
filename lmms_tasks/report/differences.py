"""Every model less the first, on the same items; what cannot be compared is said, not raised."""

from collections.abc import Sequence
from dataclasses import dataclass

from data_prep.errors import UserError
from lmms_tasks.compare import notes
from lmms_tasks.comparison import Compared, compare
from lmms_tasks.logs import Run


@dataclass(frozen=True)
class Difference:
    """One model less the first; `gap` says why there is no comparison."""

    first: str
    second: str
    lines: list[Compared]
    notes: list[str]
    gap: str = ""


def differences(runs: Sequence[Run]) -> list[Difference]:
    """Return every model after the first less the first."""
    base, others = runs[0], runs[1:]
    found = []
    for run in others:
        try:
            lines, gap = compare(base, run), ""
        except UserError as error:
            lines, gap = [], str(error)
        found.append(Difference(base.name, run.name, lines, notes(base, run), gap))
    return found
