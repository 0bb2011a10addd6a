"""AURORA (arXiv 2407.03471): two pictures and the instruction that leads from one to the other.

They are pairs without times: nothing says when the pictures were taken.
"""

import re
from itertools import takewhile
from pathlib import Path, PurePosixPath
from typing import Any

from PIL import Image, UnidentifiedImageError

from data_prep.errors import UserError
from data_prep.importing.json_array import read_json_array
from data_prep.importing.library import place
from data_prep.importing.tally import Import, importing, text_at
from data_prep.manifest import relative_to
from data_prep.records import Pair, Part

# Frames of a video are named after it; other pictures lie in a folder for each scene.
_FRAME = re.compile(r"(.+\.(?:mp4|avi|mkv|webm))_", re.I)
_COMMON_FOLDERS = {"images", "frames", "data"}


def import_aurora(
    annotations: Path, pictures: Path, out: Path, part: Part | None, settings: dict[str, Any]
) -> Import:
    """Write a `pairs` manifest with the pairs whose two pictures exist and open.

    Args:
        annotations: JSON array of `input`, `output`, `instruction`, `task`.
        pictures: the folder below which the paths of the annotation end.
        out: the folder to write to; it holds `pictures`.
        part: what part all of the file is.
        settings: for the sidecar; `source` and `license` go into the rows.

    Raises:
        UserError: the file is no JSON array, or `out` does not hold `pictures`.
    """
    place(pictures, out)
    name = str(settings["name"])
    terms = {"part": part, "source": settings["source"], "license": settings["license"]}
    with importing(out, name, ("pairs",), settings) as session:
        for number, row in enumerate(read_json_array(annotations), start=1):
            session.read += 1
            task = text_at(row, "task") or "unknown"
            label = f"{number} (task {task})"
            told = _read(row, pictures, out)
            if isinstance(told, str):
                session.leave_out("pairs", label, told)
                continue
            scene = f"{task}-{told.pop('scene')}"
            told |= {
                **terms,
                "id": f"aurora-{task}-{number}",
                "clip_id": scene,
                "video_id": scene,
                "source": f"{settings['source']}/{task}",
            }
            session.write("pairs", label, lambda: Pair.model_validate(told))  # noqa: B023 - called at once
    return session


def _read(row: Any, pictures: Path, out: Path) -> dict[str, Any] | str:
    """Return the fields that a pair has from a row alone, or what is wrong with the row."""
    files = []
    for key, which in (("input", "first"), ("output", "second")):
        name = text_at(row, key)
        if name is None:
            return f"no {which} picture is named"
        found = _find(name, pictures)
        if isinstance(found, str):
            return f"{which} picture: {found}"
        files.append(found)
    action = text_at(row, "instruction")
    if action is None:
        return "no instruction"
    try:
        before, after = (relative_to(out, file) for file in files)
    except UserError:
        return "a picture is a link that leads out of --out"
    return {
        "scene": scene_of(row["input"], row["output"]),
        "before": before,
        "after": after,
        "t0": None,
        "t1": None,
        "action": action,
        "action_source": "human",
    }


def scene_of(before: str, after: str) -> str:
    """Return the name of what both pictures were taken of, so that its pairs stay on one side.

    It is the video that a frame is named after, else the folder of the pictures, else what their
    names have in common.
    """
    one, two = PurePosixPath(before), PurePosixPath(after)
    if frame := _FRAME.match(one.name):
        return frame[1]
    if one.parent.name.lower() not in _COMMON_FOLDERS:
        return one.parent.name
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one.stem, two.stem, strict=False))
    return "".join(letter for letter, _ in same).rpartition("_")[0] or one.stem


def _find(name: str, pictures: Path) -> Path | str:
    parts = [part for part in name.split("/") if part not in {"", ".", ".."}]
    for start in range(len(parts)):
        path = pictures.joinpath(*parts[start:])
        # A name is cut short by its first folder at most, or where it goes through `pictures`:
        # names such as first.jpg are those of many pictures.
        told = start <= 1 or parts[start - 1] == pictures.resolve().name
        if told and path.is_file():
            return path if _opens(path) else "it cannot be opened"
    return "not found"


def _opens(path: Path) -> bool:
    try:
        with Image.open(path) as picture:
            picture.load()
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError, SyntaxError):
        return False
    return True
