"""The options that importers share, and what they do before and after their work."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from data_prep.errors import UserError
from data_prep.importing.library import Library, ScanSettings, place
from data_prep.importing.tally import Import, print_import
from data_prep.records import Part
from data_prep.scanning.output import print_summary
from data_prep.steps.progress import progress_bar

Videos = Annotated[
    Path, typer.Option(help="Folder of the videos; subfolders count. They stay where they are.")
]
Out = Annotated[
    Path | None,
    typer.Option(help="Folder to write to, --videos or above it; by default --videos."),
]
License = Annotated[
    str, typer.Option(help="Under which you use the videos; the data set's own pages tell.")
]
PartOption = Annotated[
    Part | None, typer.Option("--part", help="What part of the data set the file is.")
]
Memory = Annotated[
    float,
    typer.Option("--memory-limit", metavar="GB", help="Memory that a process may take; 0 for any."),
]


def open_library(
    videos: Path,
    out: Path | None,
    name: str,
    scan: ScanSettings,
    *annotations: Iterator[object],
) -> tuple[Library, Path]:
    """Scan the videos and show what came of it; return them, and the folder to write to.

    A scan may take hours: the first row of each of `annotations` is read before it.
    """
    folder = out or videos
    place(videos, folder)
    for rows in annotations:
        next(rows, None)
    with progress_bar("scanning") as progress:
        library = Library(videos, folder, name, scan, progress)
    print_summary(library.summary)
    return library, folder


def settings_of(data_set: str, name: str, scan: ScanSettings, **more: Any) -> dict[str, Any]:
    """Return what the sidecars of an import hold."""
    return {
        "command": f"import {data_set}",
        "name": name,
        "source": scan.source,
        "license": scan.license,
        "part": scan.part,
        **more,
    }


def finish(session: Import) -> None:
    """Show what was imported.

    Raises:
        UserError: nothing was.
    """
    print_import(session)
    if not session.written.total():
        raise UserError(
            "no row of the annotation could be used",
            seen=f"{session.read} rows read",
            fix=f"see {session.tally.path}; the media may lie in another folder",
        )
