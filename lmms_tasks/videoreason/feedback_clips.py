"""Which generated future stands for which answer: what the model's own answer would look like."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data_prep.manifest import resolve
from data_prep.records import ForesightItem, Prediction
from lmms_tasks.videoreason.measured import MEASURES, data_sha256, read_measures
from reward_fns.answers import letters

NO_CLIP = "no future was generated from this answer"
FAILED = "the generation from this answer failed"


def by_answer(
    item: ForesightItem,
    predictions: Sequence[Prediction],
    errors: Mapping[str, float],
    root: Path,
) -> dict[str, Any]:
    """Return for each option of an item, in its order, the clip made from it, or why there is none.

    Args:
        item: the item.
        predictions: its predictions. Where the data has predictions that were told an answer,
            only these count; else, as in the toy world, those that are known to show the option.
            Of several, the first by generator and sample counts, and no other when it failed.
        errors: LPIPS against the real future, by prediction id.
        root: the folder of the data.
    """
    first: dict[str, Prediction] = {}
    for row in sorted(predictions, key=lambda row: (row.generator, row.sample, row.round)):
        letter = row.told if row.condition == "answer" else row.shows
        if letter is not None:
            first.setdefault(letter, row)
    found = [first.get(letter) for letter in letters(item.options)]
    return {
        "clips": [str(resolve(root, row.video)) if row and row.video else None for row in found],
        "errors": [errors.get(row.id) if row else None for row in found],
        "no_clip": [_why(row) for row in found],
        "clip_ids": [row.id if row else None for row in found],
    }


def usable(predictions: Sequence[Prediction]) -> list[Prediction]:
    """Return the predictions that may stand for an answer, see `by_answer`.

    A prediction that was told the true label by anyone but the model is a leak and never counts.
    """
    told = [row for row in predictions if row.condition == "answer"]
    return told or [row for row in predictions if not row.prompt_has_label]


def _why(row: Prediction | None) -> str | None:
    if row is None:
        return NO_CLIP
    return None if row.video else f"{FAILED}: {row.failure}"


def lpips_errors(
    root: Path, items: Sequence[ForesightItem], predictions: Sequence[Prediction]
) -> dict[str, float]:
    """Return the LPIPS of generated futures against the real ones, by prediction id.

    Empty where nothing was measured, or other clips than these were.

    Raises:
        UserError: the measures cannot be read.
    """
    if not (root / MEASURES).exists():
        return {}
    found = read_measures(root, data_sha256(root, items, predictions))
    return {name: row.measures.lpips for name, row in found.items() if row.measures is not None}
