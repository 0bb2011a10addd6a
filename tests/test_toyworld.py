"""The toy world: exact events, disjoint worlds, balanced keys, futures whose truth is known."""

import random
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.progress import Progress

from data_prep.errors import UserError
from data_prep.manifest import read_manifest
from data_prep.records import Clip, ForesightItem, Prediction, Question
from data_prep.toyworld import futures, told
from data_prep.toyworld.render import draw
from data_prep.toyworld.scenes import (
    DIRECTIONS,
    KINDS,
    REVERSED,
    Scene,
    action_text,
    cycle,
    draw_scene,
)
from data_prep.toyworld.world import make_world
from data_prep.video import count_frames, frames
from reward_fns.answers import letters, read_choice

CLIPS = 160
GENERATORS = ("perfect", "copy", "linear", "wrong_direction")


def make(out: Path, seed: int = 0) -> Path:
    make_world(out, clips=CLIPS, seed=seed, progress=Progress(disable=True))
    return out


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("world"))


def rows(path: Path, model: type) -> list:
    return list(read_manifest(path, model, made_by="toyworld"))


def test_actions_come_in_antonym_pairs() -> None:
    assert all(REVERSED[REVERSED[action]] == action for action in REVERSED)
    pairs = {frozenset((a, b)) for a, b in REVERSED.items() if a != b}
    assert len(pairs) >= 8
    assert len({action_text(action) for action in REVERSED}) == len(REVERSED)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("front", DIRECTIONS)
def test_events_join_without_a_jump(kind: str, front: str) -> None:
    steps = cycle(kind, front, 0.5)
    for step, following in zip(steps, [*steps[1:], steps[0]], strict=True):
        end, start = step.at(1.0), following.at(0.0)
        assert end.u == pytest.approx(start.u, abs=1e-9)
        assert end.size == pytest.approx(start.size)
        assert (end.other or 0) == pytest.approx(start.other or 0, abs=1e-9)
        assert step.action in REVERSED


@pytest.mark.parametrize("front", DIRECTIONS)
def test_a_shape_moves_the_way_its_action_says(front: str) -> None:
    scene = Scene("bounce", front, 0, "circle", "red", "square", "blue", 0.5, 0.5, 6.5)
    assert scene.steps()[0].action == f"moves {front}"

    def centre(seconds: float) -> tuple[float, float]:
        image = draw(scene, scene.state(seconds)).astype(int)
        y, x = np.nonzero((image[..., 0] > 200) & (image[..., 1] < 80))
        return x.mean(), y.mean()

    (x0, y0), (x1, y1) = centre(0.0), centre(0.9)
    shift = {"right": x1 - x0, "left": x0 - x1, "down": y1 - y0, "up": y0 - y1}
    assert shift[front] > 15
    assert max(shift, key=lambda direction: shift[direction]) == front


def test_the_same_seed_gives_the_same_bytes(world: Path, tmp_path: Path) -> None:
    again = make(tmp_path)
    names = sorted(p.relative_to(world) for p in world.rglob("*.json*") if ".splits" not in p.name)
    assert len(names) >= 12
    for name in names:
        assert (world / name).read_bytes() == (again / name).read_bytes(), name


def test_another_seed_gives_other_clips(world: Path, tmp_path: Path) -> None:
    other = make(tmp_path, seed=1)
    name = Path("test/clips.jsonl")
    assert (world / name).read_bytes() != (other / name).read_bytes()


def test_worlds_are_disjoint_and_clips_are_what_the_manifest_says(world: Path) -> None:
    looks: dict[str, set[str]] = {}
    for part in ("train", "validation", "test"):
        clips = rows(world / part / "clips.jsonl", Clip)
        looks[part] = {" ".join((clip.caption or "").split()[1:3]).rstrip(".") for clip in clips}
        assert {clip.part for clip in clips} == {part}
        for clip in clips[:5]:
            assert count_frames(world / part / clip.video) == clip.frames
            assert [event.start for event in clip.events] == [float(i) for i in range(6)]
            assert all(action_text(event.action or "") == event.text for event in clip.events)
    assert not looks["train"] & looks["test"]
    assert not looks["train"] & looks["validation"]
    assert not looks["validation"] & looks["test"]


def test_futurebench_has_every_kind_and_a_balanced_key(world: Path) -> None:
    questions = rows(world / "futurebench.jsonl", Question)
    kinds = Counter(question.kind for question in questions)
    assert set(kinds) == {"hop1", "hop2", "hop3", "interpolation"}
    assert len(set(kinds.values())) == 1
    for kind in kinds:
        keys = Counter(question.answer for question in questions if question.kind == kind)
        assert max(keys.values()) - min(keys[letter] for letter in "ABCD") <= 1
    assert all((world / question.video).is_file() for question in questions)


