"""Comparing training with evaluation: the recipes, the clips that both show, and their videos."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from data_prep.checking.checked import Asked, Checked
from data_prep.checking.evaluation import MANIFESTS, evaluation_sight
from data_prep.checking.finding import Finding
from data_prep.checking.overlap import Side, check_overlap
from data_prep.checking.processors import NotAtHand
from data_prep.checking.recipes import load_recipe
from data_prep.checking.sights import Shows, check_sights, compare
from data_prep.paths import VARIABLE, data_root

_FOLDER = "eval"
# A manifest, and the folder from which it names its media.
Rows = tuple[Path, Path]


def evaluation_of(recipe: Path) -> Path | None:
    """Return the evaluation recipe beside a training recipe whose name the latter's begins with.

    `sft/qwen2_5_vl_7b_next_event_lora.yaml` goes with `eval/qwen2_5_vl_7b.yaml`.
    """
    listed = (recipe.resolve().parent.parent / _FOLDER).glob("*.yaml")
    fit = [path for path in listed if f"{recipe.stem}_".startswith(f"{path.stem}_")]
    return max(fit, key=lambda path: len(path.stem), default=None)


def sights(
    asked: Asked, checked: Checked, clips: Sequence[Path], folder: Path, training: Shows
) -> None:
    """Add to `checked` what training and evaluation show of `clips`.

    Args:
        asked: names the evaluation recipe, if the user did.
        checked: of the training recipe.
        clips: the files that are trained on.
        folder: of the processor.
        training: what training shows of a clip.

    Raises:
        UserError: the evaluation recipe cannot be read.
    """
    if not clips:
        return
    path = asked.evaluation or evaluation_of(checked.recipe)
    if path is None:
        checked.notes.append(
            "what evaluation will show was not compared: name its recipe with --evaluation"
        )
        return
    try:
        evaluation = evaluation_sight(load_recipe(path, []), folder).clip
    except NotAtHand as error:
        checked.notes.append(f"what evaluation will show was not compared: {error}")
        return
    shows = {"training": training, "evaluation": evaluation}
    checked.sights = compare(clips, str(checked.recipe), str(path), shows)
    checked.findings += check_sights(checked.sights)


def overlap(
    asked: Asked, training: Sequence[Rows], checked: Checked, validation: Sequence[Rows] = ()
) -> Iterator[Finding]:
    """Yield the videos of `training` that are also tested on.

    Manifests that the user names break the check: a score on videos that were trained on measures
    nothing. Without them the recipe's own validation file and the benchmarks of VIDEOREASON_DATA
    are looked at, and warned of.
    """
    tests: list[tuple[str, Rows]] = [(str(path), (path, path.parent)) for path in asked.against]
    if not asked.against:
        tests = [(str(rows[0]), rows) for rows in validation]
        for name, _ in MANIFESTS.values():
            if (data_root() / name).is_file():
                tests.append((f"{name} of {VARIABLE}", (data_root() / name, data_root())))
    if not training or not tests:
        checked.notes.append("no test data to look for videos in: name them with --against")
        return
    trained = Side()
    for rows in training:
        trained.add(*rows)
    for name, rows in tests:
        tested = Side()
        tested.add(*rows)
        yield from check_overlap(trained, tested, name, "breaks" if asked.against else "warns")
