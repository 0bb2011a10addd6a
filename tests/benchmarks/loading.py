"""What a trainer pays to load one context: LLaMA-Factory's own reader on each carrier.

    python tests/benchmarks/loading.py

The source is 1080p; its context as a prefix copy shows the same seconds as the budgeted clip and
the list of frames, at the source's size. All are read by the video plug-in that LLaMA-Factory uses
for Qwen2.5-VL, with the settings of the vision budget. Seconds of processor time, the least of
several runs.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
from sources import write_source

from data_prep.cutting.carriers import files
from data_prep.cutting.one import Task, split_one
from data_prep.cutting.settings import Settings
from data_prep.cutting.sources import Job
from data_prep.records import Split
from data_prep.vision import DEFAULT_BUDGET, load_budget


def main() -> None:
    from llamafactory.data.mm_plugin import Qwen2VLPlugin

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    budget = load_budget(DEFAULT_BUDGET)
    plugin = Qwen2VLPlugin("<|image_pad|>", "<|video_pad|>", None)
    limits = {
        "video_fps": budget.fps,
        "video_maxlen": budget.max_frames,
        "image_max_pixels": budget.max_pixels,
        "image_min_pixels": budget.min_pixels,
    }
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source = write_source(folder / "source.mp4", 7, height=1080, seconds=options.seconds)
        media: dict[str, list[Path]] = {"the whole source": [source]}
        for carrier in ("prefix", "mp4", "frames"):
            out = folder / carrier
            for side in ("context", "future"):
                (out / side).mkdir(parents=True)
            settings = Settings(budget, policy="ratio", carrier=carrier)
            row = split_one(Task(Job("a", source.name, source), settings, out))
            assert isinstance(row, Split), row
            media[f"context, {carrier}"] = files(out, row.context)
        base = 0.0
        print("what is read          frames   seconds   times as fast as the prefix copy    bytes")
        for name, paths in media.items():
            given = [[str(path) for path in paths]] if len(paths) > 1 else [str(paths[0])]
            took = []
            for _ in range(options.runs):
                begin = time.process_time()
                loaded = plugin._regularize_videos(given, **limits)["videos"][0]
                # The plug-in opens the files of a list, and leaves the decoding to whoever looks.
                for frame in loaded:
                    np.asarray(frame)
                took.append(time.process_time() - begin)
            if name == "context, prefix":
                base = min(took)
            ratio = f"{base / min(took):10.1f}" if base else " " * 10
            size = sum(path.stat().st_size for path in paths)
            print(f"{name:20} {len(loaded):7} {min(took):9.4f} {ratio:>20} {size:20,}")


if __name__ == "__main__":
    main()
