"""Numbers laid out for drawing: rows with a point and its interval on a common scale."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from lmms_tasks.line import Line
from lmms_tasks.load import KINDS
from lmms_tasks.report.words import meaning
from lmms_tasks.statistics import Estimate

Scored = Sequence[dict[str, Line]]


@dataclass(frozen=True)
class Row:
    """One number of one model; `model` is its place in the order of the models."""

    name: str
    model: int
    estimate: Estimate | None
    chance: float | None = None
    note: str = ""

    @property
    def value(self) -> str:
        """The value as text."""
        return f"{self.estimate.value:.3f}" if self.estimate else "-"

    @property
    def ends(self) -> str:
        """The interval as text."""
        if self.estimate is None:
            return self.note or "not defined"
        ends = self.estimate.interval
        return f"{ends.low:.3f} to {ends.high:.3f}" if ends else "no interval"

    @property
    def said(self) -> str:
        """The row in words, for those who do not see it."""
        if self.estimate is None:
            return f"{self.name}: {self.ends}"
        chance = f", chance {self.chance:.3f}" if self.chance is not None else ""
        return f"{self.name}: {self.value}, 95 % interval {self.ends}, n {self.estimate.n}{chance}"


@dataclass(frozen=True)
class Group:
    """Rows that are read together."""

    title: str
    about: str
    rows: list[Row]


@dataclass(frozen=True)
class Chart:
    """Groups on one scale from `low` to `high`, with labelled `ticks`."""

    groups: list[Group]
    low: float = 0.0
    high: float = 1.0
    ticks: list[float] = field(default_factory=lambda: [0, 0.25, 0.5, 0.75, 1])

    def place(self, value: float) -> float:
        """Return where a value lies, in thousandths of the width, within the scale."""
        share = (value - self.low) / (self.high - self.low)
        return round(1000 * min(1.0, max(0.0, share)), 1)


@dataclass(frozen=True)
class TableRow:
    """One line of the table of scores, with a cell for each model, None where it has no such."""

    key: str
    task: str
    about: str
    sizes: str
    chance: float | None
    cells: list[Line | None]


def table(scored: Scored) -> list[TableRow]:
    """Return the table of all scores."""
    found = []
    for key in keys(scored):
        cells = [lines.get(key) for lines in scored]
        having = [line for line in cells if line is not None]
        sizes = dict.fromkeys(str(line.estimate.n) for line in having if line.estimate)
        first, told = having[0], " / ".join(sizes)
        found.append(TableRow(key, first.task, meaning(key), told, first.chance, cells))
    return found


def keys(scored: Scored) -> list[str]:
    """Return the lines that any model has, in the order of the model that has most."""
    by_length = sorted(scored, key=len, reverse=True)
    return list(dict.fromkeys(key for found in by_length for key in found))


def group(key: str, scored: Scored, names: Sequence[str], note: str = "") -> Group:
    """Return one line of every model that has it."""
    rows = [
        Row(name, number, found[key].estimate, found[key].chance, note)
        for number, (name, found) in enumerate(zip(names, scored, strict=True))
        if key in found
    ]
    return Group(key, meaning(key), rows)


def chart(
    scored: Scored, names: Sequence[str], wanted: Callable[[str, Line], bool], note: str = ""
) -> Chart | None:
    """Return a chart of the lines that are `wanted`, None when no model has any.

    The scale is 0 to 1, and reaches farther where an interval does: downwards to -1 for
    differences, upwards for ratios.
    """
    groups = [
        found
        for key in keys(scored)
        if any(key in lines and wanted(key, lines[key]) for lines in scored)
        for found in (group(key, scored, names, note),)
    ]
    if not groups:
        return None
    ends = [
        end
        for one in groups
        for row in one.rows
        if row.estimate
        for end in (
            row.estimate.value,
            *(
                (row.estimate.interval.low, row.estimate.interval.high)
                if row.estimate.interval
                else ()
            ),
        )
    ]
    if min(ends, default=0) < 0:
        return Chart(groups, -1.0, 1.0, [-1, -0.5, 0, 0.5, 1])
    # An interval that reaches beyond twice what is possible for a share is cut at the edge.
    if max(ends, default=1) > 1:
        return Chart(groups, 0.0, 2.0, [0, 0.5, 1, 1.5, 2])
    return Chart(groups)


def is_kind(key: str, line: Line) -> bool:
    """Tell whether a line is the accuracy on one kind of items."""
    return line.task.startswith("futurebench") and any(key.endswith(f"_{kind}") for kind in KINDS)


def is_rotation(key: str, line: Line) -> bool:
    """Tell whether a line is about rotations of the options."""
    return line.task.endswith("_rotated")


def is_accuracy(key: str, line: Line) -> bool:
    """Tell whether a line is the accuracy of a whole task."""
    return line.chance is not None and not (
        is_kind(key, line)
        or is_rotation(key, line)
        or is_preference(key, line)
        or key.endswith("_parsed")
    )


def is_retention(key: str, line: Line) -> bool:
    """Tell whether a line is a retention: a ratio to what is recognised in real futures."""
    return key.startswith("retention_")


def is_verifier(key: str, line: Line) -> bool:
    """Tell whether a line is the AUROC of one verifier less that of another."""
    return key.startswith("verification_") and "_over_" in key


def is_preference(key: str, line: Line) -> bool:
    """Tell whether a line is how often generated futures are preferred to the real ones."""
    return key.startswith("plausibility_prefers_")


def is_generated(key: str, line: Line) -> bool:
    """Tell whether a line is a share of generated futures, or their skill."""
    return key in ("generate_failed_generations", "generate_skill_over_copy")
