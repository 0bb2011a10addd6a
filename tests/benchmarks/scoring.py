"""What our code costs in an evaluation: requests, scoring, aggregation, and stored replies.

    python tests/benchmarks/scoring.py

1,056 items with four options pass through all functions that lmms-eval calls for a task. Then
100,000 stored replies of eight sorts to these items are read and scored, on one core. Seconds of
processor time.

    python tests/benchmarks/scoring.py --host

lmms-eval itself runs the first-letter baseline on 1,056 items, and a profile tells which part of
the seconds passed in our packages: whatever lmms-eval calls of ours, with all that it calls in
turn. The profile itself makes that part look larger than it is.
"""

import cProfile
import os
import pstats
import random
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from lmms_tasks.futurebench import task

ITEMS, REPLIES = 1_056, 100_000
SIZES = {"hop1": 173, "hop2": 193, "hop3": 201, "interpolation": 489}
EVENTS = (
    "it moves left",
    "it grows",
    "it stops",
    "it vanishes",
    "it bounces off the wall",
    "it sinks",
)
SAID = (
    "A",
    "The answer is (B).",
    f"<think>{'The man walks and then sits. ' * 40}</think><answer>C</answer>",
    "I cannot tell.",
    "**D**",
    "it moves left, then it stops",
    "Answer: C",
    "So it must be option B, because the video shows that.",
)


def documents() -> list[dict[str, object]]:
    draw = random.Random(0)
    kinds = [kind for kind, count in SIZES.items() for _ in range(count)]
    return [
        {
            **{
                "id": f"q{i}",
                "video_id": f"v{i // 2}",
                "video": "/v.mp4",
                "question": "What next?",
            },
            **{"kind": kind, "answer": draw.choice("ABCD"), "missing": 0, "total": ITEMS},
            "options": [", then ".join(draw.sample(EVENTS, 3)) + f" ({j})" for j in range(4)],
        }
        for i, kind in enumerate(kinds)
    ]


HOST_TASKS = ("futurebench_direct", "futurebench_blind", "futurebench_rotated")
OURS = tuple(f"/{package}/" for package in ("data_prep", "lmms_tasks", "reward_fns"))


def main() -> None:
    """Measure what was asked for."""
    if "--host" in sys.argv[1:]:
        with TemporaryDirectory() as folder:
            run_host(Path(folder))
    else:
        run_alone()


def run_host(folder: Path) -> None:
    """Let lmms-eval run a baseline on 1,056 items, and print the seconds in our code by task."""
    from lmms_eval.evaluator import simple_evaluate
    from lmms_eval.tasks import TaskManager

    from data_prep.manifest import write_manifest
    from data_prep.records import Question
    from lmms_tasks import TASKS_DIR
    from lmms_tasks.models.baseline import Baseline

    rows = [
        Question.model_validate(
            {key: doc[key] for key in ("id", "video_id", "question", "options", "answer", "kind")}
            | {"video": f"{doc['video_id']}.mp4"}
        )
        for doc in documents()
    ]
    for name in {row.video for row in rows}:
        (folder / name).write_bytes(name.encode() * 4096)
    write_manifest(folder / "futurebench.jsonl", rows, settings={}, seed=0)
    os.environ["VIDEOREASON_DATA"] = str(folder)
    for name in HOST_TASKS:
        manager = TaskManager(include_path=str(TASKS_DIR), include_defaults=False)
        profile = cProfile.Profile()
        profile.enable()
        found = simple_evaluate(
            model=Baseline("first"), tasks=[name], task_manager=manager, batch_size=1
        )
        profile.disable()
        stats = pstats.Stats(profile)
        print(
            f"{name}: {found['n-samples'][name]['effective']} requests, "
            f"{seconds_of_ours(stats):.2f} s of {stats.total_tt:.2f} s in our code"
        )


def seconds_of_ours(stats: pstats.Stats) -> float:
    """Return the seconds in what others call of our packages, with all that this calls."""
    total = 0.0
    for (file, _, _), (_, _, _, _, callers) in stats.stats.items():
        if any(package in file for package in OURS):
            total += sum(
                cumulative
                for (caller, _, _), (_, _, _, cumulative) in callers.items()
                if not any(package in caller for package in OURS)
            )
    return total


def run_alone() -> None:
    """Call the functions of the task as lmms-eval does, and print the seconds they take."""
    direct, docs = task.VARIANTS["direct"], documents()
    begin = time.process_time()
    for doc in docs:
        direct.doc_to_text(doc)
        direct.doc_to_messages(doc)
    scored = [direct.process_results(doc, [SAID[i % 8]]) for i, doc in enumerate(docs)]
    for entry in direct.metrics():
        entry["aggregation"]([found[entry["metric"]] for found in scored])
    print(f"{ITEMS} items, requests, scores and aggregates: {time.process_time() - begin:.2f} s")
    begin = time.process_time()
    for i in range(REPLIES):
        direct.process_results(docs[i % ITEMS], [SAID[i * 7 % 8]])
    print(f"{REPLIES} stored replies scored: {time.process_time() - begin:.2f} s")


if __name__ == "__main__":
    main()
