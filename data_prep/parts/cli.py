"""The `parts` command."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.errors import UserError
from data_prep.parts.assign import assign_parts
from data_prep.parts.follow import follow_parts
from data_prep.parts.near import Likeness

_DEFAULT = Likeness()


def parts(
    manifest: Annotated[
        Path, typer.Argument(help="A clips.jsonl or splits.jsonl, or another manifest.")
    ],
    *,
    out: Annotated[Path, typer.Option(help="Manifest to write, in a folder that holds the media.")],
    test: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of the rows kept for testing.")
    ] = 0.1,
    validation: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of the rows kept for validation.")
    ] = 0.0,
    like: Annotated[
        Path | None,
        typer.Option(help="Take the part of each recording from this manifest instead."),
    ] = None,
    distance: Annotated[
        int, typer.Option(min=0, max=16, help="Bits of 64 by which like frames may differ.")
    ] = _DEFAULT.distance,
    share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of a clip's frames that must be alike.")
    ] = _DEFAULT.share,
    frames: Annotated[
        int, typer.Option(min=1, help="Frames that must be alike in any case.")
    ] = _DEFAULT.frames,
    seed: Annotated[int, typer.Option(help="Of the choice of clusters.")] = 0,
) -> None:
    """Say which rows are for training and which for testing: recordings and their copies together.

    Keep a tenth of the clips for testing, near duplicates on one side, then cut them:

        python -m data_prep parts videos/clips.jsonl --out videos/parted.jsonl

        python -m data_prep split videos/parted.jsonl --out splits

    Keep a validation side too:

        python -m data_prep parts videos/clips.jsonl --out videos/parted.jsonl --validation 0.05

    Put questions about the same videos on the same sides:

        python -m data_prep parts questions.jsonl --out parted.jsonl --like videos/parted.jsonl
    """

    if test + validation >= 1.0:
        raise UserError(
            "nothing would be left for training", seen=f"--test {test} --validation {validation}"
        )
    if like is not None:
        typer.echo(f"{out}: {follow_parts(manifest, like, out)}")
        return
    report = assign_parts(
        manifest,
        out,
        test=test,
        validation=validation,
        likeness=Likeness(distance, share, frames),
        seed=seed,
    )
    typer.echo(f"{out}: {report}")
