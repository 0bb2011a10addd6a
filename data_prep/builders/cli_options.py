"""What all `build` commands take and tell alike."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.builders.next_event import Form
from data_prep.builders.writing import BuildReport

Out = Annotated[
    Path | None,
    typer.Option(
        help="Folder to write; it must hold the media. By default that of the manifest.",
    ),
]
TestShare = Annotated[
    float,
    typer.Option(
        min=0.0, max=1.0, help="Share of videos kept for the test side, where rows name no part."
    ),
]
Seed = Annotated[int, typer.Option(help="Of the questions, and of the sides.")]
Horizons = Annotated[
    list[int] | None,
    typer.Option(min=0, help="Events that an answer names, 0 for all of them; repeat it."),
]
Forms = Annotated[
    list[Form] | None,
    typer.Option(help="Ask openly (default), or among four options; repeat it for both."),
]
Splits = Annotated[Path, typer.Argument(help="A splits.jsonl.")]
Clips = Annotated[Path, typer.Argument(help="A clips.jsonl with events.")]
Questions = Annotated[Path, typer.Argument(help="A questions.jsonl.")]
Pairs = Annotated[Path, typer.Argument(help="A pairs.jsonl with actions.")]
SplitsOption = Annotated[
    Path, typer.Option("--splits", help="The splits.jsonl that the rows are about.")
]


def tell(name: str, folder: Path, report: BuildReport) -> None:
    """Print how many rows were written, and what was left out."""
    typer.echo(f"{name} set in {folder}: {report}")
