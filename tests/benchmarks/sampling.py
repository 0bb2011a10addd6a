"""K of N frames of 720p H.264 clips: who reads them exactly, at what cost.

    python tests/benchmarks/sampling.py
    python tests/benchmarks/sampling.py --readers ours,llamafactory --frames 8

Every frame carries its number as a bar code. Each reader works in a process of its own, on one
thread, and hands out K RGB frames, evenly spread as LLaMA-Factory spreads them. LLaMA-Factory's is
its own plug-in, which scales them to the pixels of the vision budget `BUDGET`; so do the two of
ours. decord and torchcodec hand out frames of full size, whose scaling is not counted. Times are
processor time of the reads alone; memory is the peak of the process, libraries included.
"""

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from data_prep.vision import load_budget

BUDGET = "recipes/vision.yaml:teacher"
WIDTH, HEIGHT, FPS = 1280, 720, 25
BITS, BAR_ROWS = 16, 32
SECONDS = (10, 30, 60)
PROFILES = {
    "x264 default": "",
    "fixed 2 s": "keyint=50:min-keyint=50:scenecut=0",
    "open GOP": "open-gop=1:keyint=60",
    "no B-frames": "bframes=0:keyint=250",
    "5 s": "keyint=125:min-keyint=125:scenecut=0",
}
READERS = ("ours", "sequential", "llamafactory", "decord", "torchcodec")


