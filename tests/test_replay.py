"""Stored replies scored again, and the floors, through lmms-eval itself."""

import json
from pathlib import Path
from typing import Any

import eval_data
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.manifest import write_manifest
from lmms_tasks import TASKS_DIR
from lmms_tasks.lines import HEADLINES
from lmms_tasks.models.baseline import KINDS, Baseline
from lmms_tasks.models.replay import Replay
from lmms_tasks.replies import read_replies
from lmms_tasks.statistics import wilson

TASKS = ["futurebench_direct", "futurebench_rotated", "videoreason"]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = tmp_path / "data"
    monkeypatch.setenv("VIDEOREASON_DATA", str(data))
    return eval_data.make(data)


def _evaluate(model: Any, tasks: list[str], **options: Any) -> Any:
    from lmms_eval.evaluator import simple_evaluate
    from lmms_eval.tasks import TaskManager
    from loguru import logger

    logger.remove()
    manager = TaskManager(include_path=str(TASKS_DIR), include_defaults=False)
    return simple_evaluate(model=model, tasks=tasks, task_manager=manager, **options)


def _log(results: Any, folder: Path) -> Path:
    """Write samples as lmms-eval does: the reply as text, the prompt, no document."""
    folder.mkdir()
    for task, samples in results["samples"].items():
        lines = [
            {
                **{key: value for key, value in sample.items() if key not in {"doc", "arguments"}},
                "filtered_resps": sample["filtered_resps"][0],
                "resps": sample["resps"],
                "input": sample["arguments"][0],
            }
            for sample in samples
        ]
        (folder / f"20260101_000000_samples_{task}.jsonl").write_text(
            "".join(json.dumps(line) + "\n" for line in lines)
        )
    return folder


def _says(task: str, doc: dict[str, Any]) -> str:
    if task == "videoreason_verification":
        return "0.8" if doc["same"] else "0.3"
    return "A" if len(doc["id"]) % 2 else f"The answer is {doc['answer']}."


def _scores(results: Any) -> dict[str, Any]:
    return {
        task: {
            name: pytest.approx(value) if isinstance(value, float) else value
            for name, value in found.items()
            if "stderr" not in name
        }
        for task, found in results["results"].items()
    }


def _plain(results: Any) -> dict[str, Any]:
    return {
        task: {name: value for name, value in found.items() if "stderr" not in name}
        for task, found in results["results"].items()
    }


def test_a_replay_scores_as_the_run_did(root: Path, tmp_path: Path) -> None:
    run = eval_data.evaluate(TASKS, _says)
    log = _log(run, tmp_path / "log")
    # Another order of the items, other numbers of the documents: they are matched by id.
    write_manifest(root / "futurebench.jsonl", eval_data.questions()[::-1], settings={}, seed=0)
    again = _evaluate(Replay(log=str(log)), TASKS)
    assert _scores(again) == _plain(run)


def test_one_file_is_enough_for_one_task(root: Path, tmp_path: Path) -> None:
    run = eval_data.evaluate(["futurebench_direct"], _says)
    (file,) = _log(run, tmp_path / "log").iterdir()
    renamed = file.rename(tmp_path / "samples.jsonl")
    again = _evaluate(Replay(log=str(renamed)), ["futurebench_direct"])
    assert _scores(again) == _plain(run)


