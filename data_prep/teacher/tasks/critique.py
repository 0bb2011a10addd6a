"""Critique: a prediction judged by one who sees what really followed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from data_prep.cutting.refusal import Refused
from data_prep.errors import UserError
from data_prep.records import Critique, Reasoning, Split
from data_prep.steps.worklist import Shelf
from data_prep.teacher.media import Shown
from data_prep.teacher.reading import Answer
from data_prep.teacher.tasks.base import By, Task, Told, rows, told
from data_prep.vision import VisionBudget


class Judgement(Answer):
    """What is to be said of a prediction, and whether it came true."""

    critique: str = Field(min_length=1)
    conclusion: Literal["right", "wrong"]


@dataclass(frozen=True)
class Judged:
    """A prediction, and the split that it was made for, if that is known."""

    reasoning: Reasoning
    split: Split | None


@dataclass(frozen=True)
class Trial:
    """The thoughts, the prediction, and both sides of the split in words."""

    reasoning: str
    prediction: str
    context_caption: str | None
    context_events: tuple[Told, ...]
    future_caption: str | None
    future_events: tuple[Told, ...]


class CritiqueTask(Task[Judged, Trial, Judgement]):
    """`reasoning.jsonl` and its `splits.jsonl` to `critiques.jsonl`."""

    name = "critique"
    manifest = "critiques.jsonl"
    schema = Judgement

    def items(self, source: Path, splits: Path | None) -> Iterator[Judged]:
        """Stream the predictions, each with its split.

        Raises:
            UserError: a manifest is missing or not valid.
        """
        shelf: Shelf[Split] = Shelf()
        for split in rows(_named(splits), Split, "split CLIPS --out DIR"):
            shelf.add(split.id, split)
        for reasoning in rows(source, Reasoning, "annotate SPLITS --task reason …"):
            yield Judged(reasoning, shelf.get(reasoning.split_id))

    def root(self, source: Path, splits: Path | None) -> Path:
        """Return the folder of the splits: predictions have no media of their own."""
        return _named(splits).parent

    def id(self, item: Judged) -> str:
        """Return the id of the prediction."""
        return item.reasoning.id

    def view(self, item: Judged) -> Trial:
        """Show what was thought, and what both sides of the cut are in words.

        Raises:
            Refused: the split is not known, or nothing of its future is.
        """
        split = item.split
        if split is None:
            raise Refused("no split", f"no split is called {item.reasoning.split_id}")
        if not (split.future or split.future_caption or split.future_events):
            raise Refused("no future", f"nothing is known of what follows in {split.id}")
        return Trial(
            item.reasoning.reasoning,
            item.reasoning.prediction,
            split.context_caption,
            told(split.context_events),
            split.future_caption,
            told(split.future_events),
        )

    def wordless(self, view: Trial) -> bool:
        """Tell whether the future is not known in words."""
        return not (view.future_caption or view.future_events)

    def shown(self, item: Judged, budget: VisionBudget) -> list[Shown]:
        """Show the context, then the future."""
        if item.split is None:
            return []
        sides = (("What was seen", item.split.context), ("What really followed", item.split.future))
        return [Shown(media, label) for label, media in sides if media is not None]

    def record(self, item: Judged, answer: Judgement, by: By) -> Critique:
        """Return the judgement with what it is about."""
        return Critique(
            id=f"{item.reasoning.id}-{by.question}",
            video_id=item.reasoning.video_id,
            model=by.model,
            split_id=item.reasoning.split_id,
            reasoning=item.reasoning.reasoning,
            prediction=item.reasoning.prediction,
            critique=answer.critique,
            conclusion=answer.conclusion,
        )


def _named(splits: Path | None) -> Path:
    if splits is None:
        raise UserError(
            "a critique needs to know what really followed",
            fix="--splits SPLITS.jsonl, the splits that the predictions were made from",
        )
    return splits
