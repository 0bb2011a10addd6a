"""Split one clip: decode it once, write both files, test them. Runs in a worker process."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data_prep.cutting.certificate import certify
from data_prep.cutting.choice import Policy, choose_cut, divide_events
from data_prep.cutting.grid import Halves, Origin, Pick, pick, sample_grid
from data_prep.cutting.refusal import Refusal, Refused
from data_prep.cutting.sources import Job
from data_prep.records import Split
from data_prep.video import (
    Converter,
    Image,
    UnreadableVideo,
    frames,
    probe,
    sha256,
    write_clip,
)
from data_prep.vision import FRAME_FACTOR, VisionBudget


@dataclass(frozen=True)
class Settings:
    """How clips are cut and encoded; the same settings and files give the same bytes.

    Attributes:
        budget: size and rate of the clips to write.
        policy: see `choice.choose_cut`.
        ratio: share of the duration that is context, for the policies `ratio` and `auto`.
        min_context: seconds that a context must have; never less than two frames.
        min_future: seconds that a future must have; never less than two frames.
        seed: draws the event boundary of each clip, together with the clip's id.
    """

    budget: VisionBudget
    policy: Policy = "auto"
    ratio: float = 0.5
    min_context: float = 1.0
    min_future: float = 1.0
    seed: int = 0


@dataclass(frozen=True)
class Task:
    """A job, the settings, and the folder that takes `context/ID.mp4` and `future/ID.mp4`."""

    job: Job
    settings: Settings
    out: Path


def outputs(out: Path, clip_id: str) -> tuple[Path, Path]:
    """Return where the context and the future of a clip are written."""
    return out / "context" / f"{clip_id}.mp4", out / "future" / f"{clip_id}.mp4"


def split_one(task: Task) -> Split | Refusal:
    """Split one clip, or say why not; a refused clip leaves no file.

    Raises:
        OSError: a file cannot be written.
    """
    try:
        return _split(task)
    except UnreadableVideo as error:
        kind, reason = "unreadable", str(error)
    except Refused as error:
        kind, reason = error.kind, error.reason
    for path in outputs(task.out, task.job.id):
        path.unlink(missing_ok=True)
    return Refusal(video=task.job.name, kind=kind, reason=reason)


def _split(task: Task) -> Split:
    job, settings = task.job, task.settings
    info = probe(job.path)
    if job.sha256 is not None and sha256(job.path) != job.sha256:
        raise Refused("changed", "the file is not the one that the manifest describes")
    two_frames = FRAME_FACTOR / settings.budget.fps
    cut = choose_cut(
        job.events,
        info.duration,
        policy=settings.policy,
        ratio=settings.ratio,
        min_context=max(settings.min_context, two_frames),
        min_future=max(settings.min_future, two_frames),
        rng=random.Random(f"{settings.seed}:{job.id}"),
    )
    before = sample_grid(0.0, cut.time, settings.budget, ends_at_cut=True)
    after = sample_grid(cut.time, info.duration, settings.budget, ends_at_cut=False)
    width, height = settings.budget.size(info.width, info.height)

    convert = Converter(width, height)
    halves = Halves(frames(job.path), cut.time)
    context, future = outputs(task.out, job.id)
    context_origins: list[Origin] = []
    future_origins: list[Origin] = []
    write_clip(
        context,
        _images(pick(halves.context(), before.times), convert, context_origins, "context"),
        before.rate,
    )
    write_clip(
        future,
        _images(pick(halves.future(), after.times), convert, future_origins, "future"),
        after.rate,
    )
    certificate = certify(
        context,
        future,
        context_origins=context_origins,
        future_origins=future_origins,
        rates=(before.rate, after.rate),
    )
    context_events, future_events = divide_events(job.events, cut.time)
    return Split(
        id=job.id,
        clip_id=job.id,
        video_id=job.id,
        context=context.relative_to(task.out).as_posix(),
        future=future.relative_to(task.out).as_posix(),
        # A frame whose rounded time is just short of the cut begins the future.
        cut=min(cut.time, certificate.future_first),
        how=cut.how,
        certificate=certificate,
        fps=float(before.rate),
        width=width,
        height=height,
        context_events=context_events,
        future_events=future_events,
        part=job.part,
    )


def _images(
    picks: Iterator[Pick], convert: Converter, origins: list[Origin], part: str
) -> Iterator[Image]:
    """Yield the picture of each pick and note in `origins` where it came from.

    Raises:
        Refused: after the last pick, when they were fewer than two different frames.
    """
    image: Image | None = None
    for origin, raw in picks:
        if image is None or origin != origins[-1]:
            image = convert(raw)
        origins.append(origin)
        yield image
    distinct = len(set(origins))
    if distinct < FRAME_FACTOR:
        raise Refused("too few frames", f"the {part} would show {distinct} different frame(s)")
