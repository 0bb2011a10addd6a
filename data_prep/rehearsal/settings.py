"""What a rehearsal takes over of a recipe for EasyR1.

Taken over: the training file with its keys, the format prompt, the batch sizes, the response
length, the sampling, the clipping, the learning rate, the frozen vision tower, the reward with its
weights, the steps, the seed and the folder of the checkpoint. All else of a recipe belongs to GPUs,
nodes and logging.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from reward_fns.compose import Weights

_REWARD = "reward_fns/easyr1.py:score"
# EasyR1's way of averaging a loss, and TRL's name for it.
_LOSS = {"token": "bnpo", "seq": "grpo"}


@dataclass(frozen=True)
class Settings:
    """What is rehearsed.

    Attributes:
        rows: the training file, as `export easyr1 --absolute` writes it.
        keys: the columns of the prompt, the answer, the pictures and the videos.
        format_prompt: a jinja template around each question, or none.
        model: folder of the model to start from.
        out: folder of the tuned model.
        weights: of the reward.
        prompts: questions a rollout.
        answers: that are sampled to each question.
        batches: optimizer steps a rollout.
        repeats: times that a rollout is gone through.
        steps: rollouts, or None for `epochs`.
        epochs: times that the rows are gone through, where no number of steps is given.
        response_length: tokens of an answer at most.
        temperature: of the sampling.
        top_p: of the sampling.
        clip: how far the ratio of probabilities may go below and above 1.
        loss: TRL's name of the loss.
        rate: learning rate.
        weight_decay: of AdamW.
        max_grad_norm: to which gradients are clipped.
        freeze_vision: whether the vision tower stays as it is.
        seed: of the order of the rows and of the sampling.
    """

    rows: Path
    keys: tuple[str, str, str, str]
    format_prompt: Path | None
    model: Path
    out: Path
    weights: Weights
    prompts: int
    answers: int
    batches: int
    repeats: int
    steps: int | None
    epochs: int
    response_length: int
    temperature: float
    top_p: float
    clip: tuple[float, float]
    loss: str
    rate: float
    weight_decay: float
    max_grad_norm: float
    freeze_vision: bool
    seed: int


def settings_of(recipe: Mapping[str, Any]) -> Settings:
    """Return what is rehearsed of a recipe that `check` has found to be in order.

    Raises:
        UserError: the recipe asks for something that a rehearsal does not do.
    """
    data, actor = recipe["data"], recipe["worker"]["actor"]
    rollout, trainer = recipe["worker"]["rollout"], recipe["trainer"]
    algorithm, optim = recipe["algorithm"], actor.get("optim", {})
    _refuse_what_is_left_out(algorithm, actor, optim)
    prompts = int(data.get("rollout_batch_size", 512))
    steps = trainer.get("max_steps")
    form = data.get("format_prompt")
    return Settings(
        rows=Path(data["train_files"]),
        keys=(
            data.get("prompt_key", "prompt"),
            data.get("answer_key", "answer"),
            data.get("image_key", "images"),
            data.get("video_key", "videos"),
        ),
        format_prompt=None if form is None else Path(form),
        model=Path(actor["model"]["model_path"]),
        out=Path(trainer.get("save_checkpoint_path") or "runs/rehearsal"),
        weights=_weights(recipe["worker"].get("reward", {})),
        prompts=prompts,
        answers=int(rollout.get("n", 1)),
        batches=prompts // int(actor.get("global_batch_size", 256)),
        repeats=int(actor.get("ppo_epochs", 1)),
        steps=None if steps is None else int(steps),
        epochs=int(trainer.get("total_epochs", 15)),
        response_length=int(data.get("max_response_length", 512)),
        temperature=float(rollout.get("temperature", 1.0)),
        top_p=float(rollout.get("top_p", 1.0)),
        clip=(float(actor.get("clip_ratio_low", 0.2)), float(actor.get("clip_ratio_high", 0.3))),
        loss=_LOSS[actor.get("loss_avg_mode", "token")],
        rate=float(optim.get("lr", 1e-6)),
        weight_decay=float(optim.get("weight_decay", 1e-2)),
        max_grad_norm=float(actor.get("max_grad_norm", 1.0)),
        freeze_vision=bool(actor["model"].get("freeze_vision_tower", False)),
        seed=int(data.get("seed", 1)),
    )


def _refuse_what_is_left_out(
    algorithm: Mapping[str, Any], actor: Mapping[str, Any], optim: Mapping[str, Any]
) -> None:
    schedule = (optim.get("lr_scheduler_type", "constant"), optim.get("lr_warmup_ratio", 0.0))
    for wrong, key, seen, fix in (
        (
            algorithm.get("adv_estimator", "grpo") != "grpo",
            "algorithm.adv_estimator",
            algorithm.get("adv_estimator"),
            "grpo",
        ),
        (not algorithm.get("disable_kl"), "algorithm.disable_kl", "false", "true"),
        (algorithm.get("online_filtering"), "algorithm.online_filtering", "true", "false"),
        (
            actor.get("loss_type", "default") != "default",
            "worker.actor.loss_type",
            actor.get("loss_type"),
            "default",
        ),
        (
            actor["model"].get("lora", {}).get("rank", 0),
            "worker.actor.model.lora.rank",
            actor["model"].get("lora", {}).get("rank"),
            "0",
        ),
        (
            schedule[0] != "constant" or schedule[1],
            "worker.actor.optim.lr_scheduler_type",
            f"{schedule[0]}, warm-up {schedule[1]}",
            "constant worker.actor.optim.lr_warmup_ratio=0.0",
        ),
    ):
        if wrong:
            raise UserError(
                f"a rehearsal leaves out what {key} asks for", seen=seen, fix=f"{key}={fix}"
            )


def _weights(reward: Mapping[str, Any]) -> Weights:
    function = str(reward.get("reward_function", ""))
    if not function.endswith(_REWARD):
        raise UserError("a rehearsal has our own reward only", seen=function, fix=_REWARD)
    arguments = reward.get("reward_function_kwargs") or {}
    try:
        return Weights(**arguments)
    except (TypeError, ValueError) as error:
        raise UserError(
            "reward_function_kwargs are not weights of the reward (a judge is not rehearsed)",
            seen=f"{arguments}: {error}",
            fix="{accuracy: 0.9, form: 0.1}",
        ) from error
