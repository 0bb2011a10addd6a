"""Assigning parts to the rows of a manifest, whole clusters of recordings at a time."""

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_prep.builders.making import LeftOut, Reasons, digest
from data_prep.builders.reading import count_rows, read_rows
from data_prep.errors import UserError
from data_prep.history import MADE_FROM, origin
from data_prep.manifest import write_manifest
from data_prep.parts.near import Likeness, near_duplicates, usable
from data_prep.parts.rows import (
    MADE_BY,
    SIDES,
    PartsReport,
    hashes_of,
    kind_of_rows,
    moved_rows,
    names_of,
)
from data_prep.records import Record
from data_prep.steps.progress import watched

# Of the hashes of a clip so many are compared.
FRAMES = 8


def assign_parts(
    manifest: Path,
    out: Path,
    *,
    test: float,
    validation: float = 0.0,
    likeness: Likeness | None = None,
    seed: int = 0,
) -> PartsReport:
    """Write the rows of `manifest` with their `part` to `out`.

    All rows of one recording, and of all recordings that are near duplicates of each other, get
    the same part. Clusters are gone through in an order drawn by the seed, and one that is too
    large for what is left of the test and validation sides goes to train. The order of the rows
    in `manifest` makes no difference.

    Args:
        manifest: of clips, splits, pairs, questions or causal rows; the first two have hashes.
        out: the manifest to write; media must lie below its folder.
        test: share of the rows wanted for testing.
        validation: share of the rows wanted for validation.
        likeness: when two clips are near duplicates.
        seed: of the order.

    Raises:
        UserError: no rows, or no cluster that is small enough for a side that is wanted.
    """
    likeness = likeness or Likeness()
    kind = kind_of_rows(manifest)
    rows = _read(manifest, kind)
    report = PartsReport()
    cluster = _clusters(rows, likeness, report)
    sides = _sides(rows, cluster, test=test, validation=validation, seed=seed)
    report.rows = Counter({name: int((sides == at).sum()) for at, name in enumerate(SIDES)})
    for wanted, name in ((test, "test"), (validation, "validation")):
        if wanted > 0 and name in SIDES and not report.rows[name]:
            raise UserError(
                f"no cluster is small enough for a {name} side of {wanted:.1%}",
                seen=f"{len(rows.video)} rows, {report.largest} of them in one cluster",
                fix=f"--{name} with a larger share, or more recordings",
            )
    settings = {
        "command": "parts",
        "distance": likeness.distance,
        "frames": likeness.frames,
        "share": likeness.share,
        "test": test,
        "validation": validation,
        MADE_FROM: origin(manifest),
    }
    rows_out = _with_parts(manifest, out, kind, sides, report.left_out)
    write_manifest(out, rows_out, settings=settings, seed=seed)
    return report


@dataclass(frozen=True)
class _Rows:
    """The valid rows of a manifest as numbers, in the order of their ids.

    Whatever depends on an order is so done alike in every order of the manifest.

    Attributes:
        place: where each row stands in the manifest.
        video: 64 bits that stand for the recording of each row.
        frames: hashes, shape (rows, FRAMES), sorted within a row.
        valid: which of them are usable.
    """

    place: NDArray[np.int64]
    video: NDArray[np.uint64]
    frames: NDArray[np.uint64]
    valid: NDArray[np.bool_]


def _read(manifest: Path, kind: type[Record]) -> _Rows:
    ids, videos, hashes = array("Q"), array("Q"), array("Q")
    rows = read_rows(manifest, kind, made_by=MADE_BY)
    for row in watched(rows, count_rows(manifest), "reading"):
        if isinstance(row, LeftOut):
            continue
        name, video = names_of(row)
        ids.append(digest(name))
        videos.append(digest(video))
        told = hashes_of(row, FRAMES)
        hashes.extend(told + [0] * (FRAMES - len(told)))
    if not ids:
        raise UserError("the manifest has no valid rows", seen=manifest, fix=MADE_BY)
    place = np.lexsort((np.asarray(videos), np.asarray(ids)))
    frames = np.asarray(hashes).reshape(-1, FRAMES)[place]
    frames.sort(axis=1)
    return _Rows(place, np.asarray(videos)[place], frames, usable(frames))


def _clusters(rows: _Rows, likeness: Likeness, report: PartsReport) -> NDArray[np.int64]:
    """Return a number for each row, the same for all that must stay together."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415 - as above

    report.unhashed = int((rows.valid.sum(axis=1) < likeness.frames).sum())
    pairs = near_duplicates(rows.frames, rows.valid, likeness)
    videos, of_row = np.unique(rows.video, return_inverse=True)
    one, other = of_row[pairs].T
    edges = coo_array((np.ones(len(one), np.bool_), (one, other)), shape=(len(videos),) * 2)
    report.videos = len(videos)
    report.clusters, of_video = connected_components(edges, directed=False)
    report.joined = int((np.bincount(of_video)[of_video] > 1).sum())
    cluster = np.asarray(of_video[of_row], np.int64)
    report.largest = int(np.bincount(cluster).max())
    return cluster


def _sides(
    rows: _Rows, cluster: NDArray[np.int64], *, test: float, validation: float, seed: int
) -> NDArray[np.uint8]:
    """Return the number of the side of each row, as in `SIDES`, in the manifest's order."""
    sizes = np.bincount(cluster)
    # A cluster is drawn by the smallest of the numbers of its recordings: that names it in every
    # order of the rows.
    names = np.full(len(sizes), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(names, cluster, rows.video)
    drawn = np.fromiter((digest(f"{seed}:{name}") for name in names), np.uint64, len(names))
    left = {
        SIDES.index("test"): round(test * len(cluster)),
        SIDES.index("validation"): round(validation * len(cluster)),
    }
    sides = np.full(len(sizes), SIDES.index("train"), np.uint8)
    for at in np.lexsort((names, drawn)):
        for side, room in left.items():
            if sizes[at] <= room:
                sides[at] = side
                left[side] = room - int(sizes[at])
                break
    of_row = np.empty_like(sides, shape=len(cluster))
    of_row[rows.place] = sides[cluster]
    return of_row


def _with_parts(
    manifest: Path, out: Path, kind: type[Record], sides: NDArray[np.uint8], left_out: Reasons
) -> Iterator[Record]:
    chosen = iter(sides)
    rows = moved_rows(manifest, out, kind)
    for row in watched(rows, len(sides), "writing"):
        if isinstance(row, LeftOut):
            left_out.add(row)
        else:
            yield row.model_copy(update={"part": SIDES[next(chosen)]})
