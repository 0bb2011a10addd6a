"""Generated futures that belong together in a score: one generator that was told one sort of thing.

A future that was made from the true label says little of foresight, so it never shares a score
with those that were not, nor enters the score over all.
"""

from data_prep.records import Prediction

CAPTION, ANSWER, SECOND, RIGHT, LEAK = "caption-", "answer-", "second-", "right-", "leak-"
# Names of generators may not begin so: they would be taken for another generator's series.
PREFIXES = (CAPTION, ANSWER, SECOND, RIGHT, LEAK)
# Reported, but apart: the prompt held what really happens.
APART = (RIGHT, LEAK)


def series(row: Prediction) -> str:
    """Return the name of the series: the generator, after what it was told beside the context.

    `caption-G` was told a caption, `answer-G` a model's wrong answer, `second-answer-G` its wrong
    second one, each with `right-` before it where the answer was right, `leak-G` the true label
    though nobody had answered so.
    """
    if row.condition == "answer":
        right = RIGHT if row.prompt_has_label else ""
        return f"{right}{SECOND if row.round == 2 else ''}{ANSWER}{row.generator}"
    if row.prompt_has_label:
        return f"{LEAK}{row.generator}"
    return f"{CAPTION if row.condition == 'caption' else ''}{row.generator}"
