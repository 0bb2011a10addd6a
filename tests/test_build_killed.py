"""A build that is killed leaves the old set or the new one, or none that a trainer can name."""

import fcntl
import random
from pathlib import Path

import kills
import pytest
import sets

from data_prep.builders.making import Sides
from data_prep.builders.next_event import Form, build_next_event
from data_prep.errors import UserError
from data_prep.llamafactory import read_dataset_info

ROWS = 1500
NAMES = ("next_event_train.jsonl", "next_event_test.jsonl")


def splits_in(folder: Path) -> Path:
    rows = (sets.plain_split(folder, f"v{i:05}") for i in range(ROWS))
    return sets.write(folder / "splits.jsonl", rows)


def command(folder: Path, seed: int) -> list[str]:
    horizons = ["--horizon", "1", "--horizon", "2", "--form", "open", "--form", "choice"]
    return ["build", "next-event", str(folder / "splits.jsonl"), *horizons, "--seed", str(seed)]


def state(folder: Path) -> tuple[bytes, ...]:
    return tuple((folder / name).read_bytes() for name in NAMES)


def test_after_each_kill_the_set_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    splits_in(tmp_path)
    states = []
    for seed in (1, 0):
        took = kills.run(command(tmp_path, seed))
        states.append(state(tmp_path))
    new, old = states
    rng = random.Random(0)
    killed = 0
    for _ in range(20):
        if not kills.kill_at(command(tmp_path, 1), rng.uniform(0.2, 1.05) * took):
            assert state(tmp_path) == new
            kills.run(command(tmp_path, 0))
            continue
        killed += 1
        declared = read_dataset_info(tmp_path)
        assert not declared or state(tmp_path) in (old, new)
    assert killed >= 5
    kills.run(command(tmp_path, 1))
    assert state(tmp_path) == new
    assert set(read_dataset_info(tmp_path)) == {name.removesuffix(".jsonl") for name in NAMES}
    assert not list(tmp_path.glob(".*.tmp")), "what killed builds left is swept away"


@pytest.mark.parametrize("exchanged", [0, 1, 2])
def test_while_files_are_exchanged_the_set_is_not_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanged: int
) -> None:
    rows = [sets.plain_split(tmp_path, f"v{i}") for i in range(20)]
    path = sets.write(tmp_path / "splits.jsonl", rows)

    def build(seed: int) -> None:
        build_next_event(path, tmp_path, horizons=[0], forms=[Form.OPEN], sides=Sides(0.4, seed))

    build(0)
    replace, done = Path.replace, 0

    def stop_after_some(self: Path, target: Path) -> Path:
        nonlocal done
        if target.suffix == ".jsonl":
            if done == exchanged:
                raise KeyboardInterrupt
            done += 1
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stop_after_some)
        with pytest.raises(KeyboardInterrupt):
            build(1)
    assert read_dataset_info(tmp_path) == {}
    build(1)
    assert set(read_dataset_info(tmp_path)) == {"next_event_train", "next_event_test"}


def test_two_builds_of_one_set_do_not_run_at_once(tmp_path: Path) -> None:
    path = sets.write(tmp_path / "splits.jsonl", [sets.plain_split(tmp_path, "v")])
    with (tmp_path / ".next_event.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UserError, match="another process builds the set next_event"):
            build_next_event(path, tmp_path, horizons=[0], forms=[Form.OPEN], sides=Sides(0.0, 0))


def test_an_exception_on_the_way_leaves_the_old_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sets.write(tmp_path / "splits.jsonl", [sets.plain_split(tmp_path, "v")])
    sides = Sides(0.0, 0)
    build_next_event(path, tmp_path, horizons=[0], forms=[Form.OPEN], sides=sides)
    before = kills.files(tmp_path)
    bad = sets.plain_split(tmp_path, "w", context="../out.mp4")
    sets.write(path, [sets.plain_split(tmp_path, "v"), bad])
    with pytest.raises(UserError, match="below its own folder"):
        build_next_event(path, tmp_path, horizons=[2], forms=[Form.OPEN], sides=sides)
    after = kills.files(tmp_path)
    assert {n: b for n, b in after.items() if "next_event" in n or n == "dataset_info.json"} == {
        n: b for n, b in before.items() if "next_event" in n or n == "dataset_info.json"
    }
    assert not list(tmp_path.glob(".*.tmp"))
