"""Killing a command at random moments, starting it again, and comparing what it leaves."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def start(arguments: Sequence[str], **environment: str) -> "subprocess.Popen[str]":
    """Start `python -m data_prep …` in a session of its own, so that all of it can be killed."""
    return subprocess.Popen(
        [sys.executable, "-m", "data_prep", *arguments],
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


def kill_at(arguments: Sequence[str], seconds: float, **environment: str) -> bool:
    """Kill the command and its workers after `seconds`; return whether it was still running."""
    process = start(arguments, **environment)
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return True
    assert process.returncode == 0
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
    **environment: str,
) -> None:
    """Assert that a command killed at `moments` random moments ends like an undisturbed one.

    It is killed again and again in one folder, until the moments are used up, then run to its end.

    Args:
        arguments: of the command, for the folder it writes to.
        place: makes a fresh folder, input included, by name.
        moments: number of kills.
        seed: of the moments.
        environment: further variables.
    """
    calm = place("calm")
    took = run(arguments(calm), **environment)
    rng = random.Random(seed)
    rough = place("rough")
    killed = 0
    for attempt in range(moments):
        if not kill_at(arguments(rough), rng.uniform(0.05, 1.0) * took, **environment):
            rough = place(f"rough{attempt}")
            continue
        killed += 1
    assert killed >= moments // 4, "the command ends too early to be killed"
    run(arguments(rough), **environment)
    assert files(rough) == files(calm)
