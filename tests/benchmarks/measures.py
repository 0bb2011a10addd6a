"""How fast generated futures are measured: LPIPS and temporal coherence of 200 pairs of clips.

python tests/benchmarks/measures.py

50 items with 4 generated futures each, clips of 16 frames. The baseline is frame-by-frame scoring
that loads the network once: for each pair it decodes both clips and runs `lpips.LPIPS` on each
pair of frames, on as many threads as PyTorch takes. Ours decodes a real future once for all that
was generated of it, ahead of the network, computes its features once, and runs whole clips. The
network is AlexNet; the speed does not depend on its weights, which are random.
"""

import shutil
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from data_prep.video import Converter, frames, write_clip
from lmms_tasks.videoreason.ahead import ahead
from lmms_tasks.videoreason.clips import Clip
from lmms_tasks.videoreason.measures import Limits, Noise, Yardstick
from lmms_tasks.videoreason.perceptual import Perceptual
from lmms_tasks.videoreason.pictures import change

ITEMS, GENERATORS, FRAMES, FPS = 50, 4, 16, 8
# The vision budget of the toy profile, and the largest frames that are compared by default.
SIDES = (56, 128)
Scores = list[tuple[float, float]]


def make(folder: Path, side: int) -> None:
    """Write the clips: smooth textures that move, every one another way."""
    rng = np.random.default_rng(0)
    for item in range(ITEMS):
        texture = rng.integers(0, 256, (side // 8 + 8, side // 8 + 8, 3), np.uint8)
        large = np.kron(texture, np.ones((8, 8, 1), np.uint8))
        for name in ("context", "real", *map(str, range(GENERATORS))):
            across, down = rng.integers(0, 4, 2)
            clip = [
                large[i * down : i * down + side, i * across : i * across + side]
                for i in range(FRAMES)
            ]
            write_clip(folder / f"{item}_{name}.mp4", clip, FPS)


def decode(path: Path, side: int) -> list[np.ndarray]:
    convert = Converter(side, side)
    return [convert(frame.image) for frame in frames(path)]


def frame_by_frame(folder: Path, side: int, network: Any) -> Scores:
    """The baseline."""
    found = []

    def tensor(frame: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(frame).permute(2, 0, 1)[None].float() / 127.5 - 1

    for item in range(ITEMS):
        for name in range(GENERATORS):
            real = decode(folder / f"{item}_real.mp4", side)
            made = decode(folder / f"{item}_{name}.mp4", side)
            with torch.inference_mode():
                each = [
                    network(tensor(a), tensor(b)).item() for a, b in zip(made, real, strict=True)
                ]
            found.append((float(np.mean(each)), change(np.stack(made)) / change(np.stack(real))))
    return found


def read(folder: Path, side: int, item: int) -> tuple[Yardstick, list[Clip]]:
    paths = [folder / f"{item}_{name}.mp4" for name in ("context", "real")]
    yard = Yardstick(*paths, Limits(FRAMES, side * side))
    return yard, [yard.read(folder / f"{item}_{name}.mp4") for name in range(GENERATORS)]


def batched(folder: Path, side: int, network: Perceptual) -> Scores:
    """Ours."""
    found, noises = [], Noise(network)
    for yard, clips in ahead(partial(read, folder, side, item) for item in range(ITEMS)):
        pairs = [yard.beside(clip, network, noises) for clip in clips]
        features = network.of_each(pair.frames for pair in pairs)
        found += [
            (pair.shared.apart(each), change(pair.frames) / pair.shared.change)
            for pair, each in zip(pairs, features, strict=True)
        ]
    return found


def main() -> None:
    """Print both times, their ratio, and the largest difference of a value."""
    network = Perceptual("alex", "random:0")
    plain: Any = network._net
    print(f"{ITEMS * GENERATORS} pairs of {FRAMES} frames, {torch.get_num_threads()} threads")
    for side in SIDES:
        folder = Path(tempfile.mkdtemp())
        make(folder, side)
        network.features(np.zeros((1, side, side, 3), np.uint8))
        start = time.perf_counter()
        slow = frame_by_frame(folder, side, plain)
        middle = time.perf_counter()
        fast = batched(folder, side, network)
        end = time.perf_counter()
        shutil.rmtree(folder)
        apart = float(np.abs(np.array(slow) - np.array(fast)).max())
        print(
            f"{side} x {side}: frame by frame {middle - start:.1f} s, "
            f"batched {end - middle:.1f} s, ratio "
            f"{(middle - start) / (end - middle):.1f}, values apart by {apart:.1e}"
        )
        assert apart < 1e-5


if __name__ == "__main__":
    main()
