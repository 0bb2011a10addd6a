"""FutureBench (arXiv 2505.22457, section 2.4 and appendix C): the published JSON file.

The file names videos by where its makers had them, and of some of them nothing is left to fetch.
An item whose video is not there is written all the same, under a name that no file has: the tasks
ask it of no model, and count it.
"""

from collections import Counter, defaultdict
from pathlib import Path, PurePosixPath
from typing import Any

from data_prep.errors import UserError
from data_prep.importing.inside import take_out_options
from data_prep.importing.json_array import read_json_array
from data_prep.importing.library import Library, Missing, place
from data_prep.importing.tally import Import, importing, text_at, value_at
from data_prep.records import Clip, Question
from data_prep.steps.naming import safe_ids
from reward_fns.answers import letters, read_choice

NAME = "futurebench"
# What the published types of questions are called here. There is no hop4.
KINDS = {"hop1": "hop1", "hop2": "hop2", "hop3": "hop3", "hop5": "interpolation"}
# Table 5 of the paper.
PUBLISHED = {"hop1": 173, "hop2": 193, "hop3": 201, "interpolation": 489}
LETTERS = ("A", "B", "C", "D")
# From here on a path is that of the data set, and not of its makers' machine.
_ROOT = "video_dataset"
# Bytes, of a file or folder and of a whole path, that every file system takes.
_LONGEST_NAME, _LONGEST_PATH = 240, 1000


def import_futurebench(
    annotations: Path, videos: Path, library: Library, out: Path, settings: dict[str, Any]
) -> Import:
    """Write `futurebench.jsonl`, the questions that the tasks of FutureBench read.

    `video_id` is the source video, which several items may share.

    Args:
        annotations: the JSON array of `id`, `video_path`, `qa` and `question_type`; it is read
            twice, element by element.
        videos: the folder of the videos.
        library: the scanned videos.
        out: the folder to write to; it holds `videos`.
        settings: for the sidecar.

    Raises:
        UserError: the file is no JSON array, none of its videos is there, or a manifest of another
            origin is in the way.
    """
    items = _Items(videos, library, out, _names(annotations))
    with importing(out, NAME, (NAME,), settings) as session:
        for number, row in enumerate(read_json_array(annotations), start=1):
            session.read += 1
            items.write(session, row, number)
        if session.written[NAME] and not items.found:
            raise UserError(
                "not one of the benchmark's videos is there",
                seen=f"{len(items.missing)} are named, such as {min(items.missing)}; none is in "
                f"{videos}",
                fix="--videos DIR, where DIR holds them in any subfolders",
            )
        session.note("kinds", {kind: items.kinds[kind] for kind in PUBLISHED})
        session.note("published", PUBLISHED)
        session.note("videos", len(items.found))
        session.note("videos_missing", len(items.missing))
        session.note("items_without_video", sum(items.missing.values()))
        session.note("options_inside_question", dict(sorted(items.inside.items())))
    return session


class _Items:
    """The items of one file; counts what becomes of them."""

    def __init__(self, videos: Path, library: Library, out: Path, names: set[str]) -> None:
        self._library, self._out = library, out
        below = place(videos, out)
        self._prefix = "" if below == "." else f"{below}/"
        self._ids = safe_ids(names)
        self._bearers: dict[str, set[str]] = defaultdict(set)
        for name in names:
            self._bearers[PurePosixPath(name).stem].add(name)
        self.kinds: Counter[str] = Counter()
        self.inside: Counter[str] = Counter()
        self.missing: Counter[str] = Counter()
        self.found: set[str] = set()

    def write(self, session: Import, row: Any, number: int) -> None:
        """Write an item, or count why it is none."""
        id_ = _id_of(row)
        label = f"{number} ({id_})" if id_ else f"{number}"
        told = _read(row)
        if isinstance(told, str):
            return session.leave_out("items", label, told)
        if not session.is_new(told["id"]):
            return session.leave_out("items", label, "a second item of one id")
        name = _name_of(row)
        if name is None:
            return session.leave_out("items", label, "video_path is no usable path")
        question, what = take_out_options(told["question"], letters(told["options"]))
        clip = self._find(name)
        told |= {
            "question": question,
            "video_id": self._ids[name],
            "video": self._absent(name) if isinstance(clip, Missing) else clip.video,
        }
        before = session.written[NAME]
        session.write(NAME, label, lambda: Question.model_validate(told))
        if session.written[NAME] == before:
            return None
        self.kinds[told["kind"]] += 1
        if what is not None:
            self.inside[what] += 1
        if isinstance(clip, Missing):
            self.missing[name] += 1
            session.leave_out("videos", f"{label}: {name}", f"{clip.reason}; its item is kept")
        else:
            self.found.add(name)
        return None

    def _find(self, name: str) -> Clip | Missing:
        file = PurePosixPath(name)
        alone = len(self._bearers[file.stem]) == 1
        clip = self._library.find(f"{_ROOT}/{name}", also=[name, *([file.name] if alone else [])])
        # In a flat folder a file may be that of either.
        if isinstance(clip, Clip) and not alone:
            parents = [PurePosixPath(path).parent.name for path in (clip.video, name)]
            if parents[0] != parents[1]:
                return Missing("two names of the annotation lead to one video")
        return clip

    def _absent(self, name: str) -> str:
        """Return a path at which no file is."""
        path = f"{self._prefix}{name}"
        # What lies there is one that the scan refused: it would end an evaluation midway.
        while (self._out / path).exists():
            path += ".refused"
        return path


def _names(annotations: Path) -> set[str]:
    return {name for row in read_json_array(annotations) if (name := _name_of(row))}


def _name_of(row: Any) -> str | None:
    """Return the path of an item's video below the folder of the data set."""
    path = (text_at(row, "video_path") or "").replace("\\", "/")
    parts = [part for part in path.split("/") if part not in {"", ".", ".."}]
    if _ROOT in parts:
        parts = parts[parts.index(_ROOT) + 1 :]
    sizes = [len(part.encode(errors="backslashreplace")) for part in parts]
    usable = sizes and max(sizes) <= _LONGEST_NAME and sum(sizes) <= _LONGEST_PATH
    return "/".join(parts) if usable and "\0" not in path else None


def _id_of(row: Any) -> str | None:
    found = value_at(row, "id")
    number = isinstance(found, int) and not isinstance(found, bool)
    return str(found) if number else text_at(row, "id")


def _read(row: Any) -> dict[str, Any] | str:
    """Return what an item says, its video apart, or what is wrong with it."""
    if not isinstance(row, dict):
        return "not an object"
    id_, type_ = _id_of(row), text_at(row, "question_type")
    question, told = text_at(row, "qa", "Question"), value_at(row, "qa", "Options")
    if id_ is None:
        return "no id"
    if type_ not in KINDS:
        return "no question_type" if type_ is None else "unknown question_type"
    if question is None:
        return "no Question"
    options = [text_at(told, letter) for letter in LETTERS]
    if not isinstance(told, dict) or set(told) != set(LETTERS) or None in options:
        return "Options are not A, B, C and D, each with a text"
    texts = [str(option) for option in options]
    if len(set(texts)) < len(texts):
        return "two of its options are the same"
    answer = read_choice(text_at(row, "qa", "Answer") or "", letters(texts)).letter
    if answer is None:
        return "its Answer is none of its options"
    return {
        "id": id_,
        "question": question,
        "options": texts,
        "answer": answer,
        "kind": KINDS[type_],
    }
