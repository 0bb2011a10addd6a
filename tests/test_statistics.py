"""Intervals and tests against the libraries that define them, plain loops, and published figures.

What the intervals cover is in `test_coverage.py`.
"""

import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from lmms_tasks import statistics
from lmms_tasks.statistics import Interval

EXACT = 1e-9


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (51, 80, 0.528, 0.734),  # an independent replay of FutureBench, as published
        (0, 27, 0.0, 0.125),
        (27, 27, 0.875, 1.0),
        (5, 10, 0.237, 0.763),
    ],
)
def test_wilson(successes: int, n: int, low: float, high: float) -> None:
    found = statistics.wilson(successes, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(("method", "ours"), [("wilson", "wilson"), ("exact", "exact")])
@given(data=st.data())
def test_share_of_independent_items_is_scipy_s(method: str, ours: str, data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 2000))
    successes = data.draw(st.integers(0, n))
    found = getattr(statistics, ours)(successes, n)
    wanted = stats.binomtest(successes, n).proportion_ci(method=method)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=EXACT)


@pytest.mark.parametrize("method", [statistics.wilson, statistics.exact])
@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_no_share_is_refused(
    method: Callable[[int, int], Interval], successes: int, n: int
) -> None:
    with pytest.raises(ValueError, match="no share"):
        method(successes, n)


def _clustered(seed: int, clusters: int = 12) -> tuple[list[float], list[str]]:
    draw = np.random.default_rng(seed)
    sizes = draw.integers(1, 6, clusters)
    chances = draw.uniform(0.2, 0.9, clusters)
    values = [
        float(draw.random() < p) for p, n in zip(chances, sizes, strict=True) for _ in range(n)
    ]
    return values, [f"v{c}" for c, n in enumerate(sizes) for _ in range(n)]


@pytest.mark.parametrize("seed", range(5))
def test_clustered_error_is_the_robust_error_of_a_regression_on_a_constant(seed: int) -> None:
    values, videos = _clustered(seed)
    groups = np.unique(videos, return_inverse=True)[1]
    fit = sm.OLS(values, np.ones(len(values))).fit(cov_type="cluster", cov_kwds={"groups": groups})
    assert statistics.clustered_error(values, videos) == pytest.approx(float(fit.bse[0]), abs=EXACT)


def test_one_item_a_video_gives_the_ordinary_error() -> None:
    values = [0.0, 1.0, 1.0, 0.0, 1.0]
    assert statistics.clustered_error(values, list("abcde")) == pytest.approx(
        stats.sem(values), abs=EXACT
    )


def test_clustered_interval_uses_student() -> None:
    values, videos = _clustered(0)
    found = statistics.clustered_interval(values, videos)
    reach = stats.t.ppf(0.975, 11) * statistics.clustered_error(values, videos)
    assert (found.high - found.low) / 2 == pytest.approx(reach, abs=EXACT)


@pytest.mark.parametrize("clusters", [["a", "b", ""], ["a", "b", None]])
def test_a_missing_cluster_is_refused(clusters: list[str]) -> None:
    for call in (
        lambda: statistics.clustered_error([1, 0, 1], clusters),
        lambda: statistics.share_interval([1, 0, 1], clusters),
        lambda: statistics.ratio_interval([1, 0, 1], [1, 1, 1], clusters),
        lambda: statistics.auroc_interval([0.1, 0.2, 0.3], [True, False, True], clusters),
        lambda: statistics.paired([1, 0, 1], [1, 1, 1], clusters),
        lambda: statistics.exchange_test([1, 0, 1], [1, 1, 1], clusters),
        lambda: statistics.bootstrap_interval(lambda rows: float(rows[0]), clusters),
    ):
        with pytest.raises(ValueError, match="1 of 3 rows have no cluster id"):
            call()


@pytest.mark.parametrize(
    ("scores", "videos", "same_as"),
    [
        ([1, 0, 1, 1], "abcd", statistics.wilson(3, 4)),  # one item a video
        ([1, 1, 1, 1], "aabb", statistics.wilson(2, 2)),  # all right: two videos, not four items
        ([0, 0, 0, 0, 0, 0], "aabbcc", statistics.wilson(0, 3)),
        ([1, 0, 1, 0], "aabb", statistics.wilson(1, 2)),  # the videos' sums do not differ
        ([1, 1, 0], "aaa", statistics.wilson(2 / 3, 1)),  # one video
    ],
)
def test_share_interval_falls_to_wilson(
    scores: list[float], videos: str, same_as: Interval
) -> None:
    found = statistics.share_interval(scores, list(videos))
    assert (found.low, found.high) == pytest.approx((same_as.low, same_as.high))


