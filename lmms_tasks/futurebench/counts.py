"""What is counted beside accuracy: missing videos, and a leaning to letters."""

from collections import Counter
from collections.abc import Sequence

from lmms_tasks.metrics import Item


def missing_share(items: Sequence[Item]) -> float | None:
    """Return the share of the benchmark's items that have no video and were not asked."""
    return next((item["missing"] / item["total"] for item in items if item), None)


def letter_bias(items: Sequence[Item]) -> float | None:
    """Return how far the answers' letters are from the keys', between 0 and 1.

    It is the total variation distance between the two distributions over the replies that were
    read: the share of answers that would have to be another letter to be spread as the keys are.
    None where no reply was read. It is 0 for a model that is always right, and, with keys spread
    evenly over four letters, .75 for one that always says the same.
    """
    rows = [item for item in items if item and item["letter"] is not None]
    if not rows:
        return None
    given, keys = (Counter(row[field] for row in rows) for field in ("letter", "key"))
    return sum(abs(given[name] - keys[name]) for name in given | keys) / (2 * len(rows))
