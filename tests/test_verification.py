"""Verifiers and calibration: as the libraries compute them, and as a phantom demands."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import eval_data
import numpy as np
import phantom
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.regression.linear_model import WLS

from data_prep.manifest import read_manifest
from data_prep.pairs.judge import Sight
from data_prep.records import ForesightItem
from lmms_tasks.statistics import auroc, auroc_interval
from lmms_tasks.statistics.calibration import (
    brier,
    equal_mass,
    expected_error,
    minmax_mismatch,
    reliability_line,
)
from lmms_tasks.statistics.separation import auroc_difference, gap, point_biserial
from lmms_tasks.videoreason import judgements, verification
from lmms_tasks.videoreason.likelihoods import rate_folder
from lmms_tasks.videoreason.measured import Likelihood
from lmms_tasks.videoreason.measures import Limits
from lmms_tasks.videoreason.measuring import measure_folder
from lmms_tasks.videoreason.perceptual import Perceptual

torch.set_num_threads(1)


def drawn(n: int, seed: int = 0) -> tuple[list[float], list[bool], list[str]]:
    """Return probabilities, none of them twice, labels that follow them, and a video for two."""
    rng = np.random.default_rng(seed)
    stated = rng.random(n)
    labels = rng.random(n) < stated**2
    return stated.tolist(), labels.tolist(), [f"v{i // 2}" for i in range(n)]


def test_the_studys_auroc_says_nothing() -> None:
    """6 of 50 right, AUROC .386 = 102 of 264 pairs: "worse than random" is not supported."""
    below = [17] * 6  # how many of the 44 wrong ones each of the 6 lies above
    right = [float(k) + 0.5 for k in below]
    scores = [*right, *(float(i) for i in range(1, 45))]
    labels = [True] * 6 + [False] * 44
    assert auroc(scores, labels) == pytest.approx(102 / 264)
    assert round(auroc(scores, labels), 3) == 0.386
    found = auroc_interval(scores, labels, [f"v{i}" for i in range(50)])
    assert found is not None
    assert found.low < 0.25 and found.low < 0.5 < found.high < 0.7


def test_bins_are_those_of_scikit_learn() -> None:
    stated, labels, _ = drawn(200)
    found = equal_mass(stated, labels)
    true, mean = calibration_curve(labels, stated, n_bins=10, strategy="quantile")
    assert found.true == pytest.approx(true, abs=1e-9)
    assert found.stated == pytest.approx(mean, abs=1e-9)
    assert found.counts.tolist() == [20] * 10


def test_equal_probabilities_are_never_in_two_bins() -> None:
    stated = [0.1] * 3 + [0.8] * 30 + [0.9] * 7
    labels = [i % 2 == 0 for i in range(40)]
    found = equal_mass(stated, labels)
    assert found.stated == pytest.approx([(3 * 0.1 + 30 * 0.8) / 33, 0.9])
    assert found.counts.tolist() == [33, 7]
    shuffled = np.random.default_rng(1).permutation(40)
    other = expected_error([stated[i] for i in shuffled], [labels[i] for i in shuffled])
    assert other == pytest.approx(expected_error(stated, labels), abs=1e-12)


def test_the_expected_error_by_hand() -> None:
    assert expected_error([0.8] * 10, [True] * 8 + [False] * 2) == pytest.approx(0)
    assert expected_error([1.0] * 10, [False] * 10) == 1
    mixed = expected_error([0.2] * 10 + [0.9] * 30, [True] * 5 + [False] * 5 + [True] * 30)
    assert mixed == pytest.approx(0.25 * 0.3 + 0.75 * 0.1)


def test_the_reliability_line_is_the_weighted_one_of_statsmodels() -> None:
    stated, labels, _ = drawn(137, seed=3)
    bins, found = equal_mass(stated, labels), reliability_line(stated, labels)
    design = np.column_stack([np.ones(len(bins.stated)), bins.stated])
    reference = WLS(bins.true, design, weights=bins.counts).fit()
    assert found is not None
    assert (found.intercept, found.slope) == pytest.approx(tuple(reference.params), abs=1e-9)
    assert found.fit == pytest.approx(reference.rsquared, abs=1e-9)


def test_a_good_fit_is_not_calibration() -> None:
    """A slope of -1 has a fit of 1: the study's R^2 alone would have passed it."""
    stated = [0.2] * 10 + [0.8] * 10
    found = reliability_line(stated, [True] * 8 + [False] * 2 + [True] * 2 + [False] * 8)
    assert found is not None
    assert (found.slope, found.fit) == (pytest.approx(-1), pytest.approx(1))
    assert reliability_line([0.5] * 4, [True, False, True, True]) is None
    flat = reliability_line([0.2, 0.8], [True, True])
    assert flat is not None and flat.fit is None