def _pictures(seed: int, count: int) -> Iterator[np.ndarray]:
    """Yield yuv420p frames: a textured scene that the camera pans over, cut every few seconds."""
    rng = np.random.default_rng(seed)
    grain = [rng.integers(-4, 5, (HEIGHT, WIDTH), np.int16) for _ in range(5)]
    texture, pan, until = np.zeros(0), np.zeros(2), 0
    for number in range(count):
        if number == until:
            coarse = rng.integers(30, 220, (2 * HEIGHT // 24, 2 * WIDTH // 24), np.uint8)
            texture = np.kron(coarse, np.ones((24, 24), np.uint8)).astype(np.int16)
            pan, until = rng.uniform(-3, 3, 2), number + int(rng.integers(2 * FPS, 7 * FPS))
        row, column = (pan * (number % 100) + (HEIGHT // 2, WIDTH // 2)).astype(int)
        luma = texture[row : row + HEIGHT, column : column + WIDTH] + grain[number % 5]
        top, left = 100 + (number * 7) % 400, (number * 11) % 1000
        luma[top : top + 160, left : left + 200] = 235 - number % 60
        bars = 16 + 219 * (number >> np.arange(BITS) & 1)
        luma[-BAR_ROWS:] = np.repeat(bars, WIDTH // BITS)
        yield np.concatenate(
            [luma.clip(16, 235).astype(np.uint8), np.full((HEIGHT // 2, WIDTH), 128, np.uint8)]
        )


def make_clips(folder: Path) -> None:
    for profile, parameters in PROFILES.items():
        for number, seconds in enumerate(SECONDS):
            path = folder / f"{profile.replace(' ', '_')}_{number}.mp4"
            with av.open(str(path), "w") as file:
                stream = file.add_stream("libx264", rate=FPS)
                stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
                stream.thread_type = "AUTO"
                stream.options = {"x264-params": parameters}
                for index, picture in enumerate(_pictures(number, seconds * FPS)):
                    frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
                    frame.pts, frame.time_base = index, Fraction(1, FPS)
                    file.mux(stream.encode(frame))
                file.mux(stream.encode(None))


def _small() -> Callable[[Any], Any]:
    from data_prep.picture import Converter

    return Converter(*load_budget(BUDGET).size(WIDTH, HEIGHT))


def _ours() -> Callable[[Path, list[int]], Any]:
    from data_prep.fetch import fetch

    def read(path: Path, numbers: list[int]) -> Any:
        small = _small()
        return [small(frame.image) for frame in fetch(path, numbers)]

    return read


def _sequential() -> Callable[[Path, list[int]], Any]:
    from data_prep.video import frames

    def read(path: Path, numbers: list[int]) -> Any:
        small, images, wanted = _small(), [], set(numbers)
        for number, frame in enumerate(frames(path)):
            if number in wanted:
                images.append(small(frame.image))
            if number == numbers[-1]:
                return images
        raise AssertionError("the clip is too short")

    return read


def _llamafactory() -> Callable[[Path, list[int]], Any]:
    from llamafactory.data.mm_plugin import Qwen2VLPlugin

    plugin = Qwen2VLPlugin("<|image_pad|>", "<|video_pad|>", None)
    budget = load_budget(BUDGET)

    # At so high a rate it takes as many frames as it may, and spreads them evenly.
    return lambda path, numbers: plugin._regularize_videos(
        [str(path)],
        video_fps=FPS,
        video_maxlen=len(numbers),
        image_max_pixels=budget.max_pixels,
        image_min_pixels=budget.min_pixels,
    )["videos"][0]


def _decord() -> Callable[[Path, list[int]], Any]:
    import decord

    return lambda path, numbers: (
        decord.VideoReader(str(path), num_threads=1).get_batch(numbers).asnumpy()
    )


def _torchcodec() -> Callable[[Path, list[int]], Any]:
    import torch
    from torchcodec.decoders import VideoDecoder

    torch.set_num_threads(1)
    return lambda path, numbers: (
        VideoDecoder(str(path), dimension_order="NHWC", num_ffmpeg_threads=1)
        .get_frames_at(numbers)
        .data.numpy()
    )


def _number(image: Any) -> int:
    pixels = np.asarray(image)
    row = pixels[round((1 - BAR_ROWS / 2 / HEIGHT) * len(pixels))].mean(axis=-1)
    middles = (np.arange(BITS) + 0.5) * len(row) / BITS
    return int(sum(int(row[int(middle)] > 128) << bit for bit, middle in enumerate(middles)))


def _seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _peak_megabytes() -> float:
    # Unlike `ru_maxrss` this does not count what the parent held before the start.
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1000


def measure(reader: str, folder: Path, count: int) -> dict[str, float]:
    """Read `count` frames of each clip; runs in a process of its own."""
    read = globals()[f"_{reader}"]()
    spent, exact, failed, asked = 0.0, 0, 0, 0
    for path in sorted(folder.glob("*.mp4")):
        with av.open(str(path)) as file:
            total = file.streams.video[0].frames
        numbers = [int(number) for number in np.linspace(0, total - 1, count).astype(np.int32)]
        asked += count
        begin = _seconds()
        try:
            images = read(path, numbers)
        except RuntimeError:
            failed += 1
            images = []
        spent += _seconds() - begin
        exact += sum(_number(image) == n for image, n in zip(images, numbers, strict=False))
        # Else these frames would count as memory of the next read.
        images = []
    return {
        "clips": len(list(folder.glob("*.mp4"))),
        "seconds": spent,
        "exact": exact,
        "asked": asked,
        "failed": failed,
        "megabytes": _peak_megabytes(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=Path, help="folder of clips made before; kept")
    parser.add_argument("--frames", default="8,16", help="values of K")
    parser.add_argument("--readers", default=",".join(READERS))
    parser.add_argument("--repeats", type=int, default=2, help="runs, the cheapest counts")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.one, arguments.clips, int(arguments.frames))))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.clips or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.glob("*.mp4")):
            make_clips(folder)
        print("| K | reader | CPU ms a clip | times ours | exact frames | failed | peak MB |")
        print("|---|---|---|---|---|---|---|")
        for count in arguments.frames.split(","):
            ours = 0.0
            for reader in arguments.readers.split(","):
                if reader in ("decord", "torchcodec") and not importlib.util.find_spec(reader):
                    print(f"| {count} | {reader} | not installed | | | | |")
                    continue
                command = [sys.executable, __file__, "--one", reader]
                command += ["--clips", str(folder), "--frames", count]
                runs = [
                    json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
                    for _ in range(arguments.repeats)
                ]
                best = min(runs, key=lambda run: run["seconds"])
                ours = best["seconds"] if reader == "ours" else ours
                ratio = f"{best['seconds'] / ours:.2f}" if ours else ""
                print(
                    f"| {count} | {reader} | {1000 * best['seconds'] / best['clips']:.0f} | "
                    f"{ratio} | {best['exact']} of {best['asked']} | {best['failed']} | "
                    f"{max(run['megabytes'] for run in runs):.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
