"""Futures whose truth is known: what each measure and each verifier must say of them.

Beside the generators of the toy world stands `coarse`: it shows what really happens, in poor light
and with grain. Its pixels are wrong and its event is right, as those of real generators are at
best; the pixels of `wrong_direction` are clean, and its event is the opposite.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from data_prep.manifest import write_manifest
from data_prep.records import ForesightItem, Prediction
from data_prep.toyworld.futures import GENERATORS, has_item
from data_prep.toyworld.render import draw
from data_prep.toyworld.scenes import EVENT_SECONDS, Scene, draw_scene
from data_prep.video import write_clip

FPS = 8
CUT = 2 * EVENT_SECONDS
NAMES = ("perfect", "copy", "wrong_direction", "coarse")
OPTIONS = ["what really happens", "its opposite", "nothing"]
SHOWS = {"perfect": "A", "coarse": "A", "wrong_direction": "B", "copy": "C"}


def scenes(count: int) -> Iterator[Scene]:
    rng, number = random.Random("phantom"), 0
    while count:
        scene = draw_scene(rng, "test", number)
        number += 1
        if has_item(scene, CUT):
            count -= 1
            yield scene


def make(root: Path, count: int = 24) -> Path:
    """Write `count` items, each with every generator, below `root`, and return it."""
    items, rows = [], []
    times = [i / FPS for i in range(round(EVENT_SECONDS * FPS))]
    (root / "clips").mkdir(parents=True)
    for number, scene in enumerate(scenes(count)):
        name = f"i{number}"
        before = [draw(scene, scene.state(CUT - (4 - i) / FPS)) for i in range(4)]
        real = GENERATORS["perfect"](scene, CUT, times).frames
        write_clip(root / f"clips/{name}_context.mp4", before, FPS)
        write_clip(root / f"clips/{name}_real.mp4", real, FPS)
        items.append(
            ForesightItem(
                id=name,
                video_id=f"v{number}",
                context=f"clips/{name}_context.mp4",
                future=f"clips/{name}_real.mp4",
                options=OPTIONS,
                answer="A",
                kind=scene.kind,
            )
        )
        for generator in NAMES:
            frames = (
                [_coarse(frame, seed) for seed, frame in enumerate(real)]
                if generator == "coarse"
                else [before[-1]] * len(times)
                if generator == "copy"
                else GENERATORS[generator](scene, CUT, times).frames
            )
            write_clip(root / f"clips/{name}_{generator}.mp4", frames, FPS)
            rows.append(
                Prediction(
                    id=f"{name}_{generator}",
                    item_id=name,
                    generator=generator,
                    seed=0,
                    prompt="",
                    prompt_has_label=False,
                    video=f"clips/{name}_{generator}.mp4",
                    shows=SHOWS[generator],
                    real_first=number % 2 == 0,
                )
            )
    write_manifest(root / "videoreason.jsonl", items, settings={}, seed=0)
    write_manifest(root / "predictions.jsonl", rows, settings={}, seed=0)
    return root


def _coarse(frame: np.ndarray, seed: int) -> np.ndarray:
    grain = np.random.default_rng(seed).normal(0, 12, frame.shape)
    return np.clip(0.8 * frame + grain, 0, 255).astype(np.uint8)
