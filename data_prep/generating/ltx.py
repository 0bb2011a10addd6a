"""Futures by LTX-Video (arXiv 2501.00103): the last frame of the context, animated.

The model makes 8 k + 1 frames whose first is the picture that it starts from, at a rate that it was
trained for, in sides that are multiples of 32. It is asked for as many as reach the end of the
real future; of those, the ones nearest to the real frames in time are kept and scaled back.
"""

import math
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from data_prep.errors import UserError
from data_prep.generating.jobs import Job
from data_prep.generating.settings import LtxSettings
from data_prep.generating.shape import NotMade, Shape, present_of, shape_of
from data_prep.video import Image, write_clip

_SIDE = 32
_FRAMES = 8
# As the makers recommend for weights whose decoder takes part in the denoising.
_DECODE_TIMESTEP, _DECODE_NOISE = 0.05, 0.025


@dataclass(frozen=True)
class Start:
    """What one future goes out from.

    Attributes:
        image: the last frame of the context, (height, width, 3), uint8, RGB.
        prompt: what the model is told.
        seed: of its noise.
        shape: of the future.
    """

    image: Image
    prompt: str
    seed: int
    shape: Shape


def model_size(width: int, height: int, short_side: int) -> tuple[int, int]:
    """Return the (width, height) that the model is given: the nearest multiples of 32.

    Pictures whose short side is under `short_side` pixels are enlarged to it, the aspect ratio as
    near as the grid allows.
    """
    scale = max(1.0, short_side / min(width, height))
    sides = (max(1, round(side * scale / _SIDE)) * _SIDE for side in (width, height))
    return next(sides), next(sides)


def model_frames(seconds: float, fps: float) -> int:
    """Return how many frames reach `seconds` beyond the first, which is the present."""
    # Rounding must not cost eight frames more.
    return _FRAMES * max(1, math.ceil(seconds * fps / _FRAMES - 1e-6)) + 1


class Ltx:
    """The pipeline of diffusers, on the GPU in bfloat16 where there is one, else in float32."""

    def __init__(self, settings: LtxSettings) -> None:
        """Load the model.

        Raises:
            UserError: diffusers is not installed, or cannot load such a model.
        """
        try:
            import torch  # noqa: PLC0415 - needs seconds, and an extra
            from diffusers import LTXImageToVideoPipeline  # noqa: PLC0415
        except ImportError as error:
            raise UserError(
                "torch and diffusers are not installed",
                seen=error,
                fix="pip install 'videoreason[generate]'",
            ) from error
        self._torch: Any = torch
        self._settings = settings
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = torch.bfloat16 if self._device == "cuda" else torch.float32
        try:
            # The class is named, not looked up: other weights would animate something else.
            kind: Any = LTXImageToVideoPipeline
            pipeline: Any = kind.from_pretrained(settings.model, torch_dtype=dtype)
        except (OSError, ValueError, ImportError, TypeError, KeyError) as error:
            raise UserError(
                "this video model cannot be loaded",
                seen=f"{settings.model}: {(str(error).splitlines() or [repr(error)])[0]}",
                fix="--model FOLDER, or the name of an LTX-Video such as Lightricks/LTX-Video",
            ) from error
        self._pipeline = pipeline.to(self._device)
        self._pipeline.set_progress_bar_config(disable=True)
        self._decodes_noise = bool(pipeline.vae.config.timestep_conditioning)
        # There, the pipeline draws noise for the whole batch from one generator.
        self.batch = 1 if self._decodes_noise else settings.batch

    def generate(self, starts: Sequence[Start]) -> list[list[Image] | str]:
        """Return for each of `starts`, all of one shape, its frames, or why there are none."""
        parts = (starts[at : at + self.batch] for at in range(0, len(starts), self.batch))
        return [made for part in parts for made in self._batch(part)]

    def _batch(self, starts: Sequence[Start]) -> list[list[Image] | str]:
        """Where a batch fails, each of it is tried alone, so that one costs the others nothing."""
        try:
            made = self._call(starts)
        except (RuntimeError, ValueError) as error:
            self._free()
            if len(starts) > 1:
                return [self._batch([start])[0] for start in starts]
            return [f"the model failed: {(str(error).splitlines() or [repr(error)])[0]}"]
        return [
            _kept(video, start.shape, self._settings.fps)
            for video, start in zip(made, starts, strict=True)
        ]

    def _call(self, starts: Sequence[Start]) -> Any:
        """Return the videos, (n, frames, height, width, 3), float, 0 to 1."""
        shape, settings = starts[0].shape, self._settings
        width, height = model_size(shape.width, shape.height, settings.short_side)
        extra: dict[str, Any] = {}
        if self._decodes_noise:
            extra = {"decode_timestep": _DECODE_TIMESTEP, "decode_noise_scale": _DECODE_NOISE}
        generators = [
            self._torch.Generator(self._device).manual_seed(start.seed) for start in starts
        ]
        with self._torch.inference_mode():
            return self._pipeline(
                image=[_scaled(start.image, width, height) for start in starts],
                prompt=[start.prompt for start in starts],
                width=width,
                height=height,
                num_frames=model_frames(shape.times[-1], settings.fps),
                frame_rate=settings.fps,
                num_inference_steps=settings.steps,
                guidance_scale=settings.guidance,
                generator=generators if len(generators) > 1 else generators[0],
                output_type="np",
                **extra,
            ).frames

    def _free(self) -> None:
        if self._device == "cuda":
            self._torch.cuda.empty_cache()


