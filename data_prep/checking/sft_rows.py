"""The rules of LLaMA-Factory's rows, some of which it keeps by leaving rows out with a warning."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from data_prep.checking.finding import Finding
from data_prep.checking.media import Files, as_files
from data_prep.checking.rows import Row, read_rows
from data_prep.llamafactory import DATASET_INFO, ENTRY

FIX = "build the set again: python -m data_prep build --help"
Carrier = Literal["images", "clips", "lists of frames"]


@dataclass(frozen=True)
class Entry:
    """How `dataset_info.json` declares a set: its file, its columns and its tags."""

    name: str
    path: Path
    columns: Mapping[str, str]
    tags: Mapping[str, str]
    ranking: bool

    @classmethod
    def of(cls, name: str, folder: Path, declared: Mapping[str, Any]) -> "Entry":
        """Read an entry of the `dataset_info.json` in `folder`."""
        return cls(
            name=name,
            path=folder / str(declared.get("file_name", "")),
            columns=declared.get("columns") or {},
            tags={**ENTRY["tags"], **(declared.get("tags") or {})},
            ranking=bool(declared.get("ranking")),
        )

    def media(self, row: Row, kind: Literal["videos", "images"]) -> list[Any]:
        """Return the videos or images of a row as they stand there."""
        found = row.columns.get(self.columns.get(kind, kind))
        return found if isinstance(found, list) else []


@dataclass
class Found:
    """What a pass over the rows has gathered: their number, kinds of media, and every file once."""

    rows: int = 0
    carriers: set[Carrier] = field(default_factory=set)
    files: dict[Files, None] = field(default_factory=dict)


def check_rows(entry: Entry, found: Found) -> Iterator[Finding]:
    """Yield what is wrong with the rows of a set, and gather their media in `found`."""
    for row in read_rows(entry.path, FIX):
        if isinstance(row, Finding):
            yield row
            continue
        found.rows += 1
        yield from check_row(entry, row, found)
    if not found.rows:
        yield Finding(str(entry.path), "the set has no rows", "build it from more clips")
    if len(found.carriers) > 1:
        yield Finding(
            str(entry.path),
            f"rows with {' and rows with '.join(sorted(found.carriers))}: a column has one type",
            "build one set for each",
        )
    for column in sorted({"images" if kind == "images" else "videos" for kind in found.carriers}):
        if column not in entry.columns:
            yield Finding(
                f"{DATASET_INFO}: {entry.name}",
                f"no column for the {column} of the rows: their marks would stand for nothing",
                f'"{column}": "{column}" among the columns, or build the set again',
            )


def check_row(entry: Entry, row: Row, found: Found) -> Iterator[Finding]:
    """Yield what is wrong with a row, and gather its media in `found`."""
    yield from _check_turns(entry, row)
    yield from _check_media(entry, row, found)


def turns(entry: Entry, row: Row) -> list[tuple[str, str]]:
    """Return the (role, text) of each turn, those of the better and the worse answer included."""
    messages = row.columns.get(entry.columns.get("messages", "messages"))
    listed = list(messages) if isinstance(messages, list) else []
    if entry.ranking:
        listed += [row.columns.get(entry.columns.get(side, side)) for side in _SIDES]
    role, content = entry.tags["role_tag"], entry.tags["content_tag"]
    return [
        (str(turn.get(role)), str(turn.get(content))) if isinstance(turn, Mapping) else ("", "")
        for turn in listed
    ]


_SIDES = ("chosen", "rejected")


def _check_turns(entry: Entry, row: Row) -> Iterator[Finding]:
    user, assistant, system = (entry.tags[f"{who}_tag"] for who in ("user", "assistant", "system"))
    roles = [role for role, _ in turns(entry, row)]
    asked = roles[1:] if roles[:1] == [system] else roles
    answers = len(_SIDES) if entry.ranking else 1
    before = len(asked) - answers
    expected = [assistant if at % 2 else user for at in range(before)] + [assistant] * answers
    if before % 2 == 0 or before < 1 or asked != expected:
        yield Finding(
            row.where,
            f"its roles are {', '.join(roles) or 'none'}: they must be {user}, {assistant} in turn"
            f"{' and two answers' if entry.ranking else ''}; LLaMA-Factory leaves the row out",
            FIX,
        )
    elif not any(text.strip() for role, text in turns(entry, row) if role == assistant):
        yield Finding(row.where, "its answer is empty", FIX)


def _check_media(entry: Entry, row: Row, found: Found) -> Iterator[Finding]:
    texts = [text for _, text in turns(entry, row)]
    for kind, column in (("video", "videos"), ("image", "images")):
        media = row.columns.get(entry.columns.get(column, column))
        if media is not None and not isinstance(media, list):
            yield Finding(row.where, f"its {column} are no list but {type(media).__name__}", FIX)
            continue
        media = media or []
        tags = sum(text.count(f"<{kind}>") for text in texts)
        if tags != len(media):
            yield Finding(row.where, f"{tags} <{kind}> tags for {len(media)} {kind}s", FIX)
        for item in media:
            listed = isinstance(item, list)
            if not isinstance(item, str) and not (
                kind == "video" and listed and all(isinstance(name, str) for name in item)
            ):
                yield Finding(row.where, f"a {kind} is named by {type(item).__name__}", FIX)
                continue
            found.files.setdefault(as_files(item))
            found.carriers.add(
                "images" if kind == "image" else "lists of frames" if listed else "clips"
            )
