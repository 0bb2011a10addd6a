"""Export for LLaMA-Factory: rows with nothing but its columns, and their declaration."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from data_prep.exporting.sets import (
    ExampleSet,
    OneCarrier,
    files_of,
    is_there,
    media_root,
    open_sets,
)
from data_prep.llamafactory import declare, undeclare
from data_prep.manifest import ManifestWriter, keep_foreign
from data_prep.rebase import Rebase
from data_prep.records import Example
from data_prep.steps.lock import alone_in
from data_prep.steps.report import remove_leftovers
from data_prep.tally import Tally

COMMAND = "export llamafactory"
REPORT = "export.report.jsonl"


@dataclass
class Exported:
    """What an export wrote.

    Attributes:
        media: the folder that the rows name their media from.
        tally: rows left out.
        written: rows by file.
    """

    media: Path
    tally: Tally
    written: dict[str, int] = field(default_factory=dict)


def export_llamafactory(paths: Sequence[Path], out: Path, *, preference: bool) -> Exported:
    """Write `out`/NAME.jsonl for each set and declare it in `out`/dataset_info.json.

    For supervised training a row is its messages; for preference training the last answer becomes
    `chosen`, beside `rejected`, and rows without a rejected answer are left out. Other entries of
    an existing dataset_info.json are kept.

    Raises:
        UserError: a set is not readable, mixes kinds of media, or would replace a foreign file.
    """
    sets = open_sets(paths, out)
    result = Exported(media_root(sets, out), Tally(out / REPORT))
    for each in sets:
        keep_foreign(out / f"{each.name}.jsonl", COMMAND)
    carriers = OneCarrier()
    with ExitStack() as stack:
        stack.enter_context(alone_in(out))
        remove_leftovers(*(out / f"{each.name}.jsonl" for each in sets), result.tally.path)
        stack.enter_context(result.tally)
        for each in sets:
            settings = {"command": COMMAND, "preference": preference, "set": each.path.name}
            writer = stack.enter_context(ManifestWriter(out / f"{each.name}.jsonl", settings, None))
            _write(each, writer, carriers, result, preference)
        if not sum(result.written.values()):
            raise UserError(
                "no row could be exported",
                seen=", ".join(f"{count} {why}" for why, count in result.tally.by_reason().items())
                or "the sets are empty",
                fix="build sets with rejected answers" if preference else None,
            )
        # Until the new files are all in place, whoever trains finds no set and not half of one.
        undeclare(out, list(result.written))
    for name, count in result.written.items():
        if count:
            images = carriers.seen[name] == "images"
            declare(out, name, media="images" if images else "videos", preference=preference)
    return result


def _write(
    each: ExampleSet,
    writer: ManifestWriter,
    carriers: OneCarrier,
    result: Exported,
    preference: bool,
) -> None:
    rebase = Rebase(each.folder, result.media)
    for row in each.rows():
        reason = _unfit(row, preference)
        moved = row.model_copy(
            update={
                "videos": [rebase(video) for video in row.videos],
                "images": [rebase.name(image) for image in row.images],
            }
        )
        if reason is None and not all(is_there(f"{result.media}/{m}") for m in files_of(moved)):
            reason = "a media file is missing"
        if reason is not None:
            result.tally.leave_out(each.name, row.id, reason)
            continue
        column = "images" if carriers.check(each.name, row) == "images" else "videos"
        told = _row(moved, column, preference)
        writer.write_line(json.dumps(told, ensure_ascii=False))
    writer.settings["left_out"] = {
        reason: count
        for (name, reason), count in sorted(result.tally.counts.items())
        if name == each.name
    }
    result.written[each.name] = writer.count


def _unfit(row: Example, preference: bool) -> str | None:
    roles = [message.role for message in row.messages if message.role != "system"]
    turns = ["user", "assistant"] * (len(roles) // 2)
    if roles != turns or any(message.role == "system" for message in row.messages[1:]):
        return "its turns do not alternate between user and assistant"
    if preference and row.rejected is None:
        return "no rejected answer"
    if preference and row.rejected == row.messages[-1].content:
        return "its rejected answer is the chosen one"
    return None


def _row(row: Example, column: str, preference: bool) -> dict[str, Any]:
    messages = [message.model_dump() for message in row.messages]
    told: dict[str, Any] = {"id": row.id, "messages": messages}
    if preference:
        told["chosen"] = messages.pop()
        told["rejected"] = {"role": "assistant", "content": row.rejected}
    told[column] = row.images if column == "images" else row.videos
    return told
