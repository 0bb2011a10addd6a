"""What a check finds: where, what is wrong, how to mend it, and how bad it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# Training or evaluation would stop, or go on with something else than was meant; or it would not.
Severity = Literal["breaks", "warns"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        where: a setting, a file, a row or a clip.
        wrong: what is wrong there, with the value seen.
        fix: what to write or to type.
        severity: `breaks` makes the check exit with 1.
        excess: by how much a limit is passed, in the unit of the limit; the worst are told first.
    """

    where: str
    wrong: str
    fix: str
    severity: Severity = "breaks"
    excess: float = 0.0


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings that break before those that warn, and the greatest excess first."""
    return sorted(findings, key=lambda found: (found.severity == "warns", -found.excess))


def breaks(findings: Iterable[Finding]) -> bool:
    """Tell whether one of the findings would break training or evaluation."""
    return any(found.severity == "breaks" for found in findings)
