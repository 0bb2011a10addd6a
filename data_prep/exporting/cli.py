"""The command line of the exporters: `python -m data_prep export …`."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from data_prep.exporting.easyr1 import export_easyr1
from data_prep.exporting.hub import MediaChoice, export_hf
from data_prep.exporting.llamafactory import export_llamafactory
from data_prep.tally import Tally

export = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Write instruction sets as a trainer, or the Hugging Face hub, takes them.",
)

Sets = Annotated[
    list[Path], typer.Argument(metavar="SET...", help="Sets such as next_event_train.jsonl.")
]
Out = Annotated[Path, typer.Option(help="Folder to write; not that of a SET.")]


@export.command("llamafactory")
def llamafactory_command(
    sets: Sets,
    *,
    out: Out,
    preference: Annotated[
        bool, typer.Option("--preference", help="Chosen and rejected answers, for DPO.")
    ] = False,
) -> None:
    """Export for LLaMA-Factory: rows, and their entries in dataset_info.json.

    For supervised training:

        python -m data_prep export llamafactory sets/next_event_train.jsonl --out sets/sft

    Pairs of a better and a worse answer:

        python -m data_prep export llamafactory sets/critique_train.jsonl --out sets/dpo \\
            --preference
    """
    result = export_llamafactory(sets, out, preference=preference)
    _print(result.written, result.tally)
    _say(f"in the recipe: dataset_dir: {out}, media_dir: {result.media}")


@export.command("easyr1")
def easyr1_command(
    sets: Sets,
    *,
    out: Out,
    absolute: Annotated[
        bool, typer.Option("--absolute", help="Absolute media paths; frame lists need them.")
    ] = False,
    rollout_batch_size: Annotated[
        int, typer.Option(min=1, help="Of the recipe; smaller training files are named.")
    ] = 512,
) -> None:
    """Export for EasyR1: prompt, media, and an answer that packs what a reward needs.

    Training and validation rows:

        python -m data_prep export easyr1 sets/next_event_train.jsonl \\
            sets/next_event_test.jsonl --out sets/grpo

    Rows whose videos are lists of frames:

        python -m data_prep export easyr1 frames/next_event_train.jsonl --out frames/grpo \\
            --absolute
    """
    result = export_easyr1(sets, out, absolute=absolute, rollout_batch_size=rollout_batch_size)
    _print(result.written, result.tally)
    for name in result.too_few:
        _say(
            f"[yellow]warning:[/] {name} has {result.written[name]} rows; EasyR1 drops a batch "
            f"that is not full, so set data.rollout_batch_size to that or less",
        )
    if not absolute:
        _say(f"in the recipe: data.image_dir: {result.media}")


@export.command("hf")
def hf_command(
    sets: Sets,
    *,
    out: Out,
    title: Annotated[str, typer.Option(help="Of the data set, for its card.")] = "Next events",
    media: Annotated[
        MediaChoice, typer.Option(help="Copy or hard-link the media into the folder, or neither.")
    ] = "none",
    splits: Annotated[
        list[Path] | None,
        typer.Option(help="A splits.jsonl whose leak certificates the card counts; repeat it."),
    ] = None,
) -> None:
    """Export a folder for Hugging Face datasets, with a card written from the manifests.

    With the media in it:

        python -m data_prep export hf sets/next_event_train.jsonl sets/next_event_test.jsonl \\
            --out hub --media copy --splits splits/splits.jsonl

    Look at it:

        python -c "import datasets; print(datasets.load_dataset('hub'))"
    """
    result = export_hf(
        sets,
        out,
        title=title,
        media=media,
        splits=splits or [],
        command=["python", "-m", "data_prep", *sys.argv[1:]],
    )
    sides: dict[str, int] = {}
    for (_, side), count in result.facts.rows.items():
        sides[side] = sides.get(side, 0) + count
    _print(sides, result.tally)
    _say(f"written: {escape(str(out / 'README.md'))} and {len(result.shards)} shards")


def _print(written: Mapping[str, int], tally: Tally) -> None:
    for name, count in written.items():
        _say(f"{escape(name)}: [bold]{count} rows[/]")
    for (name, reason), count in sorted(tally.counts.items()):
        _say(f"{escape(name)}: {count} [yellow]left out:[/] {escape(reason)}")
    if tally.counts:
        _say(f"each is listed in {escape(str(tally.path))}")


def _say(text: str) -> None:
    Console(highlight=False, soft_wrap=True).print(text)
