"""Events: what happens in a clip, from when to when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from data_prep.records import Clip, Event
from data_prep.teacher.media import Shown
from data_prep.teacher.pictures import whole_grid
from data_prep.teacher.reading import Answer, Unreadable
from data_prep.teacher.tasks.base import By, Task, rows
from data_prep.vision import VisionBudget

# A teacher that rounds the duration of the clip may end an event this much after it.
_ROUNDING = 0.1


class Found(Answer):
    """One event, in seconds."""

    start: float = Field(ge=0)
    end: float = Field(gt=0)
    text: str = Field(min_length=1)


class Events(Answer):
    """All events of a clip."""

    events: list[Found] = Field(min_length=1)


@dataclass(frozen=True)
class Whole:
    """The duration of the clip in seconds, and its caption if it has one."""

    duration: float
    caption: str | None


class EventsTask(Task[Clip, Whole, Events]):
    """`clips.jsonl` to `clips.jsonl` with events."""

    name = "events"
    manifest = "clips.jsonl"
    schema = Events
    needs_media = True

    def items(self, source: Path, splits: Path | None) -> Iterator[Clip]:
        """Stream the clips."""
        return rows(source, Clip, "scan FOLDER")

    def id(self, item: Clip) -> str:
        """Return the id of the clip."""
        return item.id

    def kept_media(self, item: Clip) -> Sequence[str]:
        """Keep the video."""
        return ("video",)

    def view(self, item: Clip) -> Whole:
        """Show the duration and the caption."""
        return Whole(item.duration, item.caption)

    def shown(self, item: Clip, budget: VisionBudget) -> list[Shown]:
        """Show the whole video, with the time of each frame.

        Raises:
            Refused: it is too short for two frames.
        """
        return [Shown(item.video, times=whole_grid(item.duration, budget).times)]

    def record(self, item: Clip, answer: Events, by: By) -> Clip:
        """Return the clip with the events, in the order in which they begin.

        Raises:
            Unreadable: a time lies outside of the clip, or an end before its start.
        """
        events = []
        for number, found in enumerate(answer.events, start=1):
            if not found.start < found.end <= item.duration + _ROUNDING:
                raise Unreadable(
                    f"event {number} is from {found.start:g} to {found.end:g} s: it must start "
                    f"before it ends, and end by {item.duration:.2f} s"
                )
            if found.start >= item.duration:
                raise Unreadable(f"event {number} starts when the video is over")
            end = min(found.end, item.duration)
            events.append(Event(start=found.start, end=end, text=found.text))
        events.sort(key=lambda event: (event.start, event.end))
        return item.model_copy(update={"events": events})
