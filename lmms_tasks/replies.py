"""The replies that lmms-eval stored, one a document, as they were generated."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from data_prep.errors import UserError
from lmms_tasks.keeping import KEPT
from lmms_tasks.lines import HEADLINES
from lmms_tasks.logs import newest

AGAIN = "name the log of a run on the same items: --model_args log=FOLDER or log=FILE.jsonl"


class Asked(NamedTuple):
    """A document of a task: its id, and the rotation of its options where they are rotated.

    `turn` is the prompt of one turn, where a document is a whole conversation.
    """

    id: str
    rotation: int | None
    turn: str | None = None


class Stored(NamedTuple):
    """What was asked, and what was replied."""

    prompt: str
    reply: str


def read_replies(log: Path, task: str) -> Iterator[tuple[Asked, Stored]]:
    """Stream the replies that a log holds for a task.

    Args:
        log: a file of samples of the task, or a folder in which its newest file is taken; where
            there is none, for the scorer failed, what `keeping` kept there.
        task: the name of the task.

    Raises:
        UserError: there is no log of the task, or a line cannot be read; or kept replies of
            several models or data.
    """
    path = log if log.is_file() else newest(log, task) or _kept(log, task)
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
                if "conversation" in record:
                    for turn in record["conversation"]:
                        prompt = turn["prompt"]
                        yield asked._replace(turn=prompt), Stored(prompt, as_text(turn["reply"]))
                    continue
                yield (
                    asked,
                    Stored(
                        row["input"], as_text(row["resps" if "resps" in row else "filtered_resps"])
                    ),
                )
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise UserError(
                    f"line {number} of the log is not a sample of {task}: {error!r}",
                    seen=path,
                    fix=AGAIN,
                ) from error


def _kept(folder: Path, task: str) -> Path | None:
    found = sorted(folder.rglob(KEPT.format(task=task)))
    if len(found) > 1:
        raise UserError(
            f"replies to {task} are kept of several models or data",
            seen=", ".join(str(path.parent) for path in found),
            fix="name the folder of one: --model_args log=FOLDER",
        )
    return found[0] if found else None


def as_text(reply: Any) -> str:
    """Return a stored reply, which may be nested in lists, as text that UTF-8 can hold."""
    while isinstance(reply, list):
        reply = reply[0] if reply else ""
    # A lone surrogate, from a reply cut within a character, could not be written again.
    return ("" if reply is None else str(reply)).encode("utf-8", "replace").decode("utf-8")
