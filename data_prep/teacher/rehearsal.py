"""What a run would ask, and what it may cost, without asking anything."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from data_prep.cutting.refusal import Refused
from data_prep.teacher.asking import Teacher, Tokens
from data_prep.teacher.cache import MEMORY
from data_prep.teacher.run import Job, cache_of, hired
from data_prep.teacher.settings import Asking

# Of English text; prompts in other languages have fewer.
_LETTERS_PER_TOKEN = 4


@dataclass
class Rehearsal:
    """What was found.

    Attributes:
        first: the first message that would be sent, media as one line each; None if there is none.
        first_is: the item that it is about.
        cached: number of items whose first reply the cache has.
        calls: number of the others, each one call or, with its repair, two.
        left_out: items about which there is nothing to ask, by kind.
        most: the tokens of these calls without repairs, roughly and at most: 4 letters of text a
            token, 28 x 28 pixels of a picture a token, and `max_tokens` of each reply.
    """

    first: str | None = None
    first_is: str | None = None
    cached: int = 0
    calls: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    most: Tokens = field(default_factory=Tokens)


def rehearse(job: Job, asking: Asking) -> Rehearsal:
    """Go through all items as `annotate` does, without a call.

    Raises:
        UserError: an input or a setting is not valid.
    """
    cache = cache_of(job, job.place())
    with hired(job, asking, cache if cache.exists() else MEMORY) as teacher:
        return asyncio.run(_go_through(job, teacher))


async def _go_through(job: Job, teacher: Teacher) -> Rehearsal:
    found = Rehearsal()
    for item in job.items():
        try:
            question = await teacher.question(item)
        except Refused as error:
            found.left_out[error.kind] += 1
            continue
        if found.first is None:
            found.first_is = teacher.task.id(item)
            found.first = "\n".join([*question.attachment.outline(), question.prompt])
        if teacher.cache.find(teacher.key(question)) is not None:
            found.cached += 1
            continue
        found.calls += 1
        found.most.prompt += len(question.prompt) // _LETTERS_PER_TOKEN
        found.most.prompt += question.attachment.most_tokens()
        found.most.completion += int(teacher.body.get("max_tokens") or 0)
    return found
