"""The command line of data preparation: one command a step, each reads and writes a manifest."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from data_prep.builders.cli import build
from data_prep.check import check_recipe, load_recipe, report_findings
from data_prep.cutting.choice import Policy
from data_prep.cutting.output import print_summary, progress_bar
from data_prep.cutting.split import split_clips
from data_prep.errors import UserError
from data_prep.paths import VARIABLE, data_root
from data_prep.scanning import output as scan_output
from data_prep.scanning.scan import scan_folder
from data_prep.vision import DEFAULT_BUDGET, load_budget

app = typer.Typer(
    name="data_prep",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Videos in, context and future clips and instruction sets out.",
)
app.add_typer(build, name="build")


@app.command()
def scan(
    folder: Annotated[Path, typer.Argument(help="A folder of videos; subfolders count.")],
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Manifest to write, in FOLDER or above it; by default FOLDER/clips.jsonl."
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Where the videos are from; by default FOLDER's name.")
    ] = None,
    license: Annotated[str, typer.Option(help="Under which the videos are used.")] = "unknown",
    annotations: Annotated[
        Path | None,
        typer.Option(
            help='Events and captions, one JSON object a line: {"video": NAME, "caption": TEXT, '
            '"events": [{"start": SECONDS, "end": SECONDS, "text": WHAT}]}.'
        ),
    ] = None,
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="List every copy of one file.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(help="Processes; by default one for each core.")
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds that one video may take.")] = 600.0,
    memory_limit: Annotated[
        float, typer.Option(metavar="GB", help="Memory that a process may take; 0 for any.")
    ] = 4.0,
) -> None:
    """Decode every video of a folder once: sound ones go to clips.jsonl, the others are named.

    Which of my videos are broken, and why? (see videos/clips.report.jsonl)

        python -m data_prep scan videos

    Scan annotated videos, then cut those that are sound:

        python -m data_prep scan videos --annotations events.jsonl --license CC-BY-4.0

        python -m data_prep split videos/clips.jsonl --out splits

    Write events to the annotations, not to clips.jsonl: the next scan writes that anew.
    """
    with progress_bar("scanning") as progress:
        summary = scan_folder(
            folder,
            out=out,
            source=source,
            license=license,
            annotations=annotations,
            keep_duplicates=keep_duplicates,
            workers=workers,
            timeout=timeout,
            memory_limit=memory_limit,
            progress=progress,
        )
    scan_output.print_summary(summary)


@app.command()
def split(
    source: Annotated[Path, typer.Argument(help="A folder of videos, or a clips.jsonl.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder to write; a killed run goes on in it.")],
    vision: Annotated[
        str, typer.Option(metavar="FILE:PROFILE", help="Vision budget to encode for.")
    ] = DEFAULT_BUDGET,
    policy: Annotated[
        Policy,
        typer.Option(help="Cut where an event starts, at a ratio, or at an event if there is one."),
    ] = "auto",
    ratio: Annotated[float, typer.Option(help="Share of the clip that is context.")] = 0.5,
    min_context: Annotated[float, typer.Option(help="Seconds a context must have.")] = 1.0,
    min_future: Annotated[float, typer.Option(help="Seconds a future must have.")] = 1.0,
    annotations: Annotated[
        Path | None,
        typer.Option(
            help='Events of the videos of a folder, one JSON object a line: {"video": NAME, '
            '"events": [{"start": SECONDS, "end": SECONDS, "text": WHAT}]}.'
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the event boundary of each clip.")] = 0,
    workers: Annotated[
        int | None, typer.Option(help="Processes; by default one for each core.")
    ] = None,
    timeout: Annotated[float, typer.Option(help="Seconds that one clip may take.")] = 600.0,
) -> None:
    """Cut clips into context and future files that share no frame, with a leak certificate.

    Split your own videos, at the middle of each:

        python -m data_prep split videos --out splits

    Split annotated videos where an event starts, and leave out those without events:

        python -m data_prep split videos --out splits --annotations events.jsonl --policy event
    """
    with progress_bar() as progress:
        summary = split_clips(
            source,
            out,
            budget=load_budget(vision),
            policy=policy,
            ratio=ratio,
            min_context=min_context,
            min_future=min_future,
            annotations=annotations,
            seed=seed,
            workers=workers,
            timeout=timeout,
            progress=progress,
        )
    print_summary(summary)


@app.command()
def toyworld(
    *,
    out: Annotated[
        Path | None, typer.Option(help=f"Folder to write; by default {VARIABLE} or the cache.")
    ] = None,
    clips: Annotated[int, typer.Option(min=8, help="Clips of the training world.")] = 1600,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 0,
) -> None:
    """Make the toy world: clips, FutureBench questions, VideoReason items and predictions.

    Make it where `lmms-eval --tasks futurebench,videoreason` looks for it:

        python -m data_prep toyworld

    Make a small one elsewhere, and have it evaluated:

        python -m data_prep toyworld --out toy --clips 160 --seed 1

        VIDEOREASON_DATA=toy lmms-eval --tasks futurebench …
    """
    from data_prep.toyworld.world import make_world  # noqa: PLC0415 - needed by this command only

    folder = out or data_root()
    with Progress(console=Console(stderr=True)) as progress:
        report = make_world(folder, clips=clips, seed=seed, progress=progress)
    told = ", ".join(f"{count} {part}" for part, count in report.clips.items())
    typer.echo(
        f"toy world in {folder}: clips: {told}; {report.questions} FutureBench questions; "
        f"{report.items} VideoReason items with {report.predictions} predictions"
    )


@app.command("tiny-model")
def tiny_model(
    *,
    out: Annotated[Path, typer.Option(help="Folder to write the model to.")],
    shorten: Annotated[
        float, typer.Option(min=1.0, help="Divides the training steps: a try, not a model.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(help="Of the weights and of the lessons.")] = 0,
) -> None:
    """Train the tiny Qwen2.5-VL from scratch to describe the toy world (needs the sft extra).

    Make the weights that are kept in data_prep/tinymodel/weights again:

        python -m data_prep tiny-model --out runs/tiny

    See that it runs, in seconds:

        python -m data_prep tiny-model --out runs/try --shorten 200
    """
    from data_prep.tinymodel.pretrain import pretrain  # noqa: PLC0415 - imports torch

    with Progress(console=Console(stderr=True)) as progress:
        loss = pretrain(out, seed=seed, shorten=shorten, progress=progress)
    typer.echo(f"tiny model in {out}: last loss {loss:.3f}")


@app.command()
def check(
    recipe: Annotated[Path, typer.Argument(help="An SFT recipe for llamafactory-cli.")],
    overrides: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...")] = None,
) -> None:
    """Check a recipe, its rows and its clips before anything is trained; exit 1 on a finding.

    Check a recipe as it stands:

        python -m data_prep check recipes/sft/toy_next_event_full.yaml

    Check it as it will be launched:

        python -m data_prep check recipes/sft/toy_next_event_full.yaml cutoff_len=128
    """
    findings = list(check_recipe(load_recipe(recipe, overrides or [])))
    if findings:
        raise report_findings(recipe, findings)
    typer.echo(f"{recipe}: recipe, rows and clips are in order")


@app.command("data-root")
def print_data_root() -> None:
    """Print the folder in which lmms-eval looks for the benchmarks' data.

    It is the value of VIDEOREASON_DATA, else the toy world in the user's cache:

        python -m data_prep data-root

        VIDEOREASON_DATA=toy python -m data_prep data-root
    """
    typer.echo(data_root())


@app.command("budget")
def print_budget(
    vision: Annotated[str, typer.Argument(metavar="FILE:PROFILE")] = DEFAULT_BUDGET,
) -> None:
    """Print a vision budget as lmms-eval's model arguments.

    python -m data_prep budget

    python -m data_prep budget recipes/vision.yaml:toy
    """
    budget = load_budget(vision)
    typer.echo(f"fps={budget.fps},min_pixels={budget.min_pixels},max_pixels={budget.max_pixels}")


def main() -> None:
    """Run the command line; a `UserError` is printed without a traceback and exits with 1."""
    try:
        app(prog_name="python -m data_prep")
    except UserError as error:
        console = Console(stderr=True)
        console.print(f"[bold red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(1)
