"""What a manifest holds: which records, how many of which sort, and a fair choice of them."""

import json
import random
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from data_prep.manifest import read_manifest, read_sidecar
from data_prep.records import Clip, Example, Pair, Record, Split

_KINDS: dict[str, type[Record]] = {
    "clips": Clip,
    "splits": Split,
    "pairs": Pair,
    "examples": Example,
}
# Fields with few values, by which rows are counted.
_COUNTED = ("task", "part", "source", "license", "codec", "action_source")
_MOST_VALUES = 200
# Refusals of one kind that are told in full.
_TOLD = 5
_MADE_BY = "make it with scan, split, pairs or build (python -m data_prep --help)"


@dataclass(frozen=True)
class Contents:
    """A manifest that was read once.

    Attributes:
        kind: "clips", "splits", "pairs" or "examples".
        rows: the chosen ones, in the order of the manifest.
        total: number of all rows.
        counts: for each field that sorts the rows, how many have which value.
        meta: the sidecar; empty if there is none.
    """

    kind: str
    rows: list[Record]
    total: int
    counts: dict[str, Counter[str]]
    meta: dict[str, Any]


@dataclass
class Reservoir:
    """A fair choice of at most `size` of a stream of any length, by one pass (algorithm R)."""

    size: int
    rng: random.Random
    seen: int = 0
    _kept: list[tuple[int, Any]] = field(default_factory=list)

    def offer(self, item: Any) -> None:
        """Take `item` or not; what was taken before may have to go."""
        place = self.seen if self.seen < self.size else self.rng.randrange(self.seen + 1)
        if place < self.size:
            self._kept[place : place + 1] = [(self.seen, item)]
        self.seen += 1

    def chosen(self) -> list[Any]:
        """Return the choice in the order of the stream."""
        return [item for _, item in sorted(self._kept, key=lambda pair: pair[0])]


def kind_of(path: Path) -> str:
    """Return what the rows of `path` are, by the fields of the first.

    Raises:
        UserError: there is no such file, it has no rows, or rows that cannot be shown.
    """
    if not path.is_file():
        raise UserError("there is no such manifest", seen=path, fix=_MADE_BY)
    with path.open(encoding="utf-8", errors="replace") as file:
        first = next((line for line in file if line.strip()), None)
    if first is None:
        raise UserError("the manifest has no rows, there is nothing to show", seen=path)
    try:
        row = json.loads(first)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise UserError("this is not a manifest: JSON objects, one a line", seen=first[:80])
    for kind, model in _KINDS.items():
        needed = {name for name, info in model.model_fields.items() if info.is_required()}
        if needed <= row.keys() <= model.model_fields.keys():
            return kind
    raise UserError(
        "rows of this kind cannot be shown; clips, splits, pairs and instruction sets can",
        seen=f"fields {', '.join(sorted(row))[:200]}",
        fix=_MADE_BY,
    )


def read_contents(path: Path, *, limit: int, seed: int) -> Contents:
    """Read `path` once and choose at most `limit` rows; the same seed chooses the same.

    Raises:
        UserError: the file, one of its rows or its sidecar is not valid.
    """
    kind = kind_of(path)
    choice = Reservoir(limit, random.Random(f"{seed}:{path.name}"))
    counts: dict[str, Counter[str]] = {}
    for row in read_manifest(path, _KINDS[kind], made_by=_MADE_BY):
        choice.offer(row)
        for name in _COUNTED:
            value = getattr(row, name, None)
            if value is not None:
                _count(counts.setdefault(name, Counter()), str(value))
    return Contents(kind, choice.chosen(), choice.seen, counts, read_sidecar(path))


def _count(counter: Counter[str], value: str) -> None:
    # A field with ever new values would otherwise fill the memory.
    known = value in counter or len(counter) < _MOST_VALUES
    counter[value if known else "(others)"] += 1


@dataclass(frozen=True)
class Refused:
    """Refusals of one kind: how many, and the first of them as (name, reason)."""

    kind: str
    count: int
    first: list[tuple[str, str]]


def read_refusals(path: Path, kind: str) -> tuple[str, list[Refused]]:
    """Return the name of the report beside the manifest `path`, "" if none, and what it tells.

    Lines that are no refusals are a kind of their own.
    """
    named = [path.with_suffix(".report.jsonl")]
    if kind == "splits":
        named.append(path.with_name("report.jsonl"))
    report = next((place for place in named if place.is_file()), None)
    if report is None:
        return "", []
    counts: Counter[str] = Counter()
    first: dict[str, list[tuple[str, str]]] = {}
    with report.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            what, name, reason = _refusal(line)
            _count(counts, what)
            if what in counts and len(told := first.setdefault(what, [])) < _TOLD:
                told.append((name, reason))
    return report.name, [Refused(what, n, first.get(what, [])) for what, n in counts.most_common()]


def _refusal(line: str) -> tuple[str, str, str]:
    try:
        row = json.loads(line)
        return str(row["kind"]), str(row.get("video", row.get("id", ""))), str(row["reason"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return "not a refusal", "", line.strip()
