"""Clips are encoded at sizes at which the processors leave them alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from qwen_vl_utils.vision_process import smart_resize
from transformers.models.qwen2_vl.image_processing_qwen2_vl import smart_resize as hf_resize

from data_prep.errors import UserError
from data_prep.vision import GRID, VisionBudget, load_budget


@given(
    width=st.integers(16, 4000),
    height=st.integers(16, 4000),
    least=st.integers(1, 64),
    more=st.integers(0, 600),
)
def test_processors_find_nothing_to_resize(width: int, height: int, least: int, more: int) -> None:
    pixels = {"min_pixels": least * GRID**2, "max_pixels": (least + more) * GRID**2}
    budget = VisionBudget(fps=2, max_frames=16, **pixels)
    w, h = budget.size(width, height)
    assert w % GRID == h % GRID == 0
    assert pixels["min_pixels"] <= w * h <= pixels["max_pixels"]
    assert smart_resize(h, w, GRID, **pixels) == (h, w)
    assert hf_resize(h, w, GRID, **pixels) == (h, w)
    assert budget.tokens(6, w, h) == 3 * w * h // GRID**2


@pytest.mark.parametrize(
    ("size", "encoded"),
    [((640, 360), (168, 84)), ((360, 640), (84, 168)), ((1920, 1080), (168, 84))],
)
def test_the_published_budget(size: tuple[int, int], encoded: tuple[int, int]) -> None:
    assert load_budget("recipes/vision.yaml:qwen2_5_vl").size(*size) == encoded


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: {fps: 0, max_frames: 4, min_pixels: 784, max_pixels: 784}", "fps"),
        ("a: {fps: 2, max_frames: 5, min_pixels: 784, max_pixels: 784}", "max_frames"),
        ("a: {fps: 2, max_frames: 4, min_pixels: 800, max_pixels: 900}", "no multiple"),
        ("a: {fps: 2, max_frames: 4, min_pixels: 784}", "max_pixels"),
        ("b: {}", "no profile of this name"),
    ],
)
def test_a_budget_that_cannot_be(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "vision.yaml"
    path.write_text(text)
    with pytest.raises((UserError, ValidationError), match=says):
        load_budget(f"{path}:a")
