"""The second half of `videoreason_correction` in one batched run, for large data.

The first answers, and what the model saw in generated futures, come from the log of an earlier run:

    lmms-eval … --tasks videoreason_future,videoreason_retention --output_path logs/m --log_samples
    VIDEOREASON_FIRST=logs/m lmms-eval … --tasks videoreason_correction_batched …

One document for each item and kind of feedback that can be given; feedback that cannot be given is
counted by the document of the control, which every item has.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset

from data_prep.errors import UserError
from data_prep.paths import data_root
from lmms_tasks.data import fingerprint, lazy, stopping
from lmms_tasks.logs import newest
from lmms_tasks.metrics import user_turn
from lmms_tasks.replies import read_replies
from lmms_tasks.scores import some
from lmms_tasks.videoreason import correction
from lmms_tasks.videoreason.correction import documents, scored, turn
from lmms_tasks.videoreason.feedback import (
    CONTROL,
    FIRST,
    KINDS,
    READING,
    Ask,
    Lacking,
    first_ask,
    reading_ask,
    second_ask,
)

Doc = dict[str, Any]
VARIABLE = "VIDEOREASON_FIRST"
FIRST_TASK, READING_TASK = "videoreason_future", "videoreason_retention"
RUN_FIRST = (
    f"lmms-eval … --tasks {FIRST_TASK},{READING_TASK} --output_path LOGS --log_samples, "
    f"then {VARIABLE}=LOGS"
)
METRICS = correction.METRICS


def first_log() -> Path:
    """Return the folder of the log with the first answers.

    Raises:
        UserError: the variable is not set, or names no folder with a log of the first task.
    """
    named = os.environ.get(VARIABLE, "")
    if not named or newest(Path(named), FIRST_TASK) is None:
        raise UserError(
            f"videoreason_correction_batched needs the log of a first run in {VARIABLE}",
            seen=f"no samples of {FIRST_TASK} in {named}" if named else f"{VARIABLE} is not set",
            fix=RUN_FIRST,
        )
    return Path(named)


def replied(log: Path, task: str) -> dict[str, tuple[str, str]]:
    """Return what a log was asked, and replied, by the id of the document.

    Raises:
        UserError: a line is not a sample of the task, or an id stands twice.
    """
    found: dict[str, tuple[str, str]] = {}
    twice = []
    for asked, stored in read_replies(log, task):
        twice += [asked.id] if asked.id in found else []
        found[asked.id] = stored.prompt, stored.reply
    if twice:
        raise UserError(
            f"ids stand more than once in the log of {task}",
            seen=f"{some(twice)}; the log is {newest(log, task)}",
            fix=RUN_FIRST,
        )
    return found


def process_docs(dataset: Dataset) -> Dataset:
    """Return the second turns of the items that have a first answer."""
    with stopping():
        return Dataset.from_list(list(_docs(documents(dataset), first_log())))


def doc_to_visual(doc: Doc) -> list[str]:
    """Return the path of the context."""
    return [doc["context"]]


def doc_to_text(doc: Doc) -> str:
    """Return the question with the first answer and the feedback."""
    ask = second_ask(doc, _before(doc), doc["feedback"])
    # Documents of feedback that cannot be given are never made.
    assert isinstance(ask, Ask)
    return ask.prompt


def doc_to_messages(doc: Doc) -> list[dict[str, Any]]:
    """Return the second turn as one user message."""
    return user_turn(doc_to_visual(doc), doc_to_text(doc))


def process_results(doc: Doc, results: Sequence[str]) -> dict[str, Any]:
    """Score one second answer; the item under `unparsed_correction` is the record of it."""
    replies = _before(doc) | {doc["feedback"]: results[0] if results else ""}
    turns = [turn(doc, replies, doc["feedback"])]
    is_control = doc["feedback"] == CONTROL
    if is_control:
        lacking = [kind for kind in KINDS if isinstance(second_ask(doc, replies, kind), Lacking)]
        turns += [turn(doc, replies, kind) for kind in lacking]
    return scored(doc, replies, turns, with_first=is_control, prediction_id=doc["id"])


def state() -> dict[str, Any]:
    """Return what identifies the data and the first answers.

    Raises:
        UserError: as in `correction.state` and `first_log`.
    """
    log = first_log()
    paths = {task: newest(log, task) for task in (FIRST_TASK, READING_TASK)}
    files = {task: fingerprint(path) for task, path in paths.items() if path is not None}
    return {**correction.state(), "first": str(log), "first_sha256": files}


def file() -> str:
    """Return the manifest of the items, after all that the task needs was checked.

    Raises:
        UserError: as in `correction.file` and `first_log`.
    """
    first_log()
    return correction.file()


__getattr__ = lazy({"FILE": file, "STATE": state})


def _before(doc: Doc) -> dict[str, str]:
    said = {FIRST: doc["first"], READING: doc["reading"]}
    return {purpose: reply for purpose, reply in said.items() if reply is not None}


def _docs(items: Sequence[Doc], log: Path) -> Iterator[Doc]:
    firsts = replied(log, FIRST_TASK)
    has_readings = newest(log, READING_TASK) is not None
    readings = replied(log, READING_TASK) if has_readings else {}
    absent = [doc["id"] for doc in items if doc["id"] not in firsts]
    if len(absent) == len(items):
        raise UserError(
            "the first run answered none of the items",
            seen=f"{some(absent)} in {data_root()}; the log is {log}",
            fix=RUN_FIRST,
        )
    if absent:
        _warn(f"{len(absent)} of {len(items)} items have no first answer and are left out")
    if not has_readings:
        _warn(f"without samples of {READING_TASK} in {log} no future can be described")
    for doc in items:
        if doc["id"] in firsts:
            replies = {FIRST: _reply(firsts, doc["id"], first_ask(doc), log)}
            ask = reading_ask(doc, replies)
            if isinstance(ask, Ask):
                made = doc["clip_ids"][doc["clips"].index(ask.video)]
                if made in readings:
                    replies[READING] = _reply(readings, made, ask, log)
            yield from _turns(doc, replies)


def _turns(doc: Doc, replies: Mapping[str, str]) -> Iterator[Doc]:
    said = {"first": replies[FIRST], "reading": replies.get(READING)}
    for kind in KINDS:
        if isinstance(second_ask(doc, replies, kind), Ask):
            yield {**doc, **said, "id": f"{doc['id']}:{kind}", "feedback": kind}


def _reply(stored: Mapping[str, tuple[str, str]], name: str, ask: Ask, log: Path) -> str:
    prompt, reply = stored[name]
    if prompt != ask.prompt:
        raise UserError(
            "the first run asked in other words",
            seen=f"{name}: {prompt!r}; the log is {log}",
            fix=f"run it again with this version and this data: {RUN_FIRST}",
        )
    return reply


def _warn(text: str) -> None:
    print(f"warning: {text}", file=sys.stderr)
