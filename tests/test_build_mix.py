"""Mixing sets: shares to the row, nothing twice, nothing of a test side."""

from collections import Counter
from pathlib import Path

import pytest
import sets
from hypothesis import given
from hypothesis import strategies as st
from test_build_sets import build_all

from data_prep.builders.making import Sides
from data_prep.builders.mix import Part, build_mix, largest_remainder
from data_prep.errors import UserError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mix")
    build_all(folder, Sides(0.3, seed=0))
    return folder


def train(folder: Path, name: str, share: float = 1.0) -> Part:
    return Part(folder / f"{name}_train.jsonl", share)


@given(
    size=st.integers(0, 10_000),
    shares=st.lists(st.floats(0.01, 100), min_size=1, max_size=8),
)
def test_the_largest_remainder_adds_up_and_is_less_than_one_row_off(
    size: int, shares: list[float]
) -> None:
    counts = largest_remainder(size, shares)
    assert sum(counts) == size
    for count, share in zip(counts, shares, strict=True):
        assert abs(count - size * share / sum(shares)) < 1 + 1e-6


def test_shares_are_kept_to_the_row_and_no_row_comes_twice(folder: Path) -> None:
    parts = [train(folder, "next_event", 2), train(folder, "caption", 1)]
    report = build_mix(parts, folder, size=16, repeat=False, seed=0)
    rows = sets.built(folder, "mix")["train"]
    assert report.written == {"train": 16}
    assert Counter(row.task for row in rows) == {"next_event": 11, "caption": 5}
    assert len({row.id for row in rows}) == 16
    assert [row.task for row in rows] != sorted(row.task for row in rows)


def test_by_default_the_largest_mix_without_repeats_is_made(folder: Path) -> None:
    parts = [train(folder, "next_event", 1), train(folder, "reasoning", 1)]
    build_mix(parts, folder, size=None, repeat=False, seed=0)
    tasks = Counter(row.task for row in sets.built(folder, "mix")["train"])
    available = len(sets.built(folder, "reasoning")["train"])
    assert tasks["reasoning"] == available
    assert available <= tasks["next_event"] <= available + 1


def test_rows_are_repeated_only_if_asked_for_and_evenly(folder: Path) -> None:
    parts = [train(folder, "reasoning", 1), train(folder, "next_event", 1)]
    with pytest.raises(UserError, match="too few rows for its share"):
        build_mix(parts, folder, size=40, repeat=False, seed=0)
    build_mix(parts, folder, size=40, repeat=True, seed=0)
    rows = sets.built(folder, "mix")["train"]
    ids = [row.id for row in rows]
    assert len(set(ids)) == len(ids) == 40
    times = Counter(row.id.partition("_again")[0] for row in rows if row.task == "reasoning")
    assert sum(times.values()) == 20
    assert max(times.values()) - min(times.values()) <= 1


def test_nothing_of_any_test_side_enters(folder: Path, tmp_path: Path) -> None:
    # Built with another seed, so that the two sets disagree about the sides.
    build_all(tmp_path, Sides(0.5, seed=1))
    both = tmp_path / "both"
    both.mkdir()
    for name, source in (("caption", folder), ("next_event", tmp_path)):
        for side in ("train", "test"):
            file = f"{name}_{side}.jsonl"
            (both / file).write_bytes((source / file).read_bytes())
    for part in ("context", "future"):
        (both / part).mkdir()
        for file in (folder / part).iterdir():
            (both / part / file.name).touch()
    held_out = {
        row.video_id for name in ("caption", "next_event") for row in sets.built(both, name)["test"]
    }
    parts = [train(both, "caption"), train(both, "next_event")]
    assert held_out & {row.video_id for row in sets.built(both, "caption")["train"]}
    report = build_mix(parts, both, size=None, repeat=False, seed=0)
    rows = sets.built(both, "mix")["train"]
    assert rows
    assert not held_out & {row.video_id for row in rows}
    assert report.left_out["a video on the test side of one of the sets"] > 0
    assert not (both / "mix_test.jsonl").exists()


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_rows(folder: Path) -> None:
    parts = [train(folder, "next_event"), train(folder, "critique")]

    def written(seed: int) -> bytes:
        build_mix(parts, folder, size=8, repeat=False, seed=seed)
        return (folder / "mix_train.jsonl").read_bytes()

    assert written(0) == written(0) != written(1)


def test_sets_in_other_folders_are_mixed_with_their_media(folder: Path, tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    build_all(a, Sides(0.0, seed=0))
    build_all(b, Sides(0.0, seed=0))
    parts = [train(a, "caption"), train(b, "next_event")]
    build_mix(parts, tmp_path, size=None, repeat=False, seed=0)
    for row in sets.built(tmp_path, "mix")["train"]:
        (video,) = row.videos
        assert isinstance(video, str)
        assert video.startswith("a/" if row.task == "caption" else "b/")
        assert (tmp_path / video).is_file()


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("next_event_test",), "a mix is made of train sides"),
        (("nothing_train",), "there is no such set"),
        (("next_event_train", "next_event_train"), "named twice"),
        (("next_event_train", "inverse_dynamics_train"), "media of one kind"),
    ],
)
def test_what_cannot_be_mixed(folder: Path, names: tuple[str, ...], says: str) -> None:
    parts = [Part(folder / f"{name}.jsonl", 1.0) for name in names]
    with pytest.raises(UserError, match=says):
        build_mix(parts, folder, size=None, repeat=False, seed=0)


def test_shares_are_numbers_above_zero(folder: Path) -> None:
    for share in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(UserError, match="a share is a number above 0"):
            build_mix([train(folder, "next_event", share)], folder, size=None, repeat=False, seed=0)
