"""What the tiny model is taught: to say what a clip shows, in all the forms it will be asked in.

No lesson shows a clip and asks for anything after its end.
"""

import random
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from data_prep.prompts import (
    NEXT_EVENT_POOL,
    NEXT_EVENTS_POOL,
    SAME_EVENT,
    WHAT_HAPPENS,
    choice_prompt,
    join_events,
    number_word,
)
from data_prep.toyworld.render import draw
from data_prep.toyworld.scenes import (
    DIRECTIONS,
    EVENTS_PER_CLIP,
    REVERSED,
    Scene,
    action_text,
    draw_scene,
)

FRAMES_PER_EVENT = 4
# The probabilities that a describer who is nearly sure states.
SAME, DIFFERENT = "0.95", "0.05"
TEXTS = tuple(action_text(action) for action in REVERSED)


@dataclass(frozen=True)
class Lesson:
    """The frames of each video, (n, 56, 56, 3) uint8, a question and its answer.

    Without a question the answer is the bare caption of the video, outside of any conversation.
    """

    videos: tuple[NDArray[np.uint8], ...]
    question: str | None
    answer: str


def _window(scene: Scene, first: int, events: int) -> NDArray[np.uint8]:
    times = (first + i / FRAMES_PER_EVENT for i in range(events * FRAMES_PER_EVENT))
    return np.stack([draw(scene, scene.state(t)) for t in times])


def _options(rng: random.Random, texts: list[str]) -> list[str]:
    options = {join_events(texts)}
    wanted = rng.randint(4, 5)
    while len(options) < wanted:
        options.add(join_events([rng.choice(TEXTS) for _ in texts]))
    mixed = sorted(options)
    rng.shuffle(mixed)
    return mixed


def draw_sight(rng: random.Random) -> tuple[NDArray[np.uint8], dict[str, str]]:
    """Draw the frames of one event of the training world, and what can be told of them."""
    scene = draw_scene(rng, "train", rng.randrange(10_000))
    first = rng.randrange(EVENTS_PER_CLIP)
    facts = {
        "action": scene.steps()[first].action,
        "colour": scene.colour,
        "shape": scene.shape,
        "kind": scene.kind,
    }
    return _window(scene, first, 1), facts


def draw_captions(rng: random.Random, count: int) -> list[Lesson]:
    """Draw single events with their bare captions: the shortest way from pictures to words."""
    return [replace(_draw_lesson(rng, "events", 1), question=None) for _ in range(count)]


def draw_lessons(rng: random.Random, count: int) -> list[Lesson]:
    """Draw `count` lessons of one form from the training world, alike in length to pad little."""
    events = rng.choice((1, 1, 2, 3))
    form = rng.choices(tuple(_FORMS), weights=tuple(_FORMS.values()))[0]
    return [_draw_lesson(rng, form, events) for _ in range(count)]


# How often each form is taught.
_FORMS = {
    "events": 0.36,
    "choice": 0.3,
    "describe": 0.08,
    "look": 0.04,
    "first or last": 0.08,
    "compare": 0.14,
}


def _draw_lesson(rng: random.Random, form: str, events: int) -> Lesson:
    scene = draw_scene(rng, "train", rng.randrange(10_000))
    if form == "compare":
        return _compare(rng, scene)
    first = rng.randrange(EVENTS_PER_CLIP - events + 1)
    video = (_window(scene, first, events),)
    shown = [event.text for event in scene.events()[first : first + events]]
    if form == "events":
        return Lesson(video, WHAT_HAPPENS, join_events(shown))
    if form == "choice":
        question = choice_prompt(WHAT_HAPPENS, _options(rng, shown))
        return Lesson(video, question, join_events(shown))
    if form == "describe":
        sentence = join_events(shown).capitalize() + "."
        return Lesson(video, "Describe the video.", f"{scene.look()} {sentence}")
    if form == "look":
        return Lesson(video, "What is in the video?", scene.look())
    if rng.random() < 0.5:
        return Lesson(video, "What happens first in the video?", shown[0])
    return Lesson(video, "What happens last in the video?", shown[-1])


def _compare(rng: random.Random, scene: Scene) -> Lesson:
    """Two clips of one scene: the same event, another one, the same backwards, or a still."""
    actions = [step.action for step in scene.steps()]
    first = rng.randrange(EVENTS_PER_CLIP)
    clip = _window(scene, first, 1)
    other, action = clip, actions[first]
    if rng.random() < 0.5:
        wrong = rng.choice(("other", "backwards", "still"))
        if wrong == "other":
            second = rng.randrange(EVENTS_PER_CLIP)
            other, action = _window(scene, second, 1), actions[second]
        elif wrong == "backwards":
            other, action = clip[::-1].copy(), REVERSED[actions[first]]
        else:
            other, action = np.repeat(clip[:1], len(clip), axis=0), "stands still"
    videos = (clip, other) if rng.random() < 0.5 else (other, clip)
    return Lesson(videos, SAME_EVENT, SAME if action == actions[first] else DIFFERENT)


def corpus() -> list[str]:
    """Return texts with every word that the toy world's questions and answers use."""
    rng = random.Random(0)
    scenes = [draw_scene(rng, "train", i) for i in range(300)]
    lines = [scene.look() for scene in scenes]
    lines += [
        choice_prompt(question, [join_events(rng.sample(TEXTS, 2)) for _ in range(4)])
        for question in (WHAT_HAPPENS, *NEXT_EVENT_POOL)
        for _ in range(20)
    ]
    lines += [
        pool.format(n=number_word(n)) for pool in NEXT_EVENTS_POOL for n in (2, 3) for _ in range(9)
    ]
    lines += [f"it moves {direction}" for direction in DIRECTIONS for _ in range(20)]
    lines += [SAME_EVENT, "The video ends with: it grows.", SAME, DIFFERENT] * 5
    lines += ["You are a helpful assistant.", "system", "user", "assistant"] * 5
    return lines
