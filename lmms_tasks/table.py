"""One table of results out of lmms-eval's own logs, and the check that one model beats another.

python -m lmms_tasks.table base=logs/base tuned=logs/tuned --must-beat tuned:base:futurebench
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_prep.errors import UserError
from data_prep.manifest import write_atomic
from lmms_tasks.comparison import few_of
from lmms_tasks.line import Line
from lmms_tasks.lines import HEADLINES, lines
from lmms_tasks.logs import Run, read_named
from lmms_tasks.scores import VERIFICATION
from lmms_tasks.screen import run_app, show
from lmms_tasks.verdict import say, verdict
from lmms_tasks.videoreason.judgements import OTHERS, judged

HELP = """Print the scores of one or more models beside each other, with 95 % intervals.

LOGDIR is what was given to lmms-eval as `--output_path`, with `--log_samples`.

Two models:

    python -m lmms_tasks.table base=logs/base tuned=logs/tuned

Two models, failing unless the tuned one is better than the base and than chance:

    python -m lmms_tasks.table base=logs/base tuned=logs/tuned --must-beat tuned:base:futurebench
"""
MODEL_SETTINGS = ("model", "model_args", "gen_kwargs", "limit")
app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)


@app.command(help=HELP)
def table(
    models: Annotated[list[str], typer.Argument(metavar="NAME=LOGDIR...", show_default=False)],
    must_beat: Annotated[
        list[str],
        typer.Option(
            metavar="TUNED:BASE:BENCHMARK",
            help="Exit with 1 unless TUNED's interval lies above BASE's and above chance. "
            "BENCHMARK is a key of the table, such as futurebench or videoreason_future.",
            default_factory=list,
            show_default=False,
        ),
    ],
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the numbers here, too.")
    ] = None,
) -> None:
    """Print the table, then the verdicts; see `HELP`."""
    runs = [read_named(named, HEADLINES) for named in models]
    if len({run.name for run in runs}) < len(runs):
        raise UserError("two models have the same name", seen=" ".join(models))
    scored = {run.name: {line.key: line for line in lines(run)} for run in runs}
    console = Console()
    show(console, render(scored))
    for run in runs:
        console.print(f"[bold]{escape(run.name)}[/]")
        for text in describe(run):
            console.print(f"  {escape(text)}", highlight=False, soft_wrap=True)
    verdicts = [verdict(rule, runs, scored) for rule in must_beat]
    if json_file is not None:
        write_atomic(json_file, json.dumps(_as_json(runs, scored, verdicts), indent=1) + "\n")
    for won, sentence in verdicts:
        console.print(
            escape(f"{'yes' if won else 'NO'}: {sentence}"), highlight=False, soft_wrap=True
        )
    if not all(won for won, _ in verdicts):
        raise typer.Exit(1)


def render(scored: dict[str, dict[str, Line]]) -> Table:
    """Return the table: a row for each line that any model has, three columns for each model.

    A fourth one where any line has values to be read beside it.
    """
    beside = any(line.beside for found in scored.values() for line in found.values())
    grid = Table(title="Scores with 95 % intervals; unparsed replies count as wrong")
    grid.add_column("benchmark", no_wrap=True)
    for heading in ("n", "chance"):
        grid.add_column(heading, justify="right", no_wrap=True)
    for name in scored:
        headings = (escape(name), "95 % interval", "unparsed", *(["beside it"] if beside else []))
        for heading in headings:
            grid.add_column(heading, justify="right", no_wrap=True)
    for key in dict.fromkeys(key for found in scored.values() for key in found):
        row = [found.get(key) for found in scored.values()]
        chance = next(line.chance for line in row if line is not None)
        sizes = dict.fromkeys(str(line.estimate.n) for line in row if line and line.estimate)
        cells = [cell for line in row for cell in _cells(line, beside=beside)]
        grid.add_row(key, " / ".join(sizes), _number(chance), *cells)
    return grid


def said_beside(line: Line) -> str:
    """Return what a line is read beside, as text."""
    return ", ".join(f"{name} {value:.3f}" for name, value in line.beside.items()) or "-"


def describe(run: Run) -> list[str]:
    """Return the settings of a run: those of the model, then those of each task."""
    texts = []
    for task, log in run.tasks.items():
        told = log.settings
        model = ", ".join(f"{key} {told[key]}" for key in MODEL_SETTINGS if told[key] is not None)
        if model not in texts:
            texts.append(model)
        texts.append(
            f"{task} version {told['version']}, data {told['data_sha256'][:12]} in {told['data']}"
        )
        if told["missing"]:
            texts.append(f"{task}: {told['missing']} items not asked, their videos are missing")
        if told["failed"] or told["truth_unknown"]:
            texts.append(
                f"{task}: of {told['predictions']} generated futures {told['failed']} failed, and "
                f"of {told['truth_unknown']} it is not known what they show"
            )
        if told["prompt_has_label"]:
            texts.append(f"{task}: LABEL LEAK in {told['prompt_has_label']} generator prompts")
        # Only then is one verifier set against another.
        if task == VERIFICATION and any(judged(log.records, name).scores for name in OTHERS):
            texts += few_of(run, task)
    return texts


def main() -> None:
    """Run the command line; a `UserError` is printed without a traceback and exits with 1."""
    run_app(app, "python -m lmms_tasks.table")


def _cells(line: Line | None, *, beside: bool) -> list[str]:
    if line is None:
        return ["-"] * (4 if beside else 3)
    value, ends = say(line.estimate)
    cells = [value, ends, _number(line.unparsed)]
    return [*cells, said_beside(line)] if beside else cells


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _as_json(
    runs: Sequence[Run],
    scored: dict[str, dict[str, Line]],
    verdicts: Sequence[tuple[bool, str]],
) -> dict[str, Any]:
    return {
        "models": {
            run.name: {
                "settings": {task: log.settings for task, log in run.tasks.items()},
                "lines": [asdict(line) for line in scored[run.name].values()],
            }
            for run in runs
        },
        "checks": [{"holds": won, "why": sentence} for won, sentence in verdicts],
    }


if __name__ == "__main__":
    main()
