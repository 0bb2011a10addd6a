"""Frames as the rows of patches that a Qwen2.5-VL vision tower takes."""

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import Qwen2_5_VLProcessor

from data_prep.tinymodel.architecture import PATCH
from data_prep.vision import FRAME_FACTOR

NOISE = 0.05
_MERGE = 2


def patches(frames: NDArray[np.uint8], processor: Qwen2_5_VLProcessor) -> torch.Tensor:
    """Cut frames (n, h, w, 3), n even, into the rows that the video processor would make.

    The processor itself spends more time on bookkeeping than the model on learning; a test holds
    the two against each other.
    """
    settings = processor.video_processor
    pixels = torch.from_numpy(frames).float() / 255
    pixels = (pixels - torch.tensor(settings.image_mean)) / torch.tensor(settings.image_std)
    times, rows, columns = grid_of(frames)
    grid = pixels.reshape(
        times, FRAME_FACTOR, rows // _MERGE, _MERGE, PATCH, columns // _MERGE, _MERGE, PATCH, 3
    )
    return grid.permute(0, 2, 5, 3, 6, 8, 1, 4, 7).reshape(times * rows * columns, -1)


def grid_of(frames: NDArray[np.uint8]) -> tuple[int, int, int]:
    """Return (frame pairs, rows, columns) of the patches of frames (n, h, w, 3)."""
    n, height, width, _ = frames.shape
    return n // FRAME_FACTOR, height // PATCH, width // PATCH


def add_noise(pixels: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return normalised pixels with the grain that stands for a codec's artefacts."""
    return pixels + NOISE * torch.randn(pixels.shape, generator=generator)
