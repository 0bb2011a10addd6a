"""Filter and sample a manifest in streaming passes; the sidecar keeps what was done."""

import hashlib
import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_prep.builders.reading import count_rows
from data_prep.errors import UserError
from data_prep.filtering.conditions import Condition
from data_prep.history import MADE_FROM, origin
from data_prep.manifest import ManifestWriter, keep_foreign, read_manifest
from data_prep.rebase import Rebase, media_fields, rebase_row
from data_prep.records import Record
from data_prep.steps.progress import watched

MADE_BY = "python -m data_prep scan, split, pairs, build or import"


@dataclass
class Kept:
    """What came of it: rows read and kept, and those left out, by reason."""

    read: int
    kept: int
    left_out: Counter[str]


def filter_rows(
    manifest: Path, model: type[Record], conditions: Sequence[Condition], out: Path
) -> Kept:
    """Write the rows of `manifest` that satisfy all conditions to `out`, in their order.

    A row is counted under the first condition that it fails.

    Raises:
        UserError: a row is not valid, or `out` is the input, foreign, or not above the media.
    """
    settings = {"command": "filter", "conditions": [str(each) for each in conditions]}

    def fault(row: Record) -> str | None:
        return next((why for each in conditions if (why := each.fault(row)) is not None), None)

    return _write(manifest, model, fault, out, settings=settings)


def sample_rows(manifest: Path, model: type[Record], size: int, seed: int, out: Path) -> Kept:
    """Write `size` rows of `manifest`, drawn by `seed`, to `out`, in their order.

    The rows with the smallest digests of seed and id are taken: the draw does not depend on the
    order of the rows, and a smaller sample is part of every larger one. Two passes; memory grows
    with `size` only.

    Raises:
        UserError: there are fewer rows, or see `filter_rows`.
    """
    smallest: list[int] = []
    count = 0
    for row in _rows(manifest, model, "drawing"):
        count += 1
        drawn = -_draw(seed, row)
        if len(smallest) < size:
            heapq.heappush(smallest, drawn)
        elif drawn > smallest[0]:
            heapq.heapreplace(smallest, drawn)
    if count < size:
        raise UserError(
            f"the manifest has {count} rows", seen=f"--size {size}", fix=f"--size {count} or less"
        )
    limit = -smallest[0]
    settings = {"command": "sample", "size": size}
    return _write(
        manifest,
        model,
        lambda row: None if _draw(seed, row) <= limit else "not drawn",
        out,
        settings=settings,
        seed=seed,
    )


def _rows(manifest: Path, model: type[Record], doing: str) -> Iterator[Record]:
    return watched(read_manifest(manifest, model, made_by=MADE_BY), count_rows(manifest), doing)


def _draw(seed: int, row: Record) -> int:
    id_ = getattr(row, "id", None)
    if id_ is None:
        raise UserError("these rows have no id to draw by", seen=type(row).__name__)
    return int.from_bytes(hashlib.sha256(f"{seed}:{id_}".encode()).digest()[:16])


def _write(
    manifest: Path,
    model: type[Record],
    fault: Callable[[Record], str | None],
    out: Path,
    *,
    settings: dict[str, Any],
    seed: int | None = None,
) -> Kept:
    if out.suffix != ".jsonl":
        raise UserError("--out must name a .jsonl file", seen=out)
    if out.resolve() == manifest.resolve():
        raise UserError("--out must be another file than the manifest", seen=out)
    keep_foreign(out, settings["command"])
    settings |= {"of": model.__name__, MADE_FROM: origin(manifest)}
    fields = media_fields(model)
    moves = out.parent.resolve() != manifest.parent.resolve()
    rebase = Rebase(manifest.parent, out.parent)
    left_out: Counter[str] = Counter()
    read = 0
    with ManifestWriter(out, settings, seed) as writer:
        for row in _rows(manifest, model, settings["command"]):
            read += 1
            reason = fault(row)
            if reason is not None:
                left_out[reason] += 1
                continue
            writer.write(rebase_row(row, fields, rebase) if moves else row)
        writer.settings["rows_read"] = read
        writer.settings["left_out"] = dict(sorted(left_out.items()))
        if not writer.count:
            reasons = ", ".join(f"{count} {why}" for why, count in left_out.most_common())
            raise UserError("no row is left", seen=reasons, fix="ask for less")
    return Kept(read, writer.count, left_out)
