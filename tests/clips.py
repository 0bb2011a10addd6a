"""Makes video files, good and odd, whose every frame carries its number as pixels."""

import os
import struct
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from data_prep.video import Converter, frames

Image = NDArray[np.uint8]
BITS = 8
WIDTH, HEIGHT, FPS, FRAMES = 128, 96, 12, 48
H264 = {"preset": "ultrafast", "crf": "20"}
TURNED_CLOCKWISE = (0, 1, -1, 0)
MIRRORED = (-1, 0, 0, 1)


def bars(number: int, width: int = WIDTH, height: int = HEIGHT) -> Image:
    """Return a frame with `number` as eight bars; red above, so that upright can be told."""
    image = np.zeros((height, width, 3), np.uint8)
    edges = np.linspace(0, width, BITS + 1).astype(int)
    for bit in range(BITS):
        image[height // 3 :, edges[bit] : edges[bit + 1]] = 255 * (number >> bit & 1)
    image[: height // 3] = (220, 30, 30)
    return image


def number_of(image: Image) -> int:
    """Read the number back; fails where the picture is not upright."""
    height, width, _ = image.shape
    top = image[: height // 4].reshape(-1, 3).mean(axis=0)
    assert top[0] > 150 and top[1] < 90, f"not upright: {top}"
    edges = np.linspace(0, width, BITS + 1)
    number = 0
    for bit in range(BITS):
        middle = int((edges[bit] + edges[bit + 1]) / 2)
        number |= int(image[height // 2 : -2, middle - 1 : middle + 2].mean() > 128) << bit
    return number


def numbers_in(path: Path) -> list[int]:
    """Decode `path` with the project's reader and read the number of every frame."""
    read = []
    convert: Converter | None = None
    for frame in frames(path):
        convert = convert or Converter(frame.image.width, frame.image.height)
        read.append(number_of(convert(frame.image)))
    return read


def write(
    path: Path,
    codec: str = "libx264",
    *,
    options: dict[str, str] | None = None,
    container: dict[str, str] | None = None,
    images: Sequence[Image] | None = None,
    pixels: str = "yuv420p",
    times: Sequence[int] | None = None,
    fps: int = FPS,
    b_frames: int | None = None,
) -> Path:
    """Write bar-coded frames; `times` are in units of 1 / `fps` seconds."""
    images = [bars(number) for number in range(FRAMES)] if images is None else images
    with av.open(str(path), "w", options=container or {}) as file:
        stream = file.add_stream(codec, rate=fps)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt, stream.options = pixels, options if options is not None else H264
        stream.thread_type, stream.codec_context.thread_count = "NONE", 1
        if b_frames is not None:
            stream.max_b_frames = b_frames
        for number, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=pixels)
            frame.pts = number if times is None else times[number]
            frame.time_base = Fraction(1, fps)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def turn(path: Path, matrix: tuple[int, int, int, int]) -> None:
    """Set the display matrix (a, b, c, d) of an mp4, which PyAV cannot write."""
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (value * 65536 for value in matrix)
    struct.pack_into(">9i", data, at, a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)


def _turned(path: Path) -> None:
    write(path, images=[np.ascontiguousarray(np.rot90(bars(i))) for i in range(FRAMES)])
    turn(path, TURNED_CLOCKWISE)


def _mirrored(path: Path) -> None:
    write(path, images=[np.ascontiguousarray(bars(i)[:, ::-1]) for i in range(FRAMES)])
    turn(path, MIRRORED)


def _uneven(path: Path) -> None:
    times = np.cumsum([1 + number % 4 for number in range(FRAMES)])
    write(path, times=[int(time) for time in times])


def _odd_size(path: Path) -> None:
    write(path, images=[bars(i, 639, 359) for i in range(FRAMES)], pixels="yuv444p")


def _fragmented(path: Path) -> None:
    write(path, container={"movflags": "frag_keyframe+empty_moov"})


def _open_gop(path: Path) -> None:
    write(path, options={"bf": "3", "g": "12", "x264-params": "open-gop=1:keyint=12"})


def _lying_size(path: Path) -> None:
    data = bytearray(write(path).read_bytes())
    struct.pack_into(">HH", data, data.index(b"avc1", data.index(b"stsd")) + 28, 7680, 4320)
    struct.pack_into(">II", data, data.index(b"tkhd") + 80, 7680 << 16, 4320 << 16)
    path.write_bytes(data)


def _negative(path: Path) -> None:
    keep = {"avoid_negative_ts": "disabled", "mpegts_copyts": "1"}
    write(path, container=keep, times=range(-10, FRAMES - 10))


def _interlaced(path: Path) -> None:
    write(path, options={**H264, "x264-params": "tff=1"})


H265 = {"preset": "ultrafast", "x265-params": "log-level=none:pools=none:frame-threads=1"}

GOOD: dict[str, Callable[[Path], object]] = {
    "av1.mkv": lambda p: write(p, "libaom-av1", options={"cpu-used": "8"}),
    "fragmented.mp4": _fragmented,
    "h264_avi_b_frames.avi": lambda p: write(p, options={"bf": "3"}),
    "h265.mp4": lambda p: write(p, "libx265", options=H265),
    "h265_10bit.mkv": lambda p: write(p, "libx265", options=H265, pixels="yuv420p10le"),
    "late.mp4": lambda p: write(p, times=range(100, 100 + FRAMES)),
    "mirrored.mp4": _mirrored,
    "mpeg4.avi": lambda p: write(p, "mpeg4", options={}),
    "mpeg4_b_frames.avi": lambda p: write(p, "mpeg4", options={}, b_frames=2),
    "odd_size.mp4": _odd_size,
    "open_gop.mp4": _open_gop,
    "plain.mkv": write,
    "quick.mov": write,
    "stream.ts": lambda p: write(p, options={"bf": "3"}),
    "turned.mp4": _turned,
    "uneven.mp4": _uneven,
    "vp8_hidden_frames.webm": lambda p: write(
        p, "libvpx", options={"auto-alt-ref": "1", "lag-in-frames": "16", "deadline": "good"}
    ),
    "vp9.webm": lambda p: write(p, "libvpx-vp9", options={"deadline": "realtime"}),
    "interlaced.mp4": _interlaced,
    "interlaced_mpeg2.ts": lambda p: write(
        p, "mpeg2video", options={"flags": "+ildct+ilme", "b": "2000000"}
    ),
    "lying_size.mp4": _lying_size,
    "negative.ts": _negative,
}


def _noise(path: Path) -> bytes:
    rng = np.random.default_rng(0)
    images = [rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8) for _ in range(FRAMES)]
    return write(path, images=images).read_bytes()


def _headless(path: Path) -> None:
    path.write_bytes(_noise(path)[2000:])


def _tailless(path: Path) -> None:
    # With the index in front, as on the web, so that the file opens.
    write(path, container={"movflags": "faststart"})
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])


def _tailless_mkv(path: Path) -> None:
    data = _noise(path)
    path.write_bytes(data[: len(data) // 2])


def _hole(path: Path) -> None:
    data = bytearray(_noise(path))
    middle = len(data) // 2
    data[middle : middle + 20_000] = bytes(20_000)
    path.write_bytes(data)


def _packet(path: Path, number: int) -> tuple[int, int]:
    with av.open(str(path)) as file:
        packet = list(file.demux(video=0))[number]
        return packet.pos, packet.size


def _spoilt(path: Path) -> None:
    # In the pixels of one picture: the decoder hides the damage and raises no error.
    data = bytearray(_noise(path))
    at, size = _packet(path, 20)
    for place in range(at + size // 2, at + size // 2 + 200):
        data[place] ^= 0x55
    path.write_bytes(data)


def _lost_frame(path: Path) -> None:
    # A picture of a reserved type: the decoder passes over it without a word.
    data = bytearray(write(path, "libx265", options=H265).read_bytes())
    at, _ = _packet(path, FRAMES - 1)
    data[at + 4] = 41 << 1
    path.write_bytes(data)


def _audio(path: Path) -> None:
    with av.open(str(path), "w") as file:
        stream = file.add_stream("aac", rate=16_000, layout="mono")
        for number in range(40):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
            frame.sample_rate, frame.pts = 16_000, number * 1024
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def _play_list(path: Path) -> None:
    path.write_text("ffconcat version 1.0\nfile plain.mkv\n")


def _no_frames(path: Path) -> None:
    with av.open(str(path), "w", options={"movflags": "frag_keyframe+empty_moov"}) as file:
        stream = file.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        file.start_encoding()


#: File name -> how it is made, and what the reason of its refusal says.
BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "audio.mp4": (_audio, "no video stream"),
    "empty.mp4": (lambda p: p.write_bytes(b""), "an empty file"),
    "headless.mp4": (_headless, "cannot be opened"),
    "hole.mp4": (_hole, "frame"),
    "lost_frame.mp4": (_lost_frame, "47 of 48 frames decode"),
    "pipe.mp4": (os.mkfifo, "not a regular file"),
    "play_list.mp4": (_play_list, "cannot be opened"),
    "short.mp4": (lambda p: write(p, images=[bars(i) for i in range(6)]), "0.25 s before"),
    "single.mp4": (lambda p: write(p, images=[bars(0)]), "1 frame"),
    "spoilt.mp4": (_spoilt, "is damaged"),
    "tailless.mkv": (_tailless_mkv, "truncated"),
    "tailless.mp4": (_tailless, "incomplete"),
    "text.mp4": (lambda p: p.write_text("not a video\n" * 99), "cannot be opened"),
    "tiny_steps.mp4": (lambda p: write(p, images=[bars(0)] * 2, times=[0, 48]), "different frame"),
    "no_frames.mp4": (_no_frames, "no frame decodes"),
}


def write_stream_copy(path: Path) -> Path:
    """Copy the packets of a clip from its middle on, as `ffmpeg -ss … -c copy` does.

    The packets before the start are kept for the decoder and hidden by an edit list, so the
    header counts more frames than are shown.
    """
    whole = write(path.with_name("whole.mp4"))
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        copied = target.add_stream_from_template(stream)
        start = round(1 / stream.time_base)
        for packet in source.demux(stream):
            if packet.size:
                packet.pts, packet.dts = packet.pts - start, packet.dts - start
                packet.stream = copied
                target.mux(packet)
    whole.unlink()
    return path
