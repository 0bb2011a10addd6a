"""Export for EasyR1: one prompt a row, and all that a reward needs packed into the answer.

Its loader reads a file as one kind of media, knows no system turn, hands a reward nothing but the
reply and the answer column, and joins `data.image_dir` with plain paths only, not with the frames
of a list.
"""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_prep.builders.writing import Carrier
from data_prep.errors import UserError
from data_prep.exporting.llamafactory import REPORT, Exported
from data_prep.exporting.sets import (
    ExampleSet,
    OneCarrier,
    files_of,
    is_there,
    media_root,
    open_sets,
)
from data_prep.manifest import ManifestWriter, keep_foreign
from data_prep.rebase import Rebase
from data_prep.records import Example, Media
from data_prep.steps.lock import alone_in
from data_prep.steps.report import remove_leftovers
from data_prep.tally import Tally
from reward_fns.ground_truth import read_ground_truth

COMMAND = "export easyr1"
SYSTEM_TURN = "system turn (not the row): EasyR1 has none, its format prompt says how to answer"


@dataclass
class ExportedRows(Exported):
    """What an export for EasyR1 wrote; `too_few` are training files smaller than one batch."""

    too_few: list[str] = field(default_factory=list)


def export_easyr1(
    paths: Sequence[Path], out: Path, *, absolute: bool, rollout_batch_size: int
) -> ExportedRows:
    """Write `out`/NAME.jsonl for each set.

    Args:
        paths: the sets, each of one kind of media.
        out: the folder to write to.
        absolute: name media by absolute paths; frame lists cannot be named otherwise.
        rollout_batch_size: of the recipe; a training file with fewer rows gives no batch at all.

    Raises:
        UserError: a set is not readable, mixes kinds of media, has frame lists without `absolute`,
            or would replace a foreign file.
    """
    sets = open_sets(paths, out)
    result = ExportedRows(media_root(sets, out), Tally(out / REPORT))
    for each in sets:
        keep_foreign(out / f"{each.name}.jsonl", COMMAND)
    with ExitStack() as stack:
        stack.enter_context(alone_in(out))
        remove_leftovers(*(out / f"{each.name}.jsonl" for each in sets), result.tally.path)
        stack.enter_context(result.tally)
        for each in sets:
            settings = {"command": COMMAND, "absolute": absolute, "set": each.path.name}
            writer = stack.enter_context(ManifestWriter(out / f"{each.name}.jsonl", settings, None))
            _write(each, writer, result, absolute)
            if each.side == "train" and writer.count < rollout_batch_size:
                result.too_few.append(each.name)
        if not sum(result.written.values()):
            raise UserError(
                "no row could be exported",
                seen=", ".join(f"{count} {why}" for why, count in result.tally.by_reason().items())
                or "the sets are empty",
            )
    return result


def _write(each: ExampleSet, writer: ManifestWriter, result: Exported, absolute: bool) -> None:
    rebase = Rebase(each.folder, result.media)
    carriers = OneCarrier()
    for row in each.rows():
        carrier = carriers.check(each.name, row)
        if carrier == "lists of frames" and not absolute:
            raise UserError(
                "EasyR1 does not join data.image_dir with the frames of a list",
                seen=f"{each.path}: {row.id}",
                fix="--absolute, or cut mp4 clips: python -m data_prep split … --help",
            )
        told = _row(row, carrier)
        if isinstance(told, str):
            result.tally.leave_out(each.name, row.id, told)
            continue
        column = "images" if carrier == "images" else "videos"
        media: list[Media] = [rebase(item) for item in getattr(row, column)]
        moved = row.model_copy(update={column: media})
        if not all(is_there(f"{result.media}/{name}") for name in files_of(moved)):
            result.tally.leave_out(each.name, row.id, "a media file is missing")
            continue
        if any(message.role == "system" for message in row.messages):
            result.tally.leave_out(each.name, row.id, SYSTEM_TURN)
        told[column] = [_absolute(result.media, item) for item in media] if absolute else media
        writer.write_line(json.dumps(told, ensure_ascii=False))
    writer.settings["left_out"] = {
        reason: count
        for (name, reason), count in sorted(result.tally.counts.items())
        if name == each.name
    }
    result.written[each.name] = writer.count


def _row(row: Example, carrier: Carrier) -> dict[str, Any] | str:
    """Return the row without its media, or why it cannot be one."""
    asked = [message for message in row.messages if message.role != "system"]
    if [message.role for message in asked] != ["user", "assistant"]:
        return "more than one question"
    prompt = asked[0].content
    # A tag in a system turn is gone with it, and the trainer counts on one for each file.
    tags = {"images": "<image>"}.get(carrier, "<video>")
    if prompt.count(tags) != len(row.images) + len(row.videos):
        return f"its question does not have one {tags} for each file"
    packed = {"answer": row.answer, "options": row.options}
    truth = read_ground_truth(packed)
    if not truth.answer.strip():
        return "no answer to be scored against"
    if row.options and truth.answer not in truth.letters:
        return "its answer is not among the options"
    answer = {
        "task": row.task,
        "answer": truth.answer,
        "options": row.options,
        "id": row.id,
        "video_id": row.video_id,
    }
    return {"prompt": prompt, "answer": json.dumps(answer, ensure_ascii=False)}


def _absolute(root: Path, media: Media) -> Media:
    return f"{root}/{media}" if isinstance(media, str) else [f"{root}/{name}" for name in media]
