"""What the `split` command shows: a progress bar while it runs, and a summary after it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from data_prep.cutting.split import REPORT, Summary

# Beyond this many lines the report is the better place to look.
_SHOWN = 50


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """Show clips done, rate and remaining time on stderr; yield what to call with (done, all)."""
    columns = (
        TextColumn("splitting"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("split", total=None, rate="")

        def show(done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:.1f} clips/s" if speed else ""
            bar.update(task, completed=done, total=total, rate=rate)

        yield show


def print_summary(summary: Summary) -> None:
    """Print on stdout how many clips were split, and one line for each that was refused."""
    console = Console(soft_wrap=True, highlight=False)
    for refusal in summary.refusals[:_SHOWN]:
        video, reason = escape(refusal.video), escape(refusal.reason)
        console.print(f"[yellow]refused[/] {video}: {refusal.kind}: {reason}")
    if len(summary.refusals) > _SHOWN:
        rest = len(summary.refusals) - _SHOWN
        console.print(f"[yellow]refused[/] {rest} more, see {REPORT}")
    kinds = ", ".join(f"{count} {kind}" for kind, count in summary.refused_by_kind().items())
    refused = f"{len(summary.refusals)} refused" + (f" ({kinds})" if kinds else "")
    console.print(
        f"{summary.clips} clips: [bold]{summary.split} split[/], {refused}; "
        f"{summary.ignored} other files ignored"
    )
    if summary.resumed == summary.clips:
        console.print("nothing to do: all clips were done before, with the same settings")
    elif summary.resumed:
        console.print(f"{summary.resumed} of them were done before, with the same settings")
    console.print(f"written: {escape(str(summary.manifest))} and {REPORT}")