def test_every_option_is_read_as_itself(world: Path) -> None:
    for question in rows(world / "futurebench.jsonl", Question):
        options = letters(question.options)
        for letter, text in options.items():
            assert read_choice(text, options).letter == letter
            assert read_choice(f"{letter}. {text}", options).letter == letter


def test_predictions_show_what_is_claimed(world: Path) -> None:
    items = {item.id: item for item in rows(world / "videoreason.jsonl", ForesightItem)}
    predictions = rows(world / "predictions.jsonl", Prediction)
    assert {row.generator for row in predictions} == set(GENERATORS)
    for row in predictions:
        item = items[row.item_id]
        assert row.video is not None
        assert row.shows in letters(item.options)
        if row.generator in {"perfect", "copy", "wrong_direction"}:
            assert (row.shows == item.answer) == (row.generator == "perfect")
        shown = [frame.image.to_ndarray(format="rgb24") for frame in frames(world / row.video)]
        assert len(shown) == 4
        if row.generator == "copy":
            assert all(abs(shown[0].astype(int) - image).mean() < 2 for image in shown)
    # The order in which a judge sees the two futures is mixed.
    assert 0.3 < np.mean([row.real_first for row in predictions]) < 0.7


def test_linear_extrapolation_passes_through_walls() -> None:
    scene = Scene("bounce", "right", 0, "circle", "red", "square", "blue", 0.5, 0.5, 6.5)
    times = [0.0, 0.25, 0.5, 0.75]
    outcome = futures.GENERATORS["linear"](scene, 1.0, times)
    assert outcome.action == "moves right"
    assert scene.extrapolated(1.0, 1.0).u == pytest.approx(1.25, abs=1e-6)
    assert futures.GENERATORS["perfect"](scene, 1.0, times).action == "bounces right"


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "test").mkdir()
    with pytest.raises(UserError, match="not written over anything else"):
        make(tmp_path)
    assert (tmp_path / "test").is_dir()


def test_a_world_without_items_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="too small for VideoReason"):
        make_world(tmp_path, clips=8, seed=1, progress=Progress(disable=True))


def test_all_kinds_take_turns() -> None:
    rng = random.Random(0)
    drawn = Counter(draw_scene(rng, "test", i).kind for i in range(50))
    assert set(drawn.values()) == {10}


@given(st.integers(0, 10**6), st.sampled_from(KINDS), st.sampled_from(sorted(REVERSED)))
def test_any_action_can_be_drawn_with_the_same_shape(seed: int, kind: str, action: str) -> None:
    scene = draw_scene(random.Random(seed), "test", KINDS.index(kind))
    found = told._scene_of(scene, action)
    assert found.steps()[0].action == action
    same = ("shape", "colour", "lane", "radius")
    assert all(getattr(found, name) == getattr(scene, name) for name in same)
    own = {step.action for front in DIRECTIONS for step in cycle(kind, front, 0.5)}
    assert (found.kind == kind) == (action in own)


def test_a_told_option_is_drawn_and_the_right_one_as_it_happens(world: Path) -> None:
    times = [i / 4 for i in range(4)]
    for item in list(read_manifest(world / "videoreason.jsonl", ForesightItem, made_by=""))[:10]:
        made = {
            letter: told.told_future(world, item.id, letter, times)
            for letter in letters(item.options)
        }
        assert len({np.stack(found).tobytes() for found in made.values()}) == len(item.options)
        real = [frame.image.to_ndarray(format="rgb24") for frame in frames(world / item.future)]
        drawn = np.stack(made[item.answer]).astype(int)
        # Encoded and decoded it differs by little, from any other option by much.
        gaps = {
            letter: np.abs(np.stack(found).astype(int) - np.stack(real)).mean()
            for letter, found in made.items()
        }
        assert min(gaps, key=lambda letter: gaps[letter]) == item.answer
        assert drawn.shape == np.stack(real).shape


def test_another_folder_is_no_toy_world(world: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no toy world"):
        told.open_world(tmp_path)
    with pytest.raises(UserError, match="no such item"):
        told.told_future(world, "nobody", "A", [0.0])
    shutil.copytree(world, tmp_path / "other")
    clips = tmp_path / "other/test/clips.jsonl"
    clips.write_text(clips.read_text().replace("moves", "crawls"))
    with pytest.raises(UserError, match="other rules"):
        told.open_world(tmp_path / "other")
