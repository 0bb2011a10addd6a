"""The one writer of instruction sets: streams, and leaves the old set or the new, never a half."""

import fcntl
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from data_prep.builders.making import SIDES, Draft, LeftOut, Made, Reasons, Side
from data_prep.errors import UserError
from data_prep.llamafactory import declare, undeclare
from data_prep.manifest import ManifestWriter, sidecar
from data_prep.records import Example
from data_prep.steps.progress import progress_bar
from data_prep.tally import Tally

_SHOWN_EVERY = 256
Carrier = Literal["images", "clips", "lists of frames", "no media"]


@dataclass
class BuildReport:
    """Rows written for each side, and rows left out by reason."""

    written: Counter[str]
    reasons: Reasons = field(default_factory=Reasons)

    @property
    def left_out(self) -> Counter[str]:
        """Number of rows left out for each reason."""
        return self.reasons.counts

    def __str__(self) -> str:
        """Return the report as one line, and one more for each reason."""
        rows = ", ".join(f"{count} {side} rows" for side, count in self.written.items())
        return "\n  ".join([rows, *self.reasons.lines()])


@dataclass(frozen=True)
class Build:
    """Where a set goes and what it is called; `settings` are kept beside its rows.

    Attributes:
        name: the rows go to `NAME_train.jsonl`, `NAME_test.jsonl` and, where there are some,
            `NAME_validation.jsonl`; what was left out goes to `NAME.report.jsonl`.
        out: the folder; it must hold the media.
        settings: of the build, without the seed.
        seed: of the build.
        nothing: what is wrong where no example can be built at all.
        fix: the command that would help then.
        expected: number of rows, about, for the progress bar.
        sides: that the set has even where no row belongs to them.
    """

    name: str
    out: Path
    settings: Mapping[str, Any]
    seed: int
    nothing: str
    fix: str
    expected: int
    sides: tuple[Side, ...] = ("train", "test")

    def path(self, side: Side) -> Path:
        """Return where the rows of `side` stand."""
        return self.out / f"{self.name}_{side}.jsonl"


def write_set(build: Build, made: Iterable[Made]) -> BuildReport:
    """Write the examples of `made`, each to its side as it comes, and declare the set.

    Until all rows are on disk the old set stays as it was. While the files are exchanged it is
    not declared: whoever trains then finds no set rather than sides that do not belong together.

    Raises:
        UserError: nothing could be built, the examples have media of different kinds, or another
            process builds the same set.
    """
    with _alone(build):
        with ExitStack() as stack:
            files = {
                side: stack.enter_context(
                    ManifestWriter(build.path(side), build.settings, build.seed)
                )
                for side in SIDES
            }
            tally = stack.enter_context(Tally(build.out / f"{build.name}.report.jsonl"))
            report, carrier = _stream(build, made, files, tally)
            for file in files.values():
                if report.left_out:
                    file.settings["left_out"] = dict(sorted(report.left_out.items()))
            undeclare(build.out, [build.path(side).stem for side in SIDES])
        for side in SIDES:
            if not report.written[side] and side not in build.sides:
                build.path(side).unlink()
                sidecar(build.path(side)).unlink()
        names = [build.path(side).stem for side in SIDES if report.written[side]]
        declare(build.out, *names, media="images" if carrier == "images" else "videos")
    return report


@contextmanager
def _alone(build: Build) -> Iterator[None]:
    """Keep other builds of the same set away; the lock goes with the process."""
    build.out.mkdir(parents=True, exist_ok=True)
    with (build.out / f".{build.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UserError(
                f"another process builds the set {build.name} in this folder",
                seen=build.out,
                fix="wait for it, or write elsewhere with --out",
            ) from error
        manifests = [build.path(side) for side in SIDES]
        names = [path.name for path in (*manifests, *map(sidecar, manifests))]
        for name in (*names, f"{build.name}.report.jsonl"):
            for orphan in build.out.glob(f".{name}.*.tmp"):
                orphan.unlink()
        yield


def _stream(
    build: Build, made: Iterable[Made], files: Mapping[Side, ManifestWriter], tally: Tally
) -> tuple[BuildReport, Carrier]:
    report = BuildReport(written=Counter(dict.fromkeys(build.sides, 0)))
    carrier: Carrier | None = None
    with progress_bar(f"building {build.name}", "rows") as progress:
        for done, each in enumerate(made, start=1):
            if done % _SHOWN_EVERY == 0:
                progress(done, max(done, build.expected))
            if isinstance(each, LeftOut):
                report.reasons.add(each)
                tally.leave_out("row", each.seen, each.why)
                continue
            carrier = _same_carrier(carrier, each)
            files[each.side].write(each.example)
            report.written[each.side] += 1
    if carrier is None:
        seen = "; ".join(report.reasons.lines()) or "no rows"
        raise UserError(f"no example could be built: {build.nothing}", seen=seen, fix=build.fix)
    return report, carrier


def _same_carrier(before: Carrier | None, draft: Draft) -> Carrier:
    now = carrier_of(draft.example)
    if before is not None and before != now:
        raise UserError(
            "a set holds media of one kind: a trainer reads a column of one type",
            seen=f"{before}, then {now} in {draft.example.id}",
            fix="build one set for each kind",
        )
    return now


def carrier_of(example: Example) -> Carrier:
    """Return what the media of an example are."""
    if example.images:
        return "images"
    if not example.videos:
        return "no media"
    return "clips" if all(isinstance(video, str) for video in example.videos) else "lists of frames"
