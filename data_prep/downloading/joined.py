"""An archive that was cut into several files, read as the one file that it was."""

import io
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import IO

_ARCHIVE = re.compile(r"\.(?:tar|tgz|tar\.(?:gz|bz2|xz)|zip)$", re.I)
# What `split` and archivers append to the name: .001, .part01, .part-aa, .aa
_CUT = re.compile(r"\.(?:part[-_.]?)?(?:(?P<number>\d{1,4})|(?P<letters>[a-z]{2,3}))$", re.I)


def archives_of(names: Iterable[str]) -> dict[str, list[str]]:
    """Return the archives among file names, each with its files in the order of their content.

    An archive of one file stands for itself; `a.tar.gz.000` and `a.tar.gz.001` are parts of
    `a.tar.gz`, and so are `a.tar.gz.partaa` and `a.tar.gz.partab`. Other names are left out.

    Raises:
        ValueError: a part is missing between the first and the last, or an archive is there both
            whole and in parts.
    """
    found: dict[str, list[str]] = {}
    parts: dict[str, dict[int, str]] = {}
    for name in sorted(names):
        cut = _CUT.search(name)
        whole = name[: cut.start()] if cut else name
        if _ARCHIVE.search(name):
            found[name] = [name]
        elif cut and _ARCHIVE.search(whole):
            parts.setdefault(whole, {})[_place(cut)] = name
    for whole, places in parts.items():
        first, last = min(places), max(places)
        if whole in found or first > 1 or len(places) != last - first + 1:
            raise ValueError(f"{whole}: its parts are not whole: {', '.join(places.values())}")
        found[whole] = [places[place] for place in sorted(places)]
    return dict(sorted(found.items()))


def _place(cut: re.Match[str]) -> int:
    if cut["number"] is not None:
        return int(cut["number"])
    place = 0
    for letter in cut["letters"].lower():
        place = place * 26 + ord(letter) - ord("a")
    return place


class Joined(io.RawIOBase):
    """Several files one after the other, as one file that can be read and sought in."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Open nothing yet; each file is opened when it is come to."""
        self._paths = list(paths)
        self._starts = [0, *accumulate(path.stat().st_size for path in paths)]
        self._at = 0
        self._open: tuple[int, IO[bytes]] | None = None

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return self._starts[-1]

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, as in every file."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Read up to the end of one of the files; 0 at the end of the last."""
        if self._at >= self.size:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        if self._open is None or self._open[0] != number:
            self._close()
            self._open = (number, self._paths[number].open("rb"))
        file = self._open[1]
        file.seek(self._at - self._starts[number])
        count: int = file.readinto(buffer)  # type: ignore[attr-defined]
        self._at += count
        return count

    def close(self) -> None:
        """Close the file that is open."""
        self._close()
        super().close()

    def _close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None
