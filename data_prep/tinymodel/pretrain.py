"""Teaching the tiny model to describe the toy world, in plain PyTorch on the CPU."""

import math
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from rich.progress import Progress
from transformers import Qwen2_5_VLForConditionalGeneration, Qwen2_5_VLProcessor

from data_prep.tinymodel.architecture import make_model, make_processor, make_tokenizer
from data_prep.tinymodel.lessons import (
    FRAMES_PER_EVENT,
    Lesson,
    corpus,
    draw_captions,
    draw_lessons,
)
from data_prep.tinymodel.patches import add_noise, grid_of, patches
from data_prep.tinymodel.sight import learn_to_see

CAPTION_BATCH, LESSON_BATCH = 64, 32
CAPTION_RATE, LESSON_RATE = 2e-3, 1.5e-3
# The vision tower can see by then; it only adapts.
VISION_SHARE = 0.25
SIGHT_STEPS, CAPTION_STEPS, LESSON_STEPS = 600, 450, 2200


def pretrain(out: Path, *, seed: int, shorten: float, progress: Progress) -> float:
    """Train from scratch and save model, tokenizer and processor to `out`; return the last loss.

    Three stages: the vision tower alone learns to see, the whole model learns bare captions, and
    then to answer in conversations. `shorten` divides the steps of each. The same seed gives the
    same lessons and start; the weights agree to rounding on one machine.
    """
    sight, captions, lessons = (
        max(2, round(steps / shorten)) for steps in (SIGHT_STEPS, CAPTION_STEPS, LESSON_STEPS)
    )
    processor = make_processor(make_tokenizer(corpus()))
    model = make_model(processor.tokenizer, seed)
    model.train()
    learn_to_see(model, processor, seed=seed, steps=sight, progress=progress)
    rng, noise = random.Random(f"words {seed}"), torch.Generator().manual_seed(seed)

    def learn(what: str, draw: Callable[[], list[Lesson]], *, rate: float, steps: int) -> float:
        optimizer, schedule = _optimizer(model, rate, steps)
        task, running = progress.add_task(what, total=steps), 0.0
        for step in range(steps):
            batch = collate(draw(), processor)
            batch["pixel_values_videos"] = add_noise(batch["pixel_values_videos"], noise)
            loss = model(**batch).loss
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            running = loss.item() if step == 0 else 0.95 * running + 0.05 * loss.item()
            progress.update(task, advance=1, description=f"{what}, loss {running:.3f}")
        return running

    learn(
        "learning captions",
        lambda: draw_captions(rng, CAPTION_BATCH),
        rate=CAPTION_RATE,
        steps=captions,
    )
    loss = learn(
        "learning to answer",
        lambda: draw_lessons(rng, LESSON_BATCH),
        rate=LESSON_RATE,
        steps=lessons,
    )
    model.to(torch.bfloat16).save_pretrained(out)
    processor.save_pretrained(out)
    return loss


def _optimizer(
    model: Qwen2_5_VLForConditionalGeneration, rate: float, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    vision = list(model.model.visual.parameters())
    others = [weight for name, weight in model.named_parameters() if ".visual." not in name]
    optimizer = torch.optim.AdamW(
        [{"params": vision}, {"params": others}], lr=rate, betas=(0.9, 0.98), weight_decay=0.05
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=[VISION_SHARE * rate, rate], total_steps=steps, pct_start=0.1
    )
    return optimizer, schedule


def collate(lessons: list[Lesson], processor: Qwen2_5_VLProcessor) -> dict[str, Any]:
    """Return a padded batch of tensors for the model; the loss counts the answers alone."""
    tokenizer = processor.tokenizer
    pad = tokenizer.pad_token_id
    rows, labels = [], []
    for lesson in lessons:
        before = tokenizer(_prompt(lesson, processor))["input_ids"]
        after = tokenizer(lesson.answer + tokenizer.eos_token)["input_ids"]
        rows.append(before + after)
        labels.append([-100] * len(before) + after)
    longest = max(map(len, rows))
    videos = [video for lesson in lessons for video in lesson.videos]
    return {
        "input_ids": torch.tensor([row + [pad] * (longest - len(row)) for row in rows]),
        "attention_mask": torch.tensor(
            [[1] * len(row) + [0] * (longest - len(row)) for row in rows]
        ),
        "labels": torch.tensor([row + [-100] * (longest - len(row)) for row in labels]),
        "pixel_values_videos": torch.cat([patches(video, processor) for video in videos]),
        "video_grid_thw": torch.tensor([grid_of(video) for video in videos]),
        "second_per_grid_ts": torch.full((len(videos),), 2 / FRAMES_PER_EVENT),
    }


def _prompt(lesson: Lesson, processor: Qwen2_5_VLProcessor) -> str:
    text = f"<|vision_start|>{processor.video_token}<|vision_end|>"
    if lesson.question is not None:
        content: list[dict[str, str]] = [{"type": "video"} for _ in lesson.videos]
        content.append({"type": "text", "text": lesson.question})
        text = processor.tokenizer.apply_chat_template(
            [{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True
        )
    before, *between = text.split(processor.video_token)
    for video, after in zip(lesson.videos, between, strict=True):
        before += processor.video_token * (math.prod(grid_of(video)) // 4) + after
    return before
