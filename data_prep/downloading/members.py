"""The files in an archive that nobody vouches for: which may be unpacked, and under which name."""

import re
from pathlib import PurePosixPath

# The longest name of a file that common file systems take, in bytes.
_LONGEST = 255
_DRIVE = re.compile(r"[A-Za-z]:")


class Refused(Exception):
    """An archive that is not unpacked any further; the message says what is wrong with it."""


def safe_name(name: str) -> PurePosixPath:
    """Return the name of a member below the folder that it is unpacked to.

    Raises:
        Refused: the name is absolute, leads upwards, or is none that every file system takes.
    """
    shown = name.encode("unicode_escape").decode()[:200]
    path = PurePosixPath(name)
    if name.startswith("/") or _DRIVE.match(name):
        raise Refused(f"an absolute path: {shown}")
    if ".." in name.split("/"):
        raise Refused(f"a path that leads out of its folder: {shown}")
    if "\\" in name or not name.isprintable():
        raise Refused(f"a name that not every system takes: {shown}")
    if not path.parts:
        raise Refused(f"a member without a name: {shown!r}")
    try:
        longest = max(len(part.encode()) for part in path.parts)
    except UnicodeEncodeError as error:
        raise Refused(f"a name that not every system takes: {shown}") from error
    if longest > _LONGEST:
        raise Refused(f"a name of {longest} bytes: {shown}")
    return path


class Budget:
    """How much may come out of an archive, so that a small one cannot fill the disk.

    Attributes:
        bytes: that may still be unpacked.
        members: that may still be met.
    """

    def __init__(self, archive_bytes: int, *, ratio: int, least: int, members: int) -> None:
        """Allow `ratio` times the size of the archive, `least` bytes in any case."""
        self.bytes = max(least, ratio * archive_bytes)
        self.members = members
        self._names: set[PurePosixPath] = set()
        self._told = f"more than {self.bytes} bytes come out of {archive_bytes}"

    def take(self, count: int) -> None:
        """Spend bytes.

        Raises:
            Refused: there are not so many left.
        """
        self.bytes -= count
        if self.bytes < 0:
            raise Refused(f"an archive bomb: {self._told}")

    def enter(self, name: PurePosixPath, size: int) -> None:
        """Admit a file of `size` bytes, by what its header says.

        Raises:
            Refused: a name stands twice, a file is too large, or there are too many.
        """
        self.members -= 1
        if self.members < 0:
            raise Refused("an archive bomb: more members than any data set has")
        if name in self._names:
            raise Refused(f"one name twice: {name}")
        self._names.add(name)
        if not 0 <= size <= self.bytes:
            raise Refused(f"an archive bomb: {name} alone has {size} bytes; {self._told}")
