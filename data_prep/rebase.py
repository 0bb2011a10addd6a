"""Renaming the media of many rows from one manifest's folder to another's."""

import os
from pathlib import Path
from typing import Any, TypeVar

from data_prep.manifest import relative_to, resolve
from data_prep.records import Media, Record

# Wherever a record has a field of one of these names, it names media.
_FIELDS = ("video", "context", "future", "before", "after", "videos", "images")

R = TypeVar("R", bound=Record)


class Rebase:
    """Gives for each media of a manifest in `root` how a manifest in `folder` names it.

    It answers like `manifest.rebase`. Folders are looked up once, so that a million rows cost one
    system call each; links to folders may not change meanwhile.
    """

    def __init__(self, root: Path, folder: Path) -> None:
        """Take the folders of the manifest that is read and of the one that is written."""
        self._root, self._folder = root, folder
        self._from, self._to = _as_prefix(root), _as_prefix(folder)
        self._folders: dict[str, str] = {}

    def __call__(self, media: Media) -> Media:
        """Return the new name, or names, of `media`.

        Raises:
            UserError: a path leads outside `root`, or the file does not lie below `folder`.
        """
        return self.name(media) if isinstance(media, str) else [self.name(m) for m in media]

    def name(self, name: str) -> str:
        """Return the new name of one file; see `__call__`."""
        place, _, file = name.rpartition("/")
        if place not in self._folders:
            self._folders[place] = _as_prefix(Path(self._from, place))
        target = self._folders[place] + file
        plain = file not in {"", ".", ".."} and not name.startswith("/")
        inside = target.startswith(self._from) and target.startswith(self._to)
        if plain and inside and not Path(target).is_symlink():
            return target.removeprefix(self._to)
        return relative_to(self._folder, resolve(self._root, name))


def media_fields(model: type[Record]) -> list[str]:
    """Return the fields of a record type that name media."""
    return [name for name in _FIELDS if name in model.model_fields]


def rebase_row(row: R, fields: list[str], rebase: Rebase) -> R:
    """Return `row` with the media in `fields` renamed.

    Raises:
        UserError: see `Rebase`.
    """
    update: dict[str, Any] = {}
    for field in fields:
        media = getattr(row, field)
        if field in {"videos", "images"}:
            update[field] = [rebase(each) for each in media]
        elif media is not None:
            update[field] = rebase(media)
    return row.model_copy(update=update)


def _as_prefix(folder: Path) -> str:
    return os.path.realpath(folder).rstrip("/") + "/"
