"""The wording of every question that a model is asked: in training, in rewards, in evaluation.

Kept here, once, so that a model meets the same words in training and in evaluation. The texts are
pinned by golden files in `tests/golden`; a change of a benchmark's prompt needs a new task version.
"""

from collections.abc import Sequence

from reward_fns.answers import letters

# The instruction of the published FutureBench prompt (direct answer).
ANSWER_BY_LETTER = "Answer with the option's letter from the given choices directly."

# VideoReason: what a judge is asked about two futures of one context.
SAME_EVENT = (
    "Two videos continue the same scene. Do both show the same event? "
    "Answer with the probability that they do, a number between 0 and 1."
)
# VideoReason: asked of a context, and of a future, about the same closed set of events.
WHAT_FOLLOWS = "What happens next?"
WHAT_HAPPENS = "What happens in the video?"

# Open questions about what follows; one is drawn for each example, seeded.
NEXT_EVENT_POOL = (
    "What happens next?",
    "What will happen next?",
    "What comes next in the video?",
    "What is going to happen after this?",
    "How does the video go on?",
    "What follows?",
    "Predict what happens after the end of the video.",
    "The video stops here. What happens then?",
)
# The same for a fixed horizon; `{n}` is the number of events that the answer names.
NEXT_EVENTS_POOL = (
    "What are the next {n} events?",
    "Which {n} events come next?",
    "Name the next {n} events in their order.",
    "Predict the {n} events that follow, in their order.",
)
NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def number_word(n: int) -> str:
    """Return 0 to 9 as a word, larger numbers as digits."""
    return NUMBER_WORDS[n] if n < len(NUMBER_WORDS) else str(n)


def choice_prompt(question: str, options: Sequence[str]) -> str:
    """Return a question with its lettered options and the instruction to answer by letter.

    Raises:
        ValueError: fewer than 2 or more than 26 options.
    """
    lines = [f"{letter}. {text}" for letter, text in letters(options).items()]
    return "\n".join([question, *lines, "", ANSWER_BY_LETTER])


def join_events(texts: Sequence[str]) -> str:
    """Return events as one answer: `it moves left, then it stops`."""
    return ", then ".join(texts)
