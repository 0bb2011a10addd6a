"""Measure one video by decoding all of it, inside limits. Runs in a worker process."""

import ctypes
import errno
import gc
import math
import os
import resource
import signal
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from data_prep.boundaries.look import DetectorName, Look
from data_prep.cutting.refusal import Refusal, Refused
from data_prep.records import Record
from data_prep.video import UnreadableVideo, frames, probe, sha256
from data_prep.workers import Failure

OUT_OF_MEMORY = "out of memory"
_GB = 1_000_000_000
# The worker is to be ended by its owner; this clock is for a worker whose owner was killed.
_GRACE = 30
_YEAR = 31_536_000
_M_MMAP_THRESHOLD = -3


class Facts(Record):
    """What was measured on a file: sizes as displayed, times in seconds, frames as decoded.

    For `scenes`, `motion` and `hashes` see `records.Clip`.
    """

    codec: str
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    rotation: int
    fps: float = Field(gt=0)
    duration: float = Field(gt=0)
    frames: int = Field(gt=0)
    sha256: str
    scenes: list[float]
    motion: float
    hashes: list[str]


@dataclass(frozen=True)
class Limits:
    """What one video may cost: `seconds` of time, `memory` in GB of address space (0: no limit)."""

    seconds: float
    memory: float

    def __str__(self) -> str:
        """Name the limits, for journals."""
        return f"{self.seconds:g} s, {self.memory:g} GB"


@dataclass(frozen=True)
class Task:
    """A video to scan: its name in reports, where it is, what it may cost, and who finds scenes."""

    name: str
    path: Path
    limits: Limits
    detector: DetectorName = "own"


def scan_one(task: Task) -> Facts | Refusal:
    """Measure one video, or say why it is refused.

    A decoder that is refused memory often calls the data invalid. So a video that fails after
    more than a quarter of the memory was in use is tried once more with twice as much: what then
    goes better was no fault of the file.
    """
    limit = task.limits.memory
    if limit:
        _return_pictures_when_freed()
    with _ended_after(task.limits.seconds):
        with _memory_limit(limit):
            result = _attempt(task)
            short = limit > 0 and _peak_memory() > limit / 4
        if isinstance(result, Facts) or result.kind == OUT_OF_MEMORY or not short:
            return result
        # A frame in the circle of an error and its traceback may be of 50 MB.
        gc.collect()
        with _memory_limit(2 * limit):
            again = _attempt(task)
        gc.collect()
        if again == result:
            return result
        return Refusal(video=task.name, kind=OUT_OF_MEMORY, reason=f"{limit:g} GB do not suffice")


def _attempt(task: Task) -> Facts | Refusal:
    try:
        return measure(task.path, task.detector)
    except Refused as error:
        kind, reason = error.kind, error.reason
    except MemoryError:
        kind, reason = OUT_OF_MEMORY, f"{task.limits.memory:g} GB do not suffice"
    return Refusal(video=task.name, kind=kind, reason=reason)


def measure(path: Path, detector: DetectorName = "own") -> Facts:
    """Probe `path`, decode it to its end and hash it.

    Raises:
        Refused: "unreadable" (it does not open as a video), "damaged" (it does not decode to its
            end) or "changed" (it was written to meanwhile).
        MemoryError: there was not enough memory, as far as the decoder says so.
    """
    before = _state(path)
    with _refused("unreadable"):
        info = probe(path)
    with _refused("damaged"):
        look = Look(info.frames, info.fps, detector)
        deque(look.watch(frames(path)), maxlen=0)
        seen = look.seen()
    with _refused("unreadable"):
        digest = sha256(path)
    if _state(path) != before:
        raise Refused("changed", "the file was written to while it was read")
    return Facts(
        codec=info.codec,
        width=info.width,
        height=info.height,
        rotation=info.rotation,
        fps=seen.frames / info.duration,
        duration=info.duration,
        frames=seen.frames,
        sha256=digest,
        scenes=[round(time, 6) for time in seen.scenes],
        motion=seen.motion,
        hashes=seen.hashes,
    )


@contextmanager
def _refused(kind: str) -> Iterator[None]:
    try:
        yield
    except UnreadableVideo as error:
        if getattr(error.__cause__, "errno", None) == errno.ENOMEM:
            raise MemoryError from error
        raise Refused(kind, str(error)) from error


class Verdict(NamedTuple):
    """What a video that gave no facts is told.

    Attributes:
        refusal: the line of the report.
        may_pass: the next scan is to try the video again.
        limits: the limits without which it might have gone well; None if the file is at fault.
    """

    refusal: Refusal
    may_pass: bool
    limits: str | None


def judge(name: str, result: Refusal | Failure, limits: Limits) -> Verdict:
    """Return the verdict on a video that was refused, broke its worker or kept it too long."""
    if isinstance(result, Refusal):
        due = str(limits) if result.kind == OUT_OF_MEMORY else None
        return Verdict(result, result.kind == "changed", due)
    kind, reason, may_pass = result.kind, result.reason, result.kind == "error"
    if isinstance(result.error, MemoryError):
        kind, reason, may_pass = OUT_OF_MEMORY, f"{limits.memory:g} GB do not suffice", False
    elif kind == "crash" and reason.endswith(f"(exit code {-signal.SIGKILL})"):
        kind, may_pass = OUT_OF_MEMORY, True
        reason = "the system killed the process that read it, as it does when memory runs out"
    elif kind == "crash" and limits.memory and reason.endswith(f"(exit code {-signal.SIGSEGV})"):
        # Some decoders do not ask whether they were given the memory that they wanted.
        reason += f"; it may have lacked memory: try more than --memory-limit {limits.memory:g}"
    return Verdict(Refusal(video=name, kind=kind, reason=reason), may_pass, str(limits))


def _state(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


@contextmanager
def _memory_limit(gigabytes: float) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if gigabytes:
        wanted = math.ceil(min(gigabytes * _GB, sys.maxsize))
        if hard != resource.RLIM_INFINITY:
            wanted = min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _return_pictures_when_freed() -> None:
    # Else the C library, having seen one large picture freed, keeps room for such at hand: it
    # counts as in use, and the next video is refused memory, where the scaler dies.
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, 1 << 20)


def _peak_memory() -> float:
    """Return the most address space that this process has had, in GB; infinite if not known."""
    try:
        lines = Path(f"/proc/{os.getpid()}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return math.inf
    kibibytes = next(int(line.split()[1]) for line in lines if line.startswith("VmPeak"))
    return kibibytes * 1024 / _GB


@contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    # The alarm ends a process that hangs inside a library, where no Python code would run.
    signal.alarm(math.ceil(min(seconds, _YEAR)) + _GRACE)
    try:
        yield
    finally:
        signal.alarm(0)
