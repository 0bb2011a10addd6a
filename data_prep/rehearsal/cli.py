"""The `rehearse` command."""

import contextlib
import logging
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from data_prep.checking.finding import breaks
from data_prep.checking.grpo import check_sets, check_settings, flat
from data_prep.checking.recipes import kind_of, load_recipe
from data_prep.errors import UserError
from data_prep.rehearsal.curve import draw, rise
from data_prep.rehearsal.settings import settings_of
from data_prep.rehearsal.train import REWARDS, rehearse

_TELLING = 6


def rehearse_command(
    recipe: Annotated[Path, typer.Argument(help="A GRPO recipe for EasyR1, with a tiny model.")],
    overrides: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...")] = None,
) -> None:
    """Rehearse a GRPO recipe on the CPU with TRL: frames as pictures, no reference model.

    It shows that rows, format prompt and rewards work and that the reward can rise. It is no
    training of a real model: that is EasyR1's, on GPUs (needs the sft extra).

    Rehearse on the toy world (scripts/rehearse_grpo.sh makes its rows):

        python -m data_prep rehearse recipes/rehearsal/toy_futurebench.yaml

    Try another reward, shortly:

        python -m data_prep rehearse recipes/rehearsal/toy_futurebench.yaml trainer.max_steps=20 \\
            worker.reward.reward_function_kwargs.form=0.5
    """
    loaded = load_recipe(recipe, overrides or [])
    if kind_of(loaded) != "grpo":
        raise UserError(
            "only a GRPO recipe is rehearsed; an SFT recipe has a toy twin",
            seen=recipe,
            fix="bash scripts/train_sft.sh recipes/sft/toy_next_event_full.yaml",
        )
    given = dict(flat(loaded))
    found = [f for f in (*check_settings(given), *check_sets(given, [])) if breaks([f])]
    if found:
        raise UserError(
            f"{recipe} would not train as it should ({len(found)} findings)",
            seen=f"{found[0].where}: {found[0].wrong}",
            fix=f"{found[0].fix}; all of them: python -m data_prep check {recipe}",
        )
    settings = settings_of(loaded)
    for name in ("transformers", "trl", "accelerate"):
        logging.getLogger(name).setLevel(logging.ERROR)
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("rehearsing")

        def tell(number: int, total: int, reward: float) -> None:
            told = f"rehearsing, mean reward {reward:.3f}"
            progress.update(task, completed=number, total=total, description=told)

        # TRL prints every step as a dictionary.
        with contextlib.redirect_stdout(None):
            rewards = rehearse(settings, tell)
    typer.echo("\n".join(["rollouts   mean reward", *draw(rewards)]))
    if len(rewards) >= _TELLING:
        typer.echo(str(rise(rewards)))
    typer.echo(f"a rehearsal, not a training: model and {REWARDS} in {settings.out}")
