"""First lessons of the tiny model: its vision tower alone learns to tell what a clip shows.

A vision-language model starts from a vision tower that can see. Learning to see through the
language model's loss alone takes the tiny model ten times as long.
"""

import random

import torch
from rich.progress import Progress
from torch import nn
from torch.nn.functional import cross_entropy
from transformers import Qwen2_5_VLForConditionalGeneration, Qwen2_5_VLProcessor

from data_prep.tinymodel.lessons import FRAMES_PER_EVENT, draw_sight
from data_prep.tinymodel.patches import add_noise, patches
from data_prep.toyworld.render import SIDE
from data_prep.toyworld.scenes import COLOURS, KINDS, REVERSED, SHAPES
from data_prep.vision import FRAME_FACTOR, GRID

BATCH = 64
PEAK_RATE = 2e-3
# What is to be told of one event, and how much it counts.
QUESTIONS = {
    "action": (tuple(REVERSED), 2.0),
    "colour": (COLOURS, 0.5),
    "shape": (SHAPES, 0.5),
    "kind": (KINDS, 0.5),
}


def learn_to_see(
    model: Qwen2_5_VLForConditionalGeneration,
    processor: Qwen2_5_VLProcessor,
    *,
    seed: int,
    steps: int,
    progress: Progress,
) -> None:
    """Train the vision tower of `model` in place on single events of the training world."""
    tower = model.model.visual
    side = SIDE // GRID
    tokens = FRAMES_PER_EVENT // FRAME_FACTOR * side * side
    width = tokens * model.config.text_config.hidden_size
    torch.manual_seed(seed)
    heads = nn.ModuleDict(
        {name: nn.Linear(width, len(answers)) for name, (answers, _) in QUESTIONS.items()}
    )
    weights = [*tower.parameters(), *heads.parameters()]
    optimizer = torch.optim.AdamW(weights, lr=PEAK_RATE, betas=(0.9, 0.95), weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=PEAK_RATE, total_steps=steps, pct_start=0.1
    )
    rng, noise = random.Random(f"sight {seed}"), torch.Generator().manual_seed(seed)
    grid = torch.tensor([[FRAMES_PER_EVENT // FRAME_FACTOR, 2 * side, 2 * side]] * BATCH)
    task, running = progress.add_task("learning to see", total=steps), 0.0
    for step in range(steps):
        seen = [draw_sight(rng) for _ in range(BATCH)]
        pixels = torch.cat([patches(clip, processor) for clip, _ in seen])
        features = tower(add_noise(pixels, noise), grid_thw=grid).reshape(BATCH, width)
        loss = torch.stack(
            [
                weight
                * cross_entropy(
                    heads[name](features),
                    torch.tensor([answers.index(facts[name]) for _, facts in seen]),
                )
                for name, (answers, weight) in QUESTIONS.items()
            ]
        ).sum()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        schedule.step()
        running = loss.item() if step == 0 else 0.95 * running + 0.05 * loss.item()
        progress.update(task, advance=1, description=f"learning to see, loss {running:.3f}")
