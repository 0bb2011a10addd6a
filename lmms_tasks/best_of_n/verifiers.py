"""The verifiers: what rates a candidate, and whether it saw what a verifier may not see."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data_prep.records import ForesightItem, Prediction
from lmms_tasks.logs import Records
from lmms_tasks.videoreason.attempts import COPY, REAL
from lmms_tasks.videoreason.measured import Likelihood, Measured
from lmms_tasks.videoreason.plausibility import KNOWS_NOTHING


@dataclass(frozen=True)
class Verifier:
    """Scores, the higher the better.

    `scores` are of predictions, `real` and `copy` of the real future and of a copy of the present
    (the last frame of the context), by item. `oracle` says that the verifier saw the real future
    or the right answer: it bounds what picking can do, and is not one that could be used.
    `unread` counts replies that state no probability; they count as one half.
    """

    name: str
    oracle: bool
    scores: Mapping[str, float]
    real: Mapping[str, float]
    copy: Mapping[str, float]
    unread: int = 0


def from_plausibility(records: Records, predictions: Sequence[Prediction]) -> Verifier:
    """Return the stated confidence of a model that saw the context and the candidate."""
    copies = {row.id for row in predictions if row.generator == COPY}
    made = [row for row in records if row["generator"] != REAL]
    return Verifier(
        name="stated confidence",
        oracle=False,
        scores=_finite((row["prediction_id"], _stated(row)) for row in made),
        real=_finite((r["item_id"], _stated(r)) for r in records if r["generator"] == REAL),
        copy=_finite((r["item_id"], _stated(r)) for r in made if r["prediction_id"] in copies),
        unread=sum(row["stated"] is None for row in records),
    )


def from_verification(records: Records) -> Verifier:
    """Return the stated confidence of a judge that saw the real future beside the candidate.

    It never rated the real future itself, so what it prefers to it is not known.
    """
    return Verifier(
        name="judge beside the real future",
        oracle=True,
        scores=_finite((row["prediction_id"], _stated(row)) for row in records),
        real={},
        copy={},
        unread=sum(row["stated"] is None for row in records),
    )


def from_measures(measured: Mapping[str, Measured]) -> list[Verifier]:
    """Return the first-frame jump, which sees no future but the candidate, and LPIPS, which does.

    Both are 0 for a copy of the present and for the real future, respectively, by definition.
    """
    found = [(row, row.measures) for row in measured.values() if row.measures is not None]
    if not found:
        return []
    return [
        Verifier(
            name="first-frame jump",
            oracle=False,
            scores=_finite((row.prediction_id, -m.jump) for row, m in found),
            real=_finite((row.item_id, -m.real_jump) for row, m in found),
            copy={row.item_id: 0.0 for row, _ in found},
        ),
        Verifier(
            name="LPIPS to the real future",
            oracle=True,
            scores=_finite((row.prediction_id, -m.lpips) for row, m in found),
            real={row.item_id: 0.0 for row, _ in found},
            copy=_finite((row.item_id, -m.copy_lpips) for row, m in found),
        ),
    ]


def from_likelihoods(
    rated: Mapping[str, Likelihood],
    items: Sequence[ForesightItem],
    predictions: Sequence[Prediction],
) -> list[Verifier]:
    """Return an inverse-dynamics model twice: as one may use it, and told the right answer.

    Usable: the share that it gives to the option that the generator was told, else to the
    likeliest one, that is, how clearly the clip shows any of them. Oracle: the share of the right
    answer, as verifiers of known actions are rated in the literature.
    """
    told = {row.id: row.told for row in predictions}
    answers = {item.id: item.answer for item in items}
    shares = {
        row.prediction_id: (row, _shares(row.scores))
        for row in rated.values()
        if row.scores is not None and all(math.isfinite(score) for score in row.scores)
    }
    if not shares:
        return []

    def usable(row: Likelihood, share: Sequence[float]) -> float:
        letter = told.get(row.prediction_id)
        return max(share) if letter is None else share[_place(letter)]

    def oracle(row: Likelihood, share: Sequence[float]) -> float:
        return share[_place(answers[row.item_id])]

    return [
        Verifier(
            name=name,
            oracle=rate is oracle,
            scores={key: rate(*pair) for key, pair in shares.items() if key in told},
            real=_of_items(shares, rate, REAL),
            copy=_of_items(shares, rate, COPY),
        )
        for name, rate in (
            ("inverse dynamics", usable),
            ("inverse dynamics, told the answer", oracle),
        )
    ]


def _of_items(shares: Mapping[str, Any], rate: Any, what: str) -> dict[str, float]:
    return {
        row.item_id: rate(row, share)
        for key, (row, share) in shares.items()
        if key == f"{row.item_id}:{what}"
    }


def _stated(row: Mapping[str, Any]) -> float:
    return KNOWS_NOTHING if row["stated"] is None else float(row["stated"])


def _finite(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Return the scores that are numbers; the others count as missing."""
    return {name: score for name, score in pairs if math.isfinite(score)}


def _shares(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    weights = [math.exp(score - top) for score in scores]
    return [weight / sum(weights) for weight in weights]


def _place(letter: str) -> int:
    return ord(letter) - ord("A")
