"""What our code costs in an evaluation: requests, scoring, aggregation, and stored replies.

    python tests/benchmarks/scoring.py

1,056 items with four options pass through all functions that lmms-eval calls for a task. Then
100,000 stored replies of eight sorts to these items are read and scored, on one core. Seconds of
processor time.
"""

import random
import time

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


def main() -> None:
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
