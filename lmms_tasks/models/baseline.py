"""The floors: what a model scores that looks at nothing but the options, or not even at these.

lmms-eval --model videoreason_baseline --model_args kind=random,seed=0 --tasks futurebench_direct
"""

import random
from collections import Counter
from typing import Any, Literal, get_args

from data_prep.errors import UserError
from lmms_tasks.data import stopping
from lmms_tasks.models.offline import Doc, Offline, refuse_unknown

Kind = Literal["random", "majority", "longest", "first"]
KINDS: tuple[Kind, ...] = get_args(Kind)
KNOWS_NOTHING = "0.5"


class Baseline(Offline):
    """Answers by letter without having seen anything.

    `random` draws a letter for each item, seeded; `first` says A; `longest` takes the longest
    option, the first of them; `majority` the letter that is most often right in the task, which
    is the best that a single letter can do. Where a probability is asked for, `random` draws one
    and the others say 0.5.
    """

    def __init__(self, kind: str = "random", seed: int = 0, **settings: Any) -> None:
        """Take `--model_args kind=random|majority|longest|first,seed=N`."""
        super().__init__()
        with stopping():
            refuse_unknown(settings, "videoreason_baseline", ["kind", "seed"])
            if kind not in KINDS:
                raise UserError(
                    "videoreason_baseline has no such kind",
                    seen=kind,
                    fix=f"--model_args kind=… takes one of {', '.join(KINDS)}",
                )
        self._kind, self._seed = kind, int(seed)
        self._letters: dict[str, str] = {}

    def docs(self, task: str, split: str) -> Any:
        """Return the documents of a task; the first time, find its most frequent answer."""
        found = super().docs(task, split)
        if task not in self._letters and "answer" in found.column_names:
            keys = Counter(found["answer"])
            self._letters[task] = min(keys, key=lambda key: (-keys[key], key))
        return found

    def reply(self, task: str, doc: Doc, prompt: str) -> str:
        """Return a letter, or a probability for a document without options."""
        turn = f":{prompt}" if doc.get("in_turns") else ""
        draw = random.Random(f"{self._seed}:{task}:{doc['id']}:{doc.get('rotation', 0)}{turn}")
        if "options" not in doc:
            return f"{draw.random():.3f}" if self._kind == "random" else KNOWS_NOTHING
        options = doc["options"]
        if self._kind == "random":
            return chr(ord("A") + draw.randrange(len(options)))
        if self._kind == "longest":
            return chr(ord("A") + max(range(len(options)), key=lambda i: len(options[i])))
        if self._kind == "majority":
            return self._letters[task]
        return "A"
