"""Caption: what a clip shows, as running text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from data_prep.records import Clip
from data_prep.teacher.media import Shown
from data_prep.teacher.reading import Answer
from data_prep.teacher.tasks.base import By, Task, rows
from data_prep.vision import VisionBudget


class Caption(Answer):
    """The whole reply is the caption: a model describes better where it need not quote."""

    caption: str = Field(min_length=1)


@dataclass(frozen=True)
class Nothing:
    """The video says it all."""


class CaptionTask(Task[Clip, Nothing, Caption]):
    """`clips.jsonl` to `clips.jsonl` with captions."""

    name = "caption"
    manifest = "clips.jsonl"
    schema = Caption
    plain = "caption"
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

    def view(self, item: Clip) -> Nothing:
        """Show no field, a caption that the clip may have least of all."""
        return Nothing()

    def shown(self, item: Clip, budget: VisionBudget) -> list[Shown]:
        """Show the whole video."""
        return [Shown(item.video)]

    def record(self, item: Clip, answer: Caption, by: By) -> Clip:
        """Return the clip with the caption."""
        return item.model_copy(update={"caption": answer.caption})
