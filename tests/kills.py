"""Killing a command at random moments, starting it again, and comparing what it leaves."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
Check = Callable[[Path], object]


def start(arguments: Sequence[str], **environment: str) -> "subprocess.Popen[str]":
    """Start `python -m data_prep …` in a session of its own, so that all of it can be killed."""
    return subprocess.Popen(
        [sys.executable, "-m", "data_prep", *arguments],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **environment},
        start_new_session=True,
    )


def run(arguments: Sequence[str], **environment: str) -> float:
    """Run the command to its end and return the seconds it took."""
    begin = time.monotonic()
    process = start(arguments, **environment)
    told, _ = process.communicate(timeout=300)
    assert process.returncode == 0, told
    return time.monotonic() - begin


def kill_at(
    arguments: Sequence[str],
    seconds: float,
    sign: Callable[[], object] = lambda: None,
    changes: int = 0,
    **environment: str,
) -> bool:
    """Kill a command and its workers; return whether it still ran.

    Args:
        arguments: of the command.
        seconds: to wait, once `sign` has changed so often.
        sign: what the command changes as it goes on; so a slow machine is killed as early.
        changes: number of changes to wait for.
        environment: further variables.
    """
    last = sign()
    process = start(arguments, **environment)
    while changes and process.poll() is None:
        now = sign()
        changes -= now != last
        last = now
        time.sleep(0.001)
    try:
        told, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return True
    assert process.returncode == 0, told
    return False


def files(folder: Path, ignored: Callable[[Path], bool] = lambda path: False) -> dict[str, bytes]:
    """Return the bytes of every file below `folder`, hidden ones and `ignored` left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and not ignored(path)
    }


def killed_and_resumed(
    arguments: Callable[[Path], Sequence[str]],
    place: Callable[[str], Path],
    *,
    moments: int = 20,
    seed: int = 0,
    sign: Callable[[Path], object] | None = None,
    after_kill: Check = lambda folder: None,
    at_end: Check = lambda folder: None,
    ignored: Callable[[Path], bool] = lambda path: False,
    **environment: str,
) -> None:
    """Assert that a command killed at `moments` random moments ends like an undisturbed one.

    It is killed again and again in one folder, until it comes to its end; then in the next. All
    folders must then hold the same.

    Args:
        arguments: of the command, for the folder it writes to.
        place: makes a fresh folder, input included, by name.
        moments: number of kills.
        seed: of the moments.
        sign: what the command changes in a folder as it goes on. Three kills of four then come
            after the first few changes, else all at any time of a whole run.
        after_kill: called with the folder after each kill.
        at_end: called with each folder in which the command has come to its end.
        ignored: files that need not be the same.
        environment: further variables.
    """
    calm = place("calm")
    took = run(arguments(calm), **environment)
    wanted = files(calm, ignored)
    rng = random.Random(seed)
    killed = attempt = 0
    while killed < moments:
        rough = place(f"rough{attempt}")
        attempt += 1
        assert attempt <= moments, "the command ends too early to be killed"
        still_running = True
        while killed < moments and still_running:
            if sign is not None and rng.random() < 0.75:
                moment = {"sign": partial(sign, rough), "changes": rng.randint(1, 9)}
                seconds = rng.uniform(0, 0.02)
            else:
                moment, seconds = {}, rng.uniform(0.05, 1.0) * took
            still_running = kill_at(arguments(rough), seconds, **moment, **environment)
            if still_running:
                killed += 1
                after_kill(rough)
        run(arguments(rough), **environment)
        assert files(rough, ignored) == wanted
        at_end(rough)


def written(ledger: Path) -> object:
    """Return what changes as soon as a run writes to a ledger."""
    log = ledger.with_name(f"{ledger.name}-wal")
    return [path.stat().st_mtime_ns if path.exists() else None for path in (ledger, log)]


def finished(ledger: Path) -> dict[str, int]:
    """Return the clips that a ledger holds to be done, and how many attempts each took."""
    if not ledger.exists():
        return {}
    connection = sqlite3.connect(ledger)
    try:
        rows = connection.execute("SELECT clip, attempts FROM entry WHERE final").fetchall()
    except sqlite3.OperationalError:
        # Killed before it had made the table.
        rows = []
    finally:
        connection.close()
    return dict(rows)


def spoil(paths: Iterable[Path]) -> None:
    """Put zeros in the place of what was in the files, with the same size and the same times."""
    for path in paths:
        stat = path.stat()
        path.write_bytes(bytes(stat.st_size))
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
