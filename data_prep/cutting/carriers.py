"""How the context and the future of a clip are kept on disk: as videos or as lists of frames."""

import shutil
from pathlib import Path
from typing import Literal

from data_prep.encode import frame_name
from data_prep.records import Media, Split
from data_prep.video import temporary_name

#: `mp4`: two videos of the vision budget. `frames`: two folders of JPEG files, of the budget's rate
#: and size. `prefix`: the context is a copy of the source's own pictures up to the cut, at their
#: rate and size, the future as for `mp4`.
Carrier = Literal["mp4", "frames", "prefix"]
SIDES = ("context", "future")


def place(out: Path, side: str, clip_id: str, carrier: Carrier) -> Path:
    """Return the file or the folder that takes one side, `context` or `future`, of a clip."""
    return out / side / f"{clip_id}{'.frames' if carrier == 'frames' else '.mp4'}"


def frame_files(folder: Path, count: int) -> list[Path]:
    """Return the files of a list of `count` frames, in order."""
    return [folder / frame_name(number) for number in range(count)]


def media(out: Path, path: Path, count: int) -> Media:
    """Return how a manifest in `out` names what is at `path`: `count` frames."""
    if path.suffix == ".mp4":
        return path.relative_to(out).as_posix()
    return [file.relative_to(out).as_posix() for file in frame_files(path, count)]


def files(out: Path, named: Media) -> list[Path]:
    """Return the files that a manifest in `out` names."""
    return [out / name for name in ([named] if isinstance(named, str) else named)]


def complete(out: Path, split: Split) -> bool:
    """Return whether all files of a split are there."""
    named = [side for side in (split.context, split.future) if side is not None]
    return all(path.is_file() for side in named for path in files(out, side))


def remove(out: Path, clip_id: str) -> None:
    """Remove what any run, finished or killed, has written of a clip, by any carrier."""
    for side in SIDES:
        for carrier in ("mp4", "frames"):
            path = place(out, side, clip_id, carrier)
            for old in (path, temporary_name(path)):
                if old.is_dir() and not old.is_symlink():
                    shutil.rmtree(old)
                else:
                    old.unlink(missing_ok=True)
