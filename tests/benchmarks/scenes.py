"""How well, and at what cost, each detector finds the boundaries of constructed videos.

    python tests/benchmarks/scenes.py --set tuning
    python tests/benchmarks/scenes.py

A boundary is found if a detection lies between its first and its last frame, or 0.2 s before or
after; each detection counts for one boundary, each boundary for one detection. The detector's
levels were chosen on the tuning set; the held-out set has other seeds.
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from montage import KINDS, Boundary, write_montage

from data_prep.boundaries.look import Look
from data_prep.video import frames, probe

TOLERANCE = 0.2
SETS = {"tuning": range(100, 116), "held-out": range(2000, 2016)}
DETECTORS = ("own", "adaptive", "content", "histogram", "hash")


def match(found: list[float], wanted: list[Boundary]) -> tuple[Counter[str], list[float]]:
    """Return the boundaries found, by kind, and the detections that match none."""
    hits: Counter[str] = Counter()
    rest = sorted(found)
    for boundary in sorted(wanted, key=lambda b: b.begin):
        near = [t for t in rest if boundary.begin - TOLERANCE <= t <= boundary.end + TOLERANCE]
        if near:
            hits[boundary.kind] += 1
            rest.remove(near[0])
    return hits, rest


def cpu(action: object) -> float:
    begin = time.process_time()
    action()
    return time.process_time() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--set", choices=SETS, default="held-out")
    parser.add_argument("--detectors", nargs="+", default=DETECTORS)
    parser.add_argument("--videos", type=Path, help="keep the videos in this folder")
    parser.add_argument("--show", action="store_true", help="print every miss and false alarm")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.videos or Path(temporary)
        films = {folder / f"{seed}.mp4": seed for seed in SETS[options.set]}
        truth = {path: write_montage(path, seed) for path, seed in films.items()}
        count = sum(probe(path).frames for path in films)
        decode = sum(cpu(lambda p=path: sum(1 for _ in frames(p))) for path in films)
        wanted = Counter(b.kind for boundaries in truth.values() for b in boundaries)
        kinds = ", ".join(f"{wanted[kind]} {kind}" for kind in KINDS)
        print(f"{options.set}: {len(films)} videos, {count} frames, boundaries: {kinds}")
        print(
            "detector   precision recall   F1 | recall: " + "  ".join(KINDS) + " | cost over decode"
        )
        for name in options.detectors:
            hits: Counter[str] = Counter()
            false = took = 0
            for path, boundaries in truth.items():
                info = probe(path)
                look = Look(info.frames, info.fps, name)
                took += cpu(lambda p=path, k=look: sum(1 for _ in k.watch(frames(p))))
                found, wrong = match(look.seen().scenes, boundaries)
                hits += found
                false += len(wrong)
                if options.show:
                    print(path.stem, [f"{t:.2f}" for t in wrong], boundaries)
            right = sum(hits.values())
            precision, recall = right / max(1, right + false), right / sum(wanted.values())
            f1 = 2 * precision * recall / max(1e-9, precision + recall)
            shares = "  ".join(f"{hits[kind] / wanted[kind]:{len(kind)}.2f}" for kind in KINDS)
            print(
                f"{name:10} {precision:9.2f} {recall:6.2f} {f1:4.2f} |         {shares} | "
                f"{took / decode:.2f}"
            )


if __name__ == "__main__":
    main()
