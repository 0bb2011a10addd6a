"""What the tasks share between `process_results` and the results: the items and their aggregation.

lmms-eval hands an aggregation the list of what `process_results` returned under the metric's name,
one entry a document. Three of its habits shape what we return:

- an id returned beside the metrics becomes a row `item_id: []` of the results, so the headline
  metric's item carries the whole record of a document;
- a group weighs a task by the number of items of whichever metric came last, so every document
  returns every metric, and an empty item where a metric does not apply;
- it adds a standard error of the mean to every metric whose items have a `score`, so the items of
  interval ends have none.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Literal

from lmms_tasks.statistics import Estimate, Interval, share_interval
from reward_fns.answers import letters, read_choice

Item = Mapping[str, Any]
Part = Literal["value", "low", "high"]
PARTS: tuple[Part, ...] = ("value", "low", "high")
log = logging.getLogger(__name__)
Aggregation = Callable[[Sequence[Item]], float | None]


def metric(name: str, aggregation: Aggregation, *, higher_is_better: bool = True) -> dict[str, Any]:
    """Return one entry of a task's `metric_list`."""
    return {"metric": name, "aggregation": aggregation, "higher_is_better": higher_is_better}


def share_metrics(suffix: str) -> list[dict[str, Any]]:
    """Return the entries `acc_`, `low_` and `high_` + `suffix`: a share and its 95 % interval."""
    return [
        metric(f"acc_{suffix}", mean_score),
        metric(f"low_{suffix}", low_end),
        metric(f"high_{suffix}", high_end),
    ]


def share_items(suffix: str, score: float, video_id: str, **record: Any) -> dict[str, Any]:
    """Return one document's items for `share_metrics(suffix)`; `record` rides on `acc_`."""
    end = {"of": score, "video_id": video_id}
    return {
        f"acc_{suffix}": {"score": score, "video_id": video_id, **record},
        f"low_{suffix}": end,
        f"high_{suffix}": end,
    }


def no_items(suffix: str) -> dict[str, Any]:
    """Return a document's items for a share that it does not belong to."""
    return {f"{end}_{suffix}": {} for end in ("acc", "low", "high")}


def share_parts(
    stems: Sequence[str],
    suffix: str,
    aggregate: Callable[..., float | None],
    *,
    higher_is_better: bool = True,
) -> list[dict[str, Any]]:
    """Return the entries of an estimate: `stems` are those of its value, low end and high end.

    `aggregate` takes the items and, by name, the part.
    """
    return [
        metric(f"{stem}_{suffix}", partial(aggregate, part=part), higher_is_better=higher_is_better)
        for stem, part in zip(stems, PARTS, strict=True)
    ]


def mean_score(items: Sequence[Item]) -> float | None:
    """Return the mean score of the items that have one, None when none has."""
    scores = [item["score"] for item in items if item]
    return sum(scores) / len(scores) if scores else None


def low_end(items: Sequence[Item]) -> float | None:
    """Return the low end of the share's interval, None without items."""
    found = _interval(items)
    return found.low if found else None


def high_end(items: Sequence[Item]) -> float | None:
    """Return the high end of the share's interval, None without items."""
    found = _interval(items)
    return found.high if found else None


def estimate_part(found: Estimate | None, part: Part, name: str) -> float | None:
    """Return one part of an estimate; where there is none, None, and a warning that names it."""
    if found is None:
        if part == "value":
            log.warning("%s: these documents do not define it, it is left empty", name)
        return None
    if part == "value":
        return found.value
    if found.interval is None and part == "low":
        log.warning("%s: too little spread over videos for an interval", name)
    return getattr(found.interval, part, None)


def choice_record(
    replies: Sequence[str | None], options: Sequence[str], answer: str, **ids: Any
) -> dict[str, Any]:
    """Return how a reply was read and whether it is right, beside the ids of its document.

    `letter` is None when the reply is not one choice; it is then wrong, and `unparsed` is 1.
    """
    reading = read_choice((replies[0] if replies else None) or "", letters(options))
    return {
        **ids,
        "answer_key": answer,
        "letter": reading.letter,
        "rule": reading.rule,
        "options": len(options),
        "right": float(reading.letter == answer),
        "unparsed": float(reading.letter is None),
    }


def user_turn(videos: Iterable[str], text: str) -> list[dict[str, Any]]:
    """Return one user message: the videos in their order, then the text."""
    content: list[dict[str, Any]] = [{"type": "video", "url": video} for video in videos]
    return [{"role": "user", "content": [*content, {"type": "text", "text": text}]}]


def _interval(items: Sequence[Item]) -> Interval | None:
    rows = [item for item in items if item]
    if not rows:
        return None
    return share_interval([row["of"] for row in rows], [row["video_id"] for row in rows])
