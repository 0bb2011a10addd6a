"""Stated probabilities beside the truth, and their AUROC with its interval."""

from collections.abc import Sequence

from lmms_tasks.metrics import Item, Part, estimate_part
from lmms_tasks.statistics import Estimate, auroc, auroc_interval


def estimate(items: Sequence[Item]) -> Estimate | None:
    """Return the AUROC of the confidences with its interval; None with one class only."""
    labels = [bool(item["same"]) for item in items]
    if len(set(labels)) < 2:
        return None
    scores = [item["confidence"] for item in items]
    videos = [item["video_id"] for item in items]
    interval = auroc_interval(scores, labels, videos) if len(set(videos)) > 1 else None
    return Estimate(auroc(scores, labels), interval, len(items))


def aggregate(items: Sequence[Item], *, part: Part) -> float | None:
    """Return one part of the estimate: what lmms-eval puts into its results."""
    return estimate_part(estimate(items), part, "AUROC of the stated probabilities")
