"""Scores of true and false items: references that share no code with what they check.

Where no library has the method, the definition is written out in plain loops.
"""

import cmath
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score
from sklearn.metrics import roc_curve as sklearn_curve

from lmms_tasks.statistics import auroc_interval, wilson
from lmms_tasks.statistics.calibration import bin_of, bin_shares, equal_mass, expected_error
from lmms_tasks.statistics.calibration_error import error_estimate
from lmms_tasks.statistics.roc import RESAMPLES, roc_band, roc_curve
from lmms_tasks.statistics.separation import auroc_difference, gap, point_biserial
from lmms_tasks.statistics.shares import share_interval

EXACT = 1e-9
Rows = tuple[list[float], list[float], list[bool], list[str]]


def drawn(seed: int, n: int = 60, videos: int | None = None) -> Rows:
    """Return two scores with ties, labels, and videos that hold items of either label."""
    draw = np.random.default_rng(seed)
    labels = draw.random(n) < 0.35
    shared = draw.normal(size=n) + labels
    first, second = (np.round(shared + draw.normal(size=n), 1) for _ in range(2))
    names = [f"v{i if videos is None else draw.integers(videos)}" for i in range(n)]
    return first.tolist(), second.tolist(), labels.tolist(), names


def win(one: float, other: float) -> float:
    return 1.0 if one > other else 0.5 if one == other else 0.0


def means_of_wins(scores: Sequence[float], labels: Sequence[bool]) -> list[float]:
    """Of each item the mean over all items of the other label: 1 where its order is right."""
    found = []
    for score, label in zip(scores, labels, strict=True):
        total = count = 0.0
        for other, its in zip(scores, labels, strict=True):
            if its != label:
                total += win(score, other) if label else win(other, score)
                count += 1
        found.append(total / count)
    return found


def obuchowski(rows: Rows) -> tuple[float, float, float]:
    """Return the difference of the AUROCs, its variance, and Satterthwaite's degrees of freedom.

    As Obuchowski (1997) defines them, cluster by cluster; with one item a cluster, DeLong's.
    """
    first, second, labels, names = rows
    ours, theirs = means_of_wins(first, labels), means_of_wins(second, labels)
    gains = [b - a for a, b in zip(ours, theirs, strict=True)]
    many = {True: sum(labels), False: len(labels) - sum(labels)}
    value = sum(g for g, label in zip(gains, labels, strict=True) if label) / many[True]

    def left_of(cluster: str, kind: bool) -> float:
        return sum(
            gain - value
            for gain, label, name in zip(gains, labels, names, strict=True)
            if name == cluster and label == kind
        )

    parts, counts = {}, {}
    for kind in (True, False):
        having = {name for name, label in zip(names, labels, strict=True) if label == kind}
        counts[kind] = len(having)
        squares = sum(left_of(cluster, kind) ** 2 for cluster in having)
        parts[kind] = len(having) / (len(having) - 1) * squares / many[kind] ** 2
    every = set(names)
    both = sum(left_of(cluster, True) * left_of(cluster, False) for cluster in every)
    both *= len(every) / (len(every) - 1) / (many[True] * many[False])
    degrees = (parts[True] + parts[False]) ** 2 / sum(
        parts[kind] ** 2 / (counts[kind] - 1) for kind in (True, False)
    )
    return value, parts[True] + parts[False] + 2 * both, degrees


@pytest.mark.parametrize("videos", [None, 17, 40])
@pytest.mark.parametrize("seed", range(3))
def test_a_difference_of_aurocs_is_that_of_the_definition(seed: int, videos: int | None) -> None:
    rows = drawn(seed, videos=videos)
    value, variance, degrees = obuchowski(rows)
    found = auroc_difference(*rows)
    assert found.value == pytest.approx(value, abs=EXACT)
    assert value == pytest.approx(
        roc_auc_score(rows[2], rows[1]) - roc_auc_score(rows[2], rows[0]), abs=EXACT
    )
    assert found.interval is not None
    reach = stats.t.ppf(0.975, degrees) * math.sqrt(variance)
    ends = (found.interval.low, found.interval.high)
    assert ends == pytest.approx((value - reach, value + reach), abs=EXACT)


