"""FutureBench: choose the events that follow a video, or that are missing between two others.

Source: "Fostering Video Reasoning via Next-Event Prediction", https://arxiv.org/abs/2505.22457

    lmms-eval --model qwen2_5_vl --tasks futurebench --output_path logs --log_samples
"""

from collections.abc import Sequence
from typing import Any

from datasets import Dataset

from data_prep.manifest import resolve
from data_prep.paths import data_root
from data_prep.prompts import choice_prompt
from lmms_tasks.load import KINDS
from lmms_tasks.metrics import (
    choice_record,
    mean_score,
    metric,
    no_items,
    share_items,
    share_metrics,
    user_turn,
)

Doc = dict[str, Any]

METRICS = [
    *share_metrics("micro"),
    *[entry for kind in KINDS for entry in share_metrics(kind)],
    metric("unparsed_share", mean_score, higher_is_better=False),
]


def process_docs(dataset: Dataset) -> Dataset:
    """Return the items with absolute paths of their videos."""
    root = data_root()
    return Dataset.from_list(
        [{**row, "video": str(resolve(root, row["video"]))} for row in dataset]
    )


def doc_to_visual(doc: Doc) -> list[str]:
    """Return the path of the video, for models of lmms-eval's simple interface."""
    return [doc["video"]]


def doc_to_text(doc: Doc) -> str:
    """Return the question, its lettered options and the instruction to answer by letter."""
    return choice_prompt(doc["question"], doc["options"])


def doc_to_messages(doc: Doc) -> list[dict[str, Any]]:
    """Return the video and the question as one user message, for chat models."""
    return user_turn(doc_to_visual(doc), doc_to_text(doc))


def process_results(doc: Doc, results: Sequence[str]) -> dict[str, Any]:
    """Score one reply; the item under `acc_micro` is the record of the document."""
    record = choice_record(
        results, doc["options"], doc["answer"], item_id=doc["id"], kind=doc["kind"]
    )
    score, video = record["right"], doc["video_id"]
    scored = share_items("micro", score, video, **record)
    for kind in KINDS:
        scored |= share_items(kind, score, video) if kind == doc["kind"] else no_items(kind)
    return scored | {"unparsed_share": {"score": record["unparsed"], "video_id": video}}
