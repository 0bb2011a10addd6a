"""What is reported: the accuracy of each pick for each N, and what each verifier prefers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lmms_tasks.best_of_n.candidates import POOL, Field
from lmms_tasks.best_of_n.picks import NO_CLIP, at_random, by_oracle, by_verifier
from lmms_tasks.best_of_n.verifiers import Verifier
from lmms_tasks.statistics import Estimate, clustered_error, clustered_interval, share_estimate
from lmms_tasks.statistics.clusters import NOTHING, Interval
from lmms_tasks.videoreason.preferences import preferred

FIRST, RANDOM, ORACLE = "first sample", "random pick", "best possible pick"
SIZES = (1, 2, 4, 8)


@dataclass(frozen=True)
class Outcome:
    """The accuracy of one pick among N candidates, over `accuracy.n` items.

    `gain` is over the random pick on the same items. `unscored` is the share of the candidates
    with a clip that the verifier did not rate; they are picked last.
    """

    generator: str
    n: int
    pick: str
    oracle: bool
    accuracy: Estimate
    gain: Estimate | None
    unscored: float


@dataclass(frozen=True)
class Preference:
    """How often a verifier rates a copy of the present above the real future; ties count half."""

    verifier: str
    oracle: bool
    share: Estimate


def outcomes(
    generator: str, fields: Sequence[Field], verifiers: Sequence[Verifier], sizes: Sequence[int]
) -> list[Outcome]:
    """Return the outcomes of one generator, for each size that some item has candidates for."""
    found = []
    for n in sizes:
        enough = [field for field in fields if len(field.candidates) >= n]
        if enough:
            found += _of_size(generator, enough, verifiers, n)
    return found


def preference(verifier: Verifier, videos: Mapping[str, str]) -> Preference | None:
    """Return what a verifier prefers, None where it did not rate both; `videos` is by item."""
    items = sorted(verifier.real.keys() & verifier.copy.keys() & videos.keys())
    if not items:
        return None
    values = [preferred(verifier.copy[name], verifier.real[name]) for name in items]
    return Preference(
        verifier.name, verifier.oracle, share_estimate(values, [videos[item] for item in items])
    )


def _of_size(
    generator: str, fields: Sequence[Field], verifiers: Sequence[Verifier], n: int
) -> list[Outcome]:
    videos = [field.item.video_id for field in fields]
    rights = [[row.right for row in field.candidates] for field in fields]
    random = [at_random(right, n) for right in rights]

    def outcome(pick: str, values: list[float], *, oracle: bool, unscored: float = 0.0) -> Outcome:
        gain = None if pick == RANDOM else _difference(values, random, videos)
        return Outcome(generator, n, pick, oracle, share_estimate(values, videos), gain, unscored)

    found = [
        outcome(RANDOM, random, oracle=False),
        outcome(ORACLE, [by_oracle(right, n) for right in rights], oracle=True),
    ]
    # The first of several generators is not a first sample.
    if generator != POOL:
        found.insert(1, outcome(FIRST, [right[0] for right in rights], oracle=False))
    for verifier in verifiers:
        rate = _rating(verifier)
        scores = [[rate(field, i) for i in range(len(field.candidates))] for field in fields]
        clips = [row for field in fields for row in field.candidates if row.prediction.video]
        lacking = sum(row.prediction.id not in verifier.scores for row in clips)
        if lacking == len(clips):
            continue
        values = [by_verifier(right, score, n) for right, score in zip(rights, scores, strict=True)]
        found.append(
            outcome(verifier.name, values, oracle=verifier.oracle, unscored=lacking / len(clips))
        )
    return found


def _rating(verifier: Verifier) -> Callable[[Field, int], float]:
    # Between those without a clip and those with a score.
    last = min(verifier.scores.values(), default=0.0) - 1.0

    def rate(field: Field, number: int) -> float:
        row = field.candidates[number].prediction
        return NO_CLIP if row.video is None else verifier.scores.get(row.id, last)

    return rate


def _difference(
    values: Sequence[float], others: Sequence[float], videos: Sequence[str]
) -> Estimate:
    gaps = [ours - theirs for ours, theirs in zip(values, others, strict=True)]
    spread = len(set(videos)) > 1 and clustered_error(gaps, videos) > NOTHING
    interval: Interval | None = clustered_interval(gaps, videos) if spread else None
    return Estimate(sum(gaps) / len(gaps), interval, len(gaps))
