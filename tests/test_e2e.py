"""The whole path through the real command lines, as a user types it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RECIPE = "recipes/sft/toy_next_event_full.yaml"

pytestmark = pytest.mark.e2e


def type_in(
    *command: str | Path, data: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        **variables,
    }
    if data is not None:
        environment["VIDEOREASON_DATA"] = str(data)
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def succeed(*command: str | Path, data: Path | None = None, **variables: str) -> str:
    done = type_in(*command, data=data, **variables)
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def prep(*arguments: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "data_prep", *arguments]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("world")
    succeed(*prep("toyworld", "--clips", "160"), data=out)
    return out


@pytest.fixture(scope="module")
def tuned(world: Path) -> Path:
    """A model that llamafactory-cli trained for two steps on the set built from the toy world."""
    data, out = world / "set", world / "tuned"
    clips = world / "train/clips.jsonl"
    succeed(*prep("split", clips, "--out", data, "--vision", "recipes/vision.yaml:toy"))
    succeed(*prep("build", "next-event", data / "splits.jsonl", "--horizon", "1"))
    arguments = [f"dataset_dir={data}", f"output_dir={out}", "max_steps=2"]
    succeed("bash", "scripts/train_sft.sh", RECIPE, *arguments)
    return out


def test_training_changes_the_language_model_and_nothing_else(tuned: Path) -> None:
    from safetensors.torch import load_file

    from data_prep.tinymodel import WEIGHTS

    before, after = (load_file(f / "model.safetensors") for f in (WEIGHTS, tuned))
    assert before.keys() == after.keys()
    changed = {name for name in before if not before[name].float().equal(after[name].float())}
    assert changed
    assert not any(name.startswith("visual.") for name in changed)


def test_lmms_eval_scores_the_tuned_model(world: Path, tuned: Path, tmp_path: Path) -> None:
    succeed(
        "bash",
        "scripts/evaluate.sh",
        tuned,
        tmp_path,
        *("--limit", "4"),
        data=world,
        VISION="recipes/vision.yaml:toy",
        BATCH="4",
    )
    (results,) = tmp_path.rglob("*_results.json")
    scores = json.loads(results.read_text())["results"]
    assert set(scores) >= {"futurebench_direct", "videoreason_future", "videoreason_retention"}
    numbers = tmp_path / "table.json"
    table = succeed(sys.executable, "-m", "lmms_tasks.table", f"m={tmp_path}", "--json", numbers)
    assert "FutureBench" in table or "futurebench" in table
    assert numbers.is_file()


def test_an_unknown_data_set_stops_before_training(world: Path) -> None:
    done = type_in("bash", "scripts/train_sft.sh", RECIPE, "dataset=nope", f"dataset_dir={world}")
    assert done.returncode == 1
    assert "dataset: nope" in done.stdout
    assert "would break: 1 that break" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["scripts/train_sft.sh", "recipes/sft/missing.yaml"], "no such recipe"),
        (["scripts/evaluate.sh", "scripts/missing", "OUT"], "no model folder scripts/missing"),
    ],
)
def test_a_script_that_fails_exits_with_1(
    world: Path, tmp_path: Path, arguments: list[str], says: str
) -> None:
    named = [str(tmp_path) if part == "OUT" else part for part in arguments]
    done = type_in("bash", *named, data=world)
    assert done.returncode == 1
    assert says in done.stderr


def test_an_empty_folder_and_a_path_outside_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = type_in(*prep("split", tmp_path / "empty", "--out", tmp_path / "out"))
    assert done.returncode == 1
    assert str(tmp_path / "empty") in done.stderr
    row = {
        **{"id": "x", "video": "../x.mp4", "source": "s", "license": "l", "duration": 1, "fps": 1},
        **{"width": 56, "height": 56, "frames": 1, "sha256": "0"},
    }
    (tmp_path / "clips.jsonl").write_text(json.dumps(row) + "\n")
    done = type_in(*prep("split", tmp_path / "clips.jsonl", "--out", tmp_path / "out"))
    assert done.returncode == 1
    assert "below its own folder" in done.stderr
