"""Which event of a closed set follows the context?"""

from collections.abc import Sequence
from typing import Any

from datasets import Dataset

from data_prep.manifest import resolve
from data_prep.paths import data_root
from data_prep.prompts import WHAT_FOLLOWS, choice_prompt
from lmms_tasks.metrics import (
    choice_record,
    mean_score,
    metric,
    share_items,
    share_metrics,
    user_turn,
)

Doc = dict[str, Any]

METRICS = [
    *share_metrics("future"),
    metric("unparsed_future", mean_score, higher_is_better=False),
]


def process_docs(dataset: Dataset) -> Dataset:
    """Return the items with the absolute path of the context; the future is not handed on."""
    root = data_root()
    keep = ("id", "video_id", "kind", "options", "answer")
    return Dataset.from_list(
        [
            {**{key: row[key] for key in keep}, "context": str(resolve(root, row["context"]))}
            for row in dataset
        ]
    )


def doc_to_visual(doc: Doc) -> list[str]:
    """Return the path of the context."""
    return [doc["context"]]


def doc_to_text(doc: Doc) -> str:
    """Return the question and the closed set in its stored order."""
    return choice_prompt(WHAT_FOLLOWS, doc["options"])


def doc_to_messages(doc: Doc) -> list[dict[str, Any]]:
    """Return the context and the question as one user message."""
    return user_turn(doc_to_visual(doc), doc_to_text(doc))


def process_results(doc: Doc, results: Sequence[str]) -> dict[str, Any]:
    """Score one reply; the item under `acc_future` is the record of the document."""
    record = choice_record(
        results, doc["options"], doc["answer"], item_id=doc["id"], kind=doc["kind"]
    )
    unparsed = {"score": record["unparsed"], "video_id": doc["video_id"]}
    return {
        **share_items("future", record["right"], doc["video_id"], **record),
        "unparsed_future": unparsed,
    }
