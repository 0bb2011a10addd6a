"""What a check of one recipe has found, and how it is asked for."""

from dataclasses import dataclass, field
from pathlib import Path

from data_prep.checking.finding import Finding, breaks
from data_prep.checking.lengths import Lengths
from data_prep.checking.recipes import Kind
from data_prep.checking.sights import Sights


@dataclass(frozen=True)
class Asked:
    """What a check is to look at beside the recipe.

    Attributes:
        overrides: `key=value`, as they will stand on the command line of the training.
        easyr1: EasyR1's source folder; its own classes then read GRPO recipes, too.
        evaluation: the evaluation recipe to compare with; by default the one of the same model.
        against: manifests of test data that must share no video with the training data.
        download: whether a processor may be fetched from the hub.
    """

    overrides: tuple[str, ...] = ()
    easyr1: Path | None = None
    evaluation: Path | None = None
    against: tuple[Path, ...] = ()
    download: bool = False


@dataclass
class Checked:
    """A recipe and all that was found out about it; `notes` say what could not be looked at."""

    recipe: Path
    kind: Kind
    findings: list[Finding] = field(default_factory=list)
    lengths: list[Lengths] = field(default_factory=list)
    sights: Sights | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def breaks(self) -> bool:
        """Whether training or evaluation would break."""
        return breaks(self.findings)
