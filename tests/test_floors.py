"""What guessing scores, and what broken replies do, in whole runs of lmms-eval."""

import itertools
import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import eval_data
import pytest
from lmms_eval.tasks import TaskManager, get_task_dict
from lmms_eval.utils import load_yaml_config
from rich.progress import Progress
from test_replay import _evaluate, _log

from data_prep.manifest import read_manifest, write_manifest
from data_prep.records import Question
from data_prep.toyworld.world import make_world
from lmms_tasks import TASKS_DIR
from lmms_tasks.models.baseline import Baseline
from lmms_tasks.models.replay import Replay

ITEMS = 400
# What models reply when something is wrong with them: in a log, in turns.
BROKEN: list[Any] = [
    *(None, "", "🙂🙃", "\ufffd\ufffd\ufffd", "word " * 200_000, "B" * 1_000_000, "\ud83d", []),
    *("\x00", "A\x00B", "\udc80 \udfff", "\u202e\u200b\n\r\t"),
]


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """Items whose keys are spread unevenly; no baseline opens their videos."""
    data = eval_data.make(tmp_path / "data")
    keys = "A" * 4 + "B" * 3 + "C" * 2 + "D"
    rows = [
        row.model_copy(update={"id": f"q{i}", "video_id": f"v{i}", "answer": keys[i % 10]})
        for i in range(ITEMS)
        for row in [eval_data.questions()[i % 8]]
    ]
    write_manifest(data / "futurebench.jsonl", rows, settings={}, seed=0)
    monkeypatch.setenv("VIDEOREASON_DATA", str(data))
    return rows


def _accuracy(kind: str, task: str) -> tuple[float, float, float]:
    found = _evaluate(Baseline(kind=kind), [task])["results"][task]
    suffix = "micro" if task == "futurebench_direct" else "blind_micro"
    return tuple(found[f"{stem}_{suffix},none"] for stem in ("low", "acc", "high"))


@pytest.mark.parametrize("task", ["futurebench_direct", "futurebench_blind"])
def test_random_letters_are_right_a_quarter_of_the_time(task: str, many: list[Question]) -> None:
    low, value, high = _accuracy("random", task)
    assert low < 0.25 < high
    assert low < value < high
    assert high - low < 0.1


def test_one_letter_is_right_as_often_as_it_is_the_key(many: list[Question]) -> None:
    keys = Counter(row.answer for row in many)
    assert _accuracy("first", "futurebench_direct")[1] == keys["A"] / ITEMS == 0.4
    assert _accuracy("majority", "futurebench_direct")[1] == max(keys.values()) / ITEMS


def test_who_sees_nothing_is_at_chance_on_the_toy_world(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither letters nor the lengths of the options tell the answer."""
    make_world(tmp_path / "toy", clips=100, seed=0, progress=Progress(disable=True))
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path / "toy"))
    rows = read_manifest(tmp_path / "toy/futurebench.jsonl", Question, made_by="toyworld")
    keys = Counter(row.answer for row in rows)
    for kind in ("random", "first", "longest", "majority"):
        low, value, high = _accuracy(kind, "futurebench_blind")
        assert low < 0.25 < high, kind
        if kind == "first":
            assert value == pytest.approx(keys["A"] / keys.total())


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("VIDEOREASON_LPIPS", "alex:random:0")
    return eval_data.make(tmp_path / "data")


def _tasks(group: str) -> list[str]:
    return list(load_yaml_config(str(TASKS_DIR / group / f"{group}.yaml"))["task"])


@pytest.mark.parametrize(
    "task",
    [*_tasks("futurebench"), *_tasks("videoreason"), "videoreason_plausibility"],
)
def test_every_task_counts_broken_replies(task: str, small: Path) -> None:
    """`process_results` and every aggregation, with the replies as they come from a model."""
    manager = TaskManager(include_path=str(TASKS_DIR), include_defaults=False)
    found = get_task_dict([task], manager)[task]
    docs = list(found.eval_docs)[:2]
    replies = [[reply] for reply in BROKEN if reply != []] + [[]]
    items = [found.config.process_results(doc, reply) for doc in docs for reply in replies]
    unparsed = [name for name in items[0] if name.startswith("unparsed")]
    assert len(unparsed) == 1
    for entry in found.config.metric_list:
        score = entry["aggregation"]([item[entry["metric"]] for item in items])
        assert score is None or math.isfinite(score), entry["metric"]
        if entry["metric"] in unparsed:
            assert score == 1.0
    assert len(items) == len(docs) * len(replies)


def test_a_run_of_broken_replies_comes_to_its_end_and_a_replay_scores_it_alike(
    small: Path, tmp_path: Path
) -> None:
    """Both groups, from a model that says nothing else; its log, as lmms-eval writes it, again."""
    turn = itertools.count()
    texts = sorted((reply for reply in BROKEN if isinstance(reply, str)), key=len)
    # Long ones take a second to read: one in twenty is enough.
    said = texts[:-2] * 5 + texts[-2:]
    tasks = ["futurebench", "videoreason"]
    asked = eval_data.evaluate(tasks, lambda task, doc: said[next(turn) % len(said)])
    log = _log(asked, tmp_path / "log")
    again = _evaluate(Replay(log=str(log)), tasks)
    for task in [name for group in tasks for name in _tasks(group)]:
        scores = again["results"][task]
        unparsed = [value for name, value in scores.items() if name.startswith("unparsed")]
        assert 1.0 in unparsed, task
        assert {k: v for k, v in scores.items() if "stderr" not in k} == {
            k: v for k, v in asked["results"][task].items() if "stderr" not in k
        }
        json.dumps(scores, allow_nan=False)


def test_a_run_of_broken_replies_comes_to_its_end_and_counts_them(
    many: list[Question], tmp_path: Path
) -> None:
    """Through a log as lmms-eval writes it, the replay, and all aggregates of two tasks."""
    tasks = ["futurebench_direct", "futurebench_rotated"]
    asked = _evaluate(Baseline(kind="first"), tasks, limit=8)
    for task in tasks:
        for i, sample in enumerate(asked["samples"][task]):
            broken = BROKEN[i % len(BROKEN)]
            sample["filtered_resps"] = [broken]
            sample["resps"] = [[broken]]
    log = _log(asked, tmp_path / "log")
    again = _evaluate(Replay(log=str(log)), tasks, limit=8)["results"]
    for task, name in zip(tasks, ("unparsed_share", "unparsed_rotated_share"), strict=True):
        assert again[task][f"{name},none"] == 1.0
    assert again["futurebench_direct"]["acc_micro,none"] == 0.0
    assert again["futurebench_direct"]["letter_bias,none"] is None
    assert again["futurebench_rotated"]["share_rotated_consistency,none"] == 0.0
