"""The what-happens-next set: of a whole clip, which event follows one that the question names?

Nothing is foreseen here: the answer is in the video. It is the published control that tells a
gain in foresight from one in watching closely.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from data_prep.builders.making import LeftOut, Made, Origin, Sides, make
from data_prep.builders.reading import MediaFinder, count_rows, read_rows
from data_prep.builders.writing import Build, BuildReport, write_set
from data_prep.history import MADE_FROM, origin
from data_prep.prompts import AFTER_EVENT_POOL, AFTER_EVENTS_POOL, join_events, number_word
from data_prep.records import Clip

MADE_BY = "python -m data_prep scan FOLDER --annotations events.jsonl"


def build_what_happens_next(
    clips: Path, out: Path, *, horizons: Sequence[int], per_clip: int, sides: Sides
) -> BuildReport:
    """Write `what_happens_next_train.jsonl` and `what_happens_next_test.jsonl`.

    An event can be named if no other event of the clip has its text, so that what follows it is
    one thing.

    Args:
        clips: a `clips.jsonl` with events.
        out: the folder to write to; it must hold the videos.
        horizons: how many of the following events the answer tells; one row for each.
        per_clip: events that are asked about, at most, for each clip and horizon.
        sides: how videos come to train and test, and the seed of what is asked.

    Raises:
        UserError: no clip has an event that can be named and is followed by another.
    """
    build = Build(
        name="what_happens_next",
        out=out,
        settings={
            "command": "build what-happens-next",
            "horizons": list(horizons),
            "per_clip": per_clip,
            "test_share": sides.test_share,
            MADE_FROM: origin(clips),
        },
        seed=sides.seed,
        nothing="no clip has an event that can be named and is followed by another",
        fix=MADE_BY,
        expected=count_rows(clips) * len(horizons),
    )
    return write_set(build, _made(clips, MediaFinder(clips.parent, out), build, sides))


def _made(clips: Path, find: MediaFinder, build: Build, sides: Sides) -> Iterator[Made]:
    for clip in read_rows(clips, Clip, made_by=MADE_BY):
        if isinstance(clip, LeftOut):
            yield clip
            continue
        video = find(clip.video)
        if isinstance(video, LeftOut):
            yield video
            continue
        for horizon in build.settings["horizons"]:
            yield from _examples(clip, video, horizon, build.settings["per_clip"], sides)


def _examples(clip: Clip, video: str, horizon: int, per_clip: int, sides: Sides) -> Iterator[Made]:
    texts = [event.text for event in clip.events]
    if len(texts) < horizon + 1:
        yield LeftOut(f"no event with {horizon} after it", clip.id)
        return
    told = Counter(texts)
    usable = [at for at in range(len(texts) - horizon) if told[texts[at]] == 1]
    if not usable:
        yield LeftOut(f"no event of a text of its own with {horizon} after it", clip.id)
        return
    name = clip.video_id or clip.id
    origin = Origin(clip.id, name, sides.of(clip.part, name), clip.source, clip.license)
    rng = sides.rng(clip.id, horizon)
    pool = AFTER_EVENT_POOL if horizon == 1 else AFTER_EVENTS_POOL
    for at in sorted(rng.sample(usable, min(per_clip, len(usable)))):
        question = rng.choice(pool).format(n=number_word(horizon), event=texts[at])
        yield make(
            origin,
            task="what_happens_next",
            variant=f"after{at}_h{horizon}",
            question=question,
            answer=join_events(texts[at + 1 : at + 1 + horizon]),
            videos=[video],
            provenance=f"clip {clip.id}, after event {at}, {horizon} ahead",
        )
