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
# VideoReason: what a model that generates video is told beside the context, and nothing else.
CONTINUE_THE_VIDEO = "Continue the video."
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
# Asked of the future of a clip: what is to be told is what led to it.
PREVIOUS_EVENT_POOL = (
    "What happened before this?",
    "What came just before the video begins?",
    "How did it come to this?",
    "What was going on before the start of the video?",
    "Tell what happened right before this video.",
    "The video starts late. What did we miss?",
)
PREVIOUS_EVENTS_POOL = (
    "What were the last {n} events before this video?",
    "Which {n} events came right before this?",
    "Name the {n} events that led to this, in their order.",
    "The video starts late. Tell the {n} events before it, in their order.",
)
CAPTION_POOL = (
    "What happens in the video?",
    "Describe the video.",
    "Tell what can be seen in the video.",
    "Give a description of what goes on in the video.",
    "What does the video show?",
    "Write a caption for the video.",
)
# Asked of a whole clip; `{event}` is one of its events.
AFTER_EVENT_POOL = (
    'What happens right after "{event}"?',
    'In the video: "{event}". What comes next?',
    'Which event follows "{event}" in the video?',
    'Find "{event}" in the video and tell what happens then.',
)
AFTER_EVENTS_POOL = (
    'Which {n} events follow "{event}" in the video?',
    'In the video: "{event}". What are the next {n} events?',
    'Find "{event}" in the video and tell the {n} events after it, in their order.',
)
# Asked of two pictures, in the order in which they were taken.
ACTION_POOL = (
    "What was done between the first picture and the second?",
    "Which action leads from the first picture to the second?",
    "The second picture was taken a moment after the first. What happened in between?",
    "Name the action that turns the first picture into the second.",
)
# Asked of one picture; `{action}` is what is done from there on.
OUTCOME_POOL = (
    'From this picture on, this is done: "{action}". What happens after that?',
    'The action "{action}" follows this picture. What comes then?',
    'Imagine "{action}" from here on. What is seen next, once that is over?',
)
CAUSAL_POOL = (
    "Explain step by step what causes what in the video, then predict what happens right after it.",
    "Why do things happen in the video as they do? Explain it, then say what most likely follows.",
    "Tell the causes and effects that the video shows, one by one. Then foretell what comes next.",
)
GUESSES_POOL = (
    "Name the three events most likely to follow, the likeliest first. For each give a short reason"
    " and a confidence from 0 to 1.",
    "What may happen next? Give your three best guesses in order, each with the reason for it and"
    " how sure you are of it, from 0 to 1.",
)
# System turns: of an answer with its thoughts, and of a judgement.
THINK_THEN_ANSWER = (
    "Think about the question first, then answer it. Write your thoughts between <think> and"
    " </think>, and after them nothing but the answer between <answer> and </answer>."
)
JUDGE_THE_SOLUTION = (
    "You are shown a video, a question about it and a proposed solution. Examine the solution, then"
    " conclude with one word: right or wrong."
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


def think_then_answer(reasoning: str, answer: str) -> str:
    """Return a reply that thinks, then answers, in the tags that `reward_fns.answers` reads."""
    return f"<think>\n{reasoning}\n</think>\n<answer>\n{answer}\n</answer>"


def critique_question(question: str, reasoning: str, prediction: str) -> str:
    """Return a question with a solution of it that is to be judged."""
    solution = think_then_answer(reasoning, prediction) if reasoning else prediction
    return f"Question: {question}\n\nProposed solution:\n{solution}"


def critique_reply(critique: str, conclusion: str) -> str:
    """Return a judgement of a solution; `conclusion` is `right` or `wrong`."""
    return f"Critique: {critique}\n\nConclusion: {conclusion}"


def causal_reply(explanation: str, prediction: str) -> str:
    """Return an explanation of what was seen and what follows from it."""
    return f"Explanation: {explanation}\n\nPrediction: {prediction}"


def guesses_reply(guesses: Sequence[tuple[str, str, float]]) -> str:
    """Return events that may follow, one a line: what, why, and how sure (0 to 1).

    `reward_fns.answers.read_confidence` reads the confidence of each line.
    """
    return "\n".join(
        f"{number}. {event} Why: {why} Confidence: {confidence:.2f}"
        for number, (event, why, confidence) in enumerate(
            ((_sentence(event), _sentence(why), sure) for event, why, sure in guesses), start=1
        )
    )


def _sentence(text: str) -> str:
    flat = " ".join(text.split())
    return flat if flat.endswith((".", "!", "?")) else f"{flat}."


# After `THINK_THEN_ANSWER`, where the answer is a choice.
ANSWER_IS_A_LETTER = "The answer is the letter of one option."


def reasoned_choice_prompt(question: str, options: Sequence[str]) -> str:
    """Return a question with its lettered options and the instruction to think before answering.

    Raises:
        ValueError: fewer than 2 or more than 26 options.
    """
    asked = choice_prompt(question, options).removesuffix(ANSWER_BY_LETTER)
    return f"{asked}{THINK_THEN_ANSWER} {ANSWER_IS_A_LETTER}"


# FutureBench: what comes between the video's end and a final scene, and what is missing between
# events that are told.
FINAL_SCENE = "The video ends with: {event}."
MISSING_EVENTS = (
    "These are {n} events in their order: {listed}. Which {missing} events are missing?"
)


def extrapolation_question(hops: int, final: str | None) -> str:
    """Return what is asked for the next `hops` events; `final` is the scene after them, if told."""
    asked = NEXT_EVENT_POOL[0] if hops == 1 else NEXT_EVENTS_POOL[0].format(n=number_word(hops))
    return asked if final is None else f"{FINAL_SCENE.format(event=final)} {asked}"


def interpolation_question(events: Sequence[str | None]) -> str:
    """Return what is asked for the events that are None among `events`, which are in order."""
    listed = " ".join(f"{i}. {text or '?'}" for i, text in enumerate(events, start=1))
    return MISSING_EVENTS.format(
        n=number_word(len(events)),
        listed=listed,
        missing=number_word(sum(text is None for text in events)),
    )


# Asked of two pictures by a local model that labels pairs; its answer is kept as the action.
LABEL_THE_ACTION = f"{ACTION_POOL[3]} Answer in a few words, beginning with a verb."

# VideoReason, correction: the second turn, after a first answer to `WHAT_FOLLOWS`. Every kind of
# feedback has the same words around it, so that only the feedback itself can tell them apart.
FIRST_ANSWER = "Your first answer was {letter}. {text}"
NO_FIRST_ANSWER = "Your first answer could not be read as one of the options."
ANSWER_AGAIN = "Answer the question a second time."
# As long as other feedback, and empty of information.
PLACEBO = "The video and the options are the same as the first time."
TOLD_RIGHT = "That answer is right."
TOLD_WRONG = "That answer is wrong."
PERCEPTUAL_ERROR = (
    "A video generated from that answer differs from the real one by {error:.2f} in LPIPS; "
    "0 means that both look the same."
)
SEEN_IN_GENERATED = (
    "A video was generated from that answer. Asked what happens in it, you said: {text}"
)


def second_answer_prompt(
    question: str, options: Sequence[str], first: str | None, feedback: str
) -> str:
    """Return a question asked again: after the first answer, and feedback on it where there is any.

    Args:
        question: as it was asked first.
        options: in their stored order.
        first: the letter of the first answer, None where it could not be read.
        feedback: one sentence or more; empty for none.

    Raises:
        ValueError: as in `choice_prompt`.
    """
    asked = choice_prompt(question, options).removesuffix(ANSWER_BY_LETTER)
    said = NO_FIRST_ANSWER
    if first is not None:
        said = FIRST_ANSWER.format(letter=first, text=letters(options)[first])
    lines = [said, feedback, ANSWER_AGAIN, ANSWER_BY_LETTER]
    return asked + "\n".join(line for line in lines if line)


# Told to a generator of futures beside the context.
TOLD_CAPTION = "The video so far: {caption}"
TOLD_ANSWER = "What happens next: {answer}"

# VideoReason, plausibility: asked of a context and one candidate for what follows it.
PLAUSIBLE = (
    "Two videos: a scene, and what may follow it. Is the second what really happens next? "
    "Answer with the probability that it is, a number between 0 and 1."
)
