"""Drawing a scene as RGB frames of 56 x 56 pixels."""

import numpy as np
from numpy.typing import NDArray

from data_prep.toyworld.scenes import Scene, State

SIDE = 56
Image = NDArray[np.uint8]
_Field = NDArray[np.float64]

_MARGIN = 7.0
_RGB = {
    "red": (230, 40, 40),
    "green": (40, 200, 60),
    "blue": (40, 80, 235),
    "yellow": (245, 225, 40),
    "purple": (170, 50, 200),
    "orange": (250, 140, 30),
    "white": (250, 250, 250),
    "black": (10, 10, 10),
}
_Y: _Field
_X: _Field
_Y, _X = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64) + 0.5


def _make_ground() -> _Field:
    # The colour tells the place: without it the small vision tower cannot learn motion.
    red = 70 + 110 * _X / SIDE
    green = 70 + 110 * _Y / SIDE
    blue = np.full_like(red, 120.0)
    return np.stack([red, green, blue], axis=-1)


_GROUND = _make_ground()


def _distance(shape: str, x: float, y: float, radius: float) -> _Field:
    """Return the distance of each pixel to the shape's edge, negative inside, in pixels."""
    dx, dy = _X - x, _Y - y
    distance: _Field
    if shape == "circle":
        distance = np.hypot(dx, dy) - radius
    elif shape == "square":
        distance = np.maximum(abs(dx), abs(dy)) - 0.9 * radius
    elif shape == "diamond":
        distance = (abs(dx) + abs(dy)) / np.sqrt(2) - 0.85 * radius
    else:
        sides = np.maximum(abs(dx) * 0.866 - dy * 0.5 - radius * 0.5, dy - radius * 0.75)
        distance = sides - radius * 0.1
    return distance


def _paint(canvas: _Field, distance: _Field, colour: tuple[int, int, int]) -> None:
    cover = np.clip(0.5 - distance, 0.0, 1.0)[..., None]
    canvas *= 1 - cover
    canvas += cover * np.asarray(colour, dtype=np.float64)


def _to_pixels(scene: Scene, u: float) -> tuple[float, float]:
    along = _MARGIN + (SIDE - 2 * _MARGIN) * (u if scene.front in {"right", "down"} else 1 - u)
    across = _MARGIN + (SIDE - 2 * _MARGIN) * scene.lane
    return (along, across) if scene.front in {"right", "left"} else (across, along)


def _bar(scene: Scene, u: float, half_width: float) -> _Field:
    x, y = _to_pixels(scene, u)
    offset = _X - x if scene.front in {"right", "left"} else _Y - y
    distance: _Field = np.abs(offset) - half_width
    return distance


def draw(scene: Scene, state: State, *, in_front: bool = False) -> Image:
    """Return one frame, (56, 56, 3) uint8 RGB.

    Args:
        scene: what stands where.
        state: the moment to draw.
        in_front: draw the shape over the screen, as an extrapolation that knows no depth does.
    """
    canvas = _GROUND.copy()
    if scene.kind == "pads":
        for u in (0.2, 0.8):
            _paint(canvas, _bar(scene, u, 4.0), (35, 35, 45))
    if state.other is not None:
        x, y = _to_pixels(scene, state.other)
        shape = _distance(scene.other_shape, x, y, 6.0)
        _paint(canvas, shape, _RGB[scene.other_colour])
    layers = ["shape", "screen"] if not in_front else ["screen", "shape"]
    for layer in layers:
        if layer == "screen" and scene.kind == "screen":
            _paint(canvas, _bar(scene, 0.5, 9.0), (150, 150, 155))
        if layer == "shape" and state.visible:
            x, y = _to_pixels(scene, state.u)
            shape = _distance(scene.shape, x, y, scene.radius * state.size)
            _paint(canvas, shape, _RGB[scene.colour])
    return np.clip(canvas.round(), 0, 255).astype(np.uint8)
