"""What a second worker brings, and what Ray costs: the same clips split by each engine.

    python tests/benchmarks/engines.py
    python tests/benchmarks/engines.py --clips 40

The clips are made for it: bar-coded frames of 640 x 360 pixels, 10 s each and every tenth 30 s,
as in a folder of short clips. Seconds of wall time from the first clip to the last, with workers
that have started: an engine's first few clips are not counted, nor is its end. Nothing else may run
on the machine.
"""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import clips

from data_prep.cutting.one import Task, split_one
from data_prep.cutting.settings import Settings
from data_prep.cutting.sources import Job
from data_prep.steps.engine import Engine, run_isolated
from data_prep.vision import DEFAULT_BUDGET, load_budget

WIDTH, HEIGHT = 640, 360
# 10 and 30 seconds.
SHORT, LONG = 240, 720


def write_clips(folder: Path, count: int) -> list[Path]:
    """Write two clips, and copies of them: what is measured is not the disk."""
    templates = {}
    for frames in (SHORT, LONG):
        images = [clips.bars(number % 256, WIDTH, HEIGHT) for number in range(frames)]
        templates[frames] = clips.write(folder / f"template{frames}.mp4", images=images)
    return [
        Path(shutil.copy(templates[LONG if number % 10 == 9 else SHORT], folder / f"{number}.mp4"))
        for number in range(count)
    ]


def seconds(videos: list[Path], out: Path, engine: Engine) -> float:
    """Return how long the clips take on workers that have started."""
    for side in ("context", "future"):
        (out / side).mkdir(parents=True, exist_ok=True)
    settings = Settings(load_budget(DEFAULT_BUDGET))
    # Until the last worker has imported what it needs: Ray starts one after the other.
    first = 40 * (engine.workers or 1)
    warm = [
        Task(Job(f"warm{n}", "warm", videos[n % len(videos)]), settings, out) for n in range(first)
    ]
    tasks = [Task(Job(path.stem, path.name, path), settings, out) for path in videos]
    begin = end = 0.0
    for count, done in enumerate(run_isolated(split_one, [*warm, *tasks], engine), start=1):
        assert type(done.result).__name__ == "Split", done
        end = time.perf_counter()
        if count == first:
            begin = end
    return end - begin


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, default=200, help="number of clips")
    parser.add_argument("--runs", type=int, default=2, help="the least of so many is told")
    options = parser.parse_args()
    engines = {
        "pool, 1 worker": Engine(workers=1),
        "pool, 2 workers": Engine(workers=2),
        "Ray, 2 workers": Engine("ray", workers=2),
    }
    with tempfile.TemporaryDirectory() as folder:
        videos = write_clips(Path(folder), options.clips)
        out = Path(folder) / "out"
        took = {name: float("inf") for name in engines}
        for _ in range(options.runs):
            for name, engine in engines.items():
                took[name] = min(took[name], seconds(videos, out, engine))
    one, two, ray = took.values()
    print(f"{options.clips} clips of {WIDTH} x {HEIGHT}\n")
    print("| engine | seconds | clips a second | ratio | target |")
    print("|---|---|---|---|---|")
    for name, ratio, target in (
        ("pool, 1 worker", "1.00", ""),
        ("pool, 2 workers", f"{one / two:.2f} times one worker", "at least 1.80"),
        ("Ray, 2 workers", f"{ray / two:.2f} times the pool's time", "at most 1.15"),
    ):
        spent = took[name]
        print(f"| {name} | {spent:.1f} | {options.clips / spent:.2f} | {ratio} | {target} |")


if __name__ == "__main__":
    main()
