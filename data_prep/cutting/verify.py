"""Verify finished splits: files, digests, frame counts, times, and pictures, each for itself.

A certificate says what was true when the files were written. Here nothing that it says is
believed: the files are decoded again, and the pictures of context and future are compared.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console

from data_prep.cutting.content import Film, find_leak
from data_prep.cutting.digest import media_digest
from data_prep.cutting.grid import TOLERANCE
from data_prep.cutting.output import print_refusals
from data_prep.cutting.refusal import Refusal, Refused
from data_prep.cutting.split import MANIFEST, Progress
from data_prep.errors import UserError
from data_prep.manifest import read_manifest, resolve
from data_prep.records import Media, Split
from data_prep.steps.engine import POOL, Engine, run_isolated
from data_prep.steps.report import Refusals, write_report
from data_prep.video import Converter, UnreadableVideo, declared_frames, frames
from data_prep.workers import Failure

Pixels = NDArray[np.uint8]
_VIEW = (32, 18)
_LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)
REPORT = "splits.faults.jsonl"


@dataclass(frozen=True)
class Task:
    """A split and the folder of its manifest."""

    split: Split
    root: Path


@dataclass(frozen=True)
class Verified:
    """What a verification found.

    Attributes:
        splits: number of splits.
        faulty: number of them that are not as certified.
        uncertified: number of them that came without a future, so that nobody vouches for them.
        faults: what is wrong, in the order of the ids; one split may have several.
        report: where the faults are written, one JSON object a line.
    """

    splits: int
    faulty: int
    uncertified: int
    faults: Refusals
    report: Path


def verify_splits(
    folder: Path, *, engine: Engine = POOL, progress: Progress | None = None
) -> Verified:
    """Verify every split of `folder/splits.jsonl`, and write `splits.faults.jsonl` beside it.

    Args:
        folder: what a `split` wrote.
        engine: where the work is done, by how many processes, and how long a split may take.
        progress: called with (splits done, splits in all).

    Raises:
        UserError: the manifest is not valid, has no splits, or its folder cannot be written to.
    """
    manifest = folder / MANIFEST
    made_by = "python -m data_prep split SOURCE --out DIR"
    total = sum(1 for _ in read_manifest(manifest, Split, made_by=made_by))
    if not total:
        raise UserError("the manifest has no splits", seen=manifest, fix=made_by)
    rows = read_manifest(manifest, Split, made_by=made_by)
    faults: list[Refusal] = []
    faulty = uncertified = 0
    tasks = (Task(split, folder) for split in rows)
    with closing(run_isolated(verify_one, tasks, engine)) as results:
        for count, done in enumerate(results, start=1):
            split, result = done.item.split, done.result
            uncertified += split.certificate is None
            if isinstance(result, Failure):
                result = [Refusal(video=split.id, kind=result.kind, reason=result.reason)]
            faulty += bool(result)
            faults += result
            if progress is not None:
                progress(count, total)
    faults.sort(key=lambda fault: (fault.video, fault.kind, fault.reason))
    report = folder / REPORT
    try:
        told = write_report(report, faults)
    except OSError as error:
        raise UserError(f"cannot write {report}", seen=error.strerror, fix="make room") from error
    return Verified(total, faulty, uncertified, told, report)


def print_verified(verified: Verified) -> None:
    """Print a line for each fault.

    Raises:
        UserError: there is one.
    """
    console = Console(soft_wrap=True, highlight=False)
    told = print_refusals(console, verified.faults, verified.report.name)
    if verified.uncertified:
        console.print(f"{verified.uncertified} splits have no future: nobody vouches for them")
    if not verified.faulty:
        console.print(f"{verified.splits} splits: [bold]all as certified[/], no leak")
        return
    first = verified.faults.first[0]
    raise UserError(
        f"{verified.faulty} of {verified.splits} splits are not as certified: {told}",
        seen=f"{first.video}: {first.kind}: {first.reason}; all of them: {verified.report}",
        fix="leave them out, or cut them again: python -m data_prep split SOURCE --out NEW_FOLDER",
    )


def verify_one(task: Task) -> list[Refusal]:
    """Return what is wrong with one split: nothing, if it is as its certificate says."""
    return [
        Refusal(video=task.split.id, kind=fault.kind, reason=fault.reason)
        for fault in _faults(task.split, task.root)
    ]


def _faults(split: Split, root: Path) -> Iterator[Refused]:
    films: list[Film] = []
    proof = split.certificate
    for part, media, digest, count in (
        ("context", split.context, proof and proof.context_sha256, proof and proof.context_frames),
        ("future", split.future, proof and proof.future_sha256, proof and proof.future_frames),
    ):
        if media is None:
            continue
        try:
            files = _files(root, media)
            if digest and media_digest(files) != digest:
                yield Refused("changed", f"the {part} is not the file that was certified")
            film = _film(files, media, split.fps)
        except (UnreadableVideo, Refused, UserError) as error:
            kind = error.kind if isinstance(error, Refused) else "unreadable"
            reason = error.reason if isinstance(error, Refused) else str(error).splitlines()[0]
            yield Refused(kind, f"the {part}: {reason}")
            continue
        films.append(film)
        found = len(film.times)
        if count and found != count:
            yield Refused("count", f"the {part} has {found} frames, {count} were certified")
        promised = declared_frames(files[0]) if isinstance(media, str) else found
        if promised not in {0, found}:
            yield Refused(
                "count",
                f"the header of the {part} promises {promised} frames, {found} are shown, as in "
                "an ordinary stream copy: a reader may find the others",
            )
        # No context begins before its source, so a file that lasts longer reaches over the cut.
        if part == "context" and film.times[-1] >= split.cut - TOLERANCE:
            yield Refused(
                "leak",
                f"the context shows a frame at {film.times[-1]:.3f} s, the cut is at "
                f"{split.cut:.3f} s",
            )
    if len(films) == 2 and (why := find_leak(films[0], films[1])):
        yield Refused("leak", f"the context shows the future: {why}")


def _files(root: Path, media: Media) -> list[Path]:
    files = [resolve(root, name) for name in ([media] if isinstance(media, str) else media)]
    missing = [path for path in files if not path.is_file()]
    if missing or not files:
        raise Refused("missing", f"there is no file {missing[0].name}" if missing else "no frames")
    return files


def _film(files: Sequence[Path], media: Media, fps: float) -> Film:
    times, views = [], []
    if isinstance(media, str):
        convert = Converter(*_VIEW)
        for time, image in frames(files[0]):
            times.append(time)
            views.append(_luma(convert(image)))
    else:
        for number, path in enumerate(files):
            times.append(number / fps)
            views.append(_luma(_picture(path)))
    return Film(np.array(times), np.stack(views))


def _picture(path: Path) -> Pixels:
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB").resize(_VIEW, Image.Resampling.BOX))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadableVideo(f"{path.name}: {str(error).splitlines()[0]}") from error


def _luma(rgb: Pixels) -> Pixels:
    luma: Pixels = np.rint(rgb.astype(np.float32) @ _LUMA).astype(np.uint8)
    return luma.reshape(-1)