@pytest.mark.parametrize("seed", range(3))
def test_with_one_item_a_video_its_variance_is_delong_s(seed: int) -> None:
    """The covariance matrix of the two curves, as DeLong, DeLong and Clarke-Pearson write it."""
    rows = drawn(seed)
    labels = np.array(rows[2])
    tables = np.array([means_of_wins(scores, rows[2]) for scores in rows[:2]])
    matrix = np.cov(tables[:, labels]) / labels.sum() + np.cov(tables[:, ~labels]) / (~labels).sum()
    variance = matrix[0, 0] + matrix[1, 1] - 2 * matrix[0, 1]
    assert obuchowski(rows)[1] == pytest.approx(variance, abs=EXACT)


@pytest.mark.parametrize("seed", range(3))
def test_the_clustered_auroc_solves_newcombe_s_equation_with_the_design_effect(seed: int) -> None:
    scores, _, labels, names = drawn(seed, 120, videos=30)
    n, true = len(labels), sum(labels)
    wins = means_of_wins(scores, labels)
    area = float(roc_auc_score(labels, scores))
    parts = [
        (w - area) / (true if is_true else n - true)
        for w, is_true in zip(wins, labels, strict=True)
    ]

    def variance(groups: Sequence[Any]) -> float:
        every = set(groups)
        sums = [sum(p for p, g in zip(parts, groups, strict=True) if g == one) for one in every]
        return sum(s**2 for s in sums) * len(every) / (len(every) - 1)

    effect = max(1.0, variance(names) / variance(range(n)))
    found = auroc_interval(scores, labels, names)
    assert found is not None
    for end in (found.low, found.high):
        q1, q2 = end / (2 - end), 2 * end**2 / (1 + end)
        both = (n / 2 - 1) * (q1 + q2 - 2 * end**2)
        v = effect * (end * (1 - end) + both) / (true * (n - true))
        assert abs(area - end) == pytest.approx(stats.norm.ppf(0.975) * math.sqrt(v), abs=EXACT)


@pytest.mark.parametrize("seed", range(4))
def test_with_one_item_a_video_the_gap_is_welch_s(seed: int) -> None:
    scores, _, labels, names = drawn(seed)
    found = gap(scores, labels, names)
    values, truth = np.array(scores), np.array(labels)
    wanted = stats.ttest_ind(values[truth], values[~truth], equal_var=False).confidence_interval()
    assert found is not None
    assert found.interval is not None
    ends = (found.interval.low, found.interval.high)
    assert ends == pytest.approx((wanted.low, wanted.high), abs=EXACT)


@pytest.mark.parametrize("seed", range(3))
def test_the_clustered_gap_is_that_of_a_plain_loop(seed: int) -> None:
    """As Obuchowski's AUROC, with an item's score in the place of its mean of wins."""
    scores, _, labels, names = drawn(seed, videos=20)
    found = gap(scores, labels, names)
    means = {
        kind: float(np.mean([s for s, label in zip(scores, labels, strict=True) if label == kind]))
        for kind in (True, False)
    }
    sums = {
        (name, kind): sum(
            (s - means[kind]) / labels.count(kind)
            for s, label, its in zip(scores, labels, names, strict=True)
            if its == name and label == kind
        )
        for name in names
        for kind in (True, False)
    }
    every = sorted(set(names))
    having = {
        kind: sorted({n for n, label in zip(names, labels, strict=True) if label == kind})
        for kind in (True, False)
    }
    parts = {
        kind: sum(sums[name, kind] ** 2 for name in those) * len(those) / (len(those) - 1)
        for kind, those in having.items()
    }
    both = sum(sums[name, True] * sums[name, False] for name in every)
    variance = sum(parts.values()) - 2 * both * len(every) / (len(every) - 1)
    degrees = sum(parts.values()) ** 2 / sum(
        parts[kind] ** 2 / (len(those) - 1) for kind, those in having.items()
    )
    reach = stats.t.ppf(0.975, degrees) * math.sqrt(variance)
    assert found is not None
    assert found.interval is not None
    assert found.interval.high - found.value == pytest.approx(reach, abs=EXACT)
    assert found.value - found.interval.low == pytest.approx(reach, abs=EXACT)


