"""The next-event set: from the context of a clip, tell what happens in its future.

The task of Next-Event Prediction (arXiv 2505.22457, section 2): the video is the context, the
target is the text of what follows.
"""

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from pathlib import Path
from typing import Literal

from data_prep.errors import UserError
from data_prep.llamafactory import declare
from data_prep.manifest import read_manifest, rebase, write_manifest
from data_prep.options import confusable, place_answer
from data_prep.prompts import (
    NEXT_EVENT_POOL,
    NEXT_EVENTS_POOL,
    choice_prompt,
    join_events,
    number_word,
)
from data_prep.records import Example, Media, Message, Split

Side = Literal["train", "test"]
OPTIONS = 4


class Form(StrEnum):
    """How an example asks: for the events, or for them among options."""

    OPEN = "open"
    CHOICE = "choice"


MADE_BY = "python -m data_prep split SOURCE --out DIR"


@dataclass
class BuildReport:
    """Rows written for each side, and splits left out by reason."""

    written: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        """Return the report as one line."""
        parts = [f"{count} {side} rows" for side, count in self.written.items()]
        parts += [f"{count} left out ({why})" for why, count in self.left_out.items()]
        return ", ".join(parts)


def build_next_event(
    splits: Path,
    out: Path,
    *,
    horizons: Sequence[int],
    forms: Sequence[Form],
    test_share: float,
    seed: int,
) -> BuildReport:
    """Write `next_event_train.jsonl` and `next_event_test.jsonl` and declare them.

    Args:
        splits: a `splits.jsonl`.
        out: the folder to write to; it must hold the clips of `splits`.
        horizons: how many coming events the answer names, one row for each; 0 asks for the whole
            future (its caption, else all its events).
        forms: `open` asks for the events, `choice` asks for them among four options and is
            answered in the words of the right one; one row for each.
        test_share: share of videos kept for the test side, where the splits do not say
            themselves which world they are from. A video is on one side only.
        seed: of the questions and of the sides; the same input and seed give the same bytes.

    Raises:
        UserError: no split has a text of its future.
    """
    report = BuildReport()
    rows: dict[Side, list[Example]] = {"train": [], "test": []}
    known = list(read_manifest(splits, Split, made_by=MADE_BY))
    sides = {split.id: _side(split, test_share, seed) for split in known}
    # Wrong answers are futures of the same side: a test future is not shown in training either.
    told: dict[tuple[Side, int], set[str]] = defaultdict(set)
    for split, horizon in product(known, horizons):
        if text := _future_text(split, horizon):
            told[sides[split.id], horizon].add(text)
    futures = {key: sorted(texts) for key, texts in told.items()}
    for split in known:
        side = sides[split.id]
        video = rebase(split.context, splits.parent, out)
        for horizon, form in product(horizons, forms):
            answer = _future_text(split, horizon)
            if answer is None:
                report.left_out[_why(horizon)] += 1
                continue
            rng = random.Random(f"{seed}:{split.id}:{horizon}:{form}")
            question = rng.choice(list(_questions(horizon)))
            if form == Form.CHOICE:
                wrong = _wrong(rng, split, horizon, answer, futures[side, horizon])
                if len(wrong) < OPTIONS - 1:
                    report.left_out[f"too few other futures for {OPTIONS} options"] += 1
                    continue
                letter = rng.choice([chr(ord("A") + i) for i in range(OPTIONS)])
                question = choice_prompt(question, place_answer(rng, answer, wrong, letter))
            rows[side].append(_example(split, video, f"{_told(horizon)}_{form}", question, answer))
    if not rows["train"] and not rows["test"]:
        raise UserError(
            "no example could be built: no split tells what happens in its future",
            seen=f"{splits}: {dict(report.left_out)}",
            fix="cut clips whose events are known: "
            "python -m data_prep split FOLDER --annotations events.jsonl --out DIR",
        )
    settings = {
        "command": "build next-event",
        "horizons": list(horizons),
        "forms": list(forms),
        "test_share": test_share,
    }
    for side, examples in rows.items():
        name = f"next_event_{side}"
        write_manifest(out / f"{name}.jsonl", examples, settings=settings, seed=seed)
        if examples:
            declare(out, name)
        report.written[side] = len(examples)
    return report


def _side(split: Split, test_share: float, seed: int) -> Side:
    if split.part is not None:
        return "train" if split.part == "train" else "test"
    digest = hashlib.sha256(f"{seed}:{split.video_id}".encode()).digest()
    return "test" if int.from_bytes(digest[:8]) / 2**64 < test_share else "train"


def _future_text(split: Split, horizon: int) -> str | None:
    texts = [event.text for event in split.future_events]
    if horizon == 0:
        return split.future_caption or (join_events(texts) if texts else None)
    return join_events(texts[:horizon]) if len(texts) >= horizon else None


def _why(horizon: int) -> str:
    return f"fewer than {horizon} events after the cut" if horizon else "no text of the future"


def _questions(horizon: int) -> Iterator[str]:
    if horizon < 2:
        yield from NEXT_EVENT_POOL
    else:
        yield from (pattern.format(n=number_word(horizon)) for pattern in NEXT_EVENTS_POOL)


def _wrong(
    rng: random.Random, split: Split, horizon: int, answer: str, futures: Sequence[str]
) -> list[str]:
    """Return three wrong answers, or fewer: confusable ones first, then other clips' futures."""
    found: list[str] = []
    if horizon and split.context_events:
        texts = [event.text for event in split.future_events]
        later = texts[horizon + 1] if len(texts) > horizon + 1 else None
        options = confusable(split.context_events[-1].text, texts[:horizon], later)
        found = [text for option in options if (text := join_events(option)) != answer]
    found = list(dict.fromkeys(found))[: OPTIONS - 1]
    # As many more as may turn out to be the answer, or to be in the list already.
    drawn = rng.sample(futures, min(len(futures), OPTIONS + len(found)))
    others = [text for text in drawn if text != answer and text not in found]
    return [*found, *others][: OPTIONS - 1]


def _told(horizon: int) -> str:
    return f"h{horizon or 'all'}"


def _example(split: Split, video: Media, variant: str, question: str, answer: str) -> Example:
    return Example(
        id=f"{split.id}_{variant}",
        task="next_event",
        messages=[
            Message(role="user", content=f"<video>{question}"),
            Message(role="assistant", content=answer),
        ],
        videos=[video],
        answer=answer,
        video_id=split.video_id,
        provenance=f"split {split.id}, {split.how}, {variant}",
    )
