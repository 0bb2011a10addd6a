"""What LLaMA-Factory would fail at late, or train on in silence, is found before."""

import json
import shutil
from pathlib import Path
from typing import Any

import clips
import pytest
import sets
from typer.testing import CliRunner

from data_prep.check import check_recipe, load_recipe
from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.llamafactory import DATASET_INFO
from data_prep.manifest import read_manifest, write_manifest
from data_prep.records import Example

ROOT = Path(__file__).parents[1]
RECIPE = ROOT / "recipes/sft/toy_next_event_full.yaml"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sets.make_set(tmp_path_factory.mktemp("good"), count=2)


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "set"))


def found(folder: Path, **changes: Any) -> str:
    model = ROOT / "data_prep/tinymodel/weights"
    recipe = load_recipe(RECIPE, [f"dataset_dir={folder}", f"model_name_or_path={model}"])
    findings = check_recipe({**recipe, **changes})
    return "\n".join(f"{each.where}: {each.wrong} -> {each.fix}" for each in findings)


def test_a_sound_recipe_and_set_pass(folder: Path) -> None:
    assert found(folder) == ""


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"template": "qwen3_vl"}, "trained with qwen2_vl"),
        ({"template": None}, "trained with qwen2_vl"),
        ({"stage": "grpo"}, "no stage 'grpo'"),
        ({"dataset": "next_event_tran"}, "declares no set of this name"),
        ({"dataset": ""}, "names no data set"),
        ({"model_name_or_path": "runs/not_there"}, "there is no folder runs/not_there"),
        ({"deepspeed": "zero9.json"}, "there is no file zero9.json"),
        ({"streaming": True}, "no known length"),
        ({"cutoff_len": 45}, "may not fit into cutoff_len"),
    ],
)
def test_settings_that_would_not_train(folder: Path, changes: dict[str, Any], says: str) -> None:
    assert says in found(folder, **changes)


def edit_entry(folder: Path, **changes: Any) -> None:
    path = folder / DATASET_INFO
    entries = json.loads(path.read_text())
    entries["next_event_train"].update(changes)
    path.write_text(json.dumps(entries))


def test_a_set_without_the_system_tag_would_lose_rows(folder: Path) -> None:
    tags = json.loads((folder / DATASET_INFO).read_text())["next_event_train"]["tags"]
    del tags["system_tag"]
    edit_entry(folder, tags=tags)
    assert "tags without system_tag" in found(folder)


def test_the_openai_format_would_add_a_system_prompt(folder: Path) -> None:
    edit_entry(folder, formatting="openai")
    assert "formatting: sharegpt" in found(folder)


def replace_clip(folder: Path, name: str) -> Path:
    path = folder / "next_event_train.jsonl"
    rows = list(read_manifest(path, Example, made_by="build"))
    changed = [row.model_copy(update={"videos": [name]}) for row in rows[:1]]
    write_manifest(path, changed + rows[1:], settings={}, seed=0)
    return folder / name


def test_a_container_without_a_frame_count_is_refused(folder: Path) -> None:
    clips.write(replace_clip(folder, "context/clip.mkv"))
    assert "no frame count" in found(folder)


def test_a_header_that_promises_too_many_frames_is_refused(folder: Path) -> None:
    clips.write_stream_copy(replace_clip(folder, "context/copied.mp4"))
    assert "the header promises" in found(folder)


def test_a_missing_clip_is_named(folder: Path) -> None:
    replace_clip(folder, "context/gone.mp4")
    assert "context/gone.mp4" in found(folder)


def test_a_row_with_too_many_placeholders_is_named(folder: Path) -> None:
    path = folder / "next_event_train.jsonl"
    path.write_text(path.read_text().replace("<video>", "<video><video>", 1))
    assert "2 <video> tags for 1 videos" in found(folder)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["recipes/sft/not_there.yaml"], "no such recipe"),
        ([str(RECIPE), "cutoff_len"], "key=value"),
        ([str(RECIPE), "dataset=unknown_set"], "declares no set of this name"),
    ],
)
def test_the_command_line_says_what_is_wrong(arguments: list[str], says: str) -> None:
    result = CliRunner().invoke(app, ["check", *arguments])
    assert isinstance(result.exception, UserError)
    assert says in str(result.exception)


def test_a_recipe_must_be_a_mapping(tmp_path: Path) -> None:
    for text in ("- a\n- b\n", "", "a: [\n"):
        path = tmp_path / "recipe.yaml"
        path.write_text(text)
        with pytest.raises(UserError):
            load_recipe(path, [])
