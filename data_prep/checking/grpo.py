"""Checking a GRPO recipe for EasyR1 and its rows, on a machine without EasyR1.

EasyR1 rejects unknown keys, but takes a path that is not there for no path, trains without the
format prompt or the reward's root, and looks at the rows only when they are drawn.
"""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data_prep.checking.easyr1_keys import ESTIMATORS, FORMER, KEYS, OPEN, OVERWRITTEN
from data_prep.checking.easyr1_rows import EasyR1Set, check_rows
from data_prep.checking.easyr1_sizes import check_sizes, size
from data_prep.checking.finding import Finding
from data_prep.checking.recipes import is_local

DATA = ("train_files", "val_files")
_PATHS = ("data.image_dir", "data.format_prompt", "data.override_chat_template")


def check_settings(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield everything found wrong with the flat settings of a recipe and the files they name."""
    yield from _check_keys(settings)
    yield from _check_paths(settings)
    yield from check_sizes(settings)
    yield from _check_traps(settings)


def check_sets(settings: Mapping[str, Any], sets: list[EasyR1Set]) -> Iterator[Finding]:
    """Yield what is wrong with the rows for training and validation; each is added to `sets`."""
    for name in DATA:
        path = file_of(settings, name)
        if path is not None and path.is_file():
            sets.append(EasyR1Set(path, settings))
            training = name == "train_files"
            yield from check_rows(path, settings, training=training, into=sets[-1])


def file_of(settings: Mapping[str, Any], name: str) -> Path | None:
    """Return the file of `train_files` or `val_files`, None where none is named."""
    value = str(settings.get(f"data.{name}") or "").split("@", maxsplit=1)[0]
    return Path(value) if value else None


def flat(recipe: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the settings of a recipe as (`data.max_pixels`, value)."""
    for name, value in recipe.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping) and value and key not in OPEN:
            yield from flat(value, f"{key}.")
        else:
            yield key, value


def _check_keys(settings: Mapping[str, Any]) -> Iterator[Finding]:
    for key in settings:
        if key in OVERWRITTEN:
            yield Finding(
                key, "EasyR1 overwrites it without a word", f"set {OVERWRITTEN[key]} instead"
            )
        elif key in FORMER:
            yield Finding(key, "the name of an older version", f"today: {FORMER[key]}")
        elif key not in KEYS:
            yield Finding(key, "EasyR1 knows no such setting", _nearest(key))


def _nearest(key: str) -> str:
    last = key.rpartition(".")[2]
    same = sorted(known for known in KEYS if known.rpartition(".")[2] == last)
    near = same or difflib.get_close_matches(key, KEYS, n=1)
    return f"perhaps {' or '.join(near)}" if near else "leave it out"


def _check_paths(settings: Mapping[str, Any]) -> Iterator[Finding]:
    for name in DATA:
        value = str(settings.get(f"data.{name}") or "")
        path = Path(value.split("@", maxsplit=1)[0])
        if not value:
            yield Finding(f"data.{name}", "names no file", "export one: data_prep export easyr1")
        elif value.startswith("~"):
            yield Finding(f"data.{name}", "EasyR1 does not expand ~", str(path.expanduser()))
        elif not path.exists():
            yield Finding(
                f"data.{name}", f"there is no file {path}", "python -m data_prep export easyr1"
            )
    for key in _PATHS:
        named = settings.get(key)
        if named is not None and not Path(str(named)).exists():
            yield Finding(
                key,
                f"there is no {named}; EasyR1 would go on without it",
                "mend the path, seen from the folder in which you start",
            )
    function = str(settings.get("worker.reward.reward_function") or "")
    file = function.rpartition(":")[0] or function
    if not function:
        yield Finding(
            "worker.reward.reward_function", "there is no reward", "reward_fns/easyr1.py:score"
        )
    elif not Path(file).is_file():
        yield Finding(
            "worker.reward.reward_function",
            f"there is no file {file}; EasyR1 would go on without it",
            "reward_fns/easyr1.py:score",
        )
    model = str(settings.get("worker.actor.model.model_path") or "")
    if not model:
        yield Finding("worker.actor.model.model_path", "names no model", "a folder or a hub name")
    elif is_local(model) and not Path(model).expanduser().is_dir():
        yield Finding("worker.actor.model.model_path", f"there is no folder {model}", "merge first")


def _check_traps(settings: Mapping[str, Any]) -> Iterator[Finding]:
    estimator = settings.get("algorithm.adv_estimator", "grpo")
    if estimator not in ESTIMATORS:
        yield Finding(
            "algorithm.adv_estimator",
            f"EasyR1 knows no {estimator!r}",
            "grpo; the contrast of T-GRPO is a weight of the reward (reward_fns/temporal.py)",
        )
    if estimator in {"grpo", "rloo"} and size(settings, "worker.rollout.n") < 2:
        yield Finding("worker.rollout.n", "a group needs two answers at least", "8")
    if isinstance(settings.get("trainer.logger"), str):
        yield Finding(
            "trainer.logger",
            "EasyR1 takes a list only",
            f"[{settings['trainer.logger']}]",
        )
    filters = settings.get("data.filter_overlong_prompts", True)
    if filters and size(settings, "data.filter_overlong_prompts_workers") < 2:
        yield Finding(
            "data.filter_overlong_prompts_workers",
            "with one worker the decoder runs in the parent and the next fork hangs for ever",
            "2 or more",
        )
    if not filters:
        yield Finding(
            "data.filter_overlong_prompts",
            "a prompt that is too long would be cut inside its video tokens and stop the run",
            "true",
        )
    for key in ("data.min_pixels", "data.max_pixels"):
        if settings.get(key) is None:
            yield Finding(
                key, "EasyR1's default is made for single images", "that of recipes/vision.yaml"
            )
    if size(settings, "data.min_pixels") > size(settings, "data.max_pixels"):
        yield Finding(
            "data.min_pixels", "is more than data.max_pixels", "those of recipes/vision.yaml"
        )
    if settings.get("worker.actor.model.trust_remote_code") is not False:
        yield Finding(
            "worker.actor.model.trust_remote_code",
            "EasyR1's default runs code that comes with the model",
            "false",
        )
