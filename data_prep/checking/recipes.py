"""Reading a recipe of any of the three kinds, with the overrides of the command line."""

import copy
import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import yaml

from data_prep.errors import UserError

Kind = Literal["sft", "grpo", "evaluation"]
_SFT = {"stage", "template", "finetuning_type"}


def load_recipe(path: Path, overrides: Sequence[str]) -> dict[str, Any]:
    """Read a recipe and apply `key=value` overrides, `a.b=value` for a setting inside a group.

    LLaMA-Factory and EasyR1 read their command lines in the same way.

    Raises:
        UserError: no such recipe, not a YAML mapping, or an override without `=`.
    """
    if not path.is_file():
        known = [str(found) for found in Path("recipes").glob("*/*.yaml")]
        near = difflib.get_close_matches(str(path), known, n=3, cutoff=0.4)
        raise UserError(
            "no such recipe (an override is written key=value)",
            seen=path,
            fix=f"{', '.join(near) or 'a file'} (recipes/README.md lists them all)",
        )
    try:
        recipe = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not YAML: {error}") from error
    if not isinstance(recipe, dict):
        raise UserError(f"{path} must be a mapping of settings", seen=type(recipe).__name__)
    return override(recipe, overrides)


def override(recipe: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Return a recipe with `a.b.c=value` set.

    Raises:
        UserError: an override without `=`, or whose value is not YAML.
    """
    changed: dict[str, Any] = copy.deepcopy(dict(recipe))
    for text in overrides:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UserError("an override is written key=value", seen=text)
        *groups, name = key.split(".")
        place = changed
        for group in groups:
            below = place.get(group)
            place[group] = below if isinstance(below, dict) else {}
            place = place[group]
        try:
            place[name] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise UserError("an override's value is written in YAML", seen=text) from error
    return changed


def kind_of(recipe: Mapping[str, Any]) -> Kind:
    """Tell by its settings for whom a recipe is: EasyR1, lmms-eval or LLaMA-Factory.

    Raises:
        UserError: for none of them.
    """
    if "worker" in recipe and "algorithm" in recipe:
        return "grpo"
    if "tasks" in recipe and "model_args" in recipe:
        return "evaluation"
    if _SFT & recipe.keys():
        return "sft"
    raise UserError(
        "this is a recipe neither for LLaMA-Factory nor for EasyR1 nor for lmms-eval",
        seen=", ".join(map(str, recipe)) or "no settings",
        fix="one of recipes/sft, recipes/grpo or recipes/eval",
    )


def is_local(model: str) -> bool:
    """Tell whether a model is named by a folder and not by its name on the hub."""
    return model.startswith((".", "/", "~", "runs/", "data_prep/")) or Path(model).is_dir()
