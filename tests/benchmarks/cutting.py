"""What it costs to cut a clip in two at the vision budget, against ffmpeg.

    python tests/benchmarks/cutting.py

Ours is the whole of `split` for one clip: probe, one decode pass with scene boundaries, motion and
hashes, both encodes, and reading both files back. ffmpeg is given the same cut, size, rate and
x264 settings and one thread; it certifies nothing.

- one call: decodes once and writes both sides.
- scenes, then sides: a call that finds the scenes (`scdet`), then that one. It does what ours does,
  the certificate apart.
- sought: a call for each side, the future sought by the demuxer (`-ss` before `-i`). Nearly every
  frame is decoded once, and nobody has looked for scenes.
- decoded: the same with `-ss` after `-i`, so that the context is decoded twice.
- decode: ffmpeg's decoding alone, which none of the above can do without.

Seconds of processor time, the least of several runs; in brackets, how many times ours.
"""

import argparse
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sources import write_source

from data_prep.cutting.one import Task, split_one
from data_prep.cutting.settings import Settings
from data_prep.cutting.sources import Job
from data_prep.records import Split
from data_prep.vision import DEFAULT_BUDGET, load_budget

X264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-bf", "0", "-g", "32"]
X264 += ["-threads", "1", "-pix_fmt", "yuv420p"]
START = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-threads", "1"]
START += ["-filter_threads", "1", "-filter_complex_threads", "1"]


def processor_time() -> float:
    """Return the seconds that this process and its finished children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime


def least(action: Callable[[], object], runs: int) -> float:
    took = []
    for _ in range(runs):
        begin = processor_time()
        action()
        took.append(processor_time() - begin)
    return min(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--profile", default=DEFAULT_BUDGET)
    parser.add_argument("--policy", default="scene")
    options = parser.parse_args()
    settings = Settings(load_budget(options.profile), policy=options.policy)
    print("| source | ours | one call | scenes, then sides | sought | decoded | decode |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for side in ("context", "future"):
            (folder / side).mkdir()
        for height, seconds in ((360, 30), (720, 20), (1080, 12)):
            path = write_source(folder / f"{height}.mp4", height, height=height, seconds=seconds)
            task = Task(Job(path.stem, path.name, path), settings, folder)
            row = split_one(task)
            assert isinstance(row, Split), row
            ours = least(lambda task=task: split_one(task), options.runs)
            scale = f"fps={settings.budget.fps},scale={row.width}:{row.height}:flags=area"
            graph = (
                f"[0:v]split[a][b];[a]trim=end={row.cut},{scale}[c];"
                f"[b]trim=start={row.cut},setpts=PTS-STARTPTS,{scale}[f]"
            )
            source, cut = ["-i", str(path)], str(row.cut)
            out = [str(folder / name) for name in ("c.mp4", "f.mp4")]
            once = [*START, *source, "-filter_complex", graph]
            once += ["-map", "[c]", *X264, out[0], "-map", "[f]", *X264, out[1]]
            encode = ["-vf", scale, *X264]
            first = [*START, *source, "-t", cut, *encode, out[0]]
            sought = [*START, "-ss", cut, *source, *encode, out[1]]
            decoded = [*START, *source, "-ss", cut, *encode, out[1]]

            def run(*commands: list[str]) -> None:
                for command in commands:
                    subprocess.run(command, check=True)

            scenes = [*START, *source, "-vf", "scdet=10", "-f", "null", "-"]
            decode = [*START, *source, "-f", "null", "-"]
            others = ([once], [scenes, once], [first, sought], [first, decoded], [decode])
            took = [least(lambda calls=calls: run(*calls), options.runs) for calls in others]
            told = " | ".join(f"{each:.2f} ({each / ours:.2f})" for each in took)
            print(f"| {height}p, {seconds} s | {ours:.2f} | {told} |", flush=True)


if __name__ == "__main__":
    main()
