"""An inverse-dynamics model as a verifier: which action led from the first frame to the last?

It sees the first and the last frame of a clip, as in the labelling of pairs of frames, and rates
every option of the item. The real future and a copy of the present are rated beside the
predictions: a verifier that prefers a copy to the truth (46.4 % in the literature) is none.
"""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from PIL import Image

from data_prep.manifest import resolve, write_manifest
from data_prep.pairs.answers import Answers, key_of, open_answers
from data_prep.pairs.judge import Sight
from data_prep.picture import UnreadableVideo
from data_prep.prompts import LABEL_THE_ACTION
from data_prep.records import ForesightItem
from data_prep.steps.lock import alone_in
from lmms_tasks.data import fingerprint
from lmms_tasks.load import load_items, load_predictions
from lmms_tasks.videoreason.attempts import COPY, REAL
from lmms_tasks.videoreason.clips import PIXELS, Frames, fitting, last_frame, read_clip
from lmms_tasks.videoreason.measured import LIKELIHOODS, Likelihood, by_item, data_sha256

BATCH = 8
# Finer differences depend on the machine.
_DIGITS = 5


class Rater(Protocol):
    """What rates actions between two pictures, such as `data_prep.pairs.judge.Judge`."""

    fingerprint: str

    def rate(self, sights: Sequence[Sight], actions: Sequence[str]) -> list[float]:
        """Return the score of each action in the sight at its place."""
        ...


class _Asked(NamedTuple):
    """A clip to rate: where it is from, or why there is none."""

    id: str
    generator: str
    clip: Path | None
    failure: str | None


def rate_folder(
    root: Path, rater: Rater, name: str, progress: Callable[[int, int], None]
) -> list[Likelihood]:
    """Write `likelihoods.jsonl` below `root`, and return its rows.

    What was rated is kept by the content of the files; a second start rates only what is new.

    Args:
        root: a folder with `videoreason.jsonl` and `predictions.jsonl`.
        rater: the model.
        name: its name, for the file.
        progress: called with (items done, items in all).

    Raises:
        UserError: the manifests are not valid, or another run is writing there. Clips that are
            missing or unusable are rows with a failure.
    """
    items = load_items(root, media=False)
    predictions = load_predictions(root, items, media=False)
    rows_of = by_item(predictions)
    rows: list[Likelihood] = []
    with alone_in(root), open_answers(root / ".likelihoods.answers") as kept:
        for done, item in enumerate(items):
            progress(done, len(items))
            asked = [
                _Asked(f"{item.id}:{REAL}", REAL, resolve(root, item.future), None),
                _Asked(f"{item.id}:{COPY}", COPY, resolve(root, item.context), None),
                *(
                    _Asked(
                        row.id,
                        row.generator,
                        None if row.video is None else resolve(root, row.video),
                        row.failure,
                    )
                    for row in rows_of.get(item.id, [])
                ),
            ]
            rows += [_rated(item, each, rater, kept) for each in asked]
        progress(len(items), len(items))
    settings = {
        "command": "measure",
        "model": name,
        "model_sha256": rater.fingerprint,
        "data_sha256": data_sha256(root, items, predictions),
    }
    write_manifest(root / LIKELIHOODS, rows, settings=settings, seed=None)
    return rows


def _rated(item: ForesightItem, asked: _Asked, rater: Rater, kept: Answers) -> Likelihood:
    seen = "missing"
    if asked.clip is not None and asked.clip.is_file():
        seen = fingerprint(asked.clip)
    said = (rater.fingerprint, LABEL_THE_ACTION, str(BATCH), *item.options)
    key = key_of(*said, asked.id, str(asked.failure), seen)
    answer = kept.find(key)
    if answer is None:
        found = _ask(item, asked, rater)
        kept.keep({key: found.model_dump_json()})
        return found
    return Likelihood.model_validate_json(answer)


def _ask(item: ForesightItem, asked: _Asked, rater: Rater) -> Likelihood:
    scores, failure = None, asked.failure and f"not generated: {asked.failure}"
    if asked.clip is not None:
        try:
            first, last = _ends(asked.clip, only_last=asked.generator == COPY)
            scores = _rate(first, last, item.options, rater)
        except UnreadableVideo as error:
            failure = str(error)
    return Likelihood(
        prediction_id=asked.id,
        item_id=item.id,
        video_id=item.video_id,
        generator=asked.generator,
        scores=scores,
        failure=failure,
    )


def _ends(path: Path, *, only_last: bool) -> tuple[Frames, Frames]:
    if only_last:
        (last,) = last_frame(path, fitting(PIXELS))
        return last, last
    clip = read_clip(path, fitting(PIXELS))
    return clip.frames[0], clip.frames[-1]


def _rate(first: Frames, last: Frames, options: Sequence[str], rater: Rater) -> list[float]:
    with tempfile.TemporaryDirectory(prefix="videoreason") as folder:
        paths = [Path(folder) / f"{name}.png" for name in ("first", "last")]
        for path, frame in zip(paths, (first, last), strict=True):
            Image.fromarray(frame).save(path)
        sights = [Sight(*paths)] * len(options)
        scores = [
            score
            for start in range(0, len(options), BATCH)
            for score in rater.rate(sights[start : start + BATCH], options[start : start + BATCH])
        ]
    return [round(score, _DIGITS) for score in scores]
