"""The `filter` and `sample` commands."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from data_prep.errors import UserError
from data_prep.filtering.conditions import Condition, condition, parse_where
from data_prep.filtering.rows import type_of
from data_prep.filtering.run import Kept, filter_rows, sample_rows

Manifest = Annotated[Path, typer.Argument(help="A manifest of any kind of row.")]
Out = Annotated[Path, typer.Option(help="Manifest to write; its folder must hold the media.")]


def filter_command(
    manifest: Manifest,
    *,
    out: Out,
    min_duration: Annotated[float | None, typer.Option(help="Seconds.")] = None,
    max_duration: Annotated[float | None, typer.Option(help="Seconds.")] = None,
    min_fps: Annotated[float | None, typer.Option(help="Frames a second.")] = None,
    max_fps: Annotated[float | None, typer.Option(help="Frames a second.")] = None,
    min_motion: Annotated[float | None, typer.Option(help="As the rows state it.")] = None,
    max_motion: Annotated[float | None, typer.Option(help="As the rows state it.")] = None,
    min_scenes: Annotated[int | None, typer.Option(help="Changes of scene.")] = None,
    max_scenes: Annotated[int | None, typer.Option(help="Changes of scene.")] = None,
    source: Annotated[list[str] | None, typer.Option(help="One of these; repeat it.")] = None,
    license: Annotated[list[str] | None, typer.Option(help="One of these; repeat it.")] = None,
    part: Annotated[list[str] | None, typer.Option(help="One of these; repeat it.")] = None,
    task: Annotated[list[str] | None, typer.Option(help="One of these; repeat it.")] = None,
    has_caption: Annotated[bool, typer.Option("--has-caption", help="With a caption.")] = False,
    has_events: Annotated[bool, typer.Option("--has-events", help="With events.")] = False,
    where: Annotated[
        list[str] | None,
        typer.Option(
            metavar="'FIELD OP VALUE'",
            help="Any field, with = != < <= > >= contains; a list counts its elements; repeat it.",
        ),
    ] = None,
) -> None:
    """Keep the rows of a manifest that satisfy all conditions; the others are counted by reason.

    Clips of 5 to 60 seconds in which something moves, free to use:

        python -m data_prep filter videos/clips.jsonl --out videos/good.jsonl \\
            --min-duration 5 --max-duration 60 --min-motion 0.01 --license CC-BY-4.0

    By any field of the rows:

        python -m data_prep filter videos/clips.jsonl --out videos/wide.jsonl \\
            --where 'width >= 640' --where 'codec != av1' --where 'caption != null'
    """
    model = type_of(manifest)
    bounds = {
        "duration": (min_duration, max_duration),
        "fps": (min_fps, max_fps),
        "motion": (min_motion, max_motion),
        "scenes": (min_scenes, max_scenes),
    }
    conditions: list[Condition] = []
    for field, (least, most) in bounds.items():
        if least is not None:
            conditions.append(condition(model, field, ">=", [least]))
        if most is not None:
            conditions.append(condition(model, field, "<=", [most]))
    for field, names in {"source": source, "license": license, "part": part, "task": task}.items():
        if names:
            conditions.append(condition(model, field, "=", list(names)))
    if has_caption:
        conditions.append(condition(model, "caption", "!=", ["null"]))
    if has_events:
        conditions.append(condition(model, "events", ">", [0.0]))
    conditions += [parse_where(text, model) for text in where or []]
    if not conditions:
        raise UserError("no condition is named", fix="python -m data_prep filter --help")
    _print(filter_rows(manifest, model, conditions, out), out)


def sample_command(
    manifest: Manifest,
    *,
    out: Out,
    size: Annotated[int, typer.Option(min=1, help="Rows to draw.")],
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 0,
) -> None:
    """Draw rows of a manifest; the same seed draws the same ones, whatever their order.

    A thousand clips:

        python -m data_prep sample videos/clips.jsonl --size 1000 --out videos/thousand.jsonl

    Others, of a set:

        python -m data_prep sample sets/next_event_train.jsonl --size 5000 --seed 1 \\
            --out sets/small_train.jsonl
    """
    _print(sample_rows(manifest, type_of(manifest), size, seed, out), out)


def _print(kept: Kept, out: Path) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"{kept.read} rows: [bold]{kept.kept} kept[/], {kept.read - kept.kept} left out")
    for reason, count in kept.left_out.most_common():
        console.print(f"  {count} {escape(reason)}")
    console.print(f"written: {escape(str(out))}")
