"""Training for real, on the CPU: every toy twin, going on after a kill, merging, and DPO."""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from test_e2e import ROOT, succeed
from test_recipes import settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
TWINS = sorted(path.stem for path in (ROOT / "recipes/sft").glob("toy_*.yaml"))
STEPS = 3
WEIGHTS = ROOT / "data_prep/tinymodel/weights"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sets of all toy twins, as a user makes them."""
    folder = tmp_path_factory.mktemp("toy") / "sets"
    succeed("bash", "scripts/make_toy_sets.sh", folder)
    return folder


def places(name: str, ready: Path, out: Path) -> list[str]:
    """Return the overrides that send a toy twin to the sets of the test."""
    if name.startswith("toy_preference"):
        return [f"dataset_dir={ready / 'dpo'}", f"media_dir={ready}", f"output_dir={out}"]
    return [f"dataset_dir={ready}", f"output_dir={out}"]


def train(name: str, ready: Path, out: Path, *overrides: str) -> dict[str, Any]:
    """Train a toy twin for a few steps and return the trainer's state."""
    succeed(
        *("bash", "scripts/train_sft.sh", f"recipes/sft/{name}.yaml"),
        *places(name, ready, out),
        *(f"max_steps={STEPS}", "logging_steps=1", *overrides),
    )
    state: dict[str, Any] = json.loads((out / "trainer_state.json").read_text())
    return state


def losses(state: dict[str, Any]) -> dict[int, float]:
    return {row["step"]: row["loss"] for row in state["log_history"] if "loss" in row}


