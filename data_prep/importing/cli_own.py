"""The commands for annotations of one's own: `import folder` and `import table`."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.errors import UserError
from data_prep.importing.library import ScanSettings
from data_prep.importing.options import (
    Memory,
    Out,
    PartOption,
    Videos,
    finish,
    open_library,
    settings_of,
)
from data_prep.importing.table import Columns, import_table, read_table
from data_prep.scanning.output import print_summary
from data_prep.scanning.scan import scan_folder
from data_prep.steps.engine import Engine
from data_prep.steps.options import AddressOption, EngineOption, TimeoutOption, WorkersOption
from data_prep.steps.progress import progress_bar


def folder_command(
    *,
    videos: Videos,
    source: Annotated[str, typer.Option(help="Where the videos are from.")],
    license: Annotated[str, typer.Option(help="Under which you use them.")],
    out: Out = None,
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
    memory_limit: Memory = 4.0,
) -> None:
    """Import a plain folder: what `scan` does, with source and licence required.

    Videos that you filmed:

        python -m data_prep import folder --videos films --source "own films" --license CC-BY-4.0

    Videos whose licence nobody told you, written to a folder above them:

        python -m data_prep import folder --videos pile/videos --source pile \\
            --license unknown --out pile
    """
    with progress_bar("scanning") as progress:
        summary = scan_folder(
            videos,
            out=(out or videos) / "clips.jsonl",
            source=source,
            license=license,
            engine=Engine(engine, address, workers, timeout),
            memory_limit=memory_limit,
            progress=progress,
        )
    print_summary(summary)


def table_command(
    table: Annotated[Path, typer.Argument(help="A .csv with a header, or JSON lines.")],
    *,
    videos: Videos,
    source: Annotated[str, typer.Option(help="Where the videos are from.")],
    license: Annotated[str, typer.Option(help="Under which you use them.")],
    video_column: Annotated[str, typer.Option(help="Names the video, by path or id.")] = "video",
    question_column: Annotated[str | None, typer.Option(help="Holds a question.")] = None,
    answer_column: Annotated[str | None, typer.Option(help="Holds its answer.")] = None,
    options_columns: Annotated[
        str | None, typer.Option(help="Hold its options, in order: NAME,NAME,…")
    ] = None,
    caption_column: Annotated[str | None, typer.Option(help="Holds a caption.")] = None,
    start_column: Annotated[
        str | None, typer.Option(help="Seconds at which an event starts.")
    ] = None,
    end_column: Annotated[str | None, typer.Option(help="Seconds at which it ends.")] = None,
    text_column: Annotated[str | None, typer.Option(help="What happens in the event.")] = None,
    action_column: Annotated[str | None, typer.Option(help="Its label of a closed set.")] = None,
    part: PartOption = None,
    name: Annotated[str | None, typer.Option(help="Of the manifests; by default TABLE's.")] = None,
    out: Out = None,
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
    memory_limit: Memory = 4.0,
) -> None:
    """Import a CSV or JSON lines file whose columns you name.

    Questions with four options:

        python -m data_prep import table quiz.csv --videos films --source quiz \\
            --license CC0-1.0 --video-column file --question-column q --answer-column key \\
            --options-columns a,b,c,d

    Captions and events with times:

        python -m data_prep import table events.jsonl --videos films --source films \\
            --license CC0-1.0 --caption-column caption --start-column start --end-column end \\
            --text-column what
    """
    columns = Columns(
        video=video_column,
        question=question_column,
        answer=answer_column,
        options=tuple(part.strip() for part in (options_columns or "").split(",") if part.strip()),
        caption=caption_column,
        start=start_column,
        end=end_column,
        text=text_column,
        action=action_column,
    )
    stem = name or table.stem
    if not stem or any(mark in stem for mark in "/\\\0") or stem.startswith("."):
        raise UserError("--name must be a plain file name", seen=stem)
    scan = ScanSettings(
        source, license, part, Engine(engine, address, workers, timeout), memory_limit
    )
    library, folder = open_library(videos, out, stem, scan, read_table(table, columns))
    settings = settings_of("table", stem, scan, columns=list(columns.named()))
    finish(import_table(table, columns, library, folder, settings))
