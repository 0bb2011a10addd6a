"""Where a clip is cut, and which events lie on which side."""

import random
from collections.abc import Sequence
from typing import Literal, NamedTuple

from data_prep.cutting.grid import TOLERANCE
from data_prep.cutting.refusal import Refused
from data_prep.records import Event

Policy = Literal["auto", "event", "ratio"]


class Cut(NamedTuple):
    """The time of a cut in seconds, and how it came about, in words."""

    time: float
    how: str


def choose_cut(
    events: Sequence[Event],
    duration: float,
    *,
    policy: Policy,
    ratio: float,
    min_context: float,
    min_future: float,
    rng: random.Random,
) -> Cut:
    """Choose where to cut a clip of `duration` seconds.

    `event` draws among the starts of the second and later events that leave at least `min_context`
    seconds before and `min_future` after; `ratio` cuts at that share of the duration; `auto` is
    `event` where such a start exists, else `ratio`.

    Raises:
        Refused: no cut leaves enough on both sides, or an event starts after the end of the clip.
    """
    starts = sorted(event.start for event in events)
    if starts and starts[-1] >= duration - TOLERANCE:
        raise Refused(
            "events do not fit",
            f"an event starts at {starts[-1]:.2f} s, the clip lasts {duration:.2f} s",
        )
    boundaries = sorted({start for start in starts[1:] if start > starts[0]})
    usable = [
        start
        for start in boundaries
        if start >= min_context - TOLERANCE and duration - start >= min_future - TOLERANCE
    ]
    if policy != "ratio" and usable:
        time = rng.choice(usable)
        how = f"event boundary {round(time, 3)} s, {len(usable)} of {len(boundaries)} usable"
        return Cut(time, how)
    if policy == "event":
        raise Refused(
            "no event boundary", _why_no_boundary(events, boundaries, min_context, min_future)
        )
    # Six decimals are finer than any time base and read back as the same number everywhere.
    time = round(ratio * duration, 6)
    before, after = time, duration - time
    if before < min_context - TOLERANCE or after < min_future - TOLERANCE:
        raise Refused(
            "too short",
            f"a clip of {duration:.2f} s cut at ratio {ratio:g} leaves {before:.2f} s before and "
            f"{after:.2f} s after; {min_context:.3g} s and {min_future:.3g} s are needed "
            "(two frames of the vision budget at least)",
        )
    if policy == "ratio":
        return Cut(time, f"ratio {ratio:g}")
    why = _why_no_boundary(events, boundaries, min_context, min_future)
    return Cut(time, f"ratio {ratio:g}: {why}")


def _why_no_boundary(
    events: Sequence[Event], boundaries: Sequence[float], min_context: float, min_future: float
) -> str:
    if not events:
        return "the clip has no events"
    if not boundaries:
        return "no event starts after the first"
    return (
        f"0 of {len(boundaries)} event boundaries leave {min_context:.3g} s before "
        f"and {min_future:.3g} s after"
    )


def divide_events(events: Sequence[Event], cut: float) -> tuple[list[Event], list[Event]]:
    """Return the events that end by `cut` and those that start from there on.

    An event that straddles the cut is in neither: its text would tell the context's viewer what
    is still to come, and the future's what was already seen.
    """
    future = [event for event in events if event.start >= cut - TOLERANCE]
    context = [
        event for event in events if event.end <= cut + TOLERANCE and event.start < cut - TOLERANCE
    ]
    return context, future
