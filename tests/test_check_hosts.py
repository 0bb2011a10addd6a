"""What the check counts and shows is what LLaMA-Factory, EasyR1 and lmms-eval count and show."""

import json
import os
from pathlib import Path
from typing import Any

import clips
import pytest
import sets
from PIL import Image

from data_prep.check import Asked, check_recipe
from data_prep.checking.checked import Checked
from data_prep.checking.evaluation import evaluation_sight
from data_prep.checking.llamafactory_host import RowCounter, check_keys
from data_prep.checking.processors import NotAtHand, processor_folder
from data_prep.checking.qwen_host import PromptCounter, Sight, easyr1_sight
from data_prep.checking.recipes import load_recipe
from data_prep.checking.stand_in import PUBLISHED, stand_in
from data_prep.llamafactory import declare
from data_prep.prompts import THINK_THEN_ANSWER
from data_prep.video import count_frames

ROOT = Path(__file__).parents[1]
RECIPE = ROOT / "recipes/sft/toy_next_event_full.yaml"
WEIGHTS = ROOT / "data_prep/tinymodel/weights"


@pytest.fixture(autouse=True)
def _from_the_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path / "no benchmark"))
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of clips of which one is odd, wide, and made for no budget."""
    folder = sets.make_set(tmp_path_factory.mktemp("hosts"), count=2)
    images = [clips.bars(number, width=300, height=100) for number in range(7)]
    clips.write(folder / "odd.mp4", images=images, fps=4)
    row = rows_of(folder / "next_event_train.jsonl")[0]
    write(folder / "odd_train.jsonl", [{**row, "videos": ["odd.mp4"]}])
    system = {"role": "system", "content": "Foresee what happens."}
    row["messages"] = [system, *row["messages"], *row["messages"]]
    row["videos"] = [*row["videos"], *row["videos"]]
    write(folder / "turns_train.jsonl", [row])
    *asked, answered = rows_of(folder / "next_event_train.jsonl")[0]["messages"]
    better = {**row, "messages": asked, "videos": row["videos"][:1], "chosen": answered}
    worse = {"role": "assistant", "content": "something longer, but not at all true " * 3}
    write(folder / "preferred.jsonl", [{**better, "rejected": worse}])
    for name in ("0", "1"):
        Image.fromarray(clips.bars(3, width=200, height=90)).save(folder / f"{name}.jpg")
    pictures = [{"role": "user", "content": "<image><image>What was done?"}, answered]
    write(folder / "pictures_train.jsonl", [{"messages": pictures, "images": ["0.jpg", "1.jpg"]}])
    declare(folder, "odd_train", "turns_train")
    declare(folder, "pictures_train", media="images")
    declare(folder, "preferred", preference=True)
    return folder


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def recipe_of(folder: Path, **changes: Any) -> dict[str, Any]:
    recipe = load_recipe(RECIPE, [f"dataset_dir={folder}", f"model_name_or_path={WEIGHTS}"])
    return {
        **recipe,
        "output_dir": str(folder / "out"),
        "preprocessing_num_workers": None,
        **changes,
    }


def tokens_in_training(recipe: dict[str, Any]) -> list[int]:
    """What LLaMA-Factory's whole data pipeline makes of each row."""
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args
    from llamafactory.model import load_tokenizer

    model_args, data_args, training_args, _, _ = get_train_args(dict(recipe))
    module = load_tokenizer(model_args)
    template = get_template_and_fix_tokenizer(module["tokenizer"], data_args)
    stage = "rm" if recipe["stage"] == "dpo" else "sft"
    dataset = get_dataset(template, model_args, data_args, training_args, stage=stage, **module)
    ids = ("input_ids", "chosen_input_ids", "rejected_input_ids")
    return [max(len(row[name]) for name in ids if name in row) for row in dataset["train_dataset"]]


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("next_event_train", {}),
        ("turns_train", {}),
        ("odd_train", {"video_max_pixels": 16384}),
        ("odd_train", {"video_fps": 1.0}),
        ("pictures_train", {"image_max_pixels": 6272, "image_min_pixels": 3136}),
        ("preferred", {"stage": "dpo", "pref_loss": "sigmoid"}),
    ],
)
def test_tokens_are_those_of_llamafactorys_pipeline(
    folder: Path, name: str, changes: dict[str, Any]
) -> None:
    recipe = recipe_of(folder, dataset=name, cutoff_len=4096, **changes)
    counter = RowCounter(recipe, name, WEIGHTS)
    counted = [counter.count(row) for row in rows_of(folder / f"{name}.jsonl")]
    assert counted == tokens_in_training(recipe)


def test_what_is_too_long_is_counted_before_it_is_cut_off(folder: Path) -> None:
    recipe = recipe_of(folder)
    counter = RowCounter({**recipe, "cutoff_len": 20}, "next_event_train", WEIGHTS)
    counted = [counter.count(row) for row in rows_of(folder / "next_event_train.jsonl")]
    assert counted == tokens_in_training(recipe)


