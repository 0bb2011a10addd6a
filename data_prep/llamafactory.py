"""Declaring our sets to LLaMA-Factory.

A manifest of `Example` rows is a LLaMA-Factory set as it stands: it reads `messages` and `videos`
and leaves the other columns alone.
"""

import json
from pathlib import Path
from typing import Any

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


def declare(folder: Path, name: str) -> None:
    """Add the set `name`, whose rows are in `name.jsonl`, and keep every other entry."""
    entries = read_dataset_info(folder)
    entries[name] = {"file_name": f"{name}.jsonl", **ENTRY}
    text = json.dumps(entries, indent=2, sort_keys=True) + "\n"
    write_atomic(folder / DATASET_INFO, text)
