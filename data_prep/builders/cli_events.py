"""The `build` commands of sets that ask for events."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.builders.caption import build_caption
from data_prep.builders.cli_options import (
    Clips,
    Forms,
    Horizons,
    Out,
    Seed,
    Splits,
    TestShare,
    tell,
)
from data_prep.builders.making import Sides
from data_prep.builders.next_event import Form, build_next_event, build_previous_event
from data_prep.builders.videoreason import LabelField, build_videoreason
from data_prep.builders.what_happens_next import build_what_happens_next


def build_next_event_command(
    splits: Splits,
    *,
    out: Out = None,
    horizon: Horizons = None,
    form: Forms = None,
    test_share: TestShare = 0.1,
    seed: Seed = 0,
) -> None:
    """Build the next-event set for LLaMA-Factory: next_event_train.jsonl, next_event_test.jsonl.

    Ask for the whole future of each clip:

        python -m data_prep build next-event splits/splits.jsonl

    Ask for the next event and for the next two, openly and as multiple choice:

        python -m data_prep build next-event splits/splits.jsonl \\
            --horizon 1 --horizon 2 --form open --form choice
    """
    folder = out or splits.parent
    report = build_next_event(
        splits,
        folder,
        horizons=horizon or [0],
        forms=form or [Form.OPEN],
        sides=Sides(test_share, seed),
    )
    tell("next-event", folder, report)


def build_previous_event_command(
    splits: Splits,
    *,
    out: Out = None,
    horizon: Horizons = None,
    form: Forms = None,
    test_share: TestShare = 0.1,
    seed: Seed = 0,
) -> None:
    """Build the previous-event set: from the future of a clip, what happened before?

    Ask for the whole context of each future:

        python -m data_prep build previous-event splits/splits.jsonl

    Ask for the last event before it, as multiple choice:

        python -m data_prep build previous-event splits/splits.jsonl --horizon 1 --form choice
    """
    folder = out or splits.parent
    report = build_previous_event(
        splits,
        folder,
        horizons=horizon or [0],
        forms=form or [Form.OPEN],
        sides=Sides(test_share, seed),
    )
    tell("previous-event", folder, report)


def build_what_happens_next_command(
    clips: Clips,
    *,
    out: Out = None,
    horizon: Annotated[
        list[int] | None,
        typer.Option(min=1, help="Following events that an answer tells; repeat it."),
    ] = None,
    per_clip: Annotated[
        int, typer.Option(min=1, help="Events asked about in one clip, at most.")
    ] = 1,
    test_share: TestShare = 0.1,
    seed: Seed = 0,
) -> None:
    """Build the what-happens-next set: of a whole clip, what follows the event that is named?

    Ask once about each clip:

        python -m data_prep build what-happens-next videos/clips.jsonl

    Ask three times, for one following event and for two:

        python -m data_prep build what-happens-next videos/clips.jsonl \\
            --per-clip 3 --horizon 1 --horizon 2
    """
    folder = out or clips.parent
    report = build_what_happens_next(
        clips,
        folder,
        horizons=horizon or [1],
        per_clip=per_clip,
        sides=Sides(test_share, seed),
    )
    tell("what-happens-next", folder, report)


def build_caption_command(
    manifest: Annotated[Path, typer.Argument(help="A clips.jsonl or a splits.jsonl.")],
    *,
    out: Out = None,
    test_share: TestShare = 0.1,
    seed: Seed = 0,
) -> None:
    """Build the caption set: tell what a video shows.

    Caption whole clips:

        python -m data_prep build caption videos/clips.jsonl

    Caption contexts and futures, half of the videos kept for testing:

        python -m data_prep build caption splits/splits.jsonl --test-share 0.5
    """
    folder = out or manifest.parent
    tell("caption", folder, build_caption(manifest, folder, sides=Sides(test_share, seed)))


def build_videoreason_command(
    splits: Annotated[Path, typer.Argument(help="A splits.jsonl with events.")],
    *,
    out: Out = None,
    options: Annotated[int, typer.Option(min=2, max=26, help="Size of the closed set.")] = 4,
    clips: Annotated[
        Path | None,
        typer.Option(help="The clips.jsonl that was split, for events that the cut goes through."),
    ] = None,
    label: Annotated[
        LabelField, typer.Option(help="What options say: actions where there are, or texts.")
    ] = "action",
    seed: Annotated[int, typer.Option(help="Of the wrong options and the options' order.")] = 0,
) -> None:
    """Build VideoReason items: which event of a closed set follows?

    Wrong are the opposite first, then events with the same things, then any of other clips. Build
    the items and score a model on them:

        python -m data_prep build videoreason splits/splits.jsonl

        VIDEOREASON_DATA=splits TASKS=videoreason_future bash scripts/evaluate.sh MODEL runs/eval

    Something-Something: each clip is one action, which the cut goes through:

        python -m data_prep split ssv2/ssv2-validation.clips.jsonl --policy ratio --out splits

        python -m data_prep build videoreason splits/splits.jsonl --options 6 \\
            --clips ssv2/ssv2-validation.clips.jsonl
    """
    folder = out or splits.parent
    report = build_videoreason(splits, folder, options=options, seed=seed, clips=clips, label=label)
    typer.echo(f"VideoReason items in {folder / 'videoreason.jsonl'}: {report}")
