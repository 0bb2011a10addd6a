"""The candidates: the futures that one generator made of an item, and whether each is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data_prep.errors import UserError
from data_prep.records import ForesightItem, Prediction
from lmms_tasks.videoreason.series import APART, series

# All generators together, where each made one future of an item.
POOL = "pool"


@dataclass(frozen=True)
class Candidate:
    """One generated future. Right is one that shows what really happens; a failure is wrong."""

    prediction: Prediction
    right: float


@dataclass(frozen=True)
class Field:
    """The candidates of one item, in the order of their samples."""

    item: ForesightItem
    candidates: list[Candidate]


@dataclass(frozen=True)
class Truth:
    """What is taken for the truth: what clips are known to show, or how a model read them."""

    known: bool
    # 1 where a reading of the retention task is what really happens, by prediction.
    read: Mapping[str, float]

    @property
    def said(self) -> str:
        """The truth in words."""
        return (
            "what the clip is known to show"
            if self.known
            else "what the model of the retention log reads in the clip"
        )

    def of(self, item: ForesightItem, row: Prediction) -> float | None:
        """Return whether a future is right, None where that is not known."""
        if row.video is None:
            return 0.0
        if self.known:
            return float(row.shows == item.answer)
        return self.read.get(row.id)


def truth(predictions: Sequence[Prediction], read: Mapping[str, float]) -> Truth:
    """Return the known truth where all clips have one, else the readings.

    Raises:
        UserError: neither is there.
    """
    unknown = [row.id for row in predictions if row.video is not None and row.shows is None]
    if unknown and not read:
        raise UserError(
            "it is not known which of the candidates are right",
            seen=f"{len(unknown)} predictions without `shows`, such as {unknown[0]}",
            fix="name a log of videoreason_retention: lmms-eval … --tasks videoreason_retention "
            "--output_path LOGS --log_samples",
        )
    return Truth(not unknown, read)


def fields(
    items: Sequence[ForesightItem],
    predictions: Sequence[Prediction],
    right: Truth,
    *,
    pool: bool,
) -> tuple[dict[str, list[Field]], dict[str, int]]:
    """Return the candidates of each item, by generator, and how many were left out, by reason.

    Args:
        items: of the data.
        predictions: of the data. Those that were made from the true label are left out: a pick
            among them would show nothing but the label.
        right: the truth.
        pool: take all generators for one.
    """
    left_out: dict[str, int] = {}
    by_generator: dict[str, dict[str, list[Candidate]]] = {}
    known = {item.id: item for item in items}
    for row in sorted(predictions, key=lambda row: (row.item_id, row.sample, row.generator)):
        name = series(row)
        is_right = right.of(known[row.item_id], row)
        why = "made from the true label" if name.startswith(APART) else None
        why = "not read in the retention log" if is_right is None else why
        if why is not None or is_right is None:
            left_out[str(why)] = left_out.get(str(why), 0) + 1
            continue
        of_items = by_generator.setdefault(POOL if pool else name, {})
        of_items.setdefault(row.item_id, []).append(Candidate(row, is_right))
    found = {
        name: [Field(known[item], candidates) for item, candidates in of_items.items()]
        for name, of_items in sorted(by_generator.items())
    }
    return found, left_out
