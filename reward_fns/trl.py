"""The same rewards for TRL's GRPOTrainer."""

from collections.abc import Callable, Sequence
from typing import Any

from reward_fns.compose import Weights, reward
from reward_fns.ground_truth import read_ground_truth


def reward_function(weights: Weights | None = None) -> Callable[..., list[float]]:
    """Return a reward function for TRL; it takes the truth from the data set's `answer` column."""

    def videoreason(
        completions: Sequence[Any],
        completion_ids: Sequence[Sequence[int]],
        answer: Sequence[Any],
        **_: Any,
    ) -> list[float]:
        rows = reward(
            [_text(completion) for completion in completions],
            [read_ground_truth(value) for value in answer],
            [len(ids) for ids in completion_ids],
            weights or Weights(),
        )
        return [row["overall"] for row in rows]

    return videoreason


def _text(completion: Any) -> str:
    """Return the text of a completion: a string, or a conversation's last message."""
    if isinstance(completion, str):
        return completion
    return str(completion[-1].get("content") or "") if completion else ""
