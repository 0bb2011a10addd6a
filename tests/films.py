"""Films whose motion is known: a textured scene, a camera that pans, a thing that crosses it."""

from collections.abc import Callable
from pathlib import Path

import clips
import numpy as np

from data_prep.encode import Image

SIZE = 160, 112
FRAMES, FPS = 72, 12
_PATTERN = np.kron(np.random.default_rng(1).integers(0, 256, (5, 5), np.uint8), np.ones((8, 8)))


def scene(seed: int = 0) -> Image:
    """Return a texture three times as large as a film's picture."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(30, 220, (3 * SIZE[1] // 8, 3 * SIZE[0] // 8, 3), np.uint8)
    fine = np.kron(coarse, np.ones((8, 8, 1), np.uint8)).astype(np.float32)
    for axis in (0, 1):
        fine = sum(np.roll(fine, shift, axis) for shift in range(-4, 5)) / 9
    return fine.astype(np.uint8)


def picture(
    texture: Image, camera: tuple[float, float], thing: tuple[float, float] | None
) -> Image:
    """Return what a camera at `camera` sees, with a square of 40 pixels at `thing`."""
    (width, height), (x, y) = SIZE, (round(camera[0]), round(camera[1]))
    image = texture[height + y : 2 * height + y, width + x : 2 * width + x].copy()
    if thing is not None:
        left, top = round(thing[0]), round(thing[1])
        seen = image[top : top + 40, left : left + 40]
        seen[:] = _PATTERN[: seen.shape[0], : seen.shape[1], None]
    return image


def film(
    path: Path,
    *,
    camera: Callable[[int], tuple[float, float]] = lambda i: (0, 0),
    thing: Callable[[int], tuple[float, float] | None] = lambda i: None,
    seed: Callable[[int], int] = lambda i: 0,
    frames: int = FRAMES,
) -> Path:
    """Write a film of `frames` frames at 12 a second; each function is given their numbers."""
    textures = {seed(i): scene(seed(i)) for i in range(frames)}
    images = [picture(textures[seed(i)], camera(i), thing(i)) for i in range(frames)]
    return clips.write(path, images=images, fps=FPS)


def crossing(i: int) -> tuple[float, float]:
    """Move a thing to the right, quicker and quicker."""
    return 4 + i * i * 0.02, 30


def panning(i: int) -> tuple[float, float]:
    """Pan the camera to the right and down."""
    return 1.6 * i - 60, 0.6 * i - 20
