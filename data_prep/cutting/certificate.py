"""The leak test: proof that a context file holds nothing of the future file."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from pydantic import ValidationError

from data_prep.cutting.grid import Origin
from data_prep.cutting.refusal import Refused
from data_prep.records import Certificate
from data_prep.video import UnreadableVideo, frames

_CLOCK_ERROR = 1e-6


def certify(
    context: Path,
    future: Path,
    *,
    context_origins: Sequence[Origin],
    future_origins: Sequence[Origin],
    rates: tuple[Fraction, Fraction],
) -> Certificate:
    """Decode both finished files and compare them with the source frames that went in.

    Args:
        context: the finished context file.
        future: the finished future file.
        context_origins: the source frames of `context`, in order.
        future_origins: the source frames of `future`, in order.
        rates: frames a second of the two files.

    Raises:
        Refused: a source frame is in both files, the context reaches into the future, or a file
            does not decode to exactly its frames at its rate.
    """
    shared = {origin.number for origin in context_origins} & {
        origin.number for origin in future_origins
    }
    if shared:
        raise Refused("leak", f"source frames are in both files: {sorted(shared)[:5]}")
    counts = [
        _decoded(path, len(origins), rate)
        for path, origins, rate in zip(
            (context, future), (context_origins, future_origins), rates, strict=True
        )
    ]
    try:
        return Certificate(
            context_frames=counts[0],
            future_frames=counts[1],
            context_last=max(origin.time for origin in context_origins),
            future_first=min(origin.time for origin in future_origins),
        )
    except ValidationError as error:
        raise Refused("leak", str(error.errors()[0]["msg"])) from error


def _decoded(path: Path, expected: int, rate: Fraction) -> int:
    count = 0
    try:
        for frame in frames(path):
            if abs(frame.time - float(count / rate)) > _CLOCK_ERROR:
                raise Refused("leak", f"{path.name}: frame {count} is shown at {frame.time} s")
            count += 1
    except UnreadableVideo as error:
        raise Refused("leak", f"the finished {path.name} does not read back: {error}") from error
    if count != expected:
        raise Refused("leak", f"{path.name} holds {count} frames, {expected} went in")
    return count
