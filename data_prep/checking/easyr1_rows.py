"""The rules of EasyR1's rows, which it does not check itself before they are drawn."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_prep.checking.easyr1_sizes import size
from data_prep.checking.finding import Finding
from data_prep.checking.media import Files, Size, as_files, examine_all
from data_prep.checking.rows import Row, read_rows
from data_prep.vision import FRAME_FACTOR, GRID
from reward_fns.ground_truth import read_ground_truth

_FIX = "export the set again: python -m data_prep export easyr1"
# The default system prompt, the marks of the turns, and the format prompt around the question.
_AROUND = 160


@dataclass
class EasyR1Set:
    """A file of rows: where it is, and the size of each of its media or what is wrong with it."""

    path: Path
    settings: Mapping[str, Any]
    sizes: dict[Files, Size | str] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        """Folder of the media."""
        return Path(str(self.settings.get("data.image_dir") or "."))

    def media(self, row: Row) -> tuple[str, list[Any]]:
        """Return the kind of a row's media, `image` or `video`, and the media themselves."""
        # EasyR1 looks for images first.
        for kind in ("image", "video"):
            found = row.columns.get(key_of(self.settings, kind))
            if found is not None:
                return kind, found if isinstance(found, list) else []
        return "video", []

    def prompt(self, row: Row) -> str:
        """Return the prompt of a row, empty if it has none."""
        found = row.columns.get(key_of(self.settings, "prompt"))
        return found if isinstance(found, str) else ""

    def sound_rows(self) -> Iterator[Row]:
        """Yield the rows with a prompt whose media can be loaded, and which have a tag for each."""
        for row in read_rows(self.path, _FIX):
            if isinstance(row, Finding) or not self.prompt(row):
                continue
            kind, media = self.media(row)
            if self.prompt(row).count(f"<{kind}>") == len(media) and all(
                isinstance(self.sizes.get(as_files(item)), Size) for item in media
            ):
                yield row


def check_rows(
    path: Path,
    settings: Mapping[str, Any],
    *,
    training: bool,
    into: EasyR1Set | None = None,
) -> Iterator[Finding]:
    """Yield what is wrong with the rows of `path`; media are looked for below `data.image_dir`.

    What the media are is left in `into`, if it is given.
    """
    each = into or EasyR1Set(path, settings)
    count, kinds = 0, set()
    files: dict[Files, str] = {}
    for row in read_rows(path, _FIX):
        if isinstance(row, Finding):
            yield row
            continue
        count += 1
        kinds.add(_kind(row.columns, settings))
        yield from _check_row(row, settings, files)
    if len(kinds) > 1:
        yield Finding(
            str(path),
            f"holds rows of {len(kinds)} kinds ({', '.join(sorted(kinds))}); EasyR1 takes one a "
            "file and fails on the empty column",
            "one file for each kind of media",
        )
    batch = settings.get("data.mini_rollout_batch_size")
    if not isinstance(batch, int):
        batch = size(settings, "data.rollout_batch_size")
    if training and count < batch:
        yield Finding(
            str(path),
            f"{count} rows do not fill one batch of {batch}; the last batch is dropped",
            f"data.rollout_batch_size={max(1, count)}, or more rows",
        )
    if not count:
        yield Finding(str(path), "holds no row", _FIX)
    each.sizes = examine_all(each.root, files, most_frames=None, by_header=False)
    for name, seen in each.sizes.items():
        if isinstance(seen, str):
            yield Finding(files[name], seen, _FIX)


def key_of(settings: Mapping[str, Any], name: str) -> str:
    """Return the column of `prompt`, `answer`, `image` or `video`."""
    known = {"prompt": "prompt", "answer": "answer", "image": "images", "video": "videos"}
    return str(settings.get(f"data.{name}_key", known[name]))


def _kind(row: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    found = [kind for kind in ("image", "video") if key_of(settings, kind) in row]
    return " and ".join(found) or "text"


def bound(each: EasyR1Set, row: Row) -> int:
    """Return the most tokens that a prompt may have: all frames, at the most pixels, and its bytes.

    A byte-level tokenizer never needs more tokens than bytes.
    """
    kind, media = each.media(row)
    picture = math.ceil(size(each.settings, "data.max_pixels") / GRID**2)
    tokens = len(each.prompt(row).encode()) + _AROUND
    for item in media:
        seen = each.sizes[as_files(item)]
        assert isinstance(seen, Size), "a row with broken media has no length"
        tokens += picture * (1 if kind == "image" else math.ceil(seen.frames / FRAME_FACTOR))
    return tokens


def _check_row(row: Row, settings: Mapping[str, Any], files: dict[Files, str]) -> Iterator[Finding]:
    prompt = row.columns.get(key_of(settings, "prompt"))
    if not isinstance(prompt, str):
        yield Finding(row.where, f"its prompt is no text but {type(prompt).__name__}", _FIX)
        return
    answer = row.columns.get(key_of(settings, "answer"))
    if not read_ground_truth(answer).answer:
        yield Finding(row.where, "has no answer to be scored against", _FIX)
    if isinstance(answer, list):
        yield Finding(row.where, "its answer is a list, which arrives as an array of numbers", _FIX)
    for kind in ("image", "video"):
        media = row.columns.get(key_of(settings, kind))
        if key_of(settings, kind) in row.columns and not isinstance(media, list):
            yield Finding(row.where, f"its {kind}s are no list but {type(media).__name__}", _FIX)
            continue
        tags, media = prompt.count(f"<{kind}>"), media or []
        if tags != len(media):
            yield Finding(row.where, f"{tags} <{kind}> tags for {len(media)} {kind}s", _FIX)
        for item in media:
            yield from _check_names(row.where, kind, item, files)


def _check_names(where: str, kind: str, item: object, files: dict[Files, str]) -> Iterator[Finding]:
    names = as_files(item)
    if not names:
        yield Finding(where, f"a {kind} is named by no path", _FIX)
        return
    relative = [name for name in names if not Path(name).is_absolute()]
    if isinstance(item, list) and relative:
        yield Finding(
            where,
            f"the frames of a {kind} are named {relative[0]!r}; EasyR1 joins no folder to them",
            "export with absolute paths, or cut the clips to mp4",
        )
        return
    files.setdefault(names, where)
