"""The command that imports a published benchmark: `import futurebench`."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.importing.futurebench import NAME, PUBLISHED, import_futurebench
from data_prep.importing.json_array import read_json_array
from data_prep.importing.library import ScanSettings
from data_prep.importing.options import (
    License,
    Memory,
    Out,
    Videos,
    finish,
    open_library,
    settings_of,
)
from data_prep.manifest import read_sidecar
from data_prep.steps.engine import Engine
from data_prep.steps.options import AddressOption, EngineOption, TimeoutOption, WorkersOption


def futurebench_command(
    *,
    json: Annotated[Path, typer.Option("--json", help="The published futurebench.json.")],
    videos: Videos,
    out: Out = None,
    license: License = "unknown",
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
    memory_limit: Memory = 4.0,
) -> None:
    """Import FutureBench; items whose video is missing are kept, listed and counted.

    The videos lie in any subfolders; the questions go to FOLDER/futurebench.jsonl:

        python -m data_prep import futurebench --json futurebench.json --videos video_dataset

    Import it into a folder above the videos, and evaluate on it:

        python -m data_prep import futurebench --json futurebench.json \\
            --videos futurebench/video_dataset --out futurebench

        VIDEOREASON_DATA=futurebench lmms-eval --tasks futurebench_direct …
    """
    scan = ScanSettings(
        "FutureBench", license, "test", Engine(engine, address, workers, timeout), memory_limit
    )
    library, folder = open_library(videos, out, NAME, scan, read_json_array(json))
    settings = settings_of("futurebench", NAME, scan)
    finish(import_futurebench(json, videos, library, folder, settings))
    _tell(folder / f"{NAME}.jsonl")


def _tell(manifest: Path) -> None:
    """Print the sizes beside the published ones, and how many items have no video."""
    told = read_sidecar(manifest)["settings"]
    kinds = ", ".join(
        f"{kind} {told['kinds'][kind]} (published: {size})" for kind, size in PUBLISHED.items()
    )
    total, published = sum(told["kinds"].values()), sum(PUBLISHED.values())
    typer.echo(f"{manifest}: {kinds}; in all {total} (published: {published})")
    if told["kinds"] != PUBLISHED:
        typer.echo("these are not the published sizes: say so beside a score")
    if told["videos_missing"]:
        typer.echo(
            f"{told['videos_missing']} videos are missing, and with them "
            f"{told['items_without_video']} items, which the tasks count and do not ask"
        )
