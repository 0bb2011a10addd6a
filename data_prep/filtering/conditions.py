"""Conditions on the rows of a manifest: a field, a comparison, a value. Nothing is evaluated."""

import re
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin

from data_prep.errors import UserError
from data_prep.records import Record

_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
    "contains": lambda a, b: b in a,
}
_FORM = re.compile(r"\s*([a-z_0-9]+)\s*(<=|>=|!=|=|<|>|\bcontains\b)\s*(.*?)\s*", re.S)
_NOTHING = "null"


@dataclass(frozen=True)
class Condition:
    """What a row must satisfy to be kept.

    A list is compared by its number of elements. A row in which the field is not known satisfies
    no comparison but the one with `null`.

    Attributes:
        field: of the record.
        comparison: one of = != < <= > >= contains.
        values: any of which will do; None stands for "not known".
    """

    field: str
    comparison: str
    values: tuple[str | float | None, ...]

    def __str__(self) -> str:
        """Return the condition as it may be typed for --where."""
        told = " or ".join(_NOTHING if v is None else _number(v) for v in self.values)
        return f"{self.field} {self.comparison} {told}"

    def fault(self, row: Record) -> str | None:
        """Return why `row` is left out; None if it is kept."""
        found = getattr(row, self.field)
        if isinstance(found, list) and self.comparison != "contains":
            found = len(found)
        if None in self.values:
            return None if (found is None) == (self.comparison == "=") else f"not: {self}"
        if found is None:
            return f"{self.field} is not known"
        compare = _COMPARISONS[self.comparison]
        return None if any(compare(found, value) for value in self.values) else f"not: {self}"


def parse_where(text: str, model: type[Record]) -> Condition:
    """Return the condition that `FIELD OP VALUE` states of rows of type `model`.

    Raises:
        UserError: not of this form, no such field, or a value or comparison that does not suit it.
    """
    form = _FORM.fullmatch(text)
    if form is None:
        raise UserError(
            "a condition is written FIELD OP VALUE",
            seen=text,
            fix=f"OP is one of {' '.join(_COMPARISONS)}: --where 'width >= 640'",
        )
    field, comparison, value = form.groups()
    return condition(model, field, comparison, [value])


def condition(
    model: type[Record], field: str, comparison: str, values: list[str | float]
) -> Condition:
    """Return a condition on rows of type `model`, its values of the field's type.

    Raises:
        UserError: the rows have no such field, or it cannot be compared so.
    """
    known = {name: kind for name in model.model_fields if (kind := _kind(model, name))}
    if field not in known:
        raise UserError(
            f"rows of type {model.__name__} have no field {field} to compare",
            seen=field,
            fix=f"one of: {', '.join(known)}",
        )
    kind = known[field]
    if any(value == _NOTHING for value in values):
        if comparison not in {"=", "!="} or len(values) > 1:
            raise UserError(f"{_NOTHING} goes with = and !=", seen=f"{field} {comparison}")
        return Condition(field, comparison, (None,))
    orders = comparison in {"<", "<=", ">", ">="}
    if (kind == "text" and orders) or (kind == "number" and comparison == "contains"):
        raise UserError(f"{field} is a {kind} and has no comparison {comparison}")
    if kind == "text" or comparison == "contains":
        return Condition(field, comparison, tuple(str(value) for value in values))
    numbers = []
    for value in values:
        try:
            numbers.append(float(value))
        except ValueError as error:
            raise UserError(f"{field} is compared with a number", seen=value) from error
    return Condition(field, comparison, tuple(numbers))


def _kind(model: type[Record], field: str) -> str | None:
    """Return "text", "number" or "list"; None for a field that cannot be compared."""
    return _kind_of(model.model_fields[field].annotation)


def _kind_of(annotation: Any) -> str | None:
    origin = get_origin(annotation)
    if origin in {Union, types.UnionType}:
        kinds = {_kind_of(each) for each in get_args(annotation) if each is not type(None)}
        return kinds.pop() if len(kinds) == 1 else None
    if origin is list:
        return "list"
    if annotation is str or (
        origin is not None and all(isinstance(a, str) for a in get_args(annotation))
    ):
        return "text"
    return "number" if annotation in {int, float} else None


def _number(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:g}"
