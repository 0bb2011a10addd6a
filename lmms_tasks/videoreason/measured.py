"""What was measured of every prediction of a data folder: `measures.jsonl` beside them."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from data_prep.manifest import read_manifest, read_sidecar, resolve
from data_prep.records import Condition, ForesightItem, Prediction, Record
from lmms_tasks.data import state
from lmms_tasks.load import PREDICTIONS, VIDEOREASON
from lmms_tasks.videoreason.measures import Measures

MEASURES = "measures.jsonl"
LIKELIHOODS = "likelihoods.jsonl"
log = logging.getLogger(__name__)


class Measured(Record):
    """The measures of a prediction, or why there are none.

    `to_blame` is the generator where its clip is missing or unusable, and the data where the
    item's own context or real future is.
    """

    prediction_id: str
    item_id: str
    video_id: str
    generator: str
    condition: Condition
    sample: int
    measures: Measures | None
    failure: str | None = None
    to_blame: Literal["generator", "data"] | None = None


class Likelihood(Record):
    """How likely a model finds each option of an item, from the first and last frame of a clip.

    `scores` are the length-normalised log-likelihoods of `data_prep.pairs.judge`, in the order of
    the item's options. `prediction_id` is that of a prediction; or `ITEM:real` for the real
    future, and `ITEM:copy` for the last frame of the context twice.
    """

    prediction_id: str
    item_id: str
    video_id: str
    generator: str
    scores: list[float] | None
    failure: str | None = None


def data_sha256(
    root: Path, items: Sequence[ForesightItem], predictions: Sequence[Prediction]
) -> str:
    """Return what identifies items, predictions and their media, those that are missing apart."""
    media = [media for item in items for media in (item.context, item.future)]
    media += [row.video for row in predictions if row.video is not None]
    there = [name for name in media if resolve(root, name).is_file()]
    return str(state(root, [VIDEOREASON, PREDICTIONS], there)["sha256"])


def read_measures(root: Path, now: str) -> dict[str, Measured]:
    """Return what was measured of the predictions in `root`, by prediction.

    Nothing, and a warning that names the command, where it was not, or of other data than those
    of the digest `now` (see `data_sha256`).
    """
    made_by = f"python -m lmms_tasks.measure {root}"
    path = root / MEASURES
    if not _current(path, now, "LPIPS", made_by):
        return {}
    return {row.prediction_id: row for row in read_manifest(path, Measured, made_by=made_by)}


def read_likelihoods(root: Path, now: str) -> dict[str, Likelihood]:
    """Return how likely an inverse-dynamics model finds the options; else as `read_measures`."""
    made_by = f"python -m lmms_tasks.measure {root} --inverse-dynamics MODEL"
    path = root / LIKELIHOODS
    if not _current(path, now, "the inverse-dynamics likelihood", made_by):
        return {}
    return {row.prediction_id: row for row in read_manifest(path, Likelihood, made_by=made_by)}


def by_item(rows: Iterable[Prediction]) -> dict[str, list[Prediction]]:
    """Return predictions by the id of their item, in stored order."""
    found: dict[str, list[Prediction]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(row)
    return found


def _current(path: Path, now: str, what: str, made_by: str) -> bool:
    why = None
    if not path.is_file():
        why = f"{path} is missing"
    elif read_sidecar(path).get("settings", {}).get("data_sha256") != now:
        why = f"{path} was made of other predictions or clips"
    if why is not None:
        log.warning("no scores of %s as a verifier: %s; make it: %s", what, why, made_by)
    return why is None
