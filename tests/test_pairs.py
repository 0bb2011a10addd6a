"""Pairs show that something was done: in order, within a scene, and not by the camera alone."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import clips
import films
import kills
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from data_prep.cutting.refusal import Refusal
from data_prep.cutting.sources import Job
from data_prep.errors import UserError
from data_prep.manifest import read_manifest
from data_prep.options import opposite
from data_prep.pairs import one
from data_prep.pairs.flow import Motion, changed, measure
from data_prep.pairs.keyframes import Limits, Moment, Track, key_frames, lack_of_motion
from data_prep.pairs.make import Summary, make_pairs
from data_prep.pairs.negatives import Negatives
from data_prep.pairs.one import Taken, Task, take_pairs
from data_prep.pairs.settings import Settings
from data_prep.picture import Converter
from data_prep.records import Event, Negative, Pair
from data_prep.steps.engine import Engine
from data_prep.toyworld.scenes import REVERSED
from data_prep.video import frames
from data_prep.vision import VisionBudget

BUDGET = VisionBudget(fps=4, max_frames=16, min_pixels=3136, max_pixels=16384)
CLOSE = Limits(top=4, spacing=10)
ONE = Engine(workers=1)


def settings(limits: Limits = CLOSE, **changes: Any) -> Settings:
    return Settings(BUDGET, limits, **changes)


def taken(path: Path, **changes: Any) -> Taken | Refusal:
    out = path.parent / "out"
    (out / "frames").mkdir(parents=True, exist_ok=True)
    job = Job("a", path.name, path, **changes.pop("job", {}))
    return take_pairs(Task(job, settings(**changes), out))


moments = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0])), max_size=60
)


def track_of(drawn: list[tuple[int, float]]) -> list[Moment]:
    numbers = np.cumsum([step for step, _ in drawn]).tolist()
    return [
        Moment(number, number / 10, Motion(things, 0.1))
        for number, (_, things) in zip(numbers, drawn, strict=True)
    ]


@given(moments, st.integers(2, 8), st.integers(1, 30))
def test_key_frames_are_few_and_far_apart_and_none_better_was_left(
    drawn: list[tuple[int, float]], top: int, spacing: int
) -> None:
    found = track_of(drawn)
    keys = key_frames(found, top, spacing)
    assert len(keys) <= top and keys == sorted(keys)
    assert all(b.number - a.number >= spacing for a, b in pairwise(keys))
    assert all(key.motion.things > 0 for key in keys)
    least = min((key.motion.things for key in keys), default=0.0)
    for moment in found:
        if moment in keys or not moment.motion.things:
            continue
        # What was passed over lies near a better one, or all places were taken by better ones.
        near = [key for key in keys if abs(key.number - moment.number) < spacing]
        if near:
            assert max(key.motion.things for key in near) >= moment.motion.things
        else:
            assert len(keys) == top and moment.motion.things <= least


@given(moments, st.lists(st.floats(0, 40), max_size=4), st.data())
def test_no_pair_lies_over_a_cut_or_beyond_the_gaps(
    drawn: list[tuple[int, float]], scenes: list[float], data: st.DataObject
) -> None:
    found = track_of(drawn)
    track, limits = Track(found, scenes), Limits(top=6, spacing=5, min_gap=0.8, max_gap=3.0)
    for before, after in pairwise(track.moments):
        if any(before.time < scene <= after.time for scene in scenes):
            assert after.motion == Motion(0, 0)
    keys = key_frames(track.moments, limits.top, limits.spacing)
    for a, b in pairwise(keys):
        inside = [m.motion.things for m in track.moments if a.number < m.number <= b.number]
        assert track.between(a, b).things == pytest.approx(sum(inside))
        if track.fault(a, b, limits) is None:
            assert not any(a.time < scene <= b.time for scene in scenes)
            assert 0.8 <= b.time - a.time <= 3.0
            assert sum(inside) >= limits.min_motion - 1e-9


def test_flow_tells_things_from_the_camera() -> None:
    texture = films.scene()

    def grey(camera: tuple[float, float], thing: tuple[float, float] | None) -> Any:
        return films.picture(texture, camera, thing).mean(axis=2).astype(np.uint8)

    still = grey((0, 0), (20, 30))
    assert measure(still, still) == Motion(0, 0)
    noise = np.random.default_rng(0).integers(-1, 2, still.shape)
    assert measure(still, (still + noise).clip(0, 255).astype(np.uint8)).things < 0.02
    thing = measure(still, grey((0, 0), (26, 30)))
    assert thing.things > 0.3 and thing.camera < 0.05
    pan = measure(grey((0, 0), None), grey((5, 2), None))
    assert pan.camera == pytest.approx(np.hypot(5, 2), rel=0.1)
    assert lack_of_motion(pan, 0.3) == "only camera motion"
    both = measure(grey((0, 0), (20, 30)), grey((5, 2), (34, 30)))
    assert lack_of_motion(both, 0.3) is None
    turned = np.ascontiguousarray(np.asarray(Image.fromarray(still).rotate(2)))
    assert lack_of_motion(measure(still, turned), 0.3) == "only camera motion"


@pytest.mark.parametrize(
    ("motion", "why"),
    [
        (Motion(0.0, 0.0), "no motion"),
        (Motion(0.29, 0.1), "no motion"),
        (Motion(0.3, 0.0), None),
        (Motion(0.4, 9.0), "only camera motion"),
        (Motion(2.0, 9.0), None),
    ],
)
def test_the_motion_of_things_has_a_threshold_that_grows_with_the_cameras(
    motion: Motion, why: str | None
) -> None:
    assert lack_of_motion(motion, 0.3) == why


def test_a_thing_that_moves_gives_pairs_and_they_are_what_they_say(tmp_path: Path) -> None:
    path = films.film(tmp_path / "a.mp4", thing=films.crossing)
    found = taken(path, full=True)
    assert isinstance(found, Taken) and len(found.pairs) >= 2
    convert = Converter(*films.SIZE)
    decoded = [(frame.time, convert(frame.image).astype(int)) for frame in frames(path)]
    for pair in found.pairs:
        assert pair.order and pair.t0 is not None and pair.t1 is not None
        assert pair.order[1] - pair.order[0] >= CLOSE.spacing
        assert pair.motion is not None and pair.motion >= CLOSE.min_motion
        for number, time, name in zip(
            pair.order, (pair.t0, pair.t1), (pair.before, pair.after), strict=True
        ):
            image = np.asarray(Image.open(path.parent / "out" / name)).astype(int)
            errors = [np.abs(image - other).mean() for _, other in decoded]
            assert int(np.argmin(errors)) == number
            assert decoded[number][0] == time


def test_the_certificate_of_order_is_that_of_the_pixels(tmp_path: Path) -> None:
    """Bar codes in the pictures are the numbers in `order`, in a file with B-frames."""
    images = [clips.bars(number * 3 % 256) for number in range(60)]
    path = clips.write(tmp_path / "a.mp4", images=images, options={"bf": "3"})
    found = taken(path, full=True, limits=Limits(spacing=6, min_motion=0.01), job={"scenes": ()})
    assert isinstance(found, Taken)
    for pair in found.pairs:
        read = [
            clips.number_of(np.asarray(Image.open(path.parent / "out" / name)))
            for name in (pair.before, pair.after)
        ]
        assert read == [number * 3 % 256 for number in pair.order or ()]


def test_a_fetched_frame_that_is_another_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = one.fetch
    monkeypatch.setattr(
        one, "fetch", lambda *args: (each._replace(time=each.time + 0.1) for each in usual(*args))
    )
    found = taken(films.film(tmp_path / "a.mp4", thing=films.crossing))
    assert isinstance(found, Refusal) and found.kind == "order not certain"
    assert not list((tmp_path / "out/frames").iterdir())


FILMS: dict[str, tuple[dict[str, Any], str]] = {
    "frozen": ({}, "no motion"),
    "pan": ({"camera": films.panning}, "only camera motion"),
    "shake": ({"camera": lambda i: (4 * (i // 3 % 2), 3 * (i // 2 % 2))}, "only camera motion"),
    "slide show": ({"seed": lambda i: i // 9}, "no motion"),
    "short": ({"thing": films.crossing, "frames": 9}, "too few frames"),
}


@pytest.mark.parametrize("name", FILMS)
def test_films_in_which_nothing_is_done_are_refused_with_the_reason(
    name: str, tmp_path: Path
) -> None:
    made, kind = FILMS[name]
    found = taken(films.film(tmp_path / "a.mp4", **made))
    assert isinstance(found, Refusal)
    assert found.kind == kind, found


def test_things_are_seen_while_the_camera_moves(tmp_path: Path) -> None:
    path = films.film(tmp_path / "a.mp4", camera=films.panning, thing=films.crossing)
    assert isinstance(taken(path), Taken)


@pytest.mark.parametrize("known", [True, False])
def test_no_pair_lies_over_a_scene_cut_known_or_found(known: bool, tmp_path: Path) -> None:
    path = films.film(tmp_path / "a.mp4", thing=films.crossing, seed=lambda i: i // 45)
    job = {"scenes": (45 / films.FPS,)} if known else {}
    found = taken(path, job=job, limits=Limits(top=6, spacing=8))
    assert isinstance(found, Taken)
    assert all(pair.order and not pair.order[0] < 45 <= pair.order[1] for pair in found.pairs)
    assert found.left_out["scene cut"] == 1


def test_an_event_that_covers_a_pair_is_its_action(tmp_path: Path) -> None:
    path = films.film(tmp_path / "a.mp4", thing=films.crossing)
    plain = taken(path)
    assert isinstance(plain, Taken) and len(plain.pairs) > 1
    assert {pair.action for pair in plain.pairs} == {None}
    last = plain.pairs[-1].t0 or 0.0
    events = (
        Event(start=0, end=6, text="it goes on"),
        Event(start=last, end=6, text="it moves to the right", action="moves right"),
        Event(start=0, end=0.2, text="nothing"),
    )
    found = taken(path, job={"events": events})
    assert isinstance(found, Taken)
    actions = [(pair.action, pair.action_source) for pair in found.pairs]
    before = len(plain.pairs) - 1
    assert actions == [("it goes on", "human")] * before + [("moves right", "human")]


def test_pictures_that_look_the_same_again_are_no_pair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texture = films.scene()

    def grey(camera: tuple[float, float], thing: tuple[float, float] | None) -> Any:
        return films.picture(texture, camera, thing).mean(axis=2).astype(np.uint8)

    start = grey((0, 0), (20, 30))
    assert changed(start, start) == 0
    assert changed(start, grey((6, 3), (14, 27))) < 0.01
    for place in (24, 60, 110):
        assert changed(start, grey((0, 0), (place, 30))) > 0.02
    monkeypatch.setattr(one, "changed", lambda before, after: 0.0)
    found = taken(films.film(tmp_path / "a.mp4", thing=films.crossing))
    assert isinstance(found, Refusal) and found.kind == "no change"
    assert not list((tmp_path / "out/frames").iterdir())


def make_films(folder: Path, count: int = 3) -> Path:
    folder.mkdir(parents=True)
    for number in range(count):
        films.film(
            folder / f"c{number}.mp4",
            thing=lambda i, n=number: (4 + i * (1 + 0.4 * n), 20 + 10 * n),  # type: ignore[misc]
            seed=lambda i, n=number: n,  # type: ignore[misc]
        )
    films.film(folder / "frozen.mp4")
    (folder / "text.mp4").write_text("no video")
    return folder


def annotated(folder: Path) -> Path:
    path = folder.parent / "events.jsonl"
    rows = [
        {"video": f"c{i}.mp4", "events": [{"start": 0, "end": 6, "text": text}]}
        for i, text in enumerate(("moves right", "push the cube", "swirl the cube"))
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def run(folder: Path, out: Path, **changes: Any) -> Summary:
    return make_pairs(folder, out, settings(**changes), annotations=annotated(folder), engine=ONE)


def test_pairs_negatives_and_report_of_a_folder(tmp_path: Path) -> None:
    summary = run(make_films(tmp_path / "videos"), tmp_path / "out")
    assert (summary.clips, summary.used, len(summary.refusals)) == (5, 3, 2)
    assert summary.refusals.by_kind == {"no motion": 1, "unreadable": 1}
    pairs = list(read_manifest(summary.manifest, Pair, made_by=""))
    assert len(pairs) == summary.pairs == summary.named
    rows = list(read_manifest(tmp_path / "out/negatives.jsonl", Negative, made_by=""))
    assert len(rows) == summary.negatives == 4 * len(pairs)
    by_pair = {pair.id: pair for pair in pairs}
    afters = {pair.after: pair.video_id for pair in pairs}
    for row in rows:
        pair = by_pair[row.pair_id]
        frames_shown = (row.before, row.after)
        if row.kind == "swapped":
            assert frames_shown == (pair.after, pair.before)
        elif row.kind == "copied":
            assert frames_shown == (pair.before, pair.before)
        elif row.kind == "other_clip":
            assert row.before == pair.before and afters[row.after] != pair.video_id
        else:
            assert frames_shown == (pair.before, pair.after) and row.action != pair.action
        if row.kind != "other_action":
            assert row.action == pair.action
        assert (tmp_path / "out" / row.after).is_file()
    actions = {row.action for row in rows if row.kind == "other_action" and "c0" in row.pair_id}
    assert actions == {"moves left"}
    again = make_films(tmp_path / "b/videos")
    run(again, tmp_path / "b/out")
    assert kills.files(tmp_path / "out") == kills.files(tmp_path / "b/out")


def test_a_second_start_does_nothing_and_other_settings_start_over(tmp_path: Path) -> None:
    videos, out = make_films(tmp_path / "videos"), tmp_path / "out"
    run(videos, out)
    before = kills.files(out)
    picture = next((out / "frames").rglob("*.jpg"))
    changed = picture.stat().st_mtime_ns
    assert run(videos, out).resumed == 5
    assert kills.files(out) == before and picture.stat().st_mtime_ns == changed
    assert run(videos, out, full=True).resumed == 0
    assert Image.open(picture).size == films.SIZE
    picture.unlink()
    assert run(videos, out, full=True).resumed == 4
    assert picture.is_file()


def test_negatives_lack_what_cannot_be_had_and_say_so() -> None:
    pair = Pair(
        id="a", clip_id="a", video_id="a", before="0", after="1", t0=0, t1=1, action="waits"
    )
    draw = Negatives([pair], seed=0)
    assert Counter(row.kind for row in draw.of(pair)) == {"swapped": 1, "copied": 1}
    assert sorted(draw.lacking) == [
        "other_action: no other action",
        "other_clip: no pair of another video",
    ]


def test_train_and_test_do_not_lend_each_other_negatives() -> None:
    pairs = [
        Pair(
            id=f"{part}{i}",
            clip_id=f"{part}{i}",
            video_id=f"{part}{i}",
            before=f"{part}{i}_0",
            after=f"{part}{i}_1",
            t0=0,
            t1=1,
            action=f"waits {part}{i}",
            part=part,  # type: ignore[arg-type]
        )
        for part in ("train", "test")
        for i in range(4)
    ]
    draw = Negatives(pairs, seed=1)
    for pair in pairs:
        for row in draw.of(pair):
            assert row.after.startswith(pair.part or "") and (row.action or "").endswith(
                tuple(f"{pair.part}{i}" for i in range(4))
            )


@pytest.mark.parametrize("action", [a for a, b in REVERSED.items() if a != b])
def test_the_reverse_of_a_toy_action_is_its_first_negative(action: str) -> None:
    pair = Pair(id="a", clip_id="a", video_id="a", before="0", after="1", t0=0, t1=1, action=action)
    [row] = [row for row in Negatives([pair], 0).of(pair) if row.kind == "other_action"]
    assert row.action == REVERSED[action]
    assert opposite("opens the door") == "closes the door"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"top": 1}, "--top must be 2 or more"),
        ({"spacing": 0}, "--spacing"),
        ({"min_gap": 2.0, "max_gap": 1.0}, "--max-gap must be more than --min-gap"),
        ({"min_motion": 0.0}, "--min-motion"),
    ],
)
def test_wrong_settings_are_named(change: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        settings(Limits()._replace(**change))


def test_a_source_without_a_pair_is_an_error_with_the_first_reason(tmp_path: Path) -> None:
    videos = tmp_path / "videos"
    videos.mkdir()
    films.film(videos / "frozen.mp4", frames=30)
    with pytest.raises(UserError, match=r"none of 1 clips gives a pair(.|\n)*no motion"):
        make_pairs(videos, tmp_path / "out", settings(), engine=ONE)
    assert not (tmp_path / "out/pairs.jsonl").exists()


def test_killed_at_any_moment_it_ends_as_if_undisturbed(tmp_path: Path) -> None:
    videos = make_films(tmp_path / "videos")
    options = ["--spacing", "10", "--workers", "1"]
    kills.killed_and_resumed(
        lambda folder: ["pairs", str(videos), "--out", str(folder / "out"), *options],
        lambda name: tmp_path / name,
        moments=3,
        sign=lambda folder: kills.written(folder / "out/.pairs.ledger"),
    )
