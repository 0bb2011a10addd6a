"""What a teacher would say of toy clips, by the rules of the world and without a model.

So that every training regime can be tried on the toy world: thoughts, judged predictions, causal
explanations and questions are written as `annotate` and `import` write them for real videos.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

from data_prep.errors import UserError
from data_prep.history import MADE_FROM, origin
from data_prep.manifest import read_manifest, write_manifest
from data_prep.prompts import WHAT_HAPPENS, join_events
from data_prep.rebase import Rebase
from data_prep.records import (
    Causal,
    Critique,
    Guess,
    Reasoning,
    Record,
    Split,
    VideoQuestion,
)
from data_prep.toyworld.scenes import REVERSED, action_text
from data_prep.toyworld.world import SOURCE

MODEL = "the rules of the toy world"
_WRONG = 3
_OPTIONS = 4
_TEXTS = tuple(dict.fromkeys(action_text(action) for action in REVERSED))


def teach(splits: Path, out: Path, *, seed: int) -> dict[str, int]:
    """Write reasoning, critiques, causal explanations and questions about toy contexts to `out`.

    Three wrong predictions are judged for each right one. The questions are about the contexts as
    whole videos.

    Args:
        splits: a `splits.jsonl` of toy clips.
        out: the folder to write to; it must hold the contexts.
        seed: of what is drawn.

    Returns:
        The rows of each file, by its name.

    Raises:
        UserError: a split is not of the toy world.
    """
    rebase = Rebase(splits.parent, out)
    makers: dict[str, Callable[[Split, random.Random], Iterator[Record]]] = {
        "reasoning": _thoughts,
        "critiques": _judgements,
        "causal": lambda split, rng: _causes(split, rng, rebase),
        "questions": lambda split, rng: _questions(split, rng, rebase),
    }
    settings = {"command": "toy-teacher", MADE_FROM: origin(splits)}
    return {
        f"{name}.jsonl": write_manifest(
            out / f"{name}.jsonl",
            (row for split in _toys(splits) for row in make(split, _rng(seed, split, name))),
            settings=settings,
            seed=seed,
        )
        for name, make in makers.items()
    }


def _rng(seed: int, split: Split, name: str) -> random.Random:
    return random.Random(f"{seed}:{split.id}:{name}")


def _toys(splits: Path) -> Iterator[Split]:
    made_by = "python -m data_prep split WORLD/train/clips.jsonl --out DIR"
    for split in read_manifest(splits, Split, made_by=made_by):
        if split.source != SOURCE or not split.context_events or not split.future_events:
            raise UserError(
                "the toy teacher knows the toy world only; other clips need a model",
                seen=f"{split.id}: {split.source}",
                fix=f"python -m data_prep annotate {splits} --help",
            )
        yield split


def _seen(split: Split) -> str:
    return join_events([event.text for event in split.context_events])


def _others(split: Split, rng: random.Random, count: int) -> list[str]:
    """Return wrong next events: the opposite of the right one, what was seen last, then others."""
    real = split.future_events[0]
    near = [action_text(REVERSED[real.action or ""]), split.context_events[-1].text]
    rest = rng.sample(_TEXTS, len(_TEXTS))
    return [text for text in dict.fromkeys([*near, *rest]) if text != real.text][:count]


def _thoughts(split: Split, _: random.Random) -> Iterator[Record]:
    yield Reasoning(
        id=f"{split.id}_thoughts",
        video_id=split.video_id,
        model=MODEL,
        split_id=split.id,
        reasoning=f"I see this: {_seen(split)}.",
        prediction=split.future_events[0].text,
    )


def _judgements(split: Split, rng: random.Random) -> Iterator[Record]:
    real = split.future_events[0].text
    for number, prediction in enumerate([real, *_others(split, rng, _WRONG)]):
        right = prediction == real
        yield Critique(
            id=f"{split.id}_judged{number}",
            video_id=split.video_id,
            model=MODEL,
            split_id=split.id,
            reasoning=f"I see this: {_seen(split)}.",
            prediction=prediction,
            critique=f"After this {'comes just that' if right else 'comes something else'}.",
            conclusion="right" if right else "wrong",
        )


def _causes(split: Split, rng: random.Random, rebase: Rebase) -> Iterator[Record]:
    real = split.future_events[0].text
    texts = [real, *_others(split, rng, 2)]
    yield Causal(
        id=f"{split.id}_causal",
        video_id=split.video_id,
        model=MODEL,
        video=rebase(split.context),
        explanation=f"First {_seen(split)}.",
        prediction=f"So {real}.",
        guesses=[
            Guess(event=text, why="it follows from what stands there", confidence=sure)
            for text, sure in zip(texts, (0.8, 0.15, 0.05), strict=True)
        ],
        part=split.part,
    )


def _questions(split: Split, rng: random.Random, rebase: Rebase) -> Iterator[Record]:
    shown = split.context_events[-1].text
    question = "What happens last in the video?" if len(split.context_events) > 1 else WHAT_HAPPENS
    options = [shown, *(text for text in _others(split, rng, len(_TEXTS)) if text != shown)]
    options = options[:_OPTIONS]
    rng.shuffle(options)
    yield VideoQuestion(
        id=f"{split.id}_question",
        video_id=split.video_id,
        video=rebase(split.context),
        question=question,
        answer=shown,
        options=options,
        kind="seen",
        part=split.part,
        source=split.source,
        license=split.license,
    )
