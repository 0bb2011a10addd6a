"""The frames that are fetched are those that decoding everything gives, and cost less."""

import random
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import clips
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep import fetch as fetching
from data_prep.fetch import Fetched, fetch, numbers_at
from data_prep.picture import UnreadableVideo
from data_prep.plan import Index, Packet, latest_at
from data_prep.video import Converter, frames

LONG = 120
# Frames shown before the key frame that they follow in the file; groups of fixed length; none.
GROUPS = {
    "default": {"preset": "veryfast"},
    "open": {"bf": "3", "x264-params": "open-gop=1:keyint=24:b-pyramid=normal:scenecut=0"},
    "short": {"bf": "2", "x264-params": "keyint=12:min-keyint=12:scenecut=0"},
    "no B": {"bf": "0", "g": "30"},
    "all key": {"g": "1"},
}
UNTRUSTED = {
    "h264_avi_b_frames.avi",
    "interlaced.mp4",
    "interlaced_mpeg2.ts",
    "mpeg4.avi",
    "mpeg4_b_frames.avi",
    "negative.ts",
    "stream.ts",
}


def shown(path: Path, fetched: list[Fetched]) -> list[tuple[int, float, int]]:
    """Return number, time and bar code of each frame."""
    found, convert = [], None
    for number, time, image in fetched:
        convert = convert or Converter(image.width, image.height)
        found.append((number, time, clips.number_of(convert(image))))
    return found


def decoded(path: Path) -> list[tuple[int, float, int]]:
    all_frames = [Fetched(i, frame.time, frame.image) for i, frame in enumerate(frames(path))]
    return shown(path, all_frames)


def assert_exact(path: Path, samples: int = 12) -> None:
    truth, rng = decoded(path), random.Random(0)
    choices = [rng.sample(range(len(truth)), rng.randint(1, 8)) for _ in range(samples)]
    for numbers in [[0], [len(truth) - 1], list(range(len(truth))), *choices]:
        assert shown(path, list(fetch(path, numbers))) == [truth[n] for n in sorted(set(numbers))]


@pytest.fixture
def fallbacks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were decoded from the first frame on."""
    met: list[Path] = []
    usual = fetching._one_by_one

    def spied(path: Path, *rest: Any) -> Any:
        met.append(path)
        return usual(path, *rest)

    monkeypatch.setattr(fetching, "_one_by_one", spied)
    return met


@pytest.mark.parametrize("name", clips.GOOD)
def test_every_kind_of_file_gives_exactly_the_frames_asked_for(
    name: str, tmp_path: Path, fallbacks: list[Path]
) -> None:
    path = tmp_path / name
    clips.GOOD[name](path)
    assert_exact(path)
    assert bool(fallbacks) == (name in UNTRUSTED)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_every_kind_of_group_gives_exactly_the_frames_asked_for(
    group: str, suffix: str, tmp_path: Path, fallbacks: list[Path]
) -> None:
    images = [clips.bars(number) for number in range(LONG)]
    path = clips.write(tmp_path / f"a.{suffix}", options=GROUPS[group], images=images)
    assert_exact(path, samples=20)
    assert not fallbacks


def test_frames_hidden_by_an_edit_list_are_not_counted(
    tmp_path: Path, fallbacks: list[Path]
) -> None:
    path = clips.write_stream_copy(tmp_path / "copy.mp4")
    assert_exact(path)
    assert not fallbacks
    [first] = shown(path, list(fetch(path, [0])))
    assert first == (0, 0.0, clips.FRAMES - len(decoded(path)))


def test_open_groups_of_hevc(tmp_path: Path, fallbacks: list[Path]) -> None:
    options = {**clips.H265, "x265-params": clips.H265["x265-params"] + ":keyint=16:open-gop=1"}
    images = [clips.bars(number) for number in range(64)]
    assert_exact(clips.write(tmp_path / "a.mp4", "libx265", options=options, images=images))
    assert not fallbacks


def test_few_frames_cost_few_packets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = [clips.bars(number) for number in range(LONG)]
    path = clips.write(tmp_path / "a.mp4", options=GROUPS["short"], images=images)
    sent: list[int] = []
    usual = fetching._Reader._packets

    def counted(self: Any, run: Any) -> Any:
        for packet in usual(self, run):
            sent.append(packet is not None)
            yield packet

    monkeypatch.setattr(fetching._Reader, "_packets", counted)
    assert len(list(fetch(path, [0, 60, 119]))) == 3
    # The first is a key frame, and so is frame 60; the last needs its group of 12.
    assert sum(sent) <= 14


def test_pictures_that_nothing_refers_to_are_passed_over(tmp_path: Path) -> None:
    images = [clips.bars(number) for number in range(LONG)]
    path = clips.write(tmp_path / "a.mp4", options={"bf": "2", "g": "250"}, images=images)
    with fetching.opened(path) as container:
        reader = fetching._Reader(container)
        out: list[int | None] = []
        usual = reader._check
        reader._check = lambda image, number: (out.append(number), usual(image, number))[1]  # type: ignore[method-assign]
        assert [each.number for each in reader.read([LONG - 1])] == [LONG - 1]
    assert len(out) < LONG * 0.8


@pytest.mark.parametrize("name", ["uneven.mp4", "late.mp4", "stream.ts", "mpeg4_b_frames.avi"])
def test_a_time_names_the_frame_on_screen(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    clips.GOOD[name](path)
    begins = [time for _, time, _ in decoded(path)]
    times = [-1.0, 0.0, begins[5], begins[5] + 0.01, begins[6] - 0.01, begins[-1] + 9]
    assert numbers_at(path, times) == [0, 0, 5, 5, 5, len(begins) - 1]


def test_nothing_is_decoded_to_find_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clips.write(tmp_path / "a.mp4")
    monkeypatch.setattr(fetching, "frames", lambda path: pytest.fail("decoded"))
    assert numbers_at(path, [1.0]) == [clips.FPS]


@pytest.mark.parametrize("name", ["a.mp4", "a.avi"])
def test_a_frame_that_is_not_there_is_refused(name: str, tmp_path: Path) -> None:
    path = clips.write(tmp_path / name)
    reader = fetch(path, [3, clips.FRAMES])
    assert next(reader).number == 3
    with pytest.raises(UnreadableVideo, match=f"no frame {clips.FRAMES}: the video has 48"):
        next(reader)
    with pytest.raises(ValueError, match="counted from 0, got -1"):
        next(fetch(path, [-1]))
    assert not list(fetch(path, []))


@pytest.mark.parametrize("name", ["hole.mp4", "spoilt.mp4"])
def test_a_damaged_frame_is_refused_and_those_before_it_are_not(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    clips.BAD[name][0](path)
    assert shown_ok(path, 0)
    with pytest.raises(UnreadableVideo, match=r"do not decode|is damaged"):
        list(fetch(path, [30]))


def shown_ok(path: Path, number: int) -> bool:
    return [each.number for each in fetch(path, [number])] == [number]


@pytest.mark.parametrize("name", ["audio.mp4", "empty.mp4", "text.mp4", "tailless.mp4", "pipe.mp4"])
def test_what_is_no_video_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    make, reason = clips.BAD[name]
    path = tmp_path / name
    make(path)
    with pytest.raises(UnreadableVideo, match=reason):
        list(fetch(path, [0, 40]))


def test_an_index_that_lies_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames already given out are compared with those of the full decode."""
    path = clips.write(tmp_path / "a.mp4", options={"bf": "0", "g": "12"})
    usual = Index.doubt

    def lie(self: Index) -> str | None:
        # As if the second packet were never shown: later numbers are off by one.
        self.order.pop(1)
        self.at.pop(max(self.at))
        return usual(self) and None

    monkeypatch.setattr(Index, "doubt", lie)
    with pytest.raises(UnreadableVideo, match="its packet says"):
        list(fetch(path, [5, 46]))


