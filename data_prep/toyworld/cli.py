"""The `toyworld` command."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from data_prep.paths import VARIABLE, data_root


def toyworld(
    *,
    out: Annotated[
        Path | None, typer.Option(help=f"Folder to write; by default {VARIABLE} or the cache.")
    ] = None,
    clips: Annotated[int, typer.Option(min=8, help="Clips of the training world.")] = 1600,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 0,
) -> None:
    """Make the toy world: clips, FutureBench questions, VideoReason items and predictions.

    Make it where `lmms-eval --tasks futurebench,videoreason` looks for it:

        python -m data_prep toyworld

    Make a small one elsewhere, and have it evaluated:

        python -m data_prep toyworld --out toy --clips 160 --seed 1

        VIDEOREASON_DATA=toy lmms-eval --tasks futurebench …
    """
    from data_prep.toyworld.world import make_world  # noqa: PLC0415 - needed by this command only

    folder = out or data_root()
    with Progress(console=Console(stderr=True)) as progress:
        report = make_world(folder, clips=clips, seed=seed, progress=progress)
    told = ", ".join(f"{count} {part}" for part, count in report.clips.items())
    typer.echo(
        f"toy world in {folder}: clips: {told}; {report.questions} FutureBench questions; "
        f"{report.items} VideoReason items with {report.predictions} predictions"
    )


def toy_teacher(
    splits: Annotated[Path, typer.Argument(help="A splits.jsonl of toy clips.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write; by default that of the manifest.")
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 0,
) -> None:
    """Say of toy contexts what a large model would: thoughts, judgements, causes, questions.

    Make what the toy twins of all recipes are trained on (scripts/make_toy_sets.sh does):

        python -m data_prep toy-teacher data/toy/splits.jsonl

    Draw other wrong predictions:

        python -m data_prep toy-teacher data/toy/splits.jsonl --seed 1
    """
    from data_prep.toyworld.teacher import teach  # noqa: PLC0415 - needed by this command only

    folder = out or splits.parent
    written = teach(splits, folder, seed=seed)
    told = ", ".join(f"{count} rows in {name}" for name, count in written.items())
    typer.echo(f"toy teacher in {folder}: {told}")