@given(
    st.lists(
        st.tuples(st.floats(0, 1, allow_subnormal=False), st.booleans()), min_size=1, max_size=60
    )
)
def test_the_brier_score_is_the_sum_of_its_parts(rows: list[tuple[float, bool]]) -> None:
    stated, labels = [p for p, _ in rows], [y for _, y in rows]
    found = brier(stated, labels)
    whole = found.reliability - found.resolution + found.uncertainty
    assert found.score == pytest.approx(whole, abs=1e-12)
    reference = brier_score_loss([int(y) for y in labels], stated, pos_label=1)
    assert found.score == pytest.approx(reference, abs=1e-9)


def test_with_a_bin_for_each_probability_the_parts_are_murphys() -> None:
    stated, labels = [0.2] * 10 + [0.7] * 30, [True] * 3 + [False] * 7 + [True] * 20 + [False] * 10
    found, base = brier(stated, labels), 23 / 40
    assert found.reliability == pytest.approx(0.25 * 0.1**2 + 0.75 * (0.7 - 2 / 3) ** 2)
    assert found.resolution == pytest.approx(0.25 * (0.3 - base) ** 2 + 0.75 * (2 / 3 - base) ** 2)


@pytest.mark.parametrize(
    ("stated", "labels"), [([], []), ([0.5], []), ([1.5], [True]), ([math.nan], [True])]
)
def test_what_is_no_probability_is_refused(stated: list[float], labels: list[bool]) -> None:
    with pytest.raises(ValueError):
        equal_mass(stated, labels)


def test_the_studys_number_keeps_the_item_it_dropped() -> None:
    unsure, wrong = [0.0, 0.5, 1.0], [0.0, 1.0, 0.0]
    # 0 and 0; .5 and 1; 1 and 0: the last, in the closed bin, is a third of the sum.
    assert minmax_mismatch(unsure, wrong) == pytest.approx((0 + 0.5 + 1) / 3)
    shifted = minmax_mismatch([10 + u for u in unsure], wrong)
    assert shifted == pytest.approx(0.5), "it knows nothing of probabilities"
    assert minmax_mismatch([0.5, 0.5], wrong[:2]) is None


def test_the_point_biserial_is_scipys_with_its_sign() -> None:
    stated, labels, videos = drawn(80)
    reference = stats.pointbiserialr(labels, stated).statistic
    found = point_biserial(stated, labels, videos)
    turned = point_biserial([-p for p in stated], labels, videos)
    assert found is not None and turned is not None and found.interval is not None
    assert found.value == pytest.approx(reference, abs=1e-9)
    assert turned.value == pytest.approx(-reference, abs=1e-9)
    assert found.interval.low < reference < found.interval.high
    assert point_biserial([0.5] * 80, labels, videos) is None


def test_the_gap_is_the_difference_of_means() -> None:
    stated, labels, videos = drawn(80)
    values, truth = np.array(stated), np.array(labels)
    found = gap(stated, labels, videos)
    assert found is not None and found.interval is not None
    assert found.value == pytest.approx(values[truth].mean() - values[~truth].mean(), abs=1e-9)
    assert gap(stated, [True] * 80, videos) is None


