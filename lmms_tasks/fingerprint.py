"""A name for what an evaluation depends on, for the folder in which its replies are kept.

lmms-eval keeps replies by the model's path and the prompts. A model that was trained again under
its old path, or other videos under their old names, would be answered for by the old replies.

    python -m lmms_tasks.fingerprint runs/toy_next_event_full futurebench_direct,videoreason
"""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from lmms_tasks import data

LENGTH = 16


def of_evaluation(model: str, tasks: Sequence[str]) -> str:
    """Return 16 hexadecimal digits over the model's files and the data of the tasks.

    A model that is no folder here, such as one of the hub, counts by its name. Of each file its
    name, size, first and last 64 KiB and time of change count.

    Raises:
        SystemExit: with 1, after a message, when the data of a task of ours is not in order.
    """
    digest = hashlib.sha256(f"{model}\0".encode())
    folder = Path(model)
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        if path.is_file():
            changed = path.stat().st_mtime_ns
            digest.update(f"{path.relative_to(folder)}\0{changed}\0".encode())
            digest.update(data.fingerprint(path).encode())
    for state in sorted({_state(task) for task in tasks} - {None}, key=str):
        digest.update(f"{state}\0{getattr(data, str(state))['sha256']}\0".encode())
    return digest.hexdigest()[:LENGTH]


def _state(task: str) -> str | None:
    if task.startswith("futurebench"):
        return "futurebench_state"
    if task == "videoreason_future":
        return "videoreason_state"
    return "predicted_state" if task.startswith("videoreason") else None


def main() -> None:
    """Print the fingerprint of `MODEL TASK,TASK,...`."""
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        raise SystemExit(1)
    print(of_evaluation(sys.argv[1], sys.argv[2].split(",")))


if __name__ == "__main__":
    main()
