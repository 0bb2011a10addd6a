"""The rehearsal of GRPO: what it takes of a recipe, what it refuses, and that the reward rises."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_e2e import ROOT, succeed
from typer.testing import CliRunner

from data_prep.checking.grpo import check_settings, flat
from data_prep.checking.recipes import override
from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.rehearsal.curve import draw, rise
from data_prep.rehearsal.rows import read_rows
from data_prep.rehearsal.settings import Settings, settings_of
from reward_fns.compose import Weights

RECIPE = "recipes/rehearsal/toy_futurebench.yaml"


def recipe(*overrides: str) -> dict[str, Any]:
    return override(yaml.safe_load((ROOT / RECIPE).read_text()), overrides)


def rows_of(folder: Path, *rows: dict[str, Any], form: Path | None = None) -> Settings:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    told = f"data.format_prompt={form}" if form else "data.format_prompt=null"
    return settings_of(recipe(f"data.train_files={path}", told))


def frames(folder: Path, *names: str) -> list[str]:
    for name in names:
        (folder / name).touch()
    return [str(folder / name) for name in names]


def test_what_is_rehearsed_is_what_the_recipe_says() -> None:
    found = settings_of(
        recipe(
            "data.rollout_batch_size=16",
            "worker.rollout.n=4",
            "worker.actor.ppo_epochs=2",
            "worker.actor.loss_avg_mode=token",
            "worker.actor.clip_ratio_high=0.28",
            "worker.reward.reward_function_kwargs={accuracy: 0.5, form: 0.5}",
        )
    )
    assert (found.prompts, found.answers, found.batches, found.repeats) == (16, 4, 2, 2)
    assert (found.loss, found.clip) == ("bnpo", (0.2, 0.28))
    assert found.weights == Weights(accuracy=0.5, form=0.5)
    assert found.rate == 3e-4
    assert found.freeze_vision


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ("algorithm.disable_kl=false", "algorithm.disable_kl"),
        ("algorithm.adv_estimator=rloo", "algorithm.adv_estimator"),
        ("algorithm.online_filtering=true", "algorithm.online_filtering"),
        ("worker.actor.loss_type=gspo", "worker.actor.loss_type"),
        ("worker.actor.model.lora.rank=8", "worker.actor.model.lora.rank"),
        ("worker.actor.optim.lr_warmup_ratio=0.1", "lr_scheduler_type"),
        ("worker.reward.reward_function=mine.py:score", "our own reward only"),
        ("worker.reward.reward_function_kwargs.judge_url=http://x", "a judge is not rehearsed"),
        ("worker.reward.reward_function_kwargs={accuracy: 0, form: 0}", "not weights"),
    ],
)
def test_what_a_rehearsal_leaves_out_is_refused(change: str, wrong: str) -> None:
    with pytest.raises(UserError, match=wrong):
        settings_of(recipe(change))


def test_frames_become_pictures_where_their_mark_stands(tmp_path: Path) -> None:
    names = frames(tmp_path, "0.jpg", "1.jpg", "2.jpg")
    truth = {"answer": "A", "options": ["it stops", "it runs"]}
    (tmp_path / "form.jinja").write_text("{{ content | trim }} Think.\n")
    told = rows_of(
        tmp_path,
        {"prompt": "<video>What happens next?", "videos": [names], "answer": json.dumps(truth)},
        {"prompt": "From <image> to <image>?", "images": names[:2], "answer": truth},
        form=tmp_path / "form.jinja",
    )
    first, second = read_rows(told)
    (turn,) = first["prompt"]
    assert [part["type"] for part in turn["content"]] == ["image"] * 3 + ["text"]
    assert turn["content"][-1]["text"] == "What happens next? Think."
    assert first["images"] == names
    parts = [part["text"] or part["type"] for part in second["prompt"][0]["content"]]
    assert parts == ["From ", "image", " to ", "image", "? Think."]
    assert json.loads(first["answer"]) == json.loads(second["answer"]) == truth


def test_a_video_is_never_handed_to_trl(tmp_path: Path) -> None:
    row = {"prompt": "<video>What?", "videos": ["clip.mp4"], "answer": "A"}
    with pytest.raises(UserError, match=r"(?s)TRL drops videos.*carrier frames"):
        list(read_rows(rows_of(tmp_path, row)))


@pytest.mark.parametrize(
    ("prompt", "names", "wrong"),
    [
        ("What?", ["0.jpg"], "another number of marks"),
        ("<video><video>What?", ["0.jpg"], "another number of marks"),
        ("<video>What?", ["gone.jpg"], "no such picture"),
    ],
)
def test_rows_that_do_not_fit_their_pictures_are_refused(
    tmp_path: Path, prompt: str, names: list[str], wrong: str
) -> None:
    frames(tmp_path, "0.jpg")
    row = {"prompt": prompt, "videos": [[str(tmp_path / name) for name in names]], "answer": "A"}
    with pytest.raises(UserError, match=wrong):
        list(read_rows(rows_of(tmp_path, row)))


def test_a_rise_is_told_from_luck() -> None:
    rng = random.Random(0)
    noise = [rng.gauss(0.5, 0.1) for _ in range(60)]
    assert not rise(noise).beyond_luck
    rising = [value + 0.005 * number for number, value in enumerate(noise)]
    assert rise(rising).beyond_luck
    assert rise(rising).last > rise(rising).first + 0.1
    with pytest.raises(ValueError, match="tell no rise"):
        rise([0.1, 0.2, 0.3])


@pytest.mark.parametrize("count", [1, 19, 20, 21, 60, 1000])
def test_a_curve_has_at_most_twenty_lines_and_all_rollouts(count: int) -> None:
    lines = draw([0.5] * count)
    assert len(lines) <= 20
    assert lines[-1].split()[0].endswith(f"-{count}")
    assert all(line.split()[1:] == ["0.500", "#" * 20] for line in lines)


def test_the_recipe_is_in_order_but_for_what_the_script_makes_first() -> None:
    wrong = [found for found in check_settings(dict(flat(recipe()))) if found.severity == "breaks"]
    made = ("train_files", "val_files", "model_path")
    assert not [found for found in wrong if not found.where.endswith(made)]


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (["recipes/sft/toy_mix_full.yaml"], "only a GRPO recipe is rehearsed"),
        ([RECIPE, "data.train_files=none.jsonl"], "would not train as it should"),
        ([RECIPE, "data.rollouts=3"], "would not train as it should"),
    ],
)
def test_wrong_inputs_are_named(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], wrong: str
) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(app, ["rehearse", *arguments])
    assert isinstance(result.exception, UserError)
    assert wrong in str(result.exception)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_reward_rises_beyond_luck(tmp_path: Path) -> None:
    # The script works in the repository's own data and runs, which are not under version control.
    told = succeed(
        *("bash", "scripts/rehearse_grpo.sh"),
        f"trainer.save_checkpoint_path={tmp_path}",
        OMP_NUM_THREADS="2",
    )
    assert "a rehearsal, not a training" in told
    rewards = [json.loads(line)["reward"] for line in (tmp_path / "rewards.jsonl").open()]
    assert len(rewards) == recipe()["trainer"]["max_steps"]
    assert rise(rewards).beyond_luck, told
    assert rise(rewards).last > rise(rewards).first + 0.08, told
