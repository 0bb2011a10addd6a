"""The rows of the three benchmark manifests, checked: broken data is never evaluated in part."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from data_prep.errors import UserError
from data_prep.generating.settings import RESERVED
from data_prep.manifest import read_manifest, resolve
from data_prep.paths import VARIABLE
from data_prep.records import ForesightItem, Prediction, Question
from lmms_tasks.videoreason.series import PREFIXES
from reward_fns.answers import letters

R = TypeVar("R", Question, ForesightItem, Prediction)

FUTUREBENCH = "futurebench.jsonl"
VIDEOREASON = "videoreason.jsonl"
PREDICTIONS = "predictions.jsonl"
KINDS = ("hop1", "hop2", "hop3", "interpolation")
MAKE = (
    f"`python -m data_prep toyworld` makes the toy data; {VARIABLE} names another folder that "
    f"holds {FUTUREBENCH}, {VIDEOREASON} and {PREDICTIONS}"
)
SHOWN = 3
MISSING = " (missing)"


def load_questions(root: Path) -> list[Question]:
    """Return the FutureBench items below `root`, in stored order, those without a video included.

    Videos of the published benchmark vanish from where they were published, so one that is
    missing is not an error here: `has_video` tells, and the tasks count them.

    Raises:
        UserError: the manifest is missing, empty or not valid, an id stands twice, a kind is
            unknown, a video is outside of `root`, or no video is there.
    """
    rows = _rows(root / FUTUREBENCH, Question)
    unknown = [f"{row.id}: {row.kind!r}" for row in rows if row.kind not in KINDS]
    _refuse(unknown, f"questions are of an unknown kind (known: {', '.join(KINDS)})", root)
    bad = _bad_media(root, [row.video for row in rows])
    outside = [what for what in bad if not what.endswith(MISSING)]
    everything = len(bad) == len({row.video for row in rows})
    _refuse(bad if everything else outside, "media files cannot be used", root)
    return rows


def has_video(root: Path, row: Question) -> bool:
    """Tell whether the video of an item is there."""
    return resolve(root, row.video).is_file()


def load_items(root: Path, *, media: bool = True) -> list[ForesightItem]:
    """Return the VideoReason items below `root`, in stored order.

    With `media` false a missing video is no error: the caller counts it.

    Raises:
        UserError: as in `load_questions`, kinds apart.
    """
    rows = _rows(root / VIDEOREASON, ForesightItem)
    _check_media(root, [name for row in rows for name in (row.context, row.future)], media)
    return rows


def load_predictions(
    root: Path, items: Sequence[ForesightItem], *, media: bool = True
) -> list[Prediction]:
    """Return the generated futures of `items` below `root`, in stored order.

    With `media` false a missing video is no error: the caller counts it.

    Raises:
        UserError: as in `load_items`; or a prediction is of an unknown item, shows an option that
            its item does not have, or was told one, or its generator's name cannot be part of a
            metric's name.
    """
    rows = _rows(root / PREDICTIONS, Prediction)
    options = {item.id: letters(item.options) for item in items}
    orphans = [f"{row.id}: {row.item_id!r}" for row in rows if row.item_id not in options]
    _refuse(orphans, f"predictions are of items that {VIDEOREASON} does not have", root)
    outside = [
        f"{row.id}: {row.shows!r}"
        for row in rows
        if row.shows is not None and row.shows not in options[row.item_id]
    ]
    _refuse(outside, "predictions show an option that their item does not have", root)
    unasked = [
        f"{row.id}: {row.told!r}"
        for row in rows
        if row.told is not None and row.told not in options[row.item_id]
    ]
    _refuse(unasked, "predictions were told an option that their item does not have", root)
    names = {row.generator for row in rows}
    bad = sorted(n for n in names if n in RESERVED or not n.replace("-", "_").isidentifier())
    bad += sorted(name for name in names if name.startswith(PREFIXES))
    _refuse(
        [repr(name) for name in bad],
        "generators need another name: letters, digits, - and _, and none of "
        + ", ".join(sorted(RESERVED))
        + f"; nor may they begin with {' or '.join(PREFIXES)}",
        root,
    )
    _check_media(root, [row.video for row in rows if row.video is not None], media)
    return rows


def _rows(path: Path, model: type[R]) -> list[R]:
    rows = list(read_manifest(path, model, made_by=MAKE))
    if not rows:
        raise UserError("the manifest has no rows", seen=path, fix=MAKE)
    twice = [name for name, count in Counter(row.id for row in rows).items() if count > 1]
    _refuse(twice, f"ids stand more than once in {path.name}", path.parent)
    return rows


def _check_media(root: Path, names: Sequence[str], missing: bool) -> None:
    """Refuse what leads outside of `root`, and what is `missing` if that is asked for."""
    bad = [what for what in _bad_media(root, names) if missing or not what.endswith(MISSING)]
    _refuse(bad, "media files cannot be used", root)


def _bad_media(root: Path, names: Sequence[str]) -> list[str]:
    bad = []
    for name in dict.fromkeys(names):
        try:
            if not resolve(root, name).is_file():
                bad.append(f"{name}{MISSING}")
        except UserError:
            bad.append(f"{name} (outside of the folder)")
    return bad


def _refuse(bad: Sequence[str], what: str, root: Path) -> None:
    if not bad:
        return
    more = f" and {len(bad) - SHOWN} more" if len(bad) > SHOWN else ""
    raise UserError(
        f"{len(bad)} {what}", seen=f"{', '.join(bad[:SHOWN])}{more}, in {root}", fix=MAKE
    )
