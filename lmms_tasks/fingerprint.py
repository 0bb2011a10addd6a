"""A name for what an evaluation depends on, for the folder in which its replies are kept.

lmms-eval keeps replies by the model's path and the prompts. A model that was trained again under
its old path, or other videos under their old names, would be answered for by the old replies.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from lmms_tasks import data

LENGTH = 16


def of_evaluation(model: str, tasks: Sequence[str]) -> str:
    """Return 16 hexadecimal digits over the model's files and the data of the tasks.

    A model that is no folder or file here, such as one of the hub, counts by its name. Of each file
    its name, size, first and last 64 KiB and time of change count.

    Raises:
        SystemExit: with 1, after a message, when the data of a task of ours is not in order.
    """
    digest = hashlib.sha256(f"{model}\0".encode())
    for path in _files(Path(model)):
        changed = path.stat().st_mtime_ns
        digest.update(f"{path.relative_to(model)}\0{changed}\0".encode())
        digest.update(data.fingerprint(path).encode())
    for state in sorted({_state(task) for task in tasks} - {None}, key=str):
        digest.update(f"{state}\0{getattr(data, str(state))['sha256']}\0".encode())
    return digest.hexdigest()[:LENGTH]


def _files(path: Path) -> list[Path]:
    try:
        return [found for found in [path, *sorted(path.rglob("*"))] if found.is_file()]
    except OSError:
        # Model arguments, say, are too long for the name of a file.
        return []


def _state(task: str) -> str | None:
    if task.startswith("futurebench"):
        return "futurebench_state"
    if task == "videoreason_future":
        return "videoreason_state"
    return "predicted_state" if task.startswith("videoreason") else None
