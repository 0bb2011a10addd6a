"""The items of the browser: what was asked, what every model replied, and how it was read."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from data_prep.show.manifests import Reservoir
from lmms_tasks.logs import Run
from lmms_tasks.replies import read_replies
from lmms_tasks.report.documents import Document, Documents
from lmms_tasks.report.readings import Reading, Record, group_of, readings, replies_of

# Characters kept of the beginning and of the end of a reply, and of a prompt.
HALF = 1000


@dataclass(frozen=True)
class Reply:
    """What one model said, its text shortened, and how it was read."""

    model: int
    reading: Reading


@dataclass
class Case:
    """One document of one task, with the replies of all models that were asked."""

    task: str
    id: str
    kind: str
    document: Document | None
    prompt: str
    replies: list[Reply] = field(default_factory=list)


@dataclass(frozen=True)
class Chosen:
    """The items that are shown: their ids, and of how many."""

    ids: frozenset[str]
    total: int


def choose(runs: Sequence[Run], limit: int, seed: int) -> Chosen:
    """Choose at most `limit` items by chance; the same items of every task and model."""
    ids = {
        row["item_id"]: None for run in runs for log in run.tasks.values() for row in log.records
    }
    choice = Reservoir(limit, random.Random(f"{seed}:report"))
    for one in sorted(ids):
        choice.offer(one)
    return Chosen(frozenset(choice.chosen()), len(ids))


def cases(runs: Sequence[Run], documents: dict[str, Documents], chosen: Chosen) -> list[Case]:
    """Return the chosen items of all tasks, task by task, in the order of the logs.

    Raises:
        UserError: a log of replies cannot be read.
    """
    found: dict[tuple[str, str], Case] = {}
    for number, run in enumerate(runs):
        for task, log in run.tasks.items():
            if log.samples is None:
                continue
            # Records and replies are in the order of the file.
            stored = read_replies(log.samples, task)
            for row in log.records:
                told = [said for _, said in islice(stored, replies_of(row))]
                if row["item_id"] not in chosen.ids:
                    continue
                name = row.get("prediction_id") or row["item_id"]
                prompt, text = told[0] if told else ("", "")
                case = found.get((task, name))
                if case is None:
                    case = _case(task, name, row, prompt, documents.get(task, {}))
                    found[task, name] = case
                case.replies += [
                    Reply(number, replace(one, text=shortened(one.text)))
                    for one in readings(row, text)
                ]
    order = {task: place for place, task in enumerate(_tasks(runs))}
    return sorted(found.values(), key=lambda case: order[case.task])


def shortened(text: str) -> str:
    """Return a text whose middle is left out where it is long; the answer mostly ends a reply."""
    if len(text) <= 2 * HALF:
        return text
    hidden = len(text) - 2 * HALF
    return f"{text[:HALF]}\n… ({hidden} characters are not shown) …\n{text[-HALF:]}"


def _tasks(runs: Sequence[Run]) -> Iterator[str]:
    return iter(dict.fromkeys(task for run in runs for task in run.tasks))


def _case(task: str, name: str, row: Record, prompt: str, documents: Documents) -> Case:
    # A second answer is about the document of its item.
    document = documents.get(name) or documents.get(row["item_id"])
    return Case(task, name, group_of(row), document, "" if document else shortened(prompt))
