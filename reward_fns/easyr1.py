"""The reward function that EasyR1 loads by file path.

In a recipe, with this package installed in EasyR1's environment:

    worker:
      reward:
        reward_function: PATH/reward_fns/easyr1.py:score
        reward_function_kwargs: {accuracy: 0.9, form: 0.1}
"""

from collections.abc import Sequence
from typing import Any

from reward_fns.compose import Weights, reward
from reward_fns.ground_truth import read_ground_truth
from reward_fns.judge import Judge

REWARD_NAME = "videoreason"
REWARD_TYPE = "batch"


def score(
    reward_inputs: Sequence[dict[str, Any]],
    *,
    judge_url: str | None = None,
    judge_model: str | None = None,
    **weights: float,
) -> list[dict[str, float]]:
    """Score all rollouts of a step.

    Args:
        reward_inputs: `response`, `response_length` (tokens) and `ground_truth` of each rollout.
        judge_url: endpoint of a judge for open answers; none by default.
        judge_model: model to ask there.
        **weights: see `compose.Weights`.

    Returns:
        For each rollout `overall` and the rewards that it is made of.

    Raises:
        ValueError: the weights are not usable, or a judge has no model; not for any reply.
        TypeError: a weight of an unknown name.
    """
    if (judge_url is None) != (judge_model is None):
        raise ValueError("judge_url and judge_model come together")
    judge = Judge(judge_url, judge_model) if judge_url and judge_model else None
    return reward(
        [str(row.get("response") or "") for row in reward_inputs],
        [read_ground_truth(row.get("ground_truth")) for row in reward_inputs],
        [float(row.get("response_length") or 0) for row in reward_inputs],
        Weights(**weights),  # type: ignore[arg-type]
        judge,
    )
