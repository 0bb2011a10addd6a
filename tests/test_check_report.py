"""What a check has found is told to people, the worst first, and to programs."""

import json
from pathlib import Path

import pytest
import yaml
from rich.console import Console
from typer.testing import CliRunner

from data_prep.checking import cli
from data_prep.checking.checked import Asked, Checked
from data_prep.checking.comparing import evaluation_of
from data_prep.checking.evaluation import arguments_of
from data_prep.checking.finding import Finding, worst_first
from data_prep.checking.lengths import Lengths
from data_prep.checking.qwen_host import Grid
from data_prep.checking.recipes import kind_of, load_recipe
from data_prep.checking.report import ROW_LIMIT, as_json, print_checked
from data_prep.checking.sights import Shape, Sights
from data_prep.cli import app
from data_prep.video import Header
from data_prep.vision import load_budget

ROOT = Path(__file__).parents[1]
EVALUATIONS = sorted((ROOT / "recipes/eval").glob("*.yaml"))


def an_example(*findings: Finding) -> Checked:
    lengths = Lengths("a_set", "cutoff_len", 100, exact=False, why="no processor here")
    for number in range(10):
        lengths.add(f"row {number}", 10 * number)
    shape = Shape(
        "clip.mp4",
        3,
        Header(7, 4.0, 1.75, 56, 56),
        {"training": Grid(4, 4, 4), "evaluation": Grid(3, 4, 4)},
        {},
    )
    sights = Sights("sft.yaml", "eval.yaml", [shape], clips=3)
    return Checked(
        Path("recipe.yaml"), "sft", worst_first(findings), [lengths], sights, ["not looked at"]
    )


def printed(checked: Checked) -> str:
    console = Console(width=200, record=True, highlight=False, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    print_checked(console, checked)
    return console.export_text()


def test_the_worst_come_first() -> None:
    warns = Finding("a", "b", "c", "warns", excess=9)
    rows = [Finding(str(excess), "b", "c", excess=excess) for excess in (1, 7, 3)]
    assert [found.where for found in worst_first([warns, *rows])] == ["7", "3", "1", "a"]


def test_people_are_told_all_there_is() -> None:
    told = printed(an_example(Finding("data [x]", "is wrong", "mend it")))
    for part in (
        *("data [x]", "is wrong", "mend it", "would break", "1 that break, 0 that warn"),
        *("no counts but bounds", "no processor here", "cutoff_len 100", "not looked at"),
        *("8 frames of 56x56 (16 tokens)", "6 frames of 56x56 (12 tokens)", "differ"),
    ):
        assert part in told, part


def test_warnings_alone_do_not_break() -> None:
    assert "would run, with warnings" in printed(an_example(Finding("a", "b", "c", "warns")))
    assert "in order" in printed(an_example())


def test_a_long_list_is_cut_and_its_rest_is_counted() -> None:
    rows = [Finding(f"row {at}", "b", "c", excess=at) for at in range(ROW_LIMIT + 5)]
    told = printed(an_example(*rows))
    assert "and 5 more" in told
    assert f"row {ROW_LIMIT + 4}" in told
    assert len(as_json(an_example(*rows))["findings"]) == ROW_LIMIT + 5


def test_programs_are_told_the_same() -> None:
    told = json.loads(json.dumps(as_json(an_example(Finding("a", "b", "c")))))
    assert told["breaks"] is True
    assert told["findings"] == [{"severity": "breaks", "where": "a", "wrong": "b", "fix": "c"}]
    (lengths,) = told["lengths"]
    assert (lengths["rows"], lengths["median"], lengths["exact"]) == (10, 40, False)
    assert lengths["longest"][0] == {"row": "row 9", "tokens": 90}
    (shape,) = told["frames"]["shapes"]
    assert shape["differ"]
    assert shape["shown"]["training"] == {"frames": 8, "width": 56, "height": 56, "tokens": 16}


def test_lengths_are_summed_up() -> None:
    lengths = an_example().lengths[0]
    assert [lengths.quantile(share) for share in (0.1, 0.5, 1.0)] == [0, 40, 90]
    assert [tokens for tokens, _ in lengths.longest] == [90, 80, 70]
    assert Lengths("none", "x", 1, exact=True).quantile(0.5) == 0


def test_the_exit_code_and_json_of_several_recipes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Path, Asked]] = []

    def check(path: Path, how: Asked) -> Checked:
        asked.append((path, how))
        severity = "breaks" if path.stem == "bad" else "warns"
        return Checked(path, "sft", [Finding("a", "b", "c", severity)])  # type: ignore[arg-type]

    monkeypatch.setattr(cli, "check_recipe", check)
    monkeypatch.setattr(cli, "load_recipe", lambda *_: {})
    result = CliRunner().invoke(app, ["check", "good.yaml", "other.yaml", "lr=3"])
    assert result.exit_code == 0
    assert [path.name for path, _ in asked] == ["good.yaml", "other.yaml"]
    assert all(how.overrides == ("lr=3",) for _, how in asked)
    result = CliRunner().invoke(app, ["check", "good.yaml", "bad.yaml", "--json"])
    assert result.exit_code == 1
    told = json.loads(result.stdout)["recipes"]
    assert [(each["recipe"], each["breaks"]) for each in told] == [
        ("good.yaml", False),
        ("bad.yaml", True),
    ]


@pytest.mark.parametrize("recipe", EVALUATIONS, ids=lambda path: path.name)
def test_evaluation_recipes_hold_to_the_vision_budget(recipe: Path) -> None:
    settings = load_recipe(recipe, [])
    assert kind_of(settings) == "evaluation"
    profile = "toy" if recipe.stem == "toy" else "qwen2_5_vl"
    budget = load_budget(f"{ROOT}/recipes/vision.yaml:{profile}")
    arguments = arguments_of(settings)
    assert arguments["fps"] == budget.fps
    assert arguments["max_num_frames"] == budget.max_frames
    assert arguments["min_pixels"] == budget.min_pixels
    assert arguments["max_pixels"] == budget.max_pixels


def test_every_training_recipe_has_an_evaluation_of_its_model() -> None:
    for folder in ("sft", "grpo"):
        for recipe in sorted((ROOT / "recipes" / folder).glob("*.yaml")):
            found = evaluation_of(recipe)
            assert found is not None, recipe
            assert recipe.stem.startswith(found.stem)
    assert evaluation_of(ROOT / "recipes/sft/another_model.yaml") is None


@pytest.mark.parametrize("recipe", EVALUATIONS, ids=lambda path: path.name)
def test_evaluation_recipes_open_with_what_a_reader_needs(recipe: Path) -> None:
    header = recipe.read_text().split("\nmodel:")[0]
    for word in ("# Before:", "# Launch:", "# Override:", "# Hardware:", recipe.name):
        assert word in header
    assert yaml.safe_load(recipe.read_text())["output_path"] == f"runs/eval_{recipe.stem}"
