"""Policies of the cut, the gap, the carriers, and that a clip is decoded once for all of it."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import clips
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from data_prep.cutting import one
from data_prep.cutting.carriers import complete, place, remove
from data_prep.cutting.certificate import Made, cells_of, certify
from data_prep.cutting.choice import choose_cut, divide_events
from data_prep.cutting.grid import TOLERANCE, Origin
from data_prep.cutting.one import Task, split_one
from data_prep.cutting.prefix import Register, make_prefix
from data_prep.cutting.refusal import Refusal, Refused
from data_prep.cutting.samples import Samples, most_samples
from data_prep.cutting.settings import Settings
from data_prep.cutting.sources import Job
from data_prep.encode import write_frames
from data_prep.errors import UserError
from data_prep.records import Event, PublishedCut, Split
from data_prep.video import Frame, as_rate, declared_frames, frames, probe
from data_prep.vision import VisionBudget

BUDGET = VisionBudget(fps=4, max_frames=16, min_pixels=784, max_pixels=112 * 84)
PUBLISHED = PublishedCut(time=1.5, context_caption="before", future_caption="after")


def cut(source: Path, out: Path, *, job: dict[str, object] | None = None, **settings: object):
    """Split one clip in this process."""
    for side in ("context", "future"):
        (out / side).mkdir(parents=True, exist_ok=True)
    values = {"budget": BUDGET, "policy": "ratio", "min_context": 0.5, "min_future": 0.5}
    given_job = Job(source.stem, source.name, source, **(job or {}))
    return split_one(Task(given_job, Settings(**{**values, **settings}), out))


def shown(out: Path, media: str | list[str]) -> list[int]:
    """The numbers in the pictures of one side, by whatever carrier."""
    if isinstance(media, str):
        return clips.numbers_in(out / media)
    return [clips.number_of(np.asarray(Image.open(out / name))) for name in media]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two places; the second begins with frame 28 of 48, at 2.333 s."""
    rng = np.random.default_rng(5)
    places = [rng.integers(0, 256, (6, 8, 3), np.uint8).repeat(16, 0).repeat(16, 1) for _ in "ab"]
    images = [places[number >= 28].copy() for number in range(48)]
    for number, image in enumerate(images):
        image[20:40, number : number + 20] = 255
    return clips.write(tmp_path_factory.mktemp("film") / "film.mp4", images=images)


# --- policies ------------------------------------------------------------------------------------

EVENTS = [Event(start=s, end=s + 1, text=f"event {s}") for s in (0.0, 1.0, 2.0, 3.0)]


@pytest.mark.parametrize(
    ("policy", "known", "expected"),
    [
        ("published", {"published": PUBLISHED}, (1.5, "published cut at 1.5 s", "published")),
        ("event", {"events": EVENTS[:2]}, (1.0, "event boundary 1 s, 1 of 1 usable", "event")),
        (
            "scene",
            {"scenes": (0.1, 2.0)},
            (2.0, "scene boundary 2.0 s, 1 of 2 usable", "scene"),
        ),
        ("ratio", {"scenes": (1.0,), "published": PUBLISHED}, (2.0, "ratio 0.5", "ratio")),
        (
            "auto",
            {"published": PUBLISHED, "events": EVENTS, "scenes": (1.0,)},
            (1.5, "published cut at 1.5 s", "published"),
        ),
        (
            "auto",
            {"scenes": (2.5,)},
            (2.5, "scene boundary 2.5 s, 1 of 1 usable; the clip has no events", "scene"),
        ),
        (
            "auto",
            {"published": PublishedCut(time=0.2), "events": EVENTS[:2]},
            (
                1.0,
                "event boundary 1.0 s, 1 of 1 usable; the published cut at 0.20 s of 4.00 s leaves "
                "too little: 0.5 s and 0.5 s are needed (two frames of the vision budget at least)",
                "event",
            ),
        ),
        ("auto", {"scenes": None, "events": EVENTS[:2]}, (1.0, None, "event")),
        ("auto", {"scenes": None}, None),
        ("scene", {"scenes": None, "published": PUBLISHED}, None),
        ("scene", {}, "no scene boundary"),
        ("event", {"scenes": (2.0,)}, "no event boundary"),
        ("published", {"scenes": (2.0,)}, "no published cut"),
        ("published", {"published": PublishedCut(time=3.9)}, "too short"),
        ("auto", {"published": PublishedCut(time=9)}, "published cut does not fit"),
        ("ratio", {"events": [Event(start=9, end=9, text="late")]}, "events do not fit"),
    ],
)
def test_each_policy_cuts_where_it_says_and_says_why(
    policy: str, known: dict[str, object], expected: object
) -> None:
    values = {"events": [], "scenes": (), **known}
    rest = {"ratio": 0.5, "min_context": 0.5, "min_future": 0.5, "rng": random.Random(0)}
    try:
        made = choose_cut(duration=4.0, policy=policy, **values, **rest)
    except Refused as error:
        assert error.kind == expected
        return
    if expected is None:
        assert made is None
        return
    assert made.time == expected[0]
    assert made.rule == expected[2]
    if expected[1] is not None:
        assert made.how.replace("1.0 s, 1 of 1", "1 s, 1 of 1") == expected[1].replace(
            "1.0 s, 1 of 1", "1 s, 1 of 1"
        )


