"""Models compared on the same items, out of lmms-eval's own logs.

python -m lmms_tasks.compare base=logs/base tuned=logs/tuned
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_prep.errors import UserError
from data_prep.manifest import write_atomic
from lmms_tasks.comparison import Compared, compare, few_of
from lmms_tasks.lines import HEADLINES
from lmms_tasks.logs import Run, read_named
from lmms_tasks.scores import PLAUSIBILITY, VERIFICATION
from lmms_tasks.screen import run_app, show

HELP = """Compare models with the first one, item by item, with 95 % intervals and p values.

LOGDIR is what was given to lmms-eval as `--output_path`, with `--log_samples`. Items are matched
by id; logs of other items are an error.

Did fine-tuning help, and on which kinds of items?

    python -m lmms_tasks.compare base=logs/base tuned=logs/tuned

Two models with one base, for a report and for a script:

    python -m lmms_tasks.compare base=logs/base a=logs/a b=logs/b --markdown out.md --json out.json
"""
COLUMNS = (
    "benchmark",
    "n",
    "videos",
    "{first}",
    "{second}",
    "difference",
    "95 % interval",
    "better / worse",
    "p",
    "p (Holm)",
    "detectable",
)
LEGEND = (
    "difference: the second less the first, the same items paired, clustered by video; "
    "p: exact, the models exchanged item by item (McNemar), or video by video where videos repeat; "
    "p (Holm): corrected over the kinds of the task; "
    "detectable: what a sample like this one shows four times in five"
)
app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)


@app.command(help=HELP)
def main_command(
    models: Annotated[
        list[str], typer.Argument(metavar="[NAME=]LOGDIR [NAME=]LOGDIR...", show_default=False)
    ],
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the tables here as Markdown, too.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the numbers here, too.")
    ] = None,
) -> None:
    """Print one table for each model after the first; see `HELP`."""
    runs = [read_named(named, HEADLINES, bare=True) for named in models]
    if len({run.name for run in runs}) < max(2, len(runs)):
        raise UserError(
            "a comparison needs two models or more, of different names",
            seen=" ".join(models),
            fix="base=logs/base tuned=logs/tuned",
        )
    base, others = runs[0], runs[1:]
    found = {run.name: compare(base, run) for run in others}
    console = Console()
    for run in others:
        show(console, render(base.name, run.name, found[run.name]))
        for text in notes(base, run):
            console.print(escape(text), highlight=False, soft_wrap=True)
    console.print(LEGEND, highlight=False, soft_wrap=True)
    if markdown is not None:
        texts = [as_markdown(base, run, found[run.name]) for run in others]
        write_atomic(markdown, "\n".join([*texts, f"{LEGEND}.", ""]))
    if json_file is not None:
        numbers = {
            "first": base.name,
            "compared": {name: [asdict(line) for line in rows] for name, rows in found.items()},
            "notes": {run.name: notes(base, run) for run in others},
        }
        write_atomic(json_file, json.dumps(numbers, indent=1) + "\n")


def render(first: str, second: str, rows: Sequence[Compared]) -> Table:
    """Return the table of one comparison."""
    grid = Table(title=escape(f"{second} less {first}"))
    for number, name in enumerate(_headings(first, second)):
        grid.add_column(escape(name), justify="right" if number else "left", no_wrap=True)
    for row in rows:
        grid.add_row(*_cells(row), style=None if row.kind else "bold")
    return grid


def as_markdown(first: Run, second: Run, rows: Sequence[Compared]) -> str:
    """Return one comparison as a Markdown table, with its notes."""
    table = [
        _headings(first.name, second.name),
        ["---", *["---:"] * (len(COLUMNS) - 1)],
        *(_cells(row) for row in rows),
    ]
    lines = [f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in table]
    return "\n".join([*lines, "", *[f"- {text}" for text in notes(first, second)], ""])


def notes(first: Run, second: Run) -> list[str]:
    """Return what a reader of the differences must know.

    Tasks left out, settings that differ, and intervals that cannot cover what they say.
    """
    found = []
    for one, other in ((first, second), (second, first)):
        alone = [task for task in one.tasks if task not in other.tasks]
        if alone:
            found.append(f"not compared, for only {one.name} has them: {', '.join(alone)}")
    for task in first.tasks:
        if task not in second.tasks:
            continue
        ours, theirs = first.tasks[task].settings, second.tasks[task].settings
        differ = [
            key for key in ("version", "data_sha256", "gen_kwargs") if ours[key] != theirs[key]
        ]
        if differ:
            found.append(
                f"{task}: {', '.join(differ)} differ; the difference is not the model's alone"
            )
    for task in (VERIFICATION, PLAUSIBILITY):
        if task in first.tasks and task in second.tasks:
            found += few_of(first, task)
    return found


def main() -> None:
    """Run the command line."""
    run_app(app, "python -m lmms_tasks.compare")


def _headings(first: str, second: str) -> list[str]:
    return [heading.format(first=first, second=second) for heading in COLUMNS]


def _cells(row: Compared) -> list[str]:
    ends = row.interval
    counts = "-" if row.won is None else f"{row.won} / {row.lost}"
    return [
        f"{row.task} {row.kind}" if row.kind else row.task,
        str(row.n),
        str(row.videos),
        f"{row.first:.3f}",
        f"{row.second:.3f}",
        f"{row.difference:+.3f}",
        f"{ends.low:+.3f} to {ends.high:+.3f}" if ends else "none",
        counts,
        _p(row.p),
        _p(row.p_holm),
        "-" if row.detectable is None else f"{row.detectable:.3f}",
    ]


def _p(value: float | None) -> str:
    if value is None:
        return "-"
    return "<.0001" if value < 0.0001 else f"{value:.4f}"


if __name__ == "__main__":
    main()
