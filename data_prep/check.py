"""Checking recipes and their data before a GPU is used: the one entry for all three kinds."""

from pathlib import Path

from data_prep.checking.check_evaluation import check_evaluation
from data_prep.checking.check_grpo import check_grpo
from data_prep.checking.check_sft import check_sft
from data_prep.checking.checked import Asked, Checked
from data_prep.checking.finding import worst_first
from data_prep.checking.recipes import kind_of, load_recipe
from data_prep.checking.versions import check_versions, installed_versions, packages_of
from data_prep.errors import UserError

__all__ = ["Asked", "Checked", "check_recipe", "load_recipe"]

_CHECKS = {"sft": check_sft, "grpo": check_grpo, "evaluation": check_evaluation}


def check_recipe(path: Path, asked: Asked) -> Checked:
    """Check a recipe for LLaMA-Factory, EasyR1 or lmms-eval, its data and the libraries here.

    Raises:
        UserError: the recipe cannot be read, or what is asked for beside it is not there.
    """
    recipe = load_recipe(path, asked.overrides)
    checked = Checked(path, kind_of(recipe))
    _check_asked(asked)
    _CHECKS[checked.kind](recipe, asked, checked)
    packages = packages_of(asked.easyr1) if asked.easyr1 and checked.kind == "grpo" else None
    checked.findings += check_versions(installed_versions(packages), checked.kind)
    checked.findings = worst_first(checked.findings)
    return checked


def _check_asked(asked: Asked) -> None:
    """Refuse what is asked for in vain before anything takes long."""
    for path in asked.against:
        if not path.is_file():
            raise UserError("there is no such manifest", seen=path, fix="--against MANIFEST.jsonl")
    if asked.evaluation is None or kind_of(load_recipe(asked.evaluation, [])) == "evaluation":
        return
    raise UserError(
        "this is no evaluation recipe", seen=asked.evaluation, fix="one of recipes/eval/*.yaml"
    )
