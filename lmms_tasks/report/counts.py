"""What is counted over replies: letters beside the key, what could not be read, and the rules."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lmms_tasks.futurebench.counts import letter_bias
from lmms_tasks.logs import Records, Run
from lmms_tasks.report import readings
from lmms_tasks.statistics import Estimate, share_estimate


@dataclass(frozen=True)
class LetterShare:
    """How often a letter was answered, and how often it was right, as shares of what was read."""

    letter: str
    given: float
    key: float


@dataclass(frozen=True)
class Letters:
    """The letters of one model in one task; `bias` is None where nothing was read."""

    name: str
    model: int
    task: str
    read: int
    bias: float | None
    shares: list[LetterShare]


@dataclass(frozen=True)
class Unread:
    """What could not be scored in one task of one model.

    `missing` are items that were not asked. `rules` tells how often which rule read a reply, or
    why none did.
    """

    name: str
    task: str
    n: int
    unparsed: int
    share: Estimate | None
    missing: int
    total: int
    rules: list[tuple[str, int]]


def letters(runs: Sequence[Run]) -> dict[str, list[Letters]]:
    """Return for each task of choices the letters of every model."""
    found: dict[str, list[Letters]] = {}
    for number, run in enumerate(runs):
        for task, log in run.tasks.items():
            if log.records and readings.is_choice(log.records[0]):
                found.setdefault(task, []).append(_letters(run.name, number, task, log.records))
    return found


def unread(runs: Sequence[Run]) -> list[Unread]:
    """Return what could not be scored, model by model, task by task."""
    found = []
    for run in runs:
        for task, log in run.tasks.items():
            if not log.records:
                continue
            failed = [(one, row["video_id"]) for row in log.records for one in readings.unread(row)]
            rules = Counter(rule for row in log.records for rule in readings.rules(row))
            # Rotated items are asked several times, and an item that is missing is so once.
            items = len({row["item_id"] for row in log.records})
            missing = int(log.settings["missing"])
            share = (
                share_estimate([float(one) for one, _ in failed], [video for _, video in failed])
                if failed
                else None
            )
            found.append(
                Unread(
                    run.name,
                    task,
                    len(failed),
                    sum(one for one, _ in failed),
                    share,
                    missing,
                    items + missing,
                    rules.most_common(),
                )
            )
    return found


def _letters(name: str, model: int, task: str, records: Records) -> Letters:
    rows = [{"letter": row["letter"], "key": row["answer_key"]} for row in records]
    read = [row for row in rows if row["letter"] is not None]
    given, keys = (Counter(row[field] for row in read) for field in ("letter", "key"))
    total = max(1, len(read))
    shares = [
        LetterShare(letter, given[letter] / total, keys[letter] / total)
        for letter in sorted(given | keys)
    ]
    return Letters(name, model, task, len(read), letter_bias(rows), shares)
