"""The temporal coherence ratio, skill over the copy, and what they are beside copy and noise.

The ratio of a clip is how much its frames change from one to the next, over how much those of the
real future do. It has no optimum: a copy of the present has 0, and noise far more than 1.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from lmms_tasks.statistics import Estimate, Interval, bootstrap_interval, ratio_interval

# The study's guard against a real future in which nothing changes, white being 1.
EPSILON = 1e-6
# Less change than this is the grain of a codec: half a grey level.
STILL = 0.5 / 255


def paper(changes: Sequence[float], real: Sequence[float], videos: Sequence[str]) -> Estimate:
    """Return the mean over clips of change / (real change + 1e-6), as the study computed it.

    One real future in which hardly anything moves can outweigh all others.
    """
    ratios = np.asarray(changes) / (np.asarray(real) + EPSILON)
    return _estimate(lambda rows: float(np.mean(ratios[rows])), videos)


def robust(
    changes: Sequence[float], real: Sequence[float], videos: Sequence[str]
) -> Estimate | None:
    """Return the median of change / real change, over the real futures that move.

    None where none moves more than the grain of a codec.
    """
    moving = np.flatnonzero(np.asarray(real) > STILL)
    if not len(moving):
        return None
    ratios = np.asarray(changes)[moving] / np.asarray(real)[moving]
    return _estimate(lambda rows: float(np.median(ratios[rows])), [videos[int(i)] for i in moving])


def skill(
    errors: Sequence[float], copies: Sequence[float], videos: Sequence[str]
) -> Estimate | None:
    """Return 1 - (sum of errors) / (sum of the copy's): 1 is perfect, 0 no better than the copy.

    Below 0 the copy is nearer. Sums, and not a mean of ratios, for the copy of a future in which
    nothing moves has an error near 0. None where the copy has no error at all.
    """
    if not sum(copies) > 0:
        return None
    found = ratio_interval(errors, copies, videos) if len(set(videos)) > 1 else None
    interval = Interval(1 - found.high, 1 - found.low) if found else None
    return Estimate(1 - sum(errors) / sum(copies), interval, len(errors))


def _estimate(statistic: Callable[[NDArray[np.intp]], float], videos: Sequence[str]) -> Estimate:
    interval = bootstrap_interval(statistic, videos) if len(set(videos)) > 1 else None
    return Estimate(statistic(np.arange(len(videos))), interval, len(videos))
