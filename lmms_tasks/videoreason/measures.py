"""How far a generated future is from the real one, beside a copy of the present and noise.

Likeness to the real future rewards copying: where little moves, repeating the last frame of the
context is nearly right in every pixel. So every measure stands beside that of the copy and, where
it has no optimum, of noise; and none of them tells whether the right thing happens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import ConfigDict

from data_prep.picture import UnreadableVideo
from data_prep.records import Record
from lmms_tasks.videoreason.clips import (
    MOST_FRAMES,
    PIXELS,
    Clip,
    Frames,
    Size,
    align,
    exactly,
    fitting,
    last_frame,
    read_clip,
)
from lmms_tasks.videoreason.perceptual import Features, Perceptual, take
from lmms_tasks.videoreason.pictures import change, noise, psnr, smoothness, ssim

Numbers = NDArray[np.intp]


class Measures(Record):
    """What is measured of one generated future against its real one.

    `copy_` is of the last frame of the context, repeated; `noise_` of uniform noise; `real_` of
    the real future itself. `lpips`, `ssim` and `psnr` are means over the frames; `change` is the
    mean absolute difference of consecutive frames, white being 1; `jump` is the LPIPS from the
    last frame of the context to the first of the future. What is not defined is None:
    `smoothness` where nothing moves.
    `resized` and `retimed` say that the clip had another size or rate than the real future.
    """

    # The files are JSON, which has no word for what is not finite.
    model_config = ConfigDict(allow_inf_nan=False)

    frames: int
    resized: bool
    retimed: bool
    lpips: float
    copy_lpips: float
    noise_lpips: float
    ssim: float
    copy_ssim: float
    psnr: float
    copy_psnr: float
    change: float
    real_change: float
    noise_change: float
    smoothness: float | None
    real_smoothness: float | None
    jump: float
    real_jump: float


class BrokenData(Exception):
    """An item's own context or real future cannot be read: no generator is to blame."""


@dataclass(frozen=True)
class Limits:
    """How much of two futures is compared: frames, and pixels of each."""

    frames: int = MOST_FRAMES
    pixels: int = PIXELS


class Noise:
    """The features of noise, made once for each shape; the noise is the same for all items."""

    def __init__(self, network: Perceptual) -> None:
        """Name the network."""
        self._network = network
        self._made: dict[tuple[int, ...], tuple[Features, float]] = {}

    def like(self, frames: Frames) -> tuple[Features, float]:
        """Return the features and the `change` of noise of the shape of `frames`."""
        if frames.shape not in self._made:
            made = noise(*frames.shape[:3])
            self._made[frames.shape] = self._network.features(made), change(made)
        return self._made[frames.shape]


class Shared:
    """What frames of a real future share over all that is compared with them, made when asked."""

    def __init__(self, real: Frames, last: Frames, network: Perceptual, noises: Noise) -> None:
        """Take the frames of the real future and the last of the context."""
        self.real, self.last = real, last
        self._network, self._noises = network, noises

    @cached_property
    def features(self) -> Features:
        """Of the real frames."""
        return self._network.features(self.real)

    @cached_property
    def last_features(self) -> Features:
        """Of the last frame of the context."""
        return self._network.features(self.last)

    @cached_property
    def change(self) -> float:
        """That of the real frames, see `pictures.change`."""
        return change(self.real)

    def apart(self, features: Features) -> float:
        """Return the mean LPIPS of other frames, or of one other, from the real ones."""
        return float(self._network.distances(self.features, features).mean())

    @cached_property
    def beside(self) -> dict[str, float | None]:
        """The measures of the copy, of noise, and of the real frames."""
        copies = np.broadcast_to(self.last, self.real.shape)
        noise_features, noise_change = self._noises.like(self.real)
        first = take(self.features, np.array([0]))
        return {
            "copy_lpips": self.apart(self.last_features),
            "noise_lpips": self.apart(noise_features),
            "copy_ssim": ssim(copies, self.real),
            "copy_psnr": psnr(copies, self.real),
            "real_change": self.change,
            "noise_change": noise_change,
            "real_smoothness": smoothness(self.real),
            "real_jump": float(self._network.distances(self.last_features, first)[0]),
        }


class Pair(NamedTuple):
    """A generated future, and of both futures the frames that are compared."""

    made: Clip
    shared: Shared
    frames: Frames


class Yardstick:
    """The real future of one item, decoded once for all that was generated of it."""

    def __init__(self, context: Path, future: Path, limits: Limits | None = None) -> None:
        """Decode the real future and the last frame of the context.

        Raises:
            BrokenData: one of the two cannot be used.
        """
        self.limits = limits or Limits()
        try:
            self.real = read_clip(future, fitting(self.limits.pixels))
        except UnreadableVideo as error:
            raise BrokenData(f"real future: {error}") from error
        height, width = self.real.frames.shape[1:3]
        self.size = Size(width, height)
        try:
            self.last = last_frame(context, exactly(self.size))
        except UnreadableVideo as error:
            raise BrokenData(f"context: {error}") from error
        self._shared: dict[tuple[int, ...], Shared] = {}

    def read(self, path: Path) -> Clip:
        """Decode a generated future at the size of the real one.

        Raises:
            UnreadableVideo: as in `clips.read_clip`.
        """
        return read_clip(path, exactly(self.size))

    def beside(self, made: Clip, network: Perceptual, noises: Noise) -> Pair:
        """Return the real frames to compare with, and those of `made` at the same instants.

        Raises:
            UnreadableVideo: the two have less than two instants in common.
        """
        ours, theirs = align(self.real, made, self.limits.frames)
        key = tuple(ours.tolist())
        if key not in self._shared:
            self._shared[key] = Shared(self.real.frames[ours], self.last, network, noises)
        return Pair(made, self._shared[key], made.frames[theirs])


def measure(
    yard: Yardstick, clips: Sequence[Clip], network: Perceptual, noises: Noise
) -> list[Measures | UnreadableVideo]:
    """Measure generated futures against the real one of their item.

    Returns:
        the measures of each; for a clip that has less than two instants in common with the real
        future, what is wrong with it.
    """
    pairs: list[Pair | UnreadableVideo] = []
    for made in clips:
        try:
            pairs.append(yard.beside(made, network, noises))
        except UnreadableVideo as error:
            pairs.append(error)
    features = network.of_each(pair.frames for pair in pairs if isinstance(pair, Pair))
    return [
        _measures(yard, pair, next(features), network) if isinstance(pair, Pair) else pair
        for pair in pairs
    ]


def _measures(yard: Yardstick, pair: Pair, features: Features, network: Perceptual) -> Measures:
    made, shared, frames = pair
    first = take(features, np.array([0]))
    return Measures(
        frames=len(frames),
        resized=made.shown != yard.real.shown,
        # A time stamp is rounded; rates that differ by less are the same.
        retimed=abs(made.step - yard.real.step) > 0.01 * yard.real.step,
        lpips=shared.apart(features),
        ssim=ssim(frames, shared.real),
        psnr=psnr(frames, shared.real),
        change=change(frames),
        smoothness=smoothness(frames),
        jump=float(network.distances(shared.last_features, first)[0]),
        **shared.beside,
    )