@pytest.fixture(scope="module")
def stage1(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("stage1") / "out"
    train("toy_causal_stage1", ready, out)
    return out


@pytest.mark.parametrize("name", [name for name in TWINS if name != "toy_causal_stage1"])
def test_every_toy_twin_trains(name: str, ready: Path, stage1: Path, tmp_path: Path) -> None:
    after_stage1 = name == "toy_causal_stage2"
    overrides = [f"model_name_or_path={stage1}"] if after_stage1 else []
    state = train(name, ready, tmp_path / "out", *overrides)
    assert state["global_step"] == STEPS
    assert sorted(losses(state)) == list(range(1, STEPS + 1))
    assert all(math.isfinite(loss) for loss in losses(state).values())
    if settings(name)["finetuning_type"] == "lora":
        adapter = weights(tmp_path / "out/adapter_model.safetensors")
        assert any(name.endswith("lora_B.weight") and w.any() for name, w in adapter.items())
        assert not any("visual" in name for name in adapter)
    else:
        assert changed(tmp_path / "out") == {"language_model"}


def test_stage_1_of_the_causal_schedule_tunes_the_projector_alone(stage1: Path) -> None:
    assert changed(stage1) == {"projector"}


def weights(path: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return {name: weight.float() for name, weight in load_file(path).items()}


def changed(out: Path) -> set[str]:
    """Return the parts of the model whose weights differ from those it started with."""
    before, after = (weights(each / "model.safetensors") for each in (WEIGHTS, out))
    assert before.keys() == after.keys()
    moved = [name for name in before if not before[name].equal(after[name])]
    return {
        "projector"
        if "merger" in name
        else "vision_tower"
        if name.startswith("visual.")
        else "language_model"
        for name in moved
    }


def test_dpo_learns_to_prefer_the_right_answer(ready: Path, tmp_path: Path) -> None:
    # Eight pairs again and again: whether a large set teaches foresight is not the question.
    few = ["max_samples=8", "max_steps=25", "learning_rate=0.003"]
    state = train("toy_preference_lora", ready, tmp_path / "out", *few)
    margins = [row["rewards/margins"] for row in state["log_history"] if "rewards/margins" in row]
    assert margins[0] == pytest.approx(0.0, abs=1e-3), "the untuned model is the reference"
    assert sum(margins[-5:]) / 5 > 1


def start(arguments: list[str]) -> "subprocess.Popen[bytes]":
    """Start the training script in a session of its own, so that all of it can be killed."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.Popen(
        ["bash", "scripts/train_sft.sh", *arguments],
        cwd=ROOT,
        env={**os.environ, "PATH": path, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def killed_after(checkpoint: Path, arguments: list[str]) -> None:
    """Start training and kill all of it as soon as `checkpoint` is whole."""
    process = start(arguments)
    try:
        while not (checkpoint / "trainer_state.json").is_file():
            assert process.poll() is None, "training ended before it could be killed"
            time.sleep(0.02)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_killed_training_goes_on_to_the_same_step_count(ready: Path, tmp_path: Path) -> None:
    name, steps = "toy_previous_event_full", 24
    given = [f"max_steps={steps}", "save_steps=4", "save_total_limit=2"]
    calm = train(name, ready, tmp_path / "calm", *given)
    out = tmp_path / "rough"
    arguments = [f"recipes/sft/{name}.yaml", *places(name, ready, out), *given, "logging_steps=1"]
    killed_after(out / "checkpoint-8", arguments)
    assert not (out / "train_results.json").exists()
    whole = max(out.glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]))
    # As if the kill had come while the next one was being written.
    torn = out / f"checkpoint-{steps - 1}"
    shutil.copytree(whole, torn)
    (torn / "trainer_state.json").write_text("{")
    rough = train(name, ready, out, *given)
    assert rough["global_step"] == calm["global_step"] == steps
    assert not torn.exists()
    # Steps 1 to 8 at least were not taken again: the log of the checkpoint goes on.
    assert losses(rough).keys() == losses(calm).keys() == set(range(1, steps + 1))
    assert losses(rough) == pytest.approx(losses(calm), abs=2e-2)
    log = [json.loads(line) for line in (out / "trainer_log.jsonl").read_text().splitlines()]
    assert [row["current_steps"] for row in log].count(4) == 1


@pytest.fixture(scope="module")
def adapter(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("adapter") / "out"
    train("toy_next_event_lora", ready, out, "max_steps=12", "learning_rate=0.01")
    return out


def test_a_merged_adapter_gives_the_same_logits(adapter: Path, tmp_path: Path) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForImageTextToText, AutoModelForVision2Seq, AutoProcessor

    merged = tmp_path / "merged"
    told = succeed("bash", "scripts/merge_lora.sh", WEIGHTS, adapter, merged, "--float32")
    assert "loads, runs" in told
    asked = question(AutoProcessor.from_pretrained(merged))
    base = AutoModelForImageTextToText.from_pretrained(WEIGHTS, dtype=torch.float32).eval()
    with torch.no_grad():
        untuned = base(**asked).logits
        wanted = PeftModel.from_pretrained(base, adapter).eval()(**asked).logits
        for kind in (AutoModelForImageTextToText, AutoModelForVision2Seq):
            model = kind.from_pretrained(merged, dtype=torch.float32).eval()
            assert type(model).__name__ == "Qwen2_5_VLForConditionalGeneration"
            assert (model(**asked).logits - wanted).abs().max() < 1e-4
    assert (untuned - wanted).abs().max() > 0.1, "the adapter changes nothing"


def test_a_merge_in_the_type_of_the_base_is_rounded_once(adapter: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file

    for name, options in (("whole", ["--float32"]), ("rounded", [])):
        succeed("bash", "scripts/merge_lora.sh", WEIGHTS, adapter, tmp_path / name, *options)
    whole, rounded = (load_file(tmp_path / f"{n}/model.safetensors") for n in ("whole", "rounded"))
    assert whole.keys() == rounded.keys()
    for key, weight in whole.items():
        assert weight.to(rounded[key].dtype).equal(rounded[key])


def question(processor: Any) -> Any:
    import numpy as np

    clip = np.random.default_rng(0).integers(0, 256, (8, 3, 56, 56), dtype=np.uint8)
    content = [{"type": "video"}, {"type": "text", "text": "What happens next?"}]
    text = processor.apply_chat_template(
        [{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True
    )
    return processor(text=[text], videos=[clip], return_tensors="pt")


def test_a_full_merge_folder_is_not_written_over(adapter: Path, tmp_path: Path) -> None:
    (tmp_path / "merged").mkdir()
    done = subprocess.run(
        ["bash", "scripts/merge_lora.sh", WEIGHTS, adapter, tmp_path / "merged"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "is there already" in done.stderr
