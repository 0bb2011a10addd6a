"""The tiny model is a Qwen2.5-VL in all but size, and describes the toy world."""

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.progress import Progress
from transformers import (
    AutoModelForImageTextToText,
    AutoProcessor,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2_5_VLProcessor,
)

from data_prep.prompts import NEXT_EVENT_POOL, NEXT_EVENTS_POOL
from data_prep.tinymodel import WEIGHTS
from data_prep.tinymodel.architecture import SPECIAL_TOKENS
from data_prep.tinymodel.lessons import corpus, draw_captions, draw_lessons
from data_prep.tinymodel.patches import grid_of, patches
from data_prep.tinymodel.pretrain import collate, pretrain


@pytest.fixture(scope="module")
def processor() -> Qwen2_5_VLProcessor:
    return AutoProcessor.from_pretrained(WEIGHTS)


def load(folder: Path) -> Qwen2_5_VLForConditionalGeneration:
    return Qwen2_5_VLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()


def described(folder: Path, processor: Qwen2_5_VLProcessor, count: int = 64) -> float:
    """Share of single events whose whole answer has the highest probability, word by word."""
    rng = random.Random("examination")
    model, right = load(folder), []
    while len(right) < count:
        lessons = [each for each in draw_lessons(rng, 8) if each.question and len(each.videos) == 1]
        single = [
            each for each in lessons if len(each.videos[0]) == 4 and "then" not in each.answer
        ]
        asked = [each for each in single if each.question.startswith("What happens in the video?")]
        if not asked:
            continue
        batch = collate(asked, processor)
        with torch.no_grad():
            best = model(**batch).logits[:, :-1].argmax(-1)
        labels = batch["labels"][:, 1:]
        right += ((best == labels) | (labels == -100)).all(dim=1).tolist()
    return float(np.mean(right))


def test_the_weights_are_small_and_without_code(processor: Qwen2_5_VLProcessor) -> None:
    files = list(WEIGHTS.iterdir())
    assert sum(path.stat().st_size for path in files) < 5_000_000
    assert {path.suffix for path in files} <= {".json", ".jinja", ".safetensors", ".txt"}
    assert 1e6 < sum(weight.numel() for weight in load(WEIGHTS).parameters()) < 3e6
    auto = AutoModelForImageTextToText.from_pretrained(WEIGHTS)
    assert type(auto) is Qwen2_5_VLForConditionalGeneration


def test_special_tokens_are_single(processor: Qwen2_5_VLProcessor) -> None:
    for token in SPECIAL_TOKENS:
        assert len(processor.tokenizer(token)["input_ids"]) == 1


def test_patches_are_those_of_the_processor(processor: Qwen2_5_VLProcessor) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (6, 56, 84, 3), np.uint8)
    made = processor.video_processor(
        videos=[torch.from_numpy(frames).permute(0, 3, 1, 2)],
        return_tensors="pt",
        do_sample_frames=False,
        do_resize=False,
    )
    assert made.video_grid_thw.tolist() == [list(grid_of(frames))]
    torch.testing.assert_close(made.pixel_values_videos, patches(frames, processor))


def test_no_lesson_asks_for_the_future() -> None:
    rng = random.Random(0)
    pools = {*NEXT_EVENT_POOL, *NEXT_EVENTS_POOL}
    for _ in range(40):
        for lesson in draw_lessons(rng, 2):
            assert lesson.question is not None
            assert not any(lesson.question.startswith(question) for question in pools)
    assert all(lesson.question is None for lesson in draw_captions(rng, 3))


def test_the_corpus_covers_the_questions_that_come_later(processor: Qwen2_5_VLProcessor) -> None:
    for question in NEXT_EVENT_POOL:
        assert len(processor.tokenizer(question)["input_ids"]) < len(question) / 2
    assert "two" in " ".join(corpus())


def test_it_describes_single_events(processor: Qwen2_5_VLProcessor) -> None:
    assert described(WEIGHTS, processor) > 0.9


def test_pretraining_runs_and_repeats(tmp_path: Path) -> None:
    losses = [
        pretrain(tmp_path / str(i), seed=3, shorten=1000, progress=Progress(disable=True))
        for i in range(2)
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-3)
    load(tmp_path / "0")


@pytest.mark.slow
@pytest.mark.timeout(5400)
def test_the_weights_can_be_made_again(tmp_path: Path, processor: Qwen2_5_VLProcessor) -> None:
    pretrain(tmp_path, seed=0, shorten=1.0, progress=Progress(disable=True))
    assert described(tmp_path, processor) > 0.9
