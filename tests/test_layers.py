"""The house stands: imports point downwards, recipes hold to the one vision budget."""

import ast
import json
from pathlib import Path

import pytest
import yaml

from data_prep.toyworld.world import BUDGET
from data_prep.vision import load_budget

ROOT = Path(__file__).parents[1]
# Each package may import itself and those before it.
FLOORS = ("reward_fns", "data_prep", "lmms_tasks")
RECIPES = sorted((ROOT / "recipes/sft").glob("*.yaml"))


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add((node.module or "").split(".")[0])
    return found


@pytest.mark.parametrize("floor", FLOORS)
def test_imports_point_downwards(floor: str) -> None:
    above = set(FLOORS[FLOORS.index(floor) + 1 :]) | {"tests", "scripts"}
    for path in (ROOT / floor).rglob("*.py"):
        assert not imported(path) & above, path


def test_rewards_need_the_standard_library_only() -> None:
    import sys

    for path in (ROOT / "reward_fns").rglob("*.py"):
        assert imported(path) <= set(sys.stdlib_module_names) | {"reward_fns"}, path


def test_only_the_video_modules_open_a_video() -> None:
    readers = {"av", "cv2", "decord", "torchcodec", "imageio"}
    users = {
        path.name for path in (ROOT / "data_prep").rglob("*.py") if imported(path) & readers
    } | {path.name for path in (ROOT / "lmms_tasks").rglob("*.py") if imported(path) & readers}
    assert users == {
        *("video.py", "encode.py", "picture.py", "opening.py", "prefix.py", "fetch.py"),
        "flow.py",  # optical flow between arrays: opens nothing
    }


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.name)
def test_recipes_hold_to_the_vision_budget(recipe: Path) -> None:
    settings = yaml.safe_load(recipe.read_text())
    profile = "toy" if recipe.name.startswith("toy_") else "qwen2_5_vl"
    budget = load_budget(f"{ROOT}/recipes/vision.yaml:{profile}")
    pixels = {"min_pixels": budget.min_pixels, "max_pixels": budget.max_pixels}
    expected: dict[str, float] = {f"image_{name}": value for name, value in pixels.items()}
    if "dynamics" not in recipe.name:
        expected = {f"video_{name}": value for name, value in pixels.items()}
        expected |= {"video_fps": budget.fps, "video_maxlen": budget.max_frames}
    given = {key: v for key, v in settings.items() if key.startswith(("video_", "image_"))}
    assert given == expected


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.name)
def test_recipes_open_with_what_a_reader_needs(recipe: Path) -> None:
    header = recipe.read_text().split("\n###")[0]
    for word in ("# Before:", "# Launch:", "# Override:", "# Hardware:", str(recipe.name)):
        assert word in header


def test_the_published_setting_of_the_7b_recipe() -> None:
    settings = yaml.safe_load((ROOT / "recipes/sft/qwen2_5_vl_7b_next_event_full.yaml").read_text())
    published = {
        "finetuning_type": "full",
        "freeze_vision_tower": True,
        "freeze_multi_modal_projector": True,
        "freeze_language_model": False,
        "learning_rate": 1e-5,
        "lr_scheduler_type": "cosine",
        "warmup_ratio": 0.1,
        "num_train_epochs": 3.0,
        "cutoff_len": 32768,
        "bf16": True,
    }
    assert {key: settings[key] for key in published} == published
    published_gpus = 8
    batch = settings["per_device_train_batch_size"] * settings["gradient_accumulation_steps"]
    assert batch * published_gpus == 16
    assert json.loads((ROOT / settings["deepspeed"]).read_text())["zero_optimization"]["stage"] == 3


def test_the_toy_world_is_made_for_the_toy_profile() -> None:
    assert load_budget(f"{ROOT}/recipes/vision.yaml:toy") == BUDGET
