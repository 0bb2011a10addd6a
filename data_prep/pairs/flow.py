"""How things move between two pictures, and how the camera does.

Dense optical flow (DIS, Kroeger et al. 2016) on small grey pictures. What the camera does is taken
to be an affine map, the one that most of the picture follows; what is left is the motion of things.
"""

from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
WIDTH = 160
# Flow below this, in pixels, is grain: of the camera, the codec, or the method.
GRAIN = 0.25
_MAP_ERROR = 0.5
_STEP = 4
# Below this mean difference of grey levels there is nothing for a flow to follow.
_SAME = 0.15
# Grey levels by which a pixel is another one, and not grain or an edge a little off.
_UNLIKE = 20


class Motion(NamedTuple):
    """Mean displacement of a picture's pixels, at a width of 160.

    Attributes:
        things: what the camera's map does not explain.
        camera: what it does.
    """

    things: float
    camera: float


_STILL = Motion(0.0, 0.0)


def measure(before: Grey, after: Grey) -> Motion:
    """Return how `after` has moved against `before`, both of shape (height, 160).

    Pixels that the camera's map takes out of the picture are left out of the means.
    """
    if float(np.abs(before.astype(np.int16) - after).mean()) < _SAME:
        return _STILL
    flow, by_camera, inside = _flow(before, after)
    camera = np.linalg.norm(by_camera, axis=-1)
    if not inside.any():
        return Motion(0.0, float(camera.mean()))
    left = np.linalg.norm(flow - by_camera, axis=-1)[inside]
    camera = camera[inside]
    return Motion(
        float(np.where(left > GRAIN, left, 0.0).mean()),
        float(np.where(camera > GRAIN, camera, 0.0).mean()),
    )


def changed(before: Grey, after: Grey) -> float:
    """Return the share of `before` that looks otherwise in `after`, the camera's map undone.

    Unlike flow it does not depend on how far a thing has moved, nor on which way it went.
    """
    _, by_camera, inside = _flow(before, after)
    if not inside.any():
        return 1.0
    height, width = before.shape
    there = (_places(height, width) + by_camera).astype(np.float32)
    library: Any = cv2
    aligned = library.remap(after, there, None, library.INTER_LINEAR)
    unlike = np.abs(aligned.astype(np.int16) - before) > _UNLIKE
    return float(unlike[inside].mean())


def dense(before: Grey, after: Grey) -> NDArray[np.float32]:
    """Return how far each pixel of `before` moves to the right and down, (height, width, 2)."""
    library: Any = cv2
    estimator = library.DISOpticalFlow_create(library.DISOPTICAL_FLOW_PRESET_FAST)
    flow: NDArray[np.float32] = estimator.calc(before, after, None)
    return flow


def _places(height: int, width: int) -> NDArray[np.float32]:
    return np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)


def _flow(before: Grey, after: Grey) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    """Return the flow, what of it is the camera's, and which pixels that leaves in the picture."""
    library: Any = cv2
    flow = dense(before, after)
    height, width, _ = flow.shape
    places = _places(height, width)
    points = places[::_STEP, ::_STEP].reshape(-1, 2)
    moved = points + flow[::_STEP, ::_STEP].reshape(-1, 2)
    affine, _ = library.estimateAffine2D(
        points, moved, method=library.RANSAC, ransacReprojThreshold=_MAP_ERROR
    )
    if affine is None:
        by_camera = np.broadcast_to(np.median(flow.reshape(-1, 2), axis=0), flow.shape)
    else:
        by_camera = places @ affine[:, :2].T + affine[:, 2] - places
    reached = places + by_camera
    inside: NDArray[np.bool_] = np.all(
        (reached >= 0) & (reached <= (width - 1, height - 1)), axis=-1
    )
    return flow, by_camera, inside
