"""Small folders of VideoReason items: a square that moves to the right over a still ground."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_prep.manifest import read_manifest, write_manifest
from data_prep.records import ForesightItem, Prediction
from data_prep.video import Converter, frames, write_clip

Image = NDArray[np.uint8]
OPTIONS = ["it moves right", "it moves left", "it stands still"]
SIDE, FPS, SPEED = 64, 4.0, 4
CONTEXT, FUTURE = 3, 4


def picture(number: int) -> Image:
    """Return the square after so many frames, at four pixels a frame."""
    image = np.full((SIDE, SIDE, 3), 40, np.uint8)
    # A texture, so that the ground gives a flow something to hold on to.
    image[::8, ::8] = 70
    left = 8 + SPEED * number
    image[24:40, left : left + 16] = (220, 180, 60)
    image[28:36, left + 4 : left + 12] = (60, 20, 160)
    return image


def make(root: Path, names: Sequence[str] = ("a", "b"), **changes: object) -> Path:
    """Write items that go on at the rate of their context, all with one answer."""
    (root / "clips").mkdir(parents=True)
    items = []
    for name in names:
        context, future = f"clips/{name}_context.mp4", f"clips/{name}_future.mp4"
        write_clip(root / context, (picture(i) for i in range(CONTEXT)), FPS)
        write_clip(root / future, (picture(CONTEXT + i) for i in range(FUTURE)), FPS)
        item = ForesightItem(
            id=name,
            video_id=name,
            context=context,
            future=future,
            options=OPTIONS,
            answer="A",
            kind="event",
            context_caption="a square lies there",
            gap=1 / FPS,
        )
        items.append(item.model_copy(update=changes))
    write_manifest(root / "videoreason.jsonl", items, settings={}, seed=0)
    return root


def rows(root: Path) -> list[Prediction]:
    """Return the predictions."""
    return list(read_manifest(root / "predictions.jsonl", Prediction, made_by="generate"))


def read(path: Path) -> NDArray[np.float64]:
    """Return the frames of a clip, (n, height, width, 3), 0 to 255."""
    convert = Converter(SIDE, SIDE)
    return np.stack([convert(frame.image).astype(np.float64) for frame in frames(path)])


def error(root: Path, row: Prediction) -> float:
    """Return the mean squared error of a prediction against its real future."""
    assert row.video is not None
    real = read(root / f"clips/{row.item_id}_future.mp4")
    return float(((read(root / row.video) - real) ** 2).mean())
