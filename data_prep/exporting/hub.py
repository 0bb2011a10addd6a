"""Export as a folder that Hugging Face `datasets` loads: shards of JSON lines, media, a card."""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self

from data_prep.builders.making import SIDES, Side
from data_prep.errors import UserError
from data_prep.exporting.card import Card
from data_prep.exporting.facts import Certificates, Facts
from data_prep.exporting.sets import ExampleSet, OneCarrier, files_of, is_there, open_sets
from data_prep.manifest import read_sidecar, resolve, sidecar, write_atomic
from data_prep.rebase import Rebase
from data_prep.records import Example, Media
from data_prep.steps.lock import alone_in
from data_prep.steps.report import remove_leftovers
from data_prep.tally import Tally

MediaChoice = Literal["none", "copy", "link"]
COMMAND = "export hf"
ROWS_PER_SHARD = 100_000
# Its sidecar tells that a folder is an export and may be replaced.
_MARK = "export.jsonl"
_TEXT = {"dtype": "string"}


@dataclass
class HubFolder:
    """What an export wrote."""

    facts: Facts
    tally: Tally
    shards: list[str] = field(default_factory=list)


def export_hf(
    paths: Sequence[Path],
    out: Path,
    *,
    title: str,
    media: MediaChoice,
    splits: Sequence[Path],
    command: Sequence[str],
) -> HubFolder:
    """Write the rows of all sets to `out`/data/SIDE-NNNNN.jsonl, and `out`/README.md.

    Args:
        paths: the sets; their side is what their name ends in.
        out: the folder to write; an earlier export there is replaced.
        title: of the data set.
        media: "copy" or "link" (hard links) puts the files into `out`/media; with "none" the rows
            keep their names, relative to the folder of their set.
        splits: manifests whose certificates the card counts.
        command: the export as it was typed, for the card.

    Raises:
        UserError: a set is not readable, a video is on two sides, or `out` holds something else.
    """
    sets = open_sets(paths, out)
    facts, carriers = Facts(), OneCarrier()
    result = HubFolder(facts, Tally(out / "export.report.jsonl"))
    roots = list(dict.fromkeys(each.folder.resolve() for each in sets))
    settings = {"command": COMMAND, "sets": [each.path.name for each in sets], "media": media}
    with ExitStack() as stack:
        stack.enter_context(alone_in(out))
        _clear(out)
        # Written first: a killed export is one that may be replaced.
        write_atomic(sidecar(out / _MARK), json.dumps({"settings": settings}, indent=1) + "\n")
        remove_leftovers(result.tally.path)
        stack.enter_context(result.tally)
        shards = {side: stack.enter_context(_Shards(out / "data", side)) for side in SIDES}
        for each in sets:
            place = _Place(each, out, media, roots.index(each.folder.resolve()))
            own = Rebase(each.folder, each.folder)
            for row in each.rows():
                carriers.check("the data set", row)
                if not all(is_there(f"{each.folder}/{own.name(m)}") for m in files_of(row)):
                    result.tally.leave_out(each.name, row.id, "a media file is missing")
                    continue
                facts.add(row, each.side)
                shards[each.side].write(_columns(row, place))
        if not facts.rows:
            raise UserError("no row could be exported", seen=result.tally.by_reason() or "no rows")
        facts.settle(sets)
        for shard in shards.values():
            result.shards += shard.names
    card = Card(
        title=title,
        facts=facts,
        certificates=Certificates.count(splits) if splits else None,
        sets=sets,
        left_out=result.tally.by_reason(),
        features=_features(carriers.seen["the data set"] == "lists of frames"),
        media=_about(media),
        command=command,
    )
    write_atomic(out / "README.md", card.render())
    return result


def _about(media: MediaChoice) -> str:
    if media == "none":
        return (
            "The media are not part of this folder: `videos` and `images` name them relative to "
            "the folder of the set that a row is from."
        )
    return "The media lie in `media`; `videos` and `images` name them relative to this folder."


