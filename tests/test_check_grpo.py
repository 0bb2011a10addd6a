"""Tests of the check of GRPO recipes: planted faults are found, our own recipes are clean."""

import json
import os
from pathlib import Path
from typing import Any

import clips
import pytest
import yaml

from data_prep.checking import check_grpo, qwen_host
from data_prep.checking.checked import Asked, Checked
from data_prep.checking.easyr1_probe import probe
from data_prep.checking.processors import NotAtHand
from data_prep.checking.recipes import kind_of, load_recipe
from data_prep.errors import UserError
from data_prep.vision import load_budget

ROOT = Path(__file__).parents[1]
RECIPES = sorted((ROOT / "recipes/grpo").glob("*.yaml"))
VIDEO = ROOT / "recipes/grpo/qwen2_5_vl_7b_futurebench.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("easyr1")
    (root / "context").mkdir()
    for number in range(4):
        # Each side has clips of its own.
        images = [clips.bars(number * 16 + frame, width=56, height=56) for frame in range(8)]
        clips.write(root / f"context/{number}.mp4", images=images, fps=2)
    write(root / "train.jsonl", [video_row(number) for number in range(16)])
    test = [video_row(number) | {"videos": [f"context/{2 + number % 2}.mp4"]} for number in (0, 1)]
    write(root / "test.jsonl", test)
    return root


def video_row(number: int) -> dict[str, Any]:
    answer = {"answer": "B", "options": ["it stops", "it moves"], "task": "next_event"}
    return {
        "prompt": "<video>What happens next?\nA. it stops\nB. it moves",
        "answer": json.dumps(answer),
        "videos": [f"context/{number % 2}.mp4"],
    }


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def places(folder: Path, **files: Path) -> list[str]:
    named = {"train": folder / "train.jsonl", "test": folder / "test.jsonl", **files}
    return [
        f"data.train_files={named['train']}",
        f"data.val_files={named['test']}",
        f"data.image_dir={folder}",
        "worker.actor.model.model_path=data_prep/tinymodel/weights",
    ]


def checked(recipe: Path, *overrides: str) -> Checked:
    settings = load_recipe(recipe, overrides)
    result = Checked(recipe, kind_of(settings))
    check_grpo.check_grpo(settings, Asked(), result)
    return result


def found(recipe: Path, *overrides: str) -> list[str]:
    return [
        f"{finding.where}: {finding.wrong} -> {finding.fix}"
        for finding in checked(recipe, *overrides).findings
    ]


@pytest.fixture(autouse=True)
def _no_hosts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The root of a machine without the model's processor and without benchmark data."""

    def missing(*_: str, **__: bool) -> Path:
        raise NotAtHand("not on this machine")

    monkeypatch.setattr(check_grpo, "processor_folder", missing)
    monkeypatch.setattr(qwen_host, "installed", missing)
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path / "no benchmark"))
    monkeypatch.chdir(ROOT)


def test_a_sound_recipe_gives_no_finding(folder: Path) -> None:
    result = checked(VIDEO, *places(folder))
    assert result.findings == []
    assert [(each.exact, each.why) for each in result.lengths] == [
        (False, "not on this machine")
    ] * 2


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.name)
def test_our_recipes_lack_nothing_but_the_users_data(recipe: Path) -> None:
    assert kind_of(load_recipe(recipe, [])) == "grpo"
    assert {line.split(":")[0] for line in found(recipe)} == {
        "data.train_files",
        "data.val_files",
        "data.image_dir",
    }


FORMER = [
    "trainer.total_episodes=3",
    "trainer.remove_previous_ckpt=true",
    "worker.actor.entropy_coeff=0.001",
    "worker.actor.kl_loss_coef=0.01",
    "worker.actor.kl_loss_type=low_var_kl",
    "worker.actor.ulysses_sequence_parallel_size=2",
    "worker.reward.reward_type=function",
    "worker.reward.compute_score=math",
    "data.system_prompt=think",
]


