"""The option of every command that looks for scenes."""

from typing import Annotated

import typer

from data_prep.boundaries.look import DetectorName

DetectorOption = Annotated[
    DetectorName,
    typer.Option(
        "--detector",
        help="Finds where another scene begins: our own, or one of PySceneDetect's.",
    ),
]
