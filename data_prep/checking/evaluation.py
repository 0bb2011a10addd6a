"""Checking an evaluation recipe: a file of arguments for `lmms-eval --config`, and its data."""

import contextlib
import functools
import inspect
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_prep.checking.finding import Finding
from data_prep.checking.media import Files, Size, examine_all
from data_prep.checking.processors import installed
from data_prep.checking.qwen_host import Sight
from data_prep.checking.recipes import is_local
from data_prep.checking.rows import read_rows
from data_prep.paths import VARIABLE, data_root

_BUDGET = ("fps", "max_num_frames", "min_pixels", "max_pixels")
FUTUREBENCH = "futurebench.jsonl"
# What a family of tasks reads, and which columns of it name media.
MANIFESTS = {
    "futurebench": (FUTUREBENCH, ("video",)),
    "videoreason": ("videoreason.jsonl", ("context", "future")),
}
_MAKE = (
    f"python -m data_prep toyworld, or {VARIABLE}=FOLDER (data_prep import futurebench, "
    "data_prep build videoreason)"
)
_VIDEOS = (
    f"get the missing videos, or name another folder: {VARIABLE}=FOLDER; "
    "broken files are encoded anew by data_prep split"
)


@dataclass
class Benchmark:
    """A manifest of the benchmark data, and the size of its media or what is wrong with them."""

    path: Path
    sizes: dict[Files, Size | str] = field(default_factory=dict)


def arguments_of(recipe: Mapping[str, Any]) -> dict[str, Any]:
    """Return the model's arguments (`a=1,b=2`) as lmms-eval reads them, numbers as numbers."""
    named = recipe.get("model_args")
    if isinstance(named, Mapping):
        return dict(named)
    found: dict[str, Any] = {}
    for part in str(named or "").split(","):
        key, equals, value = part.partition("=")
        if equals:
            found[key.strip()] = _number(value.strip())
    return found


def _number(value: str) -> int | float | str:
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(value)
    return value


