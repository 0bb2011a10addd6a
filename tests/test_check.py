"""What LLaMA-Factory would fail at late, or train on in silence, is found without it, too."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import clips
import pytest
import sets
from PIL import Image
from typer.testing import CliRunner

from data_prep.builders.actions import build_inverse_dynamics
from data_prep.builders.making import Sides
from data_prep.builders.next_event import Form, build_next_event
from data_prep.checking import check_sft, llamafactory_host
from data_prep.checking.checked import Asked, Checked
from data_prep.checking.processors import NotAtHand
from data_prep.checking.recipes import kind_of, load_recipe
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


@pytest.fixture(autouse=True)
def _no_hosts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without LLaMA-Factory and without benchmark data."""

    def missing(*packages: str) -> None:
        raise NotAtHand(f"{packages[0]} is not installed here")

    monkeypatch.setattr(llamafactory_host, "installed", missing)
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path / "no benchmark"))


def checked(folder: Path, **changes: Any) -> Checked:
    model = ROOT / "data_prep/tinymodel/weights"
    recipe = load_recipe(RECIPE, [f"dataset_dir={folder}", f"model_name_or_path={model}"])
    result = Checked(RECIPE, kind_of(recipe))
    check_sft.check_sft({**recipe, **changes}, Asked(), result)
    return result


def found(folder: Path, **changes: Any) -> str:
    return "\n".join(
        f"{each.where}: {each.wrong} -> {each.fix}" for each in checked(folder, **changes).findings
    )


def test_a_sound_recipe_and_set_pass_and_what_was_not_looked_at_is_said(folder: Path) -> None:
    result = checked(folder)
    assert result.findings == []
    assert "unknown settings were not looked for: llamafactory is not" in result.notes[0]
    (lengths,) = result.lengths
    assert not lengths.exact
    assert lengths.why == "llamafactory is not installed here"


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
        ({"cutoff_len": "many"}, "'many' is no whole number"),
        ({"video_max_pixels": 10}, "the recipe's video settings are out of range"),
        ({"bf16": True, "use_cpu": None}, "bf16 is refused without a GPU"),
    ],
)
def test_settings_that_would_not_train(folder: Path, changes: dict[str, Any], says: str) -> None:
    if "bf16" in changes and any(Path("/dev").glob("nvidia[0-9]*")):
        pytest.skip("this machine has a GPU")
    assert says in found(folder, **changes)


def test_a_bound_from_above_warns_where_the_vision_tokens_alone_break(folder: Path) -> None:
    (first, *_) = checked(folder, cutoff_len=45).findings
    assert first.severity == "warns"
    (first, *_) = checked(folder, cutoff_len=2).findings
    assert first.severity == "breaks"


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


def test_a_declared_set_without_its_file_is_named(folder: Path) -> None:
    edit_entry(folder, file_name="gone.jsonl")
    assert "gone.jsonl: there is no such file" in found(folder)


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


def edit_row(folder: Path, **changes: Any) -> None:
    path = folder / "next_event_train.jsonl"
    first, *rest = path.read_text().splitlines()
    row = json.dumps({**json.loads(first), **changes})
    path.write_text("\n".join([row, *rest]) + "\n")


def turn(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


ASKED, ANSWERED = turn("user", "<video>What happens next?"), turn("assistant", "it stops")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"messages": [ASKED]}, "its roles are user:"),
        ({"messages": [ANSWERED, ASKED]}, "its roles are assistant, user"),
        ({"messages": [ASKED, ASKED, ANSWERED]}, "LLaMA-Factory leaves the row out"),
        ({"messages": [ASKED, ANSWERED, turn("system", "x")]}, "its roles are"),
        ({"messages": []}, "its roles are none"),
        ({"messages": "What?"}, "its roles are none"),
        ({"messages": ["What?", "it stops"]}, "they must be user, assistant in turn"),
        ({"messages": [ASKED, turn("assistant", " ")]}, "its answer is empty"),
        ({"messages": [turn("user", "What?"), ANSWERED]}, "0 <video> tags for 1 videos"),
        ({"videos": "context/clip0.mp4"}, "no list but str"),
        ({"videos": [7]}, "a video is named by int"),
    ],
)
def test_a_row_that_would_be_left_out_or_fail_is_named(
    folder: Path, changes: dict[str, Any], says: str
) -> None:
    edit_row(folder, **changes)
    assert says in found(folder)


def test_a_turn_of_the_system_first_is_in_order(folder: Path) -> None:
    edit_row(folder, messages=[turn("system", "Foresee."), ASKED, ANSWERED])
    assert found(folder) == ""


def test_a_row_of_preferences_needs_two_answers(folder: Path) -> None:
    columns = {"messages": "messages", "videos": "videos"}
    edit_entry(folder, ranking=True, columns={**columns, "chosen": "good", "rejected": "bad"})
    path = folder / "next_event_train.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        row |= {"messages": [ASKED], "good": ANSWERED, "bad": turn("assistant", "it goes on")}
    path.write_text("\n".join(map(json.dumps, rows)))
    assert found(folder) == ""
    edit_row(folder, bad=None)
    assert "two answers" in found(folder)


