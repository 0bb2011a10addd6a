"""Declaring our sets to LLaMA-Factory.

A manifest of `Example` rows is a LLaMA-Factory set as it stands: it reads `messages` and `videos`,
or `images`, and leaves the other columns alone.
"""

import fcntl
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from data_prep.errors import UserError
from data_prep.manifest import write_atomic

DATASET_INFO = "dataset_info.json"
# A tag that is left out becomes None there, and rows with a system turn are then dropped; the
# format "openai" would put a system prompt of its own into every row.
ENTRY: dict[str, Any] = {
    "formatting": "sharegpt",
    "columns": {"messages": "messages", "videos": "videos"},
    "tags": {
        "role_tag": "role",
        "content_tag": "content",
        "user_tag": "user",
        "assistant_tag": "assistant",
        "system_tag": "system",
    },
}


def read_dataset_info(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the sets that `folder/dataset_info.json` declares; none if there is no such file.

    Raises:
        UserError: the file is not a JSON object.
    """
    path = folder / DATASET_INFO
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{path} is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise UserError(f"{path} must hold a JSON object", seen=type(found).__name__)
    return found


def declare(
    folder: Path,
    *names: str,
    media: Literal["videos", "images"] = "videos",
    preference: bool = False,
) -> None:
    """Add the sets `names`, whose rows are in `NAME.jsonl`, and keep every other entry.

    Rows for preference training have a `chosen` and a `rejected` turn beside their messages.
    """
    entry: dict[str, Any] = {**ENTRY, "columns": {"messages": "messages", media: media}}
    if preference:
        entry["columns"] |= {"chosen": "chosen", "rejected": "rejected"}
        entry["ranking"] = True
    added = {name: {"file_name": f"{name}.jsonl", **entry} for name in names}
    _change(folder, lambda entries: {**entries, **added})


def undeclare(folder: Path, names: Sequence[str]) -> None:
    """Take out the entries of the sets `names` and keep every other one."""
    _change(folder, lambda entries: {k: v for k, v in entries.items() if k not in names})


def _change(folder: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # Two builds in one folder would each write back the entries that they read.
    with (folder / f".{DATASET_INFO}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Left by a process that was killed here.
        for orphan in folder.glob(f".{DATASET_INFO}.*.tmp"):
            orphan.unlink()
        before = read_dataset_info(folder)
        after = change(before)
        if after != before:
            text = json.dumps(after, indent=2, sort_keys=True) + "\n"
            write_atomic(folder / DATASET_INFO, text)