def check_settings(recipe: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with the settings, as far as it can be told without lmms-eval."""
    if not isinstance(recipe.get("model_args"), str):
        yield Finding(
            "model_args", "lmms-eval's logs need them as text", "model_args: pretrained=…,fps=2"
        )
    arguments = arguments_of(recipe)
    model = str(arguments.get("pretrained") or "")
    if not model:
        yield Finding("model_args: pretrained", "names no model", "pretrained=FOLDER_OR_HUB_NAME")
    elif is_local(model) and not Path(model).expanduser().is_dir():
        yield Finding("model_args: pretrained", f"there is no folder {model}", "train it first")
    for key in _BUDGET:
        if not isinstance(arguments.get(key), int | float):
            yield Finding(
                f"model_args: {key}",
                "is not set; lmms-eval's own default is 32 frames of at least 200704 pixels",
                f"{key} of recipes/vision.yaml",
                "warns",
            )
    if recipe.get("log_samples") and not recipe.get("output_path"):
        yield Finding("output_path", "is needed where samples are logged", "output_path: runs/…")


def check_host(recipe: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what lmms-eval's own parser, model classes and task index say against a recipe.

    Raises:
        NotAtHand: it is not installed here.
    """
    installed("lmms_eval")
    # It logs and lists tasks on stdout, which belongs to the report.
    with contextlib.redirect_stdout(sys.stderr), _no_arguments():
        from lmms_eval.__main__ import parse_eval_args  # noqa: PLC0415 - slow
        from lmms_eval.models import get_model  # noqa: PLC0415

        parser, _ = parse_eval_args()
        known = {action.dest for action in parser._actions} | {"env"}
        for key in recipe:
            if key not in known:
                yield Finding(key, "lmms-eval knows no such setting", "see lmms-eval --help")
        name = str(recipe.get("model"))
        try:
            model = get_model(name)
        except Exception as error:  # it raises what the model's module raises
            yield Finding("model", f"lmms-eval knows no {name!r}: {error}", "model: qwen2_5_vl")
        else:
            taken = _parameters(model)
            for key in arguments_of(recipe):
                if key not in taken:
                    yield Finding(
                        f"model_args: {key}", f"{name} takes no such argument", "leave it out"
                    )
        tasks = names_of(recipe)
        there = _task_index().match_tasks(tasks)
        for task in tasks:
            if task not in there and "*" not in task:
                yield Finding(
                    f"tasks: {task}", "lmms-eval knows no such task", "futurebench,videoreason"
                )


@functools.cache
def _task_index() -> Any:
    """Return lmms-eval's index of tasks; it reads some two thousand files for it."""
    from lmms_eval.tasks import TaskManager  # noqa: PLC0415 - slow

    return TaskManager("ERROR")


@contextlib.contextmanager
def _no_arguments() -> Iterator[None]:
    """Hide this program's arguments from a parser that takes no others."""
    before, sys.argv = sys.argv, ["lmms-eval"]
    try:
        yield
    finally:
        sys.argv = before


def _parameters(model: type) -> set[str]:
    return {
        name
        for each in model.__mro__
        if "__init__" in vars(each)
        for name in inspect.signature(each.__init__).parameters  # type: ignore[misc]
    }


def names_of(recipe: Mapping[str, Any]) -> list[str]:
    """Return the names of the recipe's tasks."""
    return [name.strip() for name in str(recipe.get("tasks") or "").split(",") if name.strip()]


def check_data(recipe: Mapping[str, Any], found: list[Benchmark]) -> Iterator[Finding]:
    """Yield what is wrong with the benchmark data of the tasks; each manifest goes to `found`."""
    root = data_root()
    for family, (name, columns) in MANIFESTS.items():
        if not any(task.startswith(family) for task in names_of(recipe)):
            continue
        path = root / name
        if not path.is_file():
            yield Finding(str(path), f"there is no data for the tasks of {family}", _MAKE)
            continue
        each = Benchmark(path)
        files: dict[Files, str] = {}
        rows = 0
        for row in read_rows(path, _MAKE):
            if isinstance(row, Finding):
                yield row
                continue
            rows += 1
            for column in columns:
                media = row.columns.get(column)
                if isinstance(media, str):
                    files.setdefault((media,), row.where)
                else:
                    yield Finding(row.where, f"names no {column}", _MAKE)
        if not rows:
            yield Finding(str(path), "holds no item", _MAKE)
        yield from _check_media(root, files, each)
        found.append(each)


def _check_media(root: Path, files: Mapping[Files, str], each: Benchmark) -> Iterator[Finding]:
    listed: Collection[Files] = files.keys()
    each.sizes = examine_all(root, listed, most_frames=None, by_header=False)
    some = any(isinstance(seen, Size) for seen in each.sizes.values())
    for name, seen in each.sizes.items():
        if isinstance(seen, str):
            # Published videos vanish: FutureBench leaves out, and counts, what is missing.
            left_out = some and each.path.name == FUTUREBENCH and not (root / name[0]).is_file()
            yield Finding(files[name], seen, _VIDEOS, "warns" if left_out else "breaks")


def evaluation_sight(recipe: Mapping[str, Any], folder: Path) -> Sight:
    """Return how lmms-eval's Qwen2.5-VL shows clips under a recipe (`chat/qwen2_5_vl.py`).

    With `fps` the number of frames is as the rate asks, whatever `max_num_frames` says.

    Raises:
        NotAtHand: a package or the processor cannot be loaded.
    """
    arguments = arguments_of(recipe)
    pixels = {
        "min_pixels": int(arguments.get("min_pixels") or 256 * 28 * 28),
        "max_pixels": int(arguments.get("max_pixels") or 1605632),
    }
    fps = arguments.get("fps")
    sampling = {"max_num_frames": int(arguments.get("max_num_frames") or 32)}
    return Sight(folder, {**pixels, **({"fps": fps} if fps else {}), **sampling}, processor=pixels)