def test_llamafactorys_own_parser_is_asked(folder: Path) -> None:
    def said(**changes: Any) -> str:
        recipe = recipe_of(folder, **changes)
        return "\n".join(f"{each.where}: {each.wrong} {each.fix}" for each in check_keys(recipe))

    assert said() == ""
    assert said(deepspeed="recipes/sft/deepspeed_zero3.json") == ""
    assert "video_max_frames: LLaMA-Factory knows no such setting" in said(video_max_frames=3)
    assert "perhaps learning_rate" in said(learning_rat=3)
    assert "Adapter is only valid for the LoRA method" in said(adapter_name_or_path="x")


def test_misspelt_settings_are_found_where_llamafactory_would_pass_over_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOW_EXTRA_ARGS", "1")
    assert [each.where for each in check_keys(recipe_of(folder, cutof_len=3))] == ["cutof_len"]
    assert os.environ["ALLOW_EXTRA_ARGS"] == "1"


SETTINGS = {
    "data.video_fps": 4.0,
    "data.min_pixels": 3136,
    "data.max_pixels": 16384,
    "data.format_prompt": str(ROOT / "recipes/grpo/reasoning.jinja"),
}


def grpo_rows(folder: Path) -> list[tuple[str, str, list[Any]]]:
    clip = rows_of(folder / "next_event_train.jsonl")[0]["videos"][0]
    frames = [str(folder / "0.jpg"), str(folder / "1.jpg")] * 3
    return [
        ("<video>What follows?", "video", [clip]),
        ("<video>What follows <b>?\n\n", "video", ["odd.mp4"]),
        ("First <video> then <video>What follows?", "video", [clip, "odd.mp4"]),
        ("<video>What follows?", "video", [frames]),
        ("<image>, <image>: what was done?", "image", ["0.jpg", "1.jpg"]),
        ("What follows?", "video", []),
    ]


def test_tokens_of_a_prompt_are_those_of_the_processor(folder: Path) -> None:
    from qwen_vl_utils.vision_process import fetch_video
    from transformers import AutoProcessor

    processor = AutoProcessor.from_pretrained(WEIGHTS, use_fast=True)
    counter = PromptCounter({**SETTINGS, "data.image_dir": str(folder)}, WEIGHTS)
    limits = {"min_pixels": 3136, "max_pixels": 16384, "fps": 4.0}
    for prompt, kind, media in grpo_rows(folder):
        if kind == "image" or not media:
            continue
        names = [str(folder / item) if isinstance(item, str) else item for item in media]
        videos = [fetch_video({"video": name, **limits}) for name in names]
        asked = f"{prompt.strip()}\n\n{THINK_THEN_ANSWER}"
        content: list[dict[str, str]] = []
        for number, text in enumerate(asked.split("<video>")):
            content += [{"type": "video"}] if number else []
            content += [{"type": "text", "text": text}] if text else []
        text = processor.apply_chat_template(
            [{"role": "user", "content": content}], tokenize=False, add_generation_prompt=True
        )
        whole = processor(text=[text], videos=videos, return_tensors="pt")
        assert counter.count(prompt, kind, media) == whole["input_ids"].shape[-1]


