"""Options that stand inside the text of their own question, where they would be shown twice."""

import re
from collections.abc import Mapping
from typing import Literal

# A heading of its own goes with them; "choose from these options:" is part of the question.
_HEADING = r"(?:(?<=[.?!\n])\s*(?:options|choices)\s*:)?\s*"
_MARKED = re.compile(r"(?<![\w'])\(?([A-Z])\s*[).:]\s")


def take_out_options(
    question: str, options: Mapping[str, str]
) -> tuple[str, Literal["taken out", "others, left in"] | None]:
    """Return the question without the options that it repeats, and what was done.

    Only all of them, in their order and word for word (case, spaces and a full stop apart), are
    taken out. Where the question marks texts with the same letters that are not its options, it
    stays as it is.

    Args:
        question: as published.
        options: the texts by letter.
    """
    listed = r"[\s;,|]*".join(_listed(letter, text) for letter, text in options.items())
    found = re.search(_HEADING + listed + r"[\s;,|]*", question, re.IGNORECASE)
    if found is not None:
        rest = [part.strip() for part in (question[: found.start()], question[found.end() :])]
        if any(rest):
            return "\n".join(part for part in rest if part), "taken out"
    marked = _MARKED.findall(question)
    return question, "others, left in" if set(options) <= set(marked) else None


def _listed(letter: str, text: str) -> str:
    words = r"\s+".join(map(re.escape, text.rstrip(". ").split()))
    return rf"(?<!\w)\(?{letter}\s*[).:]\s*{words}(?!\w)\s*\.?"
