"""VideoReason items from any splits whose events are known: which event of a closed set follows?"""

import random
from pathlib import Path

from data_prep.errors import UserError
from data_prep.manifest import read_manifest, relative_to, resolve, write_manifest
from data_prep.options import balanced_letters, place_answer
from data_prep.records import Event, ForesightItem, Media, Split

MADE_BY = "python -m data_prep split FOLDER --annotations events.jsonl --out DIR"


def build_videoreason(splits: Path, out: Path, *, options: int, seed: int) -> int:
    """Write `videoreason.jsonl` with an item for each split that tells its next event.

    The right option is the first event of the future; the others are drawn from the events of the
    other clips, never from those of the same clip.

    Args:
        splits: a `splits.jsonl`.
        out: the folder to write to; it must hold the clips of `splits`.
        options: size of the closed set.
        seed: of the distractors and of the options' order, which is stored.

    Returns:
        The number of items.

    Raises:
        UserError: no split tells its next event, or the clips have too few different events.
    """
    rows = [row for row in read_manifest(splits, Split, made_by=MADE_BY) if row.future_events]
    if not rows:
        raise UserError("no split tells what happens next", seen=splits, fix=MADE_BY)
    known = sorted({event.text for row in rows for event in _events(row)})
    rng = random.Random(f"videoreason {seed}")
    items = []
    for row, letter in zip(rows, balanced_letters(rng, len(rows), options), strict=True):
        own = {event.text for event in _events(row)}
        others = [text for text in known if text not in own]
        if len(others) < options - 1:
            raise UserError(
                f"{row.id}: the other clips have too few different events for {options} options",
                seen=f"{len(others)}: {', '.join(others)}",
                fix=f"--options {max(2, len(others) + 1)}, or more clips",
            )
        wrong = rng.sample(others, options - 1)
        items.append(
            ForesightItem(
                id=row.id,
                video_id=row.video_id,
                context=_clip(row, row.context, splits.parent, out),
                future=_clip(row, row.future, splits.parent, out),
                options=place_answer(rng, row.future_events[0].text, wrong, letter),
                answer=letter,
                kind="event",
            )
        )
    settings = {"command": "build videoreason", "options": options}
    return write_manifest(out / "videoreason.jsonl", items, settings=settings, seed=seed)


def _clip(split: Split, media: Media | None, root: Path, out: Path) -> str:
    if not isinstance(media, str):
        raise UserError(
            f"{split.id}: the benchmark's futures and contexts are mp4 clips",
            seen="no future" if media is None else "a list of frames",
            fix=MADE_BY,
        )
    return relative_to(out, resolve(root, media))


def _events(split: Split) -> list[Event]:
    return [*split.context_events, *split.future_events]
