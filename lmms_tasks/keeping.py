"""Replies kept as they come, so that a stopped run or a failed scorer costs no generation again.

lmms-eval's response cache (`--use_cache FOLDER`) keeps nothing before a model has answered all
requests of a run: one that is killed after hours has nothing. Here the requests go to the model in
pieces, and each is kept before the next is asked. Beside lmms-eval's own files, which only its own
next run can read, the replies to our tasks stand in `FOLDER/kept_TASK.jsonl`, in the form of its
samples: a replay scores them where nothing was scored.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any

# A few minutes of a large model; as many as lmms-eval keeps between two of its own checkpoints.
PIECE = 256
KEPT = "kept_{task}.jsonl"
_MARK = "keeps_pieces"


def add_pieces(cache: type) -> None:
    """Let `cache.execute` ask in pieces and keep each; calling it again changes nothing."""
    original = cache.execute  # type: ignore[attr-defined]
    if getattr(original, _MARK, False):
        return

    @wraps(original)
    def execute(self: Any, lm: Any, reqtype: str, requests: Sequence[Any]) -> list[Any]:
        if not hasattr(self, "kept"):
            self.kept = Kept(Path(self._cache_root))
        found: list[Any] = []
        for first in range(0, len(requests), PIECE):
            piece = requests[first : first + PIECE]
            replies = original(self, Writable(lm), reqtype, piece)
            self.kept.add(lm, piece, replies)
            found += replies
        return found

    setattr(execute, _MARK, True)
    cache.execute = execute  # type: ignore[attr-defined]


class Kept:
    """The files of the replies that are kept in a folder."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it need not exist."""
        self._folder = folder
        self._known: dict[Path, set[str]] = {}

    def add(self, lm: Any, requests: Sequence[Any], replies: Sequence[Any]) -> None:
        """Keep what is not kept yet of the replies to our tasks."""
        new: dict[Path, list[str]] = {}
        for task, line in _lines(lm, requests, replies):
            path = self._folder / KEPT.format(task=task)
            if path not in self._known:
                self._known[path] = _whole_lines(path)
            if line not in self._known[path]:
                self._known[path].add(line)
                new.setdefault(path, []).append(line)
        for path, lines in new.items():
            self._folder.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                file.write("".join(f"{line}\n" for line in lines))


class Writable:
    """A model whose replies can be written as UTF-8; lmms-eval ends at one that cannot."""

    def __init__(self, lm: Any) -> None:
        """Take the model itself."""
        self._lm = lm

    def __getattr__(self, name: str) -> Any:
        """Return what the model itself has."""
        return getattr(self._lm, name)

    def generate_until(self, requests: Sequence[Any]) -> list[Any]:
        """Return the model's replies, each lone surrogate replaced."""
        return [_writable(reply) for reply in self._lm.generate_until(requests)]


def _writable(reply: Any) -> Any:
    from lmms_eval.api.instance import GenerationResult  # noqa: PLC0415 - it imports us

    from lmms_tasks.replies import as_text  # noqa: PLC0415

    if isinstance(reply, GenerationResult):
        return replace(reply, text=_writable(reply.text))
    return as_text(reply) if isinstance(reply, str) else reply


def _whole_lines(path: Path) -> set[str]:
    """Return the lines of a file, without what a killed run began to write, which is removed."""
    if not path.is_file():
        return set()
    whole, newline, begun = path.read_bytes().rpartition(b"\n")
    if begun:
        with path.open("r+b") as file:
            file.truncate(len(whole) + len(newline))
    return set(whole.decode("utf-8").split("\n")) if newline else set()


def _lines(lm: Any, requests: Sequence[Any], replies: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Yield the replies to our tasks as lines of a log of samples, see `replies.read_replies`."""
    from lmms_tasks.lines import HEADLINES  # noqa: PLC0415 - slow, and not of use to all tasks
    from lmms_tasks.replies import as_text  # noqa: PLC0415

    for request, reply in zip(requests, replies, strict=True):
        number, task, split = request.args[-3:]
        if task not in HEADLINES:
            continue
        doc, prompt = lm.task_dict[task][split][number], request.args[0]
        said = as_text(getattr(reply, "text", reply))
        record = {"item_id": doc["id"], "rotation": doc.get("rotation")}
        if doc.get("in_turns"):
            record["conversation"] = [{"prompt": prompt, "reply": said}]
        yield task, json.dumps({HEADLINES[task]: record, "input": prompt, "resps": said})
