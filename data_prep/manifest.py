"""Reading and writing manifests: JSON lines, a sidecar with the settings, paths that stay inside.

`clips.jsonl` has the rows, `clips.meta.json` the schema version, the settings and the seed. The
rows stand alone so that every JSON-lines reader, that of Hugging Face `datasets` included, can
load them.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar

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


class ManifestWriter:
    """A manifest that is being written; it appears all at once, when the `with` block ends.

    Where the block is left by an exception, nothing has been written. The same rows, settings and
    seed give the same bytes.

    Attributes:
        path: the `.jsonl` file.
        settings: what the sidecar will hold; it may be added to until the block ends.
        count: number of rows written so far.
    """

    def __init__(self, path: Path, settings: Mapping[str, Any], seed: int | None) -> None:
        """Name the file, the settings and the seed; nothing is written yet."""
        self.path = path
        self.settings = dict(settings)
        self.count = 0
        self._seed = seed
        self._temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Open the temporary file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._temporary.open("w", encoding="utf-8")
        return self

    def write(self, row: Record) -> None:
        """Add a row."""
        self.write_line(row.model_dump_json())

    def write_line(self, line: str) -> None:
        """Add a row that is JSON already, without its line end."""
        assert self._file is not None, "the manifest is not open"
        self._file.write(line + "\n")
        self.count += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the manifest and its sidecar in place, or take the temporary file away."""
        assert self._file is not None, "the manifest is not open"
        with self._file as file:
            if kind is None:
                file.flush()
                os.fsync(file.fileno())
        if kind is not None:
            self._temporary.unlink(missing_ok=True)
            return
        self._temporary.replace(self.path)
        meta = {
            "schema": SCHEMA_VERSION,
            "rows": self.count,
            "seed": self._seed,
            "settings": self.settings,
        }
        write_atomic(sidecar(self.path), json.dumps(meta, indent=1, sort_keys=True) + "\n")


def write_manifest(
    path: Path, rows: Iterable[Record], *, settings: Mapping[str, Any], seed: int | None
) -> int:
    """Stream `rows` to `path`, then its sidecar; return the number of rows. See ManifestWriter."""
    with ManifestWriter(path, settings, seed) as manifest:
        for row in rows:
            manifest.write(row)
    return manifest.count


def read_sidecar(path: Path) -> dict[str, Any]:
    """Return what stands beside the manifest at `path`; nothing if it has no sidecar.

    Raises:
        UserError: the sidecar is not a JSON object.
    """
    meta = sidecar(path)
    if not meta.is_file():
        return {}
    try:
        found = json.loads(meta.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{meta} is not JSON: {error}", fix="make the manifest again") from error
    if not isinstance(found, dict):
        raise UserError(f"{meta} must hold a JSON object", seen=type(found).__name__)
    return found


def keep_foreign(path: Path, command: str) -> None:
    """Refuse to replace what `command` has not written.

    Raises:
        UserError: there is something at `path`, and its sidecar names another command or none.
    """
    if not os.path.lexists(path):
        return
    settings = read_sidecar(path).get("settings")
    found = settings.get("command") if isinstance(settings, dict) else None
    if found != command:
        raise UserError(
            f"this file was not written by `{command}`, which would replace it",
            seen=f"{path}, written by {found or 'something unknown'}",
            fix="move it away, or name another place with --out",
        )


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
    check_schema(path)
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


def check_schema(path: Path) -> None:
    """Refuse a manifest of another schema version.

    Raises:
        UserError: the sidecar of `path` names another version.
    """
    meta = sidecar(path)
    if not meta.is_file():
        return
    found = read_sidecar(path).get("schema")
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
