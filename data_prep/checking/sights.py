"""What training and evaluation each show a model of the same clips, and whether it is the same."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from data_prep.checking.finding import Finding
from data_prep.checking.qwen_host import Grid
from data_prep.video import Header, UnreadableVideo, header

# A set has few shapes of clip; of one that has more, the most common are looked at.
_MOST_SHAPES = 200

Shows = Callable[[Path], Grid | None]


@dataclass(frozen=True)
class Shape:
    """Clips alike: an example, how many there are, and what each consumer shows, or why not."""

    example: str
    clips: int
    header: Header
    seen: Mapping[str, Grid]
    failed: Mapping[str, str]

    @property
    def differ(self) -> bool:
        """Whether two consumers show different things."""
        return len(set(self.seen.values())) > 1 or bool(self.seen and self.failed)


@dataclass
class Sights:
    """The shapes of the clips of a recipe, those that differ first, then the most common."""

    training: str
    evaluation: str
    shapes: list[Shape] = field(default_factory=list)
    clips: int = 0
    left_out: int = 0


def compare(
    clips: Iterable[Path], training: str, evaluation: str, shows: Mapping[str, Shows]
) -> Sights:
    """Ask each consumer of `shows` what it shows of one clip of each shape.

    Args:
        clips: the files; those that cannot be read are passed over, the check of the media tells
            of them.
        training: name of the training recipe.
        evaluation: name of the evaluation recipe.
        shows: the consumers by name; they are given one clip of each shape.
    """
    counts: Counter[Header] = Counter()
    examples: dict[Header, Path] = {}
    for path in clips:
        try:
            claims = header(path)
        except UnreadableVideo:
            continue
        counts[claims] += 1
        examples.setdefault(claims, path)
    sights = Sights(training, evaluation, clips=counts.total())
    for claims, count in counts.most_common(_MOST_SHAPES):
        seen, failed = {}, {}
        for name, show in shows.items():
            try:
                grid = show(examples[claims])
            except Exception as error:  # whatever the consumer raises is why it fails
                failed[name] = str(error).strip().splitlines()[0] if str(error).strip() else "?"
                continue
            if grid is not None:
                seen[name] = grid
        sights.shapes.append(Shape(str(examples[claims]), count, claims, seen, failed))
    sights.left_out = counts.total() - sum(shape.clips for shape in sights.shapes)
    sights.shapes.sort(key=lambda shape: (not shape.differ, -shape.clips))
    return sights


def check_sights(sights: Sights) -> Iterator[Finding]:
    """Yield a finding where training and evaluation would be shown different things."""
    for shape in sights.shapes:
        for name, why in shape.failed.items():
            yield Finding(
                shape.example,
                f"{name} cannot load it, nor {shape.clips - 1} more like it: {why}",
                "cut it again: python -m data_prep split",
            )
    differ = [shape for shape in sights.shapes if len(set(shape.seen.values())) > 1]
    if not differ:
        return
    worst = differ[0]
    told = ", ".join(f"{name} {told_of(grid)}" for name, grid in worst.seen.items())
    yield Finding(
        "frames",
        f"{sum(shape.clips for shape in differ)} of {sights.clips} clips look different in "
        f"{Path(sights.training).name} and {Path(sights.evaluation).name}; {worst.example}: {told}",
        "give both the numbers of one profile of recipes/vision.yaml, and cut the clips for it",
        "warns",
        excess=sum(shape.clips for shape in differ),
    )


def told_of(grid: Grid) -> str:
    """Return `16 frames of 56x56 (32 tokens)`."""
    width, height = grid.size
    return f"{grid.frames} frames of {width}x{height} ({grid.tokens} tokens)"
