"""Stored replies, scored again: after a change of the scorer, or on a machine without a GPU.

lmms-eval --model videoreason_replay --model_args log=logs/tuned --tasks futurebench --log_samples
"""

from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from lmms_tasks.data import stopping
from lmms_tasks.models.offline import Doc, Offline, refuse_unknown
from lmms_tasks.replies import AGAIN, Asked, Stored, read_replies
from lmms_tasks.scores import some


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
            # A conversation comes here turn by turn.
            for task in {request.args[4] for request in requests} - self._stored.keys():
                self._stored[task] = dict(read_replies(self._log, task))
            lacking, reworded = [], []
            for request in requests:
                prompt, _, _, number, task, split = request.args
                doc = self.docs(task, split)[number]
                stored = self._stored[task].get(_asked(doc, prompt))
                if stored is None:
                    lacking.append(f"{task} {doc['id']}")
                elif stored.prompt != prompt:
                    reworded.append(f"{task} {doc['id']}")
            _refuse(lacking, "documents are not in the log", self._log)
            _refuse(reworded, "documents were asked in other words", self._log)
        return super().generate_until(requests)

    def reply(self, task: str, doc: Doc, prompt: str) -> str:
        """Return the stored reply."""
        return self._stored[task][_asked(doc, prompt)].reply


def _asked(doc: Doc, prompt: str) -> Asked:
    return Asked(doc["id"], doc.get("rotation"), prompt if doc.get("in_turns") else None)


def _refuse(ids: list[str], what: str, log: Path) -> None:
    if ids:
        raise UserError(f"{len(ids)} {what}", seen=f"{some(ids)}; the log is {log}", fix=AGAIN)
