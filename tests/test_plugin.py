"""lmms-eval finds our tasks, every file below them is sound, and broken data stops the process."""

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import eval_data
import pytest
import yaml

from data_prep.paths import data_root
from lmms_tasks import TASKS_DIR, data, plugin
from lmms_tasks.fingerprint import of_evaluation

YAMLS = sorted(TASKS_DIR.rglob("*.yaml"))
GROUPS = ("futurebench", "videoreason")
COMMAND = "`python -m data_prep toyworld`"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path))
    monkeypatch.setenv("VIDEOREASON_LPIPS", "alex:random:0")
    return eval_data.make(tmp_path)


def test_data_root(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path))
    assert data_root() == tmp_path
    monkeypatch.setenv("VIDEOREASON_DATA", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert data_root() == tmp_path / "cache/videoreason/toyworld"
    for unset in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", unset)
        assert data_root() == Path.home() / ".cache/videoreason/toyworld"


class _Manager:
    def initialize_tasks(
        self, include_path: str | list[str] | None = None, include_defaults: bool = True
    ) -> Any:
        return include_path, include_defaults


@pytest.mark.parametrize(
    ("given", "seen"),
    [(None, []), ("mine", ["mine"]), (["mine", "yours"], ["mine", "yours"])],
)
def test_our_folder_comes_last_and_once(given: Any, seen: list[str]) -> None:
    manager = type("Manager", (_Manager,), {})
    plugin.add_tasks_dir(manager)
    plugin.add_tasks_dir(manager)
    assert manager().initialize_tasks(given) == ([*seen, str(TASKS_DIR)], True)


def test_lmms_eval_loads_the_entry_point(tmp_path: Path) -> None:
    import lmms_eval.models
    from lmms_eval.tasks import TaskManager

    found = {manifest.model_id for manifest in plugin.register()}
    assert found == {"videoreason_replay", "videoreason_baseline", "videoreason_generator"}
    assert found <= set(lmms_eval.models.MODEL_REGISTRY_V2.list_model_names())
    assert set(GROUPS) <= set(TaskManager(include_defaults=False).all_groups)
    mine = tmp_path / "mine.yaml"
    mine.write_text("task: futurebench_direct\n")
    index = TaskManager(include_path=str(tmp_path), include_defaults=False).task_index
    assert index["futurebench_direct"]["yaml_path"] == str(mine)


def test_listing_tasks_reads_no_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from lmms_eval.tasks import TaskManager

    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path))
    manager = TaskManager(include_path=str(TASKS_DIR), include_defaults=False)
    assert "videoreason_retention" in manager.all_subtasks


# `test_correction` loads it, after a first run.
NEEDS_A_LOG = "videoreason_correction_batched"


@pytest.mark.parametrize("path", YAMLS, ids=lambda path: path.name)
def test_yaml(path: Path, root: Path) -> None:
    from lmms_eval.utils import load_yaml_config

    if path.stem == NEEDS_A_LOG:
        with pytest.raises(SystemExit):
            load_yaml_config(str(path), mode="full")
    else:
        assert isinstance(load_yaml_config(str(path), mode="full"), dict)
    names = [
        node.value for node in _nodes(yaml.compose(path.read_text())) if node.tag == "!function"
    ]
    assert all(name.startswith("lmms_tasks.") for name in names), "relative names run twice"


