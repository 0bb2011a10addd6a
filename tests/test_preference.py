"""Preference sets of critiques, the toy teacher that judges without a model, and checkpoints."""

import json
from pathlib import Path

import pytest
import sets
from test_build_sets import TRAIN, critique, only_train
from typer.testing import CliRunner

from data_prep.builders.preference import build_preference
from data_prep.checkpoints import restored_from, unfinished
from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.exporting.llamafactory import export_llamafactory
from data_prep.manifest import read_manifest
from data_prep.records import Critique, Reasoning, Split, VideoQuestion
from data_prep.toyworld.teacher import teach
from data_prep.toyworld.world import SOURCE


def built(folder: Path, *critiques: Critique, names: tuple[str, ...] = ("v00", "v01")) -> Path:
    splits = sets.write(folder / "splits.jsonl", [sets.plain_split(folder, n) for n in names])
    path = sets.write(folder / "critiques.jsonl", critiques)
    build_preference(path, splits, folder, sides=TRAIN)
    return folder


def test_a_right_prediction_is_preferred_to_each_wrong_one_for_the_same_context(
    tmp_path: Path,
) -> None:
    rows = [
        critique("v00", "right", prediction="It runs."),
        critique("v00", "wrong", id="w1", prediction="It stops."),
        critique("v00", " Wrong\n", id="w2", prediction="It sits."),
    ]
    built(tmp_path, *rows)
    pairs = only_train(tmp_path, "preference")
    assert [(row.answer, row.rejected) for row in pairs] == [
        ("It runs.", "It stops."),
        ("It runs.", "It sits."),
    ]
    for row in pairs:
        assert row.messages[-1].content == "It runs."
        assert row.videos == ["context/v00.mp4"]
        assert "stops" not in row.messages[0].content


def test_the_future_is_preferred_where_no_prediction_was_right(tmp_path: Path) -> None:
    built(tmp_path, critique("v01", "wrong", prediction="It stops."))
    (row,) = only_train(tmp_path, "preference")
    assert row.answer == "v01 will do 1, then v01 will do 2, then v01 will do 3"
    assert row.provenance.startswith("future of split v01 over critique c_v01")


def test_what_makes_no_pair_is_counted(tmp_path: Path) -> None:
    rows = [
        critique("v00", "wrong", prediction="It stops."),
        critique("v00", "right", id="same", prediction="it stops."),
        critique("v03", "right", id="lone"),
        critique("v01", "perhaps", id="vague"),
        critique("v01", "wrong", id="blank", prediction=" "),
        critique("v99", "wrong", id="nowhere"),
        critique("v02", "wrong", id="good"),
    ]
    folder = built(tmp_path, *rows, names=("v00", "v01", "v02", "v03"))
    assert len(only_train(folder, "preference")) == 1
    report = [json.loads(line) for line in (folder / "preference.report.jsonl").open()]
    assert [row["reason"] for row in report] == [
        "one and the same text was judged right and wrong",
        "a right prediction for a split without a wrong one",
        "a conclusion that is neither right nor wrong",
        "an empty text",
        "no such id in splits.jsonl",
    ]


def test_no_pair_at_all_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no wrong prediction"):
        built(tmp_path, critique("v00", "right"))


