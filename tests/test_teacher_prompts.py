"""What reaches which prompt: words, numbers and frames, and no other of them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import teacher_rows as rows
from teacher_server import Asked, Said, serve

from data_prep.errors import UserError
from data_prep.manifest import read_manifest
from data_prep.records import Causal, Clip, Critique, Pair, Reasoning, Record
from data_prep.teacher.pictures import Mode
from data_prep.teacher.run import Job, annotate
from data_prep.teacher.settings import Asking
from data_prep.teacher.tasks import TASKS
from data_prep.teacher.templating import Template

GUESS = {"event": "e", "why": "w", "confidence": 0.5}
ANSWERS: dict[str, Any] = {
    "caption": "A thing moves.",
    "events": {"events": [{"start": 0, "end": 1.5, "text": "it moves"}]},
    "split": {
        **{"suitable": True, "why": "w", "first_future_event": 2},
        **{"context_caption": "before", "future_caption": "after"},
    },
    "reason": {"reasoning": "r", "prediction": "p"},
    "critique": {"critique": "c", "conclusion": "wrong"},
    "causal": {"explanation": "e", "prediction": "p", "guesses": [GUESS] * 3},
    "action": {"action": "turn it"},
}
SOURCES = {
    **dict.fromkeys(("caption", "events", "split"), rows.clip),
    **dict.fromkeys(("reason", "causal"), rows.split),
    "action": rows.pair,
}
MARKED = re.compile(r"<<([a-z_0-9.]+)>>")
CONTEXT = {"context_caption", "context_event"}
#: Task -> the fields whose words stand in its prompt.
SEEN = {
    "caption": set(),
    "events": {"caption"},
    "split": {"caption", "event1", "event2"},
    "reason": CONTEXT,
    "critique": CONTEXT | {"future_caption", "future_event", "reasoning", "prediction"},
    "causal": CONTEXT,
    "action": set(),
}
BEFORE, AFTER = list(rows.CONTEXT), list(rows.FUTURE)
#: Task -> the frames that are sent, in their order.
FRAMES = {
    **dict.fromkeys(("caption", "events", "split"), BEFORE + AFTER),
    **dict.fromkeys(("reason", "causal"), BEFORE),
    "critique": BEFORE + AFTER,
    "action": [1, 2],
}


def said(task: str) -> Said:
    answer = ANSWERS[task]
    return Said(answer if isinstance(answer, str) else json.dumps(answer))


def make(folder: Path, task: str) -> Job:
    splits = None
    if task == "critique":
        splits = rows.write(folder / "splits.jsonl", [rows.split(folder)])
        source = rows.write(folder / "elsewhere" / "reasoning.jsonl", [rows.reasoning()])
    else:
        source = rows.write(folder / "in.jsonl", [SOURCES[task](folder)])
    return Job(task, source, folder / "out.jsonl", splits=splits)


def ask(
    folder: Path, task: str, media: Mode = "frames", job: Job | None = None, **settings: Any
) -> Asked:
    """Ask one question and return it as it arrived."""
    with serve(lambda asked: said(task)) as server:
        asking = Asking(server.url, "m", rows.BUDGET, media=media, workers=1, **settings)
        summary = annotate(job or make(folder, task), asking)
    assert summary.answered == {"parsed": 1}, summary.refusals.first
    (asked,) = server.asked
    return asked


def strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [text for part in inner for text in strings(part)]


@pytest.mark.parametrize(
    "make_row",
    [rows.clip, rows.split, rows.pair, lambda folder: rows.reasoning()],
    ids=["clip", "split", "pair", "reasoning"],
)
def test_every_string_of_the_planted_records_is_marked(tmp_path: Path, make_row: Any) -> None:
    row: Record = make_row(tmp_path)
    fields = row.model_dump()
    assert None not in fields.values(), "a field of the record is not planted"
    not_free = {"train", "model"}
    words = [text for text in strings(fields) if text not in not_free]
    marks = [found for text in words for found in MARKED.findall(text)]
    assert len(marks) == len(words) == len(set(marks))


@pytest.mark.parametrize("task", TASKS)
def test_which_fields_and_frames_reach_the_prompt(tmp_path: Path, task: str) -> None:
    asked = ask(tmp_path, task)
    assert set(MARKED.findall(json.dumps(asked.fields["messages"]))) == SEEN[task]
    assert [rows.number_in(file) for file in asked.files] == FRAMES[task]


@pytest.mark.parametrize("task", ["reason", "causal"])
def test_no_number_of_the_future_is_told_with_the_context(tmp_path: Path, task: str) -> None:
    text = ask(tmp_path, task).text
    for number in (rows.CUT, rows.LAST, rows.FIRST, rows.LATER):
        assert f"{number:.2f}" not in text
        assert str(number) not in text


@pytest.mark.parametrize("task", ["reason", "causal"])
def test_a_context_is_sent_as_its_own_file_and_the_future_is_not(tmp_path: Path, task: str) -> None:
    asked = ask(tmp_path, task, "video")
    (context,) = (tmp_path / "context").iterdir()
    assert asked.files == [context.read_bytes()]


def test_a_judge_is_sent_both_files_by_their_names(tmp_path: Path) -> None:
    asked = ask(tmp_path, "critique", "video")
    files = [next((tmp_path / side).iterdir()).read_bytes() for side in ("context", "future")]
    assert asked.files == files
    assert asked.texts[:2] == ["What was seen:", "What really followed:"]


@pytest.mark.parametrize("task", ["split", "reason", "critique", "causal"])
def test_without_media_the_words_alone_are_sent(tmp_path: Path, task: str) -> None:
    asked = ask(tmp_path, task, "none")
    assert asked.files == []
    assert isinstance(asked.fields["messages"][0]["content"], str)
    assert set(MARKED.findall(asked.text)) == SEEN[task]


@pytest.mark.parametrize("task", ["caption", "events", "action"])
def test_a_task_about_pictures_wants_pictures(tmp_path: Path, task: str) -> None:
    with pytest.raises(UserError, match="needs pictures"):
        annotate(make(tmp_path, task), Asking("http://h/v1", "m", rows.BUDGET, media="none"))


def test_a_frame_list_of_a_context_is_sent_as_it_is(tmp_path: Path) -> None:
    names = [f"frames/{number}.jpg" for number in BEFORE]
    for number, name in zip(BEFORE, names, strict=True):
        rows.still(tmp_path / name, number)
    row = rows.split(tmp_path, context=names)
    job = Job("reason", rows.write(tmp_path / "in.jsonl", [row]), tmp_path / "out")
    asked = ask(tmp_path, "reason", job=job)
    assert asked.files == [(tmp_path / name).read_bytes() for name in names]


def test_frame_times_stand_before_the_frames_that_events_are_looked_for_in(tmp_path: Path) -> None:
    asked = ask(tmp_path, "events")
    assert asked.texts[:16] == [f"{number / 4:.2f} s:" for number in range(16)]


def test_a_long_clip_is_spread_over_the_budget(tmp_path: Path) -> None:
    rows.film(tmp_path / "long.mp4", range(64), fps=8)
    row = rows.clip(tmp_path, video="long.mp4", duration=8.0, fps=8.0, frames=64)
    job = Job("events", rows.write(tmp_path / "in.jsonl", [row]), tmp_path / "out.jsonl")
    asked = ask(tmp_path, "events", job=job)
    assert [rows.number_in(file) for file in asked.files] == list(range(0, 64, 4))
    assert asked.texts[1] == "0.50 s:"


def test_a_whole_clip_explains_itself_too(tmp_path: Path) -> None:
    row = rows.clip(tmp_path)
    job = Job("causal", rows.write(tmp_path / "clips.jsonl", [row]), tmp_path)
    asked = ask(tmp_path, "causal", job=job)
    assert set(MARKED.findall(asked.text)) == {"caption", "event1", "event2"}
    (written,) = read_manifest(tmp_path / "causal.jsonl", Causal, made_by="")
    assert (written.video, written.part) == (row.video, "train")
    assert [guess.confidence for guess in written.guesses] == [0.5, 0.5, 0.5]


def written(folder: Path, model: Any) -> Any:
    (row,) = read_manifest(folder / "out.jsonl", model, made_by="")
    return row


def test_answers_become_clips_that_keep_what_they_were(tmp_path: Path) -> None:
    before = rows.clip(tmp_path)
    changed = {}
    for task in ("caption", "events", "split"):
        (tmp_path / "out.jsonl").unlink(missing_ok=True)
        ask(tmp_path, task)
        after = written(tmp_path, Clip)
        pairs = {name: getattr(after, name) for name in Clip.model_fields}
        changed[task] = {n: v for n, v in pairs.items() if v != getattr(before, n)}
    assert changed["caption"] == {"caption": "A thing moves."}
    assert [(e.start, e.end, e.text) for e in changed["events"]["events"]] == [(0, 1.5, "it moves")]
    assert changed["split"]["published"].model_dump() == {
        **{"time": rows.CUT, "context_caption": "before", "future_caption": "after"}
    }
    assert all(len(found) == 1 for found in changed.values())


def test_answers_become_reasonings_critiques_and_actions(tmp_path: Path) -> None:
    for task in ("reason", "critique", "action"):
        ask(tmp_path / task, task)
    thought = written(tmp_path / "reason", Reasoning)
    assert (thought.reasoning, thought.prediction, thought.model) == ("r", "p", "m")
    assert (thought.split_id, thought.video_id) == ("<<id>>a", "<<video_id>>")
    judged = written(tmp_path / "critique", Critique)
    assert (judged.critique, judged.conclusion, judged.split_id) == ("c", "wrong", "<<id>>a")
    assert (judged.reasoning, judged.prediction) == ("<<reasoning>>", "<<prediction>>")
    named = written(tmp_path / "action", Pair)
    assert (named.action, named.action_source, named.action_model) == ("turn it", "model", "m")
    assert (named.part, named.license, named.action_score) == ("train", "<<license>>", None)


def test_a_template_of_ones_own_sees_the_same_fields_and_no_other(tmp_path: Path) -> None:
    own = tmp_path / "own.jinja"
    job = make(tmp_path, "reason")
    own.write_text("Seen: {{ caption }}. Answer in JSON.")
    job = Job("reason", job.source, job.out, template=own)
    assert ask(tmp_path, "reason", job=job).texts[-1].startswith("Seen: <<context_caption>>.")
    for hidden in ("future_caption", "split", "item", "id", "cut"):
        own.write_text("{{ " + hidden + " }}")
        with pytest.raises(UserError, match=f"'{hidden}' is undefined"):
            ask(tmp_path, "reason", job=job)


@pytest.mark.parametrize("text", ["{{ ''.__class__.__mro__ }}", "{{ caption", "{% include 'no' %}"])
def test_a_bad_template_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    own = tmp_path / "own.jinja"
    own.write_text(text)
    job = make(tmp_path, "reason")
    with pytest.raises(UserError, match=r"own\.jinja"):
        ask(tmp_path, "reason", job=Job("reason", job.source, job.out, template=own))


def test_a_template_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        Template("reason", tmp_path / "missing.jinja")


def test_every_template_asks_for_every_field_of_its_answer() -> None:
    folder = Path(__file__).parents[1] / "data_prep/teacher/templates"
    for name, task in TASKS.items():
        if task.plain is None:
            text = (folder / f"{name}.jinja").read_text()
            keys = set(re.findall(r'"([a-z_]+)":', json.dumps(task.schema.model_json_schema())))
            asked = set(re.findall(r'"([a-z_]+)":', text))
            fields = set(task.schema.model_fields)
            assert fields <= asked <= keys, name


def test_the_schema_is_enforced_and_fields_are_added_or_removed_on_request(tmp_path: Path) -> None:
    body = {"top_p": 0.5, "max_tokens": None, "max_completion_tokens": 7}
    fields = ask(tmp_path, "reason", enforce_schema=True, body=body, seed=3).fields
    fields.pop("messages")
    shape = fields.pop("response_format")
    assert shape["json_schema"]["schema"]["required"] == ["reasoning", "prediction"]
    assert shape["json_schema"]["schema"]["additionalProperties"] is False
    assert fields == {
        **{"model": "m", "temperature": 0.0, "seed": 3, "top_p": 0.5, "max_completion_tokens": 7}
    }
