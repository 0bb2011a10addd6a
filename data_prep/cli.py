"""The command line of data preparation: one command a step, each reads and writes a manifest."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from data_prep.builders.cli import build
from data_prep.checking.cli import check, check_checkpoint
from data_prep.checkpoints import resume
from data_prep.cutting.cli import split
from data_prep.downloading.cli import download_app
from data_prep.errors import UserError
from data_prep.exporting.cli import export
from data_prep.filtering.cli import filter_command, sample_command
from data_prep.generating.cli import generate_command
from data_prep.importing.cli import import_app
from data_prep.merging import merge
from data_prep.overlap.cli import overlap
from data_prep.pairs.cli import label, pairs
from data_prep.parts.cli import parts
from data_prep.paths import data_root
from data_prep.rehearsal.cli import rehearse_command
from data_prep.scanning.cli import scan
from data_prep.show.cli import show
from data_prep.teacher.cli import annotate
from data_prep.tinymodel.cli import tiny_model
from data_prep.toyworld.cli import toy_teacher, toyworld
from data_prep.vision import DEFAULT_BUDGET, load_budget

app = typer.Typer(
    name="data_prep",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Videos in, context and future clips and instruction sets out.",
)
app.command()(scan)
app.add_typer(download_app, name="download")
app.add_typer(import_app, name="import")
app.command("filter")(filter_command)
app.command("sample")(sample_command)
app.command()(parts)
app.command()(overlap)
app.command()(split)
app.command()(pairs)
app.command()(label)
app.command()(show)
app.command()(annotate)
app.add_typer(build, name="build")
app.add_typer(export, name="export")
app.command("generate")(generate_command)
app.command()(toyworld)
app.command("toy-teacher")(toy_teacher)
app.command("tiny-model")(tiny_model)
app.command()(check)
app.command("check-model")(check_checkpoint)
app.command("rehearse")(rehearse_command)
app.command()(resume)
app.command()(merge)


@app.command("data-root")
def print_data_root() -> None:
    """Print the folder in which lmms-eval looks for the benchmarks' data.

    It is the value of VIDEOREASON_DATA, else the toy world in the user's cache:

        python -m data_prep data-root

        VIDEOREASON_DATA=toy python -m data_prep data-root
    """
    typer.echo(data_root())


@app.command("budget")
def print_budget(
    vision: Annotated[str, typer.Argument(metavar="FILE:PROFILE")] = DEFAULT_BUDGET,
) -> None:
    """Print a vision budget as lmms-eval's model arguments.

    python -m data_prep budget

    python -m data_prep budget recipes/vision.yaml:toy
    """
    budget = load_budget(vision)
    typer.echo(f"fps={budget.fps},min_pixels={budget.min_pixels},max_pixels={budget.max_pixels}")


def main() -> None:
    """Run the command line; a `UserError` is printed without a traceback and exits with 1."""
    try:
        app(prog_name="python -m data_prep")
    except UserError as error:
        console = Console(stderr=True)
        console.print(f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(1)
