"""The `build` commands of sets of pictures."""

from pathlib import Path
from typing import Annotated

import typer

from data_prep.builders.actions import build_inverse_dynamics
from data_prep.builders.cli_options import Forms, Out, Pairs, Seed, TestShare, tell
from data_prep.builders.making import Sides
from data_prep.builders.next_event import Form
from data_prep.builders.outcomes import WITHIN, build_forward_dynamics


def build_inverse_dynamics_command(
    pairs: Pairs,
    *,
    out: Out = None,
    form: Forms = None,
    test_share: TestShare = 0.1,
    seed: Seed = 0,
) -> None:
    """Build the inverse-dynamics set: two pictures in, the action between them out.

    Ask for the action:

        python -m data_prep build inverse-dynamics pairs/pairs.jsonl

    Ask for it openly, and among actions that are easily confused with it:

        python -m data_prep build inverse-dynamics pairs/pairs.jsonl --form open --form choice
    """
    folder = out or pairs.parent
    report = build_inverse_dynamics(
        pairs, folder, forms=form or [Form.OPEN], sides=Sides(test_share, seed)
    )
    tell("inverse-dynamics", folder, report)


def build_forward_dynamics_command(
    pairs: Pairs,
    *,
    clips: Annotated[
        Path, typer.Option(help="The clips.jsonl that the pairs are from, with events.")
    ],
    out: Out = None,
    form: Forms = None,
    within: Annotated[
        float, typer.Option(min=0.0, help="Seconds in which the outcome begins after the action.")
    ] = WITHIN,
    test_share: TestShare = 0.1,
    seed: Seed = 0,
) -> None:
    """Build the forward-dynamics set: a picture and an action in, the event that follows out.

    Ask what comes of an action:

        python -m data_prep build forward-dynamics pairs/pairs.jsonl --clips videos/clips.jsonl

    Ask which of four outcomes comes of it:

        python -m data_prep build forward-dynamics pairs/pairs.jsonl --clips videos/clips.jsonl \\
            --form choice
    """
    folder = out or pairs.parent
    report = build_forward_dynamics(
        pairs,
        clips,
        folder,
        forms=form or [Form.OPEN],
        within=within,
        sides=Sides(test_share, seed),
    )
    tell("forward-dynamics", folder, report)
