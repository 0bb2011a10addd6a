"""VideoReason items of the toy world, and generated futures whose truth is known.

Four generators stand for what real ones do: `perfect` shows what happens, `copy` repeats the last
frame of the context, `linear` lets every speed go on unchanged (through walls and in front of
screens), `wrong_direction` plays the real future backwards.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from data_prep.options import balanced_letters, place_answer
from data_prep.prompts import join_events
from data_prep.records import ForesightItem, Prediction, Split
from data_prep.toyworld.render import Image, draw
from data_prep.toyworld.scenes import (
    DIRECTIONS,
    EVENT_SECONDS,
    OPPOSITE,
    REVERSED,
    Scene,
    action_text,
    cycle,
)

OPTIONS = 5
STILL = "stands still"


@dataclass(frozen=True)
class Outcome:
    """A future of one event: its frames, (n, 56, 56, 3) uint8 RGB, and the action they show."""

    frames: list[Image]
    action: str


@dataclass(frozen=True)
class ToyItem:
    """An item, the frames of its real future, and its predictions with their frames."""

    item: ForesightItem
    real: list[Image]
    predictions: list[tuple[Prediction, list[Image]]]


def _real(scene: Scene, cut: float, times: Sequence[float]) -> Outcome:
    step = scene.steps()[round(cut / EVENT_SECONDS)]
    return Outcome([draw(scene, scene.state(cut + t)) for t in times], step.action)


def _copy(scene: Scene, cut: float, times: Sequence[float]) -> Outcome:
    last = draw(scene, scene.state(cut - times[1]))
    return Outcome([last for _ in times], STILL)


def _linear(scene: Scene, cut: float, times: Sequence[float]) -> Outcome:
    frames = [draw(scene, scene.extrapolated(cut, t), in_front=True) for t in times]
    now, later = scene.extrapolated(cut, 0.0), scene.extrapolated(cut, EVENT_SECONDS)
    front, back = scene.front, OPPOSITE[scene.front]
    tolerance = 1e-6
    action = STILL
    if now.other is not None and later.other is not None:
        shift = later.other - now.other
        if abs(shift) > tolerance:
            action = f"other moves {front if shift > 0 else back}"
    if abs(later.size - now.size) > tolerance:
        action = "grows" if later.size > now.size else "shrinks"
    if abs(later.u - now.u) > tolerance:
        action = f"moves {front if later.u > now.u else back}"
    return Outcome(frames, action)


def _wrong_direction(scene: Scene, cut: float, times: Sequence[float]) -> Outcome:
    real = _real(scene, cut, times)
    return Outcome(real.frames[::-1], REVERSED[real.action])


GENERATORS: dict[str, Callable[[Scene, float, Sequence[float]], Outcome]] = {
    "perfect": _real,
    "copy": _copy,
    "linear": _linear,
    "wrong_direction": _wrong_direction,
}


def has_item(scene: Scene, cut: float) -> bool:
    """Tell whether the next event differs from its reverse and from rest, and can be seen coming.

    Otherwise a wrong generator would be right by accident, or a copy would show nothing.
    """
    action = scene.steps()[round(cut / EVENT_SECONDS)].action
    return REVERSED[action] != action and scene.state(cut - 1e-3).visible


def toy_items(
    scenes: dict[str, Scene], splits: Sequence[Split], *, fps: float, seed: int
) -> Iterator[ToyItem]:
    """Yield the VideoReason item of each split that has one.

    Args:
        scenes: the scene of each clip id.
        splits: contexts cut at event boundaries.
        fps: frames a second of the futures.
        seed: of the options' order and of the order in which a judge sees two futures.
    """
    rng = random.Random(f"videoreason {seed}")
    usable = [split for split in splits if has_item(scenes[split.clip_id], split.cut)]
    keys = balanced_letters(rng, len(usable), OPTIONS)
    times = [i / fps for i in range(round(EVENT_SECONDS * fps))]
    for split, letter in zip(usable, keys, strict=True):
        scene, certificate = scenes[split.clip_id], split.certificate
        outcomes = {name: make(scene, split.cut, times) for name, make in GENERATORS.items()}
        real = outcomes["perfect"]
        wrong = _distractors(rng, scene, [outcome.action for outcome in outcomes.values()])
        options = place_answer(
            rng, action_text(real.action), [action_text(action) for action in wrong], letter
        )
        item = ForesightItem(
            id=split.id,
            video_id=split.video_id,
            context=split.context,
            future=f"videoreason/{split.id}_real.mp4",
            options=options,
            answer=letter,
            kind=scene.kind,
            context_caption=join_events([event.text for event in split.context_events]),
            gap=None
            if certificate is None
            else certificate.future_first - certificate.context_last,
        )
        predictions = [
            (
                Prediction(
                    id=f"{split.id}_{name}",
                    item_id=item.id,
                    generator=name,
                    seed=seed,
                    prompt="",
                    prompt_has_label=False,
                    video=f"videoreason/{split.id}_{name}.mp4",
                    shows=chr(ord("A") + options.index(action_text(outcome.action))),
                    real_first=rng.random() < 0.5,
                ),
                outcome.frames,
            )
            for name, outcome in outcomes.items()
        ]
        yield ToyItem(item, real.frames, predictions)


def _distractors(rng: random.Random, scene: Scene, shown: Sequence[str]) -> list[str]:
    """Return what the wrong generators show, filled up with actions of this scene's kind."""
    real = shown[0]
    wrong = [action for action in dict.fromkeys(shown) if action != real]
    fronts = [scene.front, *(d for d in DIRECTIONS if d != scene.front)]
    near = [step.action for front in fronts for step in cycle(scene.kind, front, 0.5)]
    rest = [action for action in REVERSED if action not in near]
    rng.shuffle(rest)
    for action in [*near, *rest]:
        if len(wrong) == OPTIONS - 1:
            break
        if action != real and action not in wrong:
            wrong.append(action)
    return wrong
