"""Reading a large JSON array element by element: memory holds one element, not the file."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data_prep.errors import UserError

_CHUNK = 1 << 20
# What does not parse within this many characters is no element but a mistake in the file.
_LONGEST = 1 << 26
_BLANK = " \t\r\n"


def read_json_array(path: Path) -> Iterator[Any]:
    """Yield the elements of the JSON array in `path`.

    Raises:
        UserError: no such file, not UTF-8, not an array, or broken off.
    """
    if not path.is_file():
        raise UserError("there is no such file", seen=path, fix="name the annotation file")
    with path.open(encoding="utf-8") as file:
        try:
            yield from _Elements(file, path)
        except UnicodeDecodeError as error:
            raise UserError(f"{path} is not UTF-8 text", seen=error) from error


class _Elements:
    """The elements of an array in an open file; `_text` is what was read and not yet used."""

    def __init__(self, file: Any, path: Path) -> None:
        self._file, self._path = file, path
        self._text, self._at = "", 0
        self._decoder = json.JSONDecoder()
        self._count = 0

    def __iter__(self) -> Iterator[Any]:
        first = self._next_mark().lstrip("\ufeff")
        if not first:
            self._at += 1
            first = self._next_mark()
        if first != "[":
            raise UserError(
                f"{self._path} must hold a JSON array", seen=f"it begins with {first!r}"
            )
        self._at += 1
        if self._next_mark() != "]":
            yield self._element()
            while self._next_mark() == ",":
                self._at += 1
                self._next_mark()
                yield self._element()
        if self._next_mark() != "]":
            raise self._broken("expected , or ]")

    def _element(self) -> Any:
        ask = _CHUNK
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise self._broken("an element is nested too deeply") from error
            except ValueError as error:
                if len(self._text) - self._at > _LONGEST or not self._read(ask):
                    raise self._broken(str(error)) from error
            else:
                # Without what follows it, a number may go on in the next chunk.
                whole = self._text[end : end + 1] in {*_BLANK, ",", "]"}
                if whole or not self._read(ask):
                    self._at = end
                    self._count += 1
                    return value
            ask *= 2

    def _next_mark(self) -> str:
        """Move to the next character that is not blank and return it; "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANK:
                    return self._text[self._at]
                self._at += 1
            if not self._read(_CHUNK):
                return ""

    def _read(self, size: int) -> bool:
        more = self._file.read(size)
        self._text, self._at = self._text[self._at :] + more, 0
        return bool(more)

    def _broken(self, why: str) -> UserError:
        return UserError(
            f"{self._path} is broken after element {self._count}",
            seen=why,
            fix="the download may be incomplete: fetch the file again",
        )
