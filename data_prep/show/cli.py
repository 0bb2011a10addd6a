"""The `show` command."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from data_prep.show.page import Shown, show_manifest
from data_prep.steps.engine import Engine
from data_prep.steps.options import TimeoutOption, WorkersOption
from data_prep.steps.progress import progress_bar

# Gaps told one by one; the page shows each at its place.
_TOLD = 20


def show(
    manifest: Annotated[Path, typer.Argument(help="Of clips, splits, pairs or examples.")],
    *,
    out: Annotated[
        Path | None, typer.Option(help="Page to write; by default MANIFEST with .html.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=200, help="Rows to show; more are chosen from by chance.")
    ] = 24,
    seed: Annotated[int, typer.Option(help="Of the choice.")] = 0,
    examples: Annotated[
        list[Path] | None,
        typer.Option(help="An instruction set, shown with what it was built from; repeat it."),
    ] = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 60.0,
) -> None:
    """Make one self-contained HTML page of a manifest, to be looked at before training.

    Look at contexts, cuts and futures:

        python -m data_prep show splits/splits.jsonl

    Look at them together with the conversations that were built from them:

        python -m data_prep show splits/splits.jsonl --examples splits/next_event_train.jsonl
    """
    with progress_bar("taking pictures") as progress:
        shown = show_manifest(
            manifest,
            out or manifest.with_suffix(".html"),
            limit=limit,
            seed=seed,
            examples=examples or [],
            engine=Engine(workers=workers, timeout=timeout),
            progress=progress,
        )
    _print(shown)


def _print(shown: Shown) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for name, reason in shown.gaps[:_TOLD]:
        console.print(f"[yellow]not shown[/] {escape(name)}: {escape(reason)}")
    if len(shown.gaps) > _TOLD:
        console.print(f"[yellow]not shown[/] {len(shown.gaps) - _TOLD} more, see the page")
    for name, count in shown.unlinked.items():
        if count:
            console.print(f"{escape(name)}: {count} examples were built from rows not shown")
    console.print(
        f"{shown.cards} of {shown.rows} {shown.kind}, {shown.talks} examples, "
        f"{len(shown.gaps)} gaps; {shown.size / 1e6:.1f} MB: {escape(str(shown.page))}"
    )
