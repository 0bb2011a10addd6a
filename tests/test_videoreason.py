"""VideoReason: prompts, scores of scripted models on known generators, failures, missing truth."""

import json
from pathlib import Path
from typing import Any

import eval_data
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.manifest import write_manifest
from lmms_tasks import data
from lmms_tasks.videoreason import attempts, future, retention, verification
from reward_fns.answers import letters, read_choice, read_confidence

GOLDEN = Path(__file__).parent / "golden"
ITEM = eval_data.items()[0].model_dump()
FUTURE_DOC = {**ITEM, "context": "/data/context.mp4"}
RETENTION_DOC = {
    **{key: ITEM[key] for key in ("video_id", "kind", "options", "answer")},
    "id": "i0-copy",
    "item_id": "i0",
    "video": "/data/copy0.mp4",
    "generator": "copy",
    "shows": "D",
    "sample": 0,
    "failed": [],
    "generators": ["copy", "perfect"],
}
VERIFICATION_DOC = {
    "id": "i0-copy",
    "item_id": "i0",
    "video_id": "v0",
    "kind": "bounce",
    "generator": "copy",
    "videos": ["/data/future0.mp4", "/data/copy0.mp4"],
    "same": False,
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path))
    return eval_data.make(tmp_path)


@pytest.mark.parametrize(
    ("task", "doc"),
    [(future, FUTURE_DOC), (retention, RETENTION_DOC), (verification, VERIFICATION_DOC)],
    ids=["future", "retention", "verification"],
)
def test_prompt(task: Any, doc: dict[str, Any]) -> None:
    golden = (GOLDEN / f"videoreason_{task.__name__.rpartition('.')[2]}.txt").read_text()
    assert eval_data.as_text(task.doc_to_messages(doc)) == golden, "raise the task's version"


def sees_all(task: str, doc: dict[str, Any]) -> str:
    """Read every clip for what it shows, and know the future."""
    if task == "videoreason_verification":
        return "0.9" if doc["same"] else "0.1"
    return str(doc.get("shows") or doc["answer"])


def _scores(results: Any, task: str) -> dict[str, Any]:
    return {
        name.removesuffix(",none"): value
        for name, value in results["results"][f"videoreason_{task}"].items()
        if "stderr" not in name
    }


def test_scores_of_a_model_that_sees_all(root: Path) -> None:
    results = eval_data.evaluate(["videoreason"], sees_all)
    assert _scores(results, "future")["acc_future"] == 1.0
    assert results["results"]["videoreason"] == {" ": " ", "alias": "videoreason"}

    kept = _scores(results, "retention")
    expected = {
        "acc_real": 1.0,
        "acc_on_perfect": 1.0,
        "retention_perfect": 1.0,
        "acc_on_copy": 0.0,  # what the copy shows, nothing moving, is not what happened
        "recognised_copy": 1.0,  # yet it was read rightly
        "acc_on_wrong_direction": 0.0,
        "recognised_wrong_direction": 1.0,
        "failed_wrong_direction": 1 / 4,
        "failed_all": 1 / 12,
        "retention_all": 4 / 12,
        "unparsed_retention": 0.0,
    }
    assert {name: kept[name] for name in expected} == pytest.approx(expected)
    assert kept["retlow_copy"] is None  # no spread, no interval
    # 4 real, 11 generated, none for the failure
    assert len(results["samples"]["videoreason_retention"]) == 15

    judged = _scores(results, "verification")
    assert judged["auroc_confidence"] == 1.0
    assert judged["agreement_with_truth"] == 1.0
    assert judged["mean_when_same"] == pytest.approx(0.9)
    assert judged["mean_when_other"] == pytest.approx(0.1)
    assert len(results["samples"]["videoreason_verification"]) == 11
    told = results["configs"]["videoreason_verification"]["metadata"]["data"]
    assert told["predictions"] == 12
    assert told["failed"] == 1
    assert told["truth_unknown"] == 0


def test_scores_of_a_model_that_says_little(root: Path) -> None:
    def reply(task: str, doc: dict[str, Any]) -> str:
        if task == "videoreason_verification":
            return "Hard to say." if doc["item_id"] == "i0" else "80%"
        return "A or B." if doc["video_id"] == "v0" else "A"

    results = eval_data.evaluate(["videoreason"], reply)
    told = _scores(results, "future")
    assert told["unparsed_future"] == 0.5
    assert told["acc_future"] == 0.25  # of i2 (C) and i3 (A), one is right
    kept = _scores(results, "retention")
    assert kept["acc_real"] == 0.25
    assert kept["retention_perfect"] == 1.0
    assert kept["unparsed_retention"] == 8 / 15
    judged = _scores(results, "verification")
    assert judged["unparsed_confidence"] == pytest.approx(3 / 11)
    records = [s["auroc_confidence"] for s in results["samples"]["videoreason_verification"]]
    assert {r["confidence"] for r in records if r["stated"] is None} == {0.5}