def test_a_log_of_fewer_items_names_those_it_lacks(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = eval_data.evaluate(["futurebench_direct"], _says, limit=6)
    log = _log(run, tmp_path / "log")
    with pytest.raises(SystemExit) as stopped:
        _evaluate(Replay(log=str(log)), ["futurebench_direct"])
    assert stopped.value.code == 1
    told = capsys.readouterr().err
    assert "2 documents are not in the log" in told
    assert "futurebench_direct q6, futurebench_direct q7" in told
    again = _evaluate(Replay(log=str(log)), ["futurebench_direct"], limit=6)
    assert _scores(again) == _plain(run)


def test_replies_to_another_prompt_are_not_scored(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = eval_data.evaluate(["futurebench_direct"], _says)
    (file,) = _log(run, tmp_path / "log").iterdir()
    file.write_text(file.read_text().replace("It grows.", "It shrinks.", 1))
    with pytest.raises(SystemExit):
        _evaluate(Replay(log=str(file)), ["futurebench_direct"])
    told = capsys.readouterr().err
    assert "1 documents were asked in other words" in told
    assert "q0" in told


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"log": "nowhere"}, "there is no such log"),
        ({}, "there is no such log"),
        ({"log": ".", "logs": "x"}, "no such setting"),
    ],
)
def test_wrong_settings_of_the_replay(
    settings: dict[str, str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        Replay(**settings)
    assert says in capsys.readouterr().err


def _stored(path: Path, reply: object, *, key: str = "filtered_resps") -> str:
    record = {"item_id": "q0", "video_id": "v0"}
    path.write_text(
        json.dumps(
            {key: reply, "filtered_resps": "x", "input": "?", "acc_micro": record} | {key: reply}
        )
    )
    ((_, stored),) = read_replies(path, "futurebench_direct")
    return stored.reply


@pytest.mark.parametrize(
    ("reply", "read"),
    [
        ("A", "A"),
        (["A"], "A"),
        ([["A", "B"]], "A"),
        ([], ""),
        (None, ""),
        ([None], ""),
        ("", ""),
        ("\ud83d", "?"),
        ("🙂", "🙂"),
    ],
)
@pytest.mark.parametrize("key", ["filtered_resps", "resps"])
def test_every_shape_of_a_stored_reply(reply: object, read: str, key: str, tmp_path: Path) -> None:
    assert _stored(tmp_path / "s.jsonl", reply, key=key) == read


@given(st.text())
def test_what_is_replayed_can_be_written_again(reply: str) -> None:
    from lmms_tasks.replies import as_text

    as_text([reply]).encode("utf-8")


def test_bytes_that_are_no_utf8_are_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    row = {"filtered_resps": "A #", "input": "?", "acc_micro": {"item_id": "q0"}}
    path.write_bytes(json.dumps(row).encode().replace(b"#", b"\xff"))
    ((_, stored),) = read_replies(path, "futurebench_direct")
    assert stored.reply == "A \ufffd"


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"acc_micro": 1}'])
def test_a_line_that_is_no_sample_is_named(line: str, tmp_path: Path) -> None:
    from data_prep.errors import UserError

    path = tmp_path / "s.jsonl"
    good = {"filtered_resps": "A", "input": "?", "acc_micro": {"item_id": "q0"}}
    path.write_text(f"{json.dumps(good)}\n{line}\n")
    with pytest.raises(UserError, match="line 2 of the log is not a sample"):
        list(read_replies(path, "futurebench_direct"))


def test_the_floors(root: Path) -> None:
    """The keys of the eight items go A, B, C, D: A and the most frequent letter earn a quarter."""
    for kind, wanted in (("first", 0.25), ("majority", 0.25), ("longest", 0.25)):
        scores = _scores(_evaluate(Baseline(kind=kind), ["futurebench_direct"]))
        assert scores["futurebench_direct"]["acc_micro,none"] == wanted
        assert scores["futurebench_direct"]["unparsed_share,none"] == 0.0


def test_the_majority_is_that_of_each_task(root: Path) -> None:
    rows = [q.model_copy(update={"answer": "C"}) for q in eval_data.questions()]
    write_manifest(root / "futurebench.jsonl", rows, settings={}, seed=0)
    results = _evaluate(Baseline(kind="majority"), ["futurebench_direct", "videoreason_future"])
    scores = _scores(results)
    assert scores["futurebench_direct"]["acc_micro,none"] == 1.0
    assert scores["videoreason_future"]["acc_future,none"] == 0.5  # A, of A, B, C, A


@pytest.mark.parametrize("kind", KINDS)
def test_every_floor_answers_every_task(kind: str, root: Path) -> None:
    asked = ["futurebench", "videoreason", "videoreason_plausibility"]
    scores = _scores(_evaluate(Baseline(kind=kind), asked))
    # The batched correction needs the log of a first run, and generation a model that makes video.
    for task in HEADLINES.keys() - {"videoreason_correction_batched", "videoreason_generate"}:
        unparsed = [v for k, v in scores[task].items() if k.startswith("unparsed")]
        assert unparsed == [0.0], task


def test_random_letters_are_right_by_chance_and_seeded() -> None:
    docs = [{"id": f"q{i}", "options": "ABCD", "answer": "ABCD"[i % 4]} for i in range(4000)]

    def said(seed: int) -> list[str]:
        model = Baseline(kind="random", seed=seed)
        return [model.reply("t", doc, "?") for doc in docs]

    right = sum(r == d["answer"] for r, d in zip(said(0), docs, strict=True))
    interval = wilson(right, 4000)
    assert interval.low < 0.25 < interval.high
    assert said(0) == said(0) != said(1)


def test_the_longest_option_is_taken() -> None:
    doc = {"id": "q", "options": ["ab", "abcd", "a", "abce"], "answer": "A"}
    assert Baseline(kind="longest").reply("t", doc, "?") == "B"


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"kind": "clever"}, "no such kind"), ({"sed": 1}, "no such setting")],
)
def test_wrong_settings_of_the_floors(
    settings: dict[str, Any], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        Baseline(**settings)
    assert says in capsys.readouterr().err
