"""The rules of EasyR1's rows, which it does not check itself before they are drawn."""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data_prep.check import Finding
from data_prep.video import UnreadableVideo, declared_frames
from data_prep.vision import FRAME_FACTOR, GRID
from reward_fns.ground_truth import read_ground_truth

_FIX = "export the set again: python -m data_prep export easyr1"
# The default system prompt, the marks of the turns, and the format prompt around the question.
_AROUND = 160


def check_rows(path: Path, settings: Mapping[str, Any], *, training: bool) -> Iterator[Finding]:
    """Yield what is wrong with the rows of `path`; media are looked for below `data.image_dir`."""
    count, kinds = 0, set()
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            where = f"{path}, line {number}"
            try:
                row = json.loads(line)
            except ValueError:
                yield Finding(where, "is not JSON", _FIX)
                continue
            if not isinstance(row, dict):
                yield Finding(where, "is not an object", _FIX)
                continue
            count += 1
            kinds.add(_kind(row, settings))
            yield from _check_row(where, row, settings)
    if len(kinds) > 1:
        yield Finding(
            str(path),
            f"holds rows of {len(kinds)} kinds ({', '.join(sorted(kinds))}); EasyR1 takes one a "
            "file and fails on the empty column",
            "one file for each kind of media",
        )
    batch = int(settings.get("data.rollout_batch_size", 512))
    if training and count < batch:
        yield Finding(
            str(path),
            f"{count} rows do not fill one batch of {batch}; the last batch is dropped",
            f"data.rollout_batch_size={max(1, count)}, or more rows",
        )
    if not count:
        yield Finding(str(path), "holds no row", _FIX)


def _key(settings: Mapping[str, Any], name: str) -> str:
    known = {"prompt": "prompt", "answer": "answer", "image": "images", "video": "videos"}
    return str(settings.get(f"data.{name}_key", known[name]))


def _kind(row: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    found = [kind for kind in ("image", "video") if _key(settings, kind) in row]
    return " and ".join(found) or "text"


def _check_row(
    where: str, row: Mapping[str, Any], settings: Mapping[str, Any]
) -> Iterator[Finding]:
    prompt = row.get(_key(settings, "prompt"))
    if not isinstance(prompt, str):
        yield Finding(where, f"its prompt is no text but {type(prompt).__name__}", _FIX)
        return
    if not read_ground_truth(row.get(_key(settings, "answer"))).answer:
        yield Finding(where, "has no answer to be scored against", _FIX)
    if isinstance(row.get(_key(settings, "answer")), list):
        yield Finding(where, "its answer is a list, which arrives as an array of numbers", _FIX)
    tokens = len(prompt.encode()) + _AROUND
    for kind in ("image", "video"):
        media = row.get(_key(settings, kind))
        if _key(settings, kind) in row and not isinstance(media, list):
            yield Finding(where, f"its {kind}s are no list but {type(media).__name__}", _FIX)
            continue
        tags, media = prompt.count(f"<{kind}>"), media or []
        if tags != len(media):
            yield Finding(where, f"{tags} <{kind}> tags for {len(media)} {kind}s", _FIX)
        for item in media:
            yield from _check_media(where, kind, item, settings)
            if kind == "image":
                tokens += _picture(settings)
            else:
                tokens += _clip(item, settings)
    limit = int(settings.get("data.max_prompt_length", 512))
    if tokens > limit:
        yield Finding(
            where,
            f"up to {tokens} tokens for data.max_prompt_length {limit}; EasyR1 would leave it out",
            f"data.max_prompt_length={tokens}",
        )


def _picture(settings: Mapping[str, Any]) -> int:
    return math.ceil(int(settings.get("data.max_pixels") or 4194304) / GRID**2)


def _clip(item: object, settings: Mapping[str, Any]) -> int:
    """Return the most tokens that a clip may take: all its frames, at the most pixels."""
    path = Path(str(settings.get("data.image_dir") or "."), str(item))
    try:
        frames = len(item) if isinstance(item, list) else declared_frames(path)
    except UnreadableVideo:
        return 0
    return math.ceil(frames / FRAME_FACTOR) * _picture(settings)


def _check_media(
    where: str, kind: str, item: object, settings: Mapping[str, Any]
) -> Iterator[Finding]:
    root = Path(str(settings.get("data.image_dir") or "."))
    if isinstance(item, list):
        relative = [name for name in item if not Path(str(name)).is_absolute()]
        if relative:
            yield Finding(
                where,
                f"the frames of a {kind} are named {relative[0]!r}; EasyR1 joins no folder to them",
                "export with absolute paths, or cut the clips to mp4",
            )
        item = item[0] if item else ""
    if not (root / str(item)).is_file():
        yield Finding(where, f"there is no file {root / str(item)}", _FIX)
