"""The caption set: tell what a video shows. The control that looks neither ahead nor back."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from data_prep.builders.making import LeftOut, Made, Origin, Sides, make
from data_prep.builders.reading import MediaFinder, count_rows, kind_of, read_rows
from data_prep.builders.writing import Build, BuildReport, write_set
from data_prep.history import MADE_FROM, origin
from data_prep.prompts import CAPTION_POOL, join_events
from data_prep.records import Clip, Event, Media, Split

MADE_BY = "python -m data_prep scan FOLDER --annotations events.jsonl"


def build_caption(manifest: Path, out: Path, *, sides: Sides) -> BuildReport:
    """Write `caption_train.jsonl` and `caption_test.jsonl` and declare them.

    A clip gives one example, a split two: its context and its future. The text is the caption,
    else the events in their order.

    Args:
        manifest: a `clips.jsonl` or a `splits.jsonl`.
        out: the folder to write to; it must hold the videos.
        sides: how videos come to train and test, and the seed of the questions.

    Raises:
        UserError: no row has a caption or an event.
    """
    build = Build(
        name="caption",
        out=out,
        settings={
            "command": "build caption",
            "test_share": sides.test_share,
            MADE_FROM: origin(manifest),
        },
        seed=sides.seed,
        nothing="no row has a caption or an event",
        fix=MADE_BY,
        expected=count_rows(manifest),
    )
    return write_set(build, _made(manifest, out, sides))


def _made(manifest: Path, out: Path, sides: Sides) -> Iterator[Made]:
    kind = kind_of(manifest, {"context": Split, "video": Clip}, made_by=MADE_BY)
    find = MediaFinder(manifest.parent, out)
    if kind is Clip:
        for clip in read_rows(manifest, Clip, made_by=MADE_BY):
            if isinstance(clip, LeftOut):
                yield clip
                continue
            name = clip.video_id or clip.id
            origin = Origin(clip.id, name, sides.of(clip.part, name), clip.source, clip.license)
            shown = _Shown("caption", clip.video, clip.caption, clip.events)
            yield _example(origin, shown, find, sides)
        return
    for split in read_rows(manifest, Split, made_by=MADE_BY):
        if isinstance(split, LeftOut):
            yield split
            continue
        side = sides.of(split.part, split.video_id)
        origin = Origin(split.id, split.video_id, side, split.source, split.license)
        before, after = split.context_events, split.future_events
        for shown in (
            _Shown("context_caption", split.context, split.context_caption, before),
            _Shown("future_caption", split.future, split.future_caption, after),
        ):
            yield _example(origin, shown, find, sides)


class _Shown(NamedTuple):
    """A video and what is known of it."""

    variant: str
    media: Media | None
    caption: str | None
    events: Sequence[Event]


def _example(origin: Origin, shown: _Shown, find: MediaFinder, sides: Sides) -> Made:
    variant = shown.variant
    text = shown.caption or join_events([event.text for event in shown.events])
    if not text:
        return LeftOut("no caption and no events", f"{origin.id}, {variant}")
    if shown.media is None:
        return LeftOut("no future on disk", origin.id)
    video = find(shown.media)
    if isinstance(video, LeftOut):
        return video
    return make(
        origin,
        task="caption",
        variant=variant,
        question=sides.rng(origin.id, variant).choice(CAPTION_POOL),
        answer=text,
        videos=[video],
        provenance=f"{'caption' if shown.caption else 'events'} of {origin.id}, {variant}",
    )
