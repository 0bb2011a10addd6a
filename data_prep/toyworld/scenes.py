"""The rules of the toy world: which events a scene runs through, and where things are meanwhile.

A scene is a cycle of events of one second each. Places are given along one axis: `u` runs from 0
(the back wall) to 1 (the front wall); the scene's direction says where front is on the screen.
The next event always follows from the present one and from what stands in the scene (walls, a
screen, pads, another shape), so the future can be foreseen from the context, and only from it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from data_prep.records import Event, Part

EVENT_SECONDS = 1.0
EVENTS_PER_CLIP = 6
SHAPES = ("circle", "square", "triangle", "diamond")
COLOURS = ("red", "green", "blue", "yellow", "purple", "orange", "white", "black")
DIRECTIONS = ("right", "left", "down", "up")
OPPOSITE = {"right": "left", "left": "right", "down": "up", "up": "down"}

# Each action and what the same frames show when played backwards: antonyms, but for the two
# that read the same both ways.
REVERSED = {
    "moves right": "moves left",
    "moves left": "moves right",
    "moves up": "moves down",
    "moves down": "moves up",
    "grows": "shrinks",
    "shrinks": "grows",
    "appears": "vanishes",
    "vanishes": "appears",
    "hides": "emerges",
    "emerges": "hides",
    "hits": "is hit",
    "is hit": "hits",
    "other moves right": "other moves left",
    "other moves left": "other moves right",
    "other moves up": "other moves down",
    "other moves down": "other moves up",
    "bounces right": "bounces right",
    "bounces left": "bounces left",
    "bounces up": "bounces up",
    "bounces down": "bounces down",
    "stands still": "stands still",
}
_WALL = {"right": "right wall", "left": "left wall", "up": "ceiling", "down": "floor"}


def action_text(action: str) -> str:
    """Return an action as the sentence that captions, answers and options use."""
    if action.startswith("other moves "):
        return f"the other one moves {action.removeprefix('other moves ')}"
    if action.startswith("bounces "):
        return f"it bounces off the {_WALL[action.removeprefix('bounces ')]}"
    special = {
        "hides": "it goes behind the screen",
        "emerges": "it comes out again",
        "hits": "it hits the other one",
        "is hit": "the other one hits it",
    }
    return special.get(action, f"it {action}")


@dataclass(frozen=True)
class State:
    """Where everything is: `u` of the shape and of the other one, size factor, visibility."""

    u: float
    size: float = 1.0
    visible: bool = True
    other: float | None = None


@dataclass(frozen=True)
class Step:
    """One event of a cycle: its action, and the state at each moment (0 to 1) of it."""

    action: str
    at: Callable[[float], State]


def _line(
    action: str,
    u: tuple[float, float],
    size: tuple[float, float] = (1.0, 1.0),
    other: float | None = None,
) -> Step:
    def at(moment: float) -> State:
        return State(
            u=u[0] + (u[1] - u[0]) * moment,
            size=size[0] + (size[1] - size[0]) * moment,
            other=other,
        )

    return Step(action, at)


def _bounce(action: str, u: float, wall: float) -> Step:
    return Step(action, lambda moment: State(u=wall + (u - wall) * abs(1 - 2 * moment)))


def _blink(action: str, u: float, *, at_first: bool, size: float) -> Step:
    return Step(action, lambda moment: State(u=u, size=size, visible=(moment < 0.5) == at_first))


def _push(action: str, *, backwards: bool) -> Step:
    # Equal masses: at the touch the shape stops and the other one leaves with its speed.
    touch, speed, rest, start = 0.25, 0.25, 0.6, 0.25

    def at(moment: float) -> State:
        moment = 1 - moment if backwards else moment
        return State(
            u=start + speed * min(moment, touch),
            other=rest + speed * max(0.0, moment - touch),
        )

    return Step(action, at)


def _other(action: str, u: float, other: tuple[float, float]) -> Step:
    return Step(action, lambda moment: State(u=u, other=other[0] + (other[1] - other[0]) * moment))


# Asked for at every frame of a clip.
@lru_cache(maxsize=1024)
def cycle(kind: str, front: str, place: float) -> tuple[Step, ...]:
    """Return the events that a scene of `kind` runs through, for ever, in this order.

    Args:
        kind: one of `KINDS`.
        front: the direction in which `u` grows.
        place: where a pulsating shape stands, 0 to 1; of no effect elsewhere.
    """
    back = OPPOSITE[front]
    go, come = f"moves {front}", f"moves {back}"
    small = 0.45
    hit_at, wall = 0.3125, 0.7875
    steps = {
        "bounce": [
            _line(go, (0.25, 0.75)),
            _bounce(f"bounces {front}", 0.75, 1.0),
            _line(come, (0.75, 0.25)),
            _bounce(f"bounces {back}", 0.25, 0.0),
        ],
        "pulse": [
            _line("grows", (place, place), (small, 1.3)),
            _line("shrinks", (place, place), (1.3, small)),
            _blink("vanishes", place, at_first=True, size=small),
            _blink("appears", place, at_first=False, size=small),
        ],
        "screen": [
            _line(go, (0.0, 0.25)),
            _line("hides", (0.25, 0.5)),
            _line("emerges", (0.5, 0.75)),
            _line(go, (0.75, 1.0)),
            _line("stands still", (1.0, 1.0)),
            _line(come, (1.0, 0.75)),
            _line("hides", (0.75, 0.5)),
            _line("emerges", (0.5, 0.25)),
            _line(come, (0.25, 0.0)),
            _line("stands still", (0.0, 0.0)),
        ],
        "pads": [
            _line(go, (0.2, 0.8)),
            _line("stands still", (0.8, 0.8)),
            _line(come, (0.8, 0.2)),
            _line("stands still", (0.2, 0.2)),
        ],
        "push": [
            _line(go, (0.0, 0.25), other=0.6),
            _push("hits", backwards=False),
            _other(f"other moves {front}", hit_at, (wall, 1.0375)),
            _other(f"other moves {back}", hit_at, (1.0375, wall)),
            _push("is hit", backwards=True),
            _line(come, (0.25, 0.0), other=0.6),
        ],
    }[kind]
    return tuple(steps)


KINDS = ("bounce", "pulse", "screen", "pads", "push")


@dataclass(frozen=True)
class Scene:
    """Everything that determines a clip, to the last pixel."""

    kind: str
    front: str
    phase: int
    shape: str
    colour: str
    other_shape: str
    other_colour: str
    lane: float
    place: float
    radius: float

    def steps(self) -> list[Step]:
        """Return the events of the clip, in their order."""
        around = cycle(self.kind, self.front, self.place)
        return [around[(self.phase + i) % len(around)] for i in range(EVENTS_PER_CLIP)]

    def events(self) -> list[Event]:
        """Return the events with their exact times in seconds."""
        return [
            Event(
                start=i * EVENT_SECONDS,
                end=(i + 1) * EVENT_SECONDS,
                text=action_text(step.action),
                action=step.action,
            )
            for i, step in enumerate(self.steps())
        ]

    def state(self, seconds: float) -> State:
        """Return where everything is at a time from 0 to the end of the clip."""
        steps = self.steps()
        index = min(int(seconds / EVENT_SECONDS), len(steps) - 1)
        return steps[index].at(seconds / EVENT_SECONDS - index)

    def look(self) -> str:
        """Return what stands in the scene, as a sentence."""
        thing = f"a {self.colour} {self.shape}"
        beside = {
            "screen": " and a grey screen",
            "pads": " and two dark pads",
            "push": f" and a {self.other_colour} {self.other_shape}",
        }.get(self.kind, "")
        return f"{thing}{beside}".replace("a orange", "an orange").capitalize() + "."

    def extrapolated(self, cut: float, seconds: float) -> State:
        """Return the state `seconds` after `cut` if all speeds stayed what they were at the cut.

        The extrapolation knows no walls, no screen and no other rule of the world.
        """
        step = 1e-3
        now, before = self.state(cut - step), self.state(cut - 2 * step)
        ahead = seconds / step + 1
        other = None
        if now.other is not None and before.other is not None:
            other = now.other + (now.other - before.other) * ahead
        return replace(
            now,
            u=now.u + (now.u - before.u) * ahead,
            size=max(0.1, now.size + (now.size - before.size) * ahead),
            other=other,
        )


def _part_of(shape: int, colour: int) -> Part:
    slot = (colour - 2 * shape) % len(COLOURS)
    return {0: "test", 4: "validation"}.get(slot, "train")  # type: ignore[return-value]


def draw_scene(rng: random.Random, part: Part, index: int) -> Scene:
    """Draw the scene of clip `index` of a world.

    The worlds share no combination of shape and colour; kinds and phases take turns so that
    every rule occurs equally often.
    """
    looks = [
        (shape, colour)
        for shape in range(len(SHAPES))
        for colour in range(len(COLOURS))
        if _part_of(shape, colour) == part
    ]
    shape, colour = rng.choice(looks)
    kind = KINDS[index % len(KINDS)]
    front = rng.choice(DIRECTIONS)
    others = [i for i in range(len(COLOURS)) if i != colour]
    return Scene(
        kind=kind,
        front=front,
        phase=rng.randrange(len(cycle(kind, front, 0.5))),
        shape=SHAPES[shape],
        colour=COLOURS[colour],
        other_shape=rng.choice(SHAPES),
        other_colour=COLOURS[rng.choice(others)],
        lane=rng.uniform(0.15, 0.85),
        place=rng.uniform(0.2, 0.8),
        radius=rng.uniform(6.0, 7.5),
    )
