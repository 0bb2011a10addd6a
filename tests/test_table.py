"""The table and its verdicts, on logs laid out as lmms-eval writes them."""

import copy
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import logs
import pytest
import report_runs
from typer.testing import CliRunner

from data_prep.errors import UserError
from lmms_tasks.comparison import compare
from lmms_tasks.lines import HEADLINES, lines
from lmms_tasks.logs import Run, read_run
from lmms_tasks.table import app, main
from lmms_tasks.verdict import verdict

DIRECT = "futurebench_direct"


def _log(folder: Path, replies: Sequence[str], **options: Any) -> Path:
    """Write the logs of direct answers; the right one is always A."""
    return logs.write(folder, {"direct": replies}, **options)


def _table(*arguments: str) -> tuple[int, str, Any]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.output, done.exception


def test_lines(tmp_path: Path) -> None:
    folder = _log(tmp_path, ["A", "A", "B", "no idea"])
    found = {line.key: line for line in lines(read_run("m", folder, HEADLINES))}
    kinds = [f"futurebench_{kind}" for kind in logs.KINDS]
    assert list(found) == ["futurebench", *kinds, "futurebench_parsed"]
    parsed = found["futurebench_parsed"].estimate
    assert parsed is not None
    assert (parsed.value, parsed.n) == (2 / 3, 3)
    micro = found["futurebench"]
    assert micro.estimate is not None
    assert (micro.estimate.value, micro.estimate.n) == (0.5, 4)
    assert (micro.chance, micro.unparsed) == (0.25, 0.25)


def test_table_and_json(tmp_path: Path) -> None:
    base = _log(tmp_path / "b", ["B"] * 4, missing=7)
    tuned = _log(tmp_path / "t", ["A"] * 4, leaks=3)
    file = tmp_path / "numbers.json"
    code, shown, _ = _table(f"base={base}", f"tuned={tuned}", "--json", str(file))
    assert code == 0
    for text in ("base", "tuned", "futurebench_hop1", "1.000", "0.250", "fps=2", "a" * 12):
        assert text in shown
    assert "LABEL LEAK in 3" in shown
    assert "7 items not asked, their videos are missing" in shown
    lines_of = json.loads(file.read_text())["models"]["tuned"]["lines"]
    assert lines_of[0]["estimate"]["value"] == 1.0


def test_the_newest_log_counts(tmp_path: Path) -> None:
    _log(tmp_path, ["A"] * 3, stamp="20260102_000000")
    _log(tmp_path, ["B"] * 3, stamp="20260101_235959")
    found = lines(read_run("m", tmp_path, HEADLINES))[0].estimate
    assert found is not None
    assert found.value == 1.0


def test_the_controls_stand_beside_the_score(tmp_path: Path) -> None:
    said = {
        "direct": ["A"] * 6 + ["B"] * 2,
        "blind": ["A"] * 2 + ["B"] * 6,
        "shuffled": ["A"] * 6 + ["B"] * 2,
        "rotated": ["A", "D", "C", "B"] * 6 + ["A"] * 8,  # six items known, two not
    }
    folder = logs.write(tmp_path, said)
    found = {line.key: line for line in lines(read_run("m", folder, HEADLINES))}

    def value(key: str) -> float:
        estimate = found[key].estimate
        assert estimate is not None
        return estimate.value

    assert value("futurebench") == 0.75
    assert value("futurebench_blind") == 0.25
    assert value("gain_over_blind") == 0.5
    assert found["gain_over_blind"].chance is None
    assert value("gain_over_shuffled") == 0.0
    assert found["gain_over_shuffled"].estimate.interval is None  # type: ignore[union-attr]
    assert value("futurebench_rotated") == 0.75
    assert value("futurebench_rotated_mean") == pytest.approx((6 + 2 * 0.25) / 8)
    assert value("futurebench_rotated_consistency") == 0.75
    code, shown, _ = _table(f"m={folder}")
    assert code == 0
    assert "gain_over_blind" in shown


def test_a_gain_over_other_items_is_refused(tmp_path: Path) -> None:
    logs.write(tmp_path, {"direct": ["A"] * 4})
    logs.write(tmp_path, {"blind": ["A"] * 3}, stamp="20260102_000000")
    with pytest.raises(UserError, match="1 are only in the first") as told:
        lines(read_run("m", tmp_path, HEADLINES))
    assert "q3" in str(told.value)


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
    from lmms_tasks.videoreason import retention
    from lmms_tasks.videoreason.reported import retention as reported

    options = ["left", "right", "up", "down"]
    records = []
    for i in range(20):
        for generator in ("real", "copy"):
            doc = {
                **{"id": f"i{i}:{generator}", "item_id": f"i{i}", "video_id": f"v{i}"},
                **{"kind": "bounce", "options": options, "answer": "A", "shows": None},
                **{"generator": generator, "generators": ["copy"], "failed": [], "sample": 0},
            }
            reply = "A" if generator == "real" and (sees or i % 4 == 0) else "B"
            records.append(retention.process_results(doc, [reply])["retention_all"])
    found = {line.key: line.estimate for line in reported("videoreason_retention", records)}
    shown = found["retention_copy"]
    assert (shown.value if shown else None) == kept
    assert found["acc_on_copy"] is not None