def test_a_seek_that_goes_astray_costs_time_and_no_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fallbacks: list[Path]
) -> None:
    path = clips.write(tmp_path / "a.mp4", options={"bf": "0", "g": "12"})
    truth = decoded(path)
    usual = fetching._Reader._list

    def late(self: Any) -> Index:
        index = usual(self)
        end = index.packets[-1].seek
        return Index([replace(packet, seek=end) for packet in index.packets], index.unit)

    monkeypatch.setattr(fetching._Reader, "_list", late)
    assert shown(path, list(fetch(path, [5, 30]))) == [truth[5], truth[30]]
    assert fallbacks == [path]


@st.composite
def streams(draw: st.DrawFn) -> Index:
    """Closed and open groups: a key frame, the leading pictures of an open one, the rest."""
    packets: list[Packet] = []
    shown_before = 0
    for group in range(draw(st.integers(1, 5))):
        leading = draw(st.integers(0, 3)) if group else 0
        following = draw(st.permutations(range(draw(st.integers(0, 6)))))
        key = shown_before + leading
        stamps = [key, *range(shown_before, key), *(key + 1 + place for place in following)]
        packets += [Packet(stamp, stamp, number == 0, True) for number, stamp in enumerate(stamps)]
        shown_before += len(stamps)
    return Index(packets, 0.04)


@given(streams(), st.data())
def test_a_plan_covers_each_frame_once_from_a_key_frame_that_it_needs(
    index: Index, data: st.DataObject
) -> None:
    assert index.doubt() is None
    numbers = data.draw(st.sets(st.integers(0, len(index.order) - 1), min_size=1))
    runs = index.runs(numbers)
    assert [number for run in runs for number in run.wanted.values()] == sorted(numbers)
    for run in runs:
        assert index.packets[run.start].key
        for stamp, number in run.wanted.items():
            assert index.at[stamp] == index.order[number]
            assert run.start <= index.at[stamp] <= run.last
            # Everything from its own group's key frame on is decoded, or that of the group before.
            assert any(
                packet.key and packet.stamp <= stamp
                for packet in index.packets[run.start : index.at[stamp] + 1]
            )
    sizes = [run.last + 1 - run.start for run in runs]
    assert sum(sizes) <= len(index.packets)
    assert all(a.last < b.start for a, b in pairwise(runs))


@given(st.lists(st.floats(0, 100), min_size=1, unique=True).map(sorted), st.floats(-5, 110))
def test_the_frame_on_screen_is_the_last_that_has_begun(begins: list[float], time: float) -> None:
    number = latest_at(begins, time)
    assert begins[number] <= time + 1e-3 or number == 0
    assert number + 1 == len(begins) or begins[number + 1] > time + 1e-3


def test_fetching_leaves_no_file_open(tmp_path: Path) -> None:
    path = clips.write(tmp_path / "a.mp4")
    before = len(list(Path("/proc/self/fd").iterdir()))
    next(fetch(path, [3, 5])).image.to_ndarray()
    for _ in range(5):
        list(fetch(path, [7]))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
