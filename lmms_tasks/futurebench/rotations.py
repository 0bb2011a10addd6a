"""The rotations of an item's options: a model that knows the answer gives it at every place.

Rotation r shows option r first and the others in a circle after it (as circular evaluation in
VLMEvalKit). An item counts when all of its rotations are answered right; beside it stand the mean
over the rotations, and the share of items of which every rotation picks the same option.
"""

from collections.abc import Sequence
from typing import Any, Literal

from lmms_tasks.metrics import Item, Part, estimate_part
from lmms_tasks.statistics import Estimate, share_estimate

Measure = Literal["every", "mean", "same"]


def rotate(options: Sequence[str], answer: str, by: int) -> tuple[list[str], str]:
    """Return the options with the one at `by` first, and the letter that the answer then has."""
    key = (ord(answer) - ord("A") - by) % len(options)
    return [*options[by:], *options[:by]], chr(ord("A") + key)


def picked(letter: str | None, options: int, by: int) -> int | None:
    """Return which stored option a letter means under rotation `by`; None for no letter."""
    return None if letter is None else (ord(letter) - ord("A") + by) % options


def whole_items(items: Sequence[Item]) -> list[list[Item]]:
    """Return the rows of each item; items that a limit cut through are left out."""
    by_item: dict[str, list[Item]] = {}
    for row in items:
        if row:
            by_item.setdefault(row["item_id"], []).append(row)
    return [rows for rows in by_item.values() if len(rows) == rows[0]["rotations"]]


def score(rows: Sequence[Item], measure: Measure) -> float:
    """Return what an item scores, between 0 and 1."""
    if measure == "same":
        choices = {row["picked"] for row in rows}
        return float(len(choices) == 1 and None not in choices)
    right = [row["right"] for row in rows]
    return float(min(right)) if measure == "every" else sum(right) / len(right)


def estimate(items: Sequence[Item], measure: Measure) -> Estimate | None:
    """Return a measure over the items with its interval by video; None without a whole item."""
    found = whole_items(items)
    if not found:
        return None
    return share_estimate(
        [score(rows, measure) for rows in found], [rows[0]["video_id"] for rows in found]
    )


def aggregate(items: Sequence[Item], *, measure: Measure, part: Part) -> float | None:
    """Return one part of an estimate: what lmms-eval puts into its results."""
    return estimate_part(estimate(items, measure), part, f"{measure} rotation")


def row_of(record: dict[str, Any], rotation: int, rotations: int, video_id: str) -> dict[str, Any]:
    """Return what the aggregation needs of one reply."""
    return {
        "item_id": record["item_id"],
        "video_id": video_id,
        "rotations": rotations,
        "right": record["right"],
        "picked": picked(record["letter"], rotations, rotation),
    }
