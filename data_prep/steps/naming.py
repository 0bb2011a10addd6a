"""Names of clips: ids that are safe as file names, and what may stand in a report."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection

VIDEO_SUFFIXES = (".mp4", ".m4v", ".mkv", ".avi", ".mov", ".webm", ".ts")
_LONGEST_ID = 100
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def printable(name: str) -> str:
    """Return `name` with those bytes spelt out that are no UTF-8; a report may not hold them."""
    return name.encode("utf-8", errors="backslashreplace").decode("utf-8")


def safe_ids(names: Collection[str]) -> dict[str, str]:
    """Return for each relative path an id that is unique and safe as a file name everywhere.

    Where several names would give one id, or a name has no safe letter or is too long, a digest
    of the name tells them apart, so that an id does not depend on the order of the names.
    """
    plain = {name: _plain(name) for name in names}
    # Some file systems take A and a for one letter.
    uses = Counter(id_.casefold() for id_ in plain.values())
    return {
        name: id_ if uses[id_.casefold()] == 1 and is_safe(id_) else _with_digest(id_, name)
        for name, id_ in plain.items()
    }


def is_safe(id_: str) -> bool:
    """Return whether an id can name files."""
    return len(id_) <= _LONGEST_ID and _SAFE_ID.fullmatch(id_) is not None


def _with_digest(id_: str, name: str) -> str:
    digest = hashlib.sha256(name.encode(errors="backslashreplace")).hexdigest()[:10]
    return f"{id_[: _LONGEST_ID - len(digest) - 1]}-{digest}".lstrip("-")


def _plain(name: str) -> str:
    stem = name
    for suffix in VIDEO_SUFFIXES:
        if name.lower().endswith(suffix):
            stem = name[: -len(suffix)]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", stem).strip("._-")
