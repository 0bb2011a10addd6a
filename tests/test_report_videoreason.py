"""The pages of VideoReason: ROC curves, reliability, retention, what became of answers."""

import json
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import report_runs
from hypothesis import given
from hypothesis import strategies as st
from test_report import write

from data_prep.errors import UserError
from lmms_tasks.lines import HEADLINES
from lmms_tasks.logs import Run, TaskLog, read_run
from lmms_tasks.report.best_of_n import read_best_of_n
from lmms_tasks.report.flow import flows
from lmms_tasks.report.page import Options
from lmms_tasks.report.thresholds import AREA, ECE, FIT, Check, Threshold, checks
from lmms_tasks.report.verifying import calibrations, curves
from lmms_tasks.statistics import Estimate, Interval

TASK = "videoreason_verification"


def judgements(rows: list[tuple[float | None, bool]], *, videos: int = 1000) -> Run:
    records: list[dict[str, Any]] = [
        {
            **{"item_id": f"i{i}", "video_id": f"v{i % videos}", "kind": "k", "generator": "g"},
            **{"stated": said, "confidence": 0.5 if said is None else said, "same": same},
        }
        for i, (said, same) in enumerate(rows)
    ]
    return Run("m", {TASK: TaskLog(records, {})})


def drawn(count: int, videos: int = 1000) -> Run:
    draw = random.Random(0)
    labels = [draw.random() < 0.4 for _ in range(count)]
    rows = [(round(min(1, max(0, draw.gauss(0.4 + 0.3 * one, 0.2))), 2), one) for one in labels]
    return judgements(rows, videos=videos)


SCORES = st.lists(st.tuples(st.sampled_from([0, 0.1, 0.5, 0.9, 1]), st.booleans()), min_size=2)


@given(SCORES.filter(lambda rows: len({same for _, same in rows}) == 2))
def test_the_area_under_the_curve_is_the_auroc(rows: list[tuple[float | None, bool]]) -> None:
    # One video: no band is drawn, which would take long.
    (one,) = curves([judgements(rows, videos=1)])
    x, y = (np.array(column) for column in zip(*one.points, strict=True))
    assert one.points[0] == (0, 0)
    assert one.points[-1] == (1, 1)
    assert np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2) == pytest.approx(one.area.value)
    assert one.band == []


def test_the_band_holds_the_curve_and_ends_where_it_must() -> None:
    (one,) = curves([drawn(80)])
    x, y = zip(*one.points, strict=True)
    assert [at for at, _ in one.band] == pytest.approx(np.linspace(0, 1, 21))
    for at, ends in one.band:
        assert ends.low - 1e-9 <= np.interp(at, x, y) <= ends.high + 1e-9
    assert (one.band[-1][1].low, one.band[-1][1].high) == (1, 1)
    middle = one.band[5][1]
    assert 0 < middle.high - middle.low < 0.6
    (clustered,) = curves([drawn(80, videos=8)])
    assert clustered.band != one.band


def test_one_class_has_no_curve() -> None:
    assert curves([judgements([(0.3, True), (0.9, True)])]) == []


def test_bins_hold_every_stated_probability_once() -> None:
    run = drawn(95)
    run.tasks[TASK].records.append({**run.tasks[TASK].records[0], "stated": None})
    (one,) = calibrations([run])
    assert one.n == sum(found.count for found in one.bins) == 95
    assert all(found.interval.low <= found.true <= found.interval.high for found in one.bins)
    assert one.error is not None
    assert calibrations([judgements([(None, True), (None, False)])]) == []