@pytest.mark.parametrize("videos", [None, 20])
def test_the_error_of_a_correlation_is_the_delta_method_s(videos: int | None) -> None:
    """Its gradient over the five moments, by a complex step; their clustered covariance."""
    scores, _, labels, names = drawn(5, videos=videos)
    x, y = np.array(scores), np.array(labels, dtype=float)
    moments = np.stack([x, y, x * x, y * y, x * y])

    def correlation(m: Sequence[complex]) -> complex:
        return (m[4] - m[0] * m[1]) / cmath.sqrt((m[2] - m[0] ** 2) * (m[3] - m[1] ** 2))

    means = moments.mean(axis=1)
    step = 1e-30
    gradient = [
        correlation([m + (step * 1j if i == k else 0) for i, m in enumerate(means)]).imag / step
        for k in range(5)
    ]
    every = sorted(set(names))
    sums = np.array(
        [
            sum((moments[:, i] - means for i in range(len(x)) if names[i] == one), np.zeros(5))
            for one in every
        ]
    )
    covariance = sums.T @ sums / len(x) ** 2 * len(every) / (len(every) - 1)
    error = math.sqrt(np.array(gradient) @ covariance @ np.array(gradient))
    value = stats.pearsonr(x, y).statistic
    # The degrees are those of the gap.
    apart = gap(scores, labels, names)
    found = point_biserial(scores, labels, names)
    assert found is not None and found.interval is not None
    assert apart is not None and apart.interval is not None
    assert found.value == pytest.approx(value, abs=EXACT)
    reach = math.atanh(found.interval.high) - math.atanh(value)
    assert reach == pytest.approx(math.atanh(value) - math.atanh(found.interval.low), abs=EXACT)
    if videos is None:
        welch = stats.ttest_ind(x[y == 1], x[y == 0], equal_var=False)
        times = stats.t.ppf(0.975, welch.df)
        assert reach == pytest.approx(times * error / (1 - value**2), abs=EXACT)
    else:
        assert error * 1.96 < reach * (1 - value**2) < error * 2.3


def test_what_has_no_spread_has_no_interval() -> None:
    labels, names = [True, True, False, False], list("abcd")
    for made in (gap, point_biserial):
        found = made([1.0, 1.0, 0.0, 0.0], labels, names)
        assert found is not None
        assert (found.value, found.interval) == (1.0, None)
        one_true = made([1.0, 0.5, 0.2, 0.1], [True, False, False, False], names)
        assert one_true is not None
        assert one_true.interval is None
        assert made([1.0, 0.5, 0.2, 0.1], [True] * 4, names) is None
        with pytest.raises(ValueError, match="1 of 4 rows have no cluster id"):
            made([1.0, 1.0, 0.0, 0.0], labels, ["a", "b", "c", ""])


@pytest.mark.parametrize("call", [gap, point_biserial, error_estimate, bin_shares])
def test_lengths_that_differ_are_refused(call: Any) -> None:
    with pytest.raises(ValueError, match="2 labels"):
        call([0.1, 0.2, 0.3], [True, False], list("abc"))
    with pytest.raises(ValueError, match="2 cluster ids"):
        call([0.1, 0.2, 0.3], [True, False, True], list("ab"))


def stated(seed: int, n: int, off: float = 0.0) -> tuple[list[float], list[bool], list[str]]:
    """Return probabilities that are too high by `off`."""
    draw = np.random.default_rng(seed)
    said = draw.uniform(0.3, 0.95, n)
    return said.tolist(), (draw.random(n) < said - off).tolist(), [f"v{i}" for i in range(n)]


def test_a_calibrated_model_s_error_may_be_nothing_and_an_overconfident_one_s_not() -> None:
    good, bad = error_estimate(*stated(0, 400)), error_estimate(*stated(0, 400, off=0.25))
    assert good.interval is not None
    assert good.value > 0.02, "chance alone is off"
    assert good.interval.low == 0
    assert bad.interval is not None
    assert bad.interval.low < 0.25 < bad.interval.high
    assert bad.interval.low > 0.15
    assert bad.value == pytest.approx(expected_error(*stated(0, 400, off=0.25)[:2]), abs=EXACT)


