"""One reward from several, by the weights of a recipe."""

from collections.abc import Sequence
from dataclasses import dataclass

from reward_fns import scores
from reward_fns.ground_truth import GroundTruth
from reward_fns.judge import Judge
from reward_fns.temporal import contrast, lone


@dataclass(frozen=True)
class Weights:
    """What each reward counts; `overall` is their weighted mean, between 0 and 1.

    `low` and `high` are the tokens between which a right reply earns the length reward.
    """

    accuracy: float = 0.9
    form: float = 0.1
    calibration: float = 0.0
    length: float = 0.0
    temporal: float = 0.0
    low: int = 320
    high: int = 512

    def __post_init__(self) -> None:
        """Refuse weights that give no reward.

        Raises:
            ValueError: a weight is negative, or all are 0.
        """
        if min(self._all()) < 0 or not sum(self._all()):
            raise ValueError(f"weights must be 0 or more, and not all 0: {self}")

    def _all(self) -> tuple[float, ...]:
        return (self.accuracy, self.form, self.calibration, self.length, self.temporal)

    def overall(self, parts: dict[str, float]) -> float:
        """Return the weighted mean of the rewards in `parts`."""
        names = ("accuracy", "format", "calibration", "length", "temporal")
        total = sum(w * parts[name] for w, name in zip(self._all(), names, strict=True))
        return total / sum(self._all())


def reward(
    replies: Sequence[str],
    truths: Sequence[GroundTruth],
    lengths: Sequence[float],
    weights: Weights,
    judge: Judge | None = None,
) -> list[dict[str, float]]:
    """Score a batch; every row has the same keys, all floats, `overall` among them.

    A twin with shuffled frames gets an overall reward of 0 whatever it says (see `temporal`).

    Args:
        replies: as the model wrote them.
        truths: what they are scored against.
        lengths: of the replies, in tokens.
        weights: what each reward counts.
        judge: scores the open answers in place of ROUGE-L, if given.
    """
    right = [scores.accuracy(r, t) for r, t in zip(replies, truths, strict=True)]
    failed = [0.0] * len(right)
    if judge is not None:
        asked = [i for i, truth in enumerate(truths) if not truth.options]
        verdicts = judge.scores([replies[i] for i in asked], [truths[i] for i in asked])
        for i, verdict in zip(asked, verdicts, strict=True):
            right[i], failed[i] = verdict or 0.0, float(verdict is None)
    helped, alone = contrast(truths, right), lone(truths)
    rows = []
    for i, (reply, truth) in enumerate(zip(replies, truths, strict=True)):
        parts = {
            "accuracy": right[i],
            "format": scores.form(reply),
            "calibration": scores.calibration(reply, truth),
            "length": scores.length(lengths[i], right[i], low=weights.low, high=weights.high),
            "temporal": helped[i],
            "judge_failed": failed[i],
            "twin_missing": float(alone[i]),
        }
        overall = 0.0 if truth.shuffled else weights.overall(parts)
        rows.append({"overall": overall, **parts})
    return rows
