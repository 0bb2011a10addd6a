"""A manifest of a million rows: filtered, parted, sampled and exported in constant memory.

    python tests/benchmarks/rows.py
    python tests/benchmarks/rows.py --rows 10000 100000 --steps filter easyr1

Each step runs as a process of its own: its processor time, and the peak of its memory. Clips have
random hashes (all different recordings); examples name a few small media files again and again.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from data_prep.exporting.easyr1 import export_easyr1
from data_prep.exporting.hub import export_hf
from data_prep.exporting.llamafactory import export_llamafactory
from data_prep.filtering.conditions import parse_where
from data_prep.filtering.run import filter_rows, sample_rows
from data_prep.manifest import write_manifest
from data_prep.parts.assign import assign_parts
from data_prep.records import Clip, Event, Example, Message

FILES = 100
COUNTS = (10_000, 100_000, 1_000_000)


def clips(count: int) -> Iterator[Clip]:
    """Yield rows as a scan writes them."""
    rng = random.Random(0)
    for number in range(count):
        hashes = [f"{rng.getrandbits(64):016x}" for _ in range(8)]
        events = [Event(start=i, end=i + 1, text=f"event {i} of {number}") for i in range(3)]
        yield Clip(
            id=f"clip{number}",
            video=f"media/{number % FILES}.mp4",
            source="benchmark",
            license="CC0-1.0",
            duration=rng.uniform(1, 60),
            fps=25,
            width=640,
            height=360,
            frames=250,
            sha256=f"{rng.getrandbits(256):064x}",
            caption=f"Something happens in clip {number}.",
            events=events,
            hashes=hashes,
            motion=rng.random() / 10,
        )


def examples(count: int) -> Iterator[Example]:
    """Yield rows as a builder writes them."""
    for number in range(count):
        question = Message(role="user", content="<video>What happens next in the video?")
        answer = Message(role="assistant", content=f"Event {number} happens, then another one.")
        yield Example(
            id=f"clip{number}_hall_open",
            task="next_event",
            messages=[question, answer],
            videos=[f"media/{number % FILES}.mp4"],
            answer=answer.content,
            video_id=f"clip{number}",
            provenance=f"split clip{number}, event boundary",
            source="benchmark",
            license="CC0-1.0",
        )


def make(folder: Path, count: int) -> None:
    """Write the input of all steps."""
    (folder / "media").mkdir()
    for number in range(FILES):
        (folder / f"media/{number}.mp4").write_bytes(b"stands for a clip")
    settings = {"command": "benchmark"}
    write_manifest(folder / "clips.jsonl", clips(count), settings=settings, seed=0)
    write_manifest(folder / "rows_train.jsonl", examples(count), settings=settings, seed=0)


def _filter(folder: Path, _: int) -> None:
    conditions = [parse_where(text, Clip) for text in ("duration >= 5", "motion > 0.01")]
    filter_rows(folder / "clips.jsonl", Clip, conditions, folder / "kept.jsonl")


def _sample(folder: Path, count: int) -> None:
    sample_rows(folder / "clips.jsonl", Clip, count // 10, 0, folder / "sample.jsonl")


def _parts(folder: Path, _: int) -> None:
    assign_parts(folder / "clips.jsonl", folder / "parted.jsonl", test=0.1, validation=0.05)


def _llamafactory(folder: Path, _: int) -> None:
    export_llamafactory([folder / "rows_train.jsonl"], folder / "sft", preference=False)


def _easyr1(folder: Path, _: int) -> None:
    rows = [folder / "rows_train.jsonl"]
    export_easyr1(rows, folder / "rl", absolute=False, rollout_batch_size=512)


def _hf(folder: Path, _: int) -> None:
    rows = [folder / "rows_train.jsonl"]
    export_hf(rows, folder / "hub", title="b", media="none", splits=[], command=["benchmark"])


STEPS: dict[str, Callable[[Path, int], None]] = {
    "filter": _filter,
    "sample": _sample,
    "parts": _parts,
    "llamafactory": _llamafactory,
    "easyr1": _easyr1,
    "hf": _hf,
}


def measure(step: str, folder: Path, count: int) -> tuple[float, float]:
    """Return the processor seconds of a step and the peak of its memory in MB (10^6 bytes)."""
    command = [sys.executable, __file__, "--child", step, str(folder), str(count)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, megabytes = json.loads(told.splitlines()[-1])
    return seconds, megabytes


def _child(step: str, folder: Path, count: int) -> None:
    begin = time.process_time()
    STEPS[step](folder, count)
    seconds = time.process_time() - begin
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6]))


def main() -> None:
    """Print a Markdown table: seconds, microseconds a row and peak memory of each step."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=COUNTS)
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.child[0], Path(options.child[1]), int(options.child[2]))
        return
    table: dict[str, list[str]] = {step: [] for step in options.steps}
    for count in options.rows:
        with tempfile.TemporaryDirectory() as place:
            make(Path(place), count)
            for step in options.steps:
                seconds, megabytes = measure(step, Path(place), count)
                each = seconds / count * 1e6
                table[step].append(f"{seconds:.1f} s ({each:.0f} µs a row), {megabytes:.0f} MB")
                print(f"{count} rows: {step}: {table[step][-1]}", file=sys.stderr, flush=True)
    print("| step | " + " | ".join(f"{count:,} rows" for count in options.rows) + " |")
    print("| --- |" + " --- |" * len(options.rows))
    for step, cells in table.items():
        print(f"| {step} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
