"""The only module that opens a video: what it measures, decodes, refuses and writes."""

from fractions import Fraction
from pathlib import Path

import av
import clips
import numpy as np
import pytest

from data_prep.video import (
    Converter,
    UnreadableVideo,
    count_frames,
    declared_frames,
    frames,
    probe,
    sha256,
    write_clip,
)

RATES = [4, 2.0, 29.97, Fraction(30000, 1001), 128 / 437.3, 1 / 3]


def ramp(count: int, width: int = 56, height: int = 56) -> list[clips.Image]:
    return [np.full((height, width, 3), 5 * i % 256, np.uint8) for i in range(count)]


@pytest.mark.parametrize("name", clips.GOOD)
def test_a_good_file_is_read_whole_upright_and_in_order(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    clips.GOOD[name](path)
    info = probe(path)
    convert = Converter(info.width, info.height)
    read = [(frame.time, clips.number_of(convert(frame.image))) for frame in frames(path)]
    times, numbers = zip(*read, strict=True)
    assert numbers == tuple(range(clips.FRAMES))
    assert times[0] == 0
    assert np.all(np.diff(times) > 0)
    assert info.frames == clips.FRAMES
    assert info.fps == pytest.approx(clips.FRAMES / info.duration)
    if name not in {"uneven.mp4", "odd_size.mp4"}:
        assert (info.width, info.height) == (clips.WIDTH, clips.HEIGHT)
        assert info.duration == pytest.approx(4.0, abs=2e-3)
        assert times == pytest.approx([i / clips.FPS for i in range(clips.FRAMES)], abs=1e-3)


@pytest.mark.parametrize("name", sorted(set(clips.BAD) - {"short.mp4", "tiny_steps.mp4"}))
def test_a_bad_file_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    make, reason = clips.BAD[name]
    make(tmp_path / name)
    with pytest.raises(UnreadableVideo, match=reason) as caught:
        probe(tmp_path / name)
        count_frames(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_missing_files_and_folders_are_unreadable(tmp_path: Path) -> None:
    for path, reason in ((tmp_path, "not a regular file"), (tmp_path / "x.mp4", "No such file")):
        with pytest.raises(UnreadableVideo, match=reason):
            probe(path)
        with pytest.raises(UnreadableVideo, match=reason):
            next(frames(path))
    with pytest.raises(UnreadableVideo, match="No such file"):
        sha256(tmp_path / "x.mp4")


def test_a_name_that_looks_like_an_address_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "concat:http 'ä'%d.mp4"
    clips.write(tmp_path / "plain.mp4").rename(path)
    assert count_frames(path) == clips.FRAMES


def test_a_size_change_in_the_middle_is_refused(tmp_path: Path) -> None:
    joined = tmp_path / "joined.ts"
    with av.open(str(joined), "w") as file:
        stream = file.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        stream.options = {"bf": "0"}
        larger = av.CodecContext.create("libx264", "w")
        larger.width, larger.height, larger.pix_fmt = 160, 120, "yuv420p"
        larger.framerate, larger.time_base, larger.options = 12, Fraction(1, 12), {"bf": "0"}
        for first, encoder, size in ((0, stream, (128, 96)), (12, larger, (160, 120))):
            images = [clips.bars(first + i, *size) for i in range(12)]
            packets = []
            for number, image in enumerate(images, start=first):
                frame = av.VideoFrame.from_ndarray(image, format="rgb24")
                frame = frame.reformat(format="yuv420p")
                frame.pts, frame.time_base = number, Fraction(1, 12)
                packets += encoder.encode(frame)
            for packet in packets + encoder.encode(None):
                packet.stream = stream
                file.mux(packet)
    with pytest.raises(UnreadableVideo, match="size changes from 128x96 to 160x120"):
        count_frames(joined)


def test_frames_leaves_no_file_open(tmp_path: Path) -> None:
    path = clips.write(tmp_path / "a.mp4")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        stream = frames(path)
        next(stream)
        stream.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    ("colorspace", "color_range", "pixels"),
    [
        (2, 0, "yuv420p"),
        (1, 1, "yuv420p"),
        (6, 1, "yuv420p"),
        (1, 2, "yuv420p"),
        (9, 1, "yuv420p10le"),
    ],
)
def test_colours_follow_the_tags_of_the_frame(
    colorspace: int, color_range: int, pixels: str
) -> None:
    colour = np.full((64, 64, 3), (220, 40, 90), np.uint8)
    matrix = 5 if colorspace == 2 else colorspace
    # The reformatter applies a matrix only between two different ones; for RGB the first is void.
    image = av.VideoFrame.from_ndarray(colour, format="rgb24").reformat(
        format=pixels,
        src_colorspace=7,
        dst_colorspace=matrix,
        src_color_range=2,
        dst_color_range=color_range or 1,
    )
    image.colorspace, image.color_range = colorspace, color_range
    shown = Converter(56, 28)(image)
    assert shown.shape == (28, 56, 3)
    assert np.abs(shown.reshape(-1, 3).mean(axis=0) - (220, 40, 90)).max() < 5


@pytest.mark.parametrize("fps", RATES)
@pytest.mark.parametrize("count", [2, 31, 128])
def test_every_reader_sees_exactly_the_frames_written(
    tmp_path: Path, fps: Fraction | float, count: int
) -> None:
    import decord

    path = tmp_path / "clip.mp4"
    write_clip(path, ramp(count), fps)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        exact = Fraction(fps).limit_denominator(1_000_000)
        assert stream.frames == count
        assert stream.duration * stream.time_base == count / exact
        assert stream.average_rate == exact
        stamps = [frame.pts * stream.time_base for frame in container.decode(stream)]
    assert stamps == [i / exact for i in range(count)]
    info = probe(path)
    assert (info.frames, info.start) == (count, 0)
    assert info.duration == pytest.approx(float(count / exact))
    assert count_frames(path) == declared_frames(path) == count
    reader = decord.VideoReader(str(path))
    assert len(reader) == count
    assert reader.get_avg_fps() == pytest.approx(float(fps))
    assert len(reader.get_batch(list(range(count))).asnumpy()) == count


@pytest.mark.parametrize("size", [(28, 28), (56, 56), (168, 84), (84, 168), (1120, 28)])
def test_small_sizes_survive_the_round_trip(tmp_path: Path, size: tuple[int, int]) -> None:
    import decord

    width, height = size
    write_clip(tmp_path / "a.mp4", ramp(6, width, height), 2)
    batch = decord.VideoReader(str(tmp_path / "a.mp4")).get_batch(range(6)).asnumpy()
    assert np.abs(batch.mean(axis=(1, 2, 3)) - np.arange(6) * 5).max() < 3


def test_the_same_input_gives_the_same_bytes_with_the_index_first(tmp_path: Path) -> None:
    digests = set()
    for name in ("a.mp4", "b.mp4"):
        write_clip(tmp_path / name, ramp(40), 4)
        digests.add(sha256(tmp_path / name))
    assert len(digests) == 1
    data = (tmp_path / "a.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert b"elst" not in data


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_clip(path, ramp(4), 4)
    old = path.read_bytes()

    def breaks() -> object:
        yield ramp(1)[0]
        raise UnreadableVideo("broken source")

    with pytest.raises(UnreadableVideo):
        write_clip(path, breaks(), 4)
    for images in ([], ramp(1, 55, 56), ramp(1) + ramp(1, 28, 28)):
        with pytest.raises(ValueError, match=r"."):
            write_clip(path, images, 4)
    assert path.read_bytes() == old
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]


def test_an_unwritable_folder_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_clip(tmp_path / "missing" / "a.mp4", ramp(2), 4)
