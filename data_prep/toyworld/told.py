"""Futures of the toy world that show what they are told to: any option of an item, right or wrong.

The event that really follows is drawn as it happens. Any other is drawn by the rules of the world,
too: with the same shape, in a scene in which it does happen, of the item's own kind where that has
it. What the clip shows is therefore known, but it need not begin where the context ends.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

from data_prep.errors import UserError
from data_prep.manifest import read_manifest, read_sidecar
from data_prep.records import Clip, ForesightItem, Part, Split
from data_prep.toyworld.render import Image, draw
from data_prep.toyworld.scenes import (
    DIRECTIONS,
    EVENT_SECONDS,
    KINDS,
    REVERSED,
    Scene,
    action_text,
    cycle,
    draw_scene,
)

MADE_BY = "python -m data_prep toyworld"
_PART: Part = "test"


def told_future(root: Path, item_id: str, letter: str, times: Sequence[float]) -> list[Image]:
    """Return the frames at `times` of a future that shows an option of an item.

    Args:
        root: the folder of a toy world.
        item_id: of one of its VideoReason items.
        letter: the option that is to be shown.
        times: seconds from the beginning of the future.

    Raises:
        UserError: `root` is no toy world, or was made by other rules than these.
    """
    scenes, cuts, items = open_world(root)
    if item_id not in items:
        raise UserError("the toy world has no such item", seen=f"{item_id} in {root}", fix=MADE_BY)
    scene, cut = scenes[items[item_id].video_id], cuts[item_id]
    text = items[item_id].options[ord(letter) - ord("A")]
    (action,) = (name for name in REVERSED if action_text(name) == text)
    if scene.steps()[round(cut / EVENT_SECONDS)].action == action:
        return [draw(scene, scene.state(cut + time)) for time in times]
    shown = _scene_of(scene, action)
    return [draw(shown, shown.state(time)) for time in times]


def _scene_of(scene: Scene, action: str) -> Scene:
    """Return a scene of the same shape that begins with an action, as like as possible."""
    for kind in (scene.kind, *KINDS):
        for front in (scene.front, *DIRECTIONS):
            around = [step.action for step in cycle(kind, front, scene.place)]
            if action in around:
                phase = around.index(action)
                return Scene(**{**vars(scene), "kind": kind, "front": front, "phase": phase})
    raise AssertionError(f"no scene of the toy world shows {action}")


@lru_cache(maxsize=4)
def open_world(root: Path) -> tuple[dict[str, Scene], dict[str, float], dict[str, ForesightItem]]:
    """Return the scenes of a toy world by clip, and the cuts and the items by item.

    Raises:
        UserError: `root` is no toy world, or was made by other rules than these.
    """
    manifest = root / _PART / "clips.jsonl"
    if not manifest.is_file():
        raise UserError("this folder is no toy world", seen=f"{root} has no {_PART}/clips.jsonl")
    rng = Random(f"{_PART} {read_sidecar(manifest).get('seed')}")
    scenes = {}
    for number, clip in enumerate(read_manifest(manifest, Clip, made_by=MADE_BY)):
        scenes[clip.id] = draw_scene(rng, _PART, number)
        if clip.events != scenes[clip.id].events():
            raise UserError(
                "the toy world was made by other rules than those of this version",
                seen=f"{clip.id} in {manifest}",
                fix=f"{MADE_BY}, which makes it anew",
            )
    splits = read_manifest(root / "contexts" / "splits.jsonl", Split, made_by=MADE_BY)
    cuts = {split.id: split.cut for split in splits}
    rows = read_manifest(root / "videoreason.jsonl", ForesightItem, made_by=MADE_BY)
    return scenes, cuts, {row.id: row for row in rows}
