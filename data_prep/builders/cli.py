"""The command line of the builders: `python -m data_prep build …`."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.builders.next_event import Form, build_next_event
from data_prep.builders.videoreason import build_videoreason

build = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Build an instruction set or a benchmark from a manifest.",
)

Out = Annotated[
    Path | None,
    typer.Option(help="Folder to write; it must hold the clips. By default that of SPLITS."),
]


@build.command("next-event")
def build_next_event_command(
    splits: Annotated[Path, typer.Argument(help="A splits.jsonl.")],
    *,
    out: Out = None,
    horizon: Annotated[
        list[int] | None,
        typer.Option(min=0, help="Events that an answer names, 0 for the whole future; repeat it."),
    ] = None,
    form: Annotated[
        list[Form] | None,
        typer.Option(help="Ask openly (default), or among four options; repeat it for both."),
    ] = None,
    test_share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of videos kept for the test side.")
    ] = 0.1,
    seed: Annotated[int, typer.Option(help="Of the questions and of the sides.")] = 0,
) -> None:
    """Build the next-event set for LLaMA-Factory: next_event_train.jsonl, next_event_test.jsonl.

    Ask for the whole future of each clip:

        python -m data_prep build next-event splits/splits.jsonl

    Ask for the next event and for the next two, openly and as multiple choice:

        python -m data_prep build next-event splits/splits.jsonl \\
            --horizon 1 --horizon 2 --form open --form choice
    """
    report = build_next_event(
        splits,
        out or splits.parent,
        horizons=horizon or [0],
        forms=form or [Form.OPEN],
        test_share=test_share,
        seed=seed,
    )
    typer.echo(f"next-event set in {out or splits.parent}: {report}")


@build.command("videoreason")
def build_videoreason_command(
    splits: Annotated[Path, typer.Argument(help="A splits.jsonl with events.")],
    *,
    out: Out = None,
    options: Annotated[int, typer.Option(min=2, max=26, help="Size of the closed set.")] = 4,
    seed: Annotated[int, typer.Option(help="Of the distractors and the options' order.")] = 0,
) -> None:
    """Build VideoReason items: which event of a closed set follows?

    Build them and score a model on them:

        python -m data_prep build videoreason splits/splits.jsonl

        VIDEOREASON_DATA=splits TASKS=videoreason_future bash scripts/evaluate.sh MODEL runs/eval

    Build them with six options each:

        python -m data_prep build videoreason splits/splits.jsonl --options 6
    """
    folder = out or splits.parent
    count = build_videoreason(splits, folder, options=options, seed=seed)
    typer.echo(f"{count} VideoReason items in {folder / 'videoreason.jsonl'}")
