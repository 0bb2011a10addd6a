"""Clips in, context and future out: no leak in the pixels, the same bytes every time."""

import json
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path

import clips
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from data_prep import workers
from data_prep.cli import app
from data_prep.cutting import grid
from data_prep.cutting.certificate import Made, certify
from data_prep.cutting.choice import choose_cut, divide_events
from data_prep.cutting.grid import Halves, Origin, pick, sample_grid
from data_prep.cutting.one import Settings
from data_prep.cutting.refusal import Refused
from data_prep.cutting.split import Summary, split_clips
from data_prep.errors import UserError
from data_prep.manifest import read_manifest, sidecar, write_manifest
from data_prep.records import Clip, Event, Split
from data_prep.steps.engine import Engine, run_isolated
from data_prep.steps.ledger import ledger_path
from data_prep.steps.lock import alone_in
from data_prep.steps.naming import safe_ids
from data_prep.video import Frame, as_rate, count_frames, probe, sha256, write_clip
from data_prep.vision import VisionBudget

BUDGET = VisionBudget(fps=4, max_frames=16, min_pixels=784, max_pixels=112 * 84)
EVENTS = [Event(start=s, end=s + 1, text=f"event {s}") for s in (0.0, 1.0, 2.0, 3.0)]


def rows_of(out: Path) -> list[Split]:
    return list(read_manifest(out / "splits.jsonl", Split, made_by="split"))


def report_of(out: Path) -> dict[str, dict[str, str]]:
    lines = (out / "report.jsonl").read_text().splitlines()
    return {row["video"]: row for row in map(json.loads, lines)}


def run(source: Path, out: Path, **settings: object) -> Summary:
    running = {"annotations", "workers", "timeout", "progress"}
    cutting = {name: value for name, value in settings.items() if name not in running}
    rest = {name: value for name, value in settings.items() if name in running}
    engine = {name: rest.pop(name) for name in ("workers", "timeout") if name in rest}
    return split_clips(
        source,
        out,
        Settings(**{"budget": BUDGET, **cutting}),
        engine=Engine(**{"workers": 1, **engine}),
        **rest,
    )


def annotate(path: Path, *names: str) -> Path:
    events = [event.model_dump(exclude_none=True) for event in EVENTS]
    path.write_text("".join(json.dumps({"video": n, "events": events}) + "\n" for n in names))
    return path


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Summary]:
    """One run over all good and bad files beside each other."""
    root = tmp_path_factory.mktemp("mixed")
    folder = root / "videos"
    (folder / "deep").mkdir(parents=True)
    for name, make in clips.GOOD.items():
        make(folder / name)
    for name, (make, _) in clips.BAD.items():
        make(folder / "deep" / name)
    (folder / "notes.txt").write_text("not looked for")
    (folder / ".hidden.mp4").write_text("not looked for")
    return folder, root / "out", run(folder, root / "out", workers=2, policy="ratio")


@pytest.mark.parametrize("name", clips.GOOD)
def test_no_frame_of_the_future_is_in_the_pixels_of_the_context(
    mixed: tuple[Path, Path, Summary], name: str
) -> None:
    _, out, _ = mixed
    split = next(row for row in rows_of(out) if row.id == name.rpartition(".")[0])
    context, future = (clips.numbers_in(out / path) for path in (split.context, split.future))
    assert context == sorted(context)
    assert future == sorted(future)
    assert max(context) < min(future)
    assert len(context) == split.certificate.context_frames
    assert len(future) == split.certificate.future_frames
    assert len(context) % 2 == len(future) % 2 == 0
    assert split.certificate.context_last < split.cut <= split.certificate.future_first
    if name != "uneven.mp4":
        assert context == list(range(0, 24, 3))
        assert future == list(range(24, 48, 3))
    info = probe(out / split.context)
    assert (info.width, info.height) == (split.width, split.height)
    assert info.fps == pytest.approx(split.fps)
    assert not {"width", "height"} & {side for side in ("width", "height") if info.width % 28}