def test_what_a_run_does_not_define_is_empty(root: Path) -> None:
    results = eval_data.evaluate(["videoreason"], lambda task, doc: "nothing", limit=1)
    assert _scores(results, "verification")["auroc_confidence"] is None
    assert _scores(results, "retention")["retention_copy"] is None
    json.dumps(results["results"], allow_nan=False)


def test_the_future_is_not_handed_to_the_future_task(root: Path) -> None:
    from datasets import Dataset

    docs = future.process_docs(Dataset.from_json(str(root / "videoreason.jsonl")))
    assert "future" not in docs.column_names


def test_the_stored_order_of_the_two_futures(root: Path) -> None:
    from datasets import Dataset

    docs = verification.process_docs(Dataset.from_json(str(root / "videoreason.jsonl")))
    first = {doc["id"]: Path(doc["videos"][0]).name for doc in docs}
    assert first["i0-copy"] == "future0.mp4"
    assert first["i1-copy"] == "copy1.mp4"


def test_without_known_truth_verification_says_what_still_runs(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row.model_copy(update={"shows": None}) for row in eval_data.predictions()]
    write_manifest(root / "predictions.jsonl", rows, settings={}, seed=0)
    with pytest.raises(SystemExit):
        _ = data.judged_file
    told = capsys.readouterr().err
    assert "none of 12" in told
    assert "videoreason_future,videoreason_retention" in told
    results = eval_data.evaluate(["videoreason_retention"], sees_all)
    assert _scores(results, "retention")["recognised_copy"] is None


def test_generators_are_those_of_the_data(root: Path) -> None:
    assert retention.generators(root) == ["copy", "perfect", "wrong_direction"]
    names = {entry["metric"] for entry in retention.METRICS}
    assert {"retention_copy", "retention_all", "failed_wrong_direction"} <= names
    assert names == set(
        retention.process_results(
            {**RETENTION_DOC, "generators": retention.generators(root)}, ["A"]
        )
    )


def _row(item: str, generator: str, right: float, failed: list[str] | None = None) -> Any:
    return {
        "item_id": item,
        "video_id": item,
        "generator": generator,
        "right": right,
        "recognised": None,
        "failed": failed or [],
    }


@pytest.mark.parametrize(
    ("rows", "value", "why"),
    [
        ([_row("a", "real", 1), _row("a", "g", 1)], 1.0, "kept"),
        ([_row("a", "real", 1), _row("a", "g", 0)], 0.0, "lost"),
        ([_row("a", "real", 0), _row("a", "g", 1)], None, "no real one was read: no ratio"),
        ([_row("a", "real", 1, ["g"])], 0.0, "a failure is a loss"),
        ([_row("a", "real", 1, ["h"])], None, "a failure of another generator"),
        ([_row("a", "g", 1)], None, "its real future did not run"),
        (
            [_row("a", "real", 1), _row("b", "real", 1), _row("a", "g", 1)],
            1.0,
            "paired by item: b has no generated future",
        ),
        (
            [_row("a", "real", 1), _row("a", "g", 1), _row("b", "real", 0), _row("b", "g", 1)],
            2.0,
            "a ratio may exceed 1",
        ),
        ([{}, _row("a", "real", 1), _row("a", "g", 1), {}], 1.0, "documents it has no part in"),
    ],
)
def test_retention(rows: list[Any], value: float | None, why: str) -> None:
    found = attempts.estimate(rows, "g", "retention")
    assert (found.value if found else None) == value, why


@given(st.text())
def test_scoring_never_raises_and_reads_what_the_one_reader_reads(reply: str) -> None:
    options = letters(ITEM["options"])
    said = future.process_results(FUTURE_DOC, [reply])["acc_future"]
    assert said["letter"] == read_choice(reply, options).letter
    kept = retention.process_results(RETENTION_DOC, [reply])["retention_all"]
    assert kept["letter"] == said["letter"]
    judged = verification.process_results(VERIFICATION_DOC, [reply])["auroc_confidence"]
    assert judged["stated"] == read_confidence(reply)
    assert 0 <= judged["confidence"] <= 1


@pytest.mark.parametrize(
    ("reply", "same", "agrees"),
    [("0.9", True, 1), ("0.9", False, 0), ("0.5", True, 0), ("0.5", False, 0), ("no", False, 0)],
)
def test_one_half_takes_no_side(reply: str, same: bool, agrees: float) -> None:
    doc = {**VERIFICATION_DOC, "same": same}
    assert verification.process_results(doc, [reply])["agreement_with_truth"]["score"] == agrees
