"""What a row is scored against, packed into the one answer column that a trainer hands on.

EasyR1 gives a reward function the reply and the row's `answer`, nothing else. So the answer is a
JSON object, written by `python -m data_prep export easyr1`; a plain string works too.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class GroundTruth:
    """The right answer of one row.

    Attributes:
        answer: the letter of the right option, else the text.
        options: the texts of a choice, in the order shown; empty for open questions.
        task: such as "next_event"; decides how an open answer is scored.
        twin: what this row and its twin with shuffled frames have in common; empty without one.
        shuffled: this row is the twin whose frames are shuffled.
    """

    answer: str
    options: tuple[str, ...] = ()
    task: str = ""
    twin: str = ""
    shuffled: bool = False

    @property
    def letters(self) -> dict[str, str]:
        """The options by letter, from A on."""
        return {chr(ord("A") + i): text for i, text in enumerate(self.options[:26])}


def read_ground_truth(value: object) -> GroundTruth:
    """Return the ground truth that `value` packs: an object, a JSON object as text, or plain text.

    Never raises: what cannot be read is the text of the answer, so that a wrong column shows as a
    reward of 0 throughout and not as a crash after hours.
    """
    packed = _packed(value)
    if packed is None:
        return GroundTruth("" if value is None else str(value))
    options = packed.get("options")
    texts = tuple(str(text) for text in options) if isinstance(options, list | tuple) else ()
    answer = packed.get("answer")
    return GroundTruth(
        answer=_letter("" if answer is None else str(answer), texts),
        options=texts,
        task=str(packed.get("task") or ""),
        twin=str(packed.get("twin") or ""),
        shuffled=packed.get("shuffled") is True,
    )


def _packed(value: object) -> Mapping[str, Any] | None:
    if isinstance(value, Mapping):
        return value
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None
    return None


def _letter(answer: str, options: tuple[str, ...]) -> str:
    shown = [chr(ord("A") + i) for i in range(min(26, len(options)))]
    if answer in shown or answer not in options:
        return answer
    return shown[options.index(answer)] if options.index(answer) < len(shown) else answer
