"""How a manifest came to be, as its sidecar tells: itself first, then what it was made from."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data_prep.manifest import read_sidecar

#: Under this key a sidecar keeps the sidecar of the manifest that it was made from.
MADE_FROM = "made_from"


def origin(path: Path) -> dict[str, Any]:
    """Return what a step that reads the manifest `path` keeps of it in its own sidecar."""
    known = read_sidecar(path)
    return {"manifest": path.name, **{key: known.get(key) for key in ("rows", "seed", "settings")}}


def made_from(source: Path) -> dict[str, Any]:
    """Return what a step adds to its settings of `source`: nothing for a folder of videos."""
    return {MADE_FROM: origin(source)} if source.is_file() else {}


def steps(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the steps behind the manifest `path`, the last first: name, rows, seed, settings."""
    step: object = origin(path)
    while isinstance(step, Mapping):
        settings = step.get("settings")
        own = dict(settings) if isinstance(settings, Mapping) else {}
        before = own.pop(MADE_FROM, None)
        yield {**step, "settings": own}
        step = before
