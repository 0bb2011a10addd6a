"""How the replies of a record were read: the one place that knows the forms that records have.

A record is of a choice (`letter`, `rule`), of a stated probability (`stated`, `same`), of a
generated video (`measures`, `failure`), or of a conversation with second answers (`turns`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from lmms_tasks.videoreason.feedback import FIRST
from lmms_tasks.videoreason.turns import TURNS, Turn, turns

Record = dict[str, Any]
# "" for a reply that is neither right nor wrong.
Outcome = Literal["right", "wrong", "unparsed", ""]
_KNOWS_NOTHING = 0.5
_BLAMED = {"generator": "not_generated", "data": "no_real_future"}


@dataclass(frozen=True)
class Reading:
    """One reply of a record: what was read (`said`, "" for nothing), by which rule, and in `note`
    under which circumstances; `rule` is "" where the record does not tell.
    """

    outcome: Outcome
    said: str
    rule: str
    text: str
    note: str = ""


def readings(row: Record, text: str) -> list[Reading]:
    """Return the replies of a record.

    Args:
        row: the record.
        text: what is stored as its reply; a conversation holds its replies itself.
    """
    if TURNS in row:
        return list(_answers(row, text))
    outcome: Outcome = "unparsed"
    if is_read(row):
        outcome = _outcome(row)
    if "measures" in row:
        return [Reading(outcome, _lpips(row), rules(row)[0], text, row["failure"] or "")]
    said = row["letter"] if "letter" in row else row.get("stated")
    return [
        Reading(outcome, "" if said is None else str(said), rules(row)[0], text, _rotation(row))
    ]


def replies_of(row: Record) -> int:
    """Return how many replies `read_replies` tells of a record."""
    return len(row["conversation"]) if "conversation" in row else 1


def is_choice(row: Record) -> bool:
    """Tell whether a record is of one choice among lettered options."""
    return "letter" in row


def is_read(row: Record) -> bool:
    """Tell whether the reply of a record of one reply could be scored."""
    if "measures" in row:
        return row["measures"] is not None
    return row["letter"] is not None if is_choice(row) else row.get("stated") is not None


def unread(row: Record) -> list[bool]:
    """Return for each reply of a record that counts whether it could not be read."""
    if TURNS in row:
        return [number < row["unparsed"] for number in range(row["answers"])]
    return [not is_read(row)]


def rules(row: Record) -> list[str]:
    """Return the rule that read a record's reply, or why none did; none of a conversation."""
    if TURNS in row:
        return []
    if "measures" in row:
        return [_BLAMED.get(row["to_blame"], "measured")]
    if "rule" in row:
        return [str(row["rule"])]
    return ["probability" if is_read(row) else "no_probability"]


def group_of(row: Record) -> str:
    """Return by what the items of a task are told apart: generator, feedback or kind."""
    return str(row.get("generator") or row["kind"])


def _outcome(row: Record) -> Outcome:
    if "right" in row:
        return "right" if row["right"] else "wrong"
    if row.get("same") is None:
        return ""
    # One half takes no side, and so agrees with neither truth.
    stated = row["stated"]
    agrees = stated > _KNOWS_NOTHING if row["same"] else stated < _KNOWS_NOTHING
    return "right" if agrees else "wrong"


def _lpips(row: Record) -> str:
    found = row["measures"]
    if found is None:
        return ""
    return f"LPIPS {found['lpips']:.3f}, that of a copy {found['copy_lpips']:.3f}"


def _rotation(row: Record) -> str:
    if row.get("rotation") is None:
        return ""
    picked = row.get("picked")
    stored = "" if picked is None else f", which is {chr(ord('A') + picked)} in the order above"
    return f"options rotated by {row['rotation']}{stored}"


def _answers(row: Record, text: str) -> Iterator[Reading]:
    found = turns([row])
    conversation = row.get("conversation")
    if conversation is None:
        # One second answer for itself; further turns only tell which feedback was lacking.
        yield _answer(found[0], found[0].second, text, f"after feedback: {found[0].feedback}")
        return
    seconds = {turn.feedback: turn for turn in found}
    for told in conversation:
        purpose = told["purpose"]
        if purpose == FIRST:
            yield _answer(found[0], found[0].first, told["reply"], "first answer")
        elif purpose in seconds:
            turn = seconds[purpose]
            yield _answer(turn, turn.second, told["reply"], f"after feedback: {purpose}")
        else:
            yield Reading("", "", "", told["reply"], f"turn: {purpose}")


def _answer(turn: Turn, letter: str | None, text: str, note: str) -> Reading:
    outcome: Outcome = "unparsed"
    if letter is not None:
        outcome = "right" if letter == turn.answer_key else "wrong"
    return Reading(outcome, letter or "", "", text, note)
