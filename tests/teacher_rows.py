"""Manifests for a teacher whose every word is marked and whose every frame has a number."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import clips
import numpy as np
from PIL import Image as Pictures

from data_prep.manifest import write_manifest
from data_prep.records import (
    Certificate,
    Clip,
    Event,
    Pair,
    PublishedCut,
    Reasoning,
    Record,
    Split,
)
from data_prep.video import write_clip
from data_prep.vision import VisionBudget

BUDGET = VisionBudget(fps=4, max_frames=16, min_pixels=3136, max_pixels=3136)
SIDE = 56
CONTEXT = range(0, 8)
FUTURE = range(100, 108)
# Numbers that appear nowhere else.
CUT, LAST, FIRST, LATER, DURATION = 2.0625, 1.8125, 2.1875, 3.4375, 4.0


def marker(field: str) -> str:
    """Return a word that stands in this field of a record and nowhere else."""
    return f"<<{field}>>"


def film(path: Path, numbers: Iterable[int], fps: float = 4) -> Path:
    """Write a clip within the budget whose frames carry `numbers`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_clip(path, (clips.bars(number, SIDE, SIDE) for number in numbers), fps)
    return path


def still(path: Path, number: int) -> Path:
    """Write a picture that carries `number`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Pictures.fromarray(clips.bars(number, SIDE, SIDE)).save(path, quality=95)
    return path


def number_in(data: bytes) -> int:
    """Read the number of a picture."""
    return clips.number_of(np.asarray(Pictures.open(io.BytesIO(data)).convert("RGB")))


def event(field: str, start: float, end: float) -> Event:
    return Event(start=start, end=end, text=marker(field), action=marker(f"{field}.action"))


def clip(folder: Path, name: str = "a", **changes: Any) -> Clip:
    """Return a clip of 16 numbered frames; unless changed, each of its strings is marked."""
    video = f"{marker('video')}{name}.mp4"
    if not (folder / video).exists():
        film(folder / video, [*CONTEXT, *FUTURE])
    fields: dict[str, Any] = {
        **{"id": marker("id") + name, "video": video, "source": marker("source")},
        **{"license": marker("license"), "duration": DURATION, "fps": 4.0, "width": SIDE},
        **{"height": SIDE, "frames": 16, "sha256": marker("sha256"), "caption": marker("caption")},
        "events": [event("event1", 0, 2), event("event2", CUT, LATER)],
        **{"part": "train", "codec": marker("codec"), "video_id": marker("video_id")},
        **{"hashes": [marker("hashes")], "motion": LATER, "scenes": [CUT]},
        "published": PublishedCut(
            time=CUT,
            context_caption=marker("published.context_caption"),
            future_caption=marker("published.future_caption"),
        ),
    }
    return Clip(**{**fields, **changes})


def split(folder: Path, name: str = "a", **changes: Any) -> Split:
    """Return a split of 8 and 8 numbered frames; unless changed, each string is marked."""
    sides = {"context": CONTEXT, "future": FUTURE}
    for side, numbers in sides.items():
        path = folder / side / f"{marker(side)}{name}.mp4"
        if not path.exists():
            film(path, numbers)
    fields: dict[str, Any] = {
        **{"id": marker("id") + name, "clip_id": marker("clip_id")},
        "video_id": marker("video_id"),
        **{side: f"{side}/{marker(side)}{name}.mp4" for side in sides},
        **{"cut": CUT, "how": marker("how"), "fps": 4.0, "width": SIDE, "height": SIDE},
        "certificate": Certificate(
            context_frames=8, future_frames=8, context_last=LAST, future_first=FIRST
        ),
        "context_events": [event("context_event", 0, 2)],
        "future_events": [event("future_event", FIRST, LATER)],
        "context_caption": marker("context_caption"),
        "future_caption": marker("future_caption"),
        **{"part": "train", "source": marker("source"), "license": marker("license")},
        "hashes": [marker("hashes")],
    }
    known = Split.model_fields
    return Split(**{name: value for name, value in {**fields, **changes}.items() if name in known})


def pair(folder: Path, name: str = "a", **changes: Any) -> Pair:
    """Return two pictures, numbers 1 and 2; unless changed, each string is marked."""
    before, after = f"{marker('before')}{name}.jpg", f"{marker('after')}{name}.jpg"
    for number, file in enumerate((before, after), start=1):
        still(folder / file, number)
    fields: dict[str, Any] = {
        **{"id": marker("id") + name, "clip_id": marker("clip_id")},
        **{"video_id": marker("video_id"), "before": before, "after": after, "t0": 0.5, "t1": 1.75},
        **{"motion": LATER, "order": (11, 22), "action": marker("action")},
        **{"action_source": "model", "action_model": marker("action_model"), "action_score": -CUT},
        **{"part": "train", "source": marker("source"), "license": marker("license")},
    }
    return Pair(**{**fields, **changes})


def reasoning(name: str = "a", **changes: Any) -> Reasoning:
    """Return a prediction for the split of the same name; each string is marked."""
    fields: dict[str, Any] = {
        **{"id": marker("reasoning.id") + name, "video_id": marker("reasoning.video_id")},
        **{"model": marker("reasoning.model"), "split_id": marker("id") + name},
        **{"reasoning": marker("reasoning"), "prediction": marker("prediction")},
    }
    return Reasoning(**{**fields, **changes})


def write(path: Path, rows: Sequence[Record]) -> Path:
    """Write a manifest of `rows`."""
    write_manifest(path, rows, settings={}, seed=None)
    return path
