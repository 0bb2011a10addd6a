"""The forward-dynamics set, told in words: a picture and an action in, what comes of it out.

A pair says what was done between two pictures, not what the second one shows, and a description
of the second picture would mostly tell what the first shows too. The target is therefore the
first event of the clip that begins once the action is over: it is written down, it is in the
future of what is shown, and it depends on the action. Pairs of clips whose events are not known
have no such target and are counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from data_prep.builders.actions import MADE_BY, pictures
from data_prep.builders.making import LeftOut, Made, Origin, Sides, make
from data_prep.builders.next_event import Form
from data_prep.builders.pool import Pool
from data_prep.builders.reading import Lookup, MediaFinder, count_rows, read_rows
from data_prep.builders.writing import Build, BuildReport, write_set
from data_prep.history import MADE_FROM, origin
from data_prep.options import OPTIONS, draw_letter, place_answer
from data_prep.prompts import OUTCOME_POOL, choice_prompt
from data_prep.records import Clip, Event, Pair

CLIPS_MADE_BY = "python -m data_prep scan FOLDER --annotations events.jsonl"
WITHIN = 2.0


def build_forward_dynamics(
    pairs: Path, clips: Path, out: Path, *, forms: Sequence[Form], within: float, sides: Sides
) -> BuildReport:
    """Write `forward_dynamics_train.jsonl` and `forward_dynamics_test.jsonl`: rows with images.

    Args:
        pairs: a `pairs.jsonl` whose pairs have actions.
        clips: the `clips.jsonl` that they were taken from, with events.
        out: the folder to write to; it must hold the pictures.
        forms: `open` asks what comes of the action, `choice` for the letter of the right one of
            four outcomes; what the same clip shows before is among the wrong ones.
        within: seconds after the second picture by which the event must have begun.
        sides: how videos come to train and test, and the seed of all that is drawn.

    Raises:
        UserError: no pair has an action that is followed by an event.
    """
    build = Build(
        name="forward_dynamics",
        out=out,
        settings={
            "command": "build forward-dynamics",
            "forms": list(forms),
            "within": within,
            "test_share": sides.test_share,
            MADE_FROM: origin(pairs),
        },
        seed=sides.seed,
        nothing="no pair has an action that is followed by an event",
        fix=f"list the events of the clips: {CLIPS_MADE_BY}",
        expected=count_rows(pairs) * len(forms),
    )
    lookup = Lookup(clips, Clip, made_by=CLIPS_MADE_BY)
    asker = _Asker(pairs, lookup, forms, within, sides)
    return write_set(build, asker.ask(MediaFinder(pairs.parent, out)))


class _Outcome(NamedTuple):
    """What follows an action, and what the clip tells before and after that."""

    event: Event
    before: list[str]
    after: list[str]


@dataclass(frozen=True)
class _Asker:
    pairs: Path
    clips: Lookup[Clip]
    forms: Sequence[Form]
    within: float
    sides: Sides
    pool: Pool = field(default_factory=Pool)

    def ask(self, find: MediaFinder) -> Iterator[Made]:
        if any(form.has_options for form in self.forms):
            for pair in read_rows(self.pairs, Pair, made_by=MADE_BY):
                outcome = pair if isinstance(pair, LeftOut) else self._outcome(pair)
                if not isinstance(pair, LeftOut) and not isinstance(outcome, LeftOut):
                    side = self.sides.of(pair.part, pair.video_id)
                    self.pool.add(side, outcome.event.text)
        for pair in read_rows(self.pairs, Pair, made_by=MADE_BY):
            if isinstance(pair, LeftOut):
                yield pair
                continue
            images = pictures(find, pair.before)
            if isinstance(images, LeftOut):
                yield images
                continue
            for form in self.forms:
                yield self._example(pair, images, form)

    def _outcome(self, pair: Pair) -> _Outcome | LeftOut:
        if not pair.action:
            return LeftOut("a pair without an action", pair.id)
        if pair.t1 is None:
            return LeftOut("a pair without times", pair.id)
        clip = self.clips(pair.clip_id)
        if isinstance(clip, LeftOut):
            return clip
        events = sorted(clip.events, key=lambda event: event.start)
        # An event that is written down to begin between two frames begins with the second of them.
        at = [event.start >= pair.t1 - 0.5 / clip.fps for event in events]
        if True not in at or events[at.index(True)].start > pair.t1 + self.within:
            return LeftOut(f"no event begins within {self.within:g} s after the action", pair.id)
        first = at.index(True)
        texts = [event.text for event in events]
        return _Outcome(events[first], texts[:first], texts[first:])

    def _example(self, pair: Pair, images: list[str], form: Form) -> Made:
        outcome = self._outcome(pair)
        if isinstance(outcome, LeftOut):
            return outcome
        side = self.sides.of(pair.part, pair.video_id)
        rng = self.sides.rng(pair.id, form, "forward")
        question = rng.choice(OUTCOME_POOL).format(action=pair.action)
        answer, options = outcome.event.text, list[str]()
        if form.has_options:
            # Of the clip itself only what is over: what comes later may be true as well.
            drawn = self.pool.draw(rng, side, OPTIONS + len(outcome.after))
            others = dict.fromkeys([*outcome.before[-1:], *drawn])
            wrong = [text for text in others if text not in outcome.after][: OPTIONS - 1]
            if len(wrong) < OPTIONS - 1:
                return LeftOut(f"too few other outcomes for {OPTIONS} options", pair.id)
            letter = draw_letter(rng, OPTIONS)
            options = place_answer(rng, outcome.event.text, wrong, letter)
            question, answer = choice_prompt(question, options), form.answer(answer, letter)
        return make(
            Origin(pair.id, pair.video_id, side, pair.source, pair.license),
            task="forward_dynamics",
            variant=f"forward_{form}",
            question=question,
            answer=answer,
            images=images,
            options=options,
            provenance=f"pair {pair.id}, event at {outcome.event.start:g} s, {form}",
        )
