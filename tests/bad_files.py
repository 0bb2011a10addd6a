"""Every kind of bad or odd file that a folder of videos may hold, and what becomes of each.

`make_folder` writes all of them into one folder, beside good clips. Two of them are sound files on
which the decoder hangs or crashes, one may not be read: `FAULTS` is the module that does this to
every process of a command line that finds it as `sitecustomize`.
"""

import os
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import av
import clips
import numpy as np
from PIL import Image as Pictures

USABLE = "usable"


class Case(NamedTuple):
    """A file: how it is made, and its outcome, `USABLE` or the kind of its refusal."""

    make: Callable[[Path], object]
    scan: str
    split: str


def _bars(first: int, count: int = clips.FRAMES) -> list[clips.Image]:
    return [clips.bars(first + number) for number in range(count)]


def _good(first: int) -> Callable[[Path], object]:
    # No two clips hold the same frames: a scan would take one for a copy of the other.
    return lambda path: clips.write(path, images=_bars(first))


def _without_index(path: Path) -> None:
    data = clips.write(path, images=_bars(1)).read_bytes()
    path.write_bytes(data[: data.rindex(b"moov") - 4])


def _cover_art(path: Path) -> None:
    """Write a sound track with a picture on its cover, which is a video stream of one frame."""
    with av.open(str(path), "w", format="mp4") as file:
        sound = file.add_stream("aac", rate=16_000, layout="mono")
        cover = file.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 64, 64, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic.value
        picture = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
        for packet in [*cover.encode(picture.reformat(format="yuvj420p")), *cover.encode(None)]:
            file.mux(packet)
        for number in range(40):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = 16_000, number * 1024
            file.mux(sound.encode(frame))
        file.mux(sound.encode(None))


def _spoil_table(box: bytes, first: int) -> Callable[[Path], None]:
    """Return what fills a table of the index, after its count, with nonsense."""

    def spoil(path: Path) -> None:
        data = bytearray(clips.write(path, images=_bars(first)).read_bytes())
        at = data.index(box)
        size = struct.unpack_from(">I", data, at - 4)[0]
        head = 20 if box == b"stsz" else 12
        rng = random.Random(0)
        for place in range(at - 4 + head, at - 4 + size):
            data[place] = rng.randrange(256)
        path.write_bytes(data)

    return spoil


def _fragmented_truncated(path: Path) -> None:
    options = {"movflags": "frag_keyframe+empty_moov"}
    clips.write(path, images=_bars(4), options={**clips.H264, "g": "12"}, container=options)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])


def _two_sizes(path: Path) -> None:
    """Copy two clips of different sizes into one stream."""
    with av.open(str(path), "w") as joined:
        copied = None
        for number, (width, height) in enumerate(((128, 96), (64, 48))):
            images = [clips.bars(24 * number + i, width, height) for i in range(24)]
            part = clips.write(path.with_name(f"part{number}.ts"), images=images)
            with av.open(str(part)) as source:
                stream = source.streams.video[0]
                copied = copied or joined.add_stream_from_template(stream)
                later = round(2 * number / stream.time_base)
                for packet in source.demux(stream):
                    if packet.size:
                        packet.pts, packet.dts = packet.pts + later, packet.dts + later
                        packet.stream = copied
                        joined.mux(packet)
            part.unlink()


def _huge_duration(path: Path) -> None:
    data = bytearray(clips.write(path, images=_bars(5)).read_bytes())
    for box, place in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
        struct.pack_into(">I", data, data.index(box) + place, 0x7FFFFFF0)
    # The edit list promises the same.
    struct.pack_into(">I", data, data.index(b"elst") + 12, 0x7FFFFFF0)
    path.write_bytes(data)


def _out_of_order(path: Path) -> None:
    """Copy a clip and exchange the time stamps of two frames that need no reordering."""
    source = clips.write(path.with_name("source.mkv"), images=_bars(6), b_frames=0)
    with av.open(str(source)) as whole, av.open(str(path), "w", format="matroska") as copy:
        stream = whole.streams.video[0]
        copied = copy.add_stream_from_template(stream)
        packets = [packet for packet in whole.demux(stream) if packet.size]
        packets[20].pts, packets[21].pts = packets[21].pts, packets[20].pts
        later = 10 * packets[1].dts
        for packet in packets:
            # A packet may not be shown before it is decoded: room for the one that is.
            packet.pts, packet.dts = packet.pts + 2 * later, packet.dts + later
            packet.stream = copied
            copy.mux(packet)
    source.unlink()


def _gif(path: Path) -> None:
    frames = [Pictures.fromarray(image) for image in _bars(7)]
    frames[0].save(path, "GIF", save_all=True, append_images=frames[1:], duration=80)


def _moved_outside(path: Path) -> None:
    outside = path.parents[1] / "outside.mp4"
    clips.write(outside, images=_bars(8))
    path.symlink_to(outside)


def _hard_link(path: Path) -> None:
    os.link(path.with_name("good.mp4"), path)


def _no_access(path: Path) -> None:
    clips.write(path, images=_bars(9))
    path.chmod(0)


def _large(path: Path) -> None:
    clips.write(path, images=[np.zeros((4320, 7680, 3), np.uint8)] * 2)


def _tiny(path: Path) -> None:
    clips.write(path, images=[clips.bars(number, 16, 16) for number in range(clips.FRAMES)])


