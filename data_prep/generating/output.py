"""What `generate` tells when it is done."""

from rich.console import Console
from rich.markup import escape

from data_prep.cutting.output import print_refusals
from data_prep.generating.generate import Summary


def print_generated(summary: Summary) -> None:
    """Print on stdout how many futures were made, and one line for each that was not."""
    console = Console(soft_wrap=True, highlight=False)
    print_refusals(console, summary.failures, summary.manifest.name)
    total = summary.made + len(summary.failures)
    console.print(
        f"{total} futures by {escape(summary.group)}: [bold]{summary.made} made[/], "
        f"{len(summary.failures)} failed; {summary.others} rows of others kept"
    )
    if summary.marked:
        console.print(f"{summary.marked} prompts hold the true label: marked prompt_has_label")
    if summary.resumed == total:
        console.print("nothing to do: all were made before, with the same settings")
    elif summary.resumed:
        console.print(f"{summary.resumed} of them were made before, with the same settings")
    console.print(f"written: {escape(str(summary.manifest))}")
