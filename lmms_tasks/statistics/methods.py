"""How every printed interval is made, and what it covers: the words for reports.

The figures are those of `tests/test_coverage.py` and `tests/test_coverage_scores.py`, of 2,000
samples each; what one of 95 % should cover is .935 to .965 there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lmms_tasks.statistics.separation import FEW


@dataclass(frozen=True)
class Method:
    """What has the interval, how it is made, what it covers, and why it is used if that is off."""

    of: str
    how: str
    covers: str


METHODS = (
    Method(
        "shares of items, means over rotations, expected accuracy among N",
        "Wilson; where videos repeat with the effective number of items and Student's t",
        ".94 to .96; with 8 videos up to .995",
    ),
    Method(
        "corrected, regressed, beyond chance",
        "exact (Clopper and Pearson); where videos repeat with the effective number of items",
        ".945 to .98: counts as small as 2 of 27 must not have too narrow an interval",
    ),
    Method(
        "differences on the same items, gains, lift",
        "mean difference, clustered by video, Student's t",
        ".94 to .96",
    ),
    Method(
        "retention, skill over the copy",
        "ratio of sums, linearised, clustered by video, Student's t",
        ".935 to .96",
    ),
    Method(
        "means of LPIPS, SSIM, PSNR, smoothness, jump, coherence",
        "clustered by video, Student's t",
        ".94 to .955; .90 to .945 where values are skewed, as the ratios of the mean coherence: "
        "no method is exact there, and its median stands beside it",
    ),
    Method("median coherence", "percentile bootstrap of whole videos", ".94 to .95"),
    Method(
        "AUROC",
        "Newcombe's score interval, method 5, times the design effect of repeated videos",
        ".945 to .965, with 12 % true of 50 too, where DeLong's and the bootstrap's are too narrow",
    ),
    Method(
        "AUROC less AUROC",
        "DeLong's for paired curves, clustered (Obuchowski), Student's t (Satterthwaite)",
        f".94 to .96; .90 to .99 where fewer than {FEW} videos hold true, or false, items: no "
        "method known to us is exact there, and the others are as far off",
    ),
    Method(
        "correlation of a verifier with the truth, gap",
        "Fisher's z with the linearised clustered error; Welch's, clustered by video",
        ".935 to .96",
    ),
    Method(
        "expected calibration error",
        "the errors that show one like this in more than 2.5 % of samples; the value itself is "
        "biased upwards by chance",
        ".94 to .99, for it is not known which bins are off by chance; .86 to .97 with 50 items",
    ),
    Method(
        "share of true ones in a bin of the reliability plot",
        "as shares of items",
        ".95 to .965",
    ),
    Method(
        "band of a ROC curve",
        "Wilson with the effective number of true items, its variance from the bootstrap of videos",
        ".945 to .96 over the curve; from .86 at single places with 12 true items or fewer",
    ),
)


def few(labels: Sequence[bool], videos: Sequence[str]) -> list[str]:
    """Return what must be said of a difference of AUROCs where few videos are of one kind."""
    counts = {
        name: len({video for video, label in zip(videos, labels, strict=True) if label == kind})
        for name, kind in (("true", True), ("false", False))
    }
    return [
        f"{count} videos hold {name} predictions; with fewer than {FEW} the interval of a "
        "difference of AUROCs (DeLong's, clustered, Student's t) covers .90 to .99 and not .95, "
        "and no other that is known to us does better"
        for name, count in counts.items()
        if 0 < count < FEW
    ]
