"""Marks questions that are answered without the video: by text-only models, above chance.

The marks stand in a file of their own. They say something about models, of which there will be
others; the questions, whose bytes identify the data of a result, stay as they are.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from math import comb
from pathlib import Path
from typing import Any, NamedTuple

from data_prep.errors import UserError
from data_prep.manifest import read_manifest, write_manifest
from data_prep.records import Question, Record

MAKE_LOG = (
    "lmms-eval --model TEXT_MODEL --tasks futurebench_rotated --output_path DIR --log_samples"
)
# The metrics whose items are the records of the two tasks that a model without eyes is asked.
_HEADLINES = ("acc_blind_micro", "acc_rotated_micro")
_NEEDED = {"item_id", "right", "answer_key", "options"}
_SHOWN = 3


class BlindMark(Record):
    """How often a question was asked without the video, and how often it was answered right."""

    id: str
    right: int
    asked: int
    marked: bool


class BlindReport(NamedTuple):
    """Questions marked and asked, those in no log, and how many luck alone would have marked."""

    marked: int
    asked: int
    not_asked: int
    by_luck: float

    def __str__(self) -> str:
        """Return the report as one line."""
        gap = f"; {self.not_asked} are in no log" if self.not_asked else ""
        return (
            f"{self.marked} of {self.asked} questions are answered without the video "
            f"(by guesses drawn anew each time: {self.by_luck:.1f}){gap}"
        )


class _Reply(NamedTuple):
    item_id: str
    rotation: int
    key: str
    options: int
    right: bool


def blind_path(questions: Path) -> Path:
    """Return where the marks of the questions in `questions` stand."""
    return questions.with_name(f"{questions.stem}.blind.jsonl")


def mark_blind(questions: Path, logs: Sequence[Path], *, level: float = 0.05) -> BlindReport:
    """Write beside `questions` how its items fare without the video; see `blind_path`.

    An item is marked where the exact one-sided binomial test rejects, at `level`, that all its
    replies were guesses. With four options that takes three right answers of three, four of four
    or five of eight. The test takes replies for independent: a model that favours a text for no
    reason gives the same one in all rotations, and is right in a quarter of the cases. Logs of
    several models tell such luck from a text that gives the answer away.

    Args:
        questions: a `futurebench.jsonl`, built or imported.
        logs: samples of `futurebench_blind`, or of `futurebench_rotated` by a model that is not
            shown the video; the log does not tell whether it was.
        level: of the test, for each item.

    Raises:
        UserError: a log cannot be read, is of another task or of other items, answers an item
            twice in one order, or there are too few replies for any item to be marked.
    """
    rows = {row.id: row for row in read_manifest(questions, Question, made_by=MAKE_LOG)}
    asked, right = Counter[str](), Counter[str]()
    for log in logs:
        for reply in _replies(log, rows):
            asked[reply.item_id] += 1
            right[reply.item_id] += reply.right
    chances = {id_: 1 / len(rows[id_].options) for id_ in asked}
    if not any(chances[id_] ** count <= level for id_, count in asked.items()):
        raise UserError(
            "too few replies to tell an answer from a guess",
            seen=f"{max(asked.values(), default=0)} to an item, level {level:g}",
            fix=f"name logs of more models, or of all rotations: {MAKE_LOG}",
        )
    marks = [
        BlindMark(
            id=id_,
            right=right[id_],
            asked=asked[id_],
            marked=_tail(right[id_], asked[id_], chances[id_]) <= level,
        )
        for id_ in rows
        if id_ in asked
    ]
    luck = sum(_luck(mark.asked, chances[mark.id], level) for mark in marks)
    report = BlindReport(
        sum(mark.marked for mark in marks), len(marks), len(rows) - len(marks), luck
    )
    settings = {
        "command": "build futurebench --blind-log",
        "level": level,
        "logs": [log.name for log in logs],
        "questions_sha256": hashlib.sha256(questions.read_bytes()).hexdigest(),
        "marked": report.marked,
        "marked_by_luck": round(report.by_luck, 6),
        "not_asked": report.not_asked,
    }
    write_manifest(blind_path(questions), marks, settings=settings, seed=None)
    return report


def _tail(right: int, asked: int, chance: float) -> float:
    """Return the probability of at least `right` hits in `asked` guesses."""
    return sum(
        comb(asked, hits) * chance**hits * (1 - chance) ** (asked - hits)
        for hits in range(right, asked + 1)
    )


def _luck(asked: int, chance: float, level: float) -> float:
    """Return the probability that guesses mark an item."""
    tails = (_tail(right, asked, chance) for right in range(asked + 1))
    return next((tail for tail in tails if tail <= level), 0.0)


def _replies(log: Path, rows: dict[str, Question]) -> Iterator[_Reply]:
    """Yield the replies of a log, each checked against its question."""
    if not log.is_file():
        raise UserError("there is no such log", seen=log, fix=MAKE_LOG)
    known: set[tuple[str, int]] = set()
    strange: list[str] = []
    with log.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            reply = _read(line, f"{log}, line {number}")
            row = rows.get(reply.item_id)
            if row is None or not _is_of(reply, row):
                strange.append(reply.item_id)
                continue
            if (reply.item_id, reply.rotation) in known:
                raise UserError(
                    f"{log} answers an item twice in one order of its options",
                    seen=reply.item_id,
                    fix="name each log once, as lmms-eval wrote it",
                )
            known.add((reply.item_id, reply.rotation))
            yield reply
    if strange:
        raise UserError(
            f"{len(strange)} replies of {log.name} are to items that these questions do not have, "
            "or have with another answer",
            seen=", ".join(strange[:_SHOWN]),
            fix="build with the settings and the seed of the run that was logged",
        )


def _is_of(reply: _Reply, row: Question) -> bool:
    options = len(row.options)
    key = chr(ord("A") + (ord(row.answer) - ord("A") - reply.rotation) % options)
    return (reply.options, reply.key) == (options, key)


def _read(line: str, place: str) -> _Reply:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise UserError(f"{place}: not JSON: {error}", fix=MAKE_LOG) from error
    told = row if isinstance(row, dict) else {}
    record: Any = next((told[name] for name in _HEADLINES if name in told), None)
    if not isinstance(record, dict) or not record.keys() >= _NEEDED:
        metrics = ", ".join(name for name in told if str(name).startswith("acc_")) or "no accuracy"
        raise UserError(
            f"{place}: not a reply to futurebench_blind or futurebench_rotated",
            seen=metrics,
            fix=MAKE_LOG,
        )
    try:
        return _Reply(
            str(record["item_id"]),
            int(record.get("rotation", 0)),
            str(record["answer_key"]),
            int(record["options"]),
            record["right"] == 1,
        )
    except (TypeError, ValueError) as error:
        raise UserError(f"{place}: {error}", seen=line[:200], fix=MAKE_LOG) from error