@pytest.mark.parametrize("seed", range(5))
def test_share_interval_solves_wilson_s_equation_with_the_clustered_error(seed: int) -> None:
    """At both ends p: (share - p)^2 = t^2 p (1 - p) / effective n, never less than 1.96^2 / n."""
    values, videos = _clustered(seed, 40)
    share, error = float(np.mean(values)), statistics.clustered_error(values, videos)
    variance = stats.t.ppf(0.975, 39) ** 2 * error**2 / (share * (1 - share))
    variance = max(variance, stats.norm.ppf(0.975) ** 2 / len(values))
    found = statistics.share_interval(values, videos)
    for end in (found.low, found.high):
        spread = variance * end * (1 - end)
        assert (share - end) ** 2 == pytest.approx(spread, abs=EXACT)


@given(
    st.lists(st.tuples(st.sampled_from([0, 0.25, 0.5, 1]), st.sampled_from("abcdef")), min_size=1)
)
def test_share_interval_holds_the_share_and_stays_within_0_and_1(
    rows: list[tuple[float, str]],
) -> None:
    scores, videos = zip(*rows, strict=True)
    found = statistics.share_interval(scores, videos)
    assert 0 <= found.low <= found.high <= 1
    assert found.low - 1e-9 <= np.mean(scores) <= found.high + 1e-9


def test_no_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="0 rows"):
        statistics.share_interval([], [])


def test_ratio_to_ones_is_the_mean() -> None:
    top, videos = _clustered(2)
    found = statistics.ratio_interval(top, [1.0] * len(top), videos)
    wanted = statistics.clustered_interval(top, videos)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=EXACT)


def test_ratio_error_is_that_of_a_regression_through_the_origin() -> None:
    """With one row a cluster: the ratio is weighted least squares, the error its robust error."""
    draw = np.random.default_rng(0)
    bottom = draw.uniform(1, 2, 50)
    top = bottom * draw.uniform(0.2, 0.8, 50)
    fit = sm.WLS(top, bottom, weights=1 / bottom).fit(
        cov_type="cluster", cov_kwds={"groups": np.arange(50)}
    )
    found = statistics.ratio_interval(list(top), list(bottom), [str(i) for i in range(50)])
    assert found is not None
    assert (found.high + found.low) / 2 == pytest.approx(float(fit.params[0]), abs=EXACT)
    assert (found.high - found.low) / 2 == pytest.approx(
        stats.t.ppf(0.975, 49) * float(fit.bse[0]), abs=EXACT
    )


def test_no_spread_gives_no_interval() -> None:
    assert statistics.ratio_interval([0, 0, 0], [1, 1, 1], list("abc")) is None
    assert statistics.auroc_interval([0.9, 0.1] * 3, [True, False] * 3, list("aabbcc")) is None
    assert statistics.paired([0, 0, 1], [0, 0, 1], list("abc")).interval is None


def test_a_ratio_to_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="ratio to 0"):
        statistics.ratio_interval([1, 0], [0, 0], list("ab"))


@pytest.mark.parametrize(
    ("scores", "labels", "value"),
    [
        ([0.9, 0.1], [True, False], 1.0),
        ([0.1, 0.9], [True, False], 0.0),  # the wrong direction stays below one half
        ([0.5, 0.5, 0.5], [True, False, True], 0.5),
        ([0.8, 0.4, 0.6, 0.2], [True, True, False, False], 0.75),
    ],
)
def test_auroc(scores: list[float], labels: list[bool], value: float) -> None:
    assert math.isclose(statistics.auroc(scores, labels), value)


def test_auroc_of_one_class_is_refused() -> None:
    with pytest.raises(ValueError, match="true and false"):
        statistics.auroc([0.1, 0.2], [True, True])


def _scores(seed: int, true: int, false: int) -> tuple[list[float], list[bool]]:
    draw = np.random.default_rng(seed)
    labels = [True] * true + [False] * false
    # Rounded, so that there are ties.
    return list(np.round(draw.normal(size=true + false) + np.array(labels), 1)), labels


@pytest.mark.parametrize("seed", range(3))
def test_auroc_interval_solves_the_equation_of_newcombe(seed: int) -> None:
    """At both ends t: |area - t| = 1.96 sqrt(V(t)), V that of Hanley and McNeil with m*, n*."""
    scores, labels = _scores(seed, 12, 60)
    found = statistics.auroc_interval(scores, labels, [str(i) for i in range(72)])
    assert found is not None
    area = roc_auc_score(labels, scores)
    for end in (found.low, found.high):
        q1, q2 = end / (2 - end), 2 * end**2 / (1 + end)
        mean = (12 + 60) / 2 - 1
        v = (end * (1 - end) + mean * (q1 - end**2) + mean * (q2 - end**2)) / (12 * 60)
        assert abs(area - end) == pytest.approx(stats.norm.ppf(0.975) * math.sqrt(v), abs=EXACT)


