"""Where lmms-eval's generating models say that their video is.

Diffusers models reply with a path, FastVideo with JSON such as `{"text": "", "videos": [PATH]}`,
and a failure is a text such as `[GENERATION_FAILED] out of memory`. What is none of the three, or
names several videos, is a failure too: nothing is guessed.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

MARKERS = ("[GENERATION_FAILED]", "[ERROR]")
KEYS = ("videos", "video", "video_path", "output_path", "path")
NOTHING = "nothing was generated"
_SHOWN = 120


class Generated(NamedTuple):
    """The video of a reply, or why there is none; exactly one of the two is given."""

    video: Path | None
    failure: str | None


def read_generated(reply: str | None) -> Generated:
    """Read a generating model's reply; it never raises."""
    text = (reply or "").strip()
    for marker in MARKERS:
        if text.startswith(marker):
            why = " ".join(text.removeprefix(marker).split())[:_SHOWN]
            return Generated(None, f"generation failed: {why or 'no reason given'}")
    named = list(dict.fromkeys(_named(text)))
    if not named:
        return Generated(None, NOTHING)
    if len(named) > 1:
        return Generated(None, f"{len(named)} videos in one reply")
    path = Path(named[0].removeprefix("file://"))
    try:
        if path.is_file():
            return Generated(path, None)
    except (OSError, ValueError):
        # Too long for a path, or a zero byte in it: it was never one.
        return Generated(None, f"not the path of a video: {text[:_SHOWN]!r}")
    if not path.suffix or not named[0].isprintable():
        return Generated(None, f"not the path of a video: {text[:_SHOWN]!r}")
    return Generated(None, f"the generated video is missing: {path}")


def _named(text: str) -> Iterator[str]:
    """Yield the paths that a reply names."""
    if not text:
        return
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        yield text
        return
    yield from _within(found)


def _within(found: Any) -> Iterator[str]:
    if isinstance(found, str) and found.strip():
        yield found.strip()
    elif isinstance(found, list):
        for each in found:
            yield from _within(each)
    elif isinstance(found, dict):
        for key in KEYS:
            yield from _within(found.get(key))