def _clear(out: Path) -> None:
    """Remove an earlier export from `out`, and nothing else."""
    if not out.exists():
        return
    if not out.is_dir():
        raise UserError("--out must be a folder", seen=out)
    settings = read_sidecar(out / _MARK).get("settings")
    ours = isinstance(settings, dict) and settings.get("command") == COMMAND
    if not ours and any(out.iterdir()):
        raise UserError(
            f"this folder was not written by `{COMMAND}`, which would replace it",
            seen=f"{out} holds {next(out.iterdir()).name}",
            fix="name a new folder with --out",
        )
    for name in ("data", "media"):
        if (out / name).is_dir() and not (out / name).is_symlink():
            shutil.rmtree(out / name)
    for name in ("README.md", "export.report.jsonl"):
        (out / name).unlink(missing_ok=True)


class _Shards:
    """The rows of one side, so many to a file; all of them go where an exception ends it."""

    def __init__(self, folder: Path, side: Side) -> None:
        self.names: list[str] = []
        self._folder, self._side = folder, side
        self._count = 0
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self

    def write(self, row: dict[str, Any]) -> None:
        if self._count % ROWS_PER_SHARD == 0:
            self._close()
            self.names.append(f"{self._side}-{self._count // ROWS_PER_SHARD:05d}.jsonl")
            self._file = (self._folder / self.names[-1]).open("w", encoding="utf-8")
        assert self._file is not None, "a shard was opened for the first row"
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._count += 1

    def _close(self) -> None:
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()
        if kind is not None:
            for name in self.names:
                (self._folder / name).unlink(missing_ok=True)


class _Place:
    """Where the media of one set go, and how the rows name them there."""

    def __init__(self, each: ExampleSet, out: Path, choice: MediaChoice, number: int) -> None:
        self._root, self._out, self._choice = each.folder, out, choice
        self._below = f"media/{number}"

    def __call__(self, media: Media) -> Media:
        return self._one(media) if isinstance(media, str) else [self._one(name) for name in media]

    def _one(self, name: str) -> str:
        if self._choice == "none":
            return name
        source = resolve(self._root, name)
        told = f"{self._below}/{source.relative_to(self._root.resolve()).as_posix()}"
        target = self._out / told
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            self._bring(source, target)
        return told

    def _bring(self, source: Path, target: Path) -> None:
        if self._choice == "copy":
            shutil.copyfile(source, target)
            return
        try:
            target.hardlink_to(source)
        except OSError as error:
            raise UserError(
                "a hard link cannot be made; both ends must be on one file system",
                seen=f"{source}: {error.strerror}",
                fix="--media copy",
            ) from error


def _columns(row: Example, place: _Place) -> dict[str, Any]:
    return {
        "id": row.id,
        "task": row.task,
        "video_id": row.video_id,
        "messages": [message.model_dump() for message in row.messages],
        "videos": [place(video) for video in row.videos],
        "images": [place(image) for image in row.images],
        "answer": row.answer,
        "rejected": row.rejected,
        "options": row.options,
        "provenance": row.provenance,
        "source": row.source or "unknown",
        "license": row.license or "unknown",
    }


def _features(frames: bool) -> list[dict[str, Any]]:
    """Return the columns as the hub declares them: an empty column has no type of its own."""
    texts = {"sequence": "string"}
    lists = {"sequence": {"sequence": "string"}}
    turns = [{"name": "role", **_TEXT}, {"name": "content", **_TEXT}]
    return [
        {"name": "id", **_TEXT},
        {"name": "task", **_TEXT},
        {"name": "video_id", **_TEXT},
        {"name": "messages", "list": turns},
        {"name": "videos", **(lists if frames else texts)},
        {"name": "images", **texts},
        {"name": "answer", **_TEXT},
        {"name": "rejected", **_TEXT},
        {"name": "options", **texts},
        {"name": "provenance", **_TEXT},
        {"name": "source", **_TEXT},
        {"name": "license", **_TEXT},
    ]