def test_auroc_clustered_variance_is_that_of_a_plain_loop() -> None:
    from lmms_tasks.statistics.ranking import clustered_variance, placements

    scores, labels = _scores(1, 20, 30)
    clusters = [i % 9 for i in range(50)]
    wins = {
        (i, j): (np.sign(scores[i] - scores[j]) + 1) / 2
        for i in range(50)
        for j in range(50)
        if labels[i] and not labels[j]
    }
    area = sum(wins.values()) / 600
    total = 0.0
    for cluster in range(9):
        share = 0.0
        for i in range(50):
            if clusters[i] == cluster and labels[i]:
                share += (sum(wins[i, j] for j in range(20, 50)) / 30 - area) / 20
            elif clusters[i] == cluster:
                share += (sum(wins[k, i] for k in range(20)) / 20 - area) / 30
        total += share**2
    truth, numbers = np.array(labels), np.array(clusters)
    of_true, of_false = placements(np.array(scores), truth)
    found = clustered_variance(of_true, of_false, numbers[truth], numbers[~truth], 9)
    assert found == pytest.approx(total * 9 / 8, abs=EXACT)


def test_repeating_every_item_adds_no_certainty() -> None:
    scores, labels = _scores(2, 30, 70)
    names = [str(i) for i in range(100)]
    once = statistics.auroc_interval(scores, labels, names)
    twice = statistics.auroc_interval(scores * 2, labels * 2, names * 2)
    assert once is not None
    assert twice is not None
    assert (twice.low, twice.high) == pytest.approx((once.low, once.high), abs=0.01)


def test_bootstrap_is_that_of_a_plain_loop_and_seeded() -> None:
    values, videos = _clustered(3)
    data = np.array(values)

    def mean(rows: np.ndarray) -> float:
        return float(data[rows].mean())

    found = statistics.bootstrap_interval(mean, videos, resamples=300)
    names = sorted(set(videos))
    draw = np.random.default_rng(0)
    loop = []
    for _ in range(300):
        chosen = [names[i] for i in draw.integers(0, 12, 12)]
        loop.append(
            np.mean([v for c in chosen for v, w in zip(values, videos, strict=True) if w == c])
        )
    assert found is not None
    assert (found.low, found.high) == pytest.approx(
        tuple(np.quantile(loop, [0.025, 0.975])), abs=EXACT
    )
    assert found == statistics.bootstrap_interval(mean, videos, resamples=300)
    assert found != statistics.bootstrap_interval(mean, videos, resamples=300, seed=1)


def test_bootstrap_leaves_out_draws_that_define_nothing() -> None:
    assert statistics.bootstrap_interval(lambda rows: float("nan"), list("abc")) is None
    assert statistics.bootstrap_interval(lambda rows: 1.0, list("abc")) is None


binary = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=200)


@given(binary)
def test_mcnemar_is_the_binomial_test_of_the_disagreements(pairs: list[tuple[bool, bool]]) -> None:
    first, second = ([float(x) for x in side] for side in zip(*pairs, strict=True))
    won, lost = sum(b > a for a, b in pairs), sum(a > b for a, b in pairs)
    wanted = stats.binomtest(won, won + lost).pvalue if won + lost else 1.0
    assert statistics.mcnemar(first, second) == pytest.approx(wanted, abs=EXACT)


