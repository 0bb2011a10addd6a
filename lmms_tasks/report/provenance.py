"""Where a run's numbers come from: the command, the versions, the data, and what to mind."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lmms_tasks.logs import Run, TaskLog

COMMAND = "command.txt"
FLOOR = "videoreason_baseline"
# Of lmms-eval's settings, those that a reader needs to type the run again.
_TYPED = (
    "model",
    "model_args",
    "tasks",
    "batch_size",
    "limit",
    "offset",
    "gen_kwargs",
    "use_cache",
)
_MOST_COMMAND = 20_000
Facts = list[tuple[str, str]]


@dataclass(frozen=True)
class TaskFacts:
    """The settings of one task of a run, as text."""

    task: str
    n: int
    facts: Facts


@dataclass(frozen=True)
class Provenance:
    """Where the numbers of one run come from.

    Attributes:
        name: of the model.
        floor: it is one of the baselines, which look at no video.
        command: to be typed again.
        recorded: the command is `command.txt`; else it is put together from lmms-eval's settings.
        facts: versions, dates and speed.
        tasks: version, data and generation settings of each task.
    """

    name: str
    floor: bool
    command: str
    recorded: bool
    facts: Facts
    tasks: list[TaskFacts]


def provenance(run: Run) -> Provenance:
    """Return where the numbers of a run come from."""
    logs = list(run.tasks.values())
    written = _command_file(logs)
    return Provenance(
        name=run.name,
        floor=logs[0].settings["model"] == FLOOR,
        command=written or _rebuilt(logs),
        recorded=bool(written),
        facts=_facts(logs),
        tasks=[_task(task, log) for task, log in run.tasks.items()],
    )


def cautions(runs: Sequence[Run]) -> list[str]:
    """Return what a reader must know before the first number."""
    found = []
    for run in runs:
        tasks = run.tasks.items()
        leaks = {task: log.settings["prompt_has_label"] for task, log in tasks}
        found += [
            f"{run.name}, {task}: label leak, {count} generator prompts hold the right answer"
            for task, count in leaks.items()
            if count
        ]
        limits = {str(log.settings["limit"]) for _, log in tasks if log.settings["limit"]}
        if limits:
            found.append(f"{run.name} was asked a part of the items (--limit {', '.join(limits)})")
        lacking = max(log.settings["missing"] for _, log in tasks)
        if lacking:
            found.append(f"{run.name} was not asked {lacking} items, their videos are missing")
    for task in dict.fromkeys(task for run in runs for task in run.tasks):
        having = [run for run in runs if task in run.tasks]
        for setting, what in (("data_sha256", "other data"), ("version", "another task version")):
            if len({str(run.tasks[task].settings[setting]) for run in having}) > 1:
                names = ", ".join(run.name for run in having)
                found.append(f"{task}: {what} in some of {names}; their scores cannot be compared")
    return found


def _command_file(logs: Sequence[TaskLog]) -> str:
    # `scripts/evaluate.sh` writes it into --output_path; lmms-eval adds a folder for the model.
    homes = {folder for log in logs if log.samples for folder in _homes(log.samples)}
    for home in sorted(homes, key=lambda path: -len(path.parts)):
        if (home / COMMAND).is_file():
            with (home / COMMAND).open(encoding="utf-8", errors="replace") as file:
                return file.read(_MOST_COMMAND).strip()
    return ""


def _homes(samples: Path) -> tuple[Path, Path]:
    return samples.absolute().parent, samples.absolute().parent.parent


def _rebuilt(logs: Sequence[TaskLog]) -> str:
    config = logs[0].written.get("config", {})
    asked = {**config, **(config.get("resolved_cli_args") or {})}
    words = ["lmms-eval"]
    for name in _TYPED:
        if asked.get(name) not in (None, "", 0):
            words += [f"--{name}", str(asked[name])]
    data = logs[0].settings["data"]
    return f"VIDEOREASON_DATA={shlex.quote(data)} {shlex.join(words)} --log_samples"


def _facts(logs: Sequence[TaskLog]) -> Facts:
    settings, written = logs[0].settings, logs[0].written
    data = dict.fromkeys(
        f"{log.settings['data_sha256'][:12]} in {log.settings['data']}" for log in logs
    )
    seconds = written.get("total_evaluation_time_seconds")
    facts = {
        "model": settings["model"],
        "model arguments": settings["model_args"],
        # lmms-eval calls this its version; it is that of the folder it was started in.
        "revision where it was started": written.get("lmms_eval_version"),
        "data": ", ".join(data),
        "evaluated": written.get("date"),
        "seed": written.get("config", {}).get("random_seed"),
        "took": f"{float(seconds):.0f} s" if seconds else None,
        "replies limited to": settings["limit"],
    }
    return [(name, str(value)) for name, value in facts.items() if value not in (None, "")]


def _task(task: str, log: TaskLog) -> TaskFacts:
    told: dict[str, Any] = log.settings
    facts = [
        ("version", str(told["version"])),
        ("data", str(told["data"])),
        ("data SHA-256", str(told["data_sha256"])),
        ("generation", str(told["gen_kwargs"])),
        ("items without a video", str(told["missing"])),
    ]
    return TaskFacts(task, len(log.records), facts)