def test_a_difference_of_aurocs_is_paired() -> None:
    rng = np.random.default_rng(2)
    n = 120
    labels = rng.random(n) < 0.4
    shared = rng.normal(size=n) + labels
    first, second = shared + rng.normal(0, 0.3, n), shared + rng.normal(0, 0.3, n) + 0.5 * labels
    alone = [f"v{i}" for i in range(n)]
    found = auroc_difference(first.tolist(), second.tolist(), labels.tolist(), alone)
    expected = roc_auc_score(labels, second) - roc_auc_score(labels, first)
    assert found.value == pytest.approx(expected, abs=1e-9)
    assert found.interval is not None
    half = (found.interval.high - found.interval.low) / 2
    unpaired = 1.96 * math.sqrt(sum(delong(s, labels) for s in (first, second)))
    assert half < 0.8 * unpaired, "the same items carry both"
    assert half == pytest.approx(1.98 * math.sqrt(delong(first, labels, second)), rel=0.02)
    same = auroc_difference(first.tolist(), first.tolist(), labels.tolist(), alone)
    assert (same.value, same.interval) == (0, None)
    twice = [f"v{i // 2}" for i in range(n)]
    assert auroc_difference(first.tolist(), second.tolist(), labels.tolist(), twice).interval


def delong(first: Any, labels: Any, second: Any = None) -> float:
    """DeLong's variance of an AUROC, or of the difference of two, by a plain table of pairs."""

    def table(scores: Any) -> Any:
        true, false = scores[labels][:, None], scores[~labels][None]
        return (true > false) + 0.5 * (true == false)

    pairs = table(first) if second is None else table(second) - table(first)
    by_true, by_false = pairs.mean(axis=1), pairs.mean(axis=0)
    return float(np.var(by_true, ddof=1) / len(by_true) + np.var(by_false, ddof=1) / len(by_false))


def test_no_metric_name_is_part_of_another() -> None:
    names = [entry["metric"] for entry in verification.METRICS]
    assert len(set(names)) == len(names)
    assert [(a, b) for a in names for b in names if a != b and a in b] == []


def item(confidence: float | None, same: bool, video: str, lpips: float | None = None) -> Any:
    known = 0.5 if confidence is None else confidence
    return {
        "video_id": video,
        "confidence": known,
        "stated": confidence,
        "same": same,
        "lpips": lpips,
        "inverse_dynamics": None,
    }


def scores(items: Sequence[Any]) -> dict[str, float | None]:
    return {entry["metric"]: entry["aggregation"](items) for entry in judgements.metrics()}


@pytest.mark.parametrize(
    "items",
    [
        [],
        [item(0.7, True, "a")],
        [item(None, True, "a"), item(None, False, "b")],
        [item(0.7, True, "a"), item(0.7, False, "a")],
        [item(0.7, i % 2 == 0, f"v{i}", 0.2) for i in range(6)],
    ],
    ids=["nothing", "one", "nothing stated", "one video", "all the same"],
)
def test_every_metric_is_a_float_or_nothing(items: list[Any]) -> None:
    found = scores(items)
    assert all(v is None or (isinstance(v, float) and math.isfinite(v)) for v in found.values())
    json.dumps(found, allow_nan=False)


def test_unparsed_replies_enter_the_auroc_and_not_the_calibration() -> None:
    items = [item(0.9, True, "a"), item(0.1, False, "b"), item(None, True, "c")]
    found = scores(items)
    assert found["auroc_confidence"] == 1.0
    assert found["brier_stated"] == pytest.approx(0.01)


def test_a_verifier_without_measures_is_empty_and_the_share_is_told() -> None:
    items = [item(0.9, True, "a", 0.1), item(0.1, False, "b"), item(0.2, False, "c", 0.4)]
    found = scores(items)
    assert found["auroc_inverse_dynamics"] is None
    assert found["unmeasured_inverse_dynamics"] == 1.0
    assert found["unmeasured_lpips"] == pytest.approx(1 / 3)
    assert found["auroc_lpips"] == 1.0, "less LPIPS says the same event"


