"""What is reported of each generator: every measure with its interval, copy and noise beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lmms_tasks.metrics import Item
from lmms_tasks.statistics import (
    Estimate,
    clustered_error,
    clustered_interval,
    share_estimate,
)
from lmms_tasks.statistics.clusters import NOTHING
from lmms_tasks.videoreason import coherence
from lmms_tasks.videoreason.measured import Measured
from lmms_tasks.videoreason.measures import Measures

# The metric of `videoreason_generate` whose item is the record of a document.
HEADLINE = "skill_over_copy"
# Of each figure: the metrics of its value and the ends of its interval, and whether more is better.
NAMES: dict[str, tuple[tuple[str, str, str], bool]] = {
    "failed": (("failed_generations", "failed_from", "failed_to"), False),
    "no real future": (("unusable_items", "unusable_from", "unusable_to"), False),
    "LPIPS": (("mean_lpips", "lpips_from", "lpips_to"), False),
    "skill over copy": ((HEADLINE, "skill_from", "skill_to"), True),
    "SSIM": (("mean_ssim", "ssim_from", "ssim_to"), True),
    "PSNR (dB)": (("mean_psnr", "psnr_from", "psnr_to"), True),
    "coherence, mean": (("paper_coherence", "paper_from", "paper_to"), True),
    "coherence, median": (("median_coherence", "median_from", "median_to"), True),
    "smoothness": (("mean_smoothness", "smoothness_from", "smoothness_to"), True),
    "first-frame jump": (("mean_jump", "jump_from", "jump_to"), False),
}
# Those that are shares of all items; the others are over what could be measured.
OF_ALL = ("failed_generations", "unusable_items")


@dataclass(frozen=True)
class Figure:
    """One measure of a generator; beside it those of the copy, of noise, and of real futures."""

    name: str
    estimate: Estimate | None
    copy: float | None = None
    noise: float | None = None
    real: float | None = None


Values = Sequence[float]
Videos = Sequence[str]


def mean(values: Values, videos: Videos) -> Estimate | None:
    """Return a mean with its clustered interval, which is None without spread."""
    if not values:
        return None
    spread = len(set(videos)) > 1 and clustered_error(values, videos) > NOTHING
    interval = clustered_interval(values, videos) if spread else None
    return Estimate(float(np.mean(values)), interval, len(values))


def figures(rows: Sequence[Measured]) -> list[Figure]:
    """Return what is reported of one generator's predictions; there is at least one."""
    videos = [row.video_id for row in rows]
    found = [
        Figure("failed", share_estimate([float(r.to_blame == "generator") for r in rows], videos)),
        Figure(
            "no real future", share_estimate([float(r.to_blame == "data") for r in rows], videos)
        ),
    ]
    usable = [(row.video_id, row.measures) for row in rows if row.measures is not None]
    return found + (of_measures([m for _, m in usable], [v for v, _ in usable]) if usable else [])


def of_records(items: Sequence[Item]) -> list[Figure]:
    """Return the figures of what `videoreason_generate` logged, none without an item."""
    known = Measured.model_fields
    rows = [{key: value for key, value in item.items() if key in known} for item in items if item]
    return list(_figures(tuple(Measured.model_validate(row) for row in rows))) if rows else []


@lru_cache(maxsize=4)
def _figures(rows: tuple[Measured, ...]) -> tuple[Figure, ...]:
    # Every metric is asked for on its own; the intervals of all are made once.
    return tuple(figures(rows))


def of_measures(rows: Sequence[Measures], videos: Videos) -> list[Figure]:
    """Return the figures of predictions that could be measured; there is at least one."""

    def column(name: str) -> list[float]:
        return [getattr(row, name) for row in rows]

    def average(name: str) -> float | None:
        given = [value for value in column(name) if value is not None]
        return float(np.mean(given)) if given else None

    smooth = [
        (v, m.smoothness) for v, m in zip(videos, rows, strict=True) if m.smoothness is not None
    ]
    lpips, copies, noises = (column(f"{of}lpips") for of in ("", "copy_", "noise_"))
    change, real, wild = (column(f"{of}change") for of in ("", "real_", "noise_"))
    still = [0.0] * len(rows)
    paper = coherence.paper
    robust = coherence.robust
    return [
        Figure("LPIPS", mean(lpips, videos), average("copy_lpips"), average("noise_lpips"), 0.0),
        Figure(
            "skill over copy",
            coherence.skill(lpips, copies, videos),
            0.0,
            _value(coherence.skill(noises, copies, videos)),
            1.0,
        ),
        Figure("SSIM", mean(column("ssim"), videos), average("copy_ssim"), None, 1.0),
        Figure("PSNR (dB)", mean(column("psnr"), videos), average("copy_psnr")),
        Figure(
            "coherence, mean",
            paper(change, real, videos),
            paper(still, real, videos).value,
            paper(wild, real, videos).value,
            paper(real, real, videos).value,
        ),
        Figure(
            "coherence, median",
            robust(change, real, videos),
            _value(robust(still, real, videos)),
            _value(robust(wild, real, videos)),
            _value(robust(real, real, videos)),
        ),
        Figure(
            "smoothness",
            mean([value for _, value in smooth], [video for video, _ in smooth]),
            real=average("real_smoothness"),
        ),
        Figure("first-frame jump", mean(column("jump"), videos), 0.0, real=average("real_jump")),
    ]


def _value(found: Estimate | None) -> float | None:
    return None if found is None else found.value
