"""Small sets: of real clips, cut and built by the code under test, and of files without video."""

import json
from collections.abc import Iterable
from pathlib import Path

import clips

from data_prep.builders.making import Sides
from data_prep.builders.next_event import Form, build_next_event
from data_prep.cutting.one import Settings
from data_prep.cutting.split import split_clips
from data_prep.manifest import read_manifest, write_manifest
from data_prep.records import Certificate, Clip, Event, Example, Pair, Record, Split
from data_prep.steps.engine import Engine
from data_prep.vision import VisionBudget

BUDGET = VisionBudget(fps=4, max_frames=16, min_pixels=3136, max_pixels=3136)
EVENTS = ("it waits", "it counts on", "it goes further", "it comes to its end")


def annotate(folder: Path) -> Path:
    """Write four events of half a second for every video of `folder`."""
    path = folder.parent / "events.jsonl"
    rows = [
        {
            "video": video.name,
            "events": [
                {"start": i / 2, "end": (i + 1) / 2, "text": text} for i, text in enumerate(EVENTS)
            ],
        }
        for video in sorted(folder.iterdir())
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def make_splits(root: Path, count: int = 6) -> Path:
    """Return the `splits.jsonl` of `count` annotated clips."""
    videos = root / "videos"
    videos.mkdir(parents=True)
    for number in range(count):
        clips.write(videos / f"clip{number}.mp4")
    split_clips(
        videos,
        root / "set",
        Settings(BUDGET, min_context=0.5, min_future=0.5),
        annotations=annotate(videos),
        engine=Engine(workers=1),
    )
    return root / "set" / "splits.jsonl"


def make_set(root: Path, count: int = 6) -> Path:
    """Return the folder of a next-event set; all its rows are on the train side."""
    splits = make_splits(root, count)
    build_next_event(
        splits, splits.parent, horizons=[1, 0], forms=[Form.OPEN], sides=Sides(0.0, seed=0)
    )
    return splits.parent


def events(*texts: str, start: float = 0.0) -> list[Event]:
    """Return events of one second each, one after the other."""
    return [Event(start=start + i, end=start + i + 1, text=text) for i, text in enumerate(texts)]


def plain_split(folder: Path, name: str, **changes: object) -> Split:
    """Return a split of three events before the cut and three after it.

    Its files hold no video: a builder asks only whether they are there.
    """
    for part in ("context", "future"):
        (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / part / f"{name}.mp4").touch()
    row = Split(
        id=name,
        clip_id=name,
        video_id=name,
        context=f"context/{name}.mp4",
        future=f"future/{name}.mp4",
        cut=3.0,
        how="event boundary 3.0 s",
        certificate=Certificate(
            context_frames=12, future_frames=12, context_last=2.75, future_first=3.0
        ),
        fps=4.0,
        width=56,
        height=56,
        context_events=events(*(f"{name} did {i}" for i in (1, 2, 3))),
        future_events=events(*(f"{name} will do {i}" for i in (1, 2, 3)), start=3.0),
        source="a test",
        license="CC0",
    )
    return row.model_copy(update=changes)


def plain_clip(folder: Path, name: str, **changes: object) -> Clip:
    """Return a clip of four events; its file holds no video."""
    (folder / "videos").mkdir(parents=True, exist_ok=True)
    (folder / f"videos/{name}.mp4").touch()
    row = Clip(
        id=name,
        video=f"videos/{name}.mp4",
        source="a test",
        license="CC0",
        duration=4.0,
        fps=4.0,
        width=56,
        height=56,
        frames=16,
        sha256="0" * 64,
        caption=f"a film of {name}",
        events=events(*(f"{name} does {i}" for i in (1, 2, 3, 4))),
    )
    return row.model_copy(update=changes)


def plain_pair(folder: Path, name: str, **changes: object) -> Pair:
    """Return a pair of frames from second 1 to second 2 of a clip; its files hold no pictures."""
    (folder / "frames").mkdir(parents=True, exist_ok=True)
    for side in ("before", "after"):
        (folder / f"frames/{name}_{side}.jpg").touch()
    row = Pair(
        id=name,
        clip_id=name,
        video_id=name,
        before=f"frames/{name}_before.jpg",
        after=f"frames/{name}_after.jpg",
        t0=1.0,
        t1=2.0,
        motion=3.0,
        order=(4, 8),
        action=f"moving thing {name} to the left",
        action_source="human",
        source="a test",
        license="CC0",
    )
    return row.model_copy(update=changes)


def write(path: Path, rows: Iterable[Record], *broken: str) -> Path:
    """Write rows, then lines that are not valid, and return the manifest."""
    write_manifest(path, rows, settings={}, seed=0)
    with path.open("a") as file:
        file.writelines(f"{line}\n" for line in broken)
    return path


def built(folder: Path, name: str) -> dict[str, list[Example]]:
    """Return the rows of each side of a set."""
    return {
        side: list(read_manifest(path, Example, made_by="build"))
        for side in ("train", "validation", "test")
        if (path := folder / f"{name}_{side}.jsonl").is_file()
    }
