"""FutureBench: the prompt, the scores of a scripted model, and a scorer that never raises."""

from pathlib import Path

import eval_data
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lmms_tasks.futurebench import task
from lmms_tasks.statistics import share_interval
from reward_fns.answers import letters, read_choice

TASK = "futurebench_direct"
GOLDEN = Path(__file__).parent / "golden"
DOC = {**eval_data.questions()[1].model_dump(), "video": "/data/v1.mp4"}

# Replies to the eight questions, whose answers are A, B, C, D, A, B, C, D.
REPLIES = {
    "q0": "A",
    "q1": "The answer is B.",
    "q2": "D",
    "q3": "I cannot tell.",
    "q4": "A man waits, so the answer is (A).",
    "q5": "<think>A? No.</think><answer>B</answer>",
    "q6": "A, B, C, D",
    "q7": "**D**",
}
RIGHT = {"q0": 1, "q1": 1, "q2": 0, "q3": 0, "q4": 1, "q5": 1, "q6": 0, "q7": 1}


def test_prompt() -> None:
    golden = (GOLDEN / "futurebench_direct.txt").read_text()
    assert eval_data.as_text(task.doc_to_messages(DOC)) == golden, "raise the task's version"
    assert task.doc_to_messages(DOC)[0]["content"][0] == {"type": "video", "url": "/data/v1.mp4"}


def test_scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEOREASON_DATA", str(eval_data.make(tmp_path)))
    results = eval_data.evaluate(["futurebench"], lambda _, doc: REPLIES[doc["id"]])
    scores = results["results"]["futurebench_direct"]
    expected = {
        "acc_micro": 5 / 8,
        "acc_hop1": 1.0,
        "acc_hop2": 0.0,
        "acc_hop3": 1.0,
        "acc_interpolation": 0.5,
        "unparsed_share": 2 / 8,
    }
    assert {name: scores[f"{name},none"] for name in expected} == expected
    interval = share_interval(list(RIGHT.values()), ["v0", "v1"] * 4)
    assert scores["low_micro,none"] == pytest.approx(interval.low)
    assert scores["high_micro,none"] == pytest.approx(interval.high)
    assert results["groups"]["futurebench"]["acc_micro,none"] == 5 / 8
    # An id beside the metrics would stand among the scores as an empty list.
    assert [name for name, value in scores.items() if isinstance(value, list)] == []
    records = {s["acc_micro"]["item_id"]: s["acc_micro"] for s in results["samples"][TASK]}
    assert {name: record["right"] for name, record in records.items()} == RIGHT
    assert records["q3"] == {
        "score": 0.0,
        "video_id": "v1",
        "item_id": "q3",
        "kind": "hop2",
        "answer_key": "D",
        "letter": None,
        "rule": read_choice(REPLIES["q3"], letters(eval_data.OPTIONS)).rule,
        "options": 4,
        "right": 0.0,
        "unparsed": 1.0,
    }
    told = results["configs"][TASK]["metadata"]
    assert told["version"] == 1
    assert told["data"]["folder"] == str(tmp_path)
    assert len(told["data"]["sha256"]) == 64


def test_a_kind_that_did_not_run_is_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEOREASON_DATA", str(eval_data.make(tmp_path)))
    results = eval_data.evaluate([TASK], lambda _, doc: "A", limit=1)
    scores = results["results"][TASK]
    assert scores["acc_hop1,none"] == 1.0
    assert scores["acc_hop2,none"] is None
    assert scores["low_hop2,none"] is None
    assert len(results["samples"][TASK]) == 1


@given(st.text())
def test_scoring_reads_what_the_one_reader_reads(reply: str) -> None:
    record = task.process_results(DOC, [reply])["acc_micro"]
    reading = read_choice(reply, letters(DOC["options"]))
    assert (record["letter"], record["rule"]) == (reading.letter, reading.rule)
    assert record["score"] == float(reading.letter == "B")


def test_no_reply_is_unparsed() -> None:
    for results in ([], [""]):
        assert task.process_results(DOC, results)["unparsed_share"]["score"] == 1.0


def test_every_document_returns_every_metric() -> None:
    names = {entry["metric"] for entry in task.METRICS}
    for question in eval_data.questions():
        assert set(task.process_results(question.model_dump(), ["A"])) == names
