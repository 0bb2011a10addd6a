"""How pairs are chosen and written: the settings of `pairs`."""

from dataclasses import dataclass, field
from typing import Any

from data_prep.boundaries.look import DetectorName, check_detector
from data_prep.errors import UserError
from data_prep.pairs.keyframes import Limits
from data_prep.vision import VisionBudget


@dataclass(frozen=True)
class Settings:
    """How pairs are chosen and written; the same settings and files give the same bytes.

    Attributes:
        budget: gives the size of the pictures.
        limits: what a pair must keep to.
        rate: frames a second that motion is measured on; between them it would be lost in grain.
        full: write pictures at the size of the video.
        detector: finds the scenes of clips of which they are not known.
        seed: draws the negatives.

    Raises:
        UserError: a value is out of range, or the detector needs a library that is not there.
    """

    budget: VisionBudget
    limits: Limits = field(default_factory=Limits)
    rate: float = 8.0
    full: bool = False
    detector: DetectorName = "own"
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what no pair could keep to."""
        limits = self.limits
        for option, value, valid, rule in (
            ("--top", limits.top, limits.top >= 2, "2 or more"),
            ("--spacing", limits.spacing, limits.spacing >= 1, "1 or more frames"),
            ("--min-gap", limits.min_gap, limits.min_gap >= 0, "0 or more seconds"),
            ("--max-gap", limits.max_gap, limits.max_gap > limits.min_gap, "more than --min-gap"),
            ("--min-motion", limits.min_motion, limits.min_motion > 0, "more than 0 pixels"),
            ("--rate", self.rate, self.rate > 0, "more than 0 frames a second"),
        ):
            if not valid:
                raise UserError(f"{option} must be {rule}", seen=value)
        check_detector(self.detector)

    def described(self) -> dict[str, Any]:
        """Return what the sidecar of a manifest says of the settings, the seed apart."""
        return {
            "step": "pairs",
            "budget": None if self.full else self.budget.model_dump(),
            **self.limits._asdict(),
            "rate": self.rate,
            "detector": self.detector,
        }
