"""Action: what was done between two pictures of one scene."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from data_prep.cutting.refusal import Refused
from data_prep.records import Pair
from data_prep.teacher.media import Shown
from data_prep.teacher.reading import Answer
from data_prep.teacher.tasks.base import By, Task, rows
from data_prep.vision import VisionBudget


class Done(Answer):
    """The action as an instruction, or None where nothing was done."""

    action: str | None = Field(min_length=1)


@dataclass(frozen=True)
class Interval:
    """The seconds between the pictures, where they are known."""

    seconds: float | None


class ActionTask(Task[Pair, Interval, Done]):
    """`pairs.jsonl` to `pairs.jsonl` with actions."""

    name = "action"
    manifest = "pairs.jsonl"
    schema = Done
    needs_media = True

    def items(self, source: Path, splits: Path | None) -> Iterator[Pair]:
        """Stream the pairs."""
        return rows(source, Pair, "pairs CLIPS --out DIR")

    def id(self, item: Pair) -> str:
        """Return the id of the pair."""
        return item.id

    def kept_media(self, item: Pair) -> Sequence[str]:
        """Keep both pictures."""
        return ("before", "after")

    def view(self, item: Pair) -> Interval:
        """Show how far the pictures are apart, never an action that is known.

        Raises:
            Refused: a human has named the action.
        """
        if item.action_source == "human":
            raise Refused("named by a human", "the pair has an action that a model cannot better")
        if item.t0 is None or item.t1 is None:
            return Interval(None)
        return Interval(item.t1 - item.t0)

    def shown(self, item: Pair, budget: VisionBudget) -> list[Shown]:
        """Show both pictures."""
        return [Shown(item.before, "Before", still=True), Shown(item.after, "After", still=True)]

    def record(self, item: Pair, answer: Done, by: By) -> Pair:
        """Return the pair with the action.

        Raises:
            Refused: the teacher sees no action.
        """
        if answer.action is None:
            raise Refused("no action", "the teacher sees nothing done between the pictures")
        named = {"action": answer.action, "action_source": "model", "action_model": by.model}
        return item.model_copy(update={**named, "action_score": None})
