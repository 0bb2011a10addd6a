"""Measures of all predictions of a data folder, in batches, that go on where they were stopped."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from data_prep.manifest import resolve, write_manifest
from data_prep.pairs.answers import Answers, key_of, open_answers
from data_prep.picture import UnreadableVideo
from data_prep.records import ForesightItem, Prediction
from data_prep.steps.lock import alone_in
from lmms_tasks.data import fingerprint
from lmms_tasks.load import load_items, load_predictions
from lmms_tasks.videoreason.ahead import ahead
from lmms_tasks.videoreason.clips import Clip
from lmms_tasks.videoreason.measured import MEASURES, Measured, by_item, data_sha256
from lmms_tasks.videoreason.measures import BrokenData, Limits, Noise, Yardstick, measure
from lmms_tasks.videoreason.perceptual import Perceptual

Progress = Callable[[int, int], None]


class _Read(NamedTuple):
    """The decoded clips of an item; in place of one that cannot be used, why."""

    yard: Yardstick | BrokenData
    clips: list[Clip | UnreadableVideo]


class _Work(NamedTuple):
    """Predictions of one item that are not measured yet, and the keys to keep them by."""

    item: ForesightItem
    rows: list[Prediction]
    keys: list[str]


def measure_folder(
    root: Path, network: Perceptual, limits: Limits, progress: Progress
) -> list[Measured]:
    """Write `measures.jsonl` below `root`, and return its rows, in the order of the predictions.

    Items are decoded once for all their predictions, ahead of the network. What was measured is
    kept by the content of the files: a second start measures only what is new.

    Args:
        root: a folder with `videoreason.jsonl` and `predictions.jsonl`.
        network: for LPIPS.
        limits: frames and pixels that are compared.
        progress: called with (predictions done, predictions in all).

    Raises:
        UserError: the manifests are not valid, or another run is writing there. Clips that are
            missing or unusable are rows with a failure.
    """
    items = load_items(root, media=False)
    predictions = load_predictions(root, items, media=False)
    settings = {
        "command": "measure",
        "network": network.said,
        "weights_sha256": network.fingerprint,
        "frames": limits.frames,
        "pixels": limits.pixels,
    }
    asked = key_of(*(f"{key}={value}" for key, value in settings.items()))
    settings["data_sha256"] = data_sha256(root, items, predictions)
    rows_of = by_item(predictions)
    with alone_in(root), open_answers(root / ".measures.answers") as kept:
        done = 0
        noises = Noise(network)
        keys = {
            row.id: _key(root, asked, item, row)
            for item in items
            for row in rows_of.get(item.id, [])
        }
        open_work = [work for item in items if (work := _open(item, rows_of, keys, kept))]
        done = len(predictions) - sum(len(work.rows) for work in open_work)
        progress(done, len(predictions))
        jobs = (partial(_read, root, limits, work) for work in open_work)
        for work, read in zip(open_work, ahead(jobs), strict=True):
            found = _measure(work, read, network, noises)
            kept.keep(
                {key: row.model_dump_json() for key, row in zip(work.keys, found, strict=True)}
            )
            done += len(found)
            progress(done, len(predictions))
        rows = [_found(kept, keys[row.id]) for row in predictions]
        write_manifest(root / MEASURES, rows, settings=settings, seed=None)
    return rows


def _key(root: Path, asked: str, item: ForesightItem, row: Prediction) -> str:
    """Return what a measurement depends on: the settings, the row, and the content of its files."""
    files = [resolve(root, name) for name in (item.context, item.future, row.video) if name]
    seen = [fingerprint(path) if path.is_file() else "missing" for path in files]
    return key_of(asked, item.model_dump_json(), row.model_dump_json(), *seen)


def _open(
    item: ForesightItem,
    rows_of: dict[str, list[Prediction]],
    keys: dict[str, str],
    kept: Answers,
) -> _Work | None:
    rows = [row for row in rows_of.get(item.id, []) if kept.find(keys[row.id]) is None]
    return _Work(item, rows, [keys[row.id] for row in rows]) if rows else None


def _read(root: Path, limits: Limits, work: _Work) -> _Read:
    item = work.item
    try:
        yard = Yardstick(resolve(root, item.context), resolve(root, item.future), limits)
    except BrokenData as error:
        return _Read(error, [])
    clips: list[Clip | UnreadableVideo] = []
    for row in work.rows:
        try:
            if row.video is None:
                raise UnreadableVideo(f"not generated: {row.failure}")
            clips.append(yard.read(resolve(root, row.video)))
        except UnreadableVideo as error:
            clips.append(error)
    return _Read(yard, clips)


def _measure(work: _Work, read: _Read, network: Perceptual, noises: Noise) -> list[Measured]:
    if isinstance(read.yard, BrokenData):
        return [_row(work, row, failure=str(read.yard), to_blame="data") for row in work.rows]
    clips = [clip for clip in read.clips if isinstance(clip, Clip)]
    measured = iter(measure(read.yard, clips, network, noises))
    found = []
    for row, clip in zip(work.rows, read.clips, strict=True):
        result = next(measured) if isinstance(clip, Clip) else clip
        if isinstance(result, UnreadableVideo):
            found.append(_row(work, row, failure=str(result), to_blame="generator"))
        else:
            found.append(_row(work, row, measures=result))
    return found


def _row(work: _Work, row: Prediction, **found: Any) -> Measured:
    return Measured(
        prediction_id=row.id,
        item_id=row.item_id,
        video_id=work.item.video_id,
        generator=row.generator,
        condition=row.condition,
        sample=row.sample,
        **{"measures": None, **found},
    )


def _found(kept: Answers, key: str) -> Measured:
    answer = kept.find(key)
    assert answer is not None, "every prediction was measured"
    return Measured.model_validate_json(answer)