def test_the_bins_covariance_is_that_of_a_plain_loop() -> None:
    from lmms_tasks.statistics.calibration_error import _covariance

    said, labels, _ = stated(1, 90)
    number = bin_of(np.array(said))
    clusters = [i % 23 for i in range(90)]
    left = [float(label) - p for p, label in zip(said, labels, strict=True)]
    sizes = [int(np.sum(number == b)) for b in range(10)]
    means = [
        sum(x for x, b in zip(left, number, strict=True) if b == k) / sizes[k] for k in range(10)
    ]
    parts = np.zeros((23, 10))
    for x, b, c in zip(left, number, clusters, strict=True):
        parts[c, b] += (x - means[b]) * math.sqrt(sizes[b] / (sizes[b] - 1)) / 90
    wanted = [
        [sum(parts[c, i] * parts[c, j] for c in range(23)) * 23 / 22 for j in range(10)]
        for i in range(10)
    ]
    found = _covariance(np.array(left), number, np.array(clusters), 23)
    assert found == pytest.approx(np.array(wanted), abs=EXACT)


def test_repeated_items_add_no_certainty_to_a_calibration_error() -> None:
    said, labels, names = stated(2, 200, off=0.1)
    once, twice = (
        error_estimate(said, labels, names),
        error_estimate(said * 2, labels * 2, names * 2),
    )
    assert once.interval is not None
    assert twice.interval is not None
    assert twice.interval.low == pytest.approx(once.interval.low, abs=0.01)
    assert twice.interval.high == pytest.approx(once.interval.high, abs=0.01)
    assert error_estimate(said, labels, ["v"] * 200).interval is None
    assert error_estimate([0.5] * 4, [True] * 4, list("abcd")).interval is None


def test_the_share_of_a_bin_is_clustered() -> None:
    said, labels, _ = stated(3, 200)
    names = [f"v{i // 4}" for i in range(200)]
    bins, found = equal_mass(said, labels), bin_shares(said, labels, names)
    number = bin_of(np.array(said))
    assert [one.value for one in found] == pytest.approx(bins.true.tolist(), abs=EXACT)
    assert [one.n for one in found] == bins.counts.tolist()
    for place, one in enumerate(found):
        rows = np.flatnonzero(number == place)
        assert one.interval == share_interval(
            [float(labels[i]) for i in rows], [names[i] for i in rows]
        )


@pytest.mark.parametrize("seed", range(3))
def test_the_curve_is_scikit_learn_s(seed: int) -> None:
    scores, _, labels, _ = drawn(seed)
    false, true, _ = sklearn_curve(labels, scores, drop_intermediate=False)
    x, y = roc_curve(np.array(scores), np.array(labels))
    assert (x.tolist(), y.tolist()) == (
        pytest.approx(false.tolist(), abs=EXACT),
        pytest.approx(true.tolist(), abs=EXACT),
    )


def test_the_band_is_wilson_s_with_the_variance_of_a_plain_bootstrap() -> None:
    scores, _, labels, names = drawn(4, 80, videos=30)
    at = [0.1, 0.3, 0.6]
    every = sorted(set(names))
    draw = np.random.default_rng(0)
    heights = []
    for _ in range(RESAMPLES):
        chosen = [every[i] for i in draw.integers(0, len(every), len(every))]
        rows = [i for name in chosen for i in range(80) if names[i] == name]
        false, true, _ = sklearn_curve([labels[i] for i in rows], [scores[i] for i in rows])
        heights.append(np.interp(at, false, true))
    false, true, _ = sklearn_curve(labels, scores)
    found = roc_band(scores, labels, names, at)
    for place, (share, variance) in enumerate(
        zip(np.interp(at, false, true), np.var(heights, axis=0), strict=True)
    ):
        effective = min(share * (1 - share) / variance, sum(labels))
        wanted = wilson(share * effective, effective)
        assert found[place].low == pytest.approx(wanted.low, abs=1e-6)
        assert found[place].high == pytest.approx(wanted.high, abs=1e-6)


def test_a_perfect_curve_is_not_certain() -> None:
    labels = [True] * 6 + [False] * 30
    scores = [1.0 + i for i in range(6)] + [-float(i) for i in range(30)]
    (found,) = roc_band(scores, labels, [str(i) for i in range(36)], [0.5])
    assert found == wilson(6, 6)
    with pytest.raises(ValueError, match="true and false"):
        roc_band(scores, [True] * 36, [str(i) for i in range(36)], [0.5])
