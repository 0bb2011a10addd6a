"""The `overlap` command."""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from data_prep.errors import UserError
from data_prep.manifest import write_atomic
from data_prep.overlap.compare import HOWS, Benchmark, Found, find_overlap
from data_prep.parts.near import Likeness
from data_prep.steps.engine import Engine
from data_prep.steps.options import AddressOption, EngineOption, TimeoutOption, WorkersOption
from data_prep.steps.progress import progress_bar

_DEFAULT = Likeness()
SHOWN = 10
SAYS = {
    "recording": "the same recording, by its id",
    "file": "the same file, by its bytes",
    "frames": "the same pictures, by perceptual hashes of frames",
}


def overlap(
    train: Annotated[
        list[Path],
        typer.Argument(metavar="TRAIN...", help="Manifests of what a model is trained on."),
    ],
    *,
    benchmark: Annotated[
        Path, typer.Option("--with", metavar="BENCHMARK", help="Manifest of a benchmark.")
    ],
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write all that is found here.")
    ] = None,
    distance: Annotated[
        int, typer.Option(min=0, max=16, help="Bits of 64 by which like frames may differ.")
    ] = _DEFAULT.distance,
    share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of a row's frames that must be alike.")
    ] = _DEFAULT.share,
    frames: Annotated[
        int, typer.Option(min=1, help="Frames that must be alike in any case.")
    ] = _DEFAULT.frames,
    engine: EngineOption = "pool",
    address: AddressOption = None,
    workers: WorkersOption = None,
    timeout: TimeoutOption = 600.0,
) -> None:
    """Tell what training sets and a benchmark have in common; exit 1 if there is anything.

    Clips, splits, pairs, questions and instruction sets can be compared. The same video is known
    by its id, by its bytes, and by its pictures, so that a copy that was encoded again, made
    smaller or cut is found.

    Is anything of the benchmark in the sets that a model was tuned on?

        python -m data_prep overlap sets/next_event_train.jsonl --with futurebench/futurebench.jsonl

    Check the videos before sets are built of them, with the list in a file:

        python -m data_prep overlap videos/clips.jsonl more/clips.jsonl \\
            --with futurebench/futurebench.jsonl --json overlap.json
    """
    runner, likeness = Engine(engine, address, workers, timeout), Likeness(distance, share, frames)
    with progress_bar("benchmark") as progress:
        known = Benchmark(benchmark, runner, progress)
    found = []
    for manifest in train:
        with progress_bar(manifest.name) as progress:
            found.append(find_overlap(manifest, known, likeness, runner, progress))
    if json_file is not None:
        write_atomic(json_file, json.dumps(_as_json(found, known, likeness), indent=1) + "\n")
    console = Console(highlight=False, soft_wrap=True)
    for line in _lines(benchmark, known, found):
        console.print(escape(line))
    touched = {recording for each in found for _, recording in each.pairs}
    if touched:
        items = sum(len(known.items[recording]) for recording in touched)
        raise UserError(
            f"{items} items of the benchmark ({len(touched)} of {len(known.items)} recordings) "
            "are in what is trained on",
            seen=", ".join(sorted(touched)[:SHOWN]) + (" …" if len(touched) > SHOWN else ""),
            fix="leave these rows out of the training set"
            + ("" if json_file else "; --json FILE lists them all"),
        )


def _lines(benchmark: Path, known: Benchmark, found: list[Found]) -> list[str]:
    total = sum(len(items) for items in known.items.values())
    lines = [f"{benchmark}: {total} items of {len(known.items)} recordings"]
    lines += [f"  {text}" for text in known.unseen.lines()]
    for each in found:
        rows = {row for row, _ in each.pairs}
        lines.append(f"{each.manifest}: {len(rows)} of {each.rows} rows overlap")
        by_how = Counter(how for hows in each.pairs.values() for how in hows)
        lines += [f"  {by_how[how]} pairs: {SAYS[how]}" for how in HOWS if by_how[how]]
        for (row, recording), hows in list(each.pairs.items())[:SHOWN]:
            lines.append(f"  {row} and {recording}: {', '.join(h for h in HOWS if h in hows)}")
        if len(each.pairs) > SHOWN:
            lines.append(f"  {len(each.pairs) - SHOWN} more")
        if each.blank:
            lines.append(f"  {each.blank} rows have too few frames with structure to compare")
        lines += [f"  {text}" for text in each.unseen.lines()]
    return lines


def _as_json(found: list[Found], known: Benchmark, likeness: Likeness) -> dict[str, Any]:
    return {
        "likeness": vars(likeness),
        "benchmark": {"items": known.items, "not_compared": dict(known.unseen.counts)},
        "train": [
            {
                "manifest": str(each.manifest),
                "rows": each.rows,
                "pairs": [
                    {"row": row, "recording": recording, "by": sorted(hows, key=HOWS.index)}
                    for (row, recording), hows in each.pairs.items()
                ],
                "too_few_frames": each.blank,
                "not_compared": dict(each.unseen.counts),
            }
            for each in found
        ],
    }
