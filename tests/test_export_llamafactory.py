"""What is exported for LLaMA-Factory is what its own loader takes, row by row."""

import json
from pathlib import Path
from typing import Any

import exports
import pytest
from typer.testing import CliRunner

from data_prep.check import load_recipe
from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.exporting.llamafactory import export_llamafactory
from data_prep.llamafactory import ENTRY
from data_prep.records import Message

ROOT = Path(__file__).parents[1]
WEIGHTS = ROOT / "data_prep/tinymodel/weights"
COUNT = 3


def load(folder: Path, media: Path, name: str, stage: str) -> list[Any]:
    """Return the rows that LLaMA-Factory makes of a set."""
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args
    from llamafactory.model import load_tokenizer

    changes = {
        "dataset": name,
        "dataset_dir": folder,
        "media_dir": media,
        "model_name_or_path": WEIGHTS,
        "output_dir": folder / "out",
        "stage": "dpo" if stage == "rm" else stage,
        "preprocessing_num_workers": "null",
        "overwrite_cache": "true",
    }
    recipe = load_recipe(
        ROOT / "recipes/sft/toy_next_event_full.yaml",
        [f"{key}={value}" for key, value in changes.items()],
    )
    model_args, data_args, training_args, _, _ = get_train_args(recipe)
    module = load_tokenizer(model_args)
    template = get_template_and_fix_tokenizer(module["tokenizer"], data_args)
    loaded = get_dataset(template, model_args, data_args, training_args, stage=stage, **module)
    rows = list(loaded["train_dataset"])
    for row in rows:
        row["text"] = {
            key: module["tokenizer"].decode(row[key]) for key in row if key.endswith("input_ids")
        }
    return rows


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sets")
    exports.media(root, COUNT)
    rows = [exports.row(number) for number in range(COUNT)]
    system = Message(role="system", content="You foresee.")
    rows[0] = rows[0].model_copy(update={"messages": [system, *rows[0].messages]})
    exports.write(root / "next_train.jsonl", rows)
    exports.write(root / "pairs_train.jsonl", [exports.picture(0), exports.picture(1)])
    return root


def test_its_loader_keeps_every_row_and_finds_every_clip(root: Path) -> None:
    out = root / "sft"
    result = export_llamafactory([root / "next_train.jsonl"], out, preference=False)
    assert result.written == {"next_train": COUNT}
    rows = load(out, result.media, "next_train", "sft")
    assert len(rows) == COUNT
    for number, row in enumerate(rows):
        assert Path(row["videos"][0]) == root / f"clips/{number}.mp4"
        assert f"It counts to {number}." in row["text"]["input_ids"]
    assert "You foresee." in rows[0]["text"]["input_ids"]


def test_its_loader_takes_pictures(root: Path) -> None:
    out = root / "images"
    result = export_llamafactory([root / "pairs_train.jsonl"], out, preference=False)
    rows = load(out, result.media, "pairs_train", "sft")
    assert [Path(name).name for name in rows[1]["images"]] == ["1a.png", "1b.png"]


def test_its_loader_takes_chosen_and_rejected(root: Path) -> None:
    out = root / "dpo"
    result = export_llamafactory([root / "next_train.jsonl"], out, preference=True)
    rows = load(out, result.media, "next_train", "rm")
    assert len(rows) == COUNT
    for number, row in enumerate(rows):
        assert f"It counts to {number}." in row["text"]["chosen_input_ids"]
        assert "It sleeps." in row["text"]["rejected_input_ids"]
    entry = json.loads((out / "dataset_info.json").read_text())["next_train"]
    assert entry["ranking"] is True
    assert set(entry["tags"]) == set(ENTRY["tags"])


def test_entries_of_others_stay_in_dataset_info(root: Path, tmp_path: Path) -> None:
    foreign = {"mine": {"file_name": "mine.json"}}
    (tmp_path / "dataset_info.json").write_text(json.dumps(foreign))
    export_llamafactory([root / "next_train.jsonl"], tmp_path, preference=False)
    entries = json.loads((tmp_path / "dataset_info.json").read_text())
    assert entries["mine"] == foreign["mine"]
    assert set(entries) == {"mine", "next_train"}


def test_rows_of_no_use_are_counted(root: Path, tmp_path: Path) -> None:
    turns = [{"role": role, "content": text} for role, text in (("user", "a"), ("user", "b"))]
    rows = [
        exports.row(0),
        exports.row(1, rejected=None),
        exports.row(2, rejected="It counts to 2."),
        exports.row(7),
        exports.row(1, messages=turns, videos=[]),
    ]
    path = exports.write(root / "mixed_train.jsonl", rows)
    result = export_llamafactory([path], tmp_path, preference=True)
    assert result.written == {"mixed_train": 1}
    assert {reason: n for (_, reason), n in result.tally.counts.items()} == {
        "no rejected answer": 1,
        "its rejected answer is the chosen one": 1,
        "a media file is missing": 1,
        "its turns do not alternate between user and assistant": 1,
    }
    assert len(result.tally.path.read_text().splitlines()) == 4


def test_the_same_sets_give_the_same_bytes(root: Path, tmp_path: Path) -> None:
    paths = [root / "next_train.jsonl", root / "pairs_train.jsonl"]
    for out in ("one", "two"):
        export_llamafactory(paths, tmp_path / out, preference=False)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "next_train.jsonl" in names
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_two_carriers_in_one_file_are_refused(root: Path, tmp_path: Path) -> None:
    path = exports.write(root / "two_train.jsonl", [exports.row(0), exports.framed(1)])
    with pytest.raises(UserError, match="media of two kinds"):
        export_llamafactory([path], tmp_path, preference=False)
    assert not (tmp_path / "two_train.jsonl").exists()


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (["none.jsonl", "--out", "x"], "there is no such set"),
        (["next_train.jsonl", "--out", "."], "a folder of its own"),
        (["next_train.jsonl", "next_train.jsonl", "--out", "x"], "two sets have one name"),
        (["next_train.jsonl", "--out", "taken"], "was not written by"),
        (["outside_train.jsonl", "--out", "x"], "below its own folder"),
        (["pairs_train.jsonl", "--out", "x", "--preference"], None),
    ],
)
def test_wrong_inputs_are_named(
    root: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], wrong: str | None
) -> None:
    monkeypatch.chdir(root)
    (root / "taken").mkdir(exist_ok=True)
    (root / "taken/next_train.jsonl").write_text("mine\n")
    exports.write(root / "outside_train.jsonl", [exports.row(0, videos=["../away.mp4"])])
    result = CliRunner().invoke(app, ["export", "llamafactory", *arguments])
    if wrong is None:
        assert result.exit_code == 0
        return
    assert isinstance(result.exception, UserError)
    assert wrong in str(result.exception)
    assert (root / "taken/next_train.jsonl").read_text() == "mine\n"
