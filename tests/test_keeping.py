"""Replies are kept piece by piece: what a killed run has asked is not asked again."""

import json
from pathlib import Path
from typing import Any

import eval_data
import pytest
from test_replay import _evaluate

from data_prep.errors import UserError
from lmms_tasks import keeping, plugin
from lmms_tasks.models.baseline import Baseline
from lmms_tasks.models.replay import Replay
from lmms_tasks.replies import read_replies

TASKS = ["futurebench_direct", "videoreason_correction", "futurebench_rotated"]


class Killed(BaseException):
    """What ends a run, as a signal does: nothing on its way catches it."""


class Model(Baseline):
    """Answers, counts how often it was asked, and is killed at a number of requests."""

    def __init__(self, dies_at: int = 10_000) -> None:
        super().__init__(kind="first")
        self.asked, self._dies_at = 0, dies_at

    def __str__(self) -> str:
        # By this, lmms-eval knows the model whose replies it has.
        return "model"

    def reply(self, task: str, doc: Any, prompt: str) -> str:
        self.asked += 1
        if self.asked > self._dies_at:
            raise Killed
        return super().reply(task, doc, prompt)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LMMS_CACHE_RUN_ID", "replies")
    monkeypatch.setattr(keeping, "PIECE", 3)
    plugin.register()
    return eval_data.make(tmp_path / "data")


def test_a_killed_run_goes_on_where_it_was(root: Path, tmp_path: Path) -> None:
    whole = Model()
    wanted = _evaluate(whole, TASKS)
    cache = str(tmp_path / "replies")
    killed = Model(dies_at=10)
    with pytest.raises(Killed):
        _evaluate(killed, TASKS, use_cache=cache)
    # Three pieces of three were whole.
    second = Model(dies_at=whole.asked - 9 - 1)
    with pytest.raises(Killed):
        _evaluate(second, TASKS, use_cache=cache)
    last = Model()
    found = _evaluate(last, TASKS, use_cache=cache)
    assert 0 < last.asked <= keeping.PIECE
    for task in TASKS:
        assert found["results"][task] == wanted["results"][task]


def test_what_is_kept_is_replayed(root: Path, tmp_path: Path) -> None:
    cache = tmp_path / "replies/one"
    wanted = _evaluate(Model(), TASKS, use_cache=str(cache))
    kept = cache / "kept_futurebench_direct.jsonl"
    lines = kept.read_text().splitlines()
    assert len(lines) == len(eval_data.questions())
    _evaluate(Model(), TASKS, use_cache=str(cache))
    assert kept.read_text().splitlines() == lines, "nothing is kept twice"
    # A line that a killed run began is removed by the next, and by the next only.
    kept.write_text("".join(f"{line}\n" for line in lines[:3]) + lines[3][:9])
    _evaluate(Model(), TASKS, use_cache=str(cache))
    assert sorted(kept.read_text().splitlines()) == sorted(lines)
    again = _evaluate(Replay(log=str(tmp_path)), TASKS)
    for task in TASKS:
        assert again["results"][task] == wanted["results"][task]


def test_other_videos_under_the_same_names_are_asked_anew(root: Path, tmp_path: Path) -> None:
    cache = str(tmp_path / "replies")
    first, same, other = Model(), Model(), Model()
    _evaluate(first, TASKS[:1], use_cache=cache)
    _evaluate(same, TASKS[:1], use_cache=cache)
    with (root / "videos/v0.mp4").open("ab") as video:
        video.write(b"x")
    _evaluate(other, TASKS[:1], use_cache=cache)
    assert (first.asked, same.asked, other.asked) == (8, 0, 8)


def test_replies_of_two_models_are_not_mixed(root: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        _evaluate(Model(), TASKS[:1], use_cache=str(tmp_path / "replies" / name))
    with pytest.raises(UserError, match="of several models or data"):
        list(read_replies(tmp_path, TASKS[0]))
    assert len(list(read_replies(tmp_path / "replies/one", TASKS[0]))) == 8


def test_a_reply_that_utf8_cannot_hold_is_kept(root: Path, tmp_path: Path) -> None:
    from lmms_eval.api.instance import GenerationResult

    class Broken(Model):
        def reply(self, task: str, doc: Any, prompt: str) -> Any:
            said: list[Any] = ["\ud83d", GenerationResult(text="Answer: A\n\udc80"), "\x00", ""]
            return said[int(doc["id"][1:]) % 4]

    cache = tmp_path / "replies"
    found = _evaluate(Broken(), TASKS[:1], use_cache=str(cache))
    assert found["results"][TASKS[0]]["unparsed_share,none"] == 0.75
    replies = dict(read_replies(tmp_path, TASKS[0]))
    assert {stored.reply for stored in replies.values()} == {"?", "Answer: A\n?", "\x00", ""}
    for sample in found["samples"][TASKS[0]]:
        json.dumps(sample["resps"], ensure_ascii=False).encode("utf-8")
