"""The names of the FutureBench tasks and of their metrics; light, for what reads the logs only."""

VARIANTS = ("direct", "reasoning", "blind", "shuffled", "middle", "reversed", "rotated")
# What a model scores on these, less than on the video as it is, it owes to the video.
WITHOUT_SIGHT = ("blind", "shuffled", "middle", "reversed")


def task_of(variant: str) -> str:
    """Return the name of a variant's task."""
    return f"futurebench_{variant}"


def suffix(variant: str, part: str) -> str:
    """Return how the metrics of a part of the items end.

    They hold the variant's name, that of `direct` apart: the group's headline, the `acc_micro` of
    the direct answers, would otherwise be a mean with those of the controls.
    """
    return part if variant == "direct" else f"{variant}_{part}"


def headline(variant: str) -> str:
    """Return the metric whose item is the record of a document."""
    return f"acc_{suffix(variant, 'micro')}"
