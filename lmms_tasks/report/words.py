"""What the names in logs mean, in words for a reader of the page."""

# What each task shows the model, when that is not the whole video of the item.
SHOWN = {
    "futurebench_blind": "the model was shown no video",
    "futurebench_shuffled": "the model was shown these frames in a random order",
    "futurebench_middle": "the model was shown the middle frame only",
    "futurebench_reversed": "the model was shown the video backwards",
}
# The rules of `reward_fns.answers.read_choice`, and why nothing was read.
RULES = {
    "exact": "the reply is the option's text",
    "stated": "the reply states its answer",
    "boxed": "the answer stands in a box",
    "json": "the answer stands in JSON",
    "leading": "a letter leads the reply",
    "closing": "a letter closes the reply",
    "marked": "one option is ticked",
    "mentioned": "one letter is mentioned",
    "quoted": "one option is quoted",
    "empty": "the reply is empty",
    "unclosed_thinking": "thinking was opened and never closed",
    "two_choices": "two options are chosen",
    "not_an_option": "the letter is no option",
    "refusal": "the model declines to answer",
    "no_choice": "the reply chooses nothing",
    "probability": "a probability is stated",
    "no_probability": "no probability, or several, or an impossible one",
}
_LINES = {
    "futurebench": "answer by letter, the published setting",
    "futurebench_reasoning": "answer after thinking",
    "futurebench_blind": "without the video",
    "futurebench_shuffled": "frames in a random order",
    "futurebench_middle": "the middle frame only",
    "futurebench_reversed": "the video backwards",
    "futurebench_rotated": "right under every rotation of the options",
    "futurebench_rotated_mean": "mean over the rotations",
    "futurebench_rotated_consistency": "the same option under every rotation, right or not",
    "videoreason_future": "which event follows the context",
    "videoreason_verification": "AUROC of the stated probability",
    "acc_real": "which event the real future shows",
}
_BEGINNINGS = {
    "acc_on_": "the same question on futures by {}",
    "retention_": "readings of futures by {}, over those of the real ones",
    "gain_over_": "direct less {}, the same items paired",
}
_ENDINGS = {"_parsed": "of the replies that could be read"}


def meaning(key: str) -> str:
    """Return what a line of the table is, "" where its name says it."""
    if key in _LINES:
        return _LINES[key]
    for start, text in _BEGINNINGS.items():
        if key.startswith(start):
            return text.format(key.removeprefix(start))
    return next((text for end, text in _ENDINGS.items() if key.endswith(end)), "")
