"""Giving the rows of one manifest the parts that their recordings have in another."""

from collections.abc import Iterator
from pathlib import Path

from data_prep.builders.making import LeftOut, Side, digest
from data_prep.builders.reading import read_rows
from data_prep.errors import UserError
from data_prep.history import MADE_FROM, origin
from data_prep.manifest import write_manifest
from data_prep.parts.rows import MADE_BY, PartsReport, kind_of_rows, moved_rows, names_of
from data_prep.records import Record


def follow_parts(manifest: Path, like: Path, out: Path) -> PartsReport:
    """Write the rows of `manifest` with the parts that their recordings have in `like`.

    Args:
        manifest: of rows that can have parts.
        like: a manifest whose rows have them.
        out: the manifest to write; media must lie below its folder.

    Raises:
        UserError: `like` has no parts, or two for one recording, or no row has a recording of it.
    """
    known = _known_parts(like)
    report = PartsReport()
    settings = {"command": "parts", "like": like.name, MADE_FROM: origin(manifest)}
    write_manifest(out, _followed(manifest, like, out, known, report), settings=settings, seed=None)
    return report


def _followed(
    manifest: Path, like: Path, out: Path, known: dict[int, Side], report: PartsReport
) -> Iterator[Record]:
    for row in moved_rows(manifest, out, kind_of_rows(manifest)):
        if isinstance(row, LeftOut):
            report.left_out.add(row)
            continue
        name, video = names_of(row)
        part = known.get(digest(video))
        if part is None:
            report.left_out.add(LeftOut(f"a recording that {like.name} lacks", name))
            continue
        report.rows[part] += 1
        yield row.model_copy(update={"part": part})
    if not report.rows.total():
        raise UserError(
            f"no row is of a recording in {like}",
            seen="; ".join(report.left_out.lines()) or "no rows",
            fix="name the manifest of the same videos with --like",
        )


def _known_parts(like: Path) -> dict[int, Side]:
    known: dict[int, Side] = {}
    for row in read_rows(like, kind_of_rows(like), made_by=MADE_BY):
        part = None if isinstance(row, LeftOut) else row.model_dump(include={"part"})["part"]
        if isinstance(row, LeftOut) or part is None:
            continue
        _, video = names_of(row)
        if known.setdefault(digest(video), part) != part:
            raise UserError(f"{like} has one recording on two sides", seen=video)
    if not known:
        raise UserError(
            f"{like} names no parts", fix=f"python -m data_prep parts {like} --out PARTED"
        )
    return known
