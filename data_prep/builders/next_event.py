"""The next-event set, and its mirror: from one part of a clip, tell what happens in the other.

The task of Next-Event Prediction (arXiv 2505.22457, section 2): the video is the context, the
target is the text of what follows. Its control looks the other way: the future is shown and the
target is what happened before.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Literal

from data_prep.builders.making import LeftOut, Made, Origin, Sides, make
from data_prep.builders.pool import Pool
from data_prep.builders.reading import MediaFinder, count_rows, read_rows
from data_prep.builders.writing import Build, BuildReport, write_set
from data_prep.history import MADE_FROM, origin
from data_prep.options import OPTIONS, confusable, draw_letter, place_answer
from data_prep.prompts import (
    NEXT_EVENT_POOL,
    NEXT_EVENTS_POOL,
    PREVIOUS_EVENT_POOL,
    PREVIOUS_EVENTS_POOL,
    choice_prompt,
    join_events,
    number_word,
)
from data_prep.records import Media, Split

Task = Literal["next_event", "previous_event"]
MADE_BY = "python -m data_prep split SOURCE --out DIR"


class Form(StrEnum):
    """How an example asks: openly, or for one of several options.

    A choice is answered by its letter, as the question wants it. A model too small to learn what a
    letter stands for can be taught to answer the same question with the option's words, which the
    benchmarks read as well.
    """

    OPEN = "open"
    CHOICE = "choice"
    CHOICE_IN_WORDS = "choice-in-words"

    @property
    def has_options(self) -> bool:
        """Whether options are shown."""
        return self is not Form.OPEN

    def answer(self, text: str, letter: str) -> str:
        """Return what is to be answered, of an option's text and its letter."""
        return letter if self is Form.CHOICE else text


@dataclass(frozen=True)
class _View:
    """A split as one task sees it.

    Attributes:
        video: what is shown.
        asked: events of the other part, the nearest to the cut first.
        caption: of the other part.
        seen: the event shown that is nearest to the cut, if any is known.
        forward: whether the other part is the later one.
    """

    video: Media | None
    asked: Sequence[str]
    caption: str | None
    seen: Sequence[str]
    forward: bool

    def text(self, horizon: int) -> str | None:
        """Return the answer: the nearest `horizon` events, or all there is to tell for 0."""
        if horizon == 0:
            return self.caption or (self._tell(self.asked) if self.asked else None)
        return self._tell(self.asked[:horizon]) if len(self.asked) >= horizon else None

    def confusing(self, horizon: int) -> list[str]:
        """Return wrong answers made of the clip's own events."""
        if not horizon or not self.seen:
            return []
        further = self.asked[horizon + 1] if len(self.asked) > horizon + 1 else None
        options = confusable(self.seen[0], self.asked[:horizon], further)
        return [self._tell(option) for option in options]

    def _tell(self, nearest_first: Sequence[str]) -> str:
        return join_events(nearest_first if self.forward else nearest_first[::-1])


def build_next_event(
    splits: Path,
    out: Path,
    *,
    horizons: Sequence[int],
    forms: Sequence[Form],
    sides: Sides,
) -> BuildReport:
    """Write `next_event_train.jsonl` and `next_event_test.jsonl` and declare them.

    Args:
        splits: a `splits.jsonl`.
        out: the folder to write to; it must hold the clips of `splits`.
        horizons: how many coming events the answer names, one row for each; 0 asks for the whole
            future (its caption, else all its events).
        forms: `open` asks for the events, `choice` asks for them among four options and is
            answered in the words of the right one; one row for each.
        sides: how videos come to train and test, and the seed of the questions; the same input
            and seed give the same bytes.

    Raises:
        UserError: no split has a text of its future.
    """
    return _build("next_event", splits, out, horizons=horizons, forms=forms, sides=sides)


def build_previous_event(
    splits: Path,
    out: Path,
    *,
    horizons: Sequence[int],
    forms: Sequence[Form],
    sides: Sides,
) -> BuildReport:
    """Write the set that asks of a future what happened before it; see `build_next_event`.

    Several events are told in the order in which they happened.

    Raises:
        UserError: no split has a future on disk and a text of its context.
    """
    return _build("previous_event", splits, out, horizons=horizons, forms=forms, sides=sides)


