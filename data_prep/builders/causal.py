"""The causal set: explain what causes what in a video, and foretell what follows.

Two forms of arXiv 2507.05822: a step-by-step explanation with a prediction, and the three events
most likely to follow, each with its reason and a confidence from 0 to 1.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from data_prep.builders.making import LeftOut, Made, Origin, Sides, make
from data_prep.builders.reading import MediaFinder, count_rows, read_rows
from data_prep.builders.writing import Build, BuildReport, write_set
from data_prep.history import MADE_FROM, origin
from data_prep.prompts import CAUSAL_POOL, GUESSES_POOL, causal_reply, guesses_reply
from data_prep.records import Causal, Media

MADE_BY = "python -m data_prep annotate SPLITS --task causal"
GUESSES = 3


class CausalForm(StrEnum):
    """What is asked of a video: an explanation and a prediction, or three guesses."""

    EXPLANATION = "explanation"
    GUESSES = "guesses"


def build_causal(
    causal: Path, out: Path, *, forms: Sequence[CausalForm], sides: Sides
) -> BuildReport:
    """Write `causal_train.jsonl` and `causal_test.jsonl` and declare them.

    Args:
        causal: `Causal` rows.
        out: the folder to write to; it must hold the videos.
        forms: one row for each; `guesses` needs exactly three of them.
        sides: how videos come to train and test, and the seed of the questions.

    Raises:
        UserError: no row can be used.
    """
    build = Build(
        name="causal",
        out=out,
        settings={
            "command": "build causal",
            "forms": list(forms),
            "test_share": sides.test_share,
            MADE_FROM: origin(causal),
        },
        seed=sides.seed,
        nothing="no row explains a video that is there",
        fix=MADE_BY,
        expected=count_rows(causal) * len(forms),
    )
    return write_set(build, _made(causal, out, forms, sides))


def _made(causal: Path, out: Path, forms: Sequence[CausalForm], sides: Sides) -> Iterator[Made]:
    find = MediaFinder(causal.parent, out)
    for row in read_rows(causal, Causal, made_by=MADE_BY):
        if isinstance(row, LeftOut):
            yield row
            continue
        video = find(row.video)
        if isinstance(video, LeftOut):
            yield video
            continue
        origin = Origin(row.id, row.video_id, sides.of(row.part, row.video_id))
        for form in forms:
            yield _example(row, origin, video, form, sides)


def _example(row: Causal, origin: Origin, video: Media, form: CausalForm, sides: Sides) -> Made:
    pool: Sequence[str] = CAUSAL_POOL
    reply = causal_reply(row.explanation.strip(), row.prediction.strip())
    answer = row.prediction.strip()
    if form == CausalForm.GUESSES:
        if len(row.guesses) != GUESSES:
            return LeftOut(f"not {GUESSES} guesses", f"{row.id}: {len(row.guesses)}")
        ordered = sorted(row.guesses, key=lambda guess: -guess.confidence)
        pool = GUESSES_POOL
        reply = guesses_reply([(guess.event, guess.why, guess.confidence) for guess in ordered])
        answer = ordered[0].event
    return make(
        origin,
        task="causal",
        variant=f"causal_{form}",
        question=sides.rng(row.id, form).choice(pool),
        answer=answer,
        reply=reply,
        videos=[video],
        provenance=f"causal {row.id}, by {row.model}, {form}",
    )
