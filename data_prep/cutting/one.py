"""Split one clip: decode it once, write both sides, test them. Runs in a worker process."""

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from data_prep.boundaries.look import Look
from data_prep.cutting.carriers import Carrier, media, place, remove
from data_prep.cutting.certificate import Cells, Made, cells_of, certify
from data_prep.cutting.choice import Cut, choose_cut, divide_events
from data_prep.cutting.grid import Halves, Origin, Pick, pick, sample_grid
from data_prep.cutting.prefix import Register, make_prefix
from data_prep.cutting.refusal import Refusal, Refused
from data_prep.cutting.samples import Samples, Side, most_samples
from data_prep.cutting.settings import Settings
from data_prep.cutting.sources import Job
from data_prep.records import Split
from data_prep.video import (
    Converter,
    Frame,
    UnreadableVideo,
    VideoInfo,
    YuvConverter,
    frames,
    probe,
    sha256,
    write_clip,
    write_frames,
)
from data_prep.vision import FRAME_FACTOR

__all__ = ["Settings", "Task", "split_one"]


@dataclass(frozen=True)
class Task:
    """A job, the settings, and the folder that takes `context/` and `future/`."""

    job: Job
    settings: Settings
    out: Path


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
    remove(task.out, task.job.id)
    return Refusal(video=task.job.name, kind=kind, reason=reason)


def _split(task: Task) -> Split:
    job, settings = task.job, task.settings
    info = probe(job.path)
    if job.sha256 is not None and sha256(job.path) != job.sha256:
        raise Refused("changed", "the file is not the one that the manifest describes")
    # What a scan has seen is not looked for again.
    look = Look(info.frames, info.fps, settings.detector) if job.scenes is None else None
    cut = _choose(job, info, settings, job.scenes)
    source = frames(job.path)
    if look is not None:
        source = look.watch(source)
    register = Register() if settings.carrier == "prefix" else None
    if register is not None:
        source = register.watch(source)
    if cut is not None:
        context, future = _write_streaming(task, info, cut, source, register)
        seen = look.seen() if look is not None else None
    else:
        assert look is not None, "only scenes that nobody looked for keep a cut open"
        samples = _collect(info, settings, source)
        seen = look.seen()
        cut = _choose(job, info, settings, tuple(seen.scenes), samples.step)
        assert cut is not None, "all is known that a cut may depend on"
        context, future = _write_samples(task, info, cut, samples, register)
    certificate = certify(context, future, gap=settings.min_gap)
    events = divide_events(job.events, cut.time, settings.context_end(cut.time))
    captions = job.published if cut.rule == "published" else None
    return Split(
        id=job.id,
        clip_id=job.id,
        video_id=job.video_id or job.id,
        context=media(task.out, context.path, len(context.origins)),
        future=media(task.out, future.path, len(future.origins)),
        # A frame whose rounded time is just short of the cut begins the future.
        cut=min(cut.time, certificate.future_first),
        how=cut.how,
        certificate=certificate,
        fps=float(context.rate),
        width=context.size[0],
        height=context.size[1],
        context_events=events[0],
        future_events=events[1],
        context_caption=captions.context_caption if captions else None,
        future_caption=captions.future_caption if captions else None,
        part=job.part,
        source=job.source,
        license=job.license,
        hashes=list(job.hashes) or (seen.hashes if seen else []),
    )


def _choose(
    job: Job,
    info: VideoInfo,
    settings: Settings,
    scenes: tuple[float, ...] | None,
    step: float = 0.0,
) -> Cut | None:
    """Choose the cut; `step` is that of pictures already taken, of which a side needs two."""
    wait = settings.context_end(0.0)
    return choose_cut(
        job.events,
        info.duration,
        policy=settings.policy,
        ratio=settings.ratio,
        min_context=max(settings.min_context, settings.two_frames, FRAME_FACTOR * step) - wait,
        min_future=max(settings.min_future, settings.two_frames, FRAME_FACTOR * step),
        rng=random.Random(f"{settings.seed}:{job.id}"),
        scenes=scenes,
        published=job.published,
        step=step,
    )