class Directions:
    """An inverse-dynamics model whose answers are known: by how often it was asked."""

    fingerprint = "directions"

    def __init__(self) -> None:
        self.asked = 0

    def rate(self, sights: Sequence[Sight], actions: Sequence[str]) -> list[float]:
        self.asked += 1
        assert all(sight.before.is_file() and sight.after.is_file() for sight in sights)
        still = sights[0].before.read_bytes() == sights[0].after.read_bytes()
        likely = "nothing" if still else "what really happens"
        return [-0.5 if action == likely else -3.0 for action in actions]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = phantom.make(tmp_path_factory.mktemp("phantom") / "world", 16)
    measure_folder(root, Perceptual("alex", "random:0"), Limits(), lambda done, total: None)
    rate_folder(root, Directions(), "directions", lambda done, total: None)
    return root


def sees_the_event(task: str, doc: dict[str, Any]) -> str:
    return "0.95" if doc["same"] else "0.05"


def judged(world: Path, monkeypatch: pytest.MonkeyPatch, generators: set[str]) -> Any:
    monkeypatch.setenv("VIDEOREASON_DATA", str(world))
    found = eval_data.evaluate(["videoreason_verification"], sees_the_event)
    json.dumps(found["results"], allow_nan=False)
    records = [s["auroc_confidence"] for s in found["samples"]["videoreason_verification"]]
    return found, [row for row in records if row["generator"] in generators]


def test_pixels_do_not_tell_the_wrong_direction_and_the_event_does(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results, records = judged(world, monkeypatch, {"coarse", "wrong_direction"})
    told = results["results"]["videoreason_verification"]
    assert told["auroc_confidence,none"] >= 0.99
    assert told["unmeasured_lpips,none"] == 0
    assert told["brier_stated,none"] == pytest.approx(0.05**2)
    assert 0 <= told["ece_stated,none"] == pytest.approx(0.05)

    semantic = judgements.estimate(records)
    pixels = judgements.estimate(records, "lpips")
    assert semantic is not None and semantic.value >= 0.99
    assert pixels is not None and pixels.interval is not None
    assert pixels.interval.low <= 0.5, "the right event in poor light is further off in pixels"
    assert pixels.value < 0.5
    ahead = judgements.ahead_of(records, "lpips")
    assert ahead is not None and ahead.interval is not None and ahead.interval.low > 0
    correlation = judgements.correlation(records, "lpips")
    assert correlation is not None and correlation.value < 0, "the sign is kept"


def test_the_same_verifier_is_right_where_nothing_is_coarse(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, records = judged(world, monkeypatch, {"perfect", "wrong_direction"})
    pixels = judgements.estimate(records, "lpips")
    assert pixels is not None and pixels.value >= 0.99


def test_likelihoods_of_real_futures_and_of_copies_stand_beside_the_predictions(
    world: Path,
) -> None:
    rows = {
        row.prediction_id: row
        for row in read_manifest(world / "likelihoods.jsonl", Likelihood, made_by="")
    }
    items = list(read_manifest(world / "videoreason.jsonl", ForesightItem, made_by=""))
    assert len(rows) == len(items) * (2 + len(phantom.NAMES))
    assert rows["i0:real"].scores == [-0.5, -3.0, -3.0]
    assert rows["i0:copy"].scores == [-3.0, -3.0, -0.5]
    again = Directions()
    rate_folder(world, again, "directions", lambda done, total: None)
    assert again.asked == 0


def test_without_measures_the_task_runs_and_names_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    root = phantom.make(tmp_path / "world", 2)
    results, _ = judged(root, monkeypatch, set())
    told = results["results"]["videoreason_verification"]
    assert told["auroc_lpips,none"] is None
    assert told["unmeasured_lpips,none"] == 1.0
    assert f"python -m lmms_tasks.measure {root}" in caplog.text
    assert "--inverse-dynamics MODEL" in caplog.text


@pytest.mark.parametrize("reply", ["NaN", "confidence: nan", "inf", "-0.3", "1.7", "", "maybe"])
def test_a_reply_without_a_probability_is_counted(reply: str) -> None:
    doc = {
        **dict.fromkeys(("id", "item_id", "video_id", "kind", "generator"), "x"),
        "same": True,
    }
    found = verification.process_results(doc, [reply])
    assert found["unparsed_confidence"]["score"] == 1
    assert found["auroc_confidence"]["stated"] is None
    assert found["auroc_confidence"]["confidence"] == 0.5
