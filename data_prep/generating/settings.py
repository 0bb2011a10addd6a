"""What is to be generated, and by whom."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from data_prep.errors import UserError
from data_prep.records import Condition
from data_prep.steps.naming import is_safe

GeneratorName = Literal["copy", "linear", "flow", "toyworld", "ltx", "folder"]
# These look at the context alone: they take no words and throw no dice.
FIXED = frozenset({"copy", "linear", "flow"})
# The tasks name metrics after generators, beside these.
RESERVED = frozenset({"real", "all"})


@dataclass(frozen=True)
class LtxSettings:
    """How the video model is called.

    Attributes:
        model: a folder, or a name of the Hugging Face hub.
        steps: of denoising.
        guidance: scale of classifier-free guidance; 1 is none.
        fps: frames a second that the model makes; those nearest to the real future's are kept.
        short_side: pixels that the model's pictures have at least; they are scaled back.
        batch: clips that are generated at once.
    """

    model: str = "Lightricks/LTX-Video"
    steps: int = 30
    guidance: float = 3.0
    fps: float = 24.0
    short_side: int = 256
    batch: int = 4


@dataclass(frozen=True)
class Settings:
    """What a run of `generate` makes.

    Attributes:
        generator: which one.
        name: what the rows call it.
        samples: futures of each item.
        seed: from which the seed of every sample is drawn.
        condition: what the generator is told.
        answers: for the condition `answer`, a log of samples that holds the answers.
        answered_by: the model that gave them.
        round: 2 for answers given after feedback.
        allow_leak: generate, and mark, what a prompt gives away.
        folder: for the generator `folder`, where its files are.
        ltx: for the generator `ltx`.

    Raises:
        UserError: the settings contradict each other.
    """

    generator: GeneratorName
    name: str
    samples: int = 1
    seed: int = 0
    condition: Condition = "none"
    answers: Path | None = None
    answered_by: str | None = None
    round: Literal[1, 2] = 1
    allow_leak: bool = False
    folder: Path | None = None
    ltx: LtxSettings = field(default_factory=LtxSettings)

    def __post_init__(self) -> None:
        """Refuse what cannot be done, or would be recorded as what it is not."""
        if self.name in RESERVED or not self.name.replace("-", "_").isidentifier():
            raise UserError(
                "a generator's name becomes part of a metric's name",
                seen=self.name,
                fix="--name with letters, digits, - and _, and none of "
                + ", ".join(sorted(RESERVED)),
            )
        if self.generator in FIXED and self.condition != "none":
            raise UserError(
                f"{self.generator} looks at the context alone; what it is told changes nothing",
                seen=f"--condition {self.condition}",
                fix="--condition none, or --generator ltx",
            )
        if self.generator == "toyworld" and self.condition != "answer":
            raise UserError(
                "toyworld draws the answer that it is told",
                seen=f"--condition {self.condition}",
                fix="--condition answer --answers STAMP_samples_videoreason_future.jsonl "
                "--answered-by MODEL",
            )
        if self.generator in (*FIXED, "toyworld") and self.samples > 1:
            raise UserError(
                f"{self.generator} makes the same future every time",
                seen=f"--samples {self.samples}",
                fix="--samples 1",
            )
        told = {self.answers is not None, self.answered_by is not None}
        if told != {self.condition == "answer"}:
            raise UserError(
                "the condition answer takes a log of answers and the name of who gave them, and no "
                "other condition does",
                seen=f"--condition {self.condition}, --answers {self.answers}, "
                f"--answered-by {self.answered_by}",
                fix="--condition answer --answers STAMP_samples_videoreason_future.jsonl "
                "--answered-by MODEL",
            )
        if not is_safe(self.group):
            raise UserError(
                "the name of the evaluated model becomes part of a folder's name",
                seen=self.answered_by,
                fix="--answered-by with letters, digits, '.', '-' and '_', such as qwen2_5_vl_7b",
            )
        if self.round == 2 and self.condition != "answer":
            raise UserError("only an answer has a second round", seen=self.condition)
        if (self.generator == "folder") != (self.folder is not None):
            raise UserError(
                "the generator folder takes files made elsewhere, and no other does",
                seen=f"--generator {self.generator}, --folder {self.folder}",
                fix="--generator folder --folder CLIPS",
            )

    @property
    def group(self) -> str:
        """The name of the rows that this run writes, and of none that another run does.

        It names their folder, too. A generator's name has no dot, so that no two are the same.
        """
        parts = [self.name]
        if self.condition != "none":
            parts.append(self.condition)
        if self.answered_by is not None:
            parts += [self.answered_by, f"round{self.round}"]
        return ".".join(parts)

    def described(self) -> dict[str, Any]:
        """Return what the clips depend on, for the sidecar."""
        found: dict[str, Any] = {
            "generator": self.generator,
            "name": self.name,
            "samples": self.samples,
            "seed": self.seed,
            "condition": self.condition,
            "answered_by": self.answered_by,
            "round": self.round,
            "allow_leak": self.allow_leak,
        }
        if self.answers is not None:
            found["answers"] = self.answers.name
        if self.generator == "ltx":
            found |= {key: value for key, value in asdict(self.ltx).items() if key != "batch"}
        return found
