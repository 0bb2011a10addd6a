"""The detectors of PySceneDetect, fed with the frames of our own decode pass."""

import importlib.util
from array import array
from typing import Any, Literal

import numpy as np

from data_prep.boundaries.transitions import Plane
from data_prep.errors import UserError
from data_prep.video import Converter, Frame

LibraryName = Literal["adaptive", "content", "histogram", "hash"]
_CLASSES: dict[str, str] = {
    "adaptive": "AdaptiveDetector",
    "content": "ContentDetector",
    "histogram": "HistogramDetector",
    "hash": "HashDetector",
}
# As its own scene manager shrinks frames.
_WIDTH = 256


def check_installed(name: str) -> None:
    """Check that the library is there.

    Raises:
        UserError: it is not installed.
    """
    if importlib.util.find_spec("scenedetect") is None:
        raise UserError(
            "PySceneDetect is not installed",
            seen=f"--detector {name}",
            fix="pip install 'videoreason[scenes]', or --detector own",
        )


class LibraryDetector:
    """One detector of PySceneDetect, with the library's own defaults."""

    def __init__(self, name: LibraryName, fps: float) -> None:
        """Take the detector's name and the frame rate.

        Raises:
            UserError: the library is not installed.
        """
        check_installed(name)
        import scenedetect  # noqa: PLC0415 - an extra

        self._detector: Any = getattr(scenedetect.detectors, _CLASSES[name])()
        self._timecode: Any = scenedetect.FrameTimecode
        self._fps = fps
        self._convert: Converter | None = None
        # Detectors count frames; where the rate varies, only the frame itself knows its time.
        self._times = array("d")
        self._found: set[int] = set()

    def add(self, frame: Frame, luma: Plane, change: float) -> None:
        """Take the next frame; `luma` and `change` are not needed."""
        if self._convert is None:
            height = max(1, round(_WIDTH * frame.image.height / frame.image.width))
            self._convert = Converter(_WIDTH, height)
        picture = np.ascontiguousarray(self._convert(frame.image)[:, :, ::-1])
        now = self._timecode(len(self._times), self._fps)
        self._times.append(frame.time)
        self._note(self._detector.process_frame(now, picture))

    def finish(self) -> list[float]:
        """Return the times of all boundaries, ascending."""
        if self._times:
            self._note(self._detector.post_process(self._timecode(len(self._times), self._fps)))
        return [self._times[number] for number in sorted(self._found) if number > 0]

    def _note(self, cuts: list[Any]) -> None:
        self._found.update(min(cut.frame_num, len(self._times) - 1) for cut in cuts)
