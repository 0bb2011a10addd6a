"""The `scan` command."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.boundaries.options import DetectorOption
from data_prep.cutting.split import MANIFEST as SPLITS
from data_prep.cutting.verify import print_verified, verify_splits
from data_prep.errors import UserError
from data_prep.scanning.output import print_summary
from data_prep.scanning.scan import scan_folder
from data_prep.steps.engine import Engine
from data_prep.steps.options import AddressOption, EngineOption, TimeoutOption, WorkersOption
from data_prep.steps.progress import progress_bar


def scan(
    folder: Annotated[Path, typer.Argument(help="A folder of videos; subfolders count.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Manifest to write, in FOLDER or above it; by default FOLDER/clips.jsonl."
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Where the videos are from; by default FOLDER's name.")
    ] = None,
    license: Annotated[str, typer.Option(help="Under which the videos are used.")] = "unknown",
    annotations: Annotated[
        Path | None,
        typer.Option(
            help='Events and captions, one JSON object a line: {"video": NAME, "caption": TEXT, '
            '"events": [{"start": SECONDS, "end": SECONDS, "text": WHAT}]}.'
        ),
    ] = None,
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="List every copy of one file.")
    ] = False,
    detector: DetectorOption = "own",
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
    memory_limit: Annotated[
        float, typer.Option(metavar="GB", help="Memory that a process may take; 0 for any.")
    ] = 4.0,
) -> None:
    """Decode every video of a folder once: sound ones go to clips.jsonl, the others are named.

    Which of my videos are broken, and why? (see videos/clips.report.jsonl)

        python -m data_prep scan videos

    Scan annotated videos, then cut those that are sound:

        python -m data_prep scan videos --annotations events.jsonl --license CC-BY-4.0

        python -m data_prep split videos/clips.jsonl --out splits

    Write events to the annotations, not to clips.jsonl: the next scan writes that anew.

    In a folder that `split` wrote, verify every split instead, and exit with 1 if one leaks:

        python -m data_prep scan splits
    """
    if (folder / SPLITS).is_file():
        if out is not None or annotations is not None:
            raise UserError(
                "--out and --annotations are for videos; here the splits are verified",
                seen=folder / SPLITS,
                fix=f"python -m data_prep scan {folder}, or name a folder that holds videos only",
            )
        with progress_bar("verifying") as progress:
            verified = verify_splits(
                folder, engine=Engine(engine, address, workers, timeout), progress=progress
            )
        print_verified(verified)
        return
    with progress_bar("scanning") as progress:
        summary = scan_folder(
            folder,
            out=out,
            source=source,
            license=license,
            annotations=annotations,
            keep_duplicates=keep_duplicates,
            detector=detector,
            engine=Engine(engine, address, workers, timeout),
            memory_limit=memory_limit,
            progress=progress,
        )
    print_summary(summary)
