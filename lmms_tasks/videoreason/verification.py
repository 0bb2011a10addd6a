"""Does a predicted future show what really happened? A stated probability, beside two other judges.

The model sees the predicted and the real future, in the stored order, and states the probability
that both show the same event. True is a prediction whose clip shows the item's answer. Predictions
without a clip, or whose truth is not known, cannot be judged: they are left out, and the task's
metadata counts them. LPIPS and the likelihood of an inverse-dynamics model are measured before, by
`python -m lmms_tasks.measure`; where they were not, their metrics are empty.
"""

from collections.abc import Sequence
from typing import Any

from datasets import Dataset

from data_prep.manifest import resolve
from data_prep.paths import data_root
from data_prep.prompts import SAME_EVENT
from data_prep.records import ForesightItem
from lmms_tasks.load import load_items, load_predictions
from lmms_tasks.metrics import mean_score, metric, user_turn
from lmms_tasks.videoreason.judgements import metrics
from lmms_tasks.videoreason.measured import (
    Likelihood,
    Measured,
    data_sha256,
    read_likelihoods,
    read_measures,
)
from reward_fns.answers import read_confidence

Doc = dict[str, Any]
# What an unparsed reply is taken to say about the two videos: nothing.
KNOWS_NOTHING = 0.5

OF_VERIFIERS = metrics()
METRICS = [
    *OF_VERIFIERS,
    metric("agreement_with_truth", mean_score),
    metric("mean_when_same", mean_score),
    metric("mean_when_other", mean_score, higher_is_better=False),
    metric("unparsed_confidence", mean_score, higher_is_better=False),
]


def process_docs(dataset: Dataset) -> Dataset:
    """Return the predictions whose truth is known, with both videos in their stored order."""
    root = data_root()
    items = {row["id"]: ForesightItem.model_validate(row) for row in dataset}
    predictions = load_predictions(root, list(items.values()))
    now = data_sha256(root, load_items(root), predictions)
    measured, likely = read_measures(root, now), read_likelihoods(root, now)
    docs = []
    for row in predictions:
        item = items[row.item_id]
        if row.video is None or row.shows is None:
            continue
        pair = [item.future, row.video] if row.real_first else [row.video, item.future]
        docs.append(
            {
                "id": row.id,
                "item_id": item.id,
                "video_id": item.video_id,
                "kind": item.kind,
                "generator": row.generator,
                "videos": [str(resolve(root, media)) for media in pair],
                "same": row.shows == item.answer,
                "lpips": _lpips(measured.get(row.id)),
                "inverse_dynamics": _likelihood(likely.get(row.id), item),
            }
        )
    return Dataset.from_list(docs)


def doc_to_visual(doc: Doc) -> list[str]:
    """Return the paths of the two futures in their stored order."""
    return list(doc["videos"])


def doc_to_text(doc: Doc) -> str:
    """Return the question; it is the same for every pair."""
    return SAME_EVENT


def doc_to_messages(doc: Doc) -> list[dict[str, Any]]:
    """Return the two futures and the question as one user message."""
    return user_turn(doc_to_visual(doc), doc_to_text(doc))


def process_results(doc: Doc, results: Sequence[str]) -> dict[str, Any]:
    """Read one reply; the item under `auroc_confidence` is the record of the document."""
    stated = read_confidence(results[0]) if results else None
    confidence = KNOWS_NOTHING if stated is None else stated
    same: bool = doc["same"]
    # Exactly one half takes no side, and so agrees with neither truth.
    agrees = float(confidence > KNOWS_NOTHING if same else confidence < KNOWS_NOTHING)
    ids = {key: doc[key] for key in ("item_id", "video_id", "kind", "generator")}
    row = {"video_id": doc["video_id"], "confidence": confidence, "same": same, "stated": stated}
    row |= {key: doc.get(key) for key in ("lpips", "inverse_dynamics")}

    def scored(value: float) -> dict[str, Any]:
        return {"score": value, "video_id": doc["video_id"]}

    return {
        **{entry["metric"]: row for entry in OF_VERIFIERS},
        "auroc_confidence": {**ids, **row, "prediction_id": doc["id"]},
        "agreement_with_truth": scored(agrees),
        "mean_when_same": scored(confidence) if same else {},
        "mean_when_other": {} if same else scored(confidence),
        "unparsed_confidence": scored(float(stated is None)),
    }


def _lpips(row: Measured | None) -> float | None:
    return row.measures.lpips if row is not None and row.measures is not None else None


def _likelihood(row: Likelihood | None, item: ForesightItem) -> float | None:
    if row is None or row.scores is None:
        return None
    return row.scores[ord(item.answer) - ord("A")]
