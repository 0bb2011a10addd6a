"""What every builder makes of a row: an example for one side of the set, or a reason for none."""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from data_prep.records import Example, Media, Message, Part, TaskName

Side = Literal["train", "validation", "test"]
SIDES: tuple[Side, ...] = ("train", "validation", "test")
# Written out: Hugging Face `datasets` types a column by its first 10 MB and stops where nulls are
# followed by texts.
UNKNOWN = "unknown"
# Trainers put pictures where such a mark stands and read <|…|> as a token of the chat template, in
# whatever text.
_MARKS = re.compile(r"<(?:video|image|audio)>|<\|[^|<>\s]*\|>")


@dataclass(frozen=True)
class LeftOut:
    """A row of which no example was made: why, and one instance of it.

    `why` names a kind of fault, so that there are few; `seen` tells which row it was.
    """

    why: str
    seen: str


@dataclass
class Reasons:
    """How many rows were left out for each reason, and one instance of each."""

    counts: Counter[str] = field(default_factory=Counter)
    instances: dict[str, str] = field(default_factory=dict)

    def add(self, row: LeftOut) -> None:
        """Count a row."""
        self.counts[row.why] += 1
        self.instances.setdefault(row.why, row.seen)

    def lines(self) -> list[str]:
        """Return one line for each reason, the commonest first."""
        return [
            f"{count} left out: {why} (such as {self.instances[why]})"
            for why, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))
        ]


@dataclass(frozen=True)
class Draft:
    """An example and the side that it goes to."""

    example: Example
    side: Side


Made = Draft | LeftOut


@dataclass(frozen=True)
class Origin:
    """The row that examples are made from."""

    id: str
    video_id: str
    side: Side
    source: str | None = None
    license: str | None = None


@dataclass(frozen=True)
class Sides:
    """How videos come to sides: by their part where a row names one, else drawn by their name.

    All rows of one video come to the same side, in every set that is built with the same seed.

    Attributes:
        test_share: share of the drawn videos that is kept for the test side.
        seed: of the draw, and of all else that a builder draws.
    """

    test_share: float
    seed: int

    def of(self, part: Part | None, video_id: str) -> Side:
        """Return the side of a video."""
        if part is not None:
            return part
        return "test" if fraction(f"{self.seed}:{video_id}") < self.test_share else "train"

    def rng(self, *names: object) -> random.Random:
        """Return the random numbers of one example, the same in every run."""
        return random.Random(":".join(map(str, (self.seed, *names))))


def fraction(text: str) -> float:
    """Return a number from 0 to below 1 that depends on `text` alone, evenly spread over texts."""
    return digest(text) / 2**64


def digest(text: str) -> int:
    """Return 64 bits that depend on `text` alone."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def make(
    origin: Origin,
    *,
    task: TaskName,
    variant: str,
    question: str,
    answer: str,
    provenance: str,
    videos: Sequence[Media] = (),
    images: Sequence[str] = (),
    system: str | None = None,
    reply: str | None = None,
    options: Sequence[str] = (),
) -> Made:
    """Return an example, or why the texts of the row cannot be one.

    Args:
        origin: where it is from.
        task: of the example.
        variant: tells the examples of one row apart.
        question: what the user asks, below the videos or images.
        answer: what is to be said in the end.
        provenance: how the example came about.
        videos: as the set names them.
        images: as the set names them.
        system: the system turn, if there is one.
        reply: what the assistant says in full; by default the answer.
        options: as shown, for a choice.
    """
    reply = answer if reply is None else reply
    if not answer.strip() or not question.strip():
        return LeftOut("an empty text", origin.id)
    for text in (question, reply, system or "", *options):
        if found := _MARKS.search(text):
            return LeftOut("a text that holds a mark of the trainer's", f"{origin.id}: {found[0]}")
    marks = "<video>" * len(videos) + "<image>" * len(images)
    turns = [
        Message(role="user", content=f"{marks}{question}"),
        Message(role="assistant", content=reply),
    ]
    if system is not None:
        turns.insert(0, Message(role="system", content=system))
    example = Example(
        id=f"{origin.id}_{variant}",
        task=task,
        messages=turns,
        videos=list(videos),
        images=list(images),
        answer=answer,
        options=list(options),
        video_id=origin.video_id,
        provenance=provenance,
        source=origin.source or UNKNOWN,
        license=origin.license or UNKNOWN,
    )
    return Draft(example, origin.side)
