"""Where a clip is cut, by which rule and why, and which events lie on which side."""

import random
from collections.abc import Sequence
from typing import Literal, NamedTuple

from data_prep.cutting.grid import TOLERANCE
from data_prep.cutting.refusal import Refused
from data_prep.records import Event, PublishedCut
from data_prep.vision import FRAME_FACTOR

Rule = Literal["published", "event", "scene", "ratio"]
Policy = Literal["auto", "published", "event", "scene", "ratio"]
_ORDER: tuple[Rule, ...] = ("published", "event", "scene")


class Cut(NamedTuple):
    """The time of a cut in seconds, how it came about, in words, and the rule that made it."""

    time: float
    how: str
    rule: Rule


def choose_cut(
    events: Sequence[Event],
    duration: float,
    *,
    policy: Policy,
    ratio: float,
    min_context: float,
    min_future: float,
    rng: random.Random,
    scenes: Sequence[float] | None = (),
    published: PublishedCut | None = None,
    step: float = 0.0,
) -> Cut | None:
    """Choose where to cut a clip of `duration` seconds.

    `published` cuts where the makers of the data did; `event` draws among the starts of the second
    and later events, `scene` among the times at which another scene begins, that leave at least
    `min_context` seconds before and `min_future` after; `ratio` cuts at that share of the duration;
    `auto` is the first of these, in this order, that gives a cut. Where the pictures are already
    taken, every `step` seconds, two of them must follow the cut.

    Returns:
        The cut; None if that depends on the scenes and they are not known (`scenes` is None).

    Raises:
        Refused: no cut leaves enough on both sides, or an event or the published cut lies beyond
            the end of the clip.
    """
    _check_times(events, published, duration)
    room = _Room(duration, min_context, min_future, step)
    if policy not in {"auto", "ratio"} and duration < min_context + min_future - TOLERANCE:
        raise Refused("too short", f"the clip lasts {duration:.2f} s; {room.needed}")
    missing: list[str] = []
    for rule in _ORDER if policy == "auto" else [rule for rule in _ORDER if rule == policy]:
        if rule == "scene" and scenes is None:
            return None
        cut = _try(rule, events, scenes or (), published, room=room, rng=rng)
        if isinstance(cut, Cut):
            return cut._replace(how="; ".join([cut.how, *missing]))
        if policy == rule:
            raise Refused(*cut)
        # That a clip has no published cut is no news: hardly any has.
        if rule != "published" or published is not None:
            missing.append(cut[1])
    # Six decimals are finer than any time base and read back as the same number everywhere.
    time = round(ratio * duration, 6)
    if not room.at(time):
        raise Refused(
            "too short",
            f"a clip of {duration:.2f} s cut at ratio {ratio:g} leaves {time:.2f} s before and "
            f"{duration - time:.2f} s after; {room.needed}",
        )
    how = ": ".join(part for part in (f"ratio {ratio:g}", "; ".join(missing)) if part)
    return Cut(time, how, "ratio")


class _Room(NamedTuple):
    """How long a clip is, the seconds needed on both sides, and between pictures taken of it."""

    duration: float
    before: float
    after: float
    step: float

    def at(self, time: float) -> bool:
        """Whether a cut at `time` leaves enough."""
        left, right = time, self.duration - time
        if self.step:
            # Up to a step may pass before the first picture.
            waits = -time % self.step
            if right - waits < FRAME_FACTOR * self.step - TOLERANCE:
                return False
        return left >= self.before - TOLERANCE and right >= self.after - TOLERANCE

    @property
    def needed(self) -> str:
        return (
            f"{self.before:.3g} s and {self.after:.3g} s are needed "
            "(two frames of the vision budget at least)"
        )


def _try(
    rule: Rule,
    events: Sequence[Event],
    scenes: Sequence[float],
    published: PublishedCut | None,
    *,
    room: _Room,
    rng: random.Random,
) -> Cut | tuple[str, str]:
    """Return a cut by one rule, or the kind and the reason why there is none."""
    if rule == "published":
        if published is None:
            return "no published cut", "the clip has no published cut"
        if room.at(published.time):
            return Cut(published.time, f"published cut at {round(published.time, 3)} s", rule)
        return "too short", (
            f"the published cut at {published.time:.2f} s of {room.duration:.2f} s leaves too "
            f"little: {room.needed}"
        )
    if rule == "event":
        starts = {event.start for event in events}
        boundaries = sorted(starts - {min(starts, default=0.0)})
        none = "no event starts after the first" if events else "the clip has no events"
    else:
        boundaries = sorted({time for time in scenes if time > 0})
        none = "no other scene begins"
    if not boundaries:
        return f"no {rule} boundary", none
    usable = [time for time in boundaries if room.at(time)]
    if not usable:
        return f"no {rule} boundary", (
            f"0 of {len(boundaries)} {rule} boundaries leave {room.before:.3g} s before "
            f"and {room.after:.3g} s after"
        )
    time = rng.choice(usable)
    how = f"{rule} boundary {round(time, 3)} s, {len(usable)} of {len(boundaries)} usable"
    return Cut(time, how, rule)


def _check_times(events: Sequence[Event], published: PublishedCut | None, duration: float) -> None:
    last = max((event.start for event in events), default=0.0)
    if last and last >= duration - TOLERANCE:
        raise Refused(
            "events do not fit",
            f"an event starts at {last:.2f} s, the clip lasts {duration:.2f} s",
        )
    if published is not None and published.time >= duration - TOLERANCE:
        raise Refused(
            "published cut does not fit",
            f"it is at {published.time:.2f} s, the clip lasts {duration:.2f} s",
        )


def divide_events(
    events: Sequence[Event], cut: float, end: float | None = None
) -> tuple[list[Event], list[Event]]:
    """Return the events that end by the `end` of the context and those from the cut on.

    An event that straddles the cut, or the gap before it (`end` to `cut`), is in neither: its text
    would tell the context's viewer what is still to come, and the future's what was already seen.
    """
    end = cut if end is None else end
    future = [event for event in events if event.start >= cut - TOLERANCE]
    context = [
        event for event in events if event.end <= end + TOLERANCE and event.start < cut - TOLERANCE
    ]
    return context, future
