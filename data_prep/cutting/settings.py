"""How clips are cut and written: the settings of a `split`."""

from dataclasses import dataclass
from typing import Any, get_args

from data_prep.boundaries.look import DetectorName, check_detector
from data_prep.cutting.carriers import Carrier
from data_prep.cutting.choice import Policy
from data_prep.errors import UserError
from data_prep.vision import FRAME_FACTOR, VisionBudget


@dataclass(frozen=True)
class Settings:
    """How clips are cut and encoded; the same settings and files give the same bytes.

    Attributes:
        budget: size and rate of the clips to write.
        policy: see `choice.choose_cut`.
        ratio: share of the duration that is context, for the policies `ratio` and `auto`.
        min_context: seconds that a context must have; never less than two frames.
        min_future: seconds that a future must have; never less than two frames.
        min_gap: seconds between the last frame of a context and the first of its future. The
            future begins at the cut, so it is the context that ends earlier.
        carrier: see `carriers.Carrier`.
        detector: finds the scenes of clips of which they are not known.
        seed: draws the boundary of each clip, together with the clip's id.

    Raises:
        UserError: a value is out of range, or the detector needs a library that is not there.
    """

    budget: VisionBudget
    policy: Policy = "auto"
    ratio: float = 0.5
    min_context: float = 1.0
    min_future: float = 1.0
    min_gap: float = 0.0
    carrier: Carrier = "mp4"
    detector: DetectorName = "own"
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what no clip could be cut by."""
        seconds = "0 or more seconds"
        for option, value, valid, rule in (
            ("--policy", self.policy, self.policy in get_args(Policy), "one of the policies"),
            ("--carrier", self.carrier, self.carrier in get_args(Carrier), "one of the carriers"),
            ("--ratio", self.ratio, 0 < self.ratio < 1, "between 0 and 1"),
            ("--min-context", self.min_context, self.min_context >= 0, seconds),
            ("--min-future", self.min_future, self.min_future >= 0, seconds),
            ("--min-gap", self.min_gap, self.min_gap >= 0, seconds),
        ):
            if not valid:
                raise UserError(f"{option} must be {rule}", seen=value)
        check_detector(self.detector)

    @property
    def two_frames(self) -> float:
        """Seconds that two frames of the budget take."""
        return FRAME_FACTOR / self.budget.fps

    def context_end(self, cut: float) -> float:
        """Return when, in seconds, a context must end so that the gap before `cut` is kept.

        The last frame of a context is one step of the budget before its end.
        """
        return cut - max(0.0, self.min_gap - 1 / self.budget.fps)

    def described(self) -> dict[str, Any]:
        """Return what the sidecar of a manifest says of the settings, the seed apart."""
        return {
            "step": "split",
            "budget": self.budget.model_dump(),
            "policy": self.policy,
            "ratio": self.ratio,
            "min_context": self.min_context,
            "min_future": self.min_future,
            "min_gap": self.min_gap,
            "carrier": self.carrier,
            "detector": self.detector,
        }
