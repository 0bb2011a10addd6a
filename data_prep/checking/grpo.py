"""Checking a GRPO recipe for EasyR1 and its rows, on a machine without EasyR1.

EasyR1 rejects unknown keys, but takes a path that is not there for no path, trains without the
format prompt or the reward's root, and looks at the rows only when they are drawn.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from data_prep.check import Finding
from data_prep.checking.easyr1_keys import ESTIMATORS, FORMER, KEYS, OPEN, OVERWRITTEN
from data_prep.checking.easyr1_rows import check_rows
from data_prep.errors import UserError

_DATA = ("train_files", "val_files")
_PATHS = ("data.image_dir", "data.format_prompt", "data.override_chat_template")
_LOCAL = (".", "/", "~", "runs/", "data_prep/")


def is_grpo(recipe: Mapping[str, Any]) -> bool:
    """Tell whether a recipe is one for EasyR1."""
    return "worker" in recipe and "algorithm" in recipe


def override(recipe: Mapping[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Return a recipe with `a.b.c=value` set, as EasyR1's command line does.

    Raises:
        UserError: an override without `=`.
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
        place[name] = yaml.safe_load(value)
    return changed


def check_grpo(recipe: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield everything found wrong with a recipe, its files and its rows."""
    settings = dict(_flat(recipe))
    yield from _check_keys(settings)
    yield from _check_paths(settings)
    yield from _check_sizes(settings)
    yield from _check_traps(settings)
    for name in _DATA:
        path = Path(str(settings.get(f"data.{name}") or "").split("@", maxsplit=1)[0])
        if path.is_file():
            yield from check_rows(path, settings, training=name == "train_files")


def _flat(recipe: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in recipe.items():
        key = f"{above}{name}"
        if isinstance(value, Mapping) and value and key not in OPEN:
            yield from _flat(value, f"{key}.")
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
    return f"perhaps {' or '.join(same)}" if same else "leave it out"


def _check_paths(settings: Mapping[str, Any]) -> Iterator[Finding]:
    for name in _DATA:
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
    elif model.startswith(_LOCAL) and not Path(model).is_dir():
        yield Finding("worker.actor.model.model_path", f"there is no folder {model}", "merge first")


def _check_sizes(settings: Mapping[str, Any]) -> Iterator[Finding]:
    get = settings.get
    rollouts, n = int(get("data.rollout_batch_size", 512)), int(get("worker.rollout.n", 1))
    batch = int(get("worker.actor.global_batch_size", 256))
    update = int(get("worker.actor.micro_batch_size_per_device_for_update", 4))
    experience = int(get("worker.actor.micro_batch_size_per_device_for_experience", 16))
    gpus = int(get("trainer.nnodes", 1)) * int(get("trainer.n_gpus_per_node", 8))
    parallel = int(get("worker.rollout.tensor_parallel_size", 2))
    for wrong, key, told in (
        (
            rollouts % batch,
            "data.rollout_batch_size",
            f"{rollouts} is no multiple of worker.actor.global_batch_size {batch}",
        ),
        (
            rollouts * n % experience,
            "worker.actor.micro_batch_size_per_device_for_experience",
            f"{rollouts} x {n} rollouts are no multiple of {experience}",
        ),
        (
            batch * n % (gpus * update),
            "worker.actor.micro_batch_size_per_device_for_update",
            f"{batch} x {n} rollouts are no multiple of {gpus} GPUs x {update}",
        ),
        (
            gpus % parallel,
            "worker.rollout.tensor_parallel_size",
            f"{gpus} GPUs are no multiple of {parallel}",
        ),
    ):
        if wrong:
            yield Finding(key, told, "choose sizes that divide one another")
    tokens = int(get("data.max_prompt_length", 512)) + int(get("data.max_response_length", 512))
    if int(get("worker.rollout.max_num_batched_tokens", 8192)) < tokens:
        yield Finding(
            "worker.rollout.max_num_batched_tokens",
            f"is less than prompt and response together ({tokens})",
            f"{tokens} or more",
        )


def _check_traps(settings: Mapping[str, Any]) -> Iterator[Finding]:
    estimator = settings.get("algorithm.adv_estimator", "grpo")
    if estimator not in ESTIMATORS:
        yield Finding(
            "algorithm.adv_estimator",
            f"EasyR1 knows no {estimator!r}",
            "grpo; the contrast of T-GRPO is a weight of the reward (reward_fns/temporal.py)",
        )
    if estimator in {"grpo", "rloo"} and int(settings.get("worker.rollout.n", 1)) < 2:
        yield Finding("worker.rollout.n", "a group needs two answers at least", "8")
    if isinstance(settings.get("trainer.logger"), str):
        yield Finding(
            "trainer.logger",
            "EasyR1 takes a list only",
            f"[{settings['trainer.logger']}]",
        )
    filters = settings.get("data.filter_overlong_prompts", True)
    if filters and int(settings.get("data.filter_overlong_prompts_workers", 16)) < 2:
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
    if settings.get("worker.actor.model.trust_remote_code") is not False:
        yield Finding(
            "worker.actor.model.trust_remote_code",
            "EasyR1's default runs code that comes with the model",
            "false",
        )
