"""Questions like FutureBench's about any splits whose events are known (arXiv 2505.22457, 2.4).

*Extrapolation* (`hop1`, `hop2`, `hop3`) asks for the next one, two or three events, and tells the
scene after them where one is known. *Interpolation* tells every other event and asks for the two
between them. Only what lies before the cut is shown.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from data_prep.builders.futurebench_wrong import (
    WRONG,
    Asked,
    OtherClips,
    Wrong,
    WrongKind,
    wrong_answers,
)
from data_prep.builders.making import LeftOut, Reasons, digest
from data_prep.builders.reading import MediaFinder, count_rows, kind_of, read_rows
from data_prep.errors import UserError
from data_prep.history import MADE_FROM, origin
from data_prep.manifest import ManifestWriter, keep_foreign
from data_prep.options import OPTIONS, balanced_letters, place_answer
from data_prep.prompts import extrapolation_question, interpolation_question, join_events
from data_prep.records import Clip, Event, Question, Split
from data_prep.steps.lock import alone_in
from data_prep.steps.progress import progress_bar
from data_prep.steps.report import remove_leftovers
from data_prep.steps.worklist import Shelf
from data_prep.tally import Tally

NAME = "futurebench"
COMMAND = "build futurebench"
MADE_BY = "python -m data_prep split FOLDER --annotations events.jsonl --out DIR"
HOPS = {"hop1": 1, "hop2": 2, "hop3": 3}
KINDS = (*HOPS, "interpolation")
# Events after the cut that an interpolation needs: two missing ones and two that are told.
_INTERPOLATED = 4
_TOLERANCE = 1e-6
_SHOWN_EVERY = 256


@dataclass
class FutureBenchReport:
    """Questions by kind, wrong answers by kind of question and of answer, and what was left out."""

    questions: Counter[str] = field(default_factory=Counter)
    wrong: dict[str, Counter[str]] = field(default_factory=dict)
    spare: int = 0
    reasons: Reasons = field(default_factory=Reasons)

    def __str__(self) -> str:
        """Return the report as one line, and one more for each reason."""
        told = ", ".join(f"{count} {kind}" for kind, count in self.questions.items())
        total: Counter[str] = sum(self.wrong.values(), Counter())
        wrong = ", ".join(f"{total[kind]} {kind}" for kind in sorted(total))
        spare = [f"{self.spare} more could be asked"] if self.spare else []
        return "\n  ".join([told, f"wrong answers: {wrong}", *spare, *self.reasons.lines()])


class _Draft(NamedTuple):
    """A question whose options have no order yet."""

    id: str
    video_id: str
    video: str
    question: str
    right: str
    wrong: list[Wrong]
    kind: str


def build_futurebench(
    splits: Path,
    out: Path,
    *,
    kinds: Sequence[str] = KINDS,
    per_kind: int | None = None,
    wrong: Mapping[WrongKind, int],
    seed: int,
) -> FutureBenchReport:
    """Write `futurebench.jsonl`: a question of each kind for every split with enough events.

    The questions stand in a random order, and of every kind each letter is right as often as every
    other, give or take one. What is drawn depends on the seed and on the rows, not on their order.

    Args:
        splits: a `splits.jsonl` whose events are known, whoever told them.
        out: the folder to write to; it must hold the contexts.
        kinds: of `KINDS`, those to ask.
        per_kind: questions of each kind, at most.
        wrong: how many of the three wrong answers are of each kind; where there are too few of
            one, others take their place.
        seed: of the wrong answers, the order of options and that of questions.

    Raises:
        UserError: the rows are clips, no question can be built, or a `futurebench.jsonl` of
            another origin is in the way.
    """
    if sum(wrong.values()) != WRONG:
        raise UserError(f"a question has {WRONG} wrong answers", seen=dict(wrong))
    if kind_of(splits, {"context": Split, "video": Clip}, made_by=MADE_BY) is Clip:
        raise UserError(
            "these are whole clips: a question about the future needs a video that ends before it",
            seen=splits,
            fix=f"cut them: python -m data_prep split {splits} --policy event --out DIR",
        )
    path = out / f"{NAME}.jsonl"
    keep_foreign(path, COMMAND)
    settings = {
        "command": COMMAND,
        "kinds": list(kinds),
        "per_kind": per_kind,
        "wrong": dict(wrong),
        MADE_FROM: origin(splits),
    }
    report_path = out / f"{NAME}.report.jsonl"
    with alone_in(out):
        remove_leftovers(path, report_path)
        maker = _Maker(splits, kinds, wrong, seed)
        with Tally(report_path) as tally, ManifestWriter(path, settings, seed) as manifest:
            report = FutureBenchReport()
            drafts = _stage(maker, MediaFinder(splits.parent, out), report, tally)
            for question in _ordered(drafts, report, kinds, per_kind, seed):
                manifest.write(question)
            if not manifest.count:
                told = "; ".join(report.reasons.lines()) or "no rows"
                raise UserError("no question could be built", seen=told, fix=MADE_BY)
            manifest.settings["questions"] = dict(report.questions)
            manifest.settings["wrong_by_kind"] = {
                kind: dict(sorted(counts.items())) for kind, counts in report.wrong.items()
            }
            manifest.settings["left_out"] = tally.by_reason()
    return report


def _stage(
    maker: "_Maker", find: MediaFinder, report: FutureBenchReport, tally: Tally
) -> Shelf[_Draft]:
    """Put all questions that can be asked on disk, in their final order."""
    drafts: Shelf[_Draft] = Shelf()
    report.questions = Counter(dict.fromkeys(maker.kinds, 0))
    with progress_bar(f"building {NAME}", "rows") as progress:
        for done, made in enumerate(maker.make(find), start=1):
            if done % _SHOWN_EVERY == 0:
                progress(done, max(done, maker.expected))
            left_out = made if isinstance(made, LeftOut) else None
            if isinstance(made, _Draft):
                key = f"{digest(f'{maker.seed}:{made.id}'):016x} {made.id}"
                if drafts.add(key, made):
                    report.questions[made.kind] += 1
                else:
                    left_out = LeftOut("a second split of one id", made.id)
            if left_out is not None:
                report.reasons.add(left_out)
                tally.leave_out("question", left_out.seen, left_out.why)
    return drafts


def _ordered(
    drafts: Shelf[_Draft],
    report: FutureBenchReport,
    kinds: Sequence[str],
    per_kind: int | None,
    seed: int,
) -> Iterator[Question]:
    """Yield the questions with their options in order; as many of a kind as were asked for."""
    made = sum(report.questions.values())
    counts = {
        kind: report.questions[kind] if per_kind is None else min(per_kind, report.questions[kind])
        for kind in kinds
    }
    report.questions = Counter(counts)
    report.spare = made - sum(counts.values())
    report.wrong = {kind: Counter() for kind in kinds}
    keys = {
        kind: iter(balanced_letters(random.Random(f"{seed}:{kind}"), count, OPTIONS))
        for kind, count in counts.items()
    }
    for draft in drafts.values():
        letter = next(keys[draft.kind], None)
        if letter is None:
            continue
        report.wrong[draft.kind].update(wrong.kind for wrong in draft.wrong)
        rng = random.Random(f"{seed}:{draft.id}:order")
        yield Question(
            id=draft.id,
            video_id=draft.video_id,
            video=draft.video,
            question=draft.question,
            options=place_answer(rng, draft.right, [text for text, _ in draft.wrong], letter),
            answer=letter,
            kind=draft.kind,
        )


class _Maker:
    """Makes the questions of all splits."""

    def __init__(
        self, splits: Path, kinds: Sequence[str], wrong: Mapping[WrongKind, int], seed: int
    ) -> None:
        self._splits, self._wrong = splits, wrong
        self.kinds, self.seed = kinds, seed
        self.expected = count_rows(splits) * len(kinds)
        self._others = OtherClips()

    def make(self, find: MediaFinder) -> Iterator[_Draft | LeftOut]:
        """Yield for every split and kind a question, or why there is none."""
        for split in read_rows(self._splits, Split, made_by=MADE_BY):
            if not isinstance(split, LeftOut):
                self._collect(split)
        for split in read_rows(self._splits, Split, made_by=MADE_BY):
            if isinstance(split, LeftOut):
                yield split
                continue
            video = find(split.context)
            if isinstance(video, LeftOut):
                yield video
            elif not isinstance(video, str):
                yield LeftOut("a list of frames, where the tasks show a file", split.id)
            else:
                for kind in self.kinds:
                    yield self._question(split, video, kind)

    def _collect(self, split: Split) -> None:
        future = _texts(split.future_events)
        for kind in self.kinds:
            for start in range(len(future)):
                missing = _missing(kind, future[start:])
                if missing and all(missing):
                    self._others.add(kind, split.video_id, missing)

    def _question(self, split: Split, video: str, kind: str) -> _Draft | LeftOut:
        seen, future = _texts(split.context_events), _texts(split.future_events)
        if not all((*seen, *future)):
            return LeftOut("an event without a text", split.id)
        if any(event.start < split.cut - _TOLERANCE for event in split.future_events):
            return LeftOut("an event of the future begins before the cut", split.id)
        missing = _missing(kind, future)
        if missing is None:
            needed = HOPS.get(kind, _INTERPOLATED)
            return LeftOut(f"{kind}: fewer than {needed} events after the cut", split.id)
        if kind in HOPS:
            hops = len(missing)
            question = extrapolation_question(hops, future[hops] if len(future) > hops else None)
            later = future[hops + 1 :]
        else:
            first = [*_clean([split.context_caption or ""]), *seen][-1]
            if not first:
                return LeftOut(f"{kind}: nothing is told of the video up to the cut", split.id)
            question = interpolation_question([first, None, future[1], None, future[3]])
            later = future[_INTERPOLATED:]
        asked = Asked(kind, split.video_id, seen, missing, later, [*seen, *future])
        rng = random.Random(f"{self.seed}:{split.id}:{kind}")
        wrong = wrong_answers(rng, asked, self._others, self._wrong)
        if len(wrong) < WRONG:
            return LeftOut(f"{kind}: too few different wrong answers", split.id)
        right = join_events(missing)
        return _Draft(f"{split.id}_{kind}", split.video_id, video, question, right, wrong, kind)


def _missing(kind: str, future: Sequence[str]) -> list[str] | None:
    """Return the events that a question of `kind` asks for; None where there are too few."""
    if kind not in HOPS:
        return [future[0], future[2]] if len(future) >= _INTERPOLATED else None
    return list(future[: HOPS[kind]]) if len(future) >= HOPS[kind] else None


def _texts(events: Sequence[Event]) -> list[str]:
    # Those of one time stay as they are: some sources know the order, and no times.
    return _clean([event.text for event in sorted(events, key=lambda event: event.start)])


def _clean(texts: Sequence[str]) -> list[str]:
    """Return texts that can stand within a sentence."""
    return [" ".join(text.split()).rstrip(". ") for text in texts]
