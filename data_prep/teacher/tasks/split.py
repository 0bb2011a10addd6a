"""Split: where a clip with known events is best cut, if it can be cut at all.

The steps of the published pipeline (Next-Event Prediction, arXiv 2505.22457, section 2.3 and
appendix B.1): dependencies between events, fitness, the best cut, the two captions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from data_prep.cutting.refusal import Refused
from data_prep.records import Clip, PublishedCut
from data_prep.teacher.media import Shown
from data_prep.teacher.reading import Answer, Unreadable
from data_prep.teacher.tasks.base import By, Task, Told, rows, told
from data_prep.vision import VisionBudget


class Cut(Answer):
    """Whether there is a good cut, why, and what lies on each side of it."""

    suitable: bool
    why: str = Field(min_length=1)
    first_future_event: int | None = None
    context_caption: str | None = None
    future_caption: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.suitable and not (
            self.first_future_event and self.context_caption and self.future_caption
        ):
            raise ValueError(
                "a suitable video needs first_future_event, context_caption and future_caption"
            )
        return self


@dataclass(frozen=True)
class Story:
    """A clip in words: how long it is, its caption, its events in order."""

    duration: float
    caption: str
    events: tuple[Told, ...]


class SplitTask(Task[Clip, Story, Cut]):
    """`clips.jsonl` with captions and events to `clips.jsonl` with cuts."""

    name = "split"
    manifest = "clips.jsonl"
    schema = Cut

    def items(self, source: Path, splits: Path | None) -> Iterator[Clip]:
        """Stream the clips."""
        return rows(source, Clip, "annotate CLIPS --task events …")

    def id(self, item: Clip) -> str:
        """Return the id of the clip."""
        return item.id

    def kept_media(self, item: Clip) -> Sequence[str]:
        """Keep the video."""
        return ("video",)

    def view(self, item: Clip) -> Story:
        """Show the duration, the caption and the events.

        Raises:
            Refused: there is no caption, or there are not two events of which one starts later.
        """
        events = told(item.events)
        if item.caption is None:
            raise Refused("nothing to split", "the clip has no caption")
        if len({event.start for event in events}) < 2:
            raise Refused("nothing to split", f"{len(events)} events, none starts after the first")
        return Story(item.duration, item.caption, events)

    def shown(self, item: Clip, budget: VisionBudget) -> list[Shown]:
        """Show the whole video."""
        return [Shown(item.video)]

    def record(self, item: Clip, answer: Cut, by: By) -> Clip:
        """Return the clip with the cut, at the start of the first event of its future.

        Raises:
            Unreadable: there is no such event, or nothing comes before it.
            Refused: the teacher finds no good cut.
        """
        if not answer.suitable:
            raise Refused("not suitable", answer.why)
        events, number = told(item.events), answer.first_future_event or 0
        if not 2 <= number <= len(events):
            raise Unreadable(f"first_future_event is {number}; it must be 2 to {len(events)}")
        time = events[number - 1].start
        if time <= events[0].start:
            raise Unreadable(f"nothing starts before event {number}")
        cut = PublishedCut(
            time=time,
            context_caption=answer.context_caption,
            future_caption=answer.future_caption,
        )
        return item.model_copy(update={"published": cut})
