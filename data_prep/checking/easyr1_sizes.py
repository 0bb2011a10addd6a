"""The sizes of an EasyR1 recipe: which must divide which, and which must hold which.

Its trainer looks at them after the models are loaded (`verl/trainer/ray_trainer.py`,
`verl/workers/fsdp_workers.py`, `verl/workers/rollout/vllm_rollout_spmd.py`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from data_prep.checking.finding import Finding

# Whole numbers, with EasyR1's defaults.
DEFAULTS = {
    "data.rollout_batch_size": 512,
    "data.max_prompt_length": 512,
    "data.max_response_length": 512,
    "data.min_pixels": 262144,
    "data.max_pixels": 4194304,
    "data.filter_overlong_prompts_workers": 16,
    "worker.rollout.n": 1,
    "worker.rollout.tensor_parallel_size": 2,
    "worker.rollout.max_num_batched_tokens": 8192,
    "worker.actor.global_batch_size": 256,
    "worker.actor.micro_batch_size_per_device_for_update": 4,
    "worker.actor.micro_batch_size_per_device_for_experience": 16,
    "worker.actor.ulysses_size": 1,
    "worker.critic.global_batch_size": 256,
    "worker.critic.micro_batch_size_per_device_for_experience": 16,
    "trainer.nnodes": 1,
    "trainer.n_gpus_per_node": 8,
}
_DIVIDE = "choose sizes that divide one another"


def size(settings: Mapping[str, Any], key: str) -> int:
    """Return a whole number of the settings, EasyR1's default where it is not set or not whole."""
    value = settings.get(key)
    return int(value) if value is not None and is_whole(value) else DEFAULTS[key]


def is_whole(value: object) -> bool:
    """Tell whether a setting is a whole number above 0."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def check_sizes(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the sizes that are no whole numbers, do not divide one another, or are too small."""
    for key, default in DEFAULTS.items():
        value = settings.get(key)
        if value is not None and not is_whole(value):
            yield Finding(key, f"{value!r} is no whole number above 0", f"{key}={default}")
    yield from _check_division(settings)
    yield from _check_room(settings)


def _check_division(settings: Mapping[str, Any]) -> Iterator[Finding]:
    rollouts, n = size(settings, "data.rollout_batch_size"), size(settings, "worker.rollout.n")
    update = size(settings, "worker.actor.micro_batch_size_per_device_for_update")
    gpus = size(settings, "trainer.nnodes") * size(settings, "trainer.n_gpus_per_node")
    parallel = size(settings, "worker.rollout.tensor_parallel_size")
    roles = ("actor", "critic") if settings.get("algorithm.adv_estimator") == "gae" else ("actor",)
    for role in roles:
        batch = size(settings, f"worker.{role}.global_batch_size")
        key = f"worker.{role}.micro_batch_size_per_device_for_experience"
        if rollouts % batch:
            yield Finding(
                "data.rollout_batch_size",
                f"{rollouts} is no multiple of worker.{role}.global_batch_size {batch}",
                _DIVIDE,
            )
        if rollouts * n % size(settings, key):
            told = f"{rollouts} x {n} rollouts are no multiple of {size(settings, key)}"
            yield Finding(key, told, _DIVIDE)
    batch = size(settings, "worker.actor.global_batch_size")
    ulysses = size(settings, "worker.actor.ulysses_size")
    if gpus % ulysses:
        yield Finding("worker.actor.ulysses_size", f"{gpus} GPUs are no multiple of it", _DIVIDE)
    elif batch * n % (gpus // ulysses * update):
        yield Finding(
            "worker.actor.micro_batch_size_per_device_for_update",
            f"{batch} x {n} rollouts are no multiple of {gpus // ulysses} GPUs x {update}",
            _DIVIDE,
        )
    elif (
        settings.get("worker.actor.fsdp.enable_cpu_offload")
        and batch * n // (gpus // ulysses) != update
    ):
        yield Finding(
            "worker.actor.fsdp.enable_cpu_offload",
            "EasyR1 refuses it together with gradient accumulation",
            "worker.actor.offload.offload_params=true instead",
        )
    if gpus % parallel:
        yield Finding(
            "worker.rollout.tensor_parallel_size",
            f"{gpus} GPUs are no multiple of {parallel}",
            _DIVIDE,
        )


def _check_room(settings: Mapping[str, Any]) -> Iterator[Finding]:
    prompt = size(settings, "data.max_prompt_length")
    tokens = prompt + size(settings, "data.max_response_length")
    rooms = {
        "worker.rollout.max_num_batched_tokens": size(
            settings, "worker.rollout.max_num_batched_tokens"
        ),
        "worker.rollout.max_model_len": settings.get("worker.rollout.max_model_len"),
    }
    for key, room in rooms.items():
        if isinstance(room, int) and room < tokens:
            yield Finding(
                key,
                f"{room} is less than prompt and response together ({tokens})",
                f"{key}={tokens} or more",
                excess=tokens - room,
            )