def make_by_model(
    jobs: Iterable[Job], root: Path, settings: LtxSettings
) -> Generator[tuple[Job, str | None, bool], None, None]:
    """Write the futures of `jobs`; yield each with why it failed, or None, and whether for good.

    What the model fails at is tried again by the next run: memory may have been short.

    Raises:
        UserError: the model cannot be loaded, or a clip cannot be written.
    """
    model = Ltx(settings)
    for batch in _batches(jobs, model.batch):
        ready: list[tuple[Job, Start]] = []
        for job in batch:
            start = _start(job)
            if isinstance(start, str):
                yield job, start, True
            else:
                ready.append((job, start))
        for _, group in groupby(ready, key=lambda each: each[1].shape):
            members = list(group)
            made = model.generate([start for _, start in members])
            for (job, start), images in zip(members, made, strict=True):
                if isinstance(images, str):
                    yield job, images, False
                    continue
                try:
                    write_clip(root / job.video, images, start.shape.fps)
                except OSError as error:
                    raise UserError(
                        f"cannot write to {root}", seen=error, fix="make room, then start again"
                    ) from error
                yield job, None, True


def _batches(jobs: Iterable[Job], size: int) -> Iterator[list[Job]]:
    batch: list[Job] = []
    for job in jobs:
        batch.append(job)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _start(job: Job) -> Start | str:
    try:
        if job.told.lacking is not None:
            raise NotMade(job.told.lacking)
        shape = shape_of(job.future, job.gap)
        last = present_of(job.context, shape.width, shape.height, count=1).images[-1]
    except NotMade as error:
        return " ".join(str(error).split())
    return Start(last, job.told.prompt, job.seed, shape)


def _scaled(image: Image, width: int, height: int) -> Pillow.Image:
    return Pillow.fromarray(image).resize((width, height), Pillow.Resampling.LANCZOS)


def _kept(video: Any, shape: Shape, fps: float) -> list[Image] | str:
    """Return the frames nearest in time to those of the real future, in its size."""
    numbers = [min(round(time * fps), len(video) - 1) for time in shape.times]
    frames = np.asarray(video)[numbers]
    if not np.isfinite(frames).all():
        return "the model's frames hold values that are no numbers"
    return [
        np.asarray(_scaled(np.rint(frame * 255).astype(np.uint8), shape.width, shape.height))
        for frame in frames
    ]
