"""Contact strips: a few frames of a video side by side in one small JPEG."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from PIL import Image

from data_prep.cutting.split import Progress
from data_prep.show.shots import NotShown, Wanted, jpeg_uri, look
from data_prep.steps.engine import Engine, run_isolated
from data_prep.workers import Failure

SIDE = 112
_GUTTER = 2
# Of one strip, in bytes.
_MOST = 12_000


@dataclass(frozen=True)
class Strip:
    """A data URI and its size in pixels, or in `gap` why there is none; `about` says what it is."""

    uri: str = ""
    width: int = 0
    height: int = 0
    about: str = ""
    gap: str = ""


@dataclass(frozen=True)
class Strips:
    """What is to be seen of each medium; `left_out` is how many had no place on the page."""

    of: dict[Wanted, Strip]
    left_out: int

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """The media that cannot be shown, each with the reason."""
        return [(str(one.media), strip.gap) for one, strip in self.of.items() if strip.gap]


def take_strip(wanted: Wanted) -> Strip:
    """Return the contact strip of a medium; whatever is wrong with it is named, not raised."""
    try:
        seen = look(wanted, SIDE)
    except NotShown as error:
        return Strip(gap=str(error))
    pictures = [one.image for one in seen.taken]
    width = sum(picture.width for picture in pictures) + _GUTTER * (len(pictures) - 1)
    height = max(picture.height for picture in pictures)
    sheet = Image.new("RGB", (width, height), (128, 128, 128))
    left = 0
    for picture in pictures:
        sheet.paste(picture, (left, 0))
        left += picture.width + _GUTTER
    times = ", ".join(f"{one.time:.2f}" for one in seen.taken if one.time is not None)
    seconds = f", at {times} of {seen.seconds:.2f} s" if seen.seconds is not None else ""
    about = f"{len(pictures)} of {seen.frames} frames{seconds}"
    return Strip(jpeg_uri(sheet, _MOST), width, height, about)


def take_strips(
    wanted: Sequence[Wanted], most: int, engine: Engine, progress: Progress | None = None
) -> Strips:
    """Return the strips of `wanted`, the first of them that fit into `most` bytes of page."""
    unique = list(dict.fromkeys(wanted))
    taken: dict[Wanted, Strip] = {}
    with closing(run_isolated(take_strip, unique, engine)) as results:
        for count, done in enumerate(results, start=1):
            strip = done.result
            if isinstance(strip, Failure):
                strip = Strip(gap=f"{strip.kind}: {strip.reason}")
            taken[done.item] = strip
            if progress is not None:
                progress(count, len(unique))
    # In the order of the items, and not in that of the workers: two pages are the same.
    kept, size, left_out = {}, 0, 0
    for one in unique:
        strip = taken[one]
        if size + len(strip.uri) > most:
            left_out += 1
            continue
        kept[one] = strip
        size += len(strip.uri)
    return Strips(kept, left_out)