@given(binary)
def test_with_one_item_a_video_the_exchange_test_is_mcnemar_s(
    pairs: list[tuple[bool, bool]],
) -> None:
    first, second = ([float(x) for x in side] for side in zip(*pairs, strict=True))
    alone = [str(i) for i in range(len(pairs))]
    assert statistics.exchange_test(first, second, alone) == pytest.approx(
        statistics.mcnemar(first, second), abs=EXACT
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_exchange_test_is_scipy_s_over_all_signs(seed: int) -> None:
    draw = np.random.default_rng(seed)
    sums = draw.integers(-3, 4, 9) / 4
    wanted = stats.permutation_test(
        (sums,), np.sum, permutation_type="samples", n_resamples=np.inf
    ).pvalue
    names = [str(i) for i in range(9)]
    # Two rows a cluster, whose differences add up to its sum.
    found = statistics.exchange_test([0.0] * 18, [*(sums / 2), *(sums / 2)], names * 2)
    assert found == pytest.approx(wanted, abs=EXACT)


def test_the_exchange_test_refuses_what_it_cannot_count() -> None:
    with pytest.raises(ValueError, match="at most 10 parts"):
        statistics.exchange_test([0.0, 0.1234], [0.5, 0.2], list("ab"))
    with pytest.raises(ValueError, match="not paired"):
        statistics.exchange_test([0.0], [0.5, 0.2], list("ab"))
    with pytest.raises(ValueError, match="of 0 and 1"):
        statistics.mcnemar([0.5], [1])


def test_items_of_one_video_are_one_witness() -> None:
    first, second = [0.0] * 40, [1.0] * 40
    alone = statistics.paired(first, second, [str(i) for i in range(40)])
    together = statistics.paired(first, second, [str(i // 10) for i in range(40)])
    assert alone.p == pytest.approx(2 / 2**40)
    assert together.p == pytest.approx(2 / 2**4)


def test_paired_differences() -> None:
    first, second = [1, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1]
    found = statistics.paired(first, second, list("abcdef"))
    wanted = stats.ttest_rel(second, first).confidence_interval()
    assert found.value == pytest.approx(1 / 3)
    assert found.interval is not None
    assert found.interval.low == pytest.approx(wanted.low, abs=EXACT)
    assert found.interval.high == 1.0 < wanted.high  # no difference of shares is larger
    assert (found.won, found.lost, found.n, found.clusters) == (3, 1, 6, 6)
    assert found.detectable == pytest.approx(2.8016 * stats.sem(np.subtract(second, first)), 1e-4)


@settings(max_examples=50)
@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm(p_values: list[float]) -> None:
    found = statistics.holm(p_values)
    assert len(found) == len(p_values)
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    highest = 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        assert found[i] == pytest.approx(highest, abs=EXACT)
    assert all(found[a] <= found[b] + EXACT for a, b in pairwise(order))


@pytest.mark.parametrize(
    ("n", "sd", "correlation", "points"),
    [
        (1056, 0.5, 0.3, 5.1),
        (1056, 0.5, 0.5, 4.3),
        (1056, 0.5, 0.7, 3.3),
        (1056, 0.49, 0.3, 5.0),
        (1056, 0.49, 0.5, 4.2),
        (1056, 0.49, 0.7, 3.3),
        (3140, 0.5, 0.5, 2.5),  # what the gap between two published models would need
    ],
)
def test_detectable_differences_of_futurebench(
    n: int, sd: float, correlation: float, points: float
) -> None:
    found = statistics.smallest_detectable_difference(
        n, first_sd=sd, second_sd=sd, correlation=correlation
    )
    assert 100 * found == pytest.approx(points, abs=0.05)


def test_a_detectable_difference_is_detected_four_times_in_five() -> None:
    power = stats.norm.sf(stats.norm.ppf(0.975) - statistics.detectable(1.0))
    assert power == pytest.approx(0.8, abs=EXACT)


PUBLISHED_SIZES = {"hop1": 173, "hop2": 193, "hop3": 201, "interpolation": 489}
HALF_WIDTHS = {"hop1": 7.5, "hop2": 7.1, "hop3": 6.9, "interpolation": 4.4}


@pytest.mark.parametrize(
    ("by_kind", "micro"),
    [
        ((56.1, 57.5, 49.8, 50.5), 52.6),  # Qwen2.5-VL-7B
        ((67.6, 64.2, 57.7, 59.3), 61.3),  # after fine-tuning
        ((83.8, 81.3, 62.7, 65.2), 70.7),  # after reinforcement learning
    ],
)
def test_published_micro_averages(by_kind: tuple[float, ...], micro: float) -> None:
    scores = []
    for (kind, n), percent in zip(PUBLISHED_SIZES.items(), by_kind, strict=True):
        right = round(n * percent / 100)
        assert 100 * right / n == pytest.approx(percent, abs=0.06), kind
        scores += [1.0] * right + [0.0] * (n - right)
        found = statistics.wilson(right, n)
        # Given there for a share of one half, where an interval is widest.
        assert 50 * (found.high - found.low) <= HALF_WIDTHS[kind] + 0.05
    whole = statistics.share_estimate(scores, [str(i) for i in range(1056)])
    assert 100 * whole.value == pytest.approx(micro, abs=0.06)
    assert whole.interval is not None
    assert 50 * (whole.interval.high - whole.interval.low) == pytest.approx(3.0, abs=0.3)


@pytest.mark.parametrize(("kind", "points"), HALF_WIDTHS.items())
def test_published_half_widths(kind: str, points: float) -> None:
    n = PUBLISHED_SIZES[kind]
    found = statistics.wilson(n / 2, n)
    assert 50 * (found.high - found.low) == pytest.approx(points, abs=0.15)


def test_published_blind_score() -> None:
    found = statistics.wilson(338, 1056)  # 32.0 %, without the video
    assert (100 * found.low, 100 * found.high) == pytest.approx((29.2, 34.8), abs=0.11)
