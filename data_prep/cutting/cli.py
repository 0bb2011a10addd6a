"""The `split` command."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.boundaries.options import DetectorOption
from data_prep.cutting.carriers import Carrier
from data_prep.cutting.choice import Policy
from data_prep.cutting.output import print_summary
from data_prep.cutting.settings import Settings
from data_prep.cutting.split import split_clips
from data_prep.steps.engine import Engine
from data_prep.steps.options import AddressOption, EngineOption, TimeoutOption, WorkersOption
from data_prep.steps.progress import progress_bar
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
        typer.Option(
            help="Cut where the data set's makers did, where an event starts, where another scene "
            "begins, or at a ratio; auto is the first of these that a clip has."
        ),
    ] = "auto",
    ratio: Annotated[float, typer.Option(help="Share of the clip that is context.")] = 0.5,
    min_context: Annotated[float, typer.Option(help="Seconds a context must have.")] = 1.0,
    min_future: Annotated[float, typer.Option(help="Seconds a future must have.")] = 1.0,
    min_gap: Annotated[
        float, typer.Option(help="Seconds between a context's last frame and the future's first.")
    ] = 0.0,
    carrier: Annotated[
        Carrier,
        typer.Option(
            help="mp4: videos of the vision budget. frames: lists of JPEG files, of the budget too "
            "and the fastest to load. prefix: contexts are copies of the source's own pictures, "
            "quickest to make, at the source's rate and size whatever the budget; futures as mp4."
        ),
    ] = "mp4",
    detector: DetectorOption = "own",
    annotations: Annotated[
        Path | None,
        typer.Option(
            help='Events of the videos of a folder, one JSON object a line: {"video": NAME, '
            '"events": [{"start": SECONDS, "end": SECONDS, "text": WHAT}]}.'
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the boundary of each clip.")] = 0,
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
) -> None:
    """Cut clips into contexts and futures that share no frame, with a leak certificate.

    Split your own videos where another scene begins, or else at the middle:

        python -m data_prep split videos --out splits

    Split annotated videos where an event starts, and leave out those without events:

        python -m data_prep split videos --out splits --annotations events.jsonl --policy event

    Ask for a second between context and future, and write lists of frames:

        python -m data_prep split videos --out splits --min-gap 1 --carrier frames
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
                min_gap=min_gap,
                carrier=carrier,
                detector=detector,
                seed=seed,
            ),
            annotations=annotations,
            engine=Engine(engine, address, workers, timeout),
            progress=progress,
        )
    print_summary(summary)
