"""The command line of data preparation: one command a step, each reads and writes a manifest."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from data_prep.builders.cli import build
from data_prep.check import check_recipe, load_recipe, report_findings
from data_prep.checking.easyr1_probe import probe
from data_prep.checking.grpo import check_grpo, is_grpo, override
from data_prep.checking.model import check_model, mend_architectures
from data_prep.cutting.cli import split
from data_prep.errors import UserError
from data_prep.exporting.cli import export
from data_prep.filtering.cli import filter_command, sample_command
from data_prep.importing.cli import import_app
from data_prep.pairs.cli import label, pairs
from data_prep.parts.cli import parts
from data_prep.paths import data_root
from data_prep.scanning.cli import scan
from data_prep.show.cli import show
from data_prep.teacher.cli import annotate
from data_prep.tinymodel.cli import tiny_model
from data_prep.toyworld.cli import toyworld
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
app.add_typer(import_app, name="import")
app.command("filter")(filter_command)
app.command("sample")(sample_command)
app.command()(parts)
app.command()(split)
app.command()(pairs)
app.command()(label)
app.command()(show)
app.command()(annotate)
app.add_typer(build, name="build")
app.add_typer(export, name="export")
app.command()(toyworld)
app.command("tiny-model")(tiny_model)


@app.command()
def check(
    recipe: Annotated[Path, typer.Argument(help="An SFT recipe, or a GRPO recipe for EasyR1.")],
    overrides: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...")] = None,
    *,
    easyr1: Annotated[
        Path | None,
        typer.Option(help="EasyR1's source folder: its own classes read a GRPO recipe, too."),
    ] = None,
) -> None:
    """Check a recipe, its rows and its clips before anything is trained; exit 1 on a finding.

    Check a recipe as it stands:

        python -m data_prep check recipes/sft/toy_next_event_full.yaml

    Check it as it will be launched:

        python -m data_prep check recipes/sft/toy_next_event_full.yaml cutoff_len=128

        python -m data_prep check recipes/grpo/qwen2_5_vl_7b_futurebench.yaml --easyr1 ../EasyR1
    """
    settings, told = load_recipe(recipe, []), ""
    if is_grpo(settings):
        findings = list(check_grpo(override(settings, overrides or [])))
        if easyr1 is not None and not findings:
            findings, told = probe(easyr1, recipe, overrides or [])
    else:
        findings = list(check_recipe(load_recipe(recipe, overrides or [])))
    if findings:
        raise report_findings(recipe, findings)
    typer.echo(f"{recipe}: recipe, rows and clips are in order{told and '; '}{told}")


@app.command("check-model")
def check_checkpoint(
    folder: Annotated[Path, typer.Argument(help="Of a merged or fully tuned checkpoint.")],
    *,
    mend: Annotated[
        bool, typer.Option("--mend", help="Write its class to where vLLM looks for it.")
    ] = False,
) -> None:
    """Prove that a checkpoint loads as EasyR1 and vLLM will load it (needs the sft extra).

    python -m data_prep check-model runs/qwen2_5_vl_7b_next_event_full

    python -m data_prep check-model runs/merged --mend
    """
    if not folder.is_dir():
        raise UserError("there is no such folder", seen=folder, fix="train or merge first")
    if mend and (folder / "config.json").is_file():
        mend_architectures(folder)
    findings = list(check_model(folder))
    if findings:
        raise report_findings(folder, findings)
    typer.echo(f"{folder}: loads, runs, and names its class")


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
