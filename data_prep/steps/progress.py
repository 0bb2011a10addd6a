"""How far a step has come: a bar in a terminal, a line a minute in a log."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Row = TypeVar("Row")
Show = Callable[[int, int], None]

_LINE_SECONDS = 60.0
_ROWS = 1000


@contextmanager
def progress_bar(doing: str = "splitting", unit: str = "clips") -> Iterator[Show]:
    """Show how many are done, rate and remaining time on stderr.

    Yields:
        What to call with (done, all).
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(console, doing, unit)
        return
    columns = (
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(doing, total=None, rate="")

        def show(done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f} {unit}/s" if speed else ""
            bar.update(task, completed=done, total=total, rate=rate)

        yield show


def watched(rows: Iterable[Row], total: int, doing: str) -> Iterator[Row]:
    """Yield `rows`, of which there are `total`, and show how many have been drawn."""
    with progress_bar(doing, "rows") as show:
        for drawn, row in enumerate(rows):
            if drawn % _ROWS == 0:
                show(drawn, total)
            yield row


def _lines(console: Console, doing: str, unit: str) -> Show:
    begin = told = time.monotonic()
    first: int | None = None

    def show(done: int, total: int) -> None:
        nonlocal first, told
        now = time.monotonic()
        # A resumed run begins with what was done before it.
        first = done if first is None else first
        if now - told >= _LINE_SECONDS:
            told = now
            rate = (done - first) / (now - begin)
            left = f", {(total - done) / rate / 60:.0f} min left" if rate else ""
            console.print(f"{doing}: {done} of {total}, {rate:.1f} {unit}/s{left}", highlight=False)

    return show