def test_a_row_with_too_many_placeholders_is_named(folder: Path) -> None:
    path = folder / "next_event_train.jsonl"
    path.write_text(path.read_text().replace("<video>", "<video><video>", 1))
    assert "2 <video> tags for 1 videos" in found(folder)


def test_a_broken_line_is_named_and_the_others_are_looked_at(folder: Path) -> None:
    path = folder / "next_event_train.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(['{"messages": [', "[]", *lines]) + "\n")
    replace_tags = path.read_text().replace("<video>", "", 1)
    path.write_text(replace_tags)
    told = found(folder)
    assert "line 1: is not JSON" in told
    assert "line 2: is not an object" in told
    assert "0 <video> tags for 1 videos" in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["recipes/sft/not_there.yaml"], "no such recipe"),
        ([str(RECIPE), "cutoff_len"], "key=value"),
        ([str(RECIPE), "=3"], "key=value"),
        ([str(RECIPE), "cutoff_len=[1"], "written in YAML"),
        (["cutoff_len=45"], "no recipe is named"),
        ([str(RECIPE), "--against", "gone.jsonl"], "no such manifest"),
        ([str(RECIPE), "--evaluation", str(RECIPE)], "this is no evaluation recipe"),
        (["recipes/sft/toy_next_event_ful.yaml"], "recipes/sft/toy_next_event_full.yaml"),
        (["recipes/vision.yaml"], "neither for LLaMA-Factory nor"),
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


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A set of lists of four frames, and one of pairs of pictures."""
    folder = tmp_path / "pictures"
    rows, pairs = [], []
    for at in range(6):
        names = [f"frames/v{at}/{i}.jpg" for i in range(4)]
        (folder / f"frames/v{at}").mkdir(parents=True)
        for number, name in enumerate(names):
            Image.fromarray(clips.bars(number, width=56, height=56)).save(folder / name)
        rows.append(sets.plain_split(folder, f"v{at}", context=names))
        pair = sets.plain_pair(folder, f"v{at}", before=names[0], after=names[3])
        pairs.append(pair)
    sides = Sides(0.0, seed=0)
    path = sets.write(folder / "splits.jsonl", rows)
    build_next_event(path, folder, horizons=[1], forms=[Form.OPEN], sides=sides)
    path = sets.write(folder / "pairs.jsonl", pairs)
    build_inverse_dynamics(path, folder, forms=[Form.OPEN], sides=sides)
    return folder


BOTH = "next_event_train,inverse_dynamics_train"


def test_sets_of_frames_and_of_pictures_pass(pictures: Path) -> None:
    assert found(pictures, dataset=BOTH) == ""


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: path.unlink(), "there is no file"),
        (lambda path: path.write_bytes(path.read_bytes()[:200]), "cannot be read"),
        (lambda path: path.write_text("no picture"), "cannot be read"),
        (lambda path: Image.new("RGB", (84, 56)).save(path), "frames of different sizes"),
        (lambda path: Image.new("RGB", (56, 56)).save(path, "BMP"), "is a BMP file"),
    ],
)
def test_a_frame_that_cannot_be_used_is_named(
    pictures: Path, spoil: Callable[[Path], object], says: str
) -> None:
    spoil(pictures / "frames/v2/1.jpg")
    assert says in found(pictures)
    spoil(pictures / "frames/v3/0.jpg")
    told = found(pictures, dataset="inverse_dynamics_train")
    assert says in told or says == "frames of different sizes"


def test_the_trainers_limit_of_frames_does_not_hold_for_lists(pictures: Path) -> None:
    assert "4 frames, but video_maxlen is 2" in found(pictures, video_maxlen=2)


def test_frames_and_pictures_count_as_tokens(pictures: Path) -> None:
    assert "8 vision tokens" in found(pictures, cutoff_len=10)
    assert "8 vision tokens" in found(pictures, cutoff_len=10, dataset="inverse_dynamics_train")


def test_a_set_of_pictures_needs_a_column_for_them(pictures: Path) -> None:
    path = pictures / DATASET_INFO
    entries = json.loads(path.read_text())
    columns = {"messages": "messages", "videos": "videos"}
    entries["inverse_dynamics_train"]["columns"] = columns
    path.write_text(json.dumps(entries))
    assert "no column for the images" in found(pictures, dataset="inverse_dynamics_train")


def test_clips_and_lists_of_frames_in_one_set_are_refused(pictures: Path, folder: Path) -> None:
    clip = next((folder / "context").glob("*.mp4"))
    shutil.copy(clip, pictures / "clip.mp4")
    path = pictures / "next_event_train.jsonl"
    rows = list(read_manifest(path, Example, made_by="build"))
    rows[0] = rows[0].model_copy(update={"videos": ["clip.mp4"]})
    write_manifest(path, rows, settings={}, seed=0)
    assert "rows with clips and rows with lists of frames" in found(pictures)
