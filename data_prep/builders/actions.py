"""The inverse-dynamics set: two pictures in, the action between them out.

The task of arXiv 2506.06006, section 3.1, with one form more: a choice whose wrong options are
hard to tell from the right one (the same action backwards, and actions of nearly the same words).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from data_prep.builders.making import LeftOut, Made, Origin, Sides, make
from data_prep.builders.next_event import Form
from data_prep.builders.pool import Pool
from data_prep.builders.reading import MediaFinder, count_rows, read_rows
from data_prep.builders.writing import Build, BuildReport, write_set
from data_prep.history import MADE_FROM, origin
from data_prep.options import OPTIONS, draw_letter, most_alike, opposite, place_answer
from data_prep.prompts import ACTION_POOL, choice_prompt
from data_prep.records import Pair

MADE_BY = "python -m data_prep pairs CLIPS --out DIR"
# Of so many other actions the most confusable are taken: enough for some to be alike, and few
# enough for the options of two pairs with one action to differ.
_DRAWN = 32


def build_inverse_dynamics(
    pairs: Path, out: Path, *, forms: Sequence[Form], sides: Sides
) -> BuildReport:
    """Write `inverse_dynamics_train.jsonl` and `inverse_dynamics_test.jsonl`: rows with images.

    Args:
        pairs: a `pairs.jsonl` whose pairs have actions.
        out: the folder to write to; it must hold the pictures.
        forms: `open` asks for the action, `choice` for the letter of the right one of four.
        sides: how videos come to train and test, and the seed of all that is drawn.

    Raises:
        UserError: no pair has an action.
    """
    build = Build(
        name="inverse_dynamics",
        out=out,
        settings={
            "command": "build inverse-dynamics",
            "forms": list(forms),
            "test_share": sides.test_share,
            MADE_FROM: origin(pairs),
        },
        seed=sides.seed,
        nothing="no pair of pictures has an action",
        fix="name the actions: python -m data_prep annotate PAIRS --task action",
        expected=count_rows(pairs) * len(forms),
    )
    return write_set(build, _made(pairs, out, forms, sides))


def _made(pairs: Path, out: Path, forms: Sequence[Form], sides: Sides) -> Iterator[Made]:
    pool = Pool()
    if any(form.has_options for form in forms):
        for pair in read_rows(pairs, Pair, made_by=MADE_BY):
            if not isinstance(pair, LeftOut) and pair.action:
                pool.add(sides.of(pair.part, pair.video_id), pair.action)
    find = MediaFinder(pairs.parent, out)
    for pair in read_rows(pairs, Pair, made_by=MADE_BY):
        if isinstance(pair, LeftOut):
            yield pair
            continue
        images = pictures(find, pair.before, pair.after)
        if isinstance(images, LeftOut):
            yield images
            continue
        for form in forms:
            yield _example(pair, images, form, pool, sides)


def pictures(find: MediaFinder, *names: str) -> list[str] | LeftOut:
    """Return pictures as the set names them, or why one of them cannot be used."""
    found = []
    for name in names:
        picture = find(name)
        if isinstance(picture, LeftOut):
            return picture
        found.append(picture)
    return found


def _example(pair: Pair, images: list[str], form: Form, pool: Pool, sides: Sides) -> Made:
    if not pair.action:
        return LeftOut("a pair without an action", pair.id)
    side = sides.of(pair.part, pair.video_id)
    rng = sides.rng(pair.id, form)
    question, answer, options = rng.choice(ACTION_POOL), pair.action, list[str]()
    if form.has_options:
        wrong = _wrong(pair.action, pool.draw(rng, side, _DRAWN))
        if len(wrong) < OPTIONS - 1:
            return LeftOut(f"too few other actions for {OPTIONS} options", pair.id)
        letter = draw_letter(rng, OPTIONS)
        options = place_answer(rng, pair.action, wrong, letter)
        question, answer = choice_prompt(question, options), form.answer(pair.action, letter)
    by = pair.action_source or "unknown"
    return make(
        Origin(pair.id, pair.video_id, side, pair.source, pair.license),
        task="inverse_dynamics",
        variant=f"inverse_{form}",
        question=question,
        answer=answer,
        images=images,
        options=options,
        provenance=f"pair {pair.id}, action by {by}, {form}",
    )


def _wrong(action: str, drawn: Sequence[str]) -> list[str]:
    """Return three wrong actions, or fewer: the reversed one, then those of the likest words."""
    backwards = opposite(action)
    found: dict[str, str] = {}
    for text in [*([] if backwards is None else [backwards]), *most_alike(action, drawn)]:
        if text.casefold() != action.casefold():
            found.setdefault(text.casefold(), text)
    return list(found.values())[: OPTIONS - 1]
