"""The clips of a run: for each item and sample what to make, from what, and under which name."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from data_prep.errors import UserError
from data_prep.generating.foreign import clip_of, prompt_of
from data_prep.generating.log import read_answers
from data_prep.generating.settings import FIXED, Settings
from data_prep.generating.telling import Told, tell
from data_prep.manifest import read_manifest, resolve
from data_prep.records import ForesightItem
from data_prep.steps.naming import safe_ids
from data_prep.steps.worklist import WorkList

ITEMS = "videoreason.jsonl"
MADE_BY = "python -m data_prep build videoreason SPLITS, or python -m data_prep toyworld"
FOLDER = "generated"
SHOWN = 3


@dataclass(frozen=True)
class Job:
    """One future to make.

    Attributes:
        id: of the row.
        item_id: of its item.
        sample: its number among those of the item.
        seed: of the generator.
        told: what the generator is told.
        context: the file to go on from.
        future: the file of the real future, whose form is taken.
        gap: seconds between the two; None where that is not known.
        foreign: the file made elsewhere, where there is to be one.
        video: where to write, relative to the folder of the rows.
    """

    id: str
    item_id: str
    sample: int
    seed: int
    told: Told
    context: Path
    future: Path
    gap: float | None
    foreign: Path | None
    video: str


def find_jobs(root: Path, settings: Settings) -> WorkList[Job]:
    """Return what a run has to make for the items below `root`, in their order.

    Raises:
        UserError: the items, the answers or the folder of clips cannot be read or do not belong
            together; an id stands twice; or a prompt gives the outcome away and may not.
    """
    if settings.folder is not None and not settings.folder.is_dir():
        raise UserError("there is no such folder of clips", seen=settings.folder)
    names = safe_ids([item.id for item in _items(root)])
    answers = read_answers(settings.answers) if settings.answers else {}
    _check_answers(answers, names, settings)
    place = media_folder(settings)
    jobs: WorkList[Job] = WorkList()
    leaks: list[str] = []
    captions = 0
    for number, item in enumerate(_items(root)):
        captions += bool(item.context_caption)
        for sample in range(settings.samples):
            video = f"{place}/{names[item.id]}_{sample}.mp4"
            told = _told(settings, item, sample, answers.get(item.id))
            job = _job(root, settings, item, sample=sample, told=told, video=video)
            if job.told.leaks:
                leaks.append(f"{item.id}: {job.told.prompt[:80]!r}")
            at = f"{number:09d} {sample:05d}"
            if not jobs.add(job.id, job, fingerprint=_fingerprint(job), place=at):
                raise UserError(f"two items of {ITEMS} have one id", seen=item.id, fix=MADE_BY)
    if not names:
        raise UserError("there are no items", seen=root / ITEMS, fix=MADE_BY)
    if settings.condition == "caption" and not captions and settings.generator != "folder":
        raise UserError(
            "no item has a caption of its context",
            seen=root / ITEMS,
            fix="build the items from splits with events or captions, or --condition none",
        )
    if leaks and not settings.allow_leak:
        raise UserError(
            f"{len(leaks)} of {len(jobs)} prompts hold the label of what really happens, and would "
            "have the generator illustrate it",
            seen="; ".join(leaks[:SHOWN]),
            fix="--condition none, or --allow-leak, which marks these rows prompt_has_label",
        )
    return jobs


def media_folder(settings: Settings) -> str:
    """Return the folder of a group's clips, relative to that of the rows."""
    return f"{FOLDER}/{settings.group}"


def _items(root: Path) -> Iterable[ForesightItem]:
    return read_manifest(root / ITEMS, ForesightItem, made_by=MADE_BY)


def _check_answers(
    answers: dict[str, str | None], names: dict[str, str], settings: Settings
) -> None:
    if answers and not answers.keys() & names.keys():
        raise UserError(
            "the log answers none of the items",
            seen=f"{settings.answers}: {next(iter(answers))}, …",
            fix="name a log of samples of videoreason_future on the same data",
        )


def _told(settings: Settings, item: ForesightItem, sample: int, answer: str | None) -> Told:
    folder = settings.folder
    if folder is None:
        return tell(item, settings.condition, answer)
    own = prompt_of(folder, item.id, sample)
    return tell(item, settings.condition, answer, elsewhere=True, own=own)


def _job(
    root: Path, settings: Settings, item: ForesightItem, *, sample: int, told: Told, video: str
) -> Job:
    folder = settings.folder
    return Job(
        id=f"{item.id}_{settings.group}_{sample}",
        item_id=item.id,
        sample=sample,
        seed=_seed(settings, item.id, sample),
        told=told,
        context=resolve(root, item.context),
        future=resolve(root, item.future),
        gap=item.gap,
        foreign=None if folder is None else clip_of(folder, item.id, sample),
        video=video,
    )


def _seed(settings: Settings, item_id: str, sample: int) -> int:
    """Return the seed of a sample: the same whatever is told, so that only that differs."""
    if settings.generator in FIXED:
        return settings.seed
    text = f"{settings.seed}:{item_id}:{sample}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) >> 1


def _fingerprint(job: Job) -> str:
    """Return what changes when a clip has to be made anew."""
    parts = [repr(job.told), str(job.seed), str(job.gap), job.video]
    for path in (job.context, job.future, job.foreign):
        try:
            stat = path.stat() if path is not None else None
            parts.append("" if stat is None else f"{stat.st_size} {stat.st_mtime_ns}")
        except OSError:
            parts.append("missing")
    return hashlib.sha256("\n".join(parts).encode(errors="replace")).hexdigest()
