"""The files of a tar or zip archive, one after the other, nothing trusted that its headers say."""

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple

from data_prep.downloading.joined import Joined
from data_prep.downloading.members import Budget, Refused, safe_name
from data_prep.errors import UserError

# Videos do not shrink in an archive, texts do to about a tenth.
RATIO = 20
LEAST = 64 << 20
MEMBERS = 2_000_000
# A header, such as one with a long name, is read whole.
_LONGEST_READ = 1 << 20
_BLOCK = 512
BROKEN = (
    *(tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, gzip.BadGzipFile),
    *(EOFError, NotImplementedError, RuntimeError, ValueError),
)


class File(NamedTuple):
    """A file in an archive: its name below the folder, its size, and its bytes."""

    name: PurePosixPath
    size: int
    content: IO[bytes]


def read_archive(archive: Joined) -> Iterator[File]:
    """Yield the files of an archive in its order; read each, or none of it, before the next.

    Which kind it is, its first bytes tell, not its name. Folders are passed over: they come with
    their files.

    Raises:
        Refused: the archive is damaged, or holds what a data set has no use for and an attacker
            has: paths that lead elsewhere, links, devices, one name twice, far more than its size.
    """
    budget = Budget(archive.size, ratio=RATIO, least=LEAST, members=MEMBERS)
    start = archive.read(6) or b""
    archive.seek(0)
    try:
        if start.startswith(b"PK"):
            yield from _zip_files(archive, budget)
            return
        with _plain(archive, start) as opened:
            yield from _tar_files(_Stream(opened, budget), budget)
    except BROKEN as error:
        raise Refused(f"it is damaged: {error or type(error).__name__}") from error


def _plain(archive: Joined, start: bytes) -> IO[bytes]:
    buffered = io.BufferedReader(archive, _LONGEST_READ)
    if start.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=buffered)  # type: ignore[return-value]
    if start.startswith(b"BZh"):
        return bz2.BZ2File(buffered)
    if start.startswith(b"\xfd7zXZ\0"):
        return lzma.LZMAFile(buffered)
    return buffered


class _Stream:
    """Bytes as they come out of the archive: read onwards only, counted, no large part at once.

    `tarfile` steps back by the one byte before each header, and by no more.
    """

    def __init__(self, source: IO[bytes], budget: Budget) -> None:
        self._source, self._budget = source, budget
        self._at, self._last, self._back = 0, b"", False
        self.last_read = b""

    def tell(self) -> int:
        return self._at - self._back

    def seek(self, place: int) -> int:
        if place == self._at - 1 and self._last:
            self._back = True
            return place
        self._back = False
        while self._at < place:
            if not self._take(min(_LONGEST_READ, place - self._at)):
                raise EOFError("it breaks off")
        if place < self._at:
            raise ValueError("its headers lead backwards")
        return place

    def read(self, count: int) -> bytes:
        if not 0 <= count <= _LONGEST_READ:
            raise Refused(f"a header of {count} bytes")
        head = self._last if self._back and count else b""
        self._back = self._back and not count
        found = head + self._take(count - len(head))
        self.last_read = found
        return found

    def drain(self) -> None:
        """Read to the end: only there a compressed file shows whether it is whole."""
        while self._take(_LONGEST_READ):
            pass

    def _take(self, count: int) -> bytes:
        found = self._source.read(count)
        self._budget.take(len(found))
        self._at += len(found)
        self._last = found[-1:] or self._last
        return found


def _tar_files(stream: _Stream, budget: Budget) -> Iterator[File]:
    if not hasattr(tarfile, "data_filter"):
        raise UserError(
            "this version of Python cannot unpack archives safely",
            fix="install Python 3.11.4 or later of the same series",
        )
    with tarfile.open(fileobj=stream, mode="r:", errorlevel=2) as tar:  # type: ignore[call-overload]
        while (member := tar.next()) is not None:
            # Else every header is kept.
            tar.members = []
            if member.isdir():
                continue
            if not member.isreg():
                raise Refused(f"a {_kind(member)}: {member.name!r}")
            name = safe_name(member.name)
            tarfile.data_filter(member, ".")
            budget.enter(name, member.size)
            content = tar.extractfile(member)
            assert content is not None, "a regular file has content"
            yield File(name, member.size, content)
        # tarfile takes a damaged header for the end; the true end is a block of zeros.
        if stream.last_read != bytes(_BLOCK):
            raise Refused("it is damaged: it breaks off, or a header is not one")
        stream.drain()


def _kind(member: tarfile.TarInfo) -> str:
    if member.issym():
        return "symbolic link"
    if member.islnk():
        return "hard link"
    if member.isdev():
        return "device"
    return f"member of type {member.type!r}"


def _zip_files(archive: Joined, budget: Budget) -> Iterator[File]:
    with zipfile.ZipFile(io.BufferedReader(archive, _LONGEST_READ)) as opened:
        for member in opened.infolist():
            mode = member.external_attr >> 16
            # The name as it stands in the archive: `filename` has been cleaned already.
            name = safe_name(member.orig_filename)
            if member.is_dir():
                continue
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                raise Refused(f"a link or a device: {member.filename!r}")
            if member.flag_bits & 1:
                raise Refused(f"an encrypted file: {member.filename!r}")
            budget.enter(name, member.file_size)
            with opened.open(member) as content:
                yield File(name, member.file_size, _Counted(content, budget))  # type: ignore[arg-type]


class _Counted:
    def __init__(self, source: IO[bytes], budget: Budget) -> None:
        self._source, self._budget = source, budget

    def read(self, count: int) -> Any:
        found = self._source.read(count)
        self._budget.take(len(found))
        return found
