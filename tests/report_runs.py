"""Logs of two models on data that is there, for the tests of the report."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import eval_data
import logs
import pytest

from lmms_tasks.data import state_of_questions
from lmms_tasks.lines import HEADLINES
from lmms_tasks.logs import Run, read_run

HOSTILE = '</script><script>document.title="broken"</script><img src=x onerror=alert(1)><!--'
DIRECT = ["A", HOSTILE, "The answer is C.", "D", "A", "no idea \u2028 😀", "B", "D"]
KEYS = "ABCDABCD"
# How plausible the scripted model finds a future by a generator.
PLAUSIBLE = {"real": "0.9", "perfect": "80 %", "wrong_direction": "0.3", "copy": "hard to say"}


def runs(folder: Path, direct: Sequence[str] = DIRECT) -> tuple[Path, list[Run]]:
    """Write the data and the logs of two models below `folder`; return the data, and the runs."""
    data = eval_data.make(folder / "data")
    documents = [{**row.model_dump(), "missing": 0, "total": 8} for row in eval_data.questions()]
    sha = state_of_questions(data)["sha256"]
    turned = [letter for key in KEYS for letter in _turned(key)]
    said = {
        "first": {"direct": direct, "blind": ["A"] * 8, "rotated": turned},
        "second": {"direct": list(KEYS), "blind": list("ABBBABBB")},
    }
    found = []
    for name, replies in said.items():
        logs.write(folder / name / "model", replies, documents=documents, data=sha)
        (folder / name / "command.txt").write_text(f"lmms-eval --model {name} <b>&amp;\n")
        found.append(read_run(name, folder / name, HEADLINES))
    return data, found


def add_bytes(folder: Path, what: bytes) -> None:
    """Put bytes that are not UTF-8 into the first stored reply of the direct answers."""
    (path,) = folder.rglob("*_samples_futurebench_direct.jsonl")
    first, rest = path.read_bytes().split(b"\n", 1)
    row = json.loads(first)
    text = json.dumps({**row, "filtered_resps": "A MARK"}).encode().replace(b"MARK", what)
    path.write_bytes(text + b"\n" + rest)


def _turned(key: str) -> list[str]:
    return [chr(ord("A") + (ord(key) - ord("A") - by) % 4) for by in range(4)]


def add_videoreason(data: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write logs of the VideoReason tasks below `folder`, made by the tasks' own scorers."""
    from datasets import Dataset

    from lmms_tasks.data import state_of_items, state_of_predictions
    from lmms_tasks.videoreason import (
        correction,
        generate,
        plausibility,
        retention,
        verification,
    )
    from lmms_tasks.videoreason.feedback import next_ask

    monkeypatch.setenv("VIDEOREASON_DATA", str(data))
    monkeypatch.setenv("VIDEOREASON_LPIPS", "alex:random:0")
    made = {"i0": "generated/perfect0.mp4", "i1": "generated/copy1.mp4", "i2": "gone.mp4"}

    def held(doc: dict[str, Any]) -> str:
        turns: list[dict[str, str]] = []
        while ask := next_ask(doc, {turn["purpose"]: turn["reply"] for turn in turns}):
            # Wrong at first, and with the right answer from the second time on.
            reply = doc["answer"] if turns else "D"
            turns.append({"purpose": ask.purpose, "prompt": ask.prompt, "reply": reply})
        return json.dumps({"conversation": turns})

    said = {
        "videoreason_retention": (retention, lambda doc: doc["shows"]),
        "videoreason_verification": (verification, lambda doc: "0.8" if doc["same"] else "20 %"),
        "videoreason_correction": (correction, held),
        "videoreason_plausibility": (plausibility, lambda doc: PLAUSIBLE[doc["generator"]]),
        "videoreason_generate": (generate, lambda doc: str(data / made.get(doc["id"], "no.mp4"))),
    }
    (results,) = folder.rglob("*_results.json")
    written = json.loads(results.read_text())
    states = {"videoreason_generate": state_of_items(data)}
    of_predictions = state_of_predictions(data)
    items = [row.model_dump() for row in eval_data.items()]
    for task, (scorer, reply) in said.items():
        lines = []
        for doc in scorer.process_docs(Dataset.from_list(items)):
            told = reply(doc)
            row = {"input": scorer.doc_to_text(doc), "filtered_resps": told}
            lines.append(json.dumps(row | scorer.process_results(doc, [told])) + "\n")
        stamp = results.name.removesuffix("_results.json")
        results.with_name(f"{stamp}_samples_{task}.jsonl").write_text("".join(lines))
        written["configs"][task] = {
            "metadata": {"data": {**states.get(task, of_predictions), "folder": str(data)}},
            "generation_kwargs": {},
        }
        written["versions"][task] = 1
    results.write_text(json.dumps(written))
