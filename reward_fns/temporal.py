"""The temporal contrast of T-GRPO, without a change to the trainer.

T-GRPO (Video-R1, arXiv 2503.21776) rewards right answers only where the model does better on the
video than on its shuffled frames. Here each row has a twin whose clip holds the same frames
shuffled; both pass through the trainer as rows of their own, and the reward compares them. The
twin itself earns a constant, so that it teaches nothing.
"""

from collections import defaultdict
from collections.abc import Sequence

from reward_fns.ground_truth import GroundTruth

# Ordered frames must reach this share of the shuffled ones' accuracy (the published threshold).
RATIO = 0.8
_RIGHT = 0.1


def contrast(truths: Sequence[GroundTruth], accuracies: Sequence[float]) -> list[float]:
    """Return for each row 1 where its right answer was helped by the order of the frames, else 0.

    Args:
        truths: of all rows of a batch, in any order.
        accuracies: of the same rows, between 0 and 1.

    Returns:
        1 for an ordered row of accuracy above .1 whose twins were answered, and were not answered
        better than the published threshold allows; 0 for all others.
    """
    by_twin: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for truth, value in zip(truths, accuracies, strict=True):
        if truth.twin:
            by_twin[truth.twin, truth.shuffled].append(value)
    helped = {
        twin: _helped(by_twin[twin, False], by_twin.get((twin, True), []))
        for twin, shuffled in list(by_twin)
        if not shuffled
    }
    return [
        float(not truth.shuffled and value > _RIGHT and helped.get(truth.twin, False))
        for truth, value in zip(truths, accuracies, strict=True)
    ]


def lone(truths: Sequence[GroundTruth]) -> list[bool]:
    """Return for each row whether it has a twin that is not in the batch."""
    there = {(truth.twin, truth.shuffled) for truth in truths}
    return [bool(t.twin) and (t.twin, not t.shuffled) not in there for t in truths]


def _helped(ordered: Sequence[float], shuffled: Sequence[float]) -> bool:
    if not ordered or not shuffled:
        return False
    return sum(ordered) / len(ordered) >= RATIO * sum(shuffled) / len(shuffled)
