"""What lies in a folder of videos, unopened."""

import os
from collections.abc import Set
from dataclasses import dataclass, replace
from pathlib import Path

from data_prep.cutting.refusal import Refusal
from data_prep.errors import UserError
from data_prep.steps.naming import VIDEO_SUFFIXES, printable


@dataclass(frozen=True)
class Listing:
    """What lies below a folder; nothing has been opened.

    Attributes:
        videos: files (and links, pipes, …) with the name of a video, by their relative path.
        folders: folders that are named like a video, or are links and so were not entered.
        unread: what went wrong in folders that could not be listed.
        ignored: number of other files.
    """

    videos: dict[str, Path]
    folders: list[Path]
    unread: list[OSError]
    ignored: int


def list_videos(folder: Path, skipped: Set[Path] = frozenset()) -> Listing:
    """List what is named like a video below `folder`, hidden names and `skipped` passed over.

    Links to folders are not entered: they may lead anywhere, and in circles.
    """
    listing = Listing({}, [], [], 0)
    ignored = 0
    for place, folders, files in os.walk(folder, onerror=listing.unread.append):
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and (Path(place) / name).resolve() not in skipped
        ]
        below = [Path(place) / name for name in folders]
        listing.folders.extend(p for p in below if p.is_symlink() or _is_video_name(p))
        for file in files:
            path = Path(place) / file
            if _is_video_name(path) and not file.startswith("."):
                listing.videos[path.relative_to(folder).as_posix()] = path
            else:
                ignored += 1
    return replace(listing, ignored=ignored)


def unread_folders(folder: Path, listing: Listing) -> list[Refusal]:
    """Return a line of the report for each folder below `folder` that could not be listed."""
    return [
        Refusal(
            video=printable(os.path.relpath(problem.filename, folder)),
            kind="no permission",
            reason=f"the folder cannot be listed: {problem.strerror}",
        )
        for problem in listing.unread
    ]


def folders_passed_over(folder: Path, listing: Listing) -> list[Refusal]:
    """Return a line of the report for each folder that is named like a video, or is a link."""
    return [
        Refusal(
            video=printable(os.path.relpath(path, folder)),
            kind="not a file",
            reason="a link to a folder" if path.is_symlink() else "a folder, not a video file",
        )
        for path in listing.folders
    ]


def _is_video_name(path: Path) -> bool:
    return path.suffix.lower() in VIDEO_SUFFIXES


def no_video(folder: Path, listing: Listing) -> UserError:
    """Return the error for a folder in which nothing is named like a video."""
    return UserError(
        "the folder holds no video",
        seen=f"{folder}, {listing.ignored} other files",
        fix=f"files that end in {', '.join(VIDEO_SUFFIXES)} are looked for, in subfolders too",
    )
