"""How likely is it that a future really follows its context? The verifier behind best of N.

Unlike in `verification`, the model does not see the real future beside the candidate: whoever
picks one of several candidates has no real future to look at. The real future is a candidate
itself, among the generated ones, so that a model which prefers a copy of the present is seen.
Right is a candidate that shows the item's answer, where that is known.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from datasets import Dataset

from data_prep.manifest import resolve
from data_prep.paths import data_root
from data_prep.prompts import PLAUSIBLE
from data_prep.records import ForesightItem
from lmms_tasks.load import load_predictions
from lmms_tasks.metrics import mean_score, metric, share_parts, user_turn
from lmms_tasks.videoreason.attempts import COPY, REAL
from lmms_tasks.videoreason.measured import by_item
from lmms_tasks.videoreason.preferences import auroc_part, preference_part
from lmms_tasks.videoreason.series import series
from reward_fns.answers import read_confidence

Doc = dict[str, Any]
# What an unparsed reply is taken to say about a candidate: nothing.
KNOWS_NOTHING = 0.5

OF_RATINGS = [
    *share_parts(("auroc", "low", "high"), "plausibility", auroc_part),
    *share_parts(
        ("prefers", "prefers_from", "prefers_to"), COPY, preference_part, higher_is_better=False
    ),
]
METRICS = [
    *OF_RATINGS,
    metric("mean_of_real", mean_score),
    metric("mean_of_made", mean_score, higher_is_better=False),
    metric("unparsed_plausibility", mean_score, higher_is_better=False),
]


def process_docs(dataset: Dataset) -> Dataset:
    """Return for every item its real future and its generated ones, each with the context."""
    items = [ForesightItem.model_validate(row) for row in dataset]
    return Dataset.from_list(list(_docs(items)))


def doc_to_visual(doc: Doc) -> list[str]:
    """Return the paths of the context and of the candidate."""
    return list(doc["videos"])


def doc_to_text(doc: Doc) -> str:
    """Return the question; it is the same for every candidate."""
    return PLAUSIBLE


def doc_to_messages(doc: Doc) -> list[dict[str, Any]]:
    """Return the context, the candidate and the question as one user message."""
    return user_turn(doc_to_visual(doc), doc_to_text(doc))


def process_results(doc: Doc, results: Sequence[str]) -> dict[str, Any]:
    """Read one reply; the item under `unparsed_plausibility` is the record of the document."""
    stated = read_confidence(results[0]) if results else None
    confidence = KNOWS_NOTHING if stated is None else stated
    ids = {key: doc[key] for key in ("item_id", "video_id", "kind", "generator")}
    item = {"score": confidence, "video_id": doc["video_id"]}
    is_real = doc["generator"] == REAL
    row = {**ids, "stated": stated, "confidence": confidence, "same": doc["same"]}
    return {
        **{entry["metric"]: row for entry in OF_RATINGS},
        "mean_of_real": item if is_real else {},
        "mean_of_made": {} if is_real else item,
        "unparsed_plausibility": {
            **row,
            "prediction_id": doc["id"],
            "score": float(stated is None),
        },
    }


def _docs(items: Sequence[ForesightItem]) -> Iterator[Doc]:
    root = data_root()
    made = by_item(load_predictions(root, items))
    for item in items:
        candidates: list[tuple[str, str, str, str | None]] = [
            (f"{item.id}:{REAL}", REAL, item.future, item.answer)
        ]
        candidates += [
            (row.id, series(row), row.video, row.shows)
            for row in made.get(item.id, [])
            if row.video
        ]
        for name, generator, video, shows in candidates:
            yield {
                "id": name,
                "item_id": item.id,
                "video_id": item.video_id,
                "kind": item.kind,
                "generator": generator,
                "same": None if shows is None else shows == item.answer,
                "videos": [str(resolve(root, media)) for media in (item.context, video)],
            }
