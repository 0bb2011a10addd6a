"""One planted fault of every kind is found, and sound recipes have no finding."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import clips
import pytest
import sets
import yaml

from data_prep import check
from data_prep.check import Asked, check_recipe
from data_prep.checking.checked import Checked
from data_prep.llamafactory import DATASET_INFO
from data_prep.manifest import write_manifest
from data_prep.records import ForesightItem, Question

ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "data_prep/tinymodel/weights"


@dataclass
class Place:
    """Sound recipes of the three kinds, their data, and the settings that name it."""

    root: Path
    versions: dict[str, str] = field(default_factory=dict)
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def change(self, kind: str, **settings: Any) -> None:
        self.changes.setdefault(kind, {}).update(settings)

    def rows(self, name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.root / name).read_text().splitlines()]

    def edit(self, name: str, **columns: Any) -> None:
        first, *rest = self.rows(name)
        lines = [json.dumps(row) for row in ({**first, **columns}, *rest)]
        (self.root / name).write_text("\n".join(lines) + "\n")

    def check(self, kind: str, against: tuple[Path, ...] = ()) -> Checked:
        recipe = yaml.safe_load(RECIPES[kind].read_text())
        for key, value in {**self.settings(kind), **self.changes.get(kind, {})}.items():
            *groups, name = key.split("__")
            place = recipe
            for group in groups:
                place = place[group]
            place[name] = value
        path = self.root / "recipe" / RECIPES[kind].name
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(recipe))
        evaluation = self.root / "toy.yaml"
        evaluation.write_text(RECIPES["evaluation"].read_text())
        return check_recipe(path, Asked(evaluation=evaluation, against=against))

    def settings(self, kind: str) -> dict[str, Any]:
        if kind == "evaluation":
            return {}
        if kind == "sft":
            return {
                "dataset_dir": str(self.root),
                "model_name_or_path": str(WEIGHTS),
                "output_dir": str(self.root / "out"),
            }
        return {
            "data__train_files": str(self.root / "easyr1_train.jsonl"),
            "data__val_files": str(self.root / "easyr1_test.jsonl"),
            "data__image_dir": str(self.root),
            "data__rollout_batch_size": 4,
            "data__video_fps": 4.0,
            "data__min_pixels": 3136,
            "data__max_pixels": 3136,
            "worker__actor__global_batch_size": 4,
            "worker__actor__model__model_path": str(WEIGHTS),
        }


RECIPES = {
    "sft": ROOT / "recipes/sft/toy_next_event_full.yaml",
    "grpo": ROOT / "recipes/grpo/qwen2_5_vl_3b_futurebench.yaml",
    "evaluation": ROOT / "recipes/eval/toy.yaml",
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = sets.make_set(tmp_path_factory.mktemp("sound"), count=2)
    rows = [json.loads(line) for line in (folder / "next_event_train.jsonl").open()]
    for side, video in (("train", rows[0]["videos"][0]), ("test", "test.mp4")):
        answer = json.dumps({"answer": "it stops", "video_id": f"{side} 1"})
        row = {"prompt": "<video>What follows?", "answer": answer, "videos": [video]}
        text = "".join(json.dumps(row) + "\n" for _ in range(4))
        (folder / f"easyr1_{side}.jsonl").write_text(text)
    toy_clip(folder / "test.mp4", 100)
    benchmark = folder / "benchmark"
    benchmark.mkdir()
    for number, name in enumerate(("video", "context", "future")):
        toy_clip(benchmark / f"{name}.mp4", 120 + 40 * number)
    choice: dict[str, Any] = {"id": "q1", "video_id": "v1", "options": ["stops", "moves"]}
    choice |= {"answer": "A", "kind": "hop1"}
    question = Question(**choice, video="video.mp4", question="What follows?")
    item = ForesightItem(**choice, context="context.mp4", future="future.mp4")
    other = question.model_copy(update={"id": "q2", "video": "other.mp4"})
    toy_clip(benchmark / "other.mp4", 60)
    write_manifest(benchmark / "futurebench.jsonl", [question, other], settings={}, seed=0)
    write_manifest(benchmark / "videoreason.jsonl", [item], settings={}, seed=0)
    return folder


def toy_clip(path: Path, first: int) -> None:
    images = [clips.bars(first + at, width=56, height=56) for at in range(8)]
    clips.write(path, images=images, fps=4)


@pytest.fixture
def place(sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    root = Path(shutil.copytree(sound, tmp_path / "set"))
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("VIDEOREASON_DATA", str(root / "benchmark"))
    place = Place(root)
    here = check.installed_versions()
    monkeypatch.setattr(check, "installed_versions", lambda *_: {**here, **place.versions})
    return place


@pytest.mark.parametrize("kind", RECIPES)
def test_a_sound_recipe_has_no_finding(place: Place, kind: str) -> None:
    checked = place.check(kind)
    assert checked.findings == []
    assert all(lengths.exact for lengths in checked.lengths)
    assert checked.sights is not None


def test_test_data_without_our_videos_is_no_finding(place: Place) -> None:
    benchmark = (place.root / "benchmark/futurebench.jsonl", place.root / "easyr1_test.jsonl")
    for kind in ("sft", "grpo"):
        assert place.check(kind, benchmark).findings == []


def without_system_tag(place: Place) -> None:
    path = place.root / DATASET_INFO
    entries = json.loads(path.read_text())
    del entries["next_event_train"]["tags"]["system_tag"]
    path.write_text(json.dumps(entries))


def two_kinds_of_media(place: Place) -> None:
    place.edit("next_event_train.jsonl", videos=[["0.jpg", "1.jpg"]])


def promising_header(name: str) -> Callable[[Place], None]:
    def plant(place: Place) -> None:
        clips.write_stream_copy(place.root / "copied.mp4")
        place.edit(name, videos=["copied.mp4"])

    return plant


def one_role_twice(place: Place) -> None:
    turn = {"role": "user", "content": "<video>What?"}
    place.edit("next_event_train.jsonl", messages=[turn, {**turn, "content": "it stops"}])


def two_modalities(place: Place) -> None:
    place.edit("easyr1_train.jsonl", images=[])


def damaged_benchmark(place: Place) -> None:
    path = place.root / "benchmark/video.mp4"
    path.write_bytes(path.read_bytes()[:-400])


def missing_benchmark(name: str) -> Callable[[Place], None]:
    return lambda place: (place.root / f"benchmark/{name}.mp4").unlink()


def other_frames(place: Place) -> None:
    images = [clips.bars(at, width=56, height=56) for at in range(7)]
    clips.write(place.root / "odd.mp4", images=images, fps=4)
    place.edit("next_event_train.jsonl", videos=["odd.mp4"])


def common_recording(place: Place) -> None:
    row = place.rows("next_event_train.jsonl")[0]
    place.edit("benchmark/futurebench.jsonl", video_id=row["video_id"])


def common_file(place: Place) -> None:
    row = place.rows("next_event_train.jsonl")[0]
    shutil.copy(place.root / row["videos"][0], place.root / "benchmark/video.mp4")


def of(kind: str, **settings: Any) -> Callable[[Place], None]:
    return lambda place: place.change(kind, **settings)


def row_of(name: str, **columns: Any) -> Callable[[Place], None]:
    return lambda place: place.edit(name, **columns)


def version(name: str, number: str) -> Callable[[Place], None]:
    return lambda place: place.versions.update({name: number})


SFT_ROWS, GRPO_ROWS = "next_event_train.jsonl", "easyr1_train.jsonl"
BUDGETLESS = f"pretrained={WEIGHTS},min_pixels=3136,max_pixels=3136,max_num_frames=16"
FAULTS: dict[str, tuple[str, Callable[[Place], None], str]] = {
    "unknown key": ("sft", of("sft", video_max_frames=3), "knows no such setting"),
    "refused value": (
        "sft",
        of("sft", adapter_name_or_path="x", finetuning_type="full"),
        "Adapter is only valid",
    ),
    "data set not declared": ("sft", of("sft", dataset="nothing"), "declares no set of this name"),
    "undeclared tag": ("sft", without_system_tag, "tags without system_tag"),
    "placeholders": ("sft", row_of(SFT_ROWS, videos=[]), "1 <video> tags for 0 videos"),
    "roles": ("sft", one_role_twice, "LLaMA-Factory leaves the row out"),
    "two kinds of media": ("sft", two_kinds_of_media, "rows with clips and rows with lists"),
    "header": ("sft", promising_header(SFT_ROWS), "the header promises"),
    "missing clip": ("sft", row_of(SFT_ROWS, videos=["gone.mp4"]), "there is no file"),
    "too many tokens": ("sft", of("sft", cutoff_len=30), "tokens for cutoff_len 30"),
    "other frames in evaluation": ("sft", other_frames, "1 of 3 clips look different"),
    "other rate in evaluation": ("sft", of("sft", video_fps=2.0), "of 2 clips look different"),
    "recording in the test": ("sft", common_recording, "1 recordings of the training set"),
    "file in the test": ("sft", common_file, "1 training files are the same, byte by byte"),
    "versions for SFT": ("sft", version("transformers", "5.6.0"), "saved by version 5"),
    "torch and its partners": ("sft", version("torchaudio", "2.8.0"), "not of one build"),
    "unknown key of EasyR1": ("grpo", of("grpo", data__max_pixel=3), "knows no such setting"),
    "key of an older EasyR1": ("grpo", of("grpo", trainer__total_episodes=3), "older version"),
    "path that would be none": (
        "grpo",
        of("grpo", data__format_prompt="gone.jinja"),
        "would go on without it",
    ),
    "sizes that do not divide": (
        "grpo",
        of("grpo", worker__actor__global_batch_size=3),
        "is no multiple of",
    ),
    "two modalities": ("grpo", two_modalities, "rows of 2 kinds"),
    "placeholders of EasyR1": ("grpo", row_of(GRPO_ROWS, videos=[]), "1 <video> tags for 0"),
    "header for EasyR1": ("grpo", promising_header(GRPO_ROWS), "the header promises"),
    "too long a prompt": ("grpo", of("grpo", data__max_prompt_length=90), "leave it out"),
    "other pixels in evaluation": (
        "grpo",
        of("grpo", data__min_pixels=12544, data__max_pixels=12544),
        "look different",
    ),
    "versions for GRPO": ("grpo", version("omegaconf", "2.4.0"), "configuration classes"),
    "unknown key of lmms-eval": ("evaluation", of("evaluation", limits=3), "no such setting"),
    "unknown argument of a model": (
        "evaluation",
        of("evaluation", model_args=f"{BUDGETLESS},fps=4,max_frames=3"),
        "takes no such argument",
    ),
    "unknown model": ("evaluation", of("evaluation", model="qwen9"), "lmms-eval knows no 'qwen9'"),
    "unknown task": ("evaluation", of("evaluation", tasks="futurebench_x"), "knows no such task"),
    "no budget": ("evaluation", of("evaluation", model_args=BUDGETLESS), "fps: is not set"),
    "more frames than told": (
        "evaluation",
        of("evaluation", model_args=f"{BUDGETLESS},fps=4".replace("=16", "=4")),
        "lmms-eval goes by the rate alone",
    ),
    "damaged benchmark": ("evaluation", damaged_benchmark, "cannot be read"),
    "missing question": ("evaluation", missing_benchmark("video"), "there is no file"),
    "missing item": ("evaluation", missing_benchmark("future"), "there is no file"),
    "reader of videos": ("evaluation", version("av", "16.0.0"), "takes no later one"),
}
# Worth knowing, but no reason not to train.
WARNS = {
    *("other frames in evaluation", "other rate in evaluation", "other pixels in evaluation"),
    *("recording in the test", "file in the test", "no budget", "more frames than told"),
    "missing question",
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(place: Place, name: str) -> None:
    kind, plant, says = FAULTS[name]
    plant(place)
    checked = place.check(kind)
    found = [each for each in checked.findings if says in f"{each.where}: {each.wrong}"]
    assert found, checked.findings
    assert {each.severity for each in found} == {"warns" if name in WARNS else "breaks"}
    assert checked.breaks == (name not in WARNS)
    assert all(each.fix for each in checked.findings)


@pytest.mark.parametrize("plant", [common_recording, common_file])
def test_videos_of_test_data_that_is_named_break_the_check(
    place: Place, plant: Callable[[Place], None]
) -> None:
    plant(place)
    checked = place.check("sft", (place.root / "benchmark/futurebench.jsonl",))
    assert [found.severity for found in checked.findings] == ["breaks"]
    assert checked.findings[0].where in {"video_id", "media"}
