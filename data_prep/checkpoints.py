"""Going on after a kill: what the trainer itself gets wrong when a run is started again.

It goes on from the checkpoint of the highest number, whole or not, and stops where a file of it is
missing. And a fully tuned Qwen2.5-VL is saved under other names of weights than it has in memory:
transformers 4.57 then restores the optimizer, warns of missing keys, and goes on from the *base*
model. Adapters and DeepSpeed's own checkpoints keep their names.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from data_prep.checking.recipes import load_recipe

# Written last: a checkpoint without one that can be read is not whole.
_STATE = "trainer_state.json"


def unfinished(folder: Path) -> list[Path]:
    """Return the checkpoints in `folder` that were not written to their end, by name."""
    return sorted(path for path in _checkpoints(folder) if _half(path))


def restored_from(recipe: Mapping[str, Any]) -> Path | None:
    """Return the checkpoint whose weights a run must start with, None if its trainer loads them."""
    by_itself = recipe.get("finetuning_type") == "lora" or recipe.get("deepspeed")
    if by_itself or recipe.get("overwrite_output_dir"):
        return None
    whole = [path for path in _checkpoints(_output(recipe)) if not _half(path)]
    return max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def _output(recipe: Mapping[str, Any]) -> Path:
    return Path(str(recipe.get("output_dir") or "saves"))


def _checkpoints(folder: Path) -> list[Path]:
    found = folder.glob("checkpoint-*")
    return [path for path in found if path.is_dir() and path.name.partition("-")[2].isdigit()]


def _half(checkpoint: Path) -> bool:
    try:
        return not isinstance(json.loads((checkpoint / _STATE).read_text(encoding="utf-8")), dict)
    except (OSError, ValueError):
        return True


def resume(
    recipe: Annotated[Path, typer.Argument(help="An SFT recipe.")],
    overrides: Annotated[list[str] | None, typer.Argument(metavar="[KEY=VALUE]...")] = None,
) -> None:
    """Make a killed run ready to go on, and print the override that it needs, if any.

    Half-written checkpoints are removed. scripts/train_sft.sh calls it before it starts:

        python -m data_prep resume recipes/sft/toy_mix_full.yaml

        python -m data_prep resume recipes/sft/toy_mix_full.yaml output_dir=runs/mine
    """
    settings = load_recipe(recipe, overrides or [])
    for path in unfinished(_output(settings)):
        shutil.rmtree(path)
        typer.echo(f"removed {path}: a run was killed while it was written", err=True)
    if (checkpoint := restored_from(settings)) is not None:
        typer.echo(f"going on from {checkpoint}", err=True)
        typer.echo(f"model_name_or_path={checkpoint}")
