"""The curve of a rehearsal: mean reward of each rollout, and whether it rose."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_BARS = 40


@dataclass(frozen=True)
class Rise:
    """Mean reward of the first and of the last third of the rollouts.

    `error` is the standard error of their difference, with rollouts as independent draws.
    """

    first: float
    last: float
    error: float

    @property
    def beyond_luck(self) -> bool:
        """Whether the reward rose by more than four standard errors."""
        return self.last - self.first > 4 * self.error

    def __str__(self) -> str:
        """Return the rise as one line."""
        return (
            f"mean reward: {self.first:.3f} in the first third, {self.last:.3f} in the last "
            f"(difference {self.last - self.first:+.3f}, standard error {self.error:.3f})"
        )


def rise(rewards: Sequence[float]) -> Rise:
    """Return how the mean rewards of the rollouts, six at least, rose.

    Raises:
        ValueError: fewer than six.
    """
    third = len(rewards) // 3
    if third < 2:
        raise ValueError(f"{len(rewards)} rollouts tell no rise")
    first, last = rewards[:third], rewards[-third:]
    error = math.sqrt(sum(statistics.variance(part) / third for part in (first, last)))
    return Rise(statistics.fmean(first), statistics.fmean(last), error)


def draw(rewards: Sequence[float], rows: int = 20) -> list[str]:
    """Return at most `rows` lines, each the mean reward, 0 to 1, of some rollouts as a bar."""
    size = max(1, math.ceil(len(rewards) / rows))
    lines = []
    for start in range(0, len(rewards), size):
        part = rewards[start : start + size]
        mean = statistics.fmean(part)
        steps = f"{start + 1}-{start + len(part)}"
        lines.append(f"{steps:>9}  {mean:.3f}  {'#' * round(mean * _BARS)}")
    return lines
