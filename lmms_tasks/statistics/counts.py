"""The exact interval of a share, for counts such as 2 of 27, where videos may repeat."""

from collections.abc import Sequence

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from lmms_tasks.statistics.clusters import (
    LEVEL,
    NOTHING,
    Estimate,
    Interval,
    clustered_error,
    critical,
    numbered,
)


def exact_estimate(scores: Sequence[float], video_ids: Sequence[str]) -> Estimate | None:
    """Return the mean of right and wrong (1 and 0) with its exact interval; None without scores.

    Each video has one item: Clopper and Pearson (1934). Videos repeat: the same with the effective
    number of items (Korn and Graubard 1998, Survey Methodology 24:193): share * (1 - share) /
    error^2 with the clustered error, times the square of Student's t at n - 1 over that at C - 1
    degrees, at most the number of items. Videos repeat without spread, so that the clustered
    error would claim certainty: the number of videos.

    Raises:
        ValueError: a score without a video, or lengths that differ.
    """
    if not scores:
        return None
    _, videos = numbered(video_ids, len(scores))
    share = float(np.mean(scores))
    n = _effective(share, scores, video_ids, videos)
    low, high = proportion_confint(share * n, n, alpha=1 - LEVEL, method="beta")
    return Estimate(share, Interval(float(low), float(high)), len(scores))


def _effective(
    share: float, scores: Sequence[float], video_ids: Sequence[str], videos: int
) -> float:
    if videos == len(scores):
        return videos
    error = clustered_error(scores, video_ids) if videos > 1 else 0.0
    if error < NOTHING:
        return videos
    few = (critical(len(scores)) / critical(videos)) ** 2
    return min(len(scores), share * (1 - share) / error**2 * few)
