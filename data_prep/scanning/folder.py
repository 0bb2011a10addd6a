"""What a folder holds for a scan: files to decode, and things that are refused unopened."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from data_prep.cutting.refusal import Refusal, Refused
from data_prep.steps.folder import Listing, list_videos, unread_folders
from data_prep.steps.naming import VIDEO_SUFFIXES, printable

_SORTS = (
    (stat.S_ISDIR, "a folder, not a video file"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
)


@dataclass(frozen=True)
class Candidates:
    """What bears the name of a video: `files` to decode, by name, and the `refused`."""

    files: dict[str, Path]
    refused: list[Refusal]
    listing: Listing


def find_candidates(folder: Path) -> Candidates:
    """Look through `folder` without opening a file: a pipe or a device might never answer."""
    listing = list_videos(folder)
    root = folder.resolve()
    files: dict[str, Path] = {}
    refused = []
    folders = {path.relative_to(folder).as_posix(): path for path in listing.folders}
    for name, path in {**listing.videos, **folders}.items():
        try:
            _check(name, path, root)
            files[name] = path
        except Refused as error:
            refused.append(Refusal(video=printable(name), kind=error.kind, reason=error.reason))
    refused += unread_folders(folder, listing)
    # What a link inside the folder leads to is met at its own place.
    inner = {name for name, path in folders.items() if _is_plain_link(path, root)}
    return Candidates(files, [row for row in refused if row.video not in inner], listing)


def _check(name: str, path: Path, root: Path) -> None:
    if printable(name) != name:
        raise Refused("bad name", "the name is not UTF-8, and a manifest is: rename it")
    try:
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except PermissionError as error:
        raise Refused("no permission", "its folder may not be entered") from error
    except (OSError, RuntimeError) as error:
        kind = "broken link" if path.is_symlink() else "gone"
        raise Refused(kind, "there is no file at its end") from error
    if not real.is_relative_to(root):
        raise Refused("outside", "a link that leads out of the folder; a manifest may not")
    if not stat.S_ISREG(mode):
        sort = next((text for is_sort, text in _SORTS if is_sort(mode)), "of an unknown sort")
        raise Refused("not a file", sort)
    if not os.access(real, os.R_OK):
        raise Refused("no permission", "the file may not be read")


def _is_plain_link(path: Path, root: Path) -> bool:
    return (
        path.is_symlink()
        and path.suffix.lower() not in VIDEO_SUFFIXES
        and path.resolve().is_relative_to(root)
    )
