"""Ask a teacher about every item of a manifest, and write what it says."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from data_prep.cutting.refusal import Refusal, Refused
from data_prep.errors import UserError
from data_prep.manifest import ManifestWriter, sidecar
from data_prep.steps.lock import alone_in
from data_prep.steps.report import Refusals, write_report
from data_prep.teacher.asking import Answered, Teacher, Tokens
from data_prep.teacher.cache import NAME, Cache
from data_prep.teacher.endpoint import Endpoint
from data_prep.teacher.media import Studio
from data_prep.teacher.ordered import in_order
from data_prep.teacher.place import STEP, Place, place_of
from data_prep.teacher.settings import UNKNOWN, Asking, Prices
from data_prep.teacher.tasks import TASKS
from data_prep.teacher.templating import Template

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Job:
    """What is to be asked about, and where answers go.

    Attributes:
        task: one of `TASKS`.
        source: the manifest that the task reads.
        out: the folder, or the `.jsonl` file, to write; media that rows name must lie below it.
        splits: for critiques, the splits that the predictions were made from.
        template: a file in place of the task's own.
        cache: the SQLite file of the replies; `.answers.sqlite` beside the output if None.
        limit: ask about the first so many items only.
    """

    task: str
    source: Path
    out: Path
    splits: Path | None = None
    template: Path | None = None
    cache: Path | None = None
    limit: int | None = None

    def items(self) -> Iterator[Any]:
        """Stream the items.

        Raises:
            UserError: a manifest is missing or not valid.
        """
        return islice(TASKS[self.task].items(self.source, self.splits), self.limit)

    def count(self) -> int:
        """Return the number of items."""
        if not self.source.is_file():
            return 0
        with self.source.open("rb") as file:
            return sum(1 for line in islice(filter(bytes.strip, file), self.limit))

    def place(self) -> Place:
        """Return where the rows go.

        Raises:
            UserError: they would replace what is not this task's.
        """
        return place_of(self.out, self.source, self.task, TASKS[self.task].manifest)


@dataclass
class Summary:
    """What a run did.

    Attributes:
        place: where the rows and the report are.
        prices: of the tokens.
        answered: number of rows written, by how their answer was read.
        refusals: the other items.
        paid: replies of this run.
        saved: replies that the cache had.
        retries: calls that had to be made again before one succeeded.
    """

    place: Place
    prices: Prices
    paid: Tokens
    saved: Tokens
    answered: Counter[str] = field(default_factory=Counter)
    refusals: Refusals = field(default_factory=Refusals)
    retries: int = 0

    def account(self) -> dict[str, Any]:
        """Return what this run paid, and what the cache saved."""
        return {
            name: {**asdict(tokens), "cost": self.prices.cost(tokens)}
            for name, tokens in (("paid", self.paid), ("saved", self.saved))
        }

    def usage(self) -> dict[str, Any]:
        """Return what the rows rest on, whoever paid for it."""
        return {
            "read": dict(sorted(self.answered.items())),
            "left_out": dict(sorted(self.refusals.by_kind.items())),
            "replies": self.paid.replies + self.saved.replies,
            "prompt_tokens": self.paid.prompt + self.saved.prompt,
            "completion_tokens": self.paid.completion + self.saved.completion,
            "uncounted_replies": self.paid.uncounted + self.saved.uncounted,
            "cost": self.prices.cost(self.paid + self.saved),
        }


@contextmanager
def hired(job: Job, asking: Asking, cache: Path) -> Iterator[Teacher]:
    """Prepare a teacher that has no endpoint yet; its media processes end with the block.

    Raises:
        UserError: a setting, the template or the cache is not valid.
    """
    task = TASKS[job.task]
    if task.needs_media and asking.media == "none":
        raise UserError(
            f"the task {task.name} needs pictures", seen="--media none", fix="--media frames"
        )
    template = Template(task.name, job.template)
    studio = Studio(
        asking.media, asking.budget, workers=asking.workers, timeout=asking.decode_timeout
    )
    with Cache(cache) as answers, studio:
        yield Teacher(
            task=task,
            template=template,
            studio=studio,
            model=asking.model,
            body=asking.fields(task),
            cache=answers,
            root=task.root(job.source, job.splits),
            out=job.place().folder,
        )


def annotate(
    job: Job, asking: Asking, *, prices: Prices = UNKNOWN, progress: Progress | None = None
) -> Summary:
    """Ask about every item of a manifest; write a manifest, and a report of items without a row.

    Every reply is stored before it is used, so a run that was stopped goes on where it was, and a
    second run asks nothing. Calls that failed are made again by the next run. Where no item gave
    a row there is no manifest.

    Raises:
        UserError: an input or a setting is not valid, or no call can succeed.
    """
    place = job.place()
    with alone_in(place.folder), hired(job, asking, cache_of(job, place)) as teacher:
        place.claim.write_text(job.task, encoding="utf-8")
        summary = Summary(place, prices, teacher.paid, teacher.saved)
        try:
            asyncio.run(_ask_all(job, asking, teacher, summary, progress))
        finally:
            teacher.cache.log_run(summary.account(), model=asking.model, task=job.task)
        place.claim.unlink()
    return summary


def cache_of(job: Job, place: Place) -> Path:
    """Return where the replies are stored."""
    return job.cache or place.folder / NAME


async def _ask_all(
    job: Job, asking: Asking, teacher: Teacher, summary: Summary, progress: Progress | None
) -> None:
    endpoint = Endpoint(
        asking.url,
        asking.model,
        body=teacher.body,
        key_variable=asking.key_variable,
        timeout=asking.timeout,
        retries=asking.retries,
    )
    teacher.endpoint = endpoint
    settings = {
        "step": STEP,
        "task": job.task,
        "model": asking.model,
        "endpoint": endpoint.host,
        "template": teacher.template.digest,
        "media": asking.media,
        "budget": asking.budget.model_dump(),
        "body": dict(teacher.body),
        "limit": job.limit,
    }
    total = job.count()
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as left_out,
        ManifestWriter(summary.place.manifest, settings, asking.seed) as manifest,
    ):
        try:
            outcomes = in_order(
                lambda item: _outcome(teacher, item), job.items(), concurrency=asking.concurrency
            )
            async with aclosing(outcomes):
                count = 0
                async for outcome in outcomes:
                    if isinstance(outcome, Refusal):
                        left_out.write(outcome.model_dump_json() + "\n")
                    else:
                        manifest.write(outcome.row)
                        summary.answered[outcome.how] += 1
                    count += 1
                    if progress is not None:
                        progress(count, total)
        finally:
            summary.retries = endpoint.retries
            await endpoint.close()
        summary.refusals = write_report(summary.place.report, _lines(left_out))
        manifest.settings["usage"] = summary.usage()
    if not summary.answered:
        for path in (summary.place.manifest, sidecar(summary.place.manifest)):
            path.unlink()


async def _outcome(teacher: Teacher, item: Any) -> Answered | Refusal:
    try:
        return await teacher.answer(item)
    except Refused as error:
        name = teacher.task.id(item)
        return Refusal(video=name, kind=error.kind, reason=" ".join(error.reason.split()))


def _lines(file: IO[str]) -> Iterator[Refusal]:
    file.seek(0)
    for line in file:
        yield Refusal.model_validate_json(line)
