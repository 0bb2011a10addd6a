"""Tests of the judge, against a real server that answers well, badly and not at all."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from reward_fns.easyr1 import score
from reward_fns.judge import Judge

Answers = list[tuple[int, str]]


@contextmanager
def serving(answers: Answers) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve `answers` in turn, the last for ever; yield the address and the requests received."""
    received: list[dict[str, Any]] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                status, text = answers[min(len(received), len(answers) - 1)]
                received.append(body)
            reply = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def says(text: str) -> tuple[int, str]:
    return 200, json.dumps({"choices": [{"message": {"content": text}}]})


def row(reply: str, truth: object) -> dict[str, Any]:
    return {"response": reply, "response_length": 5, "ground_truth": truth}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reward_fns.judge.time.sleep", lambda seconds: None)


@pytest.mark.parametrize(
    ("answers", "accuracy", "failed", "calls"),
    [
        ([says("Yes.")], 1.0, 0.0, 1),
        ([says("no")], 0.0, 0.0, 1),
        ([(500, "oops"), (429, "slow down"), says("yes")], 1.0, 0.0, 3),
        ([(500, "oops")], 0.0, 1.0, 3),
        ([(200, "not json"), says("yes")], 1.0, 0.0, 2),
        ([(200, '{"choices": []}')], 0.0, 1.0, 3),
        ([says("perhaps")], 0.0, 1.0, 1),
    ],
)
def test_a_verdict_is_the_accuracy_and_a_missing_one_is_counted(
    answers: Answers, accuracy: float, failed: float, calls: int
) -> None:
    with serving(answers) as (url, received):
        found = score([row("it stops", "the ball stops")], judge_url=url, judge_model="m")[0]
    assert (found["accuracy"], found["judge_failed"]) == (accuracy, failed)
    assert len(received) == calls
    assert received[0]["model"] == "m"
    assert "the ball stops" in received[0]["messages"][0]["content"]


def test_choices_are_not_sent_to_the_judge() -> None:
    truth = {"answer": "A", "options": ["it stops", "it moves"]}
    with serving([says("no")]) as (url, received):
        assert score([row("A", truth)], judge_url=url, judge_model="m")[0]["accuracy"] == 1.0
    assert received == []


def test_a_server_that_is_not_there_is_counted() -> None:
    judge = Judge("http://127.0.0.1:9/v1", "m", timeout=1, attempts=2)
    found = score([row("it stops", "it stops")], judge_url=judge.url, judge_model="m")[0]
    assert (found["accuracy"], found["judge_failed"]) == (0.0, 1.0)


def test_a_judge_needs_a_model() -> None:
    with pytest.raises(ValueError, match="come together"):
        score([], judge_url="http://localhost:1/v1")
