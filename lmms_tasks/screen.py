"""What the command lines of this package share: tables as wide as they are, errors on one line."""

import sys

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data_prep.errors import UserError


def show(console: Console, grid: Table) -> None:
    """Print a table; a file or a log has no width to which its columns must be squeezed."""
    if not console.is_terminal:
        console.width = max(console.width, Console(width=10_000).measure(grid).maximum)
    console.print(grid)


def run_app(app: typer.Typer, name: str) -> None:
    """Run a command line; a `UserError` is printed without a traceback and exits with 1."""
    try:
        app(prog_name=name)
    except UserError as error:
        Console(stderr=True).print(
            f"[bold red]error:[/] {escape(str(error))}",
            emoji=False,
            highlight=False,
            soft_wrap=True,
        )
        sys.exit(1)
