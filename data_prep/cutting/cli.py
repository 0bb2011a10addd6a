"""The `split` command."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.cutting.choice import Policy
from data_prep.cutting.one import Settings
from data_prep.cutting.output import print_summary, progress_bar
from data_prep.cutting.split import split_clips
from data_prep.vision import DEFAULT_BUDGET, load_budget


def split(
    source: Annotated[Path, typer.Argument(help="A folder of videos, or a clips.jsonl.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder to write; a killed run goes on in it.")],
    vision: Annotated[
        str, typer.Option(metavar="FILE:PROFILE", help="Vision budget to encode for.")
    ] = DEFAULT_BUDGET,
    policy: Annotated[
        Policy,
        typer.Option(help="Cut where an event starts, at a ratio, or at an event if there is one."),
    ] = "auto",
    ratio: Annotated[float, typer.Option(help="Share of the clip that is context.")] = 0.5,
    min_context: Annotated[float, typer.Option(help="Seconds a context must have.")] = 1.0,
    min_future: Annotated[float, typer.Option(help="Seconds a future must have.")] = 1.0,
    annotations: Annotated[
        Path | None,
        typer.Option(
            help='Events of the videos of a folder, one JSON object a line: {"video": NAME, '
            '"events": [{"start": SECONDS, "end": SECONDS, "text": WHAT}]}.'
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the event boundary of each clip.")] = 0,
    workers: Annotated[
        int | None, typer.Option(help="Processes; by default one for each core.")
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds that one clip may take.")] = 600.0,
) -> None:
    """Cut clips into context and future files that share no frame, with a leak certificate.

    Split your own videos, at the middle of each:

        python -m data_prep split videos --out splits

    Split annotated videos where an event starts, and leave out those without events:

        python -m data_prep split videos --out splits --annotations events.jsonl --policy event
    """
    with progress_bar() as progress:
        summary = split_clips(
            source,
            out,
            Settings(
                budget=load_budget(vision),
                policy=policy,
                ratio=ratio,
                min_context=min_context,
                min_future=min_future,
                seed=seed,
            ),
            annotations=annotations,
            workers=workers,
            timeout=timeout,
            progress=progress,
        )
    print_summary(summary)
