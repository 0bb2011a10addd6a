"""A small next-event set of real clips, cut and built by the code under test."""

import json
from pathlib import Path

import clips

from data_prep.builders.next_event import Form, build_next_event
from data_prep.cutting.one import Settings
from data_prep.cutting.split import split_clips
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
        workers=1,
    )
    return root / "set" / "splits.jsonl"


def make_set(root: Path, count: int = 6) -> Path:
    """Return the folder of a next-event set; all its rows are on the train side."""
    splits = make_splits(root, count)
    build_next_event(
        splits, splits.parent, horizons=[1, 0], forms=[Form.OPEN], test_share=0.0, seed=0
    )
    return splits.parent
