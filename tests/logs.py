"""Logs laid out as lmms-eval writes them, made by the tasks' own scorers."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lmms_tasks.futurebench import task
from lmms_tasks.futurebench.rotations import rotate
from reward_fns.answers import letters

OPTIONS = ["left", "right", "up", "down"]
KINDS = ("hop1", "hop2", "hop3", "interpolation")


def docs(count: int, *, items_a_video: int = 1, first: int = 0) -> list[dict[str, Any]]:
    """Documents q0, q1, ... whose right answer is A, the kinds in turn."""
    return [
        {
            "id": f"q{i}",
            "video_id": f"v{i // items_a_video}",
            "kind": KINDS[i % 4],
            "question": "What?",
            "options": OPTIONS,
            "answer": "A",
            "missing": 0,
            "total": count,
        }
        for i in range(first, first + count)
    ]


def write(
    folder: Path,
    replies: Mapping[str, Sequence[str]],
    *,
    documents: Sequence[dict[str, Any]] | None = None,
    stamp: str = "20260101_000000",
    data: str = "a" * 64,
    leaks: int = 0,
    missing: int = 0,
) -> Path:
    """Write one run: for each FutureBench variant, its replies to the documents in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    configs, versions = {}, {}
    for name, said in replies.items():
        variant, number = task.VARIANTS[name], f"futurebench_{name}"
        asked = list(
            documents
            if documents is not None
            else docs(len(said) // (4 if name == "rotated" else 1))
        )
        if name == "rotated":
            turns = [
                (doc, by, *rotate(doc["options"], doc["answer"], by))
                for doc in asked
                for by in range(4)
            ]
            asked = [{**d, "rotation": by, "options": o, "answer": a} for d, by, o, a in turns]
        lines = [
            {
                "doc_id": i,
                "filtered_resps": reply,
                "input": variant.doc_to_text(doc),
                **variant.process_results(doc, [reply]),
            }
            for i, (doc, reply) in enumerate(zip(asked, said, strict=True))
        ]
        assert all(set(letters(doc["options"])) == set("ABCD") for doc in asked)
        (folder / f"{stamp}_samples_{number}.jsonl").write_text(
            "".join(json.dumps(line) + "\n" for line in lines)
        )
        state = {"folder": "/data", "sha256": data, "prompt_has_label": leaks, "missing": missing}
        configs[number] = {
            "metadata": {"data": state},
            "generation_kwargs": {"max_new_tokens": 32},
        }
        versions[number] = 1
    results = {
        "config": {"model": "fake", "model_args": "fps=2", "limit": None},
        "configs": configs,
        "versions": versions,
    }
    (folder / f"{stamp}_results.json").write_text(json.dumps(results))
    return folder