@pytest.mark.parametrize("policy", ["published", "event", "scene"])
def test_a_clip_too_short_for_any_cut_is_called_so(policy: str) -> None:
    with pytest.raises(Refused) as caught:
        choose_cut(
            [Event(start=0.1, end=0.2, text="x")],
            0.9,
            policy=policy,
            ratio=0.5,
            min_context=0.5,
            min_future=0.5,
            rng=random.Random(0),
            scenes=None,
        )
    assert caught.value.kind == "too short"


def test_scenes_are_drawn_by_seed_and_id(tmp_path: Path) -> None:
    path = clips.write(tmp_path / "a.mp4")
    job = {"scenes": (1.0, 1.5, 2.0, 2.5)}
    cuts = {
        seed: cut(path, tmp_path / "out", job=job, policy="scene", seed=seed).cut
        for seed in (0, 0, 1, 2, 3, 4)
    }
    assert len(set(cuts.values())) > 1
    assert cut(path, tmp_path / "out", job=job, policy="scene", seed=0).cut == cuts[0]


def test_captions_come_with_the_published_cut_only(tmp_path: Path) -> None:
    path = clips.write(tmp_path / "a.mp4")
    job = {"published": PUBLISHED, "source": "S", "license": "L", "video_id": "v", "hashes": ("f",)}
    row = cut(path, tmp_path / "out", job=job, policy="auto")
    assert (row.cut, row.context_caption, row.future_caption) == (1.5, "before", "after")
    assert (row.source, row.license, row.video_id) == ("S", "L", "v")
    assert row.hashes == ["f"]
    row = cut(path, tmp_path / "out", job=job, policy="ratio")
    assert (row.cut, row.context_caption, row.future_caption) == (2.0, None, None)


