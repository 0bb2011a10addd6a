"""Two runs on the same items: the differences task by task and kind by kind, with their tests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import mean

from data_prep.errors import UserError
from lmms_tasks.logs import Records, Run
from lmms_tasks.metrics import Item
from lmms_tasks.scores import (
    GENERATION,
    PLAUSIBILITY,
    VERIFICATION,
    Scored,
    gains,
    match,
    scored,
)
from lmms_tasks.statistics import Interval, auroc, holm, paired
from lmms_tasks.statistics.methods import few
from lmms_tasks.statistics.separation import auroc_difference
from lmms_tasks.videoreason.preferences import judged_rows
from lmms_tasks.videoreason.summary import mean as mean_estimate

# What the shares of a task are of, where its name does not say it.
_SHARES = {PLAUSIBILITY: "plausibility_real_over_copy", GENERATION: "generate_measured"}
_MEASURES = ("lpips", "ssim", "psnr")


@dataclass(frozen=True)
class Compared:
    """A line of the comparison: a whole task (`kind` None) or the items of one kind.

    `difference` is second less first. `p` is exact, of items or, where they repeat, of videos
    exchanged between the models; None for an AUROC. `p_holm` is corrected over the kinds of the
    task. `detectable` is the difference that this sample shows four times in five. `won` and
    `lost` count the items on which the second is better and worse; None for an AUROC and for what
    is measured of a clip, such as its LPIPS.
    """

    task: str
    kind: str | None
    n: int
    videos: int
    first: float
    second: float
    difference: float
    interval: Interval | None
    p: float | None
    p_holm: float | None = None
    detectable: float | None = None
    won: int | None = None
    lost: int | None = None


def compare(first: Run, second: Run) -> list[Compared]:
    """Return the lines of every task that both runs have, the whole task first, then its kinds.

    Raises:
        UserError: the runs share no task, or a task was asked on different items.
    """
    names = f"{first.name} and {second.name}"
    shared = [task for task in first.tasks if task in second.tasks]
    if not shared:
        raise UserError(
            f"{names} have no task in common",
            seen=f"{', '.join(first.tasks)}; {', '.join(second.tasks)}",
            fix="evaluate both on the same --tasks",
        )
    found: list[Compared] = []
    for task in shared:
        ours, theirs = first.tasks[task].records, second.tasks[task].records
        about = f"{names}, {task}"
        if task == VERIFICATION:
            found += _auroc(task, ours, theirs, about)
            continue
        if task == PLAUSIBILITY:
            found += _auroc(task, judged_rows(ours), judged_rows(theirs), about)
        key = _SHARES.get(task, task)
        found += _shares(key, scored(task, ours), scored(task, theirs), names)
        if task == GENERATION:
            found += _measured(ours, theirs, about)
    first_gains, second_gains = gains(first), gains(second)
    for key in first_gains:
        if key in second_gains:
            found += _shares(key, first_gains[key], second_gains[key], names)[:1]
    return found


def few_of(run: Run, task: str) -> list[str]:
    """Return what must be said of the differences of AUROCs of a task, if the run has it."""
    records: Sequence[Item] = run.tasks[task].records if task in run.tasks else []
    rows = judged_rows(records) if task == PLAUSIBILITY else records
    found = few([bool(row["same"]) for row in rows], [row["video_id"] for row in rows])
    return [f"{task}: {text}" for text in found]


def _shares(
    task: str, first: Sequence[Scored], second: Sequence[Scored], names: str
) -> list[Compared]:
    if not first and not second:
        return []
    pairs = list(zip(first, match(first, second, f"{names}, {task}"), strict=True))
    kinds = sorted({row.kind for row in first})
    whole = _line(task, None, pairs)
    if len(kinds) < 2:
        return [whole]
    parts = [_line(task, kind, [pair for pair in pairs if pair[0].kind == kind]) for kind in kinds]
    corrected = holm([part.p for part in parts if part.p is not None])
    return [whole, *(replace(part, p_holm=p) for part, p in zip(parts, corrected, strict=True))]


def _line(task: str, kind: str | None, pairs: Sequence[tuple[Scored, Scored]]) -> Compared:
    first, second = [row.score for row, _ in pairs], [row.score for _, row in pairs]
    found = paired(first, second, [row.video_id for row, _ in pairs])
    return Compared(
        task=task,
        kind=kind,
        n=found.n,
        videos=found.clusters,
        first=mean(first),
        second=mean(second),
        difference=found.value,
        interval=found.interval,
        p=found.p,
        detectable=found.detectable,
        won=found.won,
        lost=found.lost,
    )


def _auroc(task: str, first: Sequence[Item], second: Sequence[Item], names: str) -> list[Compared]:
    rows, others = _judged(first), _judged(second)
    order = {row.id: number for number, row in enumerate(others)}
    matched = match(rows, others, names)
    truth = [row.key == "True" for row in rows]
    if len(set(truth)) < 2:
        return []
    ours = [row.score for row in rows]
    theirs = [others[order[row.id]].score for row in matched]

    videos = [row.video_id for row in rows]
    found = auroc_difference(ours, theirs, truth, videos)
    return [
        Compared(
            task=task,
            kind=None,
            n=len(rows),
            videos=len(set(videos)),
            first=auroc(ours, truth),
            second=auroc(theirs, truth),
            difference=found.value,
            interval=found.interval,
            p=None,
        )
    ]


def _measured(first: Records, second: Records, names: str) -> list[Compared]:
    """Compare the measures of the clips that both runs made of an item."""
    theirs = {row["item_id"]: row["measures"] for row in second}
    both = [
        (row["video_id"], row["measures"], theirs[row["item_id"]])
        for row in first
        if row["measures"] is not None and theirs[row["item_id"]] is not None
    ]
    videos, ours, others = zip(*both, strict=True) if both else ((), (), ())
    found = []
    for name in _MEASURES:
        one, other = [row[name] for row in ours], [row[name] for row in others]
        gap = mean_estimate([b - a for a, b in zip(one, other, strict=True)], videos)
        if gap is not None:
            found.append(
                Compared(
                    task=f"generate_mean_{name}",
                    kind=None,
                    n=gap.n,
                    videos=len(set(videos)),
                    first=mean(one),
                    second=mean(other),
                    difference=gap.value,
                    interval=gap.interval,
                    p=None,
                )
            )
    return found


def _judged(records: Sequence[Item]) -> list[Scored]:
    return [
        Scored(
            row["prediction_id"],
            row["video_id"],
            row["generator"],
            str(row["same"]),
            row["confidence"],
        )
        for row in records
    ]
