"""VideoReason items from any splits whose events are known: which event of a closed set follows?"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from data_prep.builders.making import LeftOut, Reasons
from data_prep.builders.reading import Lookup, MediaFinder, count_rows, read_rows
from data_prep.builders.videoreason_wrong import Labels, Wrong, blind_guess, things_of
from data_prep.errors import UserError
from data_prep.history import MADE_FROM, origin
from data_prep.manifest import ManifestWriter, keep_foreign
from data_prep.options import balanced_letters, place_answer
from data_prep.prompts import join_events
from data_prep.records import Clip, Event, ForesightItem, Media, Split
from data_prep.steps.lock import alone_in
from data_prep.steps.progress import progress_bar
from data_prep.steps.report import remove_leftovers
from data_prep.steps.worklist import Shelf
from data_prep.tally import Tally

NAME = "videoreason"
COMMAND = "build videoreason"
MADE_BY = "python -m data_prep split FOLDER --annotations events.jsonl --out DIR"
LabelField = Literal["action", "text"]
_TOLERANCE = 1e-6
_SHOWN_EVERY = 256


@dataclass
class VideoReasonReport:
    """What was built.

    Attributes:
        items: their number.
        labels: different labels of all clips.
        wrong: wrong options by how they were found.
        paired: summed over the items, see `videoreason_wrong.BlindGuess`.
        odd: likewise.
        reasons: splits left out.
    """

    items: int = 0
    labels: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    paired: float = 0.0
    odd: float = 0.0
    reasons: Reasons = field(default_factory=Reasons)

    @property
    def blind(self) -> float:
        """Share right of the better of two guesses that look at which options are opposites."""
        return max(self.paired, self.odd) / max(1, self.items)

    def __str__(self) -> str:
        """Return the report as a few lines, and one more for each reason."""
        wrong = ", ".join(f"{count} {kind}" for kind, count in sorted(self.wrong.items()))
        guess = f"a guess by opposites, without the video, is right in {self.blind:.0%}"
        told = [f"{self.items} items of {self.labels} labels", f"wrong options: {wrong}; {guess}"]
        return "\n  ".join([*told, *self.reasons.lines()])


class _Draft(NamedTuple):
    """An item whose options have no order yet; `item` names the right one only."""

    id: str
    video_id: str
    context: str
    future: str
    right: str
    wrong: list[Wrong]
    kind: str
    caption: str | None
    gap: float | None


def build_videoreason(
    splits: Path,
    out: Path,
    *,
    options: int,
    seed: int,
    clips: Path | None = None,
    label: LabelField = "action",
) -> VideoReasonReport:
    """Write `videoreason.jsonl` with an item for each split that tells its next event.

    The right option is the first event of the future; the others are events of other clips, see
    `videoreason_wrong`. Where no event begins after the cut, the event of the whole clip is asked
    for (kind `action`): that of Something-Something, whose clips are one action each.

    Args:
        splits: a `splits.jsonl`.
        out: the folder to write to; it must hold the clips of `splits`.
        options: size of the closed set.
        seed: of the wrong options and of the options' order, which is stored.
        clips: the `clips.jsonl` that was split, for events that the cut goes through.
        label: what an option says: an event's action where it has one, or always its text. Texts
            name the things that are seen, which gives clips of other things away.

    Raises:
        UserError: no split gives an item, or a `videoreason.jsonl` of another origin is in the way.
    """
    path, report_path = out / f"{NAME}.jsonl", out / f"{NAME}.report.jsonl"
    keep_foreign(path, COMMAND)
    settings = {"command": COMMAND, "options": options, "label": label, MADE_FROM: origin(splits)}
    report = VideoReasonReport()
    with alone_in(out):
        remove_leftovers(path, report_path)
        with Tally(report_path) as tally, ManifestWriter(path, settings, seed) as manifest:
            maker = _Maker(splits, clips, label, options, seed)
            drafts = _stage(maker, MediaFinder(splits.parent, out), report, tally)
            for item in _ordered(drafts, maker, report):
                manifest.write(item)
            if not manifest.count:
                told = "; ".join(report.reasons.lines()) or "no rows"
                raise UserError("no split gives an item", seen=told, fix=MADE_BY)
            report.labels = len(maker.labels)
            manifest.settings["labels"] = report.labels
            manifest.settings["wrong"] = dict(sorted(report.wrong.items()))
            manifest.settings["blind_guess"] = round(report.blind, 6)
            manifest.settings["left_out"] = tally.by_reason()
    return report


def _stage(
    maker: "_Maker", find: MediaFinder, report: VideoReasonReport, tally: Tally
) -> Shelf[_Draft]:
    """Put all items on disk, in the order of the splits: how many there are is not known before."""
    drafts: Shelf[_Draft] = Shelf()
    seen: Shelf[bool] = Shelf()
    with progress_bar(f"building {NAME}") as progress:
        for done, made in enumerate(maker.make(find), start=1):
            if done % _SHOWN_EVERY == 0:
                progress(done, max(done, maker.expected))
            left_out = made if isinstance(made, LeftOut) else None
            if isinstance(made, _Draft):
                if seen.add(made.id, True):
                    drafts.add(f"{done:012d}", made)
                    report.items += 1
                else:
                    left_out = LeftOut("a second split of one id", made.id)
            if left_out is not None:
                report.reasons.add(left_out)
                tally.leave_out("item", left_out.seen, left_out.why)
    return drafts


def _ordered(
    drafts: Shelf[_Draft], maker: "_Maker", report: VideoReasonReport
) -> Iterator[ForesightItem]:
    """Yield the items with their options in order, each letter as often right as every other."""
    rng = random.Random(f"{NAME} {maker.seed}")
    letters = iter(balanced_letters(rng, report.items, maker.options))
    for draft, letter in zip(drafts.values(), letters, strict=True):
        draw = random.Random(f"{maker.seed}:{draft.id}:order")
        shown = place_answer(draw, draft.right, [wrong.label for wrong in draft.wrong], letter)
        report.wrong.update(wrong.kind for wrong in draft.wrong)
        guess = blind_guess(maker.labels, shown, draft.right)
        report.paired += guess.paired
        report.odd += guess.odd
        yield ForesightItem(
            id=draft.id,
            video_id=draft.video_id,
            context=draft.context,
            future=draft.future,
            options=shown,
            answer=letter,
            kind=draft.kind,
            context_caption=draft.caption,
            gap=draft.gap,
        )


class _Maker:
    """Makes the items of all splits."""

    def __init__(
        self, splits: Path, clips: Path | None, label: LabelField, options: int, seed: int
    ) -> None:
        self._splits, self._label = splits, label
        self.options, self.seed = options, seed
        self.expected = count_rows(splits)
        self.labels = Labels()
        self._clips = Lookup(clips, Clip, made_by="python -m data_prep scan") if clips else None

    def make(self, find: MediaFinder) -> Iterator[_Draft | LeftOut]:
        """Yield for every split an item, or why there is none."""
        for split in read_rows(self._splits, Split, made_by=MADE_BY):
            if not isinstance(split, LeftOut):
                for event in self._events(split):
                    self.labels.add(self._text(event), self._things(event))
        self.labels.close()
        for split in read_rows(self._splits, Split, made_by=MADE_BY):
            yield split if isinstance(split, LeftOut) else self._item(split, find)

    def _item(self, split: Split, find: MediaFinder) -> _Draft | LeftOut:
        context, future = (_file(split, media, find) for media in (split.context, split.future))
        for media in (context, future):
            if isinstance(media, LeftOut):
                return media
        following = sorted(split.future_events, key=lambda event: event.start)
        event = following[0] if following else self._throughout(split)
        if event is None:
            return LeftOut("no event follows the cut", split.id)
        right = self._text(event)
        if not right:
            return LeftOut("an event without a text", split.id)
        wrong = self.labels.wrong(
            random.Random(f"{self.seed}:{split.id}"),
            right,
            own=[self._text(other) for other in (event, *split.future_events)],
            past=[self._text(other) for other in split.context_events],
            things=self._things(event),
            count=self.options - 1,
        )
        if len(wrong) < self.options - 1:
            return LeftOut(f"too few different events for {self.options} options", split.id)
        certificate = split.certificate
        return _Draft(
            id=split.id,
            video_id=split.video_id,
            context=str(context),
            future=str(future),
            right=right,
            wrong=wrong,
            kind="event" if following else "action",
            caption=split.context_caption or _caption(split.context_events),
            gap=certificate.future_first - certificate.context_last if certificate else None,
        )

    def _events(self, split: Split) -> list[Event]:
        through = self._throughout(split)
        return [*split.context_events, *split.future_events, *([through] if through else [])]

    def _throughout(self, split: Split) -> Event | None:
        """Return the event that the cut goes through; the first, where there are several."""
        clip = self._clips(split.clip_id) if self._clips else None
        if clip is None or isinstance(clip, LeftOut):
            return None
        through = (
            event
            for event in clip.events
            if event.start < split.cut - _TOLERANCE < split.cut + _TOLERANCE < event.end
        )
        return next(through, None)

    def _text(self, event: Event) -> str:
        text = event.action or event.text if self._label == "action" else event.text
        return " ".join(text.split()).rstrip(". ")

    def _things(self, event: Event) -> set[str]:
        return things_of(event.text, self._text(event))


def _file(split: Split, media: Media | None, find: MediaFinder) -> str | LeftOut:
    if media is None:
        return LeftOut("a split without a future", split.id)
    found = find(media)
    if isinstance(found, list):
        return LeftOut("a list of frames, where the tasks show a file", split.id)
    return found


def _caption(events: list[Event]) -> str | None:
    return join_events([event.text for event in events]) if events else None
