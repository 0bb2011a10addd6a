"""The command line of the report."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from data_prep.errors import UserError
from data_prep.steps.engine import Engine
from data_prep.steps.options import TimeoutOption, WorkersOption
from data_prep.steps.progress import progress_bar
from lmms_tasks.lines import HEADLINES
from lmms_tasks.logs import read_named
from lmms_tasks.report.page import Options, write_report
from lmms_tasks.screen import run_app

HELP = """Make one self-contained HTML page of scores, comparisons and items with their videos.

LOGDIR is what was given to lmms-eval as `--output_path`, with `--log_samples`. The first model is
the one that the others are compared with.

One model:

    python -m lmms_tasks.report logs/tuned --out report.html

A model beside its base and a floor (`--model videoreason_baseline`), with more frames a video:

    python -m lmms_tasks.report base=logs/base tuned=logs/tuned random=logs/random --frames 8
"""
# Gaps told one by one; the page shows each at its place.
_TOLD = 20
app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)


@app.command(help=HELP)
def report(
    models: Annotated[list[str], typer.Argument(metavar="[NAME=]LOGDIR...", show_default=False)],
    *,
    out: Annotated[Path, typer.Option(help="Page to write.")] = Path("report.html"),
    items: Annotated[
        int, typer.Option(min=1, max=20_000, help="Items to show; more are chosen from by chance.")
    ] = Options.items,
    frames: Annotated[int, typer.Option(min=1, max=16, help="Of each video.")] = Options.frames,
    megabytes: Annotated[
        float, typer.Option(min=0.0, help="What pictures may add to the page.")
    ] = Options.megabytes,
    seed: Annotated[int, typer.Option(help="Of the choice of items.")] = Options.seed,
    data: Annotated[
        Path | None,
        typer.Option(help="Where the data is now; by default, where the logs say that it was."),
    ] = None,
    best_of_n: Annotated[
        list[Path] | None,
        typer.Option(help="What lmms_tasks.best_of_n wrote with --json; repeat it."),
    ] = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 60.0,
) -> None:
    """Write the page; see `HELP`."""
    runs = [read_named(named, HEADLINES, bare=True) for named in models]
    if len({run.name for run in runs}) < len(runs):
        raise UserError(
            "two models have the same name", seen=" ".join(models), fix="base=logs/a tuned=logs/b"
        )
    options = Options(items, frames, megabytes, seed, data, tuple(best_of_n or ()))
    with progress_bar("taking pictures") as progress:
        made = write_report(
            runs,
            out,
            options,
            engine=Engine(workers=workers, timeout=timeout),
            progress=progress,
        )
    console = Console(soft_wrap=True, highlight=False)
    for text in made.gaps[:_TOLD]:
        console.print(f"[yellow]not shown[/] {escape(text)}")
    if len(made.gaps) > _TOLD:
        console.print(f"[yellow]not shown[/] {len(made.gaps) - _TOLD} more, see the page")
    console.print(
        f"{len(runs)} models, {made.shown} of {made.total} items, {made.size / 1e6:.1f} MB: "
        f"{escape(str(made.page))}"
    )


def main() -> None:
    """Run the command line; a `UserError` is printed without a traceback and exits with 1."""
    run_app(app, "python -m lmms_tasks.report")