def _write_streaming(
    task: Task, info: VideoInfo, cut: Cut, source: Iterable[Frame], register: Register | None
) -> tuple[Made, Made]:
    """Write both sides while the clip is decoded: the cut is known before."""
    settings = task.settings
    end = settings.context_end(cut.time)
    before = sample_grid(0.0, end, settings.budget, ends_at_cut=True)
    after = sample_grid(cut.time, info.duration, settings.budget, ends_at_cut=False)
    halves = Halves(source, cut.time)
    if register is not None:
        deque(halves.context(), maxlen=0)
    else:
        picks = pick(halves.context(), before.times)
        context = _write(task, info, "context", picks, before.rate, carrier=settings.carrier)
    picks = pick(halves.future(), after.times)
    future = _write(task, info, "future", picks, after.rate, carrier=settings.carrier)
    if register is not None:
        context = _copy(task, cut, register)
    return context, future


def _collect(info: VideoInfo, settings: Settings, source: Iterable[Frame]) -> Samples:
    """Decode the whole clip and keep small pictures of it, bounded in number."""
    width, height = settings.budget.size(info.width, info.height)
    convert = _converter(settings.carrier, (width, height))
    samples = Samples(settings.budget, convert, most_samples(settings.budget, 3 * width * height))
    samples.collect(source, info.duration)
    return samples


def _write_samples(
    task: Task, info: VideoInfo, cut: Cut, samples: Samples, register: Register | None
) -> tuple[Made, Made]:
    """Write both sides from pictures taken before the cut was known."""
    carrier = task.settings.carrier
    before, after = samples.divide(cut.time, task.settings.min_gap)
    if register is not None:
        context = _copy(task, cut, register)
    else:
        context = _write_side(task, info, "context", before, carrier)
    return context, _write_side(task, info, "future", after, carrier)


def _write_side(task: Task, info: VideoInfo, name: str, side: Side, carrier: Carrier) -> Made:
    return _write(task, info, name, iter(side.picks), side.rate, carrier=carrier, converted=True)


def _copy(task: Task, cut: Cut, register: Register) -> Made:
    path = place(task.out, "context", task.job.id, "prefix")
    return make_prefix(task.job.path, path, cut.time - task.settings.min_gap, register)


def _write(
    task: Task,
    info: VideoInfo,
    name: str,
    picks: Iterator[Pick],
    rate: Fraction,
    *,
    carrier: Carrier,
    converted: bool = False,
) -> Made:
    path = place(task.out, name, task.job.id, carrier)
    size = task.settings.budget.size(info.width, info.height)
    convert = (lambda image: image) if converted else _converter(carrier, size)
    origins: list[Origin] = []
    cells: list[Cells] = []
    images = _images(picks, convert, origins, name)
    if carrier == "frames":
        write_frames(path, _noted(images, cells))
    else:
        write_clip(path, images, rate)
    return Made(path, origins, rate, size, cells)


def _converter(carrier: Carrier, size: tuple[int, int]) -> Callable[[Any], Any]:
    return Converter(*size) if carrier == "frames" else YuvConverter(*size)


def _noted(images: Iterator[Any], cells: list[Cells]) -> Iterator[Any]:
    for image in images:
        cells.append(cells_of(image))
        yield image


def _images(
    picks: Iterator[Pick], convert: Callable[[Any], Any], origins: list[Origin], part: str
) -> Iterator[Any]:
    """Yield the picture of each pick and note in `origins` where it came from.

    Raises:
        Refused: after the last pick, when they were fewer than two different frames.
    """
    image: Any = None
    for origin, raw in picks:
        if image is None or origin != origins[-1]:
            image = convert(raw)
        origins.append(origin)
        yield image
    distinct = len(set(origins))
    if distinct < FRAME_FACTOR:
        raise Refused("too few frames", f"the {part} would show {distinct} different frame(s)")
