"""Tests of the SFT recipes: LLaMA-Factory's parser takes them, and their names tell the truth."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
RECIPES = sorted((ROOT / "recipes/sft").glob("*.yaml"))
TASKS = (
    *("next_event", "previous_event", "caption", "open_qa", "choice_qa", "what_happens_next"),
    *("critique", "reasoning", "mix", "inverse_dynamics", "forward_dynamics", "causal"),
)
BIG = [path for path in RECIPES if path.stem.startswith("qwen")]
GIGABYTES = ("24", "40", "80")


def settings(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / f"recipes/sft/{name}.yaml").read_text())
    return found


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_llamafactory_takes_every_recipe(
    recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = yaml.safe_load(recipe.read_text())
    stage, rate = parsed(found, tmp_path, monkeypatch)
    assert stage == ("dpo" if "preference" in recipe.stem else "sft")
    assert rate == found["learning_rate"]


def parsed(
    found: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, float]:
    """Return stage and learning rate as LLaMA-Factory's own parser reads them."""
    from llamafactory.hparams import get_train_args

    monkeypatch.delenv("ALLOW_EXTRA_ARGS", raising=False)
    # DeepSpeed and bf16 belong to the GPU machine.
    given = {**found, "use_cpu": True, "output_dir": str(tmp_path / "out")}
    deepspeed = given.pop("deepspeed", None)
    assert deepspeed is None or Path(deepspeed).is_file()
    model, data, training, tuning, _ = get_train_args(given)
    assert data.template == "qwen2_vl"
    assert not model.trust_remote_code
    return tuning.stage, training.learning_rate


def variants(recipe: Path) -> Iterator[tuple[str, str]]:
    """Yield what the header of a recipe says to change: for the 3B model, and for each memory."""
    header = recipe.read_text().split("\n###")[0]
    block = header.partition("# Override:")[2].partition("# Hardware:")[0].replace("#", " ")
    three, *rest = re.split(r"(\d+) GB:", block)
    yield "3B", three.replace("\\", " ").partition(recipe.name)[2]
    yield from zip(rest[::2], rest[1::2], strict=True)


@pytest.mark.parametrize("recipe", BIG, ids=lambda path: path.stem)
def test_every_override_in_a_header_is_taken_too(
    recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = yaml.safe_load(recipe.read_text())
    told = dict(variants(recipe))
    assert tuple(told) == ("3B", *GIGABYTES)
    for name, text in told.items():
        if "instead" in text or "as it stands" in text:
            (named,) = [word for word in text.split() if word.endswith(".yaml")] or [str(recipe)]
            assert Path(named).is_file()
            continue
        changes = dict(word.split("=", 1) for word in text.split())
        assert changes, f"{name} names no change"
        assert changes.keys() <= {*found, "deepspeed"}
        changed = {**found, **{key: yaml.safe_load(value) for key, value in changes.items()}}
        parsed(changed, tmp_path, monkeypatch)
        if name == "3B":
            assert "3b" in changes["output_dir"]
            assert "3b" in changes["model_name_or_path"].lower()
        else:
            assert batch(changed) == batch(found), "another effective batch is another training"


def batch(found: dict[str, Any]) -> int:
    size: int = found["per_device_train_batch_size"] * found["gradient_accumulation_steps"]
    return size


def test_preferences_are_tuned_by_dpo_on_pairs_that_the_exporter_makes() -> None:
    for name in ("qwen2_5_vl_7b_preference_lora", "toy_preference_lora"):
        found = settings(name)
        assert (found["stage"], found["pref_loss"], found["pref_beta"]) == ("dpo", "sigmoid", 0.1)
        assert found["dataset"] == "preference_train"
        assert Path(found["dataset_dir"]).parent == Path(found["media_dir"])


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("method", ["full", "lora"])
def test_every_task_has_a_recipe_of_each_method_and_a_toy_twin(task: str, method: str) -> None:
    big = settings(f"qwen2_5_vl_7b_{task}_{method}")
    assert big["finetuning_type"] == method
    assert big["dataset"] == f"{task}_train"
    assert big["output_dir"] == f"runs/qwen2_5_vl_7b_{task}_{method}"
    twin = settings(f"toy_{task}_full")
    assert twin["dataset"] == big["dataset"]


@pytest.mark.parametrize("task", TASKS)
def test_recipes_of_one_method_differ_in_their_data_only(task: str) -> None:
    if task.endswith("dynamics"):
        pytest.skip("pictures have settings of their own")
    one, other = settings(f"qwen2_5_vl_7b_{task}_full"), settings("qwen2_5_vl_7b_next_event_full")
    differ = {key for key in one | other if one.get(key) != other.get(key)}
    assert differ <= {"dataset", "dataset_dir", "output_dir"}


def test_the_two_stages_of_the_causal_paper_are_as_published() -> None:
    first, second = settings("qwen2_5_vl_7b_causal_stage1"), settings("qwen2_5_vl_7b_causal_stage2")
    published = {
        "freeze_vision_tower": True,
        "freeze_multi_modal_projector": False,
        "freeze_language_model": True,
        "learning_rate": 1e-4,
        "adam_beta1": 0.9,
        "adam_beta2": 0.98,
        "weight_decay": 0.05,
        "warmup_steps": 2000,
        "num_train_epochs": 4.0,
    }
    assert {key: first[key] for key in published} == published
    published = {
        "finetuning_type": "lora",
        "lora_rank": 64,
        "lora_alpha": 128,
        "learning_rate": 2e-5,
        "num_train_epochs": 3.0,
    }
    assert {key: second[key] for key in published} == published
    gpus = 8
    batch = second["per_device_train_batch_size"] * second["gradient_accumulation_steps"]
    assert batch * gpus == 256
    assert second["model_name_or_path"] == first["output_dir"]


def test_inverse_dynamics_by_lora_is_as_published() -> None:
    found = settings("qwen2_5_vl_7b_inverse_dynamics_lora")
    published = {
        "lora_rank": 16,
        "lora_alpha": 32,
        "lora_dropout": 0.05,
        "learning_rate": 2e-4,
        "num_train_epochs": 10.0,
        "warmup_steps": 500,
    }
    assert {key: found[key] for key in published} == published
    assert found["per_device_train_batch_size"] * found["gradient_accumulation_steps"] == 64


def test_a_killed_toy_run_can_go_on() -> None:
    for recipe in RECIPES:
        found = yaml.safe_load(recipe.read_text())
        if recipe.stem != "toy_next_event_full":
            assert found["save_only_model"] is False
            assert found["overwrite_output_dir"] is False
