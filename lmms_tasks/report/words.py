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
    "measured": "the generated video was measured",
    "not_generated": "no generated video that can be used",
    "no_real_future": "the item's own context or real future cannot be read",
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
    "verification_ece": "expected calibration error of the stated probability",
    "videoreason_plausibility": "AUROC of the stated plausibility among generated futures",
    "plausibility_real_over_copy": "the real future is rated above a copy of the present",
    "generate_failed_generations": "no generated video that can be used",
    "generate_unusable_items": "the context or the real future cannot be read",
    "generate_mean_lpips": "distance to the real future; a copy is near where little moves",
    "generate_skill_over_copy": "1 - LPIPS over that of the copy, over sums",
    "generate_mean_ssim": "likeness to the real future; cannot show what happens",
    "generate_mean_psnr": "in dB; cannot show what happens",
    "generate_paper_coherence": "mean of ratios of change, the study's; no optimum",
    "generate_median_coherence": "median of ratios of change; no optimum, noise exceeds 1",
    "generate_mean_smoothness": "of optical flow; best is that of real futures",
    "generate_mean_jump": "LPIPS from the present to the first frame; 0: it is repeated",
    "acc_real": "which event the real future shows",
}
_BEGINNINGS = {
    "acc_on_": "the same question on futures by {}",
    "retention_": "readings of futures by {}, over those of the real ones",
    "plausibility_prefers_": "futures by {} rated above the real ones",
    "verification_auroc_": "AUROC of {}",
    "verification_r_": "correlation of {} with the truth",
    "verification_gap_": "mean {} of true less of false predictions",
    "gain_over_": "direct less {}, the same items paired",
}
_ENDINGS = {
    "_lacking": "items that could not get this feedback",
    "_parsed": "of the replies that could be read",
}


def meaning(key: str) -> str:
    """Return what a line of the table is, "" where its name says it."""
    if key in _LINES:
        return _LINES[key]
    for start, text in _BEGINNINGS.items():
        if key.startswith(start):
            return text.format(key.removeprefix(start))
    if key.startswith("verification_") and "_over_" in key:
        one, other = key.removeprefix("verification_").split("_over_")
        return f"AUROC of {one} less that of {other}, the same predictions paired"
    return next((text for end, text in _ENDINGS.items() if key.endswith(end)), "")