@pytest.mark.parametrize("name", clips.BAD)
def test_a_bad_clip_costs_only_itself(mixed: tuple[Path, Path, Summary], name: str) -> None:
    _, out, summary = mixed
    assert summary.split == len(clips.GOOD)
    assert summary.clips == len(clips.GOOD) + len(clips.BAD)
    assert summary.ignored == 2
    row = report_of(out)[f"deep/{name}"]
    assert clips.BAD[name][1] in row["reason"] or name == "hole.mp4", row
    if name == "hole.mp4":
        assert "damaged" in row["reason"] or "does not decode" in row["reason"], row
    assert not list(out.rglob(f"*deep_{Path(name).stem}*"))


def test_what_is_written_besides_the_clips(mixed: tuple[Path, Path, Summary]) -> None:
    _, out, _ = mixed
    rows = rows_of(out)
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    meta = json.loads(sidecar(out / "splits.jsonl").read_text())
    assert meta["seed"] == 0
    assert meta["settings"]["budget"]["fps"] == 4
    assert not [path for path in out.iterdir() if path.name.endswith(("-wal", ".tmp"))]
    assert all(row.how == "ratio 0.5" for row in rows)
    assert all(row.context_caption is None for row in rows)


def test_the_bytes_depend_on_nothing_but_files_settings_and_seed(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    for number in range(5):
        clips.write(folder / f"{number}.mp4")
    notes = annotate(tmp_path / "events.jsonl", *(f"{number}.mp4" for number in range(5)))
    digests = []
    for count, name in ((1, "a"), (2, "b")):
        run(folder, tmp_path / name, workers=count, annotations=notes, seed=7)
        files = sorted((tmp_path / name).rglob("*"))
        digests.append(
            {
                str(path.relative_to(tmp_path / name)): sha256(path)
                for path in files
                if path.is_file() and not path.name.startswith(".")
            }
        )
    assert digests[0] == digests[1]
    assert len(digests[0]) == 13
    cuts = {row.cut for row in rows_of(tmp_path / "a")}
    assert len(cuts) > 1, "the boundary is drawn for each clip, not once for all"
    run(folder, tmp_path / "b", annotations=notes, seed=8)
    assert rows_of(tmp_path / "a") != rows_of(tmp_path / "b")


def test_a_killed_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    folder, out = tmp_path / "videos", tmp_path / "out"
    folder.mkdir()
    for number in range(6):
        clips.write(folder / f"{number}.mp4")
    (folder / "x.mp4").write_text("not a video")
    run(folder, out)
    whole = (out / "splits.jsonl").read_bytes(), (out / "report.jsonl").read_bytes()
    with sqlite3.connect(ledger_path(out, "splits")) as ledger:
        ledger.execute("DELETE FROM entry WHERE clip > '2'")
        ledger.execute("UPDATE run SET ended = 0")
    ledger.close()
    (out / "splits.jsonl").unlink()
    for number in (3, 4, 5):
        (out / "context" / f"{number}.mp4").unlink()
    stamps = {n: (out / "context" / f"{n}.mp4").stat().st_mtime_ns for n in (0, 1, 2)}
    summary = run(folder, out)
    assert (summary.resumed, summary.split) == (3, 6)
    assert {n: (out / "context" / f"{n}.mp4").stat().st_mtime_ns for n in stamps} == stamps
    assert ((out / "splits.jsonl").read_bytes(), (out / "report.jsonl").read_bytes()) == whole


def test_a_second_start_does_only_what_is_needed(tmp_path: Path) -> None:
    folder, out = tmp_path / "videos", tmp_path / "out"
    folder.mkdir()
    for number in range(3):
        clips.write(folder / f"{number}.mp4")
    assert run(folder, out, policy="ratio").resumed == 0
    assert run(folder, out, policy="ratio").resumed == 3
    (out / "future" / "1.mp4").unlink()
    assert run(folder, out, policy="ratio").resumed == 2
    clips.write(folder / "2.mp4", fps=6)
    assert run(folder, out, policy="ratio").resumed == 2
    assert rows_of(out)[2].cut == pytest.approx(4.0)
    (folder / "0.mp4").unlink()
    assert run(folder, out, policy="ratio").clips == 2
    assert not list(out.rglob("0.mp4"))
    with pytest.raises(UserError, match="too short"):
        run(folder, out, min_future=99)
    assert not list(out.rglob("*.mp4"))
    assert run(folder, out, policy="ratio", ratio=0.25).resumed == 0
    assert rows_of(out)[0].cut == pytest.approx(1.0)


def test_two_runs_may_not_write_to_one_folder(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(UserError, match="another run"), alone_in(tmp_path):
        pass


def clip_row(path: Path, **changes: object) -> Clip:
    values = {"id": "a", "video": path.name, "source": "test", "license": "CC0", "duration": 4}
    values |= {"fps": 12, "width": 128, "height": 96, "frames": 48, "sha256": sha256(path)}
    return Clip.model_validate({**values, **changes})


def test_a_manifest_brings_events_part_and_checksum(tmp_path: Path) -> None:
    path = clips.write(tmp_path / "a.mp4")
    rows = [
        clip_row(path, events=EVENTS, part="test", caption="how it ends"),
        clip_row(path, id="b", sha256="0" * 64),
        clip_row(path, id="c", video="gone.mp4"),
        clip_row(path, id="d", events=[Event(start=9, end=10, text="too late")]),
    ]
    write_manifest(tmp_path / "clips.jsonl", rows, settings={}, seed=0)
    run(tmp_path / "clips.jsonl", tmp_path / "out")
    (split,) = rows_of(tmp_path / "out")
    assert (split.part, split.context_caption, split.future_caption) == ("test", None, None)
    assert split.how.startswith("event boundary")
    assert split.how.endswith("3 of 3 usable")
    assert all(event.end <= split.cut for event in split.context_events)
    assert all(event.start >= split.cut for event in split.future_events)
    assert len(split.context_events) + len(split.future_events) == 4
    lines = (tmp_path / "out" / "report.jsonl").read_text().splitlines()
    assert [json.loads(line)["kind"] for line in lines] == [
        "changed",
        "unreadable",
        "events do not fit",
    ]


def test_what_stops_a_run_before_anything_is_done(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    path = clips.write(tmp_path / "outside.mp4")
    for video in ("../outside.mp4", str(path), "link.mp4"):
        (folder / "link.mp4").unlink(missing_ok=True)
        (folder / "link.mp4").symlink_to(path)
        write_manifest(folder / "c.jsonl", [clip_row(path, video=video)], settings={}, seed=0)
        with pytest.raises(UserError, match="below its own folder"):
            run(folder / "c.jsonl", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    (folder / "link.mp4").unlink()
    with pytest.raises(UserError, match=r"holds no video[\s\S]*videos[\s\S]*\.webm"):
        run(folder, tmp_path / "out")
    clips.write(folder / "a.mp4")
    with pytest.raises(UserError, match="not in"):
        run(folder, tmp_path / "out", annotations=annotate(tmp_path / "e.jsonl", "b.mp4"))
    with pytest.raises(UserError, match="two lines"):
        run(folder, tmp_path / "out", annotations=annotate(tmp_path / "e.jsonl", *["a.mp4"] * 2))
    for setting in ({"ratio": 1.0}, {"workers": 0}, {"timeout": 0}, {"min_future": -1}):
        with pytest.raises(UserError, match="must be"):
            run(folder, tmp_path / "out", **setting)
    twice = [clip_row(path, video="a.mp4")] * 2
    write_manifest(folder / "c.jsonl", twice, settings={}, seed=0)
    with pytest.raises(UserError, match="two clips of one id"):
        run(folder / "c.jsonl", tmp_path / "out")
    unsafe = [clip_row(path, video="a.mp4", id="../a")]
    write_manifest(folder / "c.jsonl", unsafe, settings={}, seed=0)
    with pytest.raises(UserError, match="names its files"):
        run(folder / "c.jsonl", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_run_without_any_split_fails_and_keeps_the_report(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    (folder / "a.mp4").write_text("no")
    Path(os.fsdecode(bytes(folder) + b"/\xff.mp4")).write_text("no")
    with pytest.raises(UserError, match=r"none of 2 clips[\s\S]*\.mp4: unreadable"):
        run(folder, tmp_path / "out")
    assert set(report_of(tmp_path / "out")) == {"a.mp4", "\\udcff.mp4"}
    assert not (tmp_path / "out" / "splits.jsonl").exists()


def test_the_command_line(tmp_path: Path) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    clips.write(folder / "ok.mp4")
    (folder / "[red] bad.mp4").write_text("no")
    vision = tmp_path / "vision.yaml"
    vision.write_text("small: {fps: 4, max_frames: 16, min_pixels: 784, max_pixels: 9408}\n")
    options = ["--out", str(tmp_path / "out"), "--vision", f"{vision}:small", "--workers", "1"]
    result = CliRunner().invoke(app, ["split", str(folder), *options])
    assert result.exit_code == 0, result.output
    assert "2 clips: 1 split, 1 refused (1 unreadable)" in result.output
    assert "refused [red] bad.mp4: unreadable: cannot be opened" in result.output
    again = CliRunner().invoke(app, ["split", str(folder), *options])
    assert "nothing to do" in again.output
    text = CliRunner().invoke(app, ["split", "--help"]).output
    assert text.count("python -m data_prep split videos --out splits") == 3


# --- workers -------------------------------------------------------------------------------------


def behave(item: str) -> str:
    if item == "crash":
        os.abort()
    if item == "hang":
        time.sleep(600)
    if item == "raise":
        raise OSError(28, "No space left on device")
    return item.upper()


def test_a_crash_and_a_hang_cost_one_item_each() -> None:
    items = ["a", "crash", "b", "hang", "c", "raise", "d"]
    done = {d.item: d.result for d in run_isolated(behave, items, Engine(workers=2, timeout=2))}
    assert [done[item] for item in "abcd"] == ["A", "B", "C", "D"]
    kinds = {item: done[item].kind for item in ("crash", "hang", "raise")}
    assert kinds == {"crash": "crash", "hang": "timeout", "raise": "error"}
    assert "2 s" in done["hang"].reason


def test_items_are_drawn_as_they_are_needed() -> None:
    drawn = []

    def items() -> Iterable[str]:
        for number in range(1000):
            drawn.append(number)
            yield str(number)

    results = run_isolated(behave, items(), Engine(workers=1))
    next(results)
    results.close()
    assert len(drawn) < 50


def test_a_crashed_clip_is_tried_again_and_a_full_disk_stops_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = tmp_path / "videos", tmp_path / "out"
    folder.mkdir()
    for name in ("a", "b"):
        clips.write(folder / f"{name}.mp4")
    failure = workers.Failure("crash", "the process that read it died (exit code -6)")

    def fails_on_b(function: object, items: Iterable[object], engine: Engine) -> object:
        items = list(items)
        yield from run_isolated(function, [i for i in items if i.job.id != "b"], engine)
        yield from (workers.Done(i, failure) for i in items if i.job.id == "b")

    monkeypatch.setattr("data_prep.cutting.split.run_isolated", fails_on_b)
    assert run(folder, out).refusals.by_kind == {"crash": 1}
    failure = workers.Failure("error", "OSError: full", OSError(28, "full"))
    with pytest.raises(UserError, match="cannot write"):
        run(folder, out)
    monkeypatch.undo()
    summary = run(folder, out)
    assert (summary.resumed, summary.split) == (1, 2)


# --- the grid ------------------------------------------------------------------------------------


@given(
    cut=st.floats(0.5, 4000),
    fps=st.sampled_from([0.1, 1 / 3, 1, 2, 3, 4, 29.97, 30000 / 1001]),
    half=st.integers(1, 64),
    is_context=st.booleans(),
)
def test_a_grid_is_even_inside_its_part_and_within_the_budget(
    cut: float, fps: float, half: int, is_context: bool
) -> None:
    budget = VisionBudget(fps=fps, max_frames=2 * half, min_pixels=784, max_pixels=784)
    begin, end = (0.0, cut) if is_context else (cut, 2 * cut)
    try:
        grid = sample_grid(begin, end, budget, ends_at_cut=is_context)
    except Refused:
        assert (end - begin) * fps < 2
        return
    count = len(grid.times)
    assert count % 2 == 0
    assert 2 <= count <= budget.max_frames
    assert all(begin <= t < end for t in grid.times)
    assert list(grid.times) == sorted(set(grid.times))
    step = 1 / float(grid.rate)
    assert grid.times[0 if not is_context else -1] == pytest.approx(
        begin if not is_context else end - step, rel=1e-4, abs=1e-6
    )
    if count == budget.max_frames and (end - begin) * fps + 0.01 >= count + 2:
        assert count * step == pytest.approx(end - begin, rel=1e-3)
    else:
        assert step == pytest.approx(1 / fps, rel=1e-4)
    # What LLaMA-Factory and qwen-vl-utils compute of header count, rate and fps.
    assert float(count / grid.rate) * fps >= count
    assert count / float(grid.rate) * fps >= count


@given(
    gaps=st.lists(st.floats(0.01, 2), min_size=2, max_size=60),
    share=st.floats(0.05, 0.95),
    fps=st.sampled_from([1, 2, 4]),
)
def test_picks_are_the_frames_on_screen_and_never_cross_the_cut(
    gaps: list[float], share: float, fps: int
) -> None:
    times = [0.0]
    for gap in gaps:
        times.append(times[-1] + gap)
    cut = share * times[-1]
    wanted = [cut - (4 - i) / fps for i in range(4)], [cut + i / fps for i in range(4)]
    halves = Halves((Frame(t, None) for t in times), cut)
    context = [p.origin for p in pick(halves.context(), [max(0.0, t) for t in wanted[0]])]
    future = [p.origin for p in pick(halves.future(), wanted[1])]
    first = next(i for i, t in enumerate(times) if t >= cut - grid.TOLERANCE)
    for origins, targets, allowed in (
        (context, wanted[0], range(first)),
        (future, wanted[1], range(first, len(times))),
    ):
        if not allowed:
            assert not origins
            continue
        shown = [
            max((i for i in allowed if times[i] <= t + grid.TOLERANCE), default=allowed[0])
            for t in targets
        ]
        assert [origin.number for origin in origins] == shown


def test_a_long_clip_is_spread_over_the_budget_and_a_slow_one_repeats_frames(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "videos"
    folder.mkdir()
    clips.write(folder / "long.mp4", images=[clips.bars(i) for i in range(200)])
    clips.write(folder / "slow.mp4", images=[clips.bars(i) for i in range(6)], fps=1)
    run(folder, tmp_path / "out", policy="ratio", ratio=0.4)
    long, slow = rows_of(tmp_path / "out")
    context, future = (clips.numbers_in(tmp_path / "out" / p) for p in (long.context, long.future))
    assert len(context) == len(future) == 16
    assert (context[0], future[0]) == (0, 80)
    assert 75 <= context[-1] < 80
    assert future[-1] > 185
    assert long.fps == pytest.approx(16 / long.cut)
    # Cut at 2.4 s: frame 2 is on screen then and belongs to the context.
    numbers = [clips.numbers_in(tmp_path / "out" / path) for path in (slow.context, slow.future)]
    assert sorted(set(numbers[0])) == [0, 1, 2]
    assert sorted(set(numbers[1])) == [3, 4, 5]


@pytest.mark.parametrize("fps", [2, 3, 29.97])
@pytest.mark.parametrize("seconds", [2, 7.3, 43.73])
def test_the_consumers_take_every_frame_as_it_is(
    tmp_path: Path, fps: float, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    from llamafactory.data.mm_plugin import Qwen2VLPlugin
    from qwen_vl_utils.vision_process import fetch_video

    budget = VisionBudget(fps=fps, max_frames=64, min_pixels=784, max_pixels=16384)
    grid = sample_grid(0.0, seconds, budget, ends_at_cut=True)
    path = tmp_path / "clip.mp4"
    images = [clips.bars(i, *budget.size(640, 360)) for i in range(len(grid.times))]
    write_clip(path, images, grid.rate)
    count = len(images)
    assert count_frames(path) == count

    plugin = Qwen2VLPlugin("<|image_pad|>", "<|video_pad|>", None)
    limits = {"video_fps": fps, "video_maxlen": 64}
    taken = plugin._regularize_videos(
        [str(path)], **limits, image_max_pixels=16384, image_min_pixels=784
    )["videos"][0]
    assert [clips.number_of(clips.np.asarray(image)) for image in taken] == list(range(count))

    monkeypatch.setattr("qwen_vl_utils.vision_process.FORCE_QWENVL_VIDEO_READER", "decord")
    request = {"video": str(path), "fps": fps, "max_frames": 64}
    video = fetch_video({**request, "min_pixels": 784, "max_pixels": 16384})
    assert tuple(video.shape) == (count, 3, *images[0].shape[:2])
    shown = video.permute(0, 2, 3, 1).numpy().astype("uint8")
    assert [clips.number_of(image) for image in shown] == list(range(count))


# --- cut, events, ids, certificate ---------------------------------------------------------------


def cut_of(events: list[Event], duration: float, policy: str, seed: int = 0) -> tuple[float, str]:
    return choose_cut(
        events,
        duration,
        policy=policy,
        ratio=0.5,
        min_context=1.5,
        min_future=1.0,
        rng=random.Random(seed),
    )[:2]


def test_where_a_clip_is_cut() -> None:
    assert cut_of([], 4, "auto") == (
        2.0,
        "ratio 0.5: the clip has no events; no other scene begins",
    )
    assert cut_of(EVENTS, 4, "ratio") == (2.0, "ratio 0.5")
    assert {cut_of(EVENTS, 4, "event", seed) for seed in range(20)} == {
        (2.0, "event boundary 2.0 s, 2 of 3 usable"),
        (3.0, "event boundary 3.0 s, 2 of 3 usable"),
    }
    assert cut_of(EVENTS[:1], 4, "auto")[1].startswith("ratio 0.5: no event starts after the first")
    assert cut_of(EVENTS[:2], 4, "auto")[1].startswith("ratio 0.5: 0 of 1 event boundaries leave")
    for events, duration, policy, kind in (
        ([], 4, "event", "no event boundary"),
        ([], 2.5, "auto", "too short"),
        (EVENTS, 2.5, "event", "events do not fit"),
    ):
        with pytest.raises(Refused) as caught:
            cut_of(events, duration, policy)
        assert caught.value.kind == kind


def test_an_event_that_straddles_the_cut_is_on_neither_side() -> None:
    straddling = Event(start=1.5, end=2.5, text="straddles")
    instant = Event(start=2, end=2, text="an instant at the cut")
    context, future = divide_events([*EVENTS, straddling, instant], 2.0)
    assert context == EVENTS[:2]
    assert future == [*EVENTS[2:], instant]


def test_ids_are_safe_unique_and_free_of_order() -> None:
    names = ["a.mp4", "a.avi", "A.mkv", "b/c d.mp4", "视频.mp4", "x" * 300 + ".mp4", "../e.mp4"]
    ids = safe_ids(names)
    assert safe_ids(names[::-1]) == ids
    assert len({id_.casefold() for id_ in ids.values()}) == len(names)
    assert ids["b/c d.mp4"] == "b_c_d"
    assert all(id_.isascii() and "/" not in id_ and len(id_) < 120 for id_ in ids.values())
    assert not any(id_.startswith(".") for id_ in ids.values())


def test_a_certificate_is_refused_where_there_is_a_leak(tmp_path: Path) -> None:
    paths = tmp_path / "context.mp4", tmp_path / "future.mp4"
    for path in paths:
        write_clip(path, [clips.bars(0, 112, 84)] * 2, 4)
    rates = (as_rate(4), as_rate(4))
    good = [Origin(0, 0.0), Origin(3, 0.25)], [Origin(6, 0.5), Origin(9, 0.75)]

    def attempt(context: list[Origin], future: list[Origin]) -> object:
        sides = (context, future)
        made = [
            Made(path, side, rate, (112, 84))
            for path, side, rate in zip(paths, sides, rates, strict=True)
        ]
        return certify(*made)

    assert attempt(*good).context_last == 0.25
    for context, future, reason in (
        (good[0], [Origin(3, 0.25), Origin(9, 0.75)], "in both files"),
        ([Origin(0, 0.0), Origin(7, 0.6)], good[1], "leak"),
        (good[0] * 2, good[1], "holds 2 frames, 4 went in"),
    ):
        with pytest.raises(Refused, match=reason) as caught:
            attempt(context, future)
        assert caught.value.kind == "leak"
    write_clip(paths[1], [clips.bars(0, 112, 84)] * 2, 5)
    with pytest.raises(Refused, match="is shown at"):
        attempt(*good)
    shutil.copy(__file__, paths[1])
    with pytest.raises(Refused, match="does not read back"):
        attempt(*good)


def test_a_folder_that_cannot_be_listed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    videos = tmp_path / "videos"
    (videos / "locked").mkdir(parents=True)
    clips.write(videos / "a.mp4")
    scandir = os.scandir

    # As root no folder is locked.
    def refuse(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    summary = run(videos, tmp_path / "out", min_context=0.5, min_future=0.5)
    assert [(row.video, row.kind) for row in summary.refusals.first] == [
        ("locked", "no permission")
    ]
    assert report_of(tmp_path / "out")["locked"]["reason"].startswith("the folder cannot be listed")