def test_what_became_of_the_first_answers() -> None:
    def turn(number: int, first: str | None, second: str | None) -> dict[str, Any]:
        return {
            **{"item_id": f"i{number}", "video_id": f"v{number}", "options": 4},
            **{"answer_key": "A", "feedback": "none", "first": first, "second": second},
            "lacking": None,
        }

    ways = [("A", "A"), ("A", "B"), ("A", None), ("B", "A"), (None, "A"), ("B", "C")]
    lacking = {**turn(9, "A", None), "feedback": "description", "lacking": "no clip"}
    rows = [turn(number, *way) for number, way in enumerate(ways)]
    records = [{"item_id": row["item_id"], "turns": [row]} for row in [*rows, lacking]]
    found = {
        one.kind: one for one in flows([Run("m", {"videoreason_correction": TaskLog(records, {})})])
    }
    control = found["none"]
    assert (control.kept, control.lost, control.gained, control.failed) == (1, 2, 2, 1)
    assert (control.n, control.lacking, control.lift) == (6, 0, None)
    assert control.corrected is not None
    assert control.corrected.value == pytest.approx(2 / 3)
    assert control.chance == pytest.approx((1 / 3 + 1 / 4 + 1 / 3) / 3)
    assert (found["description"].n, found["description"].lacking) == (0, 1)
    assert found["binary_oracle"].about == "oracle: reveals the outcome"


def test_the_page_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data, _ = report_runs.runs(tmp_path)
    report_runs.add_videoreason(data, tmp_path / "first", monkeypatch)
    run = read_run("first", tmp_path / "first", HEADLINES)
    report, page, items = write([run], tmp_path, Options(data=data, frames=2))
    assert report.gaps == []
    for heading in ("Retention", "Verification", "Calibration", "Correction"):
        assert heading in page.text
    labels = {value for _, name, value in page.attributes if name == "aria-label"}
    # A model that reads what each clip shows keeps all of a perfect generator, none of a copy.
    assert any(label.startswith("first: 1.000") for label in labels)
    assert any("ROC curve of confidence, first: AUROC 1.000" in label for label in labels)
    flow = "first, none: right at first and second 0, right at first only 0, right at second only 4"
    assert any(label.startswith(flow) for label in labels)
    cases = {(one["task"], one["id"]): one for one in items["cases"]}
    judged = cases[TASK, "i0-copy"]
    assert items["documents"][judged["document"]]["key"] == "another event"
    assert judged["replies"] == [[0, "right", "0.2", "probability", "20 %", ""]]
    talk = cases["videoreason_correction", "i0"]
    notes = [reply[5] for reply in talk["replies"]]
    assert notes[0] == "first answer"
    assert "after feedback: binary_oracle" in notes
    made = items["documents"][cases["videoreason_retention", "i1-perfect"]["document"]]
    assert [heading for heading, _ in made["media"]] == [
        "Generated by perfect: shows B",
        "Real future: B",
    ]


def test_best_of_n_is_drawn_from_its_file(tmp_path: Path) -> None:
    from lmms_tasks.best_of_n.outcomes import Outcome, Preference

    def found(value: float) -> Estimate:
        return Estimate(value, Interval(value - 0.1, value + 0.1), 9)

    rows = [
        Outcome("flow", n, pick, pick == "lpips", found(base + 0.02 * n), None, 0.0)
        for n in (4, 1)
        for pick, base in (("random pick", 0.3), ("lpips", 0.6))
    ]
    told = {
        "truth": "the clip shows the answer",
        "outcomes": [asdict(row) for row in rows],
        "preferences": [asdict(Preference("confidence", False, Estimate(0.5, None, 9)))],
    }
    path = tmp_path / "best.json"
    path.write_text(json.dumps(told))
    (curve,) = read_best_of_n(path).curves
    assert curve.sizes == [1, 4]
    assert [series.pick for series in curve.series] == ["random pick", "lpips (oracle)"]
    assert [n for n, _ in curve.series[0].points] == [1, 4]
    _, runs = report_runs.runs(tmp_path)
    _, page, _ = write(runs, tmp_path, Options(data=tmp_path / "none", best=(path,)))
    labels = {value for _, name, value in page.attributes if name == "aria-label"}
    said = "random pick 0.320 of 1, 0.380 of 4; lpips (oracle) 0.620 of 1, 0.680 of 4"
    assert f"Accuracy of the picks among futures by flow: {said}" in labels
    path.write_text('{"outcomes": []}')
    with pytest.raises(UserError, match="best of N cannot be read"):
        read_best_of_n(path)


