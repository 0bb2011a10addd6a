"""What lmms-eval wrote about a run: the samples of every task, and the settings.

lmms-eval writes `<stamp>_results.json` and `<stamp>_samples_<task>.jsonl` below `--output_path`,
often in a folder named after the model. The newest stamp of each task counts.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_prep.errors import UserError

Records = Sequence[dict[str, Any]]
RUN_IT = "run `lmms-eval … --output_path {folder} --log_samples` first"


@dataclass(frozen=True)
class TaskLog:
    """The records of one task, one a document, and the settings they were made with.

    `samples` is the file that holds them, beside the replies; `written` all of the results file.
    """

    records: list[dict[str, Any]]
    settings: dict[str, Any]
    samples: Path | None = None
    written: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Run:
    """One model's logs."""

    name: str
    tasks: dict[str, TaskLog] = field(default_factory=dict)


def read_named(named: str, headlines: dict[str, str], *, bare: bool = False) -> Run:
    """Return the run that a command line names as `NAME=LOGDIR`.

    Args:
        named: what was typed.
        headlines: as in `read_run`.
        bare: take `LOGDIR` alone, too, and name the run after the folder.

    Raises:
        UserError: another form, or as in `read_run`.
    """
    name, equals, folder = named.partition("=")
    if bare and named and not equals:
        name, folder = Path(named).name or named, named
    if not (name and folder):
        raise UserError("a model is given as NAME=LOGDIR", seen=named, fix="base=logs/base")
    return read_run(name, Path(folder), headlines)


def read_run(name: str, folder: Path, headlines: dict[str, str]) -> Run:
    """Return the newest logs below `folder` of the tasks in `headlines`.

    Args:
        name: what to call the model.
        folder: what was given to lmms-eval as `--output_path`.
        headlines: for each task, the metric whose item is the record of a document.

    Raises:
        UserError: the folder has no log of any of the tasks, logs of several models, or a log
            that cannot be read.
    """
    found = {task: newest(folder, task) for task in headlines}
    paths = {task: path for task, path in found.items() if path is not None}
    if not paths:
        raise UserError(
            f"there are no samples of {name}",
            seen=f"{folder} has no *_samples_*.jsonl of {', '.join(headlines)}",
            fix=RUN_IT.format(folder=folder),
        )
    homes = {path.parent for path in paths.values()}
    if len(homes) > 1:
        raise UserError(
            f"the logs of {name} are in more than one folder",
            seen=", ".join(sorted(str(home) for home in homes)),
            fix=f"name the folder of one model: {name}={min(homes)}",
        )
    return Run(name, {task: _read(path, task, headlines[task]) for task, path in paths.items()})


def newest(folder: Path, task: str) -> Path | None:
    """Return the newest samples of a task below `folder`."""
    # The stamp sorts as text: year to second.
    return max(folder.rglob(f"*_samples_{task}.jsonl"), key=lambda path: path.name, default=None)


def _read(path: Path, task: str, headline: str) -> TaskLog:
    results = path.with_name(path.name.removesuffix(f"_samples_{task}.jsonl") + "_results.json")
    try:
        # A reply may hold bytes that are not UTF-8, and separators that `splitlines` goes by.
        with path.open(encoding="utf-8", errors="replace") as file:
            records = [json.loads(line)[headline] for line in file]
        written = json.loads(results.read_text(encoding="utf-8"))
        settings = _settings(written, task)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"a log cannot be read: {error!r}", seen=path, fix="evaluate again with --log_samples"
        ) from error
    return TaskLog(records, settings, path, written)


def _settings(written: dict[str, Any], task: str) -> dict[str, Any]:
    config = written["config"]
    data = written["configs"][task]["metadata"]["data"]
    return {
        "model": config["model"],
        "model_args": config["model_args"],
        "gen_kwargs": written["configs"][task]["generation_kwargs"],
        "limit": config.get("limit"),
        "version": written["versions"][task],
        "data": data["folder"],
        "data_sha256": data["sha256"],
        "prompt_has_label": data.get("prompt_has_label", 0),
        "missing": data.get("missing", 0),
        **{key: data.get(key, 0) for key in ("predictions", "failed", "truth_unknown")},
    }


def videos(records: Records) -> list[str]:
    """Return the video of every record."""
    return [record["video_id"] for record in records]