def _nodes(node: yaml.Node) -> Any:
    yield node
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _nodes(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _nodes(value)


@pytest.mark.parametrize("group", GROUPS)
def test_no_metric_name_is_part_of_another(group: str, root: Path) -> None:
    from lmms_eval.utils import load_yaml_config

    folder = TASKS_DIR / group
    tasks = load_yaml_config(str(folder / f"{group}.yaml"))["task"]
    names = [
        entry["metric"]
        for task in tasks
        for entry in load_yaml_config(str(folder / f"{task}.yaml"))["metric_list"]
    ]
    assert len(names) == len(set(names))
    assert [(a, b) for a, b in permutations(names, 2) if a in b] == []


def _no_manifest(root: Path) -> None:
    (root / "futurebench.jsonl").unlink()


def _no_rows(root: Path) -> None:
    (root / "futurebench.jsonl").write_text("")


def _no_media(root: Path) -> None:
    for video in (root / "videos").glob("v*"):
        video.unlink()


def _edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        path = root / name
        path.write_text(path.read_text().replace(old, new))

    return edit


@pytest.mark.parametrize(
    ("breaks", "attribute", "says"),
    [
        (_no_manifest, "futurebench_file", "there is no such manifest"),
        (_no_manifest, "futurebench_state", "there is no such manifest"),
        (_no_rows, "futurebench_file", "the manifest has no rows"),
        (_no_media, "futurebench_file", "2 media files cannot be used"),
        (_edit("futurebench.jsonl", "videos/v0", "../v0"), "futurebench_file", "outside of the"),
        (_edit("futurebench.jsonl", "hop3", "hop4"), "futurebench_file", "2 questions are of an"),
        (_edit("futurebench.jsonl", '"answer":"A"', '"answer":"E"'), "futurebench_file", "line 1:"),
        (_edit("futurebench.jsonl", '"q7"', '"q0"'), "futurebench_file", "stand more than once"),
        (_edit("futurebench.jsonl", '{"id":"q3"', "{"), "futurebench_file", "line 4: not a valid"),
        (_edit("videoreason.jsonl", "future1", "gone"), "videoreason_file", "1 media files"),
        (_edit("predictions.jsonl", '"item_id":"i0"', '"item_id":"i9"'), "predicted_file", "'i9'"),
        (_edit("predictions.jsonl", '"shows":"C"', '"shows":"E"'), "predicted_file", "an option"),
        (_edit("predictions.jsonl", '"copy"', '"all"'), "predicted_file", "another name: letters"),
        (_edit("predictions.jsonl", '"copy"', '"a,b"'), "predicted_file", "'a,b'"),
        (_edit("predictions.jsonl", "generated/copy0", "x"), "predicted_state", "x.mp4 (missing)"),
    ],
)
def test_broken_data_ends_the_process(
    breaks: Callable[[Path], None],
    attribute: str,
    says: str,
    root: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert getattr(data, attribute)
    breaks(root)
    with pytest.raises(SystemExit) as stopped:
        getattr(data, attribute)
    assert stopped.value.code == 1
    told = capsys.readouterr().err
    assert says in told
    assert str(root) in told
    assert "VIDEOREASON_DATA" in told
    assert COMMAND in told


def test_the_state_follows_the_content(root: Path) -> None:
    before = data.futurebench_state
    assert before == data.futurebench_state
    with (root / "videos/v0.mp4").open("ab") as video:
        video.write(b"x")
    assert data.futurebench_state["sha256"] != before["sha256"]
    assert before["folder"] == str(root)


def test_an_unknown_attribute_is_one() -> None:
    with pytest.raises(AttributeError):
        _ = data.no_such_thing


def test_the_command_line_of_lmms_eval_stops_without_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from lmms_eval.__main__ import cli_evaluate
    from loguru import logger

    plugin.register()
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["lmms-eval", "--model", "dummy", "--tasks", "futurebench"])
    # It catches Exception and returns, and a process that returns ends with 0.
    with pytest.raises(SystemExit) as stopped:
        cli_evaluate()
    logger.remove()
    assert stopped.value.code == 1
    assert str(tmp_path / "futurebench.jsonl") in capsys.readouterr().err


@pytest.mark.e2e
def test_the_real_command_line_and_the_table(root: Path, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "lmms_eval", "--model", "dummy", "--log_samples"),
            *("--model_args", "response=A,decode_num_frames=2", "--tasks", ",".join(GROUPS)),
            *("--output_path", str(logs)),
        ],
        env={**os.environ, "VIDEOREASON_DATA": str(root), "HF_HUB_OFFLINE": "1"},
        cwd=TASKS_DIR.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    shown = subprocess.run(
        [sys.executable, "-m", "lmms_tasks.table", f"dummy={logs}"],
        cwd=TASKS_DIR.parent,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for line in ("futurebench_hop3", "videoreason_future", "retention_copy", "response=A"):
        assert line in shown


def test_the_fingerprint_follows_model_and_data(root: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    weights = model / "weights.bin"
    weights.write_bytes(b"old")

    def found(tasks: str = "futurebench_direct") -> str:
        return of_evaluation(str(model), tasks.split(","))

    before = found()
    assert before == found()
    assert before != of_evaluation("hub/model", ["futurebench_direct"])
    weights.write_bytes(b"new")
    trained = found()
    assert trained != before
    other = found("videoreason")
    with (root / "videos/v0.mp4").open("ab") as video:
        video.write(b"x")
    assert found() != trained
    assert found("videoreason") != other
    assert found("mmlu") == found("mmlu,other")


def test_the_fingerprint_of_broken_data_ends_the_process(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "futurebench.jsonl").unlink()
    with pytest.raises(SystemExit):
        of_evaluation("hub/model", ["futurebench"])
    assert COMMAND in capsys.readouterr().err
