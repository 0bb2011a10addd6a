"""What a user knows of the videos of a folder."""

from collections.abc import Container
from pathlib import Path

from pydantic import Field

from data_prep.errors import UserError
from data_prep.manifest import read_manifest
from data_prep.records import Event, Record
from data_prep.steps.worklist import Shelf

_MADE_BY = 'one JSON object a line: {"video": NAME, "events": [{"start", "end", "text"}]}'


class Annotation(Record):
    """One line of an annotation file; `video` is the name relative to the folder."""

    video: str = Field(min_length=1)
    caption: str | None = None
    events: list[Event] = Field(default_factory=list)


def read_annotations(path: Path | None, folder: Path, found: Container[str]) -> Shelf[Annotation]:
    """Return what `path` says of each video, by name; nothing where `path` is None.

    Raises:
        UserError: a line is not valid, or names a video that is not among `found` or was named.
    """
    rows: Shelf[Annotation] = Shelf()
    missing, example = 0, ""
    for row in read_manifest(path, Annotation, made_by=_MADE_BY) if path is not None else ():
        if not rows.add(row.video, row):
            raise UserError(f"{path} has two lines for one video", seen=row.video)
        if row.video not in found:
            missing += 1
            example = min(example or row.video, row.video)
    if missing:
        raise UserError(
            f"{path} names {missing} videos that are not in {folder}",
            seen=example,
            fix="name each video by its path relative to the folder",
        )
    return rows
