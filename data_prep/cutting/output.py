"""What a step such as `split` shows when it has ended: refusals and a summary."""

from rich.console import Console
from rich.markup import escape

from data_prep.cutting.split import REPORT, Summary
from data_prep.steps.report import Refusals


def print_refusals(console: Console, refusals: Refusals, report: str) -> str:
    """Print one line for each of the first refusals; return how many there are, by kind."""
    for refusal in refusals.first:
        line = escape(_one_line(f"{refusal.video}: {refusal.kind}: {refusal.reason}"))
        console.print(f"[yellow]refused[/] {line}")
    if len(refusals) > len(refusals.first):
        more = len(refusals) - len(refusals.first)
        console.print(f"[yellow]refused[/] {more} more, see {report}")
    kinds = ", ".join(f"{count} {kind}" for kind, count in refusals.by_kind.most_common())
    return f"{len(refusals)} refused" + (f" ({kinds})" if kinds else "")


def _one_line(text: str) -> str:
    # A file name may hold line ends and the codes that steer a terminal.
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def print_summary(summary: Summary) -> None:
    """Print on stdout how many clips were split, and one line for each that was refused."""
    console = Console(soft_wrap=True, highlight=False)
    refused = print_refusals(console, summary.refusals, REPORT)
    console.print(
        f"{summary.clips} clips: [bold]{summary.split} split[/], {refused}; "
        f"{summary.ignored} other files ignored"
    )
    if summary.resumed == summary.clips:
        console.print("nothing to do: all clips were done before, with the same settings")
    elif summary.resumed:
        console.print(f"{summary.resumed} of them were done before, with the same settings")
    console.print(f"written: {escape(str(summary.manifest))} and {REPORT}")
