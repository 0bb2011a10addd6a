"""The `pairs` and `label` commands."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.boundaries.options import DetectorOption
from data_prep.errors import UserError
from data_prep.pairs.clerk import MADE_BY
from data_prep.pairs.judge import Judge
from data_prep.pairs.keyframes import Limits
from data_prep.pairs.label import label_pairs
from data_prep.pairs.make import make_pairs
from data_prep.pairs.output import print_labels, print_summary
from data_prep.pairs.settings import Settings
from data_prep.steps.engine import Engine
from data_prep.steps.options import AddressOption, EngineOption, TimeoutOption, WorkersOption
from data_prep.steps.progress import progress_bar
from data_prep.vision import DEFAULT_BUDGET, load_budget

_LIMITS = Limits()


def pairs(
    source: Annotated[Path, typer.Argument(help="A folder of videos, or a clips.jsonl.")],
    *,
    out: Annotated[Path, typer.Option(help="Folder to write; a killed run goes on in it.")],
    vision: Annotated[
        str, typer.Option(metavar="FILE:PROFILE", help="Vision budget; gives the pictures' size.")
    ] = DEFAULT_BUDGET,
    full: Annotated[
        bool, typer.Option("--full", help="Write pictures at the size of the video.")
    ] = False,
    top: Annotated[int, typer.Option(help="Key frames a clip: those of most motion.")] = (
        _LIMITS.top
    ),
    spacing: Annotated[int, typer.Option(help="Frames between two key frames.")] = (
        _LIMITS.spacing
    ),
    min_gap: Annotated[float, typer.Option(help="Seconds between the two frames.")] = (
        _LIMITS.min_gap
    ),
    max_gap: Annotated[float, typer.Option(help="Seconds between them at most.")] = (
        _LIMITS.max_gap
    ),
    min_motion: Annotated[
        float,
        typer.Option(
            help="Mean motion of things between the two, the camera's taken off, in pixels at a "
            "width of 160."
        ),
    ] = _LIMITS.min_motion,
    rate: Annotated[float, typer.Option(help="Frames a second that motion is measured on.")] = 8.0,
    detector: DetectorOption = "own",
    annotations: Annotated[
        Path | None,
        typer.Option(
            help='Events of the videos of a folder, one JSON object a line: {"video": NAME, '
            '"events": [{"start": SECONDS, "end": SECONDS, "text": WHAT}]}. An event that covers '
            "a pair is its action."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Draws the negatives.")] = 0,
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
) -> None:
    """Take pairs of frames between which something was done, with negatives, for inverse dynamics.

    Take pairs from your own videos, at most five from each:

        python -m data_prep pairs videos --out pairs

    Take more pairs, closer in time, from scanned clips whose scenes and events are known:

        python -m data_prep pairs videos/clips.jsonl --out pairs --top 12 --max-gap 2
    """
    limits = Limits(top, spacing, min_gap, max_gap, min_motion)
    settings = Settings(load_budget(vision), limits, rate, full, detector, seed)
    with progress_bar("taking pairs") as progress:
        summary = make_pairs(
            source,
            out,
            settings,
            annotations=annotations,
            engine=Engine(engine, address, workers, timeout),
            progress=progress,
        )
    print_summary(summary)


def label(
    source: Annotated[Path, typer.Argument(metavar="PAIRS", help="A pairs.jsonl.")],
    *,
    model: Annotated[
        str, typer.Option(help="Folder or Hugging Face name of a Qwen2.5-VL that runs here.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Manifest to write; by default labelled.jsonl beside PAIRS."),
    ] = None,
    keep: Annotated[
        int | None, typer.Option(help="Labels to keep, in turn from all actions, best first.")
    ] = None,
    actions: Annotated[
        Path | None,
        typer.Option(help="Actions to choose from by likelihood, one a line; else free words."),
    ] = None,
    batch: Annotated[int, typer.Option(help="Questions at once; fewer take less memory.")] = 8,
    seed: Annotated[int, typer.Option(help="Draws the negatives.")] = 0,
    trust_remote_code: Annotated[
        bool, typer.Option("--trust-remote-code", help="Run code that comes with the model.")
    ] = False,
) -> None:
    """Name the action of each pair with a local model; keep what the true order bears out.

    A label is kept if the model finds it likelier than with the frames swapped, and than with the
    first frame twice. Pairs that a human has named go through as they are.

    Label all pairs:

        python -m data_prep label pairs/pairs.jsonl --model Qwen/Qwen2.5-VL-7B-Instruct

    Keep the best 7000, balanced by action, chosen from a list of actions:

        python -m data_prep label pairs/pairs.jsonl --model MODEL --actions actions.txt --keep 7000
    """
    for option, value in (("--keep", keep), ("--batch", batch)):
        if value is not None and value < 1:
            raise UserError(f"{option} must be 1 or more", seen=value)
    closed = _read_actions(actions) if actions is not None else []
    if not source.is_file():
        raise UserError("there is no such manifest", seen=source, fix=MADE_BY)
    judge = Judge(model, trust_remote_code=trust_remote_code)
    with progress_bar("labelling", "pairs") as progress:
        summary = label_pairs(
            source,
            judge,
            model=model,
            out=out,
            keep=keep,
            actions=closed,
            batch=batch,
            seed=seed,
            progress=progress,
        )
    print_labels(summary)


def _read_actions(path: Path) -> list[str]:
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise UserError("the list of actions cannot be read", seen=f"{path}: {error}") from error
    actions = list(dict.fromkeys(filter(None, lines)))
    if len(actions) < 2:
        raise UserError(
            "a list of actions needs two or more, one a line", seen=f"{path}: {len(actions)}"
        )
    return actions
