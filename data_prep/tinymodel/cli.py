"""The `tiny-model` command."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress


def tiny_model(
    *,
    out: Annotated[Path, typer.Option(help="Folder to write the model to.")],
    shorten: Annotated[
        float, typer.Option(min=1.0, help="Divides the training steps: a try, not a model.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="Of the weights and of the lessons.")] = 0,
) -> None:
    """Train the tiny Qwen2.5-VL from scratch to describe the toy world (needs the sft extra).

    Make the weights that are kept in data_prep/tinymodel/weights again:

        python -m data_prep tiny-model --out runs/tiny

    See that it runs, in seconds:

        python -m data_prep tiny-model --out runs/try --shorten 200
    """
    from data_prep.tinymodel.pretrain import pretrain  # noqa: PLC0415 - imports torch

    with Progress(console=Console(stderr=True)) as progress:
        loss = pretrain(out, seed=seed, shorten=shorten, progress=progress)
    typer.echo(f"tiny model in {out}: last loss {loss:.3f}")
