"""ActivityNet-QA (arXiv 1906.02467): a JSON file of questions and one of answers."""

from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from data_prep.importing.json_array import read_json_array
from data_prep.importing.library import Library, Missing, of_clip
from data_prep.importing.tally import Import, importing, text_at, value_at
from data_prep.records import VideoQuestion

# The published numbers of the question types.
TYPES = (
    "motion",
    "spatial relation",
    "temporal relation",
    "yes or no",
    "color",
    "object",
    "location",
    "number",
    "other",
)


def import_activitynet_qa(
    questions: Path, answers: Path, library: Library, out: Path, settings: dict[str, Any]
) -> Import:
    """Write a `questions` manifest of open questions; joined with the answers by `question_id`.

    Args:
        questions: such as `train_q.json`: `question_id`, `video_name`, `question`.
        answers: such as `train_a.json`: `question_id`, `answer`, `type`. They are held in memory
            (32,000 of them in the largest file).
        library: the scanned videos, `v_NAME` or `NAME` with any suffix.
        out: the folder to write to.
        settings: for the sidecar.

    Raises:
        UserError: a file is no JSON array, or two answers have one `question_id`.
    """
    known: dict[str, Any] = {}
    for answer in read_json_array(answers):
        id_ = text_at(answer, "question_id")
        if id_ is not None and known.setdefault(id_, answer) is not answer:
            raise UserError(f"{answers} has two answers to one question", seen=id_)
    with importing(out, str(settings["name"]), ("questions",), settings) as session:
        for number, row in enumerate(read_json_array(questions), start=1):
            session.read += 1
            _write(session, f"{number}", row, known, library)
        for id_ in known:
            if session.is_new(id_):
                session.leave_out("answers", id_, "no question of this question_id")
    return session


def _write(session: Import, label: str, row: Any, known: dict[str, Any], library: Library) -> None:
    id_, name = text_at(row, "question_id"), text_at(row, "video_name")
    if id_ is None or name is None:
        gap = "question_id" if id_ is None else "video_name"
        return session.leave_out("questions", label, f"no {gap}")
    label = f"{label} ({id_})"
    answer = known.get(id_)
    if not session.is_new(id_):
        return session.leave_out("questions", label, "a second row of one question_id")
    if answer is None:
        return session.leave_out("questions", label, "no answer of this question_id")
    clip = library.find(f"v_{name}", also=[name])
    if isinstance(clip, Missing):
        return session.leave_out("questions", label, clip.reason)
    kind = value_at(answer, "type")
    told = {
        "id": id_,
        **of_clip(clip),
        "question": text_at(row, "question"),
        "answer": text_at(answer, "answer"),
        "kind": TYPES[kind] if isinstance(kind, int) and 0 <= kind < len(TYPES) else "",
    }
    for field in ("question", "answer"):
        if told[field] is None:
            return session.leave_out("questions", label, f"no {field}")
    session.write("questions", label, lambda: VideoQuestion.model_validate(told))
    return None
