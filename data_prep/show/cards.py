"""From the rows of a manifest to what a page shows of each: one card a row, without any picture."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data_prep.records import Clip, Event, Example, Media, Pair, Record, Split
from data_prep.show.shots import Wanted

# Frames shown of a context, of a whole clip, and of a medium inside a conversation.
SIDE_FRAMES, CLIP_FRAMES, TALK_FRAMES = 6, 7, 4
_MOST_TEXT, _MOST_EVENTS, _MOST_TURNS, _MOST_MEDIA = 4000, 40, 20, 8
_TAG = re.compile(r"<(?:video|image)>")


@dataclass(frozen=True)
class Panel:
    """A medium with its heading; `tone` colours it: context, future, before, after or plain."""

    heading: str
    tone: str
    wanted: Wanted | None
    note: str = ""
    events: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mark:
    """An event or a scene boundary on a time line, in thousandths of the clip."""

    left: float
    width: float
    text: str


@dataclass(frozen=True)
class TimeLine:
    """What happens when in a clip of `seconds`."""

    seconds: float
    events: tuple[Mark, ...]
    scenes: tuple[Mark, ...]


@dataclass(frozen=True)
class Turn:
    """A turn of a conversation: texts and, where the model is given them, media."""

    role: str
    pieces: tuple[str | Panel, ...]


@dataclass(frozen=True)
class Talk:
    """An example as the model will see it."""

    id: str
    task: str
    turns: tuple[Turn, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass
class Card:
    """One row: its facts, its media, and the examples built from it."""

    id: str
    facts: list[tuple[str, str]]
    panels: list[Panel]
    cut: str = ""
    why: str = ""
    line: TimeLine | None = None
    talks: list[Talk] = field(default_factory=list)
    more_talks: int = 0


def card_of(row: Record, root: Path) -> Card:
    """Return the card of a clip, split, pair or example of a manifest in `root`."""
    match row:
        case Clip():
            return _clip(row, root)
        case Split():
            return _split(row, root)
        case Pair():
            return _pair(row, root)
        case Example():
            talk = talk_of(row, root)
            return Card(row.id, _facts(("video", row.video_id)), [], talks=[talk])
        case _:
            raise TypeError(f"no card for {type(row).__name__}")


def talk_of(row: Example, root: Path) -> Talk:
    """Return the conversation of an example of a set in `root`, its media where they stand."""
    media: list[Media] = [*row.videos, *row.images]
    left = iter(media[:_MOST_MEDIA])
    hidden = len(media) - _MOST_MEDIA
    turns = []
    for message in row.messages[:_MOST_TURNS]:
        pieces: list[str | Panel] = []
        texts = _TAG.split(message.content)
        for number, text in enumerate(texts):
            if text.strip():
                pieces.append(clipped(text.strip()))
            if number < len(texts) - 1 and (medium := next(left, None)) is not None:
                wanted = _wanted(root, medium, TALK_FRAMES)
                pieces.append(Panel(_name(medium), "plain", wanted))
        turns.append(Turn(message.role, tuple(pieces)))
    facts = _facts(
        ("answer", row.answer),
        ("rejected answer", row.rejected),
        ("built from", row.provenance),
        ("media not shown", hidden if hidden > 0 else None),
        ("turns not shown", max(0, len(row.messages) - _MOST_TURNS) or None),
    )
    return Talk(row.id, row.task, tuple(turns), tuple(facts))


def media_of(row: Record) -> list[Media]:
    """Return the media that an example built from `row` may show."""
    match row:
        case Clip():
            return [row.video]
        case Split():
            return [row.context] if row.future is None else [row.context, row.future]
        case Pair():
            return [row.before, row.after]
        case _:
            return []


def clipped(text: str) -> str:
    """Return `text` at a length that a page can bear, the rest counted."""
    if len(text) <= _MOST_TEXT:
        return text
    return f"{text[:_MOST_TEXT]} … ({len(text) - _MOST_TEXT} more characters)"


def _clip(row: Clip, root: Path) -> Card:
    facts = _facts(
        ("duration", f"{row.duration:.2f} s"),
        ("frames", f"{row.frames} at {row.fps:.3g} a second"),
        ("size", f"{row.width} × {row.height}"),
        ("codec", row.codec),
        ("rotation", f"{row.rotation}°" if row.rotation else None),
        ("motion", f"{row.motion:.4f}" if row.motion is not None else None),
        ("part", row.part),
        ("source", row.source),
        ("license", row.license),
        ("caption", row.caption),
        ("published cut", f"{row.published.time:.3f} s" if row.published else None),
    )
    line = TimeLine(row.duration, _event_marks(row), _scene_marks(row))
    panel = Panel(row.video, "plain", _wanted(root, row.video, CLIP_FRAMES))
    return Card(row.id, facts, [panel], line=line)


def _event_marks(row: Clip) -> tuple[Mark, ...]:
    marks = []
    for event in row.events[:_MOST_EVENTS]:
        left = 1000 * min(1.0, event.start / row.duration)
        right = 1000 * min(1.0, event.end / row.duration)
        marks.append(Mark(left, max(3.0, right - left), _told(event)))
    return tuple(marks)


def _scene_marks(row: Clip) -> tuple[Mark, ...]:
    return tuple(
        Mark(1000 * min(1.0, time / row.duration), 0, f"{time:.3f} s")
        for time in row.scenes[:_MOST_EVENTS]
    )


def _split(row: Split, root: Path) -> Card:
    proof = row.certificate
    facts = _facts(
        ("video", row.video_id),
        ("size", f"{row.width} × {row.height}"),
        ("rate", f"{row.fps:.4g} frames a second"),
        ("part", row.part),
        ("source", row.source),
        ("license", row.license),
        (
            "certificate",
            f"{proof.context_frames} frames up to {proof.context_last:.3f} s, "
            f"{proof.future_frames} from {proof.future_first:.3f} s on, none shared"
            if proof
            else "none: nobody vouches for this context",
        ),
    )
    sides = (
        ("Context", "context", row.context, row.context_caption, row.context_events),
        ("Future", "future", row.future, row.future_caption, row.future_events),
    )
    panels = [
        Panel(
            heading,
            tone,
            _wanted(root, media, SIDE_FRAMES),
            clipped(caption or ""),
            tuple(_told(event) for event in events[:_MOST_EVENTS]),
        )
        for heading, tone, media, caption, events in sides
    ]
    return Card(row.id, facts, panels, cut=f"cut at {row.cut:.3f} s", why=clipped(row.how))


def _pair(row: Pair, root: Path) -> Card:
    score = f", score {row.action_score:.3f}" if row.action_score is not None else ""
    by = ", ".join(text for text in (row.action_source, row.action_model) if text)
    facts = _facts(
        ("action", row.action or "none yet"),
        ("named by", f"{by}{score}" if by else None),
        (
            "motion",
            f"{row.motion:.2f} pixels at a width of 160" if row.motion is not None else None,
        ),
        ("frames of the source", " and ".join(map(str, row.order)) if row.order else None),
        ("clip", row.clip_id),
        ("part", row.part),
        ("source", row.source),
        ("license", row.license),
    )
    apart = "" if row.t0 is None or row.t1 is None else f"{row.t1 - row.t0:.3f} s later"
    panels = [
        Panel(_at("Before", row.t0), "before", _wanted(root, row.before, 1)),
        Panel(_at("After", row.t1), "after", _wanted(root, row.after, 1)),
    ]
    return Card(row.id, facts, panels, cut=apart or "later")


def _at(heading: str, time: float | None) -> str:
    return heading if time is None else f"{heading}, {time:.3f} s"


def _wanted(root: Path, media: Media | None, count: int) -> Wanted | None:
    frozen = tuple(media) if isinstance(media, list) else media
    return None if frozen is None else Wanted(root, frozen, count)


def _facts(*facts: tuple[str, object]) -> list[tuple[str, str]]:
    return [(name, clipped(str(value))) for name, value in facts if value is not None]


def _told(event: Event) -> str:
    action = f" ({event.action})" if event.action else ""
    return clipped(f"{event.start:.2f} to {event.end:.2f} s: {event.text}{action}")


def _name(media: Media) -> str:
    if isinstance(media, str):
        return media
    return f"{len(media)} frames, {media[0]} …" if media else "no frames"


def wanted_by(cards: Sequence[Card]) -> list[Wanted]:
    """Return each medium that the cards show, once."""
    found: dict[Wanted, None] = {}
    for card in cards:
        pieces = (piece for talk in card.talks for turn in talk.turns for piece in turn.pieces)
        for panel in [*card.panels, *(piece for piece in pieces if isinstance(piece, Panel))]:
            if panel.wanted is not None:
                found[panel.wanted] = None
    return list(found)
