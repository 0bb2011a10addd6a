"""From the text of a reply to a checked answer, or the reason why it is none."""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from reward_fns.answers import read_answer

How = Literal["parsed", "extracted"]
_SHOWN_FAULTS = 8
_DECLINES = re.compile(
    r"(?:i['’]?m|i am) (?:very |so |truly )?(?:sorry|afraid|unable|not able)\b"
    r"|(?:sorry|apologies|unfortunately)\b[^.]{0,60}\b(?:i|we) "
    r"(?:can(?:not|['’]?t)|(?:am|are) (?:not|unable)|do(?: not|n['’]t)|will not|won['’]?t)"
    r"|(?:i|we) (?:can(?:not|['’]?t)|won['’]?t|will not|must decline)\b"
    r"|as an ai\b",
    re.I,
)


class Answer(BaseModel):
    """Base of what a teacher is asked to give; another field, or another type, is a fault."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, allow_inf_nan=False, str_strip_whitespace=True
    )


class Unreadable(Exception):
    """A reply that is no answer; the message is told to the teacher, who may try once more."""


class Declined(Exception):
    """A reply that refuses to answer, in its own words."""


A = TypeVar("A", bound=Answer)


class Read(NamedTuple):
    """An answer, and whether the reply was nothing but it or held it among other text."""

    answer: Any
    how: How


def read_json(text: str, schema: type[A]) -> Read:
    """Read the one JSON object that `text` is, or holds inside a code fence or prose.

    Raises:
        Declined: there is no object, and the text refuses.
        Unreadable: no object, several, one that is cut off, or one that is not a valid `schema`.
    """
    try:
        return Read(_validated(_decode(text.strip()), schema), "parsed")
    except ValueError:
        pass
    said = read_answer(text)
    if said is None:
        raise Unreadable("the reply ends before an answer begins")
    objects = list(_objects(said))
    if not objects and _DECLINES.match(said):
        raise Declined(said)
    if len(objects) != 1:
        raise Unreadable(f"the reply must be one JSON object, it holds {len(objects) or 'none'}")
    return Read(_validated(objects[0], schema), "extracted")


def read_text(text: str, schema: type[A], field: str) -> Read:
    """Read a reply that is nothing but the text of the only `field` of `schema`.

    Raises:
        Declined: the text refuses.
        Unreadable: there is no text.
    """
    said = read_answer(text)
    if said is None:
        raise Unreadable("the reply is empty, or ends before an answer begins")
    if _DECLINES.match(said):
        raise Declined(said)
    return Read(_validated({field: said}, schema), "parsed")


def _validated(value: object, schema: type[A]) -> A:
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    try:
        return schema.model_validate(value)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc'])) or 'the object'}: {fault['msg']}"
            for fault in error.errors(include_url=False)
        ]
        more = f"; and {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else ""
        raise Unreadable("; ".join(faults[:_SHOWN_FAULTS]) + more) from error


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in `text`; nothing from inside of one that does not end."""
    at = text.find("{")
    while at >= 0:
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            closed = _closing(text, at)
            if closed is None:
                return
            end = closed
        else:
            yield value
        at = text.find("{", end)


def _closing(text: str, at: int) -> int | None:
    depth = 0
    for place in range(at, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place + 1
    return None


def _decode(text: str) -> Any:
    try:
        return _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is given twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_number)
