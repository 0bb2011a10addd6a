"""The answers of an evaluated model, out of the log of samples that lmms-eval writes."""

import json
from pathlib import Path
from typing import Any

from data_prep.errors import UserError

MAKE_LOG = (
    "lmms-eval --model MODEL --tasks videoreason_future --output_path DIR --log_samples writes "
    "DIR/…_samples_videoreason_future.jsonl"
)


def read_answers(log: Path) -> dict[str, str | None]:
    """Return the letter that a model gave to each item, None where none could be read.

    Raises:
        UserError: the file is missing, a line is no sample of an item, or an item stands twice.
    """
    if not log.is_file():
        raise UserError("there is no such log of samples", seen=log, fix=MAKE_LOG)
    found: dict[str, str | None] = {}
    with log.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            record = _record(line)
            if record is None:
                raise UserError(
                    f"line {number} of the log is no sample of a closed question",
                    seen=f"{log}: {line.strip()[:100]}",
                    fix=MAKE_LOG,
                )
            if record["item_id"] in found:
                raise UserError(
                    "the log answers an item twice",
                    seen=f"{record['item_id']} in {log}",
                    fix="name the log of one run: each has its own file",
                )
            found[record["item_id"]] = record["letter"]
    if not found:
        raise UserError("the log has no samples", seen=log, fix=MAKE_LOG)
    return found


def _record(line: str) -> dict[str, Any] | None:
    """Return what the task recorded of a document: its id and the letter that was read."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    if not isinstance(row, dict):
        return None
    # The metrics of a sample stand beside it, and one of them holds the record.
    for value in row.values():
        if isinstance(value, dict) and {"item_id", "letter"} <= value.keys():
            known = isinstance(value["letter"], str | None) and isinstance(value["item_id"], str)
            return value if known else None
    return None
