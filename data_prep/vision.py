"""The vision budget: how many frames and pixels a model is given of each clip.

Stated once, in `recipes/vision.yaml`; clips are encoded for it, so that every consumer
(LLaMA-Factory, EasyR1, lmms-eval) takes all frames of a clip as they are, without sampling or
resizing of its own.
"""

import math
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from data_prep.errors import UserError

DEFAULT_BUDGET = "recipes/vision.yaml:qwen2_5_vl"
# Qwen2.5-VL: patches of 14 pixels, merged two by two, two frames a temporal patch.
GRID = 28
FRAME_FACTOR = 2


class VisionBudget(BaseModel):
    """Frames per second, and limits of a clip (frames) and of a frame (pixels)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fps: float = Field(gt=0)
    max_frames: int = Field(ge=FRAME_FACTOR, multiple_of=FRAME_FACTOR)
    min_pixels: int = Field(ge=GRID * GRID)
    max_pixels: int = Field(ge=GRID * GRID)

    @model_validator(mode="after")
    def _some_size_fits(self) -> Self:
        if self.max_pixels // GRID**2 * GRID**2 < self.min_pixels:
            raise ValueError(
                f"no multiple of {GRID}x{GRID} lies between {self.min_pixels} and {self.max_pixels}"
            )
        return self

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return the (width, height) at which a frame of the given size is encoded.

        Both are multiples of 28 and their product lies within the budget, the aspect ratio as
        near as the grid allows. Qwen2.5-VL's own processor, under the same limits, finds nothing
        left to resize.
        """
        columns, rows = max(1, round(width / GRID)), max(1, round(height / GRID))
        pixels = columns * rows * GRID**2
        if pixels > self.max_pixels:
            scale = math.sqrt(width * height / self.max_pixels)
            columns = max(1, math.floor(width / scale / GRID))
            rows = max(1, math.floor(height / scale / GRID))
        elif pixels < self.min_pixels:
            scale = math.sqrt(self.min_pixels / (width * height))
            columns = math.ceil(width * scale / GRID)
            rows = math.ceil(height * scale / GRID)
        if not self.min_pixels <= columns * rows * GRID**2 <= self.max_pixels:
            columns, rows = self._nearest(width / height)
        return columns * GRID, rows * GRID

    def _nearest(self, aspect: float) -> tuple[int, int]:
        """Return the (columns, rows) in range whose aspect ratio is nearest, the largest of them.

        The processor's rule rounds each side by itself and may leave a narrow range.
        """
        least, most = math.ceil(self.min_pixels / GRID**2), self.max_pixels // GRID**2
        sizes = (
            (columns, rows)
            for columns in range(1, most + 1)
            for rows in range(-(-least // columns), most // columns + 1)
        )
        return min(
            sizes, key=lambda size: (abs(math.log(size[0] / size[1] / aspect)), -size[0] * size[1])
        )

    def tokens(self, frames: int, width: int, height: int) -> int:
        """Return the number of video tokens of a clip of encoded size (`width`, `height`)."""
        return math.ceil(frames / FRAME_FACTOR) * (width // GRID) * (height // GRID)


def load_budget(reference: str) -> VisionBudget:
    """Read a budget named as `FILE:PROFILE`, such as `recipes/vision.yaml:toy`.

    Raises:
        UserError: no such file or profile, or a value out of range.
    """
    name, _, profile = reference.rpartition(":")
    path = Path(name)
    if not name or not path.is_file():
        raise UserError(
            "no such vision budget; it is named as FILE:PROFILE",
            seen=reference,
            fix=f"--vision {DEFAULT_BUDGET} (from the folder of the repository)",
        )
    profiles = yaml.safe_load(path.read_text(encoding="utf-8"))
    if profile not in profiles:
        raise UserError(
            f"{path} has no profile of this name",
            seen=profile,
            fix=f"one of: {', '.join(profiles)}",
        )
    try:
        return VisionBudget.model_validate(profiles[profile])
    except ValidationError as error:
        first = error.errors()[0]
        raise UserError(
            f"{path}, profile {profile}: {'.'.join(map(str, first['loc']))}: {first['msg']}",
            seen=first["input"],
        ) from error