@pytest.fixture(scope="module")
def foresight(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of all VideoReason tasks, scored by the tasks themselves."""
    folder = tmp_path_factory.mktemp("foresight")
    data, _ = report_runs.runs(folder)
    with pytest.MonkeyPatch.context() as patch:
        report_runs.add_videoreason(data, folder / "first", patch)
    return read_run("first", folder / "first", HEADLINES)


@pytest.mark.parametrize(
    ("key", "value", "n", "chance", "unparsed", "beside"),
    [
        ("videoreason_verification", 1.0, 11, 0.5, 0.0, ()),
        ("verification_auroc_lpips", 3 / 7, 11, 0.5, 0.0, ()),
        ("verification_auroc_inverse_dynamics", None, None, 0.5, 1.0, ()),
        ("verification_gap_confidence", 0.6, 11, None, 0.0, ()),
        ("verification_ece", 0.2, 11, None, 0.0, ()),
        ("verification_confidence_over_lpips", 4 / 7, 11, None, None, ()),
        # A reply without a probability is one half, and stays in the denominator.
        ("videoreason_plausibility", 1.0, 11, 0.5, 4 / 15, ()),
        ("plausibility_prefers_copy", 0.0, 4, 0.5, 4 / 15, ("literature",)),
        ("generate_failed_generations", 0.5, 4, None, None, ()),
        ("generate_skill_over_copy", None, 2, None, 0.5, ("copy", "noise", "real")),
        ("generate_mean_psnr", None, 2, None, 0.5, ("copy",)),
        ("generate_median_coherence", None, None, None, 0.5, ()),
        ("generate_mean_jump", None, 2, None, 0.5, ("copy", "real")),
    ],
)
def test_every_measure_of_videoreason_has_a_line(  # noqa: PLR0917
    key: str,
    value: float | None,
    n: int | None,
    chance: float | None,
    unparsed: float | None,
    beside: tuple[str, ...],
    foresight: Run,
) -> None:
    records = foresight.tasks["videoreason_verification"].records
    for row in records:
        # Of seven false ones, four are nearer in pixels than all that are true.
        row["lpips"] = {"perfect": 0.1, "copy": 0.05, "wrong_direction": 0.3}[row["generator"]]
    found = {line.key: line for line in lines(foresight)}
    line = found[key]
    assert (line.estimate.n if line.estimate else None) == n
    if value is not None:
        assert line.estimate is not None
        assert line.estimate.value == pytest.approx(value)
    assert line.chance == chance
    assert line.unparsed == pytest.approx(unparsed)
    assert tuple(line.beside) == beside
    assert "verification_gap_inverse_dynamics" not in found


def test_more_is_not_always_better(foresight: Run) -> None:
    found = {line.key: line for line in lines(foresight)}
    for key in ("plausibility_prefers_copy", "verification_ece", "generate_mean_lpips"):
        assert not found[key].higher
    with pytest.raises(UserError, match="no 'plausibility_prefers_copy'"):
        verdict("a:a:plausibility_prefers_copy", [foresight], {"a": found})


def test_the_table_shows_what_stands_beside_and_what_failed(foresight: Run) -> None:
    log = foresight.tasks["videoreason_generate"].samples
    assert log is not None
    code, shown, _ = _table(f"first={log.parent}")
    assert code == 0
    for text in ("beside it", "copy 0.000, noise", "literature 0.464", "lpips_oracle_lacking"):
        assert text in shown
    assert "of 12 generated futures 1 failed, and of 0 it is not known" in shown


def test_generators_and_plausibility_are_compared_item_by_item(foresight: Run) -> None:
    other = copy.deepcopy(foresight)
    for row in other.tasks["videoreason_plausibility"].records:
        row["confidence"] = 0.95 if row["generator"] == "copy" else row["confidence"]
    made = other.tasks["videoreason_generate"].records
    made[0]["measures"]["lpips"] += 0.5
    made[1]["measures"] = None
    found = {line.task: line for line in compare(foresight, other)}
    preferred = found["plausibility_real_over_copy"]
    assert (preferred.first, preferred.second, preferred.lost) == (1.0, 0.0, 4)
    assert found["videoreason_plausibility"].difference < 0
    assert found["generate_measured"].difference == pytest.approx(-0.25)
    error = found["generate_mean_lpips"]
    assert (error.n, error.difference, error.p) == (1, pytest.approx(0.5), None)
