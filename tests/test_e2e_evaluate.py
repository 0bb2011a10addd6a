"""`scripts/evaluate.sh` as a user types it: what goes wrong is said, and nothing is asked twice."""

import json
from pathlib import Path

import eval_data
import pytest
import yaml
from test_e2e import succeed, type_in

from lmms_tasks import TASKS_DIR

pytestmark = pytest.mark.e2e

SCRIPT = ("bash", "scripts/evaluate.sh")
HITS = "requests served from cache"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return eval_data.make(tmp_path / "data")


@pytest.fixture
def floor(tmp_path: Path) -> Path:
    """A recipe whose model needs no GPU and no second."""
    path = tmp_path / "floor.yaml"
    told = {"model": "videoreason_baseline", "model_args": "kind=first", "batch_size": 1}
    path.write_text(yaml.safe_dump({**told, "tasks": "futurebench_direct"}))
    return path


@pytest.mark.parametrize(
    ("arguments", "variables", "says"),
    [
        ((), {}, "a model and a folder for the results are needed, in this order; given: nothing"),
        (("MODEL",), {}, "given: MODEL"),
        (("MODEL", "--limit", "8"), {}, "given: MODEL --limit 8"),
        (("/no/such/model", "OUT"), {}, "there is no model folder /no/such/model"),
        (("./model", "OUT"), {}, "there is no model folder ./model"),
        (("runs/a/b", "OUT"), {}, "there is no model folder runs/a/b"),
        (("scripts/model", "OUT"), {}, "there is no model folder scripts/model"),
        (("scripts", "OUT"), {}, "scripts has no config.json"),
        (("no.yaml", "OUT"), {}, "there is no evaluation recipe no.yaml"),
        (("own/name", "OUT"), {"RECIPE": "no.yaml"}, "there is no evaluation recipe no.yaml"),
        (("a.yaml", "OUT"), {"RECIPE": "b.yaml"}, "two recipes are named: a.yaml, and RECIPE=b"),
        (("recipes/vision.yaml", "OUT"), {}, "an evaluation recipe tells model, model_args, tasks"),
        (
            ("own/name", "OUT"),
            {"TASKS": "futurebench_direkt"},
            "no such tasks seen: futurebench_direkt",
        ),
        (("own/name", "OUT"), {"VIDEOREASON_DATA": "/no/data"}, "/no/data/futurebench.jsonl"),
        (("own/name", "OUT"), {"VISION": "recipes/vision.yaml:nope"}, "nope"),
    ],
)
def test_what_is_typed_wrongly_is_said_before_anything_starts(
    arguments: tuple[str, ...], variables: dict[str, str], says: str, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    typed = [str(out) if part == "OUT" else part for part in arguments]
    done = type_in(*SCRIPT, *typed, **{"VIDEOREASON_DATA": str(data), **variables})
    assert done.returncode == 1
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not out.exists()
    if not arguments:
        assert "bash scripts/evaluate.sh MODEL OUT" in done.stderr


def test_the_help_tells_how_to_go_on() -> None:
    told = succeed(*SCRIPT, "--help")
    for text in ("MODEL OUT", "VIDEOREASON_DATA", "RECIPE", "TASKS"):
        assert text in told
    assert "--model videoreason_replay --model_args log=OUT" in told


SCORER = """
from pathlib import Path
from lmms_tasks.futurebench import task

def process_results(doc, results):
    if Path(__file__).with_name("broken").exists() and doc["id"] == "q5":
        raise RuntimeError("the scorer is broken")
    return task.VARIANTS["direct"].process_results(doc, results)
"""


def _micro(out: Path) -> dict[str, float]:
    newest = max(out.rglob("*_results.json"), key=lambda path: path.name)
    scores = json.loads(newest.read_text())["results"]["futurebench_direct"]
    return {name: value for name, value in scores.items() if "stderr" not in name}


def test_a_recipe_whose_scorer_fails_and_is_repaired(
    data: Path, floor: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "scorer.py").write_text(SCORER)
    (own / "broken").touch()
    (own / "futurebench_direct.yaml").write_text(
        "task: futurebench_direct\n"
        f"include: {TASKS_DIR}/futurebench/futurebench_direct.yaml\n"
        "process_results: !function scorer.process_results\n"
    )
    out, again = tmp_path / "out", tmp_path / "out_again"
    typed = (*SCRIPT, floor, out, "--include_path", own)
    done = type_in(*typed, data=data)
    assert done.returncode == 1
    assert "lmms-eval wrote no results" in done.stderr
    assert f"Replies are kept in {out}/replies" in done.stderr
    assert "the scorer is broken" in (out / "lmms_eval.log").read_text()
    assert not (out / "report.html").exists()

    # Scored without the model, by the command that the error tells.
    (start,) = [line for line in done.stderr.splitlines() if "--model videoreason_replay" in line]
    assert f"--output_path {again}" in done.stderr
    succeed(*start.rstrip(" \\").split(), "--output_path", again, data=data)

    # The scorer is repaired, and the same command typed again.
    (own / "broken").unlink()
    told = succeed(*typed, data=data)
    assert "futurebench" in told
    log = out / "lmms_eval.log"
    assert f"all 8 {HITS}" in log.read_text()
    assert _micro(out) == _micro(again)
    assert _micro(out)["acc_micro,none"] == 0.25
    for name in ("table.txt", "report.html"):
        assert (out / name).stat().st_size > 0
    command = (out / "command.txt").read_text()
    assert f"VIDEOREASON_DATA={data} lmms-eval --config {floor} --model_args kind=first" in command
