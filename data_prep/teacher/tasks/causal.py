"""Causal: what brings about what, what follows, and three guesses with confidences.

The explanation and the prediction are those of Causal-Vid-Instruct (arXiv 2507.05822).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from data_prep.records import Causal, Clip, Guess, Split
from data_prep.teacher.media import Shown
from data_prep.teacher.reading import Answer
from data_prep.teacher.tasks.base import By, Task, Told, rows, told
from data_prep.vision import VisionBudget

GUESSES = 3


class Possible(Answer):
    """An event that may follow."""

    event: str = Field(min_length=1)
    why: str = Field(min_length=1)
    confidence: float = Field(ge=0, le=1)


class Chain(Answer):
    """An explanation of what was seen, and what it leads to."""

    explanation: str = Field(min_length=1)
    prediction: str = Field(min_length=1)
    guesses: list[Possible] = Field(min_length=GUESSES, max_length=GUESSES)


@dataclass(frozen=True)
class Seen:
    """What was seen, in words: of a split, the context alone."""

    caption: str | None
    events: tuple[Told, ...]


class CausalTask(Task[Clip | Split, Seen, Chain]):
    """`splits.jsonl`, or `clips.jsonl`, to `causal.jsonl`."""

    name = "causal"
    manifest = "causal.jsonl"
    schema = Chain

    def items(self, source: Path, splits: Path | None) -> Iterator[Clip | Split]:
        """Stream the splits, or the clips."""
        if _holds_splits(source):
            return rows(source, Split, "split CLIPS --out DIR")
        return rows(source, Clip, "split CLIPS --out DIR")

    def id(self, item: Clip | Split) -> str:
        """Return the id of the split or clip."""
        return item.id

    def kept_media(self, item: Clip | Split) -> Sequence[str]:
        """Keep what was shown."""
        return ("context",) if isinstance(item, Split) else ("video",)

    def view(self, item: Clip | Split) -> Seen:
        """Show the caption and the events of the context, or of the clip."""
        if isinstance(item, Split):
            return Seen(item.context_caption, told(item.context_events))
        return Seen(item.caption, told(item.events))

    def wordless(self, view: Seen) -> bool:
        """Tell whether neither caption nor events are known."""
        return not (view.caption or view.events)

    def shown(self, item: Clip | Split, budget: VisionBudget) -> list[Shown]:
        """Show the context, or the clip."""
        return [Shown(item.context if isinstance(item, Split) else item.video)]

    def record(self, item: Clip | Split, answer: Chain, by: By) -> Causal:
        """Return the explanation with the video that it is about."""
        video_id = item.video_id if isinstance(item, Split) else item.video_id or item.id
        return Causal(
            id=f"{item.id}-{by.question}",
            video_id=video_id,
            model=by.model,
            video=item.context if isinstance(item, Split) else item.video,
            explanation=answer.explanation,
            prediction=answer.prediction,
            guesses=[Guess(**guess.model_dump()) for guess in answer.guesses],
            part=item.part,
        )


def _holds_splits(source: Path) -> bool:
    if not source.is_file():
        return True
    with source.open(encoding="utf-8", errors="replace") as file:
        return '"clip_id"' in file.readline()