def test_the_same_seed_gives_the_same_bytes_and_the_exporter_takes_them(tmp_path: Path) -> None:
    rows = [
        critique(name, conclusion, id=f"{name}{number}", prediction=f"{name} {number}")
        for name in ("v00", "v01")
        for number, conclusion in enumerate(("right", "right", "wrong", "wrong"))
    ]
    for out in ("one", "two"):
        (tmp_path / out).mkdir()
        built(tmp_path / out, *rows)
        export_llamafactory(
            [tmp_path / out / "preference_train.jsonl"], tmp_path / out / "dpo", preference=True
        )
    for name in ("preference_train.jsonl", "dpo/preference_train.jsonl"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    told = [json.loads(line) for line in (tmp_path / "one/dpo/preference_train.jsonl").open()]
    assert [row["rejected"]["content"] for row in told] == ["v00 2", "v00 3", "v01 2", "v01 3"]


def toy_split(folder: Path, name: str) -> Split:
    row = sets.plain_split(folder, name, source=SOURCE)
    seen, coming = (
        [event.model_copy(update={"text": f"it {action}", "action": action}) for event in events]
        for action, events in (
            ("moves left", row.context_events),
            ("moves right", row.future_events),
        )
    )
    return row.model_copy(update={"context_events": seen, "future_events": coming})


def test_the_toy_teacher_knows_the_future_and_its_thoughts_do_not_tell_it(tmp_path: Path) -> None:
    names = ("v00", "v01", "v02")
    splits = sets.write(tmp_path / "splits.jsonl", [toy_split(tmp_path, n) for n in names])
    written = teach(splits, tmp_path, seed=0)
    assert set(written.values()) == {3, 12}
    for thought in read_manifest(tmp_path / "reasoning.jsonl", Reasoning, made_by=""):
        assert thought.prediction == "it moves right"
        assert "moves right" not in thought.reasoning
    judged = list(read_manifest(tmp_path / "critiques.jsonl", Critique, made_by=""))
    for row in judged:
        assert (row.conclusion == "right") == (row.prediction == "it moves right")
    for question in read_manifest(tmp_path / "questions.jsonl", VideoQuestion, made_by=""):
        assert question.answer == "it moves left"
        assert len(set(question.options)) == 4
    before = {name: (tmp_path / name).read_bytes() for name in written}
    teach(splits, tmp_path, seed=0)
    assert before == {name: (tmp_path / name).read_bytes() for name in written}


def test_the_toy_teacher_does_not_judge_real_videos(tmp_path: Path) -> None:
    splits = sets.write(tmp_path / "splits.jsonl", [sets.plain_split(tmp_path, "v00")])
    with pytest.raises(UserError, match="knows the toy world only"):
        teach(splits, tmp_path, seed=0)


def test_half_written_checkpoints_are_removed_and_whole_ones_stay(tmp_path: Path) -> None:
    states = {"checkpoint-2": "{}", "checkpoint-10": '{"global', "checkpoint-12": None}
    for name, state in states.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").touch()
        if state is not None:
            (tmp_path / name / "trainer_state.json").write_text(state)
    (tmp_path / "other").mkdir()
    names = [path.name for path in unfinished(tmp_path)]
    assert names == ["checkpoint-10", "checkpoint-12"]
    recipe = Path(__file__).parents[1] / "recipes/sft/toy_mix_full.yaml"
    result = CliRunner().invoke(app, ["resume", str(recipe), f"output_dir={tmp_path}"])
    assert result.exit_code == 0
    assert result.stderr.count("removed") == 2
    assert result.stdout == f"model_name_or_path={tmp_path / 'checkpoint-2'}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint-2", "other"]


@pytest.mark.parametrize(
    ("settings", "restored"),
    [
        ({"finetuning_type": "full"}, "checkpoint-10"),
        ({"finetuning_type": "lora"}, None),
        ({"finetuning_type": "full", "deepspeed": "zero3.json"}, None),
        ({"finetuning_type": "full", "overwrite_output_dir": True}, None),
    ],
)
def test_a_fully_tuned_model_is_restored_by_name_the_others_restore_themselves(
    tmp_path: Path, settings: dict[str, object], restored: str | None
) -> None:
    for number in (2, 10):
        (tmp_path / f"checkpoint-{number}").mkdir()
        (tmp_path / f"checkpoint-{number}/trainer_state.json").write_text("{}")
    found = restored_from({**settings, "output_dir": str(tmp_path)})
    assert found == (tmp_path / restored if restored else None)
    assert restored_from({**settings, "output_dir": str(tmp_path / "new")}) is None
