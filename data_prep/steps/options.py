"""The options of every command whose step runs over many clips; see `engine.Engine`."""

from typing import Annotated

import typer

from data_prep.steps.engine import EngineName

EngineOption = Annotated[
    EngineName, typer.Option("--engine", help="Processes on this machine, or a Ray cluster.")
]
AddressOption = Annotated[
    str | None,
    typer.Option("--address", help="Of the Ray cluster; by default Ray starts on this machine."),
]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", help="Processes; by default one for each core.")
]
TimeoutOption = Annotated[float, typer.Option("--timeout", help="Seconds that one clip may take.")]
