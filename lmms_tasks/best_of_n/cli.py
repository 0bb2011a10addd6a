"""The command line of best of N."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_prep.errors import UserError
from data_prep.manifest import write_atomic
from data_prep.paths import data_root
from lmms_tasks.best_of_n.candidates import Field, fields, truth
from lmms_tasks.best_of_n.outcomes import SIZES, Outcome, Preference, outcomes, preference
from lmms_tasks.best_of_n.sources import read_sources
from lmms_tasks.screen import run_app, show
from lmms_tasks.statistics import Estimate

HELP = """Tell whether a verifier picks better futures than chance, among N candidates of each item.

The candidates are the samples that one generator made of an item (`python -m data_prep generate
… --samples 8`); accuracy is the share of picks that show what really happens. LOGDIR is what was
given to lmms-eval as `--output_path`, with `--log_samples`: of `videoreason_plausibility` for the
stated confidence, of `videoreason_retention` where it is not known what the clips show.

The verifiers that need no model:

    python -m lmms_tasks.measure toy
    python -m lmms_tasks.best_of_n --data toy --pool

A model's confidence, on the data of VIDEOREASON_DATA, for a report and for a script:

    python -m lmms_tasks.best_of_n logs/base --markdown best.md --json best.json
"""
LEGEND = (
    "accuracy: exact expectation over all choices of N of an item's candidates; "
    "gain: over the random pick, the same items paired, clustered by video; "
    "oracle: sees the real future or the right answer, a bound and not a verifier; "
    "unscored: candidates that the verifier did not rate, picked last"
)
PREFERENCES = (
    "How often is a copy of the present rated above the real future? Ties count half; 0.464 was "
    "reported for an inverse-dynamics verifier; near or above one half, a verifier knows nothing "
    "of what happens"
)
COLUMNS = (
    "candidates of",
    "N",
    "items",
    "pick",
    "accuracy",
    "95 % interval",
    "gain",
    "95 % interval",
    "unscored",
)
PREFERENCE_COLUMNS = ("verifier", "items", "prefers the copy", "95 % interval")
app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)


@app.command(help=HELP)
def main_command(
    logs: Annotated[
        list[str], typer.Argument(metavar="[LOGDIR...]", default_factory=list, show_default=False)
    ],
    data: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The data; by default that of VIDEOREASON_DATA."),
    ] = None,
    pool: Annotated[
        bool, typer.Option("--pool", help="Pick among the futures of all generators together.")
    ] = False,
    markdown: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the tables here as Markdown, too.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the numbers here, too.")
    ] = None,
) -> None:
    """Print the tables; see `HELP`."""
    root = data if data is not None else data_root()
    sources = read_sources(root, logs)
    right = truth(sources.predictions, sources.read)
    by_generator, left_out = fields(sources.items, sources.predictions, right, pool=pool)
    _refuse_single(by_generator, pool=pool)
    found = [
        outcome
        for name, candidates in by_generator.items()
        for outcome in outcomes(name, candidates, sources.verifiers, SIZES)
    ]
    videos = {item.id: item.video_id for item in sources.items}
    preferences = [
        told for verifier in sources.verifiers if (told := preference(verifier, videos)) is not None
    ]
    notes = [f"right is {right.said}", LEGEND]
    notes += [f"left out: {count} predictions, {why}" for why, count in left_out.items()]
    notes += [
        f"{verifier.name}: {verifier.unread} replies state no probability, they count as 0.5"
        for verifier in sources.verifiers
        if verifier.unread
    ]
    notes += [f"not there: {how}" for how in sources.missing]
    grids = [
        ("Best of N, with 95 % intervals", COLUMNS, [_cells(row) for row in found]),
        (PREFERENCES, PREFERENCE_COLUMNS, [_preference_cells(row) for row in preferences]),
    ]
    console = Console()
    for title, columns, rows in grids:
        if rows:
            show(console, _grid(title, columns, rows))
    for note in notes:
        console.print(escape(note), highlight=False, soft_wrap=True)
    if markdown is not None:
        write_atomic(markdown, _markdown(grids, notes))
    if json_file is not None:
        numbers = {
            "truth": right.said,
            "outcomes": [asdict(row) for row in found],
            "preferences": [asdict(row) for row in preferences],
            "left_out": left_out,
            "missing": sources.missing,
        }
        write_atomic(json_file, json.dumps(numbers, indent=1, allow_nan=False) + "\n")


def main() -> None:
    """Run the command line; a `UserError` is printed without a traceback and exits with 1."""
    run_app(app, "python -m lmms_tasks.best_of_n")


def _refuse_single(by_generator: dict[str, list[Field]], *, pool: bool) -> None:
    most = max((len(f.candidates) for found in by_generator.values() for f in found), default=0)
    if most < 2:
        raise UserError(
            "no generator made more than one future of an item: there is nothing to pick from",
            seen=f"generators {', '.join(by_generator) or 'none'}",
            fix="generate several (python -m data_prep generate … --samples 8)"
            + ("" if pool else ", or pick among all generators: --pool"),
        )


def _cells(row: Outcome) -> list[str]:
    return [
        row.generator,
        str(row.n),
        str(row.accuracy.n),
        f"{row.pick} (oracle)" if row.oracle else row.pick,
        f"{row.accuracy.value:.3f}",
        _ends(row.accuracy),
        "-" if row.gain is None else f"{row.gain.value:+.3f}",
        "-" if row.gain is None else _ends(row.gain, "+"),
        f"{row.unscored:.3f}" if row.unscored else "-",
    ]


def _preference_cells(row: Preference) -> list[str]:
    name = f"{row.verifier} (oracle)" if row.oracle else row.verifier
    return [name, str(row.share.n), f"{row.share.value:.3f}", _ends(row.share)]


def _ends(found: Estimate, sign: str = "") -> str:
    ends = found.interval
    return "none" if ends is None else f"{ends.low:{sign}.3f} to {ends.high:{sign}.3f}"


def _grid(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    grid = Table(title=title)
    for column in columns:
        grid.add_column(column, no_wrap=True)
    for row in rows:
        grid.add_row(*(escape(cell) for cell in row))
    return grid


def _markdown(
    grids: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]], notes: Sequence[str]
) -> str:
    parts = []
    for title, columns, rows in grids:
        if rows:
            lines = [f"**{title}**", "", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
            parts.append("\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)]))
    return "\n\n".join([*parts, "\n".join(f"- {note}" for note in notes)]) + "\n"
