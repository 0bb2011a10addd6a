"""Right or wrong, item by item: what two runs, or two tasks of a run, are compared on."""

from collections.abc import Sequence
from dataclasses import dataclass

from data_prep.errors import UserError
from lmms_tasks.futurebench import rotations
from lmms_tasks.futurebench.names import WITHOUT_SIGHT, task_of
from lmms_tasks.logs import Records, Run
from lmms_tasks.videoreason.attempts import COPY, REAL
from lmms_tasks.videoreason.preferences import preferred
from lmms_tasks.videoreason.turns import turns

DIRECT, ROTATED = task_of("direct"), task_of("rotated")
VERIFICATION = "videoreason_verification"
CORRECTION = "videoreason_correction"
PLAUSIBILITY = "videoreason_plausibility"
GENERATION = "videoreason_generate"
SHOWN = 3


@dataclass(frozen=True)
class Scored:
    """An item and its score between 0 and 1; `key` is the right answer, `kind` its sort."""

    id: str
    video_id: str
    kind: str
    key: str
    score: float


def scored(task: str, records: Records) -> list[Scored]:
    """Return the items of a task; a rotated item is right when all rotations are.

    Of plausibility: the copies of the present, right where the real future is rated higher. Of
    generation: the items, right where the generated future could be measured.
    """
    if task == PLAUSIBILITY:
        return _over_copies(records)
    if task == GENERATION:
        return [
            Scored(
                row["item_id"], row["video_id"], row["kind"], "", float(row["measures"] is not None)
            )
            for row in records
        ]
    if task == ROTATED:
        whole = rotations.whole_items(records)
        return [
            Scored(row["item_id"], row["video_id"], row["kind"], row["answer_key"], score)
            for rows in whole
            for row in (min(rows, key=lambda found: found["rotation"]),)
            for score in (rotations.score(rows, "every"),)
        ]
    if task.startswith(CORRECTION):
        return [
            Scored(
                f"{row.item_id}:{row.feedback}",
                row.video_id,
                row.feedback,
                row.answer_key,
                row.after,
            )
            for row in turns(records)
            if row.lacking is None
        ]
    return [
        Scored(
            row.get("prediction_id") or row["item_id"],
            row["video_id"],
            row.get("generator") or row["kind"],
            row["answer_key"],
            row["right"],
        )
        for row in records
    ]


def _over_copies(records: Records) -> list[Scored]:
    real = {row["item_id"]: row["confidence"] for row in records if row["generator"] == REAL}
    return [
        Scored(row["prediction_id"], row["video_id"], COPY, "", preferred(rated, row["confidence"]))
        for row in records
        if row["generator"] == COPY and (rated := real.get(row["item_id"])) is not None
    ]


def match(first: Sequence[Scored], second: Sequence[Scored], names: str) -> list[Scored]:
    """Return the items of `second` in the order of `first`.

    Args:
        first: items with different ids.
        second: the same items, in any order.
        names: what is compared, for the message.

    Raises:
        UserError: an item that only one side has, or that has another answer.
    """
    ours, theirs = {row.id: row for row in first}, {row.id: row for row in second}
    alone = [*(ours.keys() - theirs.keys()), *(theirs.keys() - ours.keys())]
    if alone:
        raise UserError(
            f"{names}: not the same items; {len(ours.keys() - theirs.keys())} are only in the "
            f"first, {len(theirs.keys() - ours.keys())} only in the second",
            seen=some(alone),
            fix="evaluate both on the same VIDEOREASON_DATA, with the same --limit and --offset",
        )
    other = [name for name, row in ours.items() if row.key != theirs[name].key]
    if other:
        raise UserError(
            f"{names}: {len(other)} items have another right answer in the second",
            seen=some(other),
            fix="evaluate both on the same VIDEOREASON_DATA",
        )
    return [theirs[row.id] for row in first]


def gains(run: Run) -> dict[str, list[Scored]]:
    """Return, for each control that the run has, the items scored by direct less control.

    The gain over `blind` is the visual gain: what the model owes to the video at all.

    Raises:
        UserError: as in `match`.
    """
    found = {}
    for control in WITHOUT_SIGHT:
        task = task_of(control)
        if DIRECT not in run.tasks or task not in run.tasks:
            continue
        direct = scored(DIRECT, run.tasks[DIRECT].records)
        without = scored(task, run.tasks[task].records)
        pairs = zip(direct, match(direct, without, f"{run.name}: {DIRECT} and {task}"), strict=True)
        found[f"gain_over_{control}"] = [
            Scored(ours.id, ours.video_id, ours.kind, ours.key, ours.score - theirs.score)
            for ours, theirs in pairs
        ]
    return found


def some(ids: Sequence[str]) -> str:
    """Return the first of the ids, sorted, and how many more there are."""
    named = sorted(ids)
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return f"{', '.join(named[:SHOWN])}{more}"