@pytest.mark.skipif("EASYR1" not in os.environ, reason="EASYR1 names no source folder of EasyR1")
def test_tokens_are_those_of_easyr1s_data_set(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(os.environ["EASYR1"])
    from transformers import AutoProcessor, AutoTokenizer
    from verl.utils.dataset import RLHFDataset

    counter = PromptCounter({**SETTINGS, "data.image_dir": str(folder)}, WEIGHTS)
    processor = AutoProcessor.from_pretrained(WEIGHTS, use_fast=True)
    for number, (prompt, kind, media) in enumerate(grpo_rows(folder)):
        row = {"prompt": prompt, "answer": "it stops", f"{kind}s": media}
        path = write(tmp_path / f"{number}.jsonl", [row])
        data = RLHFDataset(
            str(path),
            AutoTokenizer.from_pretrained(WEIGHTS),
            processor,
            image_dir=str(folder),
            video_fps=4.0,
            max_prompt_length=4096,
            format_prompt=SETTINGS["data.format_prompt"],
            min_pixels=3136,
            max_pixels=16384,
            filter_overlong_prompts=False,
        )
        mask = data[0]["attention_mask"]
        assert counter.count(prompt, kind, media) == int(mask.sum()), (prompt, media)


def test_the_hosts_take_an_odd_clip_differently_and_the_check_says_so(
    folder: Path, tmp_path: Path
) -> None:
    assert count_frames(folder / "odd.mp4") == 7
    recipe = recipe_of(folder, dataset="odd_train")
    training = RowCounter(recipe, "odd_train", WEIGHTS).grid(folder / "odd.mp4")
    assert training is not None
    # LLaMA-Factory shows the last frame twice, the others leave one out.
    assert training.frames == 8
    limits = {"fps": 4.0, "min_pixels": 3136, "max_pixels": 3136}
    assert Sight(WEIGHTS, limits).clip(folder / "odd.mp4").frames == 6
    checked = sft(folder, "dataset=odd_train")
    (finding,) = checked.findings
    assert finding.severity == "warns"
    assert not checked.breaks
    assert "1 of 1 clips look different in toy_next_event_full.yaml and toy.yaml" in finding.wrong
    assert "training 8 frames of" in finding.wrong
    assert "evaluation 6 frames of" in finding.wrong


def sft(folder: Path, *overrides: str) -> Checked:
    named = (f"dataset_dir={folder}", f"model_name_or_path={WEIGHTS}", f"output_dir={folder}/out")
    return check_recipe(RECIPE, Asked((*named, *overrides)))


def test_the_toy_recipe_is_clean_counted_exactly_and_shows_what_evaluation_shows(
    folder: Path,
) -> None:
    checked = sft(folder)
    assert checked.findings == []
    (lengths,) = checked.lengths
    assert lengths.exact
    assert lengths.longest[0][0] == max(tokens_in_training(recipe_of(folder)))
    assert checked.sights is not None
    assert {len(shape.seen) for shape in checked.sights.shapes} == {2}
    assert not any(shape.differ for shape in checked.sights.shapes)


def test_a_row_that_is_too_long_by_one_token_breaks(folder: Path) -> None:
    longest = max(tokens_in_training(recipe_of(folder)))
    assert sft(folder, f"cutoff_len={longest}").findings == []
    first = sft(folder, f"cutoff_len={longest - 1}").findings[0]
    assert first.severity == "breaks"
    assert f"{longest} tokens for cutoff_len {longest - 1}" in first.wrong


def test_the_worst_row_is_told_first(folder: Path) -> None:
    excesses = [found.excess for found in sft(folder, "cutoff_len=10").findings]
    assert excesses == sorted(excesses, reverse=True)
    assert len(set(excesses)) > 1


@pytest.mark.parametrize(
    ("arguments", "frames"),
    [("fps=4.0", 48), ("fps=4.0,max_num_frames=4", 48), ("max_num_frames=5", 4), ("fps=1.0", 12)],
)
def test_frames_of_lmms_eval_are_as_its_model_samples(
    tmp_path: Path, arguments: str, frames: int
) -> None:
    path = clips.write(tmp_path / "clip.mp4", fps=4)
    recipe = {"model_args": f"pretrained=x,{arguments},min_pixels=3136,max_pixels=3136"}
    assert evaluation_sight(recipe, WEIGHTS).clip(path).frames == frames


def test_a_clip_is_fetched_once_for_its_shape(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [clips.write(tmp_path / f"{number}.mp4") for number in range(3)]
    sight = easyr1_sight(SETTINGS, WEIGHTS)
    grids = {sight.clip(path) for path in paths[:1]}
    monkeypatch.setattr(Sight, "_fetch", lambda *_: pytest.fail("fetched again"))
    assert {sight.clip(path) for path in paths} == grids


def test_a_model_that_is_not_here_is_not_fetched_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import huggingface_hub

    asked = []

    def snapshot(model: str, *, allow_patterns: list[str], local_files_only: bool) -> str:
        asked.append(
            (model, local_files_only, any("safetensors" in name for name in allow_patterns))
        )
        if local_files_only:
            raise huggingface_hub.errors.LocalEntryNotFoundError("not in the cache")
        (tmp_path / "preprocessor_config.json").write_text("{}")
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    with pytest.raises(NotAtHand, match="--download fetches it"):
        processor_folder("Qwen/Qwen2.5-VL-7B-Instruct", download=False)
    assert processor_folder("Qwen/Qwen2.5-VL-7B-Instruct", download=True) == tmp_path
    assert [(local, weights) for _, local, weights in asked] == [(True, False), (False, False)]
    with pytest.raises(NotAtHand, match="holds no processor"):
        processor_folder(str(ROOT), download=False)


def test_frames_are_known_without_the_model_and_lengths_are_bounds(folder: Path) -> None:
    checked = check_recipe(
        ROOT / "recipes/sft/qwen2_5_vl_7b_next_event_lora.yaml",
        Asked((f"dataset_dir={folder}", "model_name_or_path=nobody/nothing", "use_cpu=true")),
    )
    assert not checked.breaks
    (lengths,) = checked.lengths
    assert not lengths.exact
    assert "nobody/nothing is not on this machine" in lengths.why
    assert checked.sights is not None
    assert checked.sights.evaluation.endswith("recipes/eval/qwen2_5_vl_7b.yaml")
    assert all(len(shape.seen) == 2 for shape in checked.sights.shapes)


def test_the_stand_in_looks_at_media_as_the_published_processor() -> None:
    with stand_in() as folder:
        sight = Sight(folder, {})
        sizes = sight.processor.video_processor.size, sight.processor.image_processor.size
    for size in sizes:
        assert size["shortest_edge"] == PUBLISHED["min_pixels"] == 3136
        assert size["longest_edge"] == PUBLISHED["max_pixels"] == 12845056
