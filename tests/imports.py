"""Scanned videos and annotation files for the tests of the importers."""

import json
import shutil
from pathlib import Path
from typing import Any

import clips

from data_prep.importing.library import Library, ScanSettings
from data_prep.importing.tally import Import
from data_prep.records import Part
from data_prep.steps.engine import Engine


def videos(root: Path, *names: str, bad: tuple[str, ...] = ()) -> Path:
    """Make the folder `root` of sound videos, and of broken ones for the names in `bad`."""
    for name in (*names, *bad):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
    first, *others = names
    clips.write(root / first)
    for name in others:
        shutil.copyfile(root / first, root / name)
    for name in bad:
        (root / name).write_text("not a video")
    return root


def library(folder: Path, out: Path | None = None, part: Part | None = None) -> Library:
    """Scan `folder`."""
    scan = ScanSettings("test videos", "CC0-1.0", part, Engine(workers=1))
    return Library(folder, out or folder, "videos", scan, None)


def settings(name: str) -> dict[str, Any]:
    """Return what the sidecar of an import holds."""
    return {
        "command": f"import {name}",
        "name": name,
        "source": "test videos",
        "license": "CC0-1.0",
    }


def write_json(path: Path, content: Any) -> Path:
    """Write a JSON file."""
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def reasons(session: Import, kind: str) -> dict[str, int]:
    """Return why parts of one kind were left out, with counts."""
    return {why: n for (of, why), n in session.tally.counts.items() if of == kind}
