"""What a model was asked about, joined by id to the data that the logs name: question and videos.

lmms-eval keeps no document in its logs. The data is joined only while it is still the data of the
run, by its SHA-256; without it the page shows the prompt alone, and says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from data_prep.prompts import (
    CONTINUE_THE_VIDEO,
    PLAUSIBLE,
    SAME_EVENT,
    WHAT_FOLLOWS,
    WHAT_HAPPENS,
)
from data_prep.records import ForesightItem, Prediction
from data_prep.show.shots import Wanted
from lmms_tasks.data import state_of_items, state_of_predictions, state_of_questions
from lmms_tasks.futurebench.names import VARIANTS, task_of
from lmms_tasks.load import PREDICTIONS, load_items, load_predictions, load_questions
from lmms_tasks.logs import TaskLog
from lmms_tasks.scores import GENERATION, PLAUSIBILITY, VERIFICATION
from lmms_tasks.videoreason.attempts import REAL


@dataclass(frozen=True)
class Medium:
    """A video of a document, and what it is."""

    heading: str
    wanted: Wanted


@dataclass(frozen=True)
class Document:
    """One thing that was asked, in the stored order of its options; `key` is the right answer."""

    question: str
    options: tuple[str, ...]
    key: str
    media: tuple[Medium, ...]


Documents = Mapping[str, Document]
_HAPPENS = "it happens"


@dataclass(frozen=True)
class Source:
    """How the documents of a task are found below a data folder, and what identifies the data."""

    read: Callable[[Path, int], dict[str, Document]]
    state: Callable[[Path], dict[str, Any]]


@dataclass(frozen=True)
class Joined:
    """The documents of a task; where they are not to be had, `gap` says why."""

    documents: Documents
    gap: str = ""


def join(task: str, log: TaskLog, frames: int, folder: Path | None = None) -> Joined:
    """Return the documents of a task.

    Args:
        task: its name.
        log: of any run of the task.
        frames: how many to show of each video.
        folder: where the data is now; by default, where it was for the run.
    """
    source = SOURCES.get(task)
    if source is None:
        return Joined({}, f"{task}: this page does not know its documents")
    root = folder or Path(log.settings["data"])
    try:
        if source.state(root)["sha256"] != log.settings["data_sha256"]:
            return Joined({}, f"{task}: the data in {root} is not that of the run any more")
        return Joined(source.read(root, frames))
    except (UserError, OSError) as error:
        reason = error.wrong if isinstance(error, UserError) else error.strerror
        return Joined({}, f"{task}: {reason}, in {root}; name the data's folder with --data")


def _questions(root: Path, frames: int) -> dict[str, Document]:
    return {
        row.id: Document(
            row.question,
            tuple(row.options),
            row.answer,
            (Medium("Video", Wanted(root, row.video, frames)),),
        )
        for row in load_questions(root)
    }


def _contexts(root: Path, frames: int) -> dict[str, Document]:
    return {
        row.id: _document(row, WHAT_FOLLOWS, _context(root, row, frames), _real(root, row, frames))
        for row in load_items(root)
    }


def _futures(root: Path, frames: int) -> dict[str, Document]:
    items = load_items(root)
    by_id = {row.id: row for row in items}
    found = {
        f"{row.id}:{REAL}": _document(row, WHAT_HAPPENS, _real(root, row, frames)) for row in items
    }
    for made in load_predictions(root, items):
        if made.video is not None:
            row = by_id[made.item_id]
            media = (_made(root, made, row, frames), _real(root, row, frames))
            found[made.id] = _document(row, WHAT_HAPPENS, *media)
    return found


def _judged(root: Path, frames: int) -> dict[str, Document]:
    items = load_items(root)
    by_id = {row.id: row for row in items}
    return {
        made.id: Document(
            SAME_EVENT,
            (),
            "the same event" if made.shows == row.answer else "another event",
            (_made(root, made, row, frames), _real(root, row, frames)),
        )
        for made in load_predictions(root, items)
        if made.video is not None and made.shows is not None
        for row in (by_id[made.item_id],)
    }


def _rated(root: Path, frames: int) -> dict[str, Document]:
    items = load_items(root)
    by_id = {row.id: row for row in items}
    found = {
        f"{row.id}:{REAL}": Document(
            PLAUSIBLE, (), _HAPPENS, (_context(root, row, frames), _real(root, row, frames))
        )
        for row in items
    }
    for made in load_predictions(root, items):
        if made.video is not None:
            row = by_id[made.item_id]
            truth = {None: "not known", row.answer: _HAPPENS}.get(made.shows, "it does not happen")
            media = (_context(root, row, frames), _made(root, made, row, frames))
            found[made.id] = Document(PLAUSIBLE, (), truth, media)
    return found


def _continued(root: Path, frames: int) -> dict[str, Document]:
    # What each model made of it stands in the model's own log.
    return {
        row.id: Document(
            CONTINUE_THE_VIDEO,
            (),
            row.options[ord(row.answer) - ord("A")],
            (_context(root, row, frames), _real(root, row, frames)),
        )
        for row in load_items(root)
    }


def _document(row: ForesightItem, question: str, *media: Medium) -> Document:
    return Document(question, tuple(row.options), row.answer, media)


def _context(root: Path, row: ForesightItem, frames: int) -> Medium:
    return Medium("Context", Wanted(root, row.context, frames))


def _real(root: Path, row: ForesightItem, frames: int) -> Medium:
    return Medium(f"Real future: {row.answer}", Wanted(root, row.future, frames))


def _made(root: Path, made: Prediction, row: ForesightItem, frames: int) -> Medium:
    shows = f"shows {made.shows}" if made.shows else "what it shows is not known"
    heading = f"Generated by {made.generator}: {shows}"
    return Medium(heading, Wanted(root, made.video or "", frames))


def _state_of_turns(root: Path) -> dict[str, Any]:
    # As the task does: data without generated futures is in order.
    return (state_of_predictions if (root / PREDICTIONS).exists() else state_of_items)(root)


SOURCES: dict[str, Source] = {
    **dict.fromkeys(map(task_of, VARIANTS), Source(_questions, state_of_questions)),
    "videoreason_future": Source(_contexts, state_of_items),
    "videoreason_correction": Source(_contexts, _state_of_turns),
    "videoreason_correction_batched": Source(_contexts, _state_of_turns),
    "videoreason_retention": Source(_futures, state_of_predictions),
    VERIFICATION: Source(_judged, state_of_predictions),
    PLAUSIBILITY: Source(_rated, state_of_predictions),
    GENERATION: Source(_continued, state_of_items),
}
