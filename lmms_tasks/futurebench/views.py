"""What a control is shown in place of a video: its frames in another order, or one of them.

Every view is a video file, so that all model backends see the same, and as long as its source, so
that they take as many frames of it. Views are kept in `views` beside the data, named after the
content of their source.
"""

import os
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryFile
from typing import Literal, get_args

import numpy as np
from rich.console import Console
from rich.progress import Progress

from data_prep.errors import UserError
from data_prep.video import (
    Converter,
    Image,
    UnreadableVideo,
    VideoInfo,
    as_rate,
    frames,
    probe,
    write_clip,
)
from lmms_tasks.data import fingerprint

View = Literal["shuffled", "middle", "reversed"]
VIEWS: tuple[View, ...] = get_args(View)
FOLDER = "views"
SEED = 0
# Raised when the same source and view would give other frames.
VERSION = 1
# Nearly lossless: what a control scores less must not come from a second encoding.
CRF = 8
SHOWN = 3


def make_views(root: Path, sources: Sequence[Path], view: View) -> dict[Path, Path]:
    """Return for each source its view below `root`, made where it is not there yet.

    Raises:
        UserError: a source cannot be decoded, or the folder cannot be written.
    """
    unique = list(dict.fromkeys(sources))
    targets = {source: _target(root, source, view) for source in unique}
    lacking = [source for source in unique if not targets[source].is_file()]
    if lacking:
        _make_all({source: targets[source] for source in lacking}, view, root)
    return targets


def frame_order(view: View, count: int, key: str) -> Sequence[int]:
    """Return which of `count` source frames each frame of the view is.

    A shuffled order is drawn from `key` and is never the order of the source (two frames are
    exchanged, one alone stays).

    Raises:
        ValueError: there is no frame.
    """
    if count < 1:
        raise ValueError("a view needs a frame")
    if view == "middle":
        return [count // 2] * count
    if view == "reversed":
        return range(count - 1, -1, -1)
    order = list(range(count))
    draw = random.Random(f"{SEED}:{key}")
    while count > 1 and order == sorted(order):
        draw.shuffle(order)
    return order


def _target(root: Path, source: Path, view: View) -> Path:
    return root / FOLDER / f"{view}-{VERSION}-{SEED}-{fingerprint(source)[:32]}.mp4"


def _make_all(targets: dict[Path, Path], view: View, root: Path) -> None:
    folder = root / FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UserError(
            f"the {view} videos cannot be written beside the data",
            seen=f"{folder}: {error.strerror}",
            fix="give the folder to a user who may write it, or copy the data",
        ) from error
    faults = []
    # Threads, for decoding and encoding leave the interpreter free and the host is slow to import.
    with (
        Progress(console=Console(stderr=True), transient=True) as progress,
        ThreadPoolExecutor(max_workers=os.cpu_count()) as pool,
    ):
        running = {
            pool.submit(_make, source, target, view): source for source, target in targets.items()
        }
        for future in progress.track(
            as_completed(running), total=len(running), description=f"{view} videos"
        ):
            try:
                future.result()
            except (UnreadableVideo, OSError) as error:
                faults.append(f"{running[future].name}: {error}")
    if faults:
        more = f" and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise UserError(
            f"{len(faults)} videos cannot be read in full, so there is no {view} view of them",
            seen=f"{'; '.join(sorted(faults)[:SHOWN])}{more}, in {root}",
            fix=f"`python -m data_prep scan {root}` tells which; mend them, or take them away, "
            "and their items count as missing",
        )


def _make(source: Path, target: Path, view: View) -> None:
    info = probe(source)
    images = _middle(source, info) if view == "middle" else _reordered(source, info, view)
    # Another process may be making the same view: each writes its own file, the last one stays.
    own = target.with_name(f".{os.getpid()}.{target.name}")
    try:
        write_clip(own, images, as_rate(info.fps), crf=CRF)
        own.replace(target)
    finally:
        own.unlink(missing_ok=True)


def _middle(source: Path, info: VideoInfo) -> Iterator[Image]:
    order = frame_order("middle", info.frames, "")
    for number, image in enumerate(_images(source, info)):
        if number == order[0]:
            for _ in order:
                yield image
            return


def _reordered(source: Path, info: VideoInfo, view: View) -> Iterator[Image]:
    # The frames of a long video do not fit into memory, so they wait in a file without a name.
    with TemporaryFile() as spool:
        count, shape = 0, (0, 0, 0)
        for image in _images(source, info):
            spool.write(image.tobytes())
            count, shape = count + 1, image.shape
        size = int(np.prod(shape))
        for number in frame_order(view, count, fingerprint(source)):
            spool.seek(number * size)
            yield np.frombuffer(spool.read(size), dtype=np.uint8).reshape(shape)


def _images(source: Path, info: VideoInfo) -> Iterator[Image]:
    # 4:2:0 video has even sizes.
    convert = Converter(max(2, info.width // 2 * 2), max(2, info.height // 2 * 2))
    return (convert(frame.image) for frame in frames(source))
