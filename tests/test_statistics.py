"""Intervals against the libraries that define them, and against plain loops."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from lmms_tasks import statistics
from lmms_tasks.statistics import Interval


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
    assert (found.low, found.high) == pytest.approx(
        proportion_confint(successes, n, method="wilson")
    )


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_wilson_refuses(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        statistics.wilson(successes, n)


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
    assert statistics.clustered_error(values, videos) == pytest.approx(float(fit.bse[0]))


def test_one_item_a_video_gives_the_ordinary_error() -> None:
    values = [0.0, 1.0, 1.0, 0.0, 1.0]
    assert statistics.clustered_error(values, list("abcde")) == pytest.approx(stats.sem(values))


def test_clustered_interval_uses_student() -> None:
    values, videos = _clustered(0)
    found = statistics.clustered_interval(values, videos)
    reach = stats.t.ppf(0.975, 11) * statistics.clustered_error(values, videos)
    assert (found.high - found.low) / 2 == pytest.approx(reach)


@pytest.mark.parametrize("clusters", [["a", "b", ""], ["a", "b", None]])
def test_a_missing_cluster_is_refused(clusters: list[str]) -> None:
    for call in (
        lambda: statistics.clustered_error([1, 0, 1], clusters),
        lambda: statistics.share_interval([1, 0, 1], clusters),
        lambda: statistics.ratio_interval([1, 0, 1], [1, 1, 1], clusters),
        lambda: statistics.auroc_interval([0.1, 0.2, 0.3], [True, False, True], clusters),
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


def test_share_interval_is_clustered_and_clipped_where_videos_repeat() -> None:
    values, videos = _clustered(1)
    assert statistics.share_interval(values, videos) == statistics.clustered_interval(
        values, videos
    )
    assert statistics.share_interval([1, 1, 1, 0], list("aabb")) == Interval(0.0, 1.0)


def test_no_scores_are_refused() -> None:
    with pytest.raises(ValueError, match="0 rows"):
        statistics.share_interval([], [])


def _redrawn(videos: list[str]) -> list[np.ndarray]:
    """The rows of each bootstrap draw, by the module's own draws and a plain loop."""
    names, numbers = np.unique(videos, return_inverse=True)
    weights = np.random.default_rng(statistics.SEED).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=300
    )
    return [np.repeat(np.arange(len(videos)), draw[numbers]) for draw in weights]


def test_ratio_interval_is_that_of_a_plain_loop() -> None:
    top, videos = _clustered(2)
    bottom = np.maximum(top, np.random.default_rng(0).integers(0, 2, len(top)))
    rows = _redrawn(videos)
    ratios = [np.sum(np.array(top)[r]) / np.sum(bottom[r]) for r in rows]
    found = statistics.ratio_interval(top, list(bottom), videos, resamples=300)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(ratios, [0.025, 0.975])))


def test_auroc_interval_is_that_of_a_plain_loop() -> None:
    labels, videos = _clustered(4)
    # Rounded, so that there are ties.
    scores = np.round(np.random.default_rng(0).normal(size=len(labels)) + labels, 1)
    truth = np.array(labels, dtype=bool)
    loop = [roc_auc_score(truth[r], scores[r]) for r in _redrawn(videos) if 0 < truth[r].mean() < 1]
    found = statistics.auroc_interval(list(scores), list(truth), videos, resamples=300)
    assert found is not None
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(loop, [0.025, 0.975])))


def test_bootstrap_is_seeded() -> None:
    top, videos = _clustered(5)
    ones = [1.0] * len(top)
    first = statistics.ratio_interval(top, ones, videos)
    assert first == statistics.ratio_interval(top, ones, videos)
    assert first != statistics.ratio_interval(top, ones, videos, seed=1)


def test_no_spread_gives_no_interval() -> None:
    assert statistics.ratio_interval([0, 0, 0], [1, 1, 1], list("abc")) is None
    assert statistics.auroc_interval([0.9, 0.1] * 3, [True, False] * 3, list("aabbcc")) is None


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
