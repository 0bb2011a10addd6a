"""Shares, differences, ratios and AUROCs with their intervals and tests, on plain arrays.

Every interval is two-sided at 95 %. Items of one video are not independent, so wherever videos
repeat the video is the unit, in standard errors, in tests, and in what the bootstrap draws again.
What the methods cover, by simulation, is in `tests/test_coverage.py`.
"""

from lmms_tasks.statistics.bootstrap import bootstrap_interval
from lmms_tasks.statistics.clusters import (
    LEVEL,
    Estimate,
    Interval,
    cluster_sums,
    clustered_error,
    clustered_interval,
)
from lmms_tasks.statistics.paired import (
    Paired,
    detectable,
    exchange_test,
    holm,
    mcnemar,
    paired,
    smallest_detectable_difference,
)
from lmms_tasks.statistics.ranking import auroc, auroc_interval
from lmms_tasks.statistics.shares import (
    exact,
    ratio_interval,
    share_estimate,
    share_interval,
    wilson,
)

__all__ = [
    "LEVEL",
    "Estimate",
    "Interval",
    "Paired",
    "auroc",
    "auroc_interval",
    "bootstrap_interval",
    "cluster_sums",
    "clustered_error",
    "clustered_interval",
    "detectable",
    "exact",
    "exchange_test",
    "holm",
    "mcnemar",
    "paired",
    "ratio_interval",
    "share_estimate",
    "share_interval",
    "smallest_detectable_difference",
    "wilson",
]
