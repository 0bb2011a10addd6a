"""Telling what checks have found: tables for people, JSON for programs."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_prep.checking.checked import Checked
from data_prep.checking.finding import Finding
from data_prep.checking.lengths import Lengths
from data_prep.checking.sights import Sights, told_of
from data_prep.errors import UserError

ROW_LIMIT = 20
_SHAPES = 5
_COLORS = {"breaks": "red", "warns": "yellow"}


def print_checked(console: Console, checked: Checked) -> None:
    """Print the findings of a recipe, the worst first, then lengths, frames and notes."""
    counts = Counter(found.severity for found in checked.findings)
    console.rule(f"[bold]{escape(str(checked.recipe))}[/] ({checked.kind})", align="left")
    if checked.findings:
        console.print(_findings(checked.findings))
        if len(checked.findings) > ROW_LIMIT:
            more = len(checked.findings) - ROW_LIMIT
            console.print(f"and {more} more, of lesser weight (--json tells all)")
    if checked.lengths:
        console.print(_lengths(checked.lengths))
    for each in checked.lengths:
        if not each.exact and each.rows:
            console.print(
                f"[yellow]{escape(each.name)}: no counts but bounds from above[/], by bytes of "
                f"text: {escape(each.why)}"
            )
    if checked.sights is not None and checked.sights.shapes:
        console.print(_sights(checked.sights))
    for note in checked.notes:
        console.print(f"note: {escape(note)}")
    if checked.breaks:
        verdict = "[bold red]would break[/]"
    elif checked.findings:
        verdict = "[bold yellow]would run, with warnings[/]"
    else:
        verdict = "[bold green]recipe, rows and clips are in order[/]"
    told = f": {counts['breaks']} that break, {counts['warns']} that warn" if counts else ""
    console.print(f"{escape(str(checked.recipe))}: {verdict}{told}")


def as_json(checked: Checked) -> dict[str, Any]:
    """Return everything that was found out about a recipe, in plain types."""
    return {
        "recipe": str(checked.recipe),
        "kind": checked.kind,
        "breaks": checked.breaks,
        "findings": [
            {
                "severity": found.severity,
                "where": found.where,
                "wrong": found.wrong,
                "fix": found.fix,
            }
            for found in checked.findings
        ],
        "lengths": [
            {
                "set": each.name,
                "rows": each.rows,
                "limit": each.limit,
                "most": each.most,
                "exact": each.exact,
                "why_not_exact": each.why,
                "median": each.quantile(0.5),
                "longest": [{"row": where, "tokens": tokens} for tokens, where in each.longest],
            }
            for each in checked.lengths
        ],
        "frames": None if checked.sights is None else _sights_json(checked.sights),
        "notes": checked.notes,
    }


def report_findings(where: object, findings: Sequence[Finding]) -> UserError:
    """Return the error that tells all findings, at most `ROW_LIMIT` of them in full."""
    lines = [f"{found.where}: {found.wrong}\n      -> {found.fix}" for found in findings]
    if len(lines) > ROW_LIMIT:
        lines = [*lines[:ROW_LIMIT], f"and {len(lines) - ROW_LIMIT} more"]
    return UserError("\n  ".join([f"{where} would not work as it should:", *lines]))


def _findings(findings: Sequence[Finding]) -> Table:
    table = Table(expand=True, show_lines=True)
    table.add_column("", no_wrap=True)
    for name, ratio in (("where", 3), ("what is wrong", 5), ("fix", 4)):
        table.add_column(name, ratio=ratio, overflow="fold")
    for found in findings[:ROW_LIMIT]:
        table.add_row(
            f"[{_COLORS[found.severity]}]{found.severity}[/]",
            *(escape(text) for text in (found.where, found.wrong, found.fix)),
        )
    return table


def _lengths(listed: Sequence[Lengths]) -> Table:
    table = Table("set", "rows", "tokens", "median", "longest", "limit", title="tokens a row")
    for each in listed:
        longest = each.longest[0][0] if each.rows else 0
        table.add_row(
            escape(each.name),
            str(each.rows),
            "exact" if each.exact else "bound",
            str(each.quantile(0.5)),
            f"[red]{longest}[/]" if longest > each.most else str(longest),
            f"{each.limit} {each.most}",
        )
    return table


def _sights(sights: Sights) -> Table:
    names = list(dict.fromkeys(name for shape in sights.shapes for name in shape.seen))
    table = Table("clips", "file", *names, "", title="what a model is shown of a clip")
    for shape in sights.shapes[:_SHAPES]:
        claims = shape.header
        cells = [
            escape(told_of(shape.seen[name])) if name in shape.seen else "[red]nothing[/]"
            for name in names
        ]
        table.add_row(
            str(shape.clips),
            f"{claims.frames} at {claims.fps:g}/s, {claims.width}x{claims.height}",
            *cells,
            "[yellow]differ[/]" if shape.differ else "the same" if len(names) > 1 else "",
        )
    if len(sights.shapes) > _SHAPES:
        rest = sum(shape.clips for shape in sights.shapes[_SHAPES:])
        table.add_row(
            str(rest), f"{len(sights.shapes) - _SHAPES} more shapes", *("" for _ in names)
        )
    return table


def _sights_json(sights: Sights) -> dict[str, Any]:
    return {
        "training": sights.training,
        "evaluation": sights.evaluation,
        "clips": sights.clips,
        "clips_not_looked_at": sights.left_out,
        "shapes": [
            {
                "example": shape.example,
                "clips": shape.clips,
                "file": shape.header._asdict(),
                "differ": shape.differ,
                "shown": {
                    name: {
                        "frames": grid.frames,
                        "width": grid.size[0],
                        "height": grid.size[1],
                        "tokens": grid.tokens,
                    }
                    for name, grid in shape.seen.items()
                },
                "failed": dict(shape.failed),
            }
            for shape in sights.shapes
        ],
    }
