"""Which type of record the rows of a manifest are."""

from pathlib import Path

from pydantic import ValidationError

from data_prep.errors import UserError
from data_prep.records import (
    Causal,
    Clip,
    Critique,
    Example,
    ForesightItem,
    Pair,
    Prediction,
    Question,
    Reasoning,
    Record,
    Split,
    VideoQuestion,
)

TYPES: tuple[type[Record], ...] = (
    Clip,
    Split,
    Example,
    Pair,
    VideoQuestion,
    Reasoning,
    Critique,
    Causal,
    Question,
    ForesightItem,
    Prediction,
)


def type_of(manifest: Path) -> type[Record]:
    """Return the record type of the rows, told by the fields of the first one.

    Raises:
        UserError: no such file, no rows, or a row of no known type.
    """
    if not manifest.is_file():
        raise UserError("there is no such manifest", seen=manifest)
    with manifest.open(encoding="utf-8") as file:
        line = next((line for line in file if line.strip()), None)
    if line is None:
        raise UserError("the manifest has no rows", seen=manifest)
    for model in TYPES:
        try:
            model.model_validate_json(line)
        except ValidationError:
            continue
        return model
    raise UserError(
        "the first row is of no type that is known here",
        seen=line.strip()[:200],
        fix="name a manifest that a command of data_prep wrote",
    )
