"""Does a model correct a wrong forecast when it gets feedback, and keep a right one?

One document an item. lmms-eval's agentic loop holds the conversation, one request at a time: the
first answer, what the model sees in the future that was generated from this answer, then a second
answer for each kind of feedback. For large runs `correction_batched` asks the same in two batched
runs; both score alike.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset

from data_prep.manifest import resolve
from data_prep.paths import data_root
from data_prep.records import ForesightItem, Prediction
from lmms_tasks.data import lazy, state_of_items, state_of_predictions
from lmms_tasks.load import PREDICTIONS, VIDEOREASON, load_items, load_predictions
from lmms_tasks.metrics import Item, metric, no_items, share_items, share_metrics, user_turn
from lmms_tasks.videoreason.feedback import (
    CONTROL,
    CUT_SHORT,
    FIRST,
    KINDS,
    ORACLES,
    Ask,
    Kind,
    Lacking,
    first_ask,
    next_ask,
    read,
    second_ask,
)
from lmms_tasks.videoreason.feedback_clips import by_answer, lpips_errors, usable
from lmms_tasks.videoreason.measured import by_item
from lmms_tasks.videoreason.turns import TURNS, Turn, metric_items, metrics

Doc = dict[str, Any]
# The metric whose item is the record of a document.
HEADLINE = "unparsed_correction"


def unparsed_share(items: Sequence[Item]) -> float | None:
    """Return the share of first and second answers that are not one choice."""
    found = [item for item in items if item]
    answers = sum(item["answers"] for item in found)
    return sum(item["unparsed"] for item in found) / answers if answers else None


METRICS = [
    *share_metrics(FIRST),
    *(entry for kind in KINDS for entry in metrics(kind)),
    metric(HEADLINE, unparsed_share, higher_is_better=False),
]


def load(root: Path) -> tuple[list[ForesightItem], list[Prediction]]:
    """Return the items below `root` and their generated futures.

    Data without generated futures is in order: the feedback that needs them is then lacking.

    Raises:
        UserError: as in `load_items` and `load_predictions`.
    """
    items = load_items(root)
    there = (root / PREDICTIONS).exists()
    return items, load_predictions(root, items) if there else []


def documents(dataset: Dataset) -> list[Doc]:
    """Return one document an item; its future is not handed on, its answer only to the feedback."""
    root = data_root()
    every_item, predictions = load(root)
    errors = lpips_errors(root, every_item, predictions)
    made = by_item(usable(predictions))
    keep = {"id", "video_id", "kind", "options", "answer"}
    return [
        {
            **item.model_dump(include=keep),
            "item_id": item.id,
            "context": str(resolve(root, item.context)),
            **by_answer(item, made.get(item.id, []), errors, root),
        }
        for item in (ForesightItem.model_validate(row) for row in dataset)
    ]


def process_docs(dataset: Dataset) -> Dataset:
    """Return the documents; `in_turns` tells models of ours that a document is a conversation."""
    return Dataset.from_list([{**doc, "in_turns": True} for doc in documents(dataset)])


def doc_to_visual(doc: Doc) -> list[str]:
    """Return the video of the first turn."""
    return [first_ask(doc).video]


def doc_to_text(
    doc: Doc,
    lmms_eval_specific_kwargs: Mapping[str, Any] | None = None,
    *,
    previous_output: Sequence[str] | None = None,
    round_idx: int | None = None,
    previous_round_info: Mapping[str, Any] | None = None,
) -> str | tuple[list[str] | None, str | None, bool, list[str] | None, None]:
    """Return the first question, or, in the loop, what comes after `previous_output`.

    In the loop it is (videos, text, whether the conversation is over, outputs, state). The last
    output is the whole conversation as JSON; state is always None, for lmms-eval would replace the
    outcome of a loop that has one.
    """
    if previous_output is None:
        return first_ask(doc).prompt
    held = _held(doc, previous_output)
    coming = next_ask(doc, {ask.purpose: reply for ask, reply in held})
    if coming is not None:
        return [coming.video], coming.prompt, False, None, None
    told = [{"purpose": ask.purpose, "prompt": ask.prompt, "reply": reply} for ask, reply in held]
    return None, None, True, [*previous_output, json.dumps({"conversation": told})], None


def doc_to_messages(doc: Doc) -> list[dict[str, Any]]:
    """Return the first turn as one user message."""
    return user_turn(doc_to_visual(doc), first_ask(doc).prompt)


def process_results(doc: Doc, results: Sequence[str]) -> dict[str, Any]:
    """Score one conversation; the item under `unparsed_correction` is the record of it."""
    conversation = _conversation(results[0] if results else "")
    replies = {turn["purpose"]: turn["reply"] for turn in conversation}
    turns = [turn(doc, replies, kind) for kind in KINDS]
    return scored(doc, replies, turns, with_first=True, conversation=conversation)


def turn(doc: Doc, replies: Mapping[str, str], kind: Kind) -> Turn:
    """Return the first and second answer under one kind of feedback, from the replies."""
    ask = second_ask(doc, replies, kind) if FIRST in replies else Lacking(CUT_SHORT)
    if isinstance(ask, Ask) and kind not in replies:
        ask = Lacking(CUT_SHORT)
    return Turn(
        item_id=doc["item_id"],
        video_id=doc["video_id"],
        feedback=kind,
        options=len(doc["options"]),
        answer_key=doc["answer"],
        first=read(doc, replies.get(FIRST)),
        second=read(doc, replies[kind]) if isinstance(ask, Ask) else None,
        lacking=ask.reason if isinstance(ask, Lacking) else None,
    )


def scored(
    doc: Doc,
    replies: Mapping[str, str],
    turns: Sequence[Turn],
    *,
    with_first: bool,
    **record: Any,
) -> dict[str, Any]:
    """Return what a document hands to every metric.

    Args:
        doc: the document.
        replies: by their purpose.
        turns: the turns that this document answers for.
        with_first: whether the first answer is counted here.
        record: what the record of the document tells beside its turns.
    """
    answers = [row.second for row in turns if row.lacking is None]
    first = read(doc, replies.get(FIRST))
    answers += [first] if with_first else []
    ids = {key: doc[key] for key in ("item_id", "video_id", "kind")}
    full = {
        **ids,
        **record,
        TURNS: [row.__dict__ for row in turns],
        "answers": len(answers),
        "unparsed": answers.count(None),
    }
    right = float(first == doc["answer"])
    share = share_items(FIRST, right, doc["video_id"]) if with_first else no_items(FIRST)
    return {**share, **metric_items(turns), HEADLINE: full}


def file() -> str:
    """Return the manifest of the items, after all that the task needs was checked.

    Raises:
        UserError: as in `load`.
    """
    load(data_root())
    return str(data_root() / VIDEOREASON)


def state() -> dict[str, Any]:
    """Return what identifies the data, and which kinds of feedback reveal the outcome.

    Raises:
        UserError: as in `load`.
    """
    root = data_root()
    there = (root / PREDICTIONS).exists()
    found = state_of_predictions(root) if there else state_of_items(root)
    return {**found, "control": CONTROL, "oracles": list(ORACLES)}


__getattr__ = lazy({"FILE": file, "STATE": state})


def _held(doc: Doc, outputs: Sequence[str]) -> list[tuple[Ask, str]]:
    """Return the turns that led to `outputs`."""
    held: list[tuple[Ask, str]] = []
    for output in outputs:
        ask = next_ask(doc, {ask.purpose: reply for ask, reply in held})
        if ask is None:
            break
        held.append((ask, output))
    return held


def _conversation(outcome: str | None) -> list[dict[str, str]]:
    """Return the turns of a finished conversation; none of one that lmms-eval cut short."""
    try:
        told = json.loads(outcome or "")["conversation"]
        return [{key: str(row[key]) for key in ("purpose", "prompt", "reply")} for row in told]
    except (ValueError, KeyError, TypeError):
        return []
