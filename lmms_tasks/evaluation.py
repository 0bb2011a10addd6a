"""What `scripts/evaluate.sh` asks of a recipe: tasks, arguments, the model's name, and a hash.

python -m lmms_tasks.evaluation recipes/eval/toy.yaml --told pretrained=runs/toy --tasks futurebench
"""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from data_prep.errors import UserError
from lmms_tasks import TASKS_DIR
from lmms_tasks.fingerprint import of_evaluation
from lmms_tasks.screen import run_app

OURS = re.compile("futurebench|videoreason")
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True)
class Evaluation:
    """One call of lmms-eval; `name` is the model's folder or name, or what stands for it."""

    tasks: str
    model_args: str
    name: str


def evaluation(recipe: Path, told: Sequence[str], tasks: str = "") -> Evaluation:
    """Return what a recipe asks for, `told` (`key=value,…`) put over its model arguments.

    Raises:
        UserError: the recipe cannot be read, or a task of ours is misspelt.
    """
    found = _read(recipe)
    arguments: dict[str, str] = {}
    for text in (found["model_args"], *told):
        pairs = [part.partition("=") for part in text.split(",") if part]
        if not all(equals for _, equals, _ in pairs):
            raise UserError("model arguments are key=value, with commas between", seen=text)
        arguments |= {key: value for key, _, value in pairs}
    model_args = ",".join(f"{key}={value}" for key, value in arguments.items())
    # What a replay scores is its log, of whatever model.
    name = arguments.get("pretrained") or arguments.get("log") or f"{found['model']} {model_args}"
    return Evaluation(_known(tasks or found["tasks"]), model_args, name)


@app.command()
def main_command(
    recipe: Annotated[Path, typer.Argument()],
    told: Annotated[list[str], typer.Option(default_factory=list)],
    tasks: Annotated[str, typer.Option()] = "",
) -> None:
    """Print, a line each: tasks, model arguments, the model's name, and `of_evaluation`."""
    found = evaluation(recipe, told, tasks)
    digest = of_evaluation(found.name, found.tasks.split(","))
    sys.stdout.write(f"{found.tasks}\n{found.model_args}\n{found.name}\n{digest}\n")


def main() -> None:
    """Run the command line; a `UserError` is printed without a traceback and exits with 1."""
    run_app(app, "python -m lmms_tasks.evaluation")


def _read(path: Path) -> Mapping[str, str]:
    try:
        found: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise UserError(f"an evaluation recipe cannot be read: {error}", seen=path) from error
    keys = ("model", "model_args", "tasks")
    lacking = [
        key for key in keys if not (isinstance(found, dict) and isinstance(found.get(key), str))
    ]
    if lacking:
        raise UserError(
            f"an evaluation recipe tells {', '.join(keys)}, each as text",
            seen=f"{path} does not tell {', '.join(lacking)}",
            fix="take one of recipes/eval for a model",
        )
    return {key: found[key] for key in keys}


def _known(tasks: str) -> str:
    names = sorted(path.stem for path in TASKS_DIR.rglob("*.yaml") if not path.stem.startswith("_"))
    # A typo in a name of ours; what other tasks there are, lmms-eval knows.
    wrong = [task for task in tasks.split(",") if OURS.match(task) and task not in names]
    if wrong or not tasks:
        raise UserError(
            "there are no such tasks", seen=", ".join(wrong) or "none", fix=", ".join(names)
        )
    return tasks


if __name__ == "__main__":
    main()
