"""FutureBench questions about the toy world, in the four published kinds."""

import random
from collections.abc import Iterator, Sequence

from data_prep.options import balanced_letters, confusable, place_answer
from data_prep.prompts import extrapolation_question, interpolation_question, join_events
from data_prep.records import Event, Question, Split
from data_prep.toyworld.scenes import KINDS, OPPOSITE, REVERSED, action_text, cycle

QUESTION_KINDS = ("hop1", "hop2", "hop3", "interpolation")
OPTIONS = 4
# Events that a question needs after the cut: three missing ones and the final scene.
FUTURE_EVENTS = 4


def futurebench(splits: Sequence[Split], seed: int) -> Iterator[Question]:
    """Yield one question of each kind for each split.

    k-hop extrapolation (k = 1, 2, 3) gives the video up to the cut and the final scene and asks
    for the k events in between; interpolation gives every other event and asks for the rest
    (arXiv 2505.22457, section 2.4).
    """
    rng = random.Random(f"futurebench {seed}")
    keys = {kind: balanced_letters(rng, len(splits), OPTIONS) for kind in QUESTION_KINDS}
    for number, split in enumerate(splits):
        seen, future = split.context_events[-1], split.future_events[:FUTURE_EVENTS]
        for kind in QUESTION_KINDS:
            question, missing = _ask(kind, seen, future)
            right = join_events([event.text for event in missing])
            wrong = _distractors(rng, seen, missing, future)
            letter = keys[kind][number]
            yield Question(
                id=f"{split.id}_{kind}",
                video_id=split.video_id,
                video=split.context,
                question=question,
                options=place_answer(rng, right, wrong, letter),
                answer=letter,
                kind=kind,
            )


def _ask(kind: str, seen: Event, future: Sequence[Event]) -> tuple[str, list[Event]]:
    if kind == "interpolation":
        told = (seen.text, None, future[1].text, None, future[3].text)
        return interpolation_question(told), [future[0], future[2]]
    hops = int(kind.removeprefix("hop"))
    return extrapolation_question(hops, future[hops].text), list(future[:hops])


def _distractors(
    rng: random.Random, seen: Event, missing: Sequence[Event], future: Sequence[Event]
) -> list[str]:
    """Return three wrong answers: the published kinds first, then other rules of the world."""
    actions = [event.action or "" for event in missing]
    candidates = [
        *confusable(seen.action or "", actions, future[2].action),
        [_mirrored(action) for action in actions],
    ]
    found: list[list[str]] = []
    while len(found) < OPTIONS - 1:
        candidate = candidates.pop(0) if candidates else _other_rule(rng, len(actions))
        if candidate != actions and candidate not in found:
            found.append(candidate)
    return [join_events([action_text(action) for action in option]) for option in found]


def _mirrored(action: str) -> str:
    head, _, direction = action.rpartition(" ")
    return f"{head} {OPPOSITE[direction]}" if direction in OPPOSITE else REVERSED[action]


def _other_rule(rng: random.Random, length: int) -> list[str]:
    steps = cycle(rng.choice(KINDS), rng.choice(tuple(OPPOSITE)), 0.5)
    start = rng.randrange(len(steps))
    return [steps[(start + i) % len(steps)].action for i in range(length)]
