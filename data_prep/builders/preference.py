"""The preference set: of two answers about one context the right one is preferred.

What is wrong was judged by one who knew the future (the critiques of arXiv 2505.22457, section 3),
so that direct preference optimisation (arXiv 2305.18290) can learn from the same rows.
"""

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from data_prep.builders.judged import SPLITS_MADE_BY
from data_prep.builders.making import Draft, LeftOut, Made, Origin, Sides, make
from data_prep.builders.reading import Lookup, MediaFinder, count_rows, read_rows
from data_prep.builders.writing import Build, BuildReport, write_set
from data_prep.history import MADE_FROM, origin
from data_prep.prompts import NEXT_EVENT_POOL, join_events
from data_prep.records import Critique, Split


def build_preference(critiques: Path, splits: Path, out: Path, *, sides: Sides) -> BuildReport:
    """Write `preference_train.jsonl` and `preference_test.jsonl`: an answer and a rejected one.

    Each prediction that was judged wrong is rejected in one row. Preferred to it is a prediction
    for the same split that was judged right, drawn by the seed; where there is none, the split's
    own future as its caption or its events tell it.

    Args:
        critiques: `Critique` rows about predictions for `splits`.
        splits: the `splits.jsonl` that they name.
        out: the folder to write to; it must hold the contexts.
        sides: how videos come to train and test, and the seed of all that is drawn.

    Raises:
        UserError: no row can be used.
    """
    made_by = f"python -m data_prep annotate reasoning.jsonl --task critique --splits {splits}"
    build = Build(
        name="preference",
        out=out,
        settings={
            "command": "build preference",
            "test_share": sides.test_share,
            MADE_FROM: origin(critiques),
        },
        seed=sides.seed,
        nothing="no wrong prediction belongs to a split with a right one, or with a told future",
        fix=made_by,
        expected=count_rows(critiques),
    )
    return write_set(build, _pairs(critiques, splits, out, sides, made_by))


def _pairs(path: Path, splits: Path, out: Path, sides: Sides, made_by: str) -> Iterator[Made]:
    lookup = Lookup(splits, Split, made_by=SPLITS_MADE_BY)
    find = MediaFinder(splits.parent, out)
    judged = _Judged(path, made_by)
    for row in read_rows(path, Critique, made_by=made_by):
        if isinstance(row, LeftOut):
            yield row
            continue
        conclusion = _conclusion(row)
        if conclusion not in ("right", "wrong"):
            yield LeftOut(
                "a conclusion that is neither right nor wrong", f"{row.id}: {row.conclusion!r}"
            )
            continue
        if conclusion == "right":
            if not judged.predictions(row.split_id, "wrong"):
                yield LeftOut("a right prediction for a split without a wrong one", row.id)
            continue
        split = lookup(row.split_id)
        if isinstance(split, LeftOut):
            yield split
            continue
        video = find(split.context)
        if isinstance(video, LeftOut):
            yield video
            continue
        rng = sides.rng(row.id, "preference")
        preferred = _preferred(split, judged.predictions(split.id, "right"), rng)
        if preferred is None:
            yield LeftOut("no right prediction, and no text of the future", row.id)
            continue
        answer, kind = preferred
        made = make(
            Origin(
                row.id,
                split.video_id,
                sides.of(split.part, split.video_id),
                split.source,
                split.license,
            ),
            task="next_event",
            variant="preference",
            question=rng.choice(NEXT_EVENT_POOL),
            answer=answer,
            videos=[video],
            provenance=f"{kind} of split {split.id} over critique {row.id}, by {row.model}",
        )
        yield _over(made, row.prediction.strip())


def _preferred(split: Split, right: list[str], rng: random.Random) -> tuple[str, str] | None:
    if right:
        return rng.choice(right), "right prediction"
    events = join_events([event.text for event in split.future_events])
    text = (split.future_caption or events).strip()
    return (text, "future") if text else None


def _over(made: Made, rejected: str) -> Made:
    if isinstance(made, LeftOut):
        return made
    if not rejected:
        return LeftOut("an empty text", made.example.id)
    if rejected.casefold() == made.example.answer.casefold():
        return LeftOut("one and the same text was judged right and wrong", made.example.id)
    return Draft(made.example.model_copy(update={"rejected": rejected}), made.side)


def _conclusion(row: Critique) -> str:
    return row.conclusion.strip().casefold()


class _Judged:
    """The predictions for each split by their conclusion, held on disk."""

    def __init__(self, path: Path, made_by: str) -> None:
        # An empty name is a temporary file that is gone with the process, however it ends.
        self._told = sqlite3.connect("")
        self._told.execute("PRAGMA journal_mode=OFF")
        self._told.execute("CREATE TABLE told (split TEXT, conclusion TEXT, prediction TEXT)")
        for row in read_rows(path, Critique, made_by=made_by):
            if not isinstance(row, LeftOut):
                named = (row.split_id, _conclusion(row), row.prediction.strip())
                self._told.execute("INSERT INTO told VALUES (?, ?, ?)", named)
        self._told.execute("CREATE INDEX place ON told (split, conclusion)")

    def predictions(self, split: str, conclusion: str) -> list[str]:
        """Return the predictions for a split that were judged so, in their order."""
        found = self._told.execute(
            "SELECT prediction FROM told WHERE split = ? AND conclusion = ? ORDER BY rowid",
            (split, conclusion),
        )
        return [text for (text,) in found]