@pytest.mark.parametrize(
    ("value", "interval", "threshold", "verdict"),
    [
        (0.8, Interval(0.7, 0.9), AREA, "met"),
        (0.8, Interval(0.6, 0.9), AREA, "open"),
        (0.386, Interval(0.2, 0.63), AREA, "missed"),
        (0.1, Interval(0.05, 0.14), ECE, "met"),
        (0.1, Interval(0.05, 0.16), ECE, "open"),
        (0.3, Interval(0.2, 0.4), ECE, "missed"),
        # A point beyond the bound shows nothing, and neither does a good fit.
        (0.99, None, FIT, "no interval"),
        (None, None, AREA, "not measured"),
    ],
)
def test_a_threshold_needs_the_whole_interval(
    value: float | None, interval: Interval | None, threshold: Threshold, verdict: str
) -> None:
    estimate = None if value is None else Estimate(value, interval, 50)
    assert Check("m", 0, "confidence", threshold, estimate).verdict == verdict


def test_the_studys_own_numbers_reach_no_threshold() -> None:
    # 2 of 27 corrected; 6 right and 44 wrong with an AUROC of .386.
    turn = {
        **{"options": 4, "answer_key": "A", "feedback": "binary_oracle", "lacking": None},
        "first": "B",
    }
    rows = [
        {**turn, "item_id": f"i{n}", "video_id": f"v{n}", "second": "A" if n < 2 else "C"}
        for n in range(27)
    ]
    records = [{"item_id": row["item_id"], "turns": [row]} for row in rows]
    (found,) = [
        one
        for one in checks([Run("m", {"videoreason_correction": TaskLog(records, {})})])
        if one.of == "feedback binary_oracle"
    ]
    assert found.estimate is not None and found.estimate.interval is not None
    assert found.estimate.value == pytest.approx(2 / 27)
    assert found.estimate.interval.high == pytest.approx(0.243, abs=1e-3)
    assert found.verdict == "open"


def test_generated_video_and_plausibility_have_their_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, _ = report_runs.runs(tmp_path)
    report_runs.add_videoreason(data, tmp_path / "first", monkeypatch)
    run = read_run("first", tmp_path / "first", HEADLINES)
    _, page, items = write([run], tmp_path, Options(data=data, frames=2))
    labels = {value for _, name, value in page.attributes if name == "aria-label"}
    assert any(label.startswith("ROC curve of plausibility, first: AUROC 1") for label in labels)
    assert "first: 0.000, 95 % interval 0.000 to 0.658, n 4, chance 0.500" in labels
    for text in ("generate_median_coherence", "not defined", "46.4 %", "no interval"):
        assert text in page.text, text
    cases = {(one["task"], one["id"]): one for one in items["cases"]}
    made = cases["videoreason_generate", "i0"]
    headings = [heading for heading, _ in items["documents"][made["document"]]["media"]]
    assert headings == ["Context", "Real future: A", "Generated by first"]
    (reply,) = made["replies"]
    assert (reply[1], reply[3]) == ("", "measured")
    assert reply[2].startswith("LPIPS ")
    (reply,) = cases["videoreason_generate", "i2"]["replies"]
    assert (reply[1], reply[3]) == ("unparsed", "not_generated")
    assert "the generated video is missing" in reply[5]
    rated = cases["videoreason_plausibility", "i0-wrong_direction"]
    assert rated["replies"][0][1:4] == ["right", "0.3", "probability"]
    assert items["documents"][rated["document"]]["key"] == "it does not happen"
    # Half is no side: a copy that nothing was said of is neither right nor wrong, but unparsed.
    assert cases["videoreason_plausibility", "i0-copy"]["replies"][0][1] == "unparsed"
