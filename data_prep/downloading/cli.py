"""The command line of the downloads: `python -m data_prep download …`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from data_prep.downloading.v1_33k import (
    PUBLISHED,
    REPOSITORY,
    Downloaded,
    Layout,
    download_v1_33k,
)
from data_prep.errors import UserError

download_app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Fetch a published data set from the Hugging Face hub and unpack it safely.",
)


@download_app.callback()
def _group() -> None:
    """Keep `v1-33k` a command of its own, for there is only one."""


@download_app.command("v1-33k")
def v1_33k_command(
    *,
    to: Annotated[Path, typer.Option(help="Folder to fetch to; started again, it goes on there.")],
    layout: Annotated[
        Literal["first-part", "full", "all"],
        typer.Option(help="The videos up to the published cut, the whole videos, or both."),
    ] = "first-part",
    delete_archives: Annotated[
        bool, typer.Option("--delete-archives", help="Delete each archive once it is unpacked.")
    ] = False,
    revision: Annotated[
        str | None, typer.Option(help="Branch, tag or commit; by default the newest.")
    ] = None,
    repository: Annotated[
        str, typer.Option(help="On the hub; a copy of the data set has another name.")
    ] = REPOSITORY,
) -> None:
    """Fetch V1-33K and unpack it; a run that was stopped goes on where it was.

    The first parts of the videos, then their import:

        python -m data_prep download v1-33k --to V1-33K

        python -m data_prep import v1-33k V1-33K/hub/next_event_prediction.json \\
            --videos V1-33K/first-part --layout first-part

    The whole videos, on a disk that cannot hold the archives beside them:

        python -m data_prep download v1-33k --to V1-33K --layout full --delete-archives

    HF_ENDPOINT names a mirror of the hub, HF_TOKEN who you are.
    """
    layouts: list[Layout] = ["first-part", "full"] if layout == "all" else [layout]
    found = download_v1_33k(
        to,
        layouts,
        repository=repository,
        revision=revision,
        keep_archives=not delete_archives,
        tell=typer.echo,
    )
    _print(found, to, layouts)
    if found.refused:
        raise UserError(
            f"{len(found.refused)} archives were not unpacked to their end",
            seen="; ".join(f"{name}: {why}" for name, why in found.refused.items()),
            fix="tell the makers of the data set; nothing was written outside of the folder",
        )


def _print(found: Downloaded, to: Path, layouts: list[Layout]) -> None:
    done = found.unpacked
    typer.echo(
        f"commit {found.commit[:12]}: {found.archives} archives unpacked, {found.before} of them "
        f"before; {done.written} files written, {done.kept} were there"
    )
    expected = PUBLISHED * len(layouts)
    total = found.archives + len(found.refused)
    if total != expected:
        typer.echo(f"the data set has {total} archives, {expected} were published: say so")
    if found.annotations is None:
        typer.echo("the data set has no next_event_prediction.json: there is nothing to import")
        return
    for layout in layouts:
        typer.echo(
            f"next: python -m data_prep import v1-33k {found.annotations} "
            f"--videos {to / layout} --layout {layout}"
        )
