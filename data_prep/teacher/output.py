"""What the `annotate` command shows after its work."""

from rich.console import Console
from rich.markup import escape

from data_prep.cutting.output import print_refusals
from data_prep.errors import UserError
from data_prep.teacher.asking import Tokens
from data_prep.teacher.rehearsal import Rehearsal
from data_prep.teacher.run import Summary
from data_prep.teacher.settings import Prices


def print_summary(summary: Summary) -> None:
    """Print on stdout what became of the items, and what that cost.

    Raises:
        UserError: no item gave a row.
    """
    console = Console(soft_wrap=True, highlight=False)
    place, refusals, rows = summary.place, summary.refusals, summary.answered.total()
    left_out = print_refusals(console, refusals, place.report.name)
    read = ", ".join(f"{count} {how}" for how, count in summary.answered.most_common())
    console.print(
        f"{rows + len(refusals)} items: [bold]{rows} answered[/]"
        + (f" ({read})" if read else "")
        + f", {left_out}"
    )
    console.print(f"paid: {_bill(summary.paid, summary.prices)}; {summary.retries} retries")
    if summary.saved.replies:
        console.print(f"from the cache: {_bill(summary.saved, summary.prices)}")
    if not rows:
        raise UserError(
            f"none of {len(refusals)} items was answered; {place.report} says why for each",
            seen=refusals.first[0].reason if refusals.first else "the manifest has no rows",
        )
    console.print(f"written: {escape(str(place.manifest))} and {escape(place.report.name)}")


def print_rehearsal(found: Rehearsal, prices: Prices) -> None:
    """Print on stdout the first prompt, the number of calls and what they may cost."""
    console = Console(soft_wrap=True, highlight=False, markup=False)
    if found.first is not None:
        console.rule(f"what is asked about {found.first_is}")
        console.print(found.first)
        console.rule()
    kinds = "".join(f", {count} {kind}" for kind, count in found.left_out.most_common())
    console.print(f"{found.calls} items to ask about, {found.cached} in the cache{kinds}")
    most, cost = found.most, prices.cost(found.most)
    console.print(
        f"at most about {most.prompt:,} prompt and {most.completion:,} completion tokens, "
        "repairs apart" + ("" if cost is None else f": {cost:.4f}")
    )


def _bill(tokens: Tokens, prices: Prices) -> str:
    cost = prices.cost(tokens)
    parts = [
        f"{tokens.replies} replies",
        f"{tokens.prompt:,} prompt and {tokens.completion:,} completion tokens",
    ]
    if tokens.uncounted:
        parts.append(f"{tokens.uncounted} of the replies without a count")
    return ", ".join(parts) + ("" if cost is None else f": {cost:.4f}")
