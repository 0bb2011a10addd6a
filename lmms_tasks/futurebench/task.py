"""FutureBench: choose the events that follow a video, or that are missing between two others.

Source: "Fostering Video Reasoning via Next-Event Prediction", https://arxiv.org/abs/2505.22457

    lmms-eval --model qwen2_5_vl --tasks futurebench_direct --output_path logs --log_samples

The tasks ask the same items. Beside the direct answer and the one after reasoning stand controls:
what a model scores without the video, or on a video that has lost its order, it does not owe to
having watched events unfold.

A task's YAML names a part of its variant as `!function lmms_tasks.futurebench.task.NAME_PART`,
such as `blind_doc_to_text`.
"""

from typing import Any

from data_prep.prompts import reasoned_choice_prompt
from lmms_tasks.futurebench.variant import Variant

PARTS = ("process_docs", "doc_to_visual", "doc_to_text", "doc_to_messages", "process_results")
VARIANTS = {
    variant.name: variant
    for variant in (
        Variant("direct"),
        Variant("reasoning", prompt=reasoned_choice_prompt),
        Variant("blind", show="nothing"),
        Variant("shuffled", show="shuffled"),
        Variant("middle", show="middle"),
        Variant("reversed", show="reversed"),
        Variant("rotated", rotated=True),
    )
}


def __getattr__(name: str) -> Any:
    variant, _, part = name.partition("_")
    if variant in VARIANTS and part in PARTS:
        return getattr(VARIANTS[variant], part)
    if variant in VARIANTS and part == "metrics":
        return VARIANTS[variant].metrics()
    raise AttributeError(name)
