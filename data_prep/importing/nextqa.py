"""NExT-QA, multiple choice (arXiv 2105.08276): CSV files with one question a row."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from data_prep.importing.json_object import read_json_object
from data_prep.importing.library import Library, Missing, of_clip
from data_prep.importing.tally import Import, importing
from data_prep.records import VideoQuestion

COLUMNS = ("video", "question", "answer", "qid", "type", "a0", "a1", "a2", "a3", "a4")
OPTIONS = COLUMNS[-5:]


def import_nextqa(
    annotations: Path, library: Library, out: Path, mapping: Path | None, settings: dict[str, Any]
) -> Import:
    """Write a `questions` manifest: one choice among five a row, `kind` as published (CW, TN, …).

    Args:
        annotations: such as `val.csv`.
        library: the scanned videos, named by their id, or lying as `mapping` says.
        out: the folder to write to.
        mapping: JSON object from the id of a video to its path without a suffix.
        settings: for the sidecar.

    Raises:
        UserError: a file is missing or of another form.
    """
    places = {} if mapping is None else read_json_object(mapping)
    with importing(out, str(settings["name"]), ("questions",), settings) as session:
        for number, row in enumerate(read_csv(annotations, COLUMNS), start=1):
            session.read += 1
            label = f"{number} (video {row['video']}, qid {row['qid']})"
            also = [places[row["video"]]] if row["video"] in places else []
            clip = library.find(row["video"], also=also)
            options = [row[column].strip() for column in OPTIONS]
            answer = row["answer"].strip()
            if isinstance(clip, Missing):
                session.leave_out("questions", label, clip.reason)
            elif not session.is_new(f"{clip.id}-{row['qid']}"):
                session.leave_out("questions", label, "a second row of one video and qid")
            elif answer not in {"0", "1", "2", "3", "4"}:
                session.leave_out("questions", label, "the answer is not 0 to 4")
            elif not all(options):
                session.leave_out("questions", label, "an empty option")
            elif len(set(options)) < len(options):
                session.leave_out("questions", label, "two options are the same")
            else:
                told = {
                    "id": f"{clip.id}-{row['qid']}",
                    **of_clip(clip),
                    "question": row["question"].strip(),
                    "answer": options[int(answer)],
                    "options": options,
                    "kind": row["type"],
                }
                session.write("questions", label, lambda: VideoQuestion.model_validate(told))  # noqa: B023 - called at once
    return session


def read_csv(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file with a header; a field that a row lacks is empty.

    Raises:
        UserError: no such file, not UTF-8, or a column is missing.
    """
    if not path.is_file():
        raise UserError("there is no such file", seen=path, fix="name the annotation file")
    with path.open(encoding="utf-8-sig", newline="") as file:
        try:
            reader = csv.DictReader(file, restval="", restkey="")
            missing = [name for name in columns if name not in (reader.fieldnames or [])]
            if missing:
                raise UserError(
                    f"{path} has no column {', '.join(missing)}",
                    seen=", ".join(reader.fieldnames or []) or "an empty file",
                )
            yield from reader
        except (UnicodeDecodeError, csv.Error) as error:
            raise UserError(f"{path} is not a CSV file in UTF-8", seen=error) from error