# --- one pass ------------------------------------------------------------------------------------


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The source of every frame that is decoded to be cut."""
    seen: list[Path] = []

    def counted(path: Path) -> Iterator[Frame]:
        for frame in frames(path):
            seen.append(path)
            yield frame

    monkeypatch.setattr(one, "frames", counted)
    return seen


@pytest.mark.parametrize("carrier", ["mp4", "frames", "prefix"])
@pytest.mark.parametrize("policy", ["scene", "ratio"])
def test_each_source_frame_is_decoded_once_for_scenes_hashes_and_both_sides(
    tmp_path: Path, film: Path, decoded: list[Path], policy: str, carrier: str
) -> None:
    row = cut(film, tmp_path, policy=policy, carrier=carrier)
    assert isinstance(row, Split), row
    assert decoded == [film] * 48
    assert len(row.hashes) == 4
    if policy == "scene":
        assert row.cut == pytest.approx(28 / 12)
        assert row.how == "scene boundary 2.333 s, 1 of 1 usable"
        assert row.certificate.context_last < 28 / 12 <= row.certificate.future_first


def test_scenes_of_a_scan_are_taken_as_they_are(
    tmp_path: Path, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one, "Look", None)
    row = cut(film, tmp_path, policy="scene", job={"scenes": (1.25,), "hashes": ("0",)})
    assert row.cut == 1.25
    # The grid of a cut that is known before is laid from the cut itself.
    assert row.certificate.future_first == 1.25
    row = cut(film, tmp_path, policy="scene", job={"scenes": (), "hashes": ("0",)})
    assert row == Refusal(
        video="film.mp4", kind="no scene boundary", reason="no other scene begins"
    )


# --- samples -------------------------------------------------------------------------------------


def collected(times: list[float], duration: float, fps: float, most: int, half: int) -> Samples:
    budget = VisionBudget(fps=fps, max_frames=2 * half, min_pixels=784, max_pixels=784)
    samples = Samples(budget, lambda image: image, most)
    samples.collect((Frame(time, number) for number, time in enumerate(times)), duration)
    return samples


@given(
    gaps=st.lists(st.floats(0.01, 2), min_size=2, max_size=80),
    share=st.floats(0.05, 0.95),
    fps=st.sampled_from([1, 2, 4]),
    half=st.integers(1, 6),
    spare=st.integers(0, 10),
    gap=st.floats(0, 3),
)
def test_samples_are_in_order_even_apart_and_never_on_both_sides(
    *, gaps: list[float], share: float, fps: int, half: int, spare: int, gap: float
) -> None:
    times = [0.0]
    for length in gaps:
        times.append(times[-1] + length)
    duration = times.pop()
    cut_at = share * duration
    most = 4 * half + 2 * spare
    samples = collected(times, duration, fps, most, half)
    assert len(samples._kept) <= most
    assert samples.step * fps in {2**power for power in range(12)}
    for number, sample in enumerate(samples._kept):
        at = number * samples.step
        on_screen = max(i for i, time in enumerate(times) if time <= at + TOLERANCE)
        assert sample.origin == Origin(on_screen, times[on_screen])
        assert sample.image == on_screen
    try:
        before, after = samples.divide(cut_at, gap)
    except Refused as error:
        assert error.kind == "too short"
        return
    context = [pick.origin.number for pick in before.picks]
    future = [pick.origin.number for pick in after.picks]
    assert context == sorted(context)
    assert future == sorted(future)
    assert context[-1] < future[0]
    assert times[future[0]] >= cut_at - TOLERANCE
    assert times[context[-1]] <= cut_at - gap + TOLERANCE
    for side in (before, after):
        assert len(side.picks) % 2 == 0
        assert 2 <= len(side.picks) <= 2 * half
        assert side.rate <= fps * (1 + 1e-9)


@pytest.mark.parametrize("minutes", [1, 10, 100])
def test_the_memory_of_the_samples_does_not_grow_with_the_clip(minutes: int) -> None:
    times = [number / 5 for number in range(minutes * 300)]
    most = 64
    samples = collected(times, minutes * 60, 2, most, 16)
    assert most / 2 <= len(samples._kept) <= most
    assert len(samples.divide(minutes * 30, 0)[0].picks) >= 16


def test_as_many_pictures_are_kept_as_fit_into_64_megabytes_and_both_sides_need() -> None:
    assert most_samples(BUDGET, 112 * 84 * 3) == 64_000_000 // (112 * 84 * 3) // 2 * 2
    assert most_samples(BUDGET, 1_000_000_000) == 32


# --- the gap -------------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [0, 0.2, 0.5, 1.0])
@pytest.mark.parametrize("policy", ["scene", "ratio"])
@pytest.mark.parametrize("carrier", ["mp4", "prefix"])
def test_the_context_ends_a_gap_before_the_cut(
    tmp_path: Path, film: Path, gap: float, policy: str, carrier: str
) -> None:
    row = cut(film, tmp_path, min_gap=gap, policy=policy, carrier=carrier)
    proof = row.certificate
    assert proof.future_first - proof.context_last >= gap - TOLERANCE
    assert proof.future_first - proof.context_last <= max(gap, 0.25) + 0.34
    assert row.cut == pytest.approx(2.0 if policy == "ratio" else 28 / 12)


def test_what_happens_in_the_gap_is_told_to_neither_side() -> None:
    context, future = divide_events(EVENTS, 3.0, 2.5)
    assert [event.start for event in context] == [0.0, 1.0]
    assert [event.start for event in future] == [3.0]


def test_a_clip_too_short_for_the_gap_is_refused(tmp_path: Path) -> None:
    path = clips.write(tmp_path / "a.mp4")
    refusal = cut(path, tmp_path / "out", min_gap=1.9)
    assert refusal.kind == "too short"


# --- frames --------------------------------------------------------------------------------------


def test_lists_of_frames_hold_what_the_clips_hold(tmp_path: Path) -> None:
    path = clips.write(tmp_path / "a.mp4")
    films = cut(path, tmp_path / "films")
    lists = cut(path, tmp_path / "lists", carrier="frames")
    assert lists.context == [f"context/a.frames/{number:05d}.jpg" for number in range(8)]
    for side in ("context", "future"):
        wanted = shown(tmp_path / "films", getattr(films, side))
        assert shown(tmp_path / "lists", getattr(lists, side)) == wanted
    with Image.open(tmp_path / "lists" / lists.future[0]) as image:
        assert image.size == (lists.width, lists.height) == (films.width, films.height)
        assert image.layer[0][1:3] == (1, 1), "colour is stored at full size"
    assert lists.fps == BUDGET.fps
    again = cut(path, tmp_path / "again", carrier="frames")
    assert again == lists


def test_a_folder_of_frames_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "a.frames"
    write_frames(folder, [clips.bars(1)] * 3)
    old = {path.name: path.read_bytes() for path in folder.iterdir()}

    def breaks() -> Iterator[clips.Image]:
        yield clips.bars(2)
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == old
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_frames(folder, breaks())
    with pytest.raises(ValueError, match="at least one"):
        write_frames(folder, [])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == old
    write_frames(folder, [clips.bars(2)])
    assert [path.name for path in folder.iterdir()] == ["00000.jpg"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.frames"]


def test_a_list_of_frames_that_is_not_what_went_in_is_refused(tmp_path: Path) -> None:
    images = [clips.bars(number, 112, 84) for number in (1, 2, 64, 128)]
    made = []
    for name, numbers in (("c", (0, 1)), ("f", (2, 3))):
        write_frames(tmp_path / f"{name}.frames", [images[number] for number in numbers])
        made.append(
            Made(
                tmp_path / f"{name}.frames",
                [Origin(number, number / 4) for number in numbers],
                as_rate(4),
                (112, 84),
                [cells_of(images[number]) for number in numbers],
            )
        )
    first, second = (tmp_path / "c.frames" / f"0000{number}.jpg" for number in (0, 1))
    assert certify(*made).context_frames == 2
    kept = first.read_bytes(), second.read_bytes()
    for spoil, reason in (
        (lambda: first.write_bytes(kept[1]), "does not show the frame"),
        (lambda: first.write_bytes(kept[0][:200]), "does not read back"),
        (lambda: Image.new("RGB", (8, 8)).save(first), "not of the size"),
        (lambda: (tmp_path / "c.frames" / "00002.jpg").write_bytes(kept[0]), "holds 3 files"),
    ):
        spoil()
        with pytest.raises(Refused, match=reason) as caught:
            certify(*made)
        assert caught.value.kind == "leak"
        first.write_bytes(kept[0])
    (tmp_path / "c.frames" / "00002.jpg").unlink()
    with pytest.raises(Refused, match="are asked for"):
        certify(made[0], made[1], gap=1.0)


def test_what_any_carrier_left_is_found_and_removed(tmp_path: Path) -> None:
    path = clips.write(tmp_path / "a.mp4")
    out = tmp_path / "out"
    other = out / "context" / "a.frames.mp4"
    rows = [cut(path, out, carrier=carrier) for carrier in ("mp4", "frames")]
    other.write_bytes(b"of another clip")
    assert all(complete(out, row) for row in rows)
    (out / rows[1].context[3]).unlink()
    assert [complete(out, row) for row in rows] == [True, False]
    (out / "future" / ".a.frames.tmp").mkdir()
    (out / "future" / ".a.mp4.tmp").write_bytes(b"")
    remove(out, "a")
    assert [file for file in out.rglob("*") if file.is_file()] == [other]
    assert not list((out / "future").iterdir())
    assert place(out, "context", "a", "prefix") == place(out, "context", "a", "mp4")


# --- prefix --------------------------------------------------------------------------------------

#: Why a file is not copied; all others must come out right.
NOT_COPIED = {
    "h264_avi_b_frames.avi": "AVI",
    "h265_10bit.mkv": "no time stamp",
    "interlaced.mp4": "interlaced",
    "interlaced_mpeg2.ts": "interlaced",
    "mirrored.mp4": "turned or mirrored",
    "mpeg4.avi": "AVI",
    "mpeg4_b_frames.avi": "AVI",
    "turned.mp4": "turned or mirrored",
    "uneven.mp4": "uneven times",
    "vp8_hidden_frames.webm": "vp8 in an mp4",
    "hidden_start.mp4": "edit list",
}
SOURCES = {
    **clips.GOOD,
    "b_frames.mp4": lambda path: clips.write(path, options={"bf": "3", "preset": "medium"}),
    "hidden_start.mp4": clips.write_stream_copy,
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_prefix_copy_is_right_or_refused_with_a_way_out(tmp_path: Path, name: str) -> None:
    SOURCES[name](tmp_path / name)
    row = cut(tmp_path / name, tmp_path / "out", carrier="prefix")
    if name in NOT_COPIED:
        assert row.kind == "no prefix copy"
        assert NOT_COPIED[name] in row.reason
        assert "--carrier mp4" in row.reason
        assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
        return
    assert isinstance(row, Split), row
    copy = tmp_path / "out" / row.context
    context, future = (clips.numbers_in(tmp_path / "out" / p) for p in (row.context, row.future))
    assert context == list(range(len(context)))
    assert 20 < len(context) <= 24
    assert future == list(range(24, 48, 3))
    assert declared_frames(copy) == len(context) == row.certificate.context_frames
    info = probe(copy)
    assert (info.width, info.height, info.start) == (row.width, row.height, 0)
    assert info.fps == pytest.approx(row.fps, rel=1e-3)
    assert row.fps == pytest.approx(clips.FPS, rel=1e-3)
    assert row.certificate.context_last < row.cut <= row.certificate.future_first
    assert b"elst" not in copy.read_bytes()


def test_a_copy_that_shows_anything_else_is_refused(tmp_path: Path) -> None:
    path, other = clips.write(tmp_path / "a.mp4"), tmp_path / "b.mp4"
    clips.write(other, images=[clips.bars(number + 100) for number in range(48)])
    register = Register()
    for _ in register.watch(frames(other)):
        pass
    with pytest.raises(Refused, match="other pictures than the source"):
        make_prefix(path, tmp_path / "copy.mp4", 2.0, register)
    register = Register()
    for _ in register.watch(frames(path)):
        pass
    register.times[5] += 0.02
    with pytest.raises(Refused, match="at other times"):
        make_prefix(path, tmp_path / "copy.mp4", 2.0, register)
    with pytest.raises(Refused, match="1 different frame"):
        make_prefix(path, tmp_path / "copy.mp4", 0.05, register)


# --- settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [{"min_gap": -1}, {"policy": "random"}, {"carrier": "copy"}, {"ratio": 0}, {"ratio": 1}],
)
def test_a_wrong_setting_stops_before_any_work(wrong: dict[str, object]) -> None:
    with pytest.raises(UserError, match="must be"):
        Settings(**{"budget": BUDGET, **wrong})


def test_the_sidecar_tells_every_setting_that_makes_a_difference() -> None:
    told = Settings(BUDGET).described()
    assert set(told) == {"step"} | (set(Settings.__dataclass_fields__) - {"seed"})
    assert json.loads(json.dumps(told)) == told
