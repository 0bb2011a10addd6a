"""Best of N: what `python -m lmms_tasks.best_of_n … --json FILE` found, laid out for drawing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from lmms_tasks.statistics import Estimate, Interval

_MADE_BY = "python -m lmms_tasks.best_of_n LOGDIR --json best.json"


@dataclass(frozen=True)
class Series:
    """The accuracy of one pick for each N; `place` is its place among the picks."""

    pick: str
    place: int
    points: list[tuple[int, Estimate]]


@dataclass(frozen=True)
class Curve:
    """The picks among the candidates of one generator; `sizes` are the N, smallest first."""

    generator: str
    sizes: list[int]
    series: list[Series]

    def across(self, n: int) -> float:
        """Return where an N lies, from 0 to 1; they are as far apart as they are many."""
        return (self.sizes.index(n) + 0.5) / len(self.sizes)


@dataclass(frozen=True)
class BestOfN:
    """One file: its curves, what verifiers prefer, and what counts as right."""

    truth: str
    curves: list[Curve]
    preferences: list[tuple[str, Estimate]]


def read_best_of_n(path: Path) -> BestOfN:
    """Return what a file of best of N tells.

    Raises:
        UserError: it cannot be read, or is another file.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        generators = dict.fromkeys(str(row["generator"]) for row in told["outcomes"])
        return BestOfN(
            str(told["truth"]),
            [_curve(name, told["outcomes"]) for name in generators],
            [(_name(row, "verifier"), _estimate(row["share"])) for row in told["preferences"]],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"a file of best of N cannot be read: {error!r}", seen=path, fix=_MADE_BY
        ) from error


def _curve(generator: str, outcomes: Sequence[dict[str, Any]]) -> Curve:
    rows = [row for row in outcomes if row["generator"] == generator]
    picks = dict.fromkeys(_name(row, "pick") for row in rows)
    series = [
        Series(
            pick,
            place,
            [
                (int(row["n"]), _estimate(row["accuracy"]))
                for row in sorted(rows, key=lambda row: int(row["n"]))
                if _name(row, "pick") == pick
            ],
        )
        for place, pick in enumerate(picks)
    ]
    return Curve(generator, sorted({int(row["n"]) for row in rows}), series)


def _name(row: dict[str, Any], key: str) -> str:
    known = row["oracle"] and "oracle" not in row[key]
    return f"{row[key]} (oracle)" if known else str(row[key])


def _estimate(row: dict[str, Any]) -> Estimate:
    ends = row["interval"]
    interval = None if ends is None else Interval(float(ends["low"]), float(ends["high"]))
    return Estimate(float(row["value"]), interval, int(row["n"]))
