"""Sets of a teacher's words about contexts: reasoning, and critique at a ratio of its conclusions.

Regimes of arXiv 2505.22457, section 3: the distilled reasoning (thoughts and answer in tags) and
critique fine-tuning, for which more wrong than right solutions are shown (2.1 to 1 as published).
"""

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, cast

from data_prep.builders.making import Draft, LeftOut, Made, Origin, Side, Sides, digest, make
from data_prep.builders.reading import Lookup, MediaFinder, count_rows, read_rows
from data_prep.builders.writing import Build, BuildReport, write_set
from data_prep.history import MADE_FROM, origin
from data_prep.prompts import (
    JUDGE_THE_SOLUTION,
    NEXT_EVENT_POOL,
    THINK_THEN_ANSWER,
    critique_question,
    critique_reply,
    think_then_answer,
)
from data_prep.records import Critique, Media, Reasoning, Split
from reward_fns.answers import format_fault

Conclusion = Literal["right", "wrong"]
RATIO = 2.1
SPLITS_MADE_BY = "python -m data_prep split SOURCE --out DIR"


def build_reasoning(reasonings: Path, splits: Path, out: Path, *, sides: Sides) -> BuildReport:
    """Write `reasoning_train.jsonl` and `reasoning_test.jsonl`: think in tags, then answer in tags.

    Args:
        reasonings: `Reasoning` rows, made from the contexts of `splits`.
        splits: the `splits.jsonl` that they name.
        out: the folder to write to; it must hold the contexts.
        sides: how videos come to train and test, and the seed of the questions.

    Raises:
        UserError: no row can be used.
    """
    made_by = f"python -m data_prep annotate {splits} --task reason"
    build = Build(
        name="reasoning",
        out=out,
        settings={
            "command": "build reasoning",
            "test_share": sides.test_share,
            MADE_FROM: origin(reasonings),
        },
        seed=sides.seed,
        nothing="no row of thoughts belongs to a split",
        fix=made_by,
        expected=count_rows(reasonings),
    )
    return write_set(build, _reasonings(reasonings, splits, out, sides, made_by))


def _reasonings(path: Path, splits: Path, out: Path, sides: Sides, made_by: str) -> Iterator[Made]:
    lookup = Lookup(splits, Split, made_by=SPLITS_MADE_BY)
    find = MediaFinder(splits.parent, out)
    for row in read_rows(path, Reasoning, made_by=made_by):
        if isinstance(row, LeftOut):
            yield row
            continue
        place = _place(row, lookup, find, sides)
        if isinstance(place, LeftOut):
            yield place
            continue
        origin, video = place
        reply = think_then_answer(row.reasoning.strip(), row.prediction.strip())
        if fault := format_fault(reply):
            yield LeftOut(f"thoughts that hold tags themselves: {fault}", row.id)
            continue
        yield make(
            origin,
            task="reasoning",
            variant="reasoning",
            system=THINK_THEN_ANSWER,
            question=sides.rng(row.id, "reasoning").choice(NEXT_EVENT_POOL),
            answer=row.prediction.strip(),
            reply=reply,
            videos=[video],
            provenance=f"reasoning {row.id} of split {row.split_id}, by {row.model}",
        )


