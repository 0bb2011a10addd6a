"""Measures of generated futures against the real ones, for tables and for verification.

python -m lmms_tasks.measure toy
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_prep.errors import UserError
from data_prep.pairs.judge import Judge
from data_prep.steps.progress import progress_bar
from lmms_tasks.load import MAKE, PREDICTIONS
from lmms_tasks.screen import run_app, show
from lmms_tasks.videoreason.attempts import COPY, REAL
from lmms_tasks.videoreason.clips import LEAST_SIDE, MOST_FRAMES, PIXELS
from lmms_tasks.videoreason.likelihoods import rate_folder
from lmms_tasks.videoreason.measured import LIKELIHOODS, MEASURES, Likelihood, Measured
from lmms_tasks.videoreason.measures import Limits
from lmms_tasks.videoreason.measuring import measure_folder
from lmms_tasks.videoreason.perceptual import NETS, Perceptual
from lmms_tasks.videoreason.summary import Figure, figures

HELP = """Measure generated futures against the real ones, with the copy and noise beside them.

DIR holds `videoreason.jsonl` and `predictions.jsonl`. `measures.jsonl` is written beside them, and
a table by generator is printed. What was measured before is not measured again.

With the weights of AlexNet in torchvision's cache, or from its hub:

    python -m lmms_tasks.measure toy

With weights by path, and then how likely an inverse-dynamics model finds each option:

    python -m lmms_tasks.measure toy --lpips vgg --weights vgg16-397923af.pth

    python -m lmms_tasks.measure toy --inverse-dynamics runs/inverse_dynamics
"""
LEGEND = (
    "Intervals are of 95 %, clustered by video. Copy: the last frame of the context, repeated. "
    "Coherence has no optimum: a copy has 0, noise far more than the real future. "
    "None of these tells whether the right thing happens."
)
SHOWN = 5
app = typer.Typer(add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False)


@app.command(help=HELP)
def main_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", show_default=False)],
    *,
    lpips: Annotated[str, typer.Option(metavar="|".join(NETS), help="Network of LPIPS.")] = "alex",
    weights: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help="Of torchvision's network; by default from its cache or hub. "
            "random:SEED for a test: the numbers then mean nothing.",
        ),
    ] = "",
    frames: Annotated[
        int, typer.Option(min=2, help="Frames of a pair that are compared, evenly spread.")
    ] = MOST_FRAMES,
    pixels: Annotated[
        int, typer.Option(min=LEAST_SIDE**2, help="Of a frame; larger ones are shrunk.")
    ] = PIXELS,
    inverse_dynamics: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL", help="Rate the options with this model instead, a folder or a name."
        ),
    ] = None,
) -> None:
    """Measure, or rate, all predictions; see `HELP`."""
    if not (folder / PREDICTIONS).is_file():
        raise UserError(f"there is no {PREDICTIONS} in this folder", seen=folder, fix=MAKE)
    console = Console()
    if inverse_dynamics is not None:
        judge = Judge(inverse_dynamics, option="--inverse-dynamics")
        with progress_bar("rating") as progress:
            rated = rate_folder(folder, judge, inverse_dynamics, progress)
        _print_rated(console, rated)
        console.print(f"written: {escape(str(folder / LIKELIHOODS))}", soft_wrap=True)
        return
    network = Perceptual(lpips, weights)
    with progress_bar("measuring") as progress:
        rows = measure_folder(folder, network, Limits(frames, pixels), progress)
    show(console, render(rows, network.said))
    for line in [*failures(rows), *marked(rows)]:
        console.print(escape(line), highlight=False, soft_wrap=True)
    console.print(LEGEND, highlight=False, soft_wrap=True)
    console.print(f"written: {escape(str(folder / MEASURES))}", highlight=False, soft_wrap=True)


def render(rows: Sequence[Measured], network: str) -> Table:
    """Return the table: for each generator and condition, a row for each measure."""
    grid = Table(title=escape(f"Generated futures against the real ones; LPIPS: {network}"))
    for number, name in enumerate(
        ("generator", "measure", "n", "value", "95 % interval", "copy", "noise", "real")
    ):
        grid.add_column(name, justify="right" if number > 1 else "left", no_wrap=True)
    groups: dict[str, list[Measured]] = {}
    for row in rows:
        groups.setdefault(_group(row), []).append(row)
    for name, group in sorted(groups.items()):
        for number, figure in enumerate(figures(group)):
            grid.add_row("" if number else escape(name), *_cells(figure))
        grid.add_section()
    return grid


def failures(rows: Iterable[Measured]) -> list[str]:
    """Return a line for each of the first failures, and one for how many more there are."""
    failed = [row for row in rows if row.failure is not None]
    lines = [f"not measured: {row.prediction_id}: {row.failure}" for row in failed[:SHOWN]]
    if len(failed) > SHOWN:
        lines.append(f"not measured: {len(failed) - SHOWN} more, see {MEASURES}")
    return lines


def marked(rows: Iterable[Measured]) -> list[str]:
    """Return a line for each generator with clips of another size or rate than the real ones."""
    total: Counter[str] = Counter()
    resized: Counter[str] = Counter()
    retimed: Counter[str] = Counter()
    for row in rows:
        total[_group(row)] += 1
        resized[_group(row)] += bool(row.measures and row.measures.resized)
        retimed[_group(row)] += bool(row.measures and row.measures.retimed)
    return [
        f"{name}: {count} of {total[name]} {what}"
        for found, what in (
            (resized, "of another size than the real future, compared at its size"),
            (retimed, "of another frame rate than the real future, compared at common instants"),
        )
        for name, count in sorted(found.items())
        if count
    ]


def main() -> None:
    """Run the command line."""
    run_app(app, "python -m lmms_tasks.measure")


def _group(row: Measured) -> str:
    return (
        row.generator if row.condition == "none" else f"{row.generator}, told the {row.condition}"
    )


def _cells(figure: Figure) -> list[str]:
    found = figure.estimate
    ends = found.interval if found else None
    return [
        figure.name,
        str(found.n) if found else "0",
        _number(found.value if found else None),
        f"{ends.low:.3f} to {ends.high:.3f}" if ends else "none",
        *(_number(value) for value in (figure.copy, figure.noise, figure.real)),
    ]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _print_rated(console: Console, rows: Sequence[Likelihood]) -> None:
    def name_of(row: Likelihood) -> str:
        # A generator may be called copy, too.
        given = {f"{row.item_id}:{REAL}": "real future", f"{row.item_id}:{COPY}": "present, twice"}
        return given.get(row.prediction_id, row.generator)

    failed = Counter(name_of(row) for row in rows if row.scores is None)
    total = Counter(map(name_of, rows))
    kinds = list(total)
    for name in kinds:
        console.print(
            f"{name}: {total[name] - failed[name]} rated, {failed[name]} not", highlight=False
        )


if __name__ == "__main__":
    main()
