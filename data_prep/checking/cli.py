"""The commands `check` and `check-model`."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from data_prep.check import Asked, check_recipe
from data_prep.checking.model import check_model, mend_architectures
from data_prep.checking.recipes import load_recipe
from data_prep.checking.report import as_json, print_checked, report_findings
from data_prep.errors import UserError

# Of the tables, in a file or a pipe.
_WIDTH = 120


def check(
    arguments: Annotated[
        list[str],
        typer.Argument(
            metavar="RECIPE... [KEY=VALUE]...",
            help="SFT, GRPO or evaluation recipes, then settings as they will be overridden.",
        ),
    ],
    *,
    as_data: Annotated[
        bool, typer.Option("--json", help="Print one JSON object with everything found.")
    ] = False,
    evaluation: Annotated[
        Path | None,
        typer.Option(
            help="Evaluation recipe whose frames are compared with those of training; by default "
            "the one of the same model in recipes/eval."
        ),
    ] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="MANIFEST",
            help="Test data that must share no video with the training data; may be repeated. By "
            "default the recipe's validation file and the data of VIDEOREASON_DATA, as warnings.",
        ),
    ] = None,
    easyr1: Annotated[
        Path | None,
        typer.Option(help="EasyR1's source folder: its own classes read a GRPO recipe, too."),
    ] = None,
    download: Annotated[
        bool,
        typer.Option(
            "--download", help="Fetch tokenizer and processor from the hub, to count exactly."
        ),
    ] = False,
) -> None:
    """Check recipes, their rows and clips before a GPU is used; exit 1 when they would break.

    Check a recipe as it will be launched:

        python -m data_prep check recipes/sft/toy_next_event_full.yaml cutoff_len=128

    Check several, with the processor from the hub, and look for test videos in the training set:

        python -m data_prep check recipes/sft/qwen2_5_vl_7b_next_event_lora.yaml
        recipes/grpo/qwen2_5_vl_7b_futurebench.yaml --download --against eval/futurebench.jsonl
    """
    recipes, overrides = _divide(arguments)
    asked = Asked(tuple(overrides), easyr1, evaluation, tuple(against or ()), download)
    for recipe in recipes:
        load_recipe(recipe, overrides)  # a misspelt name is told before anything takes long
    checked = []
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH
    for recipe in recipes:
        checked.append(check_recipe(recipe, asked))
        if not as_data:
            print_checked(console, checked[-1])
    if as_data:
        typer.echo(json.dumps({"recipes": [as_json(each) for each in checked]}, indent=1))
    if any(each.breaks for each in checked):
        raise typer.Exit(1)


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


def _divide(arguments: Sequence[str]) -> tuple[list[Path], list[str]]:
    """Tell recipes from `key=value`; a file may have `=` in its name."""
    recipes = [Path(text) for text in arguments if "=" not in text or Path(text).is_file()]
    overrides = [text for text in arguments if "=" in text and not Path(text).is_file()]
    if not recipes:
        raise UserError(
            "no recipe is named", seen=" ".join(overrides), fix="python -m data_prep check --help"
        )
    return recipes, overrides
