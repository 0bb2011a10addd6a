"""`kill -9` at any moment: what is done stays done, and the end is that of an undisturbed run."""

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import clips
import kills
import pytest

from data_prep.errors import UserError
from data_prep.scanning.place import ledger_stem
from data_prep.scanning.scan import scan_folder
from data_prep.steps.engine import Engine, run_isolated
from data_prep.steps.ledger import ledger_path
from data_prep.steps.lock import alone_in
from data_prep.workers import run_pool

SMALL = "small: {fps: 4, max_frames: 16, min_pixels: 784, max_pixels: 9408}\n"
WORKERS = ("--workers", "2")


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty videos of several lengths, each with bytes of its own, and one that is none."""
    folder = tmp_path_factory.mktemp("source") / "videos"
    folder.mkdir()
    for number in range(20):
        images = [clips.bars((number + frame) % 256) for frame in range(40 + 8 * (number % 5))]
        clips.write(folder / f"{number:02d}.mp4", images=images)
    (folder / "text.mp4").write_text("no video")
    return folder


def made_at(root: Path, videos: Path) -> Callable[[str], Path]:
    def place(name: str) -> Path:
        shutil.copytree(videos, root / name / "videos")
        return root / name

    return place


def test_a_scan_killed_at_twenty_moments(tmp_path: Path, videos: Path) -> None:
    left: list[int] = []

    def ledger(folder: Path) -> Path:
        return ledger_path(folder, ledger_stem(folder / "clips.jsonl"))

    def after_kill(folder: Path) -> None:
        done = kills.finished(ledger(folder))
        assert set(done.values()) <= {1}
        left.append(21 - len(done))
        # A file that is scanned again is found to be no video, and costs its row.
        kills.spoil(folder / "videos" / name for name in done)

    def at_end(folder: Path) -> None:
        assert list(kills.finished(ledger(folder)).values()) == [1] * 21
        assert not list(folder.glob(".*.tmp"))

    kills.killed_and_resumed(
        lambda folder: [
            *("scan", str(folder / "videos"), "--out", str(folder / "clips.jsonl"), *WORKERS),
        ],
        made_at(tmp_path, videos),
        sign=lambda folder: kills.written(ledger(folder)),
        after_kill=after_kill,
        at_end=at_end,
        ignored=lambda path: path.parent.name == "videos",
    )
    assert sum(0 < count < 21 for count in left) > 2, "all kills missed the work"


def test_a_split_killed_at_twenty_moments(tmp_path: Path, videos: Path) -> None:
    left: list[int] = []
    stamps: dict[Path, tuple[int, int]] = {}
    (tmp_path / "vision.yaml").write_text(SMALL)

    def ledger(folder: Path) -> Path:
        return ledger_path(folder / "out", "splits")

    def after_kill(folder: Path) -> None:
        done = kills.finished(ledger(folder))
        assert set(done.values()) <= {1}
        left.append(21 - len(done))
        # A clip that is split again is found to be no video, and costs its row.
        kills.spoil(folder / "videos" / f"{name}.mp4" for name in done)
        for name in set(done) - {"text"}:
            for side in ("context", "future"):
                path = folder / "out" / side / f"{name}.mp4"
                stat = path.stat()
                stamp = stat.st_ino, stat.st_mtime_ns
                assert stamps.setdefault(path, stamp) == stamp, f"{path} was written twice"

    def at_end(folder: Path) -> None:
        after_kill(folder)
        assert left.pop() == 0
        assert not list((folder / "out").rglob(".*.tmp"))

    kills.killed_and_resumed(
        lambda folder: [
            *("split", str(folder / "videos"), "--out", str(folder / "out"), *WORKERS),
            *("--vision", f"{tmp_path / 'vision.yaml'}:small"),
        ],
        made_at(tmp_path, videos),
        sign=lambda folder: kills.written(ledger(folder)),
        after_kill=after_kill,
        at_end=at_end,
        ignored=lambda path: path.parent.name == "videos",
    )
    assert sum(0 < count < 21 for count in left) > 2, "all kills missed the work"


# --- less than the whole of it -------------------------------------------------------------------


def write_down(task: tuple[Path, int]) -> int:
    """Note which process works on an item, and give it time to be killed."""
    folder, number = task
    (folder / str(number)).write_text(str(os.getpid()))
    time.sleep(0.3)
    return number


def test_a_killed_worker_costs_the_item_it_worked_on(tmp_path: Path) -> None:
    results = run_isolated(
        write_down, ((tmp_path, number) for number in range(6)), Engine(workers=1, timeout=60)
    )
    first = next(results)
    assert first.result == 0
    while not (tmp_path / "1").exists() or not (tmp_path / "1").read_text():
        time.sleep(0.001)
    os.kill(int((tmp_path / "1").read_text()), signal.SIGKILL)
    rest = {done.item[1]: done.result for done in results}
    assert rest.pop(1).kind == "crash"
    assert rest == {number: number for number in range(2, 6)}


def test_a_worker_killed_between_two_items_costs_none(tmp_path: Path) -> None:
    numbers = iter(range(3))

    def items() -> object:
        for number in numbers:
            if number == 1:
                os.kill(int((tmp_path / "0").read_text()), signal.SIGKILL)
                time.sleep(1)
            yield tmp_path, number

    # One item at a time, so that the worker has none when it is killed.
    results = run_pool(write_down, items(), workers=1, timeout=60, ahead=1)
    done = [next(results).result]
    done += [done.result for done in results]
    assert sorted(done) == [0, 1, 2]


def test_no_worker_outlives_its_owner(tmp_path: Path, videos: Path) -> None:
    shutil.copytree(videos, tmp_path / "videos")
    arguments = ["scan", str(tmp_path / "videos"), *WORKERS]
    process = kills.start(arguments)
    ledger = ledger_path(tmp_path / "videos", ledger_stem(tmp_path / "videos" / "clips.jsonl"))
    while not ledger.with_name(f"{ledger.name}-wal").exists():
        assert process.poll() is None
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    # The pipes that it read are at their end, so nobody holds them any more.
    for _ in range(600):
        if not running_in(process.pid):
            break
        time.sleep(0.05)
    assert not running_in(process.pid)
    kills.run(arguments)


def running_in(session: int) -> list[int]:
    """Return the processes of a session that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of = path.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(of) == session and state != "Z":
            found.append(int(path.parent.name))
    return found


def test_a_second_run_is_refused_while_one_is_going_on(tmp_path: Path, videos: Path) -> None:
    shutil.copytree(videos, tmp_path / "videos")
    process = kills.start(["scan", str(tmp_path / "videos"), "--workers", "1"])
    ledger = ledger_path(tmp_path / "videos", ledger_stem(tmp_path / "videos" / "clips.jsonl"))
    while not ledger.exists():
        assert process.poll() is None
        time.sleep(0.001)
    os.killpg(process.pid, signal.SIGSTOP)
    try:
        with pytest.raises(UserError, match="another run"):
            scan_folder(tmp_path / "videos")
    finally:
        os.killpg(process.pid, signal.SIGCONT)
    told, _ = process.communicate(timeout=300)
    assert process.returncode == 0, told
    with alone_in(tmp_path / "videos"):
        pass
