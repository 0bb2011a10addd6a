"""What the `scan` command shows after its work."""

from rich.console import Console
from rich.markup import escape

from data_prep.cutting.output import print_refusals
from data_prep.scanning.scan import Summary


def print_summary(summary: Summary) -> None:
    """Print on stdout one line for each refused file, and the number of each kind."""
    console = Console(soft_wrap=True, highlight=False)
    report = summary.report.name
    refused = print_refusals(console, summary.refusals, report)
    console.print(
        f"{summary.videos} videos: [bold]{summary.clips} usable[/], {refused}; "
        f"{summary.ignored} other files ignored"
    )
    if summary.resumed:
        console.print(f"{summary.resumed} of them were scanned before and have not changed")
    console.print(f"written: {escape(str(summary.manifest))} and {escape(report)}")
