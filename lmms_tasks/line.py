"""One line of the table of results, and the line of a task of choices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import mean

from lmms_tasks.logs import Records, videos
from lmms_tasks.statistics import Estimate, share_estimate


@dataclass(frozen=True)
class Line:
    """One number of one model.

    Attributes:
        key: its name in the table and on the command line.
        task: whose log it is from.
        estimate: the number over n rows with its interval, None where the log does not define it.
        chance: what guessing would score, None for a ratio or a difference.
        unparsed: the share of replies, or of clips, that could not be scored.
        beside: what the number is read beside, by name: that of a copy, of noise, of real futures.
        higher: more is better.
    """

    key: str
    task: str
    estimate: Estimate | None
    chance: float | None
    unparsed: float | None
    beside: Mapping[str, float] = field(default_factory=dict)
    higher: bool = True


def choice(key: str, task: str, records: Records) -> Line:
    """Return the accuracy of records of choices."""
    estimate = share_estimate([record["right"] for record in records], videos(records))
    return Line(key, task, estimate, chance(records), unparsed(records))


def chance(records: Records) -> float:
    """Return what guessing scores on records of choices."""
    return float(mean(1 / record["options"] for record in records))


def unparsed(records: Records) -> float:
    """Return the share of the replies that are not one choice."""
    return float(mean(record["unparsed"] for record in records))
