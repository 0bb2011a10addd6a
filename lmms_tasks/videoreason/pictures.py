"""Measures of frames that need no network: likeness to others, and how they change over time."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.metrics import structural_similarity

from data_prep.pairs.flow import GRAIN, WIDTH, dense
from lmms_tasks.videoreason.clips import Frames

# Frames that are the same have no finite ratio of signal to noise.
SAME_DECIBEL = 100.0
_similarity: Any = structural_similarity


def ssim(ours: Frames, theirs: Frames) -> float:
    """Return the mean structural similarity of the pairs of frames, -1 to 1 (scikit-image)."""
    pairs = zip(ours, theirs, strict=True)
    return float(np.mean([_similarity(a, b, channel_axis=2, data_range=255) for a, b in pairs]))


def psnr(ours: Frames, theirs: Frames) -> float:
    """Return the ratio of peak signal to noise over all frames together, in decibel.

    At most `SAME_DECIBEL`, which stands for frames that do not differ.
    """
    squares = np.square(ours.astype(np.float32) - theirs).mean(dtype=np.float64)
    return min(SAME_DECIBEL, 10 * math.log10(255**2 / squares)) if squares else SAME_DECIBEL


def change(frames: Frames) -> float:
    """Return the mean absolute difference of consecutive frames, white being 1."""
    steps = np.abs(np.diff(frames.astype(np.int16), axis=0))
    return float(steps.mean(dtype=np.float64) / 255)


def smoothness(frames: Frames) -> float | None:
    """Return how little the motion changes from one step to the next, 0 to 1.

    With the dense optical flow v of each step: 1 - sum |v(t+1) - v(t)| / sum (|v(t+1)| + |v(t)|),
    over the pixels that move. 1: all goes on as it went; 0: what moves in a step rests in the
    next, or turns back. It does not tell which way is right, and nothing of likeness.

    None with fewer than three frames, or where nothing moves.
    """
    grey = [_grey(frame) for frame in frames]
    flows = [dense(before, after) for before, after in pairwise(grey)]
    turned = total = 0.0
    for before, after in pairwise(flows):
        lengths = np.linalg.norm(before, axis=-1), np.linalg.norm(after, axis=-1)
        moves = np.maximum(*lengths) > GRAIN
        turned += float(np.linalg.norm(after - before, axis=-1)[moves].sum())
        total += float((lengths[0] + lengths[1])[moves].sum())
    return 1 - turned / total if total else None


def noise(frames: int, height: int, width: int) -> Frames:
    """Return frames of independent uniform noise, the same for the same shape."""
    generator = np.random.default_rng(0)
    return generator.integers(0, 256, (frames, height, width, 3), np.uint8)


def _grey(frame: Frames) -> NDArray[np.uint8]:
    # The method of flow looks for patches of 8 pixels on several scales: the small is enlarged.
    picture = Image.fromarray(frame).convert("L")
    scale = max(1.0, WIDTH / min(picture.size))
    size = (round(picture.width * scale), round(picture.height * scale))
    return np.asarray(picture.resize(size, Image.Resampling.BICUBIC))