def _build(
    task: Task,
    splits: Path,
    out: Path,
    *,
    horizons: Sequence[int],
    forms: Sequence[Form],
    sides: Sides,
) -> BuildReport:
    build = Build(
        name=task,
        out=out,
        settings={
            "command": f"build {task.replace('_', '-')}",
            "horizons": list(horizons),
            "forms": list(forms),
            "test_share": sides.test_share,
            MADE_FROM: origin(splits),
        },
        seed=sides.seed,
        nothing=f"no split tells what happens in its {_PART[task]}",
        fix="cut clips whose events are known: "
        "python -m data_prep split FOLDER --annotations events.jsonl --out DIR",
        expected=count_rows(splits) * len(horizons) * len(forms),
    )
    asker = _Asker(task, splits, list(product(horizons, forms)), sides)
    return write_set(build, asker.ask(MediaFinder(splits.parent, out)))


_PART: dict[Task, str] = {"next_event": "future", "previous_event": "context"}


@dataclass(frozen=True)
class _Asker:
    """Asks of every split in every one of `ways`, which are horizons and forms."""

    task: Task
    splits: Path
    ways: Sequence[tuple[int, Form]]
    sides: Sides
    pool: Pool = field(default_factory=Pool)

    def ask(self, find: MediaFinder) -> Iterator[Made]:
        self._fill_pool()
        for split in read_rows(self.splits, Split, made_by=MADE_BY):
            if isinstance(split, LeftOut):
                yield split
                continue
            view = _view(self.task, split)
            video = (
                LeftOut("no future on disk", split.id) if view.video is None else find(view.video)
            )
            if isinstance(video, LeftOut):
                yield video
                continue
            for horizon, form in self.ways:
                yield self._example(split, view, video, horizon, form)

    def _fill_pool(self) -> None:
        """Collect the answers of each side: a test future is not shown in training either."""
        horizons = {horizon for horizon, form in self.ways if form.has_options}
        if not horizons:
            return
        for split in read_rows(self.splits, Split, made_by=MADE_BY):
            if not isinstance(split, LeftOut):
                side, view = self.sides.of(split.part, split.video_id), _view(self.task, split)
                for horizon in horizons:
                    if text := view.text(horizon):
                        self.pool.add(f"{side} {horizon}", text)

    def _example(self, split: Split, view: _View, video: Media, horizon: int, form: Form) -> Made:
        text = view.text(horizon)
        if text is None:
            return LeftOut(self._why(horizon), split.id)
        side = self.sides.of(split.part, split.video_id)
        rng = self.sides.rng(split.id, horizon, form)
        question = rng.choice(self._questions(horizon))
        answer, options = text, list[str]()
        if form.has_options:
            confusing = [other for other in view.confusing(horizon) if other != text]
            wrong = self._wrong(rng, f"{side} {horizon}", text, confusing)
            if len(wrong) < OPTIONS - 1:
                return LeftOut(f"too few other {_PART[self.task]}s for {OPTIONS} options", split.id)
            letter = draw_letter(rng, OPTIONS)
            options = place_answer(rng, text, wrong, letter)
            question, answer = choice_prompt(question, options), form.answer(text, letter)
        variant = f"h{horizon or 'all'}_{form}"
        return make(
            Origin(split.id, split.video_id, side, split.source, split.license),
            task=self.task,
            # A split has examples of both tasks; they must not share an id.
            variant=variant if self.task == "next_event" else f"previous_{variant}",
            question=question,
            answer=answer,
            videos=[video],
            options=options,
            provenance=f"split {split.id}, {split.how}, {variant}",
        )

    def _why(self, horizon: int) -> str:
        if not horizon:
            return f"no text of the {_PART[self.task]}"
        where = "after" if self.task == "next_event" else "before"
        return f"fewer than {horizon} events {where} the cut"

    def _questions(self, horizon: int) -> Sequence[str]:
        forward = self.task == "next_event"
        if horizon < 2:
            return NEXT_EVENT_POOL if forward else PREVIOUS_EVENT_POOL
        several = NEXT_EVENTS_POOL if forward else PREVIOUS_EVENTS_POOL
        return [pattern.format(n=number_word(horizon)) for pattern in several]

    def _wrong(
        self, rng: random.Random, key: str, answer: str, confusing: Sequence[str]
    ) -> list[str]:
        """Return three wrong answers, or fewer: the confusing ones first, then other clips'."""
        found = list(dict.fromkeys(confusing))[: OPTIONS - 1]
        # As many more as may turn out to be the answer, or to be in the list already.
        drawn = self.pool.draw(rng, key, OPTIONS + len(found))
        others = [text for text in drawn if text != answer and text not in found]
        return [*found, *others][: OPTIONS - 1]


def _view(task: Task, split: Split) -> _View:
    before = [event.text for event in split.context_events]
    after = [event.text for event in split.future_events]
    if task == "next_event":
        return _View(split.context, after, split.future_caption, before[-1:], forward=True)
    return _View(split.future, before[::-1], split.context_caption, after[:1], forward=False)