def _alpha(path: Path) -> None:
    options = {"deadline": "realtime", "auto-alt-ref": "0"}
    clips.write(path, "libvpx-vp9", images=_bars(10), options=options, pixels="yuva420p")


def _known(name: str, scan: str, split: str) -> tuple[str, Case]:
    make = clips.GOOD[name] if name in clips.GOOD else clips.BAD[name][0]
    return name, Case(make, scan, split)


#: Name in the folder -> the case. `good.mp4` comes first: others are links to it.
CASES: dict[str, Case] = {
    "good.mp4": Case(_good(100), USABLE, USABLE),
    "good too.mov": Case(_good(101), USABLE, USABLE),
    "and this.mkv": Case(_good(102), USABLE, USABLE),
    # Odd, and sound.
    '"quotes" it\'s 视频 <b>&.mp4': Case(_good(103), USABLE, USABLE),
    "a\nline end.mp4": Case(_good(104), USABLE, USABLE),
    "alpha.webm": Case(_alpha, USABLE, USABLE),
    # What its header claims is not believed.
    "huge_duration.mp4": Case(_huge_duration, USABLE, USABLE),
    "no_duration.mkv": Case(
        lambda p: clips.write(p, images=_bars(105), container={"live": "1"}), USABLE, USABLE
    ),
    "tiny.mp4": Case(_tiny, USABLE, USABLE),
    **dict(
        _known(name, USABLE, USABLE)
        for name in (
            "fragmented.mp4",
            "h265_10bit.mkv",
            "interlaced.mp4",
            "late.mp4",
            "lying_size.mp4",
            "mirrored.mp4",
            "negative.ts",
            "odd_size.mp4",
            "open_gop.mp4",
            "turned.mp4",
            "uneven.mp4",
            "vp8_hidden_frames.webm",
        )
    ),
    # Sound, and nothing to cut.
    "8k.mp4": Case(_large, USABLE, "too short"),
    **dict([_known("short.mp4", USABLE, "too short")]),
    **dict([_known("tiny_steps.mp4", USABLE, "too short")]),
    # No video.
    "cover_art.mp4": Case(_cover_art, "unreadable", "unreadable"),
    "gif.mp4": Case(_gif, "unreadable", "unreadable"),
    "html.mp4": Case(
        lambda p: p.write_text("<!doctype html><title>404</title>"), "unreadable", "unreadable"
    ),
    **dict(
        _known(name, "unreadable", "unreadable")
        for name in (
            "audio.mp4",
            "empty.mp4",
            "no_frames.mp4",
            "play_list.mp4",
            "single.mp4",
            "text.mp4",
        )
    ),
    # Broken.
    "bad_offsets.mp4": Case(_spoil_table(b"stco", 2), "unreadable", "unreadable"),
    "bad_sizes.mp4": Case(_spoil_table(b"stsz", 3), "unreadable", "unreadable"),
    "fragmented_truncated.mp4": Case(_fragmented_truncated, "unreadable", "unreadable"),
    "no_index.mp4": Case(_without_index, "unreadable", "unreadable"),
    "out_of_order.mkv": Case(_out_of_order, "damaged", "unreadable"),
    "two_sizes.ts": Case(_two_sizes, "damaged", "unreadable"),
    **dict(
        _known(name, "unreadable", "unreadable")
        for name in ("headless.mp4", "tailless.mkv", "tailless.mp4")
    ),
    **dict(
        _known(name, "damaged", "unreadable")
        for name in ("hole.mp4", "lost_frame.mp4", "spoilt.mp4")
    ),
    # No file, or not one of this folder.
    "hard_link.mp4": Case(_hard_link, "duplicate", USABLE),
    "dangling.mp4": Case(lambda p: p.symlink_to("nowhere.mp4"), "broken link", "unreadable"),
    "device.mp4": Case(lambda p: p.symlink_to("/dev/zero"), "outside", "unreadable"),
    "folder.mp4": Case(Path.mkdir, "not a file", "not a file"),
    "loop.mp4": Case(lambda p: p.symlink_to("loop.mp4"), "broken link", "unreadable"),
    "outside.mp4": Case(_moved_outside, "outside", USABLE),
    "pipe.mp4": Case(os.mkfifo, "not a file", "unreadable"),
    # The faults are injected.
    "crashes.mp4": Case(_good(106), "crash", "crash"),
    "hangs.mp4": Case(_good(107), "timeout", "timeout"),
    "locked.mp4": Case(_no_access, "no permission", "unreadable"),
}

FAULTS = """
import os, time
import av

_open, _access = av.open, os.access

def _faulty(file, *arguments, **settings):
    name = os.path.basename(str(file))
    if name == "hangs.mp4":
        time.sleep(3600)
    if name == "crashes.mp4":
        os.abort()
    if name == "locked.mp4":
        raise av.error.PermissionError(13, "Permission denied", name)
    return _open(file, *arguments, **settings)

av.open = _faulty
# For root every file may be read.
os.access = lambda path, *rest, **more: (
    not str(path).endswith("locked.mp4") and _access(path, *rest, **more)
)
"""


def make_folder(root: Path) -> Path:
    """Write all of them to `root/videos`, with three files that are no videos by their name."""
    folder = root / "videos"
    folder.mkdir(parents=True)
    for name, case in CASES.items():
        case.make(folder / name)
    for name in ("notes.txt", ".hidden.mp4", "good.mp4.part"):
        (folder / name).write_text("not looked for")
    return folder
