"""The rehearsal itself: TRL's GRPOTrainer on the CPU."""

import json
from collections.abc import Callable
from typing import Any

from data_prep.manifest import write_atomic
from data_prep.rehearsal.rows import read_rows
from data_prep.rehearsal.settings import Settings
from reward_fns.trl import reward_function

REWARDS = "rewards.jsonl"


def rehearse(settings: Settings, tell: Callable[[int, int, float], None]) -> list[float]:
    """Train, save model and rewards to `settings.out`, and return the mean reward of each rollout.

    The same seed gives the same rewards on one machine and with one number of threads.

    Args:
        settings: of the rehearsal.
        tell: called after each rollout with its number, the number of all, and its mean reward.

    Raises:
        UserError: a row cannot be rehearsed.
    """
    import datasets  # noqa: PLC0415 - this command alone needs it, and torch
    import torch  # noqa: PLC0415
    from transformers import (  # noqa: PLC0415
        AutoModelForImageTextToText,
        AutoProcessor,
        TrainerCallback,
    )
    from trl.trainer.grpo_config import GRPOConfig  # noqa: PLC0415
    from trl.trainer.grpo_trainer import GRPOTrainer  # noqa: PLC0415

    datasets.disable_progress_bars()
    rows = datasets.Dataset.from_list(list(read_rows(settings)))
    rows = rows.cast_column("images", datasets.Sequence(datasets.Image()))
    model: Any = AutoModelForImageTextToText.from_pretrained(settings.model, dtype=torch.float32)
    if settings.freeze_vision:
        model.model.visual.requires_grad_(False)
    rewards: list[float] = []

    class Recorder(TrainerCallback):  # type: ignore[misc]
        """Keeps the mean reward of each rollout."""

        def on_log(self, _args: Any, state: Any, _control: Any, **named: Any) -> None:
            steps_a_rollout = settings.batches * settings.repeats
            logs = named.get("logs") or {}
            if "reward" in logs and state.global_step % steps_a_rollout == 0:
                rewards.append(float(logs["reward"]))
                tell(len(rewards), state.max_steps // steps_a_rollout, rewards[-1])

    trainer = GRPOTrainer(
        model=model,
        reward_funcs=reward_function(settings.weights),
        args=GRPOConfig(**_arguments(settings)),
        train_dataset=rows,
        processing_class=AutoProcessor.from_pretrained(settings.model, truncation_side="left"),
        callbacks=[Recorder()],
    )
    trainer.train()
    trainer.save_model(str(settings.out))
    lines = [
        json.dumps({"rollout": number, "reward": value})
        for number, value in enumerate(rewards, start=1)
    ]
    write_atomic(settings.out / REWARDS, "\n".join(lines) + "\n")
    return rewards


def _arguments(settings: Settings) -> dict[str, Any]:
    steps_a_rollout = settings.batches * settings.repeats
    length = {"num_train_epochs": settings.epochs}
    if settings.steps is not None:
        length = {"max_steps": settings.steps * steps_a_rollout}
    return {
        **length,
        "output_dir": str(settings.out),
        "per_device_train_batch_size": settings.prompts * settings.answers // settings.batches,
        "steps_per_generation": settings.batches,
        "num_generations": settings.answers,
        "num_iterations": settings.repeats,
        # A prompt that is cut loses marks of its pictures.
        "max_prompt_length": None,
        "max_completion_length": settings.response_length,
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "epsilon": settings.clip[0],
        "epsilon_high": settings.clip[1],
        "loss_type": settings.loss,
        # Without a reference model, so without its memory.
        "beta": 0.0,
        "learning_rate": settings.rate,
        "weight_decay": settings.weight_decay,
        "max_grad_norm": settings.max_grad_norm,
        "lr_scheduler_type": "constant",
        "seed": settings.seed,
        "use_cpu": True,
        "bf16": False,
        "gradient_checkpointing": False,
        "logging_steps": 1,
        "save_strategy": "no",
        "report_to": [],
        "disable_tqdm": True,
    }
