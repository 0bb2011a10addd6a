"""Take the pairs of one clip: one pass to measure, one fetch to write. Runs in a worker process."""

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from data_prep.boundaries.look import Look
from data_prep.cutting.grid import TOLERANCE
from data_prep.cutting.refusal import Refusal, Refused
from data_prep.cutting.sources import Job
from data_prep.encode import frame_name, temporary_name
from data_prep.fetch import fetch
from data_prep.pairs.flow import WIDTH, Grey, Motion, changed, measure
from data_prep.pairs.keyframes import Moment, Track, key_frames
from data_prep.pairs.settings import Settings
from data_prep.picture import Luma
from data_prep.records import Event, Pair
from data_prep.video import (
    Converter,
    Frame,
    Image,
    UnreadableVideo,
    VideoInfo,
    frames,
    probe,
    sha256,
    write_frames,
)

FOLDER = "frames"
_TALLEST = 4 * WIDTH
# Share of a picture that must look otherwise in the other.
_CHANGED = 0.01


@dataclass(frozen=True)
class Task:
    """A job, the settings, and the folder that takes `frames/ID/`."""

    job: Job
    settings: Settings
    out: Path


@dataclass(frozen=True)
class Taken:
    """The pairs of a clip, and how many more its key frames would make, by why they do not."""

    pairs: list[Pair]
    left_out: dict[str, int]


def place(out: Path, clip_id: str) -> Path:
    """Return the folder that takes the pictures of a clip."""
    return out / FOLDER / clip_id


def remove(out: Path, clip_id: str) -> None:
    """Remove what any run, finished or killed, has written of a clip."""
    folder = place(out, clip_id)
    for old in (folder, temporary_name(folder)):
        shutil.rmtree(old, ignore_errors=True)


def take_pairs(task: Task) -> Taken | Refusal:
    """Take the pairs of one clip, or say why there are none; a refused clip leaves no file.

    Raises:
        OSError: a file cannot be written.
    """
    try:
        return _take(task)
    except UnreadableVideo as error:
        kind, reason = "unreadable", str(error)
    except Refused as error:
        kind, reason = error.kind, error.reason
    remove(task.out, task.job.id)
    return Refusal(video=task.job.name, kind=kind, reason=reason)


def _take(task: Task) -> Taken:
    job, limits = task.job, task.settings.limits
    info = probe(job.path)
    if job.sha256 is not None and sha256(job.path) != job.sha256:
        raise Refused("changed", "the file is not the one that the manifest describes")
    if info.frames <= limits.spacing:
        raise Refused(
            "too few frames",
            f"{info.frames} frames, two that are {limits.spacing} apart are needed",
        )
    track = _watch(job, info, task.settings)
    keys = key_frames(track.moments, limits.top, limits.spacing)
    if len(keys) < 2:
        raise Refused(_why_none(track), f"things move in {len(keys)} moments that are far apart")
    left_out: Counter[str] = Counter()
    chosen = []
    for first, last in pairwise(keys):
        if fault := track.fault(first, last, limits):
            left_out[fault] += 1
        else:
            chosen.append((first, last))
    pairs = _write(task, info, track, chosen, left_out) if chosen else []
    if not pairs:
        counts = ", ".join(f"{count} {fault}" for fault, count in left_out.most_common())
        raise Refused(left_out.most_common(1)[0][0], f"{len(keys) - 1} pairs left out: {counts}")
    return Taken(pairs, dict(sorted(left_out.items())))


def _watch(job: Job, info: VideoInfo, settings: Settings) -> Track:
    """Decode the clip once and measure its motion, and its scenes where nobody has."""
    look = Look(info.frames, info.fps, settings.detector) if job.scenes is None else None
    source: Iterable[Frame] = frames(job.path)
    grey, before, due = _grey(info), None, 0.0
    moments: list[Moment] = []
    for number, frame in enumerate(look.watch(source) if look else source):
        if frame.time < due - TOLERANCE:
            continue
        picture = grey(frame)
        motion = Motion(0.0, 0.0) if before is None else measure(before, picture)
        moments.append(Moment(number, frame.time, motion))
        before, due = picture, frame.time + 1 / settings.rate
    return Track(moments, look.seen().scenes if look else job.scenes or ())


class _grey:
    """Turns frames into the small grey pictures that motion is measured on, as they are stored."""

    def __init__(self, info: VideoInfo) -> None:
        rows = min(_TALLEST, max(16, round(WIDTH * info.height / info.width)))
        turned = info.rotation % 180 != 0
        self._luma = Luma(*((rows, WIDTH) if turned else (WIDTH, rows)))

    def __call__(self, frame: Frame) -> Grey:
        return np.rint(self._luma(frame.image) * 255).astype(np.uint8)


def _why_none(track: Track) -> str:
    moving = sum(moment.motion.camera > 0 for moment in track.moments)
    return "only camera motion" if 2 * moving > len(track.moments) else "no motion"


def _write(
    task: Task,
    info: VideoInfo,
    track: Track,
    chosen: list[tuple[Moment, Moment]],
    left_out: Counter[str],
) -> list[Pair]:
    """Fetch the frames of the pairs, look at both of each, and write those that stand."""
    wanted = {moment.number: moment for pair in chosen for moment in pair}
    size = (info.width, info.height) if task.settings.full else None
    convert = Converter(*(size or task.settings.budget.size(info.width, info.height)))
    grey = _grey(info)
    pictures: dict[int, tuple[Image, Grey]] = {}
    for number, time, image in fetch(task.job.path, wanted):
        if abs(time - wanted[number].time) > TOLERANCE:
            raise Refused(
                "order not certain",
                f"frame {number} is at {wanted[number].time:.3f} s, and fetched at {time:.3f} s",
            )
        pictures[number] = convert(image), grey(Frame(time, image))
    standing = []
    for first, last in chosen:
        # Things may have moved and come back: then there is nothing to tell from the pictures.
        if changed(pictures[first.number][1], pictures[last.number][1]) < _CHANGED:
            left_out["no change"] += 1
        else:
            standing.append((first, last, track.between(first, last).things))
    used = sorted({moment.number for first, last, _ in standing for moment in (first, last)})
    if not used:
        return []
    folder = place(task.out, task.job.id)
    write_frames(folder, (pictures[number][0] for number in used))
    names = {
        number: (folder / frame_name(i)).relative_to(task.out).as_posix()
        for i, number in enumerate(used)
    }
    return [_pair(task.job, names, *each) for each in standing]


def _pair(job: Job, names: dict[int, str], first: Moment, last: Moment, things: float) -> Pair:
    action = _action(job.events, first.time, last.time)
    return Pair(
        id=f"{job.id}_{first.number}_{last.number}",
        clip_id=job.id,
        video_id=job.video_id or job.id,
        before=names[first.number],
        after=names[last.number],
        t0=first.time,
        t1=last.time,
        motion=round(things, 3),
        order=(first.number, last.number),
        action=action,
        action_source=None if action is None else "human",
        part=job.part,
        source=job.source,
        license=job.license,
    )


def _action(events: Iterable[Event], begin: float, end: float) -> str | None:
    """Return what is done all the time from `begin` to `end`, by the shortest such event."""
    over = [
        event
        for event in events
        if event.start <= begin + TOLERANCE and event.end >= end - TOLERANCE
    ]
    if not over:
        return None
    event = min(over, key=lambda event: (event.end - event.start, event.start, event.text))
    return event.action or event.text