@pytest.mark.parametrize("setting", FORMER)
def test_a_name_of_an_older_version_is_told_with_todays(folder: Path, setting: str) -> None:
    (line,) = found(VIDEO, *places(folder), setting)
    assert line.startswith(setting.split("=", maxsplit=1)[0])
    assert "today:" in line


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("worker.actor.use_kl_loss=true", "algorithm.use_kl_loss"),
        ("data.max_pixel=3", "knows no such setting -> perhaps data.max_pixels"),
        ("worker.rollout.lr=1", "perhaps worker.actor.optim.lr"),
        ("data.train_files=", "names no file"),
        ("data.val_files=gone.jsonl", "there is no file gone.jsonl"),
        ("data.train_files=~/rows.jsonl", "does not expand ~"),
        ("data.format_prompt=gone.jinja", "would go on without it"),
        ("data.image_dir=gone", "would go on without it"),
        ("worker.reward.reward_function=gone.py:score", "would go on without it"),
        ("worker.reward.reward_function=null", "no reward"),
        ("worker.actor.model.model_path=runs/gone", "there is no folder runs/gone"),
        ("worker.actor.global_batch_size=5", "is no multiple of"),
        ("worker.actor.micro_batch_size_per_device_for_experience=3", "are no multiple of 3"),
        ("trainer.n_gpus_per_node=3", "are no multiple of"),
        ("data.max_response_length=9000", "less than prompt and response together"),
        ("algorithm.adv_estimator=tgrpo", "knows no 'tgrpo'"),
        ("worker.rollout.n=1", "two answers at least"),
        ("trainer.logger=console", "takes a list only"),
        ("data.filter_overlong_prompts_workers=1", "hangs for ever"),
        ("data.filter_overlong_prompts=false", "cut inside its video tokens"),
        ("data.max_pixels=null", "made for single images"),
        ("worker.actor.model.trust_remote_code=true", "runs code that comes with the model"),
        ("data.max_prompt_length=100", "EasyR1 would leave it out"),
        ("data.rollout_batch_size=32", "do not fill one batch of 32"),
        ("data.rollout_batch_size=many", "'many' is no whole number above 0"),
        ("worker.actor.global_batch_size=0", "0 is no whole number above 0"),
        ("data.min_pixels=20000", "is more than data.max_pixels"),
        ("worker.rollout.max_model_len=2000", "2000 is less than prompt and response together"),
        ("worker.actor.ulysses_size=3", "8 GPUs are no multiple of it"),
        ("worker.actor.fsdp.enable_cpu_offload=true", "together with gradient accumulation"),
    ],
)
def test_a_planted_fault_is_found(folder: Path, setting: str, says: str) -> None:
    lines = found(VIDEO, *places(folder), setting)
    assert any(says in line for line in lines), lines


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"prompt": "What happens next?"}, "0 <video> tags for 1 videos"),
        ({"prompt": "<video><video>What?"}, "2 <video> tags for 1 videos"),
        ({"prompt": ["<video>What?"]}, "its prompt is no text but list"),
        ({"videos": "context/0.mp4"}, "no list but str"),
        ({"videos": ["context/gone.mp4"]}, "there is no file"),
        ({"videos": [["a.jpg"]]}, "EasyR1 joins no folder"),
        ({"answer": ""}, "no answer to be scored against"),
        ({"answer": ["A"]}, "arrives as an array"),
        ({"images": []}, "rows of 2 kinds"),
        ({"videos": [7]}, "a video is named by no path"),
        ({"videos": ["context/copied.mp4"]}, "the header promises"),
        ({"videos": ["context/3.mp4"]}, "are the same, byte by byte, as files of"),
    ],
)
def test_a_bad_row_is_found(
    folder: Path, tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    if not (folder / "context/copied.mp4").is_file():
        clips.write_stream_copy(folder / "context/copied.mp4")
    rows = [video_row(number) for number in range(16)]
    rows[7] |= change
    lines = found(VIDEO, *places(folder, train=write(tmp_path / "rows.jsonl", rows)))
    assert any(says in line for line in lines), lines


def test_a_row_that_is_no_json_is_named_by_its_line(folder: Path, tmp_path: Path) -> None:
    path = write(tmp_path / "rows.jsonl", [video_row(number) for number in range(16)])
    path.write_text(path.read_text() + '{"prompt": "cut o\n')
    (line,) = found(VIDEO, *places(folder, train=path))
    assert "line 17: is not JSON" in line


def test_recipes_hold_to_the_vision_budget_and_it_fits_into_the_prompt() -> None:
    budget = load_budget("recipes/vision.yaml:qwen2_5_vl")
    for recipe in RECIPES:
        settings = yaml.safe_load(recipe.read_text())["data"]
        assert settings["video_fps"] == budget.fps
        assert (settings["min_pixels"], settings["max_pixels"]) == (
            budget.min_pixels,
            budget.max_pixels,
        )
        assert settings["filter_overlong_prompts_workers"] >= 2
        if "inverse_dynamics" not in recipe.name:
            tokens = budget.tokens(budget.max_frames, 28, 28) * (budget.max_pixels // 28**2)
            assert tokens < settings["max_prompt_length"] - 512


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.name)
def test_recipes_open_with_what_a_reader_needs(recipe: Path) -> None:
    header = recipe.read_text().split("\ndata:")[0]
    for word in ("# Before:", "# Launch:", "# Override:", "# Hardware:", "# Checked:", recipe.name):
        assert word in header


def test_a_folder_that_is_not_easyr1_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not EasyR1's source folder"):
        probe(tmp_path, VIDEO, [])


@pytest.mark.skipif("EASYR1" not in os.environ, reason="EASYR1 names no source folder of EasyR1")
@pytest.mark.parametrize("recipe", [r for r in RECIPES if "inverse" not in r.name], ids=str)
def test_easyr1_takes_the_recipe_and_its_first_batch(folder: Path, recipe: Path) -> None:
    findings, told = probe(Path(os.environ["EASYR1"]), recipe, places(folder))
    assert findings == []
    assert "1 batches of 16x2048" in told


@pytest.mark.skipif("EASYR1" not in os.environ, reason="EASYR1 names no source folder of EasyR1")
def test_easyr1_agrees_that_a_setting_is_unknown(folder: Path) -> None:
    findings, _ = probe(Path(os.environ["EASYR1"]), VIDEO, [*places(folder), *FORMER[:1]])
    assert "total_episodes" in findings[0].wrong
