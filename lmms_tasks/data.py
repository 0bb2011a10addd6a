"""How the tasks find their data, and why nothing is evaluated on data that is not whole.

lmms-eval's YAML cannot read an environment variable, but `!function lmms_tasks.data.X` takes any
attribute of a module. The attributes of `LAZY` below are looked up through `__getattr__`, so they
are made when a task is loaded, and not when lmms-eval walks over all YAML files to list tasks.

What is wrong with the data is said on stderr and ends the process with 1: an ordinary exception
would be tried again five times by lmms-eval, and the process would then end with 0.
"""

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from data_prep.manifest import resolve
from data_prep.paths import data_root
from lmms_tasks.load import (
    FUTUREBENCH,
    PREDICTIONS,
    SHOWN,
    VIDEOREASON,
    has_video,
    load_items,
    load_predictions,
    load_questions,
)

EDGE = 64 * 1024


def lazy(makers: Mapping[str, Callable[[], Any]]) -> Callable[[str], Any]:
    """Return a module `__getattr__` that makes the named attributes anew at each look-up.

    A `UserError` is printed on stderr and becomes `SystemExit(1)`, which passes through
    lmms-eval's retries and its catch-all.
    """

    def __getattr__(name: str) -> Any:
        if name not in makers:
            raise AttributeError(name)
        with stopping():
            return makers[name]()

    return __getattr__


@contextmanager
def stopping() -> Iterator[None]:
    """Print a `UserError` on stderr and end the process with 1, through lmms-eval's catch-all."""
    try:
        yield
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(1) from error


def fingerprint(path: Path) -> str:
    """Return a SHA-256 over the size and the first and last 64 KiB of a file, in hexadecimal.

    Whole videos would take minutes for a benchmark of natural video.
    """
    size = path.stat().st_size
    digest = hashlib.sha256(f"{size}\0".encode())
    with path.open("rb") as file:
        digest.update(file.read(EDGE))
        file.seek(max(0, size - EDGE))
        digest.update(file.read(EDGE))
    return digest.hexdigest()


def state(root: Path, manifests: Sequence[str], media: Iterable[str]) -> dict[str, Any]:
    """Return what identifies the data of a run: its folder and a SHA-256 over its content.

    Hashed are the manifests whole, and of every media file its name and its `fingerprint`. It
    stands in the task's metadata, so that results name their data and lmms-eval's response cache,
    whose keys hold no video, does not answer for other clips of the same ids.
    """
    digest = hashlib.sha256()
    for name in manifests:
        digest.update(name.encode() + b"\0" + (root / name).read_bytes() + b"\0")
    for name in sorted(set(media)):
        digest.update(f"{name}\0{fingerprint(resolve(root, name))}\0".encode())
    return {"folder": str(root), "sha256": digest.hexdigest()}


def _futurebench_file() -> str:
    root = data_root()
    rows = load_questions(root)
    lacking = sorted({row.video for row in rows if not has_video(root, row)})
    if lacking:
        items = sum(row.video in lacking for row in rows)
        more = ", …" if len(lacking) > SHOWN else ""
        print(
            f"warning: {items} of {len(rows)} FutureBench items are not asked, for "
            f"{len(lacking)} videos are missing in {root}: {', '.join(lacking[:SHOWN])}{more}",
            file=sys.stderr,
        )
    return str(root / FUTUREBENCH)


def state_of_questions(root: Path) -> dict[str, Any]:
    """Return the `state` of the FutureBench items below `root`, and how many have no video."""
    rows = load_questions(root)
    there = [row.video for row in rows if has_video(root, row)]
    found = state(root, [FUTUREBENCH], there)
    return {**found, "items": len(rows), "missing": len(rows) - len(there)}


def _videoreason_file() -> str:
    load_items(data_root())
    return str(data_root() / VIDEOREASON)


def state_of_items(root: Path) -> dict[str, Any]:
    """Return the `state` of the VideoReason items below `root`."""
    media = [media for row in load_items(root) for media in (row.context, row.future)]
    return state(root, [VIDEOREASON], media)


def _predicted_file() -> str:
    root = data_root()
    load_predictions(root, load_items(root))
    return str(root / VIDEOREASON)


def _judged_file() -> str:
    root = data_root()
    predictions = load_predictions(root, load_items(root))
    if not any(row.video is not None and row.shows is not None for row in predictions):
        raise UserError(
            "videoreason_verification needs predictions with a clip and a known truth (`shows`)",
            seen=f"none of {len(predictions)} in {root / PREDICTIONS}",
            fix="--tasks videoreason_future,videoreason_retention do without",
        )
    return str(root / VIDEOREASON)


def state_of_predictions(root: Path) -> dict[str, Any]:
    """Return the `state` of the items and of their generated futures, and the futures' counts."""
    items = load_items(root)
    predictions = load_predictions(root, items)
    media = [media for row in items for media in (row.context, row.future)]
    media += [row.video for row in predictions if row.video is not None]
    return {
        **state(root, [VIDEOREASON, PREDICTIONS], media),
        "predictions": len(predictions),
        "failed": sum(row.video is None for row in predictions),
        "truth_unknown": sum(row.video is not None and row.shows is None for row in predictions),
        # The model's own answer may be right: that is no leak.
        "prompt_has_label": sum(
            row.prompt_has_label and row.condition != "answer" for row in predictions
        ),
    }


LAZY: Mapping[str, Callable[[], Any]] = {
    "futurebench_file": _futurebench_file,
    "futurebench_state": lambda: state_of_questions(data_root()),
    "videoreason_file": _videoreason_file,
    "videoreason_state": lambda: state_of_items(data_root()),
    # The items, for the tasks that join the predictions to them.
    "predicted_file": _predicted_file,
    "judged_file": _judged_file,
    "predicted_state": lambda: state_of_predictions(data_root()),
}
__getattr__ = lazy(LAZY)
