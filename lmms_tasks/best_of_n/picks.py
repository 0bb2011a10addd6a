"""What a pick among N candidates is worth, as an exact expectation over all choices of N of M.

An item has M candidates, each right or wrong. Drawing N of them at random would add noise, so the
expectation over all subsets of size N is computed instead, from the ranks.
"""

import math
from collections.abc import Sequence
from itertools import groupby

# The score of a candidate that has no clip: it is picked only where no candidate has one.
NO_CLIP = -math.inf


def by_verifier(right: Sequence[float], scores: Sequence[float], n: int) -> float:
    """Return how likely the pick of highest score among `n` of the candidates is right.

    Ties are broken at random: all candidates of the highest score are as likely picked.

    Args:
        right: 1 or 0 for each candidate.
        scores: of the same candidates; not NaN.
        n: candidates drawn, 1 to all of them.

    Raises:
        ValueError: n is out of range, lengths differ, or a score is NaN.
    """
    count = _check(right, n)
    if len(scores) != count or any(math.isnan(score) for score in scores):
        raise ValueError(f"{count} candidates need as many scores, none of them NaN")
    ranked = sorted(zip(scores, right, strict=True))
    expected, below = 0.0, 0
    for _, level in groupby(ranked, key=lambda pair: pair[0]):
        rights = [truth for _, truth in level]
        upto = below + len(rights)
        # The highest drawn score is this one: all drawn are up to it, and not all below it.
        chance = (math.comb(upto, n) - math.comb(below, n)) / math.comb(count, n)
        expected += chance * sum(rights) / len(rights)
        below = upto
    return expected


def at_random(right: Sequence[float], n: int) -> float:
    """Return how likely a random pick is right: the same for every `n`.

    Raises:
        ValueError: n is out of range.
    """
    return sum(right) / _check(right, n)


def by_oracle(right: Sequence[float], n: int) -> float:
    """Return how likely any of `n` of the candidates is right.

    Raises:
        ValueError: n is out of range.
    """
    count = _check(right, n)
    wrong = sum(not truth for truth in right)
    return 1 - math.comb(wrong, n) / math.comb(count, n)


def _check(right: Sequence[float], n: int) -> int:
    if not 1 <= n <= len(right):
        raise ValueError(f"{n} of {len(right)} candidates cannot be drawn")
    return len(right)
