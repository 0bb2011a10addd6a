"""Reason: thoughts about the context of a split, and a prediction. The future is never shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from data_prep.records import Reasoning, Split
from data_prep.teacher.media import Shown
from data_prep.teacher.reading import Answer
from data_prep.teacher.tasks.base import By, Task, Told, rows, told
from data_prep.vision import VisionBudget


class Thoughts(Answer):
    """What leads to a prediction, and the prediction."""

    reasoning: str = Field(min_length=1)
    prediction: str = Field(min_length=1)


@dataclass(frozen=True)
class Context:
    """What was seen before the cut, in words."""

    caption: str | None
    events: tuple[Told, ...]


class ReasonTask(Task[Split, Context, Thoughts]):
    """`splits.jsonl` to `reasoning.jsonl`."""

    name = "reason"
    manifest = "reasoning.jsonl"
    schema = Thoughts

    def items(self, source: Path, splits: Path | None) -> Iterator[Split]:
        """Stream the splits."""
        return rows(source, Split, "split CLIPS --out DIR")

    def id(self, item: Split) -> str:
        """Return the id of the split."""
        return item.id

    def view(self, item: Split) -> Context:
        """Show the caption and the events of the context."""
        return Context(item.context_caption, told(item.context_events))

    def wordless(self, view: Context) -> bool:
        """Tell whether neither caption nor events are known."""
        return not (view.caption or view.events)

    def shown(self, item: Split, budget: VisionBudget) -> list[Shown]:
        """Show the context."""
        return [Shown(item.context)]

    def record(self, item: Split, answer: Thoughts, by: By) -> Reasoning:
        """Return the thoughts with what they belong to."""
        return Reasoning(
            id=f"{item.id}-{by.question}",
            video_id=item.video_id,
            model=by.model,
            split_id=item.id,
            reasoning=answer.reasoning,
            prediction=answer.prediction,
        )