def build_critique(
    critiques: Path, splits: Path, out: Path, *, ratio: float | None, sides: Sides
) -> BuildReport:
    """Write `critique_train.jsonl` and `critique_test.jsonl`: judge a solution, then conclude.

    A conclusion is used if it is `right` or `wrong` and nothing else, but for case and white
    space around it; any other is refused and counted.

    Args:
        critiques: `Critique` rows about predictions for `splits`.
        splits: the `splits.jsonl` that they name.
        out: the folder to write to; it must hold the contexts.
        ratio: wrong conclusions for each right one, on each side by itself; as many as possible
            are kept, drawn by the seed. None keeps all.
        sides: how videos come to train and test, and the seed of all that is drawn.

    Raises:
        UserError: no row can be used.
    """
    made_by = f"python -m data_prep annotate REASONING --task critique --splits {splits}"
    build = Build(
        name="critique",
        out=out,
        settings={
            "command": "build critique",
            "ratio": ratio,
            "test_share": sides.test_share,
            MADE_FROM: origin(critiques),
        },
        seed=sides.seed,
        nothing="no critique of a split concludes with right or wrong"
        + ("" if ratio is None else f", or none is left at {ratio:g} wrong to 1 right"),
        fix=made_by,
        expected=count_rows(critiques),
    )
    lookup = Lookup(splits, Split, made_by=SPLITS_MADE_BY)
    find = MediaFinder(splits.parent, out)
    made = _critiques(critiques, lookup, find, sides, made_by)
    limits = None
    if ratio is not None:
        limits = _limits(_critiques(critiques, lookup, find, sides, made_by), ratio, sides.seed)
    return write_set(build, _at_ratio(made, limits, sides.seed))


def _critiques(
    path: Path, lookup: Lookup[Split], find: MediaFinder, sides: Sides, made_by: str
) -> Iterator[Made]:
    for row in read_rows(path, Critique, made_by=made_by):
        if isinstance(row, LeftOut):
            yield row
            continue
        conclusion = row.conclusion.strip().casefold()
        if conclusion not in ("right", "wrong"):
            yield LeftOut(
                "a conclusion that is neither right nor wrong", f"{row.id}: {row.conclusion!r}"
            )
            continue
        place = _place(row, lookup, find, sides)
        if isinstance(place, LeftOut):
            yield place
            continue
        origin, video = place
        asked = sides.rng(row.id, "critique").choice(NEXT_EVENT_POOL)
        yield make(
            origin,
            task="critique",
            variant="critique",
            system=JUDGE_THE_SOLUTION,
            question=critique_question(asked, row.reasoning.strip(), row.prediction.strip()),
            answer=conclusion,
            reply=critique_reply(row.critique.strip(), conclusion),
            videos=[video],
            provenance=f"critique {row.id} of split {row.split_id}, by {row.model}",
        )


def _place(
    row: Reasoning | Critique, lookup: Lookup[Split], find: MediaFinder, sides: Sides
) -> tuple[Origin, Media] | LeftOut:
    split = lookup(row.split_id)
    if isinstance(split, LeftOut):
        return split
    video = find(split.context)
    if isinstance(video, LeftOut):
        return video
    side = sides.of(split.part, split.video_id)
    return Origin(row.id, split.video_id, side, split.source, split.license), video


Kind = tuple[Side, Conclusion]


def _limits(made: Iterator[Made], ratio: float, seed: int) -> dict[Kind, int]:
    """Return, for each side and conclusion, the largest rank that is kept; -1 for none."""
    ranks: dict[Kind, array[int]] = {}
    for each in made:
        if isinstance(each, Draft):
            ranks.setdefault(_kind(each), array("Q")).append(_rank(each, seed))
    limits: dict[Kind, int] = {}
    for side in {side for side, _ in ranks}:
        wrong = sorted(ranks.get((side, "wrong"), ()))
        right = sorted(ranks.get((side, "right"), ()))
        for kind, of_kind, most in (
            ("wrong", wrong, max(1, round(len(right) * ratio)) if right else 0),
            ("right", right, max(1, round(len(wrong) / ratio)) if wrong else 0),
        ):
            kept = min(most, len(of_kind))
            limits[side, cast(Conclusion, kind)] = of_kind[kept - 1] if kept else -1
    return limits


def _at_ratio(made: Iterator[Made], limits: dict[Kind, int] | None, seed: int) -> Iterator[Made]:
    for each in made:
        if limits is None or isinstance(each, LeftOut) or _rank(each, seed) <= limits[_kind(each)]:
            yield each
        else:
            yield LeftOut(
                f"more {each.example.answer} conclusions than the ratio allows", each.example.id
            )


def _kind(draft: Draft) -> Kind:
    return draft.side, cast(Conclusion, draft.example.answer)


def _rank(draft: Draft, seed: int) -> int:
    return digest(f"{seed}:{draft.example.id}")
