"""Asks a judge about pairs, and keeps what it said."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from data_prep.errors import UserError
from data_prep.pairs.answers import Answers, key_of
from data_prep.pairs.judge import MAX_NEW_TOKENS, Judge, Sight
from data_prep.prompts import LABEL_THE_ACTION
from data_prep.records import Pair, Record

MADE_BY = "python -m data_prep pairs CLIPS --out DIR"
ORDERS = ("true", "swapped", "copied", "other_clip")
# Finer differences depend on the machine.
_DIGITS = 5


class Scores(Record):
    """What a model said of a pair, and its score in each order of frames; see `judge`.

    `other_clip` is None where there is no other clip, all scores are where nothing was said.
    """

    pair_id: str
    action: str
    true: float | None
    swapped: float | None
    copied: float | None
    other_clip: float | None
    kept: bool
    reason: str | None


@dataclass(frozen=True)
class Case:
    """A pair to label, with its pictures and that of another clip."""

    pair: Pair
    sights: dict[str, Sight]


class Clerk:
    """Asks the judge what it has not said before, a chunk of pairs at a time.

    A chunk is asked as a whole or not at all: what else is in a batch can change the last digits.
    """

    def __init__(
        self, judge: Judge, answers: Answers, actions: tuple[str, ...], batch: int
    ) -> None:
        """Take whom to ask, where answers are kept, and the actions to choose from, if any."""
        self._judge, self._answers, self._batch = judge, answers, batch
        self._actions = actions
        asked = (judge.fingerprint, LABEL_THE_ACTION, str(MAX_NEW_TOKENS), str(batch), *actions)
        self._asked = key_of(*asked)

    def score(self, chunk: list[Case]) -> list[Scores]:
        """Return what the model says of each pair, `kept` and `reason` still open."""
        seen = [
            " ".join(f"{order} {_digest(s.before)} {_digest(s.after)}" for order, s in each)
            for each in (case.sights.items() for case in chunk)
        ]
        # A chunk that was asked in another company is asked anew.
        keys = [key_of(self._asked, *seen, case.pair.id) for case in chunk]
        found = [self._answers.find(key) for key in keys]
        if any(answer is None for answer in found):
            rows = self._ask(chunk)
            self._answers.keep(
                {key: row.model_dump_json() for key, row in zip(keys, rows, strict=True)}
            )
            return rows
        return [Scores.model_validate_json(answer) for answer in found if answer]

    def _ask(self, chunk: list[Case]) -> list[Scores]:
        names = self._chosen(chunk) if self._actions else self._made(chunk)
        questions = [
            (i, order, sight)
            for i, (case, name) in enumerate(zip(chunk, names, strict=True))
            for order, sight in case.sights.items()
            if name
        ]
        scores: list[dict[str, float]] = [{} for _ in chunk]
        ratings = self._rate(
            [sight for _, _, sight in questions], [names[i] for i, _, _ in questions]
        )
        for (i, order, _), rating in zip(questions, ratings, strict=True):
            scores[i][order] = rating
        return [
            Scores(
                pair_id=case.pair.id,
                action=name,
                kept=False,
                reason=None,
                **{order: each.get(order) for order in ORDERS},
            )
            for case, name, each in zip(chunk, names, scores, strict=True)
        ]

    def _made(self, chunk: list[Case]) -> list[str]:
        return self._judge.name_actions([case.sights["true"] for case in chunk])

    def _chosen(self, chunk: list[Case]) -> list[str]:
        """Return for each pair the action of the closed set with the best score."""
        sights = [case.sights["true"] for case in chunk for _ in self._actions]
        ratings = self._rate(sights, list(self._actions) * len(chunk))
        size = len(self._actions)
        rows = [ratings[i : i + size] for i in range(0, len(ratings), size)]
        return [self._actions[max(range(size), key=row.__getitem__)] for row in rows]

    def _rate(self, sights: list[Sight], actions: list[str]) -> list[float]:
        ratings: list[float] = []
        for i in range(0, len(sights), self._batch):
            part = slice(i, i + self._batch)
            ratings += self._judge.rate(sights[part], actions[part])
        return [round(rating, _DIGITS) for rating in ratings]


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UserError(
            "a picture of a pair cannot be read", seen=f"{path}: {error.strerror}", fix=MADE_BY
        ) from error
