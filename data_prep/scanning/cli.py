"""The `scan` command."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.cutting.output import progress_bar
from data_prep.scanning.output import print_summary
from data_prep.scanning.scan import scan_folder


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
    workers: Annotated[
        int | None, typer.Option(help="Processes; by default one for each core.")
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds that one video may take.")] = 600.0,
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
    """
    with progress_bar("scanning") as progress:
        summary = scan_folder(
            folder,
            out=out,
            source=source,
            license=license,
            annotations=annotations,
            keep_duplicates=keep_duplicates,
            workers=workers,
            timeout=timeout,
            memory_limit=memory_limit,
            progress=progress,
        )
    print_summary(summary)
