"""What stated plausibilities are worth: are right futures rated higher, and is a copy preferred?

A verifier that rates a copy of the present above the real future as often as not knows nothing of
what happens, whatever its other scores are; 46.4 % is the literature's figure for one.
"""

from collections.abc import Sequence

from lmms_tasks.metrics import Item, Part, estimate_part
from lmms_tasks.statistics import Estimate, share_estimate
from lmms_tasks.videoreason import judgements
from lmms_tasks.videoreason.attempts import COPY, REAL

# How often an inverse-dynamics verifier preferred the copy, as published.
IN_THE_LITERATURE = 0.464


def preferred(made: float, real: float) -> float:
    """Return 1 where the first is rated higher, 0 where the second is, one half where neither."""
    return 0.5 if made == real else float(made > real)


def preference(items: Sequence[Item], generator: str = COPY) -> Estimate | None:
    """Return how often the futures of a generator are rated above the real ones of their items.

    Over all futures whose item's real future was rated, too; None without any.
    """
    rows = [row for row in items if row]
    real = {row["item_id"]: row["confidence"] for row in rows if row["generator"] == REAL}
    pairs = [row for row in rows if row["generator"] == generator and row["item_id"] in real]
    if not pairs:
        return None
    values = [preferred(row["confidence"], real[row["item_id"]]) for row in pairs]
    return share_estimate(values, [row["video_id"] for row in pairs])


def generators(items: Sequence[Item]) -> list[str]:
    """Return the generators whose futures were rated, the copy first."""
    found = {row["generator"] for row in items if row} - {REAL}
    return sorted(found, key=lambda name: (name != COPY, name))


def judged_rows(items: Sequence[Item]) -> list[Item]:
    """Return the generated futures whose truth is known, as `judgements` takes them.

    Without the real ones: what tells them from generated ones need not know what happens.
    """
    return [row for row in items if row and row["generator"] != REAL and row["same"] is not None]


def auroc(items: Sequence[Item]) -> Estimate | None:
    """Return the AUROC of the stated plausibility: are right generated futures rated higher?"""
    return judgements.estimate(judged_rows(items))


def auroc_part(items: Sequence[Item], *, part: Part) -> float | None:
    """Return one part of `auroc`: what lmms-eval puts into its results."""
    return estimate_part(auroc(items), part, "AUROC of the stated plausibility")


def preference_part(items: Sequence[Item], *, part: Part) -> float | None:
    """Return one part of the preference for a copy: what lmms-eval puts into its results."""
    return estimate_part(preference(items), part, "preference for a copy of the present")
