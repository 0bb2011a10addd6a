"""Stored replies, scored again: after a change of the scorer, or on a machine without a GPU.

lmms-eval --model videoreason_replay --model_args log=logs/tuned --tasks futurebench --log_samples
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from data_prep.errors import UserError
from lmms_tasks.data import stopping
from lmms_tasks.lines import HEADLINES
from lmms_tasks.logs import newest
from lmms_tasks.models.offline import Doc, Offline, refuse_unknown
from lmms_tasks.scores import some

AGAIN = "name the log of a run on the same items: --model_args log=FOLDER or log=FILE.jsonl"


class Asked(NamedTuple):
    """A document of a task: its id, and the rotation of its options where they are rotated."""

    id: str
    rotation: int | None


class Stored(NamedTuple):
    """What was asked, and what was replied."""

    prompt: str
    reply: str


class Replay(Offline):
    """Says what a log of lmms-eval says that a model has said.

    Documents are matched by their ids, not by their numbers. A document that the log does not
    have, or that was asked in other words, ends the run with 1.
    """

    def __init__(self, log: str = "", **settings: Any) -> None:
        """Take `--model_args log=PATH`: a file of samples, or a folder that holds some."""
        super().__init__()
        with stopping():
            refuse_unknown(settings, "videoreason_replay", ["log"])
            if not log or not Path(log).exists():
                raise UserError("there is no such log", seen=log or "no log", fix=AGAIN)
        self._log = Path(log)
        self._stored: dict[str, dict[Asked, Stored]] = {}

    def generate_until(self, requests: Any) -> list[str]:
        """Return the stored replies; all documents are looked up before any is scored."""
        with stopping():
            for task in dict.fromkeys(request.args[4] for request in requests):
                self._stored[task] = dict(read_replies(self._log, task))
            lacking, reworded = [], []
            for request in requests:
                prompt, _, _, number, task, split = request.args
                doc = self.docs(task, split)[number]
                stored = self._stored[task].get(_asked(doc))
                if stored is None:
                    lacking.append(f"{task} {doc['id']}")
                elif stored.prompt != prompt:
                    reworded.append(f"{task} {doc['id']}")
            _refuse(lacking, "documents are not in the log", self._log)
            _refuse(reworded, "documents were asked in other words", self._log)
        return super().generate_until(requests)

    def reply(self, task: str, doc: Doc, prompt: str) -> str:
        """Return the stored reply."""
        return self._stored[task][_asked(doc)].reply


def read_replies(log: Path, task: str) -> Iterator[tuple[Asked, Stored]]:
    """Stream the replies that a log holds for a task.

    Args:
        log: a file of samples of the task, or a folder in which its newest file is taken.
        task: the name of the task.

    Raises:
        UserError: there is no log of the task, or a line cannot be read.
    """
    path = log if log.is_file() else newest(log, task)
    if path is None or task not in HEADLINES:
        raise UserError(f"there are no samples of {task} in the log", seen=log, fix=AGAIN)
    # What is not UTF-8 is replaced: a reply is scored as broken as it is.
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = json.loads(line)
                record = row[HEADLINES[task]]
                asked = Asked(
                    record.get("prediction_id") or record["item_id"], record.get("rotation")
                )
                yield asked, Stored(row["input"], _text(row.get("resps", row["filtered_resps"])))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise UserError(
                    f"line {number} of the log is not a sample of {task}: {error!r}",
                    seen=path,
                    fix=AGAIN,
                ) from error


def _asked(doc: Doc) -> Asked:
    return Asked(doc["id"], doc.get("rotation"))


def _text(reply: Any) -> str:
    while isinstance(reply, list):
        reply = reply[0] if reply else ""
    # A lone surrogate, from a reply cut within a character, could not be written again.
    return ("" if reply is None else str(reply)).encode("utf-8", "replace").decode("utf-8")


def _refuse(ids: list[str], what: str, log: Path) -> None:
    if ids:
        raise UserError(f"{len(ids)} {what}", seen=f"{some(ids)}; the log is {log}", fix=AGAIN)
