"""What a task is: what it reads and shows, what is asked for, and what an answer becomes."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from data_prep.manifest import read_manifest
from data_prep.records import Event, Record
from data_prep.teacher.media import Shown
from data_prep.teacher.reading import Answer
from data_prep.vision import VisionBudget

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Item = TypeVar("Item")
View = TypeVar("View", bound="DataclassInstance")
AnyAnswer = TypeVar("AnyAnswer", bound=Answer)
Row = TypeVar("Row", bound=Record)


@dataclass(frozen=True)
class Told:
    """What a template sees of an event."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class By:
    """Who gave an answer: the model, and eight digits that tell this question from all others."""

    model: str
    question: str


class Task(ABC, Generic[Item, View, AnyAnswer]):
    """One thing to ask of a teacher, for each item of a manifest.

    Attributes:
        name: of the task and of its template.
        manifest: name of the file that is written.
        schema: what an answer must be.
        plain: the field of `schema` that a reply is as it stands; None where replies are JSON.
        needs_media: whether there is nothing to ask without pictures.
    """

    name: ClassVar[str]
    manifest: ClassVar[str]
    schema: type[AnyAnswer]
    plain: ClassVar[str | None] = None
    needs_media: ClassVar[bool] = False

    @abstractmethod
    def items(self, source: Path, splits: Path | None) -> Iterator[Item]:
        """Stream the items of the manifest `source`.

        Raises:
            UserError: a manifest is missing or not valid.
        """

    def root(self, source: Path, splits: Path | None) -> Path:
        """Return the folder to which the media of the items are relative."""
        return source.parent

    @abstractmethod
    def id(self, item: Item) -> str:
        """Return by which name an item is reported."""

    def kept_media(self, item: Item) -> Sequence[str]:
        """Return the fields whose files the output names again; none by default."""
        return ()

    @abstractmethod
    def view(self, item: Item) -> View:
        """Return what the template may see of an item; nothing else reaches the prompt.

        Raises:
            Refused: there is nothing to ask about this item.
        """

    def wordless(self, view: View) -> bool:
        """Tell whether there is nothing in `view` to go by where no media are sent."""
        return False

    @abstractmethod
    def shown(self, item: Item, budget: VisionBudget) -> list[Shown]:
        """Return the media that are sent with the prompt."""

    @abstractmethod
    def record(self, item: Item, answer: AnyAnswer, by: By) -> Record:
        """Return the row that is written for an answer.

        Raises:
            Unreadable: the answer does not fit the item; the teacher is told, and asked again.
            Refused: the answer is that there is nothing to write.
        """


def rows(path: Path, model: type[Row], made_by: str) -> Iterator[Row]:
    """Stream the rows of a manifest that the command `made_by` makes."""
    return read_manifest(path, model, made_by=f"python -m data_prep {made_by}")


def told(events: Sequence[Event]) -> tuple[Told, ...]:
    """Return what a template sees of `events`, in the order in which they begin."""
    ordered = sorted(events, key=lambda event: (event.start, event.end))
    return tuple(Told(event.start, event.end, event.text) for event in ordered)
