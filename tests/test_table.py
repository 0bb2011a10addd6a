"""The table and its verdicts, on logs laid out as lmms-eval writes them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from data_prep.errors import UserError
from lmms_tasks.futurebench import task
from lmms_tasks.lines import HEADLINES, lines
from lmms_tasks.logs import read_run
from lmms_tasks.table import app, main

DIRECT = "futurebench_direct"


def _log(
    folder: Path,
    replies: Sequence[str],
    *,
    stamp: str = "20260101_000000",
    data: str = "a" * 64,
    leaks: int = 0,
) -> Path:
    """Write the logs of a run whose right answers are all A, over as many videos as replies."""
    folder.mkdir(parents=True, exist_ok=True)
    samples = [
        task.process_results(
            {
                "id": f"q{i}",
                "video_id": f"v{i}",
                "kind": "hop1" if i % 2 else "hop2",
                "options": ["left", "right", "up", "down"],
                "answer": "A",
            },
            [reply],
        )
        for i, reply in enumerate(replies)
    ]
    (folder / f"{stamp}_samples_{DIRECT}.jsonl").write_text(
        "".join(json.dumps({"doc_id": i, **s}) + "\n" for i, s in enumerate(samples))
    )
    metadata = {"data": {"folder": "/data", "sha256": data, "prompt_has_label": leaks}}
    results = {
        "config": {"model": "fake", "model_args": "fps=2", "limit": None},
        "configs": {DIRECT: {"metadata": metadata, "generation_kwargs": {"max_new_tokens": 32}}},
        "versions": {DIRECT: 1},
    }
    (folder / f"{stamp}_results.json").write_text(json.dumps(results))
    return folder


def _table(*arguments: str) -> tuple[int, str, Any]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.output, done.exception


def test_lines(tmp_path: Path) -> None:
    folder = _log(tmp_path, ["A", "A", "B", "no idea"])
    found = {line.key: line for line in lines(read_run("m", folder, HEADLINES))}
    assert list(found) == ["futurebench", "futurebench_hop1", "futurebench_hop2"]
    micro = found["futurebench"]
    assert micro.estimate is not None
    assert (micro.estimate.value, micro.estimate.n) == (0.5, 4)
    assert (micro.chance, micro.unparsed) == (0.25, 0.25)


def test_table_and_json(tmp_path: Path) -> None:
    base, tuned = _log(tmp_path / "b", ["B"] * 4), _log(tmp_path / "t", ["A"] * 4, leaks=3)
    file = tmp_path / "numbers.json"
    code, shown, _ = _table(f"base={base}", f"tuned={tuned}", "--json", str(file))
    assert code == 0
    for text in ("base", "tuned", "futurebench_hop1", "1.000", "0.250", "fps=2", "a" * 12):
        assert text in shown
    assert "LABEL LEAK in 3" in shown
    lines_of = json.loads(file.read_text())["models"]["tuned"]["lines"]
    assert lines_of[0]["estimate"]["value"] == 1.0


def test_the_newest_log_counts(tmp_path: Path) -> None:
    _log(tmp_path, ["A"] * 3, stamp="20260102_000000")
    _log(tmp_path, ["B"] * 3, stamp="20260101_235959")
    found = lines(read_run("m", tmp_path, HEADLINES))[0].estimate
    assert found is not None
    assert found.value == 1.0


@pytest.mark.parametrize(
    ("tuned", "base", "holds", "says"),
    [
        (["A"] * 40, ["B"] * 40, True, "tuned is above base and above chance"),
        (["A"] * 40, ["A"] * 40, False, "tuned is not above base"),
        (["A", "B"] * 20, ["A", "B", "B", "B"] * 10, False, "the intervals meet"),
        (["A"] * 8 + ["B"] * 32, ["B"] * 40, False, "tuned is not above chance"),
        (["B"] * 40, ["A"] * 40, False, "tuned is not above base"),
    ],
)
def test_must_beat(
    tuned: list[str], base: list[str], holds: bool, says: str, tmp_path: Path
) -> None:
    code, shown, _ = _table(
        f"tuned={_log(tmp_path / 't', tuned)}",
        f"base={_log(tmp_path / 'b', base)}",
        *("--must-beat", "tuned:base:futurebench"),
    )
    assert code == (0 if holds else 1)
    assert says in shown
    assert "chance 0.250" in shown


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("tuned:base", "takes TUNED:BASE:BENCHMARK"),
        ("tuned:other:futurebench", "no model 'other'"),
        ("tuned:base:mmlu", "no 'mmlu'"),
    ],
)
def test_a_rule_that_cannot_be_checked(rule: str, says: str, tmp_path: Path) -> None:
    folder = _log(tmp_path, ["A"])
    _, _, error = _table(f"tuned={folder}", f"base={folder}", "--must-beat", rule)
    assert isinstance(error, UserError)
    assert says in str(error)


def test_models_on_other_items_are_not_compared(tmp_path: Path) -> None:
    first = f"a={_log(tmp_path / 'a', ['A'] * 9)}"
    for other in (
        _log(tmp_path / "b", ["B"] * 9, data="b" * 64),
        _log(tmp_path / "c", ["B"] * 8),
    ):
        _, _, error = _table(first, f"b={other}", "--must-beat", "a:b:futurebench")
        assert isinstance(error, UserError)
        assert "not on the same items" in str(error)


def test_logs_of_two_models_in_one_folder(tmp_path: Path) -> None:
    _log(tmp_path / "one", ["A"])
    folder = _log(tmp_path / "two", ["A"], stamp="20270101_000000")
    name = folder / f"20270101_000000_samples_{DIRECT}.jsonl"
    name.rename(folder / "20270101_000000_samples_videoreason_future.jsonl")
    with pytest.raises(UserError, match="more than one folder"):
        read_run("m", tmp_path, HEADLINES)


def test_a_log_that_cannot_be_read(tmp_path: Path) -> None:
    folder = _log(tmp_path, ["A"])
    next(folder.glob("*_results.json")).unlink()
    with pytest.raises(UserError, match="cannot be read"):
        read_run("m", folder, HEADLINES)


@pytest.mark.parametrize("named", ["m=nowhere", "m", "=x"])
def test_missing_logs_end_with_one(
    named: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["table", named])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_the_table_needs_no_part_of_lmms_eval() -> None:
    code = "import sys, lmms_tasks.table; print({'lmms_eval', 'datasets'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(("sees", "kept"), [(True, 0.0), (False, None)])
def test_retention_needs_real_futures_that_are_recognised(sees: bool, kept: float | None) -> None:
    from lmms_tasks.lines import _retention
    from lmms_tasks.videoreason import retention

    options = ["left", "right", "up", "down"]
    records = []
    for i in range(20):
        for generator in ("real", "copy"):
            doc = {
                **{"id": f"i{i}:{generator}", "item_id": f"i{i}", "video_id": f"v{i}"},
                **{"kind": "bounce", "options": options, "answer": "A", "shows": None},
                **{"generator": generator, "generators": ["copy"], "failed": []},
            }
            reply = "A" if generator == "real" and (sees or i % 4 == 0) else "B"
            records.append(retention.process_results(doc, [reply])["retention_all"])
    found = {line.key: line.estimate for line in _retention(records)}
    shown = found["retention_copy"]
    assert (shown.value if shown else None) == kept
    assert found["acc_on_copy"] is not None
