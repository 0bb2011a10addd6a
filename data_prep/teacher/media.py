"""The media of a question: known by their digest at once, decoded only if the question is asked."""

import asyncio
import base64
import multiprocessing
import os
import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

from data_prep.cutting.refusal import Refused
from data_prep.manifest import resolve
from data_prep.records import Media
from data_prep.teacher.pictures import VERSION, Mode, Sending, encode
from data_prep.video import UnreadableVideo, sha256
from data_prep.vision import GRID, VisionBudget
from data_prep.workers import call

Part = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """A medium that a task shows.

    Attributes:
        media: as its manifest names it.
        label: what is written before it.
        still: whether it is a picture and not a video.
        times: at which frames are taken, in seconds; each is then written before its frame.
    """

    media: Media
    label: str = ""
    still: bool = False
    times: tuple[float, ...] | None = None


class Studio:
    """Makes the media parts of messages, decoding in processes that may crash or hang."""

    def __init__(self, mode: Mode, budget: VisionBudget, *, workers: int | None, timeout: float):
        """Send media as `mode` within `budget`; one medium may take `timeout` seconds."""
        self.mode, self.budget = mode, budget
        self._workers, self._timeout = workers or os.cpu_count() or 1, timeout
        self._pool: Any = None

    def __enter__(self) -> Self:
        """Return the studio; processes start when the first medium is decoded."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the processes."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()

    def attach(self, shown: Sequence[Shown], root: Path) -> "Attachment":
        """Return what is sent of `shown`, whose manifest stands in `root`.

        Raises:
            UserError: a medium is not below `root`.
        """
        chosen = [] if self.mode == "none" else shown
        return Attachment(self, [(medium, self._sending(medium, root)) for medium in chosen])

    def _sending(self, shown: Shown, root: Path) -> Sending:
        names = [shown.media] if isinstance(shown.media, str) else shown.media
        files = tuple(resolve(root, name) for name in names)
        return Sending(files, shown.still, self.mode, self.budget, shown.times)

    async def encode(self, sending: Sending) -> list[bytes]:
        """Return the bytes of one medium; see `pictures.encode`."""
        if self._pool is None or not self._pool.active:
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(max_workers=self._workers, context=spawn)
        task = [pickle.dumps((encode, sending))]
        future = self._pool.schedule(call, args=task, timeout=self._timeout)
        made: list[bytes] = await asyncio.wrap_future(future)
        return made


class Attachment:
    """The media of one question, in their order."""

    def __init__(self, studio: Studio, sendings: Sequence[tuple[Shown, Sending]]) -> None:
        """Take what is shown and from which files; no file is opened yet."""
        self._studio, self._sendings = studio, sendings
        self._parts: list[Part] | None = None

    async def digests(self) -> list[Part]:
        """Return what stands for the media in the key of a question: digests of all their bytes.

        Raises:
            Refused: a file cannot be read.
        """
        return [
            {
                "label": shown.label,
                "files": [await self._digest(path) for path in sending.files],
                "mode": sending.mode,
                "still": sending.still,
                "budget": self._studio.budget.model_dump(),
                "times": sending.times,
                "version": VERSION,
            }
            for shown, sending in self._sendings
        ]

    async def parts(self) -> list[Part]:
        """Return the parts of the message that hold the media.

        Raises:
            Refused: a medium does not decode, or takes too long.
        """
        if self._parts is None:
            self._parts = [
                part
                for shown, sending in self._sendings
                for part in _message_parts(shown, sending, await self._encoded(sending))
            ]
        return self._parts

    def __bool__(self) -> bool:
        """Tell whether anything is shown."""
        return bool(self._sendings)

    def outline(self) -> list[str]:
        """Return one line for each medium, without opening it."""
        return [
            f"<{shown.label + ': ' if shown.label else ''}"
            f"{'picture' if shown.still else sending.mode} of {sending.files[0].name}>"
            for shown, sending in self._sendings
        ]

    def most_tokens(self) -> int:
        """Return how many tokens the media are at most, counted as Qwen2.5-VL counts pictures."""
        budget = self._studio.budget
        return budget.max_pixels // GRID**2 * sum(map(self._most_pictures, self._sendings))

    def _most_pictures(self, shown: tuple[Shown, Sending]) -> int:
        files, times = shown[1].files, shown[1].times
        known = len(times) if times else len(files) if shown[0].still or len(files) > 1 else None
        return min(known or self._studio.budget.max_frames, self._studio.budget.max_frames)

    async def _digest(self, path: Path) -> str:
        try:
            return await asyncio.to_thread(sha256, path)
        except UnreadableVideo as error:
            raise Refused("media", f"{path.name}: {error}") from error

    async def _encoded(self, sending: Sending) -> list[bytes]:
        name = sending.files[0].name
        try:
            return await self._studio.encode(sending)
        except ProcessExpired as error:
            raise Refused("media", f"{name}: the process that read it died") from error
        except TimeoutError as error:
            raise Refused("media", f"{name}: not read in time") from error
        except (UnreadableVideo, ValueError, OSError) as error:
            raise Refused("media", f"{name}: {error}") from error


def _message_parts(shown: Shown, sending: Sending, files: Iterable[bytes]) -> list[Part]:
    parts = [_text(f"{shown.label}:")] if shown.label else []
    film = sending.mode == "video" and not shown.still
    for number, data in enumerate(files):
        if shown.times and not film:
            parts.append(_text(f"{shown.times[number]:.2f} s:"))
        kind, of = ("video_url", "video/mp4") if film else ("image_url", "image/jpeg")
        url = f"data:{of};base64,{base64.b64encode(data).decode('ascii')}"
        parts.append({"type": kind, kind: {"url": url}})
    return parts


def _text(text: str) -> Part:
    return {"type": "text", "text": text}
