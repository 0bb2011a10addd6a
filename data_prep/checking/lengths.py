"""How long the rows of a set are, in tokens, against the limit: a summary in constant memory."""

import heapq
from collections import Counter
from dataclasses import dataclass, field

_SHOWN = 3


@dataclass
class Lengths:
    """Lengths of the rows of one set.

    Attributes:
        name: the set.
        limit: the setting that limits them, such as `cutoff_len`.
        most: its value.
        exact: counted with the model's processor; otherwise each is a bound from above.
        why: why it is only a bound, empty where it is exact.
    """

    name: str
    limit: str
    most: int
    exact: bool
    why: str = ""
    _counts: Counter[int] = field(default_factory=Counter, repr=False)
    _longest: list[tuple[int, str]] = field(default_factory=list, repr=False)

    def add(self, where: str, tokens: int) -> None:
        """Count a row."""
        self._counts[tokens] += 1
        heapq.heappush(self._longest, (tokens, where))
        if len(self._longest) > _SHOWN:
            heapq.heappop(self._longest)

    @property
    def rows(self) -> int:
        """Number of rows counted."""
        return self._counts.total()

    @property
    def longest(self) -> list[tuple[int, str]]:
        """The longest rows (tokens, where), the longest first."""
        return sorted(self._longest, reverse=True)

    def quantile(self, share: float) -> int:
        """Return the length that `share` (0 to 1) of the rows do not pass."""
        reached = 0
        for tokens, count in sorted(self._counts.items()):
            reached += count
            if reached >= share * self.rows:
                return tokens
        return 0
