"""What the command reads: the data, what was measured of it, and the logs of a model."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data_prep.errors import UserError
from data_prep.records import ForesightItem, Prediction
from lmms_tasks.best_of_n.verifiers import (
    Verifier,
    from_likelihoods,
    from_measures,
    from_plausibility,
    from_verification,
)
from lmms_tasks.lines import HEADLINES
from lmms_tasks.load import load_items, load_predictions
from lmms_tasks.logs import Records, Run, read_named
from lmms_tasks.scores import PLAUSIBILITY, VERIFICATION, some
from lmms_tasks.videoreason.attempts import REAL
from lmms_tasks.videoreason.measured import (
    LIKELIHOODS,
    MEASURES,
    data_sha256,
    read_likelihoods,
    read_measures,
)

RETENTION = "videoreason_retention"
# The metric whose item is the record of a document.
TASKS = {task: HEADLINES[task] for task in (RETENTION, VERIFICATION, PLAUSIBILITY)}


@dataclass(frozen=True)
class Sources:
    """The data, the verifiers that rated it, and what a model read in its clips.

    `missing` tells for each verifier that is not there how to get it.
    """

    items: list[ForesightItem]
    predictions: list[Prediction]
    verifiers: list[Verifier]
    read: dict[str, float]
    missing: list[str]


def read_sources(root: Path, logs: Sequence[str]) -> Sources:
    """Return what there is of a data folder and of the logs of one model.

    Raises:
        UserError: the data or a log cannot be read, a task is in two logs, or a log is of other
            predictions than those of the data.
    """
    items = load_items(root)
    predictions = load_predictions(root, items)
    records = _records(logs, predictions)
    now = data_sha256(root, items, predictions)
    measures = read_measures(root, now) if (root / MEASURES).exists() else {}
    rated = read_likelihoods(root, now) if (root / LIKELIHOODS).exists() else {}
    verifiers = [
        *(
            [from_plausibility(records[PLAUSIBILITY], predictions)]
            if PLAUSIBILITY in records
            else []
        ),
        *from_measures(measures),
        *from_likelihoods(rated, items, predictions),
        *([from_verification(records[VERIFICATION])] if VERIFICATION in records else []),
    ]
    needed = {
        "stated confidence": (
            PLAUSIBILITY in records,
            f"lmms-eval … --tasks {PLAUSIBILITY} --output_path LOGS --log_samples",
        ),
        "first-frame jump and LPIPS": (bool(measures), f"python -m lmms_tasks.measure {root}"),
        "inverse dynamics": (
            bool(rated),
            f"python -m lmms_tasks.measure {root} --inverse-dynamics MODEL",
        ),
    }
    return Sources(
        items,
        predictions,
        verifiers,
        _read(records.get(RETENTION, [])),
        [f"{name}: {how}" for name, (there, how) in needed.items() if not there],
    )


def _records(logs: Sequence[str], predictions: Sequence[Prediction]) -> dict[str, Records]:
    found: dict[str, Records] = {}
    for named in logs:
        run = read_named(named, TASKS, bare=True)
        for task, log in run.tasks.items():
            if task in found:
                raise UserError(f"two logs have samples of {task}", seen=" ".join(logs))
            found[task] = log.records
            _check(run, task, predictions)
    return found


def _check(run: Run, task: str, predictions: Sequence[Prediction]) -> None:
    known = {row.id for row in predictions}
    counts = Counter(row["prediction_id"] for row in run.tasks[task].records)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise UserError(
            f"ids stand more than once in the log of {task}",
            seen=some(twice),
            fix="evaluate again with --log_samples",
        )
    other = [name for name in counts if name not in known and not name.endswith(f":{REAL}")]
    if other:
        raise UserError(
            f"the log of {task} is of other predictions than those of the data",
            seen=some(other),
            fix="name the data of the log: --data FOLDER",
        )


def _read(records: Records) -> dict[str, float]:
    return {row["prediction_id"]: float(row["right"]) for row in records}
