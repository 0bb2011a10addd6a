"""The whole check of an evaluation recipe: settings, data, and what the model will be shown."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from data_prep.checking.checked import Asked, Checked
from data_prep.checking.evaluation import (
    Benchmark,
    arguments_of,
    check_data,
    check_host,
    check_settings,
    evaluation_sight,
)
from data_prep.checking.finding import Finding
from data_prep.checking.processors import NotAtHand, processor_folder
from data_prep.checking.sights import check_sights, compare
from data_prep.checking.stand_in import stand_in


def check_evaluation(recipe: Mapping[str, Any], asked: Asked, checked: Checked) -> None:
    """Check a recipe for lmms-eval and add what is found to `checked`."""
    checked.findings += check_settings(recipe)
    try:
        checked.findings += check_host(recipe)
    except NotAtHand as error:
        checked.notes.append(f"settings and tasks were not looked up: {error}")
    found: list[Benchmark] = []
    checked.findings += check_data(recipe, found)
    clips = [
        each.path.parent / files[0]
        for each in found
        for files, size in each.sizes.items()
        if not isinstance(size, str)
    ]
    if not clips:
        return
    arguments = arguments_of(recipe)
    with ExitStack() as stack:
        try:
            model = str(arguments.get("pretrained") or "")
            folder = processor_folder(model, download=asked.download)
        except NotAtHand:
            folder = stack.enter_context(stand_in())
        try:
            sight = evaluation_sight(recipe, folder)
        except NotAtHand as error:
            checked.notes.append(f"what the model will be shown was not looked at: {error}")
            return
        name = str(checked.recipe)
        checked.sights = compare(clips, name, name, {"evaluation": sight.clip})
    checked.findings += check_sights(checked.sights)
    most = arguments.get("max_num_frames")
    beyond = [
        shape
        for shape in checked.sights.shapes
        if isinstance(most, int) and shape.seen and shape.seen["evaluation"].frames > most
    ]
    if beyond:
        frames = max(shape.seen["evaluation"].frames for shape in beyond)
        checked.findings.append(
            Finding(
                "model_args: max_num_frames",
                f"is {most}, but with fps lmms-eval goes by the rate alone: "
                f"{sum(shape.clips for shape in beyond)} clips are shown with up to {frames} "
                f"frames, such as {beyond[0].example}",
                "cut the clips for the budget: python -m data_prep split",
                "warns",
                excess=frames,
            )
        )
