"""What the `pairs` and `label` commands show after their work."""

from collections import Counter

from rich.console import Console
from rich.markup import escape

from data_prep.cutting.output import print_refusals
from data_prep.pairs import label
from data_prep.pairs.make import REPORT, Summary


def print_summary(summary: Summary) -> None:
    """Print on stdout how many pairs were taken, and what was left out and why."""
    console = Console(soft_wrap=True, highlight=False)
    refused = print_refusals(console, summary.refusals, REPORT)
    console.print(
        f"{summary.clips} clips: [bold]{summary.used} used[/], {refused}; "
        f"{summary.ignored} other files ignored"
    )
    left_out = f" ({listed(summary.left_out)})" if summary.left_out else ""
    console.print(
        f"[bold]{summary.pairs} pairs[/], {summary.named} with an action; "
        f"{summary.left_out.total()} left out{left_out}"
    )
    lacking = f" (lacking: {listed(summary.lacking)})" if summary.lacking else ""
    console.print(f"{summary.negatives} negatives{lacking}")
    if summary.resumed == summary.clips:
        console.print("nothing to do: all clips were done before, with the same settings")
    elif summary.resumed:
        console.print(f"{summary.resumed} of them were done before, with the same settings")
    console.print(f"written: {escape(str(summary.manifest))}, negatives.jsonl and {REPORT}")


def listed(counts: Counter[str]) -> str:
    """Return counts as `3 of this, 1 of that`, most first."""
    return ", ".join(f"{count} {what}" for what, count in counts.most_common())


def print_labels(summary: label.Summary) -> None:
    """Print on stdout how many labels were kept, and how sure of the order the model is."""
    console = Console(soft_wrap=True, highlight=False)
    left_out = f" ({listed(summary.left_out)})" if summary.left_out else ""
    console.print(
        f"{summary.pairs} pairs: [bold]{summary.kept} labelled[/], {summary.human} named by a "
        f"human before, {summary.left_out.total()} left out{left_out}"
    )
    for order, (won, of) in summary.beaten.items():
        console.print(f"the true order beats {order.replace('_', ' ')} in {won} of {of} pairs")
    stem = escape(summary.manifest.stem)
    console.print(f"written: {escape(str(summary.manifest))}, and beside it")
    console.print(f"{stem}.scores.jsonl, {stem}.negatives.jsonl and {stem}.report.jsonl")
