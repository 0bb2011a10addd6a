"""Writing the toy world: clips in three disjoint worlds, and the benchmarks made from the third."""

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import Progress

from data_prep.cutting.settings import Settings
from data_prep.cutting.split import split_clips
from data_prep.errors import UserError
from data_prep.manifest import read_manifest, relative_to, write_atomic, write_manifest
from data_prep.records import Clip, Part, Record, Split
from data_prep.toyworld.futures import ToyItem, toy_items
from data_prep.toyworld.questions import FUTURE_EVENTS, futurebench
from data_prep.toyworld.render import SIDE, draw
from data_prep.toyworld.scenes import EVENT_SECONDS, EVENTS_PER_CLIP, Scene, draw_scene
from data_prep.video import sha256, write_clip
from data_prep.vision import VisionBudget

CLIP_FPS = 8
# The budget of `recipes/vision.yaml:toy`, which a test holds against this: the world can be made
# where the package is installed without the recipes.
BUDGET = VisionBudget(fps=4.0, max_frames=16, min_pixels=SIDE * SIDE, max_pixels=SIDE * SIDE)
# Clips of the validation and test worlds for each clip of the training world.
SHARES: dict[Part, float] = {"train": 1.0, "validation": 1 / 16, "test": 1 / 16}
MARKER = "TOYWORLD"
SOURCE = "videoreason toy world"
LICENSE = "CC0-1.0"


@dataclass(frozen=True)
class WorldReport:
    """How many rows were written of each kind."""

    clips: dict[Part, int]
    questions: int
    items: int
    predictions: int


def make_world(out: Path, *, clips: int, seed: int, progress: Progress) -> WorldReport:
    """Write the toy world to `out`; the same arguments give the same bytes.

    `out/train`, `out/validation` and `out/test` hold clips and `clips.jsonl`; `out` itself holds
    the benchmarks of the test world: `futurebench.jsonl`, `videoreason.jsonl`,
    `predictions.jsonl` and their media. The three worlds share no combination of shape and
    colour. A toy world that stood in `out` is replaced.

    Raises:
        UserError: `out` holds something else, or the test world is too small for the benchmarks.
    """
    _clear(out)
    counts: dict[Part, int] = {part: max(1, round(clips * share)) for part, share in SHARES.items()}
    scenes: dict[str, Scene] = {}
    for part, count in counts.items():
        scenes |= _write_part(out / part, part, count, seed, progress)
    split_clips(
        out / "test" / "clips.jsonl",
        out / "contexts",
        Settings(
            budget=BUDGET,
            policy="event",
            min_future=FUTURE_EVENTS * EVENT_SECONDS,
            seed=seed,
        ),
    )
    made_by = "python -m data_prep toyworld"
    splits = [
        _below(out, split)
        for split in read_manifest(out / "contexts" / "splits.jsonl", Split, made_by=made_by)
    ]
    settings = {"command": "toyworld", "clips": clips, "part": "test"}
    questions = write_manifest(
        out / "futurebench.jsonl", futurebench(splits, seed), settings=settings, seed=seed
    )
    items = list(toy_items(scenes, splits, fps=BUDGET.fps, seed=seed))
    if not items:
        raise UserError(
            "the test world is too small for VideoReason: no clip of it has an item",
            seen=f"{counts['test']} test clips",
            fix="python -m data_prep toyworld --clips 160, or more",
        )
    _write_futures(out, items)
    predictions: list[Record] = [row for item in items for row, _ in item.predictions]
    write_manifest(out / "predictions.jsonl", predictions, settings=settings, seed=seed)
    write_manifest(
        out / "videoreason.jsonl", (item.item for item in items), settings=settings, seed=seed
    )
    return WorldReport(counts, questions, len(items), len(predictions))


def _clear(out: Path) -> None:
    """Remove a toy world from `out`, and nothing that is not known to be one."""
    marker = out / MARKER
    if out.exists() and not marker.is_file() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(
            "the toy world is not written over anything else",
            seen=f"{out} holds other files",
            fix="python -m data_prep toyworld --out NEW_FOLDER, or unset VIDEOREASON_DATA",
        )
    write_atomic(marker, "Made by `python -m data_prep toyworld`, which may remove this folder.\n")
    for name in ("train", "validation", "test", "contexts", "videoreason"):
        shutil.rmtree(out / name, ignore_errors=True)


def _write_part(
    folder: Path, part: Part, count: int, seed: int, progress: Progress
) -> dict[str, Scene]:
    rng = random.Random(f"{part} {seed}")
    (folder / "clips").mkdir(parents=True)
    scenes = {f"{part}_{i:05d}": draw_scene(rng, part, i) for i in range(count)}

    def rows() -> Iterator[Clip]:
        task = progress.add_task(f"drawing the {part} world", total=count)
        for name, scene in scenes.items():
            yield _write_clip(folder, name, scene, part)
            progress.advance(task)

    settings = {"command": "toyworld", "clips": count, "part": part}
    write_manifest(folder / "clips.jsonl", rows(), settings=settings, seed=seed)
    return scenes


def _write_clip(folder: Path, name: str, scene: Scene, part: Part) -> Clip:
    path = folder / "clips" / f"{name}.mp4"
    frames = round(EVENTS_PER_CLIP * EVENT_SECONDS * CLIP_FPS)
    write_clip(path, (draw(scene, scene.state(i / CLIP_FPS)) for i in range(frames)), CLIP_FPS)
    events = scene.events()
    told = ", then ".join(event.text for event in events).capitalize()
    return Clip(
        id=name,
        video=relative_to(folder, path),
        source=SOURCE,
        license=LICENSE,
        duration=EVENTS_PER_CLIP * EVENT_SECONDS,
        fps=CLIP_FPS,
        width=SIDE,
        height=SIDE,
        frames=frames,
        sha256=sha256(path),
        caption=f"{scene.look()} {told}.",
        events=events,
        part=part,
    )


def _below(out: Path, split: Split) -> Split:
    return split.model_copy(
        update={"context": f"contexts/{split.context}", "future": f"contexts/{split.future}"}
    )


def _write_futures(out: Path, items: Sequence[ToyItem]) -> None:
    (out / "videoreason").mkdir(exist_ok=True)
    for item in items:
        write_clip(out / item.item.future, item.real, BUDGET.fps)
        for prediction, frames in item.predictions:
            if prediction.video is not None:
                write_clip(out / prediction.video, frames, BUDGET.fps)
