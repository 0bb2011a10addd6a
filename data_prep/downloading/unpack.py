"""Unpacking an archive into a folder: at any moment every file there is whole, or not there."""

import errno
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from data_prep.downloading.archives import BROKEN, File, read_archive
from data_prep.downloading.joined import Joined
from data_prep.downloading.members import Refused
from data_prep.errors import UserError
from data_prep.manifest import write_atomic

_CHUNK = 1 << 20


class _List(NamedTuple):
    """An archive that was unpacked to its end, and the size of each of its files."""

    archive: str
    files: dict[str, int]


@dataclass
class Unpacked:
    """What came of an archive: files written now, files that were there already, bytes of all."""

    written: int = 0
    kept: int = 0
    bytes: int = 0


class Unpacker:
    """Unpacks archives into one folder and keeps a list of what each held.

    The lists tell the next run what need not be done again, and whose file is whose.
    """

    def __init__(self, folder: Path, lists: Path) -> None:
        """Name the folder of the files and that of the lists, which no archive can write to."""
        self._folder, self._lists = folder, lists
        self._homes: dict[Path, Path] = {}
        for place in (folder, lists):
            place.mkdir(parents=True, exist_ok=True)
        self._temporary = lists / "unpacking.tmp"
        self._temporary.unlink(missing_ok=True)
        self._owners: dict[str, str] = {}
        for path in sorted(lists.glob("*.json")):
            listed = _read_list(path)
            self._owners |= dict.fromkeys(listed.files, listed.archive)

    def is_done(self, archive: str) -> bool:
        """Tell whether an archive was unpacked, and whether its files are still there, by size."""
        path = self._list_of(archive)
        if not path.is_file():
            return False
        files = _read_list(path).files
        return all(_size(self._folder / name) == size for name, size in files.items())

    def unpack(self, archive: str, files: Sequence[Path]) -> Unpacked:
        """Unpack the archive that `files` hold together.

        A file that is there with the size that the archive says is not written again.

        Raises:
            Refused: see `archives.read_archive`; or another archive holds a file of the same
                name. What came before the fault has been unpacked and stays.
            OSError: the disk is full, or may not be written to.
        """
        found, sizes = Unpacked(), {}
        with Joined(files) as joined:
            for file in read_archive(joined):
                name = str(file.name)
                if self._owners.get(name, archive) != archive:
                    raise Refused(f"a file that {self._owners[name]} holds, too: {name}")
                target = self._target(file.name)
                if _size(target) == file.size:
                    found.kept += 1
                else:
                    self._write(file, target)
                    found.written += 1
                found.bytes += file.size
                sizes[name] = file.size
        listed = {"archive": archive, "files": sizes}
        write_atomic(self._list_of(archive), json.dumps(listed, indent=0) + "\n")
        self._owners |= dict.fromkeys(sizes, archive)
        return found

    def _target(self, name: PurePosixPath) -> Path:
        target = self._folder / name
        home = target.parent
        if home not in self._homes:
            try:
                home.mkdir(parents=True, exist_ok=True)
            except (FileExistsError, NotADirectoryError) as error:
                raise Refused(f"a name that is a file and a folder: {name.parent}") from error
            self._homes[home] = home.resolve()
        if not self._homes[home].is_relative_to(self._folder.resolve()):
            raise Refused(f"a path through a link that leads out of the folder: {name}")
        if target.is_dir() or target.is_symlink():
            raise Refused(f"a name that is a folder or a link there: {name}")
        return target

    def _write(self, file: File, target: Path) -> None:
        # The temporary file does not lie beside the target, where it might be another member.
        size = 0
        with self._temporary.open("wb") as out:
            for block in _blocks(file):
                size += len(block)
                out.write(block)
        if size != file.size:
            raise Refused(f"it is damaged: {file.name} has {size} bytes, not {file.size}")
        self._temporary.replace(target)

    def _list_of(self, archive: str) -> Path:
        return self._lists / f"{archive.replace('/', '--')}.json"


def _read_list(path: Path) -> _List:
    try:
        return _List(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise UserError(
            "the list of what an archive held cannot be read",
            seen=path,
            fix="remove it; what it lists is then compared with the archive again",
        ) from error


def _blocks(file: File) -> Iterator[bytes]:
    try:
        while block := file.content.read(_CHUNK):
            yield block
    except BROKEN as error:
        raise Refused(f"it is damaged: {file.name}: {error or type(error).__name__}") from error


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if not path.is_symlink() else None
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOTDIR):
            return None
        raise
