"""Makes videos of textured scenes with known cuts, dissolves and fades, and things that look so."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
WIDTH, HEIGHT, FPS = 320, 180, 25
KINDS = ("hard", "jump", "dissolve", "fade")
_DISSOLVES = (6, 12, 20, 35)
_FADES = (6, 12, 20)


@dataclass(frozen=True)
class Boundary:
    """A change of scene: its kind, and the times of its first and last changed frame."""

    kind: str
    begin: float
    end: float


class Scene:
    """A place with moving things in it, seen by a camera that may move."""

    def __init__(self, rng: np.random.Generator, place: "Scene | None" = None) -> None:
        if place is None:
            self.ground, self.things = _ground(rng), _things(rng)
            self.grain = rng.uniform(0, 4)
        else:
            self.ground, self.things, self.grain = place.ground, place.things, place.grain
        self.moves = str(rng.choice(["still", "still", "pan", "zoom", "shake"]))
        self.start = 0 if place is None else int(rng.integers(120, 300))
        self.speed = rng.uniform(1, 5) * rng.choice([-1, 1])
        self.place = rng.uniform(0.35, 0.65, 2) if place is None else rng.uniform(0.4, 0.6, 2)
        self.zoom = rng.uniform(1.0, 1.15)
        # Frame -> gain and offset of the light: flashes last, steps and ramps stay.
        self.light: dict[int, tuple[float, float]] = {}
        self._rng = rng

    def frame(self, number: int) -> Image:
        image = self.ground.copy()
        for x, y, dx, dy, radius, colour in self.things:
            t = self.start + number
            size = image.shape[1], image.shape[0]
            at = tuple(
                int(_bounce(p + v * t, s)) for p, v, s in ((x, dx, size[0]), (y, dy, size[1]))
            )
            cv2.circle(image, at, radius, colour, -1, cv2.LINE_AA)
        zoom, shift = self.zoom, np.zeros(2)
        if self.moves == "pan":
            shift[0] = self.speed * number
        elif self.moves == "zoom":
            zoom *= 1 + 0.006 * abs(self.speed) * number / 5
        elif self.moves == "shake":
            shift = self._rng.normal(0, 4, 2)
        room = np.array(image.shape[1::-1])
        centre = np.array(
            [_bounce(v, s) for v, s in zip(self.place * room + shift, room, strict=True)]
        )
        half = np.array([WIDTH, HEIGHT]) / zoom / 2
        centre = np.clip(centre, half, room - half)
        matrix = np.array(
            [[zoom, 0, WIDTH / 2 - zoom * centre[0]], [0, zoom, HEIGHT / 2 - zoom * centre[1]]]
        )
        seen = cv2.warpAffine(image, matrix, (WIDTH, HEIGHT)).astype(np.float32)
        gain, offset = self.light.get(number, (1.0, 0.0))
        seen = seen * gain + offset + self._rng.normal(0, self.grain, (HEIGHT, WIDTH, 1))
        return np.clip(seen, 0, 255).astype(np.uint8)


def _bounce(value: float, limit: float) -> float:
    value = abs(value) % (2 * limit)
    return 2 * limit - value if value > limit else value


def _ground(rng: np.random.Generator) -> Image:
    height, width = 2 * HEIGHT, 3 * WIDTH
    image = np.zeros((height, width, 3), np.float32)
    for cells in (3, 9, 40):
        coarse = rng.uniform(0, 1, (cells, 2 * cells, 3)).astype(np.float32)
        grey = rng.uniform(0, 1, (cells, 2 * cells, 1)).astype(np.float32)
        image += cv2.resize(
            0.4 * coarse + 0.6 * grey, (width, height), interpolation=cv2.INTER_CUBIC
        )
    image = (image - image.min()) / np.ptp(image)
    low = rng.uniform(0, 90)
    image = low + image * rng.uniform(90, 250 - low)
    return np.clip(image, 0, 255).astype(np.uint8)


def _things(
    rng: np.random.Generator,
) -> list[tuple[float, float, float, float, int, tuple[int, ...]]]:
    return [
        (
            rng.uniform(0, 3 * WIDTH),
            rng.uniform(0, 2 * HEIGHT),
            rng.normal(0, 4),
            rng.normal(0, 3),
            int(rng.integers(12, 50)),
            tuple(int(c) for c in rng.integers(0, 255, 3)),
        )
        for _ in range(int(rng.integers(4, 12)))
    ]


def _lights(scene: Scene, length: int, rng: np.random.Generator) -> None:
    kind = rng.choice(["none", "none", "flash", "step", "ramp"])
    if length < 60 or kind == "none":
        return
    at = int(rng.integers(25, length - 25))
    gain = rng.uniform(1.3, 1.7) if rng.random() < 0.5 else rng.uniform(0.5, 0.75)
    if kind == "flash":
        for number in range(at, at + int(rng.integers(1, 5))):
            scene.light[number] = (0.4, 150.0)
    for number in range(at, length + 60):
        if kind == "step":
            scene.light[number] = (gain, 0.0)
        elif kind == "ramp":
            scene.light[number] = (1 + (gain - 1) * min(1, (number - at) / 20), 0.0)


def montage(seed: int, scenes: int = 8) -> tuple[list[Boundary], Iterator[Image]]:
    """Return the boundaries of a video and its frames, drawn by `seed`."""
    rng = np.random.default_rng(seed)
    kinds = [str(rng.choice(KINDS, p=[0.4, 0.15, 0.25, 0.2])) for _ in range(scenes - 1)]
    lengths = [int(rng.integers(45, 110)) for _ in range(scenes)]
    parts: list[Scene] = [Scene(rng)]
    for kind in kinds:
        parts.append(Scene(rng, parts[-1] if kind == "jump" else None))
    for scene, length in zip(parts, lengths, strict=True):
        _lights(scene, length, rng)
    spans = [int(rng.choice(_DISSOLVES if kind == "dissolve" else _FADES)) for kind in kinds]
    holds = [int(rng.integers(1, 12)) for _ in kinds]
    shades = [float(rng.choice([0, 0, 0, 255])) for _ in kinds]
    boundaries, now = [], 0
    for kind, length, span, hold in zip(kinds, lengths, spans, holds, strict=False):
        now += length
        width = {"dissolve": span, "fade": 2 * span + hold}.get(kind, 0)
        boundaries.append(Boundary(kind, now / FPS, (now + width) / FPS))
        now += width

    def draw() -> Iterator[Image]:
        offset = 0
        for number, (scene, length) in enumerate(zip(parts, lengths, strict=True)):
            for frame in range(length):
                yield scene.frame(offset + frame)
            if number == len(kinds):
                return
            kind, span, shade = kinds[number], spans[number], shades[number]
            old, new, offset = parts[number], parts[number + 1], 0
            if kind == "dissolve":
                for i in range(span):
                    share = (i + 1) / (span + 1)
                    yield _blend(old.frame(length + i), new.frame(i), share)
                offset = span
            elif kind == "fade":
                plain = np.full((HEIGHT, WIDTH, 3), shade, np.uint8)
                for i in range(span):
                    yield _blend(old.frame(length + i), plain, (i + 1) / span)
                for _ in range(holds[number]):
                    yield plain
                for i in range(span):
                    yield _blend(plain, new.frame(i), (i + 1) / span)
                offset = span

    return boundaries, draw()


def _blend(one: Image, other: Image, share: float) -> Image:
    return cv2.addWeighted(one, 1 - share, other, share, 0)


def write_montage(path: Path, seed: int) -> list[Boundary]:
    """Write the video of `seed` and return its boundaries."""
    boundaries, images = montage(seed)
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23"}
        for number, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return boundaries
