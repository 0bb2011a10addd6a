"""VideoReason items from clips with events: a closed set that never holds two truths."""

from pathlib import Path

import pytest
import sets

from data_prep.builders.videoreason import build_videoreason
from data_prep.errors import UserError
from data_prep.manifest import read_manifest, write_manifest
from data_prep.records import Event, ForesightItem, Split


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Splits whose clips have events of their own."""
    path = sets.make_splits(tmp_path_factory.mktemp("items"), count=6)
    rows = [
        row.model_copy(
            update={
                "context_events": [Event(start=0, end=1, text=f"{row.id} begins")],
                "future_events": [Event(start=1, end=2, text=f"{row.id} goes on")],
            }
        )
        for row in read_manifest(path, Split, made_by="split")
    ]
    write_manifest(path, rows, settings={}, seed=0)
    return path


def build(splits: Path, **settings: int) -> list[ForesightItem]:
    build_videoreason(splits, splits.parent, **{"options": 4, "seed": 0, **settings})
    made = splits.parent / "videoreason.jsonl"
    return list(read_manifest(made, ForesightItem, made_by="build"))


def test_the_right_option_is_the_next_event_and_the_only_one_of_its_clip(splits: Path) -> None:
    items = build(splits)
    assert len(items) == 6
    for item in items:
        assert item.options["ABCD".index(item.answer)] == f"{item.video_id} goes on"
        assert sum(item.video_id in option for option in item.options) == 1
        assert (splits.parent / item.context).is_file()
        assert (splits.parent / item.future).is_file()
    keys = [item.answer for item in items]
    assert max(map(keys.count, "ABCD")) - min(map(keys.count, "ABCD")) <= 1


def test_the_order_is_seeded(splits: Path) -> None:
    assert build(splits) == build(splits)
    assert build(splits) != build(splits, seed=1)


def test_too_few_events_are_said(splits: Path) -> None:
    with pytest.raises(UserError, match="too few different events for 26 options"):
        build(splits, options=26)
