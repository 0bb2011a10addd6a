"""How much of what a model recognises in real futures does it recognise in generated ones?

The same closed question is asked of the real future and of every generated one. A generation that
failed has no video, and a question without its video is not the task, so no request is made for
it: the document of the real future lists the failures of its item, and each counts as a wrong
reading of its generator. A generator that was told different things counts as several, see
`series`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset

from data_prep.manifest import resolve
from data_prep.paths import data_root
from data_prep.prompts import WHAT_HAPPENS, choice_prompt
from data_prep.records import ForesightItem, Prediction
from lmms_tasks.data import lazy
from lmms_tasks.load import load_items, load_predictions
from lmms_tasks.metrics import (
    choice_record,
    mean_score,
    metric,
    no_items,
    share_items,
    share_metrics,
    user_turn,
)
from lmms_tasks.videoreason.attempts import ALL, REAL, metrics, names
from lmms_tasks.videoreason.series import series

Doc = dict[str, Any]


def metric_list(found: Sequence[str]) -> list[dict[str, Any]]:
    """Return the metrics of real futures, of each of the generators `found`, and of all."""
    unparsed = metric("unparsed_retention", mean_score, higher_is_better=False)
    by_generator = [entry for name in (*found, ALL) for entry in metrics(name)]
    return [*share_metrics(REAL), *by_generator, unparsed]


def generators(root: Path) -> list[str]:
    """Return the names of the series of generated futures below `root`, sorted.

    Raises:
        UserError: as in `load_predictions`.
    """
    return sorted({series(row) for row in load_predictions(root, load_items(root))})


# The generators are known from the data only.
__getattr__ = lazy({"METRICS": lambda: metric_list(generators(data_root()))})


def process_docs(dataset: Dataset) -> Dataset:
    """Return for every item its real future, then its generated ones, in stored order."""
    root = data_root()
    items = [ForesightItem.model_validate(row) for row in dataset]
    by_item: dict[str, list[Prediction]] = {item.id: [] for item in items}
    for row in load_predictions(root, items):
        by_item[row.item_id].append(row)
    common = {"generators": generators(root)}
    return Dataset.from_list(
        [
            {**doc, **common, "video": str(resolve(root, doc["video"]))}
            for item in items
            for doc in _docs(item, by_item[item.id])
        ]
    )


def doc_to_visual(doc: Doc) -> list[str]:
    """Return the path of the future, real or generated."""
    return [doc["video"]]


def doc_to_text(doc: Doc) -> str:
    """Return the question and the closed set; both are the same for every future of an item."""
    return choice_prompt(WHAT_HAPPENS, doc["options"])


def doc_to_messages(doc: Doc) -> list[dict[str, Any]]:
    """Return the future and the question as one user message."""
    return user_turn(doc_to_visual(doc), doc_to_text(doc))


def process_results(doc: Doc, results: Sequence[str]) -> dict[str, Any]:
    """Score one reply; the item under `retention_all` is the record of the document."""
    record = choice_record(results, doc["options"], doc["answer"], prediction_id=doc["id"])
    shown = None if doc["shows"] is None else float(record["letter"] == doc["shows"])
    row = {key: doc[key] for key in ("item_id", "video_id", "generator", "failed")}
    row |= {"right": record["right"], "recognised": shown}
    is_real = doc["generator"] == REAL
    scored = share_items(REAL, record["right"], doc["video_id"]) if is_real else no_items(REAL)
    for name in (*doc["generators"], ALL):
        belongs = is_real or name in (doc["generator"], ALL)
        scored |= dict.fromkeys(names(name), row if belongs else {})
    full = {**record, **row, **{key: doc[key] for key in ("kind", "shows", "sample")}}
    unparsed = {"score": record["unparsed"], "video_id": doc["video_id"]}
    return scored | {f"retention_{ALL}": full, "unparsed_retention": unparsed}


def _docs(item: ForesightItem, predictions: Sequence[Prediction]) -> Iterator[Doc]:
    shared = {
        "item_id": item.id,
        "video_id": item.video_id,
        "kind": item.kind,
        "options": item.options,
        "answer": item.answer,
    }
    yield {
        **shared,
        "id": f"{item.id}:{REAL}",
        "video": item.future,
        "generator": REAL,
        "sample": 0,
        "shows": item.answer,
        "failed": [series(row) for row in predictions if row.video is None],
    }
    for row in predictions:
        if row.video is not None:
            yield {
                **shared,
                "id": row.id,
                "video": row.video,
                "generator": series(row),
                "sample": row.sample,
                "shows": row.shows,
                "failed": [],
            }
