"""The files that an annotation writes, and the refusal to write over those of others."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from data_prep.errors import UserError
from data_prep.manifest import sidecar

STEP = "annotate"


@dataclass(frozen=True)
class Place:
    """Where one task writes.

    Attributes:
        manifest: the rows.
        report: beside it, the items that gave none.
    """

    manifest: Path

    @property
    def report(self) -> Path:
        """Return where the items stand that gave no row."""
        return self.manifest.with_suffix(".report.jsonl")

    @property
    def folder(self) -> Path:
        """Return the folder of both."""
        return self.manifest.parent

    @property
    def claim(self) -> Path:
        """Return what stands beside a manifest while it is being written, for a resumed run."""
        return self.manifest.with_name(f".{self.manifest.stem}.{STEP}")


def place_of(out: Path, source: Path, task: str, default: str) -> Place:
    """Return where `task` writes: to the `.jsonl` file `out`, or to `default` in the folder `out`.

    Raises:
        UserError: that is the source itself, or a file that this task did not write.
    """
    place = Place(out if out.suffix == ".jsonl" else out / default)
    other = place.folder / f"{place.manifest.stem}_{task}.jsonl"
    if place.manifest.resolve() == source.resolve():
        raise UserError(
            "the output would replace its own input",
            seen=place.manifest,
            fix=f"--out {other}",
        )
    if os.path.lexists(place.manifest) and not _is_ours(place, task):
        raise UserError(
            "this file was not written by the same task, which would replace it",
            seen=place.manifest,
            fix=f"move it away, or --out {other}",
        )
    return place


def _is_ours(place: Place, task: str) -> bool:
    if place.claim.is_file():
        return place.claim.read_text(encoding="utf-8") == task
    try:
        found = json.loads(sidecar(place.manifest).read_text(encoding="utf-8"))
        settings = found["settings"]
        return bool(settings["step"] == STEP and settings["task"] == task)
    except (OSError, ValueError, TypeError, KeyError):
        return False
