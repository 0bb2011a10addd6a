"""Something-Something v2 (arXiv 1706.04261): one action a clip, out of a closed set of labels."""

from pathlib import Path
from typing import Any

from data_prep.importing.json_array import read_json_array
from data_prep.importing.json_object import read_json_object
from data_prep.importing.library import Library, Missing
from data_prep.importing.tally import Import, importing, text_at
from data_prep.records import Clip


def import_ssv2(
    annotations: Path, labels: Path, library: Library, out: Path, settings: dict[str, Any]
) -> Import:
    """Write a `clips` manifest: each clip is one event, with the label as its text.

    Its `action` is the label's template without brackets. The labels stand in the sidecar.

    Args:
        annotations: `train.json` or `validation.json`: `id`, `label`, `template`, `placeholders`.
        labels: `labels.json`, from each template without brackets to its number.
        library: the scanned videos, named by their id.
        out: the folder to write to.
        settings: for the sidecar.

    Raises:
        UserError: a file is not what is described here.
    """
    known = read_json_object(labels)
    with importing(out, str(settings["name"]), ("clips",), settings) as session:
        session.note("labels", sorted(known))
        for number, row in enumerate(read_json_array(annotations), start=1):
            session.read += 1
            _write(session, f"{number}", row, known, library)
    return session


def _write(session: Import, label: str, row: Any, known: dict[str, str], library: Library) -> None:
    id_ = text_at(row, "id")
    if id_ is None:
        return session.leave_out("clips", label, "no id")
    label = f"{label} (id {id_})"
    text, template = text_at(row, "label"), text_at(row, "template")
    if text is None or template is None:
        return session.leave_out("clips", label, "no label, as in the test part")
    action = template.replace("[", "").replace("]", "")
    if action not in known:
        return session.leave_out("clips", label, "its template is not among the labels")
    clip = library.find(id_)
    if isinstance(clip, Missing):
        return session.leave_out("clips", label, clip.reason)
    if not session.is_new(clip.id):
        return session.leave_out("clips", label, "a second row of one video")
    event = {"start": 0.0, "end": clip.duration, "text": text, "action": action}
    told = {**clip.model_dump(), "events": [event]}
    session.write("clips", label, lambda: Clip.model_validate(told))
    return None
