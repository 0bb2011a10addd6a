"""V1-33K (Next-Event Prediction, arXiv 2505.22457): `next_event_prediction.json`.

The videos are distributed in two layouts: the first parts, which end at the published cut and
whose futures are not distributed, and the full videos.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from data_prep.importing.choices import read_choice_question
from data_prep.importing.json_array import read_json_array
from data_prep.importing.library import Library, Missing, of_clip
from data_prep.importing.tally import Import, importing, text_at, value_at
from data_prep.records import (
    Clip,
    Critique,
    Reasoning,
    Split,
    VideoQuestion,
)

Layout = Literal["first-part", "full"]
KINDS: dict[Layout, tuple[str, ...]] = {
    "first-part": ("splits", "reasoning", "critiques"),
    "full": ("clips", "reasoning", "critiques", "questions"),
}
# Who wrote the two texts, by the names of their fields and the paper's appendix B.1.
REASONER, CRITIC = "deepseek-r1", "o3-mini"
_PATH: dict[Layout, str] = {"first-part": "video_path", "full": "full_video_path"}


# What a split says of its clip.
_SHARED = {"fps", "width", "height", "part", "source", "license", "hashes"}


@dataclass(frozen=True)
class Scenes:
    """The scenes of a row, in order, and how many of them come before the cut."""

    texts: list[str]
    before: int


def import_v1_33k(
    annotations: Path, library: Library, out: Path, layout: Layout, settings: dict[str, Any]
) -> Import:
    """Write what `annotations` tells of the videos of one layout.

    First parts give `splits` without a future: where the data set was cut nobody certified. Full
    videos give `clips` with the published cut (for `split --policy published`) and `questions`.
    Both give `reasoning` and `critiques`; these name their split by the id of the clip.

    A scene has no time of its own. Its event bears the bounds of its side of the cut.

    Args:
        annotations: the JSON array; it is read element by element.
        library: the scanned videos.
        out: the folder to write to.
        layout: which of the two paths of a row the videos of `library` are.
        settings: for the sidecars.

    Raises:
        UserError: the file is no JSON array, or a manifest of another origin is in the way.
    """
    with importing(out, str(settings["name"]), KINDS[layout], settings) as session:
        for number, row in enumerate(read_json_array(annotations), start=1):
            session.read += 1
            _Row(session, row, f"{number}", layout).write(library)
    return session


class _Row:
    def __init__(self, session: Import, row: Any, label: str, layout: Layout) -> None:
        self.session, self.row, self.layout = session, row, layout
        self.path = text_at(row, _PATH[layout])
        self.label = f"{label} ({self.path})" if self.path else label

    def write(self, library: Library) -> None:
        if self.path is None:
            reason = f"no {_PATH[self.layout]}" if isinstance(self.row, dict) else "not an object"
            return self._leave_out("rows", reason)
        # The first folder is that of the makers' own machine.
        clip = library.find(self.path, also=[self.path.partition("/")[2] or self.path])
        if isinstance(clip, Missing):
            return self._leave_out("rows", clip.reason)
        if not self.session.is_new(clip.id):
            return self._leave_out("rows", "a second row of one video")
        if self.layout == "first-part":
            self._write_split(clip)
        else:
            self._write_clip(clip)
            self._write_questions(clip, "mc_qa")
            self._write_questions(clip, "oe_qa")
        self._write_answers(clip)
        return None

    def _write_split(self, clip: Clip) -> None:
        scenes = self._scenes()
        cut = clip.duration

        told = {
            "id": clip.id,
            "clip_id": clip.id,
            "video_id": clip.video_id or clip.id,
            "context": clip.video,
            "future": None,
            "cut": cut,
            "how": "published: the first part as V1-33K distributes it, its future is not",
            "certificate": None,
            "context_events": [_event(text, 0, cut) for text in scenes.texts[: scenes.before]],
            "future_events": [_event(text, cut, cut) for text in scenes.texts[scenes.before :]],
            "context_caption": self._caption("context caption", "caption_part1"),
            "future_caption": self._caption("future caption", "caption_part2"),
            **clip.model_dump(include=_SHARED),
        }
        self.session.write("splits", self.label, lambda: Split.model_validate(told))

    def _write_clip(self, clip: Clip) -> None:
        caption = text_at(self.row, "caption")
        if caption is None:
            self._leave_out("caption", "missing")
        told: dict[str, Any] = {"caption": caption}
        cut = self._cut(clip)
        if cut is not None:
            told["published"] = {
                "time": cut,
                "context_caption": self._caption("context caption", "caption_part1"),
                "future_caption": self._caption("future caption", "caption_part2"),
            }
            scenes = self._scenes()
            told["events"] = [
                *(_event(text, 0, cut) for text in scenes.texts[: scenes.before]),
                *(_event(text, cut, clip.duration) for text in scenes.texts[scenes.before :]),
            ]
        self.session.write(
            "clips", self.label, lambda: Clip.model_validate({**clip.model_dump(), **told})
        )

    def _cut(self, clip: Clip) -> float | None:
        """Return where the scene that `scenes_timestep` names first ends, in seconds."""
        first = value_at(self.row, "video_split", "scenes_timestep", 0)
        if not isinstance(first, dict) or not first:
            self._leave_out("published cut", "no scenes_timestep")
            return None
        time = read_cut_time(next(iter(first.values())))
        if time is None:
            self._leave_out("published cut", "its time cannot be read")
            return None
        if not 0 < time < clip.duration:
            self._leave_out("published cut", "it lies outside the video")
            return None
        return time

    def _scenes(self) -> Scenes:
        """Return the scenes, if the one at the cut is among them."""
        first = value_at(self.row, "video_split", "scenes_timestep", 0)
        last_seen = next(iter(first), None) if isinstance(first, dict) else None
        events = value_at(self.row, "events")
        if not isinstance(events, list) or not events:
            self._leave_out("events", "missing")
        elif any(text_at(event, "description") is None for event in events):
            self._leave_out("events", "a scene without a description")
        else:
            names = [text_at(event, "scene") for event in events]
            if last_seen is not None and names.count(last_seen) == 1:
                texts = [str(text_at(event, "description")) for event in events]
                return Scenes(texts, names.index(last_seen) + 1)
            self._leave_out("events", "the scene at the cut is not among them")
        return Scenes([], 0)

    def _caption(self, kind: str, key: str) -> str | None:
        found = text_at(self.row, "video_split", "split_caption", key)
        if found is None:
            self._leave_out(kind, "missing")
        return found

    def _write_answers(self, clip: Clip) -> None:
        told = {
            "video_id": clip.video_id or clip.id,
            "split_id": clip.id,
            "reasoning": text_at(self.row, "ds_reasoning", "rewritten_reasoning_content"),
            "prediction": text_at(self.row, "ds_reasoning", "rewritten_prediction_content"),
        }
        gaps = [key for key in ("reasoning", "prediction") if told[key] is None]
        if gaps:
            self._leave_out("reasoning", f"no {' and no '.join(gaps)}")
        else:
            thought = {"id": f"{clip.id}-reasoning", "model": REASONER, **told}
            self.session.write("reasoning", self.label, lambda: Reasoning.model_validate(thought))
        # The conclusion is kept as it was given, whatever it says: a builder judges it.
        critique, conclusion = (
            text_at(self.row, "o3_critique", key) for key in ("Critique", "Conclusion")
        )
        if gaps or critique is None or conclusion is None:
            what = "reasoning that it judges" if gaps else "critique"
            return self._leave_out(
                "critiques", f"no {what if gaps or critique is None else 'conclusion'}"
            )
        judged = {
            "id": f"{clip.id}-critique",
            "model": CRITIC,
            "critique": critique,
            "conclusion": conclusion,
            **told,
        }
        self.session.write("critiques", self.label, lambda: Critique.model_validate(judged))
        return None

    def _write_questions(self, clip: Clip, field: Literal["mc_qa", "oe_qa"]) -> None:
        turns = value_at(self.row, field)
        if turns is None:
            return self._leave_out(field, "missing")
        if not isinstance(turns, list):
            return self._leave_out(field, "not a list")
        for at in range(0, len(turns), 2):
            question, answer = text_at(turns, at, "value"), text_at(turns, at + 1, "value")
            if question is None or answer is None:
                self._leave_out(field, "a question without an answer, or the other way round")
                continue
            self._write_question(clip, field, at // 2, question.replace("<image>", ""), answer)
        return None

    def _write_question(
        self, clip: Clip, field: str, number: int, question: str, answer: str
    ) -> None:
        told: dict[str, Any] = {"question": question.strip(), "answer": answer}
        if field == "mc_qa":
            choice = read_choice_question(question, answer)
            if isinstance(choice, str):
                return self._leave_out(field, choice)
            told = vars(choice)

        told |= {"id": f"{clip.id}-{field}-{number}", "kind": field, **of_clip(clip)}
        self.session.write("questions", self.label, lambda: VideoQuestion.model_validate(told))
        return None

    def _leave_out(self, kind: str, reason: str) -> None:
        self.session.leave_out(kind, self.label, reason)


def _event(text: str, start: float, end: float) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text}


def read_cut_time(value: object) -> float | None:
    """Return the seconds at which a scene ends, or at which the cut lies; None if unreadable.

    Taken are a number, a clock time ("1:02.5"), a span ("0:10 - 0:20", [10, 20],
    {"start": …, "end": …}), of which the end counts.
    """
    if isinstance(value, dict):
        return read_cut_time(value.get("end"))
    if isinstance(value, list):
        return read_cut_time(value[-1]) if 0 < len(value) <= 2 else None
    if isinstance(value, str):
        last = value.replace("–", "-").rpartition("-")[2]
        return _clock(last.strip().removesuffix("s").strip())
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) else None


def _clock(text: str) -> float | None:
    parts = text.split(":")
    if len(parts) > 3:
        return None
    seconds = 0.0
    for part in parts:
        if not part.replace(".", "", 1).isdigit() or not part.isascii():
            return None
        seconds = 60 * seconds + float(part)
    return seconds
