"""LLaMA-Factory's own loader keeps every row, and asks in the words of the evaluation."""

from pathlib import Path
from typing import Any

import pytest
import sets

from data_prep.check import load_recipe
from data_prep.manifest import read_manifest, write_manifest
from data_prep.records import Example, Message
from data_prep.video import count_frames, probe

ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "data_prep/tinymodel/weights"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Example], list[Any], Any]:
    """The rows of a set, what LLaMA-Factory makes of them, and the processor."""
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args
    from llamafactory.model import load_tokenizer

    folder = sets.make_set(tmp_path_factory.mktemp("host"), count=3)
    path = folder / "next_event_train.jsonl"
    rows = list(read_manifest(path, Example, made_by="build"))
    # A row with a system turn: it is dropped without a word where the tag is not declared.
    system = Message(role="system", content="You foresee what happens next.")
    rows[0] = rows[0].model_copy(update={"messages": [system, *rows[0].messages]})
    write_manifest(path, rows, settings={}, seed=0)
    recipe = load_recipe(
        ROOT / "recipes/sft/toy_next_event_full.yaml",
        [
            f"dataset_dir={folder}",
            f"model_name_or_path={WEIGHTS}",
            f"output_dir={folder / 'out'}",
            "preprocessing_num_workers=null",
        ],
    )
    model_args, data_args, training_args, _, _ = get_train_args(recipe)
    module = load_tokenizer(model_args)
    template = get_template_and_fix_tokenizer(module["tokenizer"], data_args)
    dataset = get_dataset(template, model_args, data_args, training_args, stage="sft", **module)
    return rows, list(dataset["train_dataset"]), module["processor"]


def test_no_row_is_dropped(loaded: tuple[list[Example], list[Any], Any]) -> None:
    rows, seen, _ = loaded
    assert len(seen) == len(rows) == 6


def test_training_asks_in_the_words_of_the_evaluation(
    loaded: tuple[list[Example], list[Any], Any],
) -> None:
    rows, seen, processor = loaded
    for row, tokens in zip(rows, seen, strict=True):
        *before, answer = [
            {"role": message.role, "content": message.content.replace("<video>", "")}
            for message in row.messages
        ]
        before[-1]["content"] = [
            {"type": "video"},
            {"type": "text", "text": before[-1]["content"]},
        ]
        prompt = processor.apply_chat_template(before, tokenize=False, add_generation_prompt=True)
        ids = tokens["input_ids"]
        pad = processor.tokenizer.convert_tokens_to_ids("<|video_pad|>")
        single = [i for at, i in enumerate(ids) if i != pad or ids[at - 1] != pad]
        learnt = processor.tokenizer(prompt + answer["content"] + "<|im_end|>\n")["input_ids"]
        assert single == learnt
        asked = [label for label in tokens["labels"] if label != -100]
        assert processor.tokenizer.decode(asked).strip() == f"{row.answer}<|im_end|>"


def test_every_frame_of_a_clip_becomes_tokens(
    loaded: tuple[list[Example], list[Any], Any],
) -> None:
    rows, seen, processor = loaded
    pad = processor.tokenizer.convert_tokens_to_ids("<|video_pad|>")
    for row, tokens in zip(rows, seen, strict=True):
        clip = Path(tokens["videos"][0])
        assert clip.parts[-2:] == Path(row.videos[0]).parts
        size = probe(clip)
        expected = sets.BUDGET.tokens(count_frames(clip), size.width, size.height)
        assert tokens["input_ids"].count(pad) == expected > 0
