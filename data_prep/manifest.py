"""Reading and writing manifests: JSON lines, a sidecar with the settings, paths that stay inside.

`clips.jsonl` has the rows, `clips.meta.json` the schema version, the settings and the seed. The
rows stand alone so that every JSON-lines reader, that of Hugging Face `datasets` included, can
load them.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from data_prep.errors import UserError
from data_prep.records import Media, Record

SCHEMA_VERSION = 1
R = TypeVar("R", bound=Record)


def write_atomic(path: Path, text: str) -> None:
    """Write `text` so that `path` holds either its old content or all of the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def sidecar(path: Path) -> Path:
    """Return where the settings of the manifest at `path` stand."""
    return path.with_suffix(".meta.json")


def write_manifest(
    path: Path, rows: Iterable[Record], *, settings: Mapping[str, Any], seed: int | None
) -> int:
    """Stream `rows` to `path`, then its sidecar; return the number of rows.

    Rows appear all at once when the last is written. The same rows, settings and seed give the
    same bytes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    count = 0
    with temporary.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(row.model_dump_json() + "\n")
            count += 1
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    meta = {"schema": SCHEMA_VERSION, "rows": count, "seed": seed, "settings": dict(settings)}
    write_atomic(sidecar(path), json.dumps(meta, indent=1, sort_keys=True) + "\n")
    return count


def read_manifest(path: Path, model: type[R], *, made_by: str) -> Iterator[R]:
    """Stream the rows of `path` as `model`.

    Args:
        path: the `.jsonl` file.
        model: the record type of its rows.
        made_by: the command that makes such a manifest, named when it is missing.

    Raises:
        UserError: the file is missing, of another schema version, or a row is not valid.
    """
    if not path.is_file():
        raise UserError("there is no such manifest", seen=path, fix=made_by)
    _check_schema(path)
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield model.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                field = ".".join(str(part) for part in first["loc"]) or "row"
                raise UserError(
                    f"{path}, line {number}: not a valid {model.__name__}: {field}: {first['msg']}",
                    seen=line.strip()[:200],
                    fix=made_by,
                ) from error


def _check_schema(path: Path) -> None:
    meta = sidecar(path)
    if not meta.is_file():
        return
    found = json.loads(meta.read_text(encoding="utf-8")).get("schema")
    if found != SCHEMA_VERSION:
        raise UserError(
            f"{path} was written by another version of videoreason",
            seen=f"schema {found}, this version reads {SCHEMA_VERSION}",
            fix="make the manifest again with this version",
        )


def resolve(root: Path, relative: str) -> Path:
    """Return the media file `relative` below `root`, links followed.

    Raises:
        UserError: the path is absolute or leads outside `root`, by dots or by a symbolic link.
    """
    base = root.resolve()
    target = (base / relative).resolve()
    if Path(relative).is_absolute() or not target.is_relative_to(base):
        raise UserError(
            "a manifest may only name media below its own folder",
            seen=f"{relative!r} in {root}",
            fix="copy the media below the manifest's folder and name it by a relative path",
        )
    return target


def relative_to(root: Path, media: Path) -> str:
    """Return how a manifest in `root` names `media`; the inverse of `resolve`.

    Raises:
        UserError: `media` is not below `root`.
    """
    base, target = root.resolve(), media.resolve()
    if not target.is_relative_to(base):
        raise UserError(
            "a manifest may only name media below its own folder",
            seen=f"{media} is not below {root}",
            fix=f"write the manifest to a folder that holds the media, such as {media.parent}",
        )
    return target.relative_to(base).as_posix()


def rebase(media: Media, root: Path, folder: Path) -> Media:
    """Return how a manifest in `folder` names what one in `root` calls `media`.

    Raises:
        UserError: a path leads outside `root`, or the file does not lie below `folder`.
    """
    if isinstance(media, str):
        return relative_to(folder, resolve(root, media))
    return [relative_to(folder, resolve(root, frame)) for frame in media]
