"""The other importers: every row is imported, or counted with its reason; videos are found."""

import csv
import json
import random
import tracemalloc
from pathlib import Path
from typing import Any

import imports
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.importing import json_array
from data_prep.importing.activitynet_qa import import_activitynet_qa
from data_prep.importing.aurora import import_aurora, scene_of
from data_prep.importing.json_array import read_json_array
from data_prep.importing.library import Library, Missing
from data_prep.importing.nextqa import import_nextqa
from data_prep.importing.ssv2 import import_ssv2
from data_prep.importing.table import Columns, import_table
from data_prep.importing.tally import Import
from data_prep.manifest import read_manifest, read_sidecar, resolve
from data_prep.records import Clip, Pair, Record, VideoQuestion

NAMES = ("4010.mp4", "1103/4882.mp4", "v_abc.mp4", "x/film.mp4", "y/film.mp4", "7.mp4", "8.mp4")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    root = tmp_path_factory.mktemp("films")
    return imports.library(imports.videos(root, *NAMES, bad=("99.mp4",)), part="validation")


def rows_of(session: Import, kind: str, model: type[Record]) -> list[Any]:
    return list(read_manifest(session.path(kind), model, made_by="import"))


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("4010", "4010.mp4"),
        ("4010.mp4", "4010.mp4"),
        ("4010.webm", "4010.mp4"),
        ("1103/4882", "1103/4882.mp4"),
        ("4882", "1103/4882.mp4"),
        ("far/away/1103/4882.mp4", "1103/4882.mp4"),
        ("C:\\data\\x\\film.mp4", "x/film.mp4"),
        ("./x/../x/film.mp4", None),
        ("film.mp4", None),
        ("z/film.mp4", None),
        ("other/4882.mp4", None),
        ("", None),
        ("../..", None),
        ("nothing.mp4", None),
        ("99", None),
    ],
)
def test_a_name_finds_its_video_or_none(library: Library, named: str, found: str | None) -> None:
    clip = library.find(named)
    if found is None:
        assert isinstance(clip, Missing)
    else:
        assert isinstance(clip, Clip)
        assert clip.video == found


def test_a_missing_video_is_told_from_a_broken_and_an_ambiguous_one(library: Library) -> None:
    told = [library.find(name) for name in ("nothing.mp4", "99.mp4", "film.mp4", "")]
    assert told == [
        Missing("video not found"),
        Missing("video refused by the scan: unreadable"),
        Missing("several videos of this name"),
        Missing("no name of a video"),
    ]


def test_two_names_do_not_share_a_video_by_its_last_part(tmp_path: Path) -> None:
    flat = imports.library(imports.videos(tmp_path / "flat", "a.mp4"))
    assert isinstance(flat.find("cook/a.mp4"), Clip)
    assert isinstance(flat.find("cook/a.mp4"), Clip)
    assert flat.find("run/a.mp4") == Missing("two names of the annotation lead to one video")


def test_a_second_import_decodes_nothing_again(library: Library) -> None:
    again = imports.library(library.manifest.parent)
    assert again.summary.resumed == again.summary.videos == len(NAMES) + 1


def test_an_output_that_does_not_hold_the_videos_is_refused(tmp_path: Path) -> None:
    folder = imports.videos(tmp_path / "films", "a.mp4")
    with pytest.raises(UserError, match="media stay where they are") as told:
        imports.library(folder, tmp_path / "elsewhere")
    assert told.value.fix is not None and f"--out {folder}" in told.value.fix


NEXTQA = [
    "video,frame_count,width,height,question,answer,qid,type,a0,a1,a2,a3,a4",
    "4010,369,640,480,how do they play,1,6,CH,roll,tap,strum,hit,pat",
    '4882,369,640,480,"why, then",0,2,CW,"a, b",c,d,e,f',
    "4010,369,640,480,how do they play,1,6,CH,roll,tap,strum,hit,pat",
    "4010,369,640,480,which,5,7,CH,roll,tap,strum,hit,pat",
    "4010,369,640,480,which,,8,CH,roll,tap,strum,hit,pat",
    "4010,369,640,480,which,2,9,CH,roll,tap,,hit,pat",
    "4010,369,640,480,which,2,10,CH,roll,tap,strum,hit,hit",
    "4010,369,640,480,,2,11,CH,roll,tap,strum,hit,pat",
    "5555,369,640,480,which,2,6,CH,roll,tap,strum,hit,pat",
    "99,369,640,480,which,2,6,CH,roll,tap,strum,hit,pat",
    "4010,369",
]


def test_nextqa(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "val.csv"
    file.write_text("\n".join(NEXTQA) + "\n")
    out = library.manifest.parent
    session = import_nextqa(file, library, out, None, imports.settings("nextqa"))
    one, two = rows_of(session, "questions", VideoQuestion)
    assert (one.answer, one.options[0], one.kind, one.part) == ("tap", "roll", "CH", "validation")
    assert (two.question, two.answer, two.video) == ("why, then", "a, b", "1103/4882.mp4")
    assert resolve(out, two.video).is_file()
    assert imports.reasons(session, "questions") == {
        "a second row of one video and qid": 1,
        "the answer is not 0 to 4": 3,
        "an empty option": 1,
        "two options are the same": 1,
        "not valid: question: String should have at least 1 character": 1,
        "video not found": 1,
        "video refused by the scan: unreadable": 1,
    }
    assert session.read == len(NEXTQA) - 1 == 2 + session.tally.counts.total()
    assert read_sidecar(session.path("questions"))["settings"]["rows_read"] == session.read


def test_nextqa_finds_videos_by_the_published_mapping(tmp_path: Path) -> None:
    folder = imports.videos(tmp_path / "vidor", "0101/290.mp4", "0102/290.mp4")
    mapping = imports.write_json(tmp_path / "map.json", {"4010": "0102/290"})
    file = tmp_path / "val.csv"
    file.write_text("\n".join(NEXTQA[:2]) + "\n")
    told = imports.settings("nextqa")
    session = import_nextqa(file, imports.library(folder), folder, mapping, told)
    assert rows_of(session, "questions", VideoQuestion)[0].video == "0102/290.mp4"


@pytest.mark.parametrize("content", [b"", b"video,question\n1,2\n", b"\xff\xfe\x00"])
def test_what_is_no_nextqa_file_is_refused(
    library: Library, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "val.csv"
    file.write_bytes(content)
    with pytest.raises(UserError, match=r"val\.csv"):
        import_nextqa(file, library, library.manifest.parent, None, imports.settings("bad"))
    assert not (library.manifest.parent / "bad.questions.jsonl").exists()


def test_activitynet_qa(library: Library, tmp_path: Path) -> None:
    questions = [
        {"question_id": "v_abc_1", "video_name": "abc", "question": "is it red"},
        {"question_id": "q2", "video_name": "4010", "question": "what is it"},
        {"question_id": "q2", "video_name": "4010", "question": "again"},
        {"question_id": "q3", "video_name": "abc", "question": "unanswered"},
        {"question_id": "q4", "video_name": "gone", "question": "where"},
        {"question_id": "q5", "video_name": "abc"},
        {"question_id": "q6", "video_name": "abc", "question": "empty"},
        {"video_name": "abc"},
        {"question_id": "q7"},
        7,
    ]
    answers = [
        {"question_id": "v_abc_1", "answer": "yes", "type": 3},
        *({"question_id": f"q{i}", "answer": "so", "type": 99} for i in (2, 4, 5, 7)),
        {"question_id": "q6", "answer": " ", "type": None},
        {"question_id": "q8", "answer": "of nothing"},
    ]
    session = import_activitynet_qa(
        imports.write_json(tmp_path / "q.json", questions),
        imports.write_json(tmp_path / "a.json", answers),
        library,
        library.manifest.parent,
        imports.settings("activitynet-qa"),
    )
    one, two = rows_of(session, "questions", VideoQuestion)
    assert (one.video, one.answer, one.kind) == ("v_abc.mp4", "yes", "yes or no")
    assert (two.video, two.answer, two.kind) == ("4010.mp4", "so", "")
    assert imports.reasons(session, "questions") == {
        "a second row of one question_id": 1,
        "no answer of this question_id": 1,
        "video not found": 1,
        "no question": 1,
        "no answer": 1,
        "no question_id": 2,
        "no video_name": 1,
    }
    assert imports.reasons(session, "answers") == {"no question of this question_id": 2}


def test_ssv2(library: Library, tmp_path: Path) -> None:
    template = "Putting [something] on [something]"
    rows = [
        {"id": "7", "label": "putting cup on box", "template": template, "placeholders": []},
        {"id": "7", "label": "putting cup on box", "template": template, "placeholders": []},
        {"id": "8", "label": "eating", "template": "Eating [something]", "placeholders": []},
        {"id": "8"},
        {"id": 8, "label": "a", "template": template},
        {"id": "55", "label": "a", "template": template},
    ]
    labels = imports.write_json(tmp_path / "labels.json", {"Putting something on something": "0"})
    session = import_ssv2(
        imports.write_json(tmp_path / "train.json", rows),
        labels,
        library,
        library.manifest.parent,
        imports.settings("ssv2"),
    )
    (clip,) = rows_of(session, "clips", Clip)
    (event,) = clip.events
    assert (event.text, event.action) == ("putting cup on box", "Putting something on something")
    assert (event.start, event.end) == (0, clip.duration)
    assert imports.reasons(session, "clips") == {
        "a second row of one video": 1,
        "its template is not among the labels": 1,
        "no label, as in the test part": 1,
        "no id": 1,
        "video not found": 1,
    }
    kept = read_sidecar(session.path("clips"))["settings"]["labels"]
    assert kept == ["Putting something on something"]


def test_aurora(tmp_path: Path) -> None:
    pictures = tmp_path / "data"
    for name in ("mb/images/24/in.png", "mb/images/24/out.png", "first.jpg", "something/first.jpg"):
        (pictures / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8)).save(pictures / name)
    (pictures / "torn.png").write_bytes((pictures / "mb/images/24/in.png").read_bytes()[:40])
    (tmp_path / "outside.png").write_bytes((pictures / "mb/images/24/in.png").read_bytes())
    (pictures / "link.png").symlink_to(tmp_path / "outside.png")
    good = {
        "input": "data/mb/images/24/in.png",
        "output": "data/mb/images/24/out.png",
        "instruction": "Put a cat on the seat.",
        "task": "mb",
    }
    rows = [
        good,
        {key: value for key, value in good.items() if key != "output"},
        {key: value for key, value in good.items() if key != "instruction"},
        {**good, "input": "data/mb/images/25/in.png"},
        {**good, "input": "data/something/images/36/first.jpg"},
        {**good, "output": "data/torn.png"},
        {**good, "output": "data/link.png"},
        {**good, "output": "../outside.png"},
        "row",
    ]
    file = imports.write_json(tmp_path / "test.json", rows)
    session = import_aurora(file, pictures, pictures, "test", imports.settings("aurora"))
    (pair,) = rows_of(session, "pairs", Pair)
    assert (pair.t0, pair.t1, pair.order) == (None, None, None)
    assert (pair.before, pair.after) == ("mb/images/24/in.png", "mb/images/24/out.png")
    assert (pair.action, pair.action_source) == ("Put a cat on the seat.", "human")
    assert (pair.video_id, pair.source, pair.part) == ("mb-24", "test videos/mb", "test")
    assert imports.reasons(session, "pairs") == {
        "no second picture is named": 1,
        "no instruction": 1,
        "first picture: not found": 2,
        "second picture: it cannot be opened": 1,
        "a picture is a link that leads out of --out": 1,
        "second picture: not found": 1,
        "no first picture is named": 1,
    }


@pytest.mark.parametrize(
    ("before", "after", "scene"),
    [
        ("d/ag/images/ZY2B1.mp4_27_left.png", "d/ag/images/ZY2B1.mp4_27_right.png", "ZY2B1.mp4"),
        ("d/mb/images/24/24-in.png", "d/mb/images/24/24-out.png", "24"),
        ("d/w/images/cup_on_table.jpeg", "d/w/images/cup_under_table.jpeg", "cup"),
        ("d/c/images/one.png", "d/c/images/two.png", "one"),
    ],
)
def test_pairs_of_one_scene_have_one_video_id(before: str, after: str, scene: str) -> None:
    assert scene_of(before, after) == scene


def test_pairs_have_two_times_or_none() -> None:
    told = {"id": "p", "clip_id": "c", "video_id": "c", "before": "a", "after": "b"}
    assert Pair.model_validate({**told, "t0": None, "t1": None}).t0 is None
    for times in ({"t0": 1.0, "t1": None}, {"t0": None, "t1": 1.0}, {"t0": 1.0, "t1": 1.0}):
        with pytest.raises(ValueError, match=r"has no time|does not follow"):
            Pair.model_validate({**told, **times})


FIELDS = ("file", "q", "key", "a", "b", "s", "e", "w")
TABLE = [
    dict(zip(FIELDS, values, strict=True))
    for values in (
        ("x/film.mp4", "what", "B", "one", "two", 0, 1, "x"),
        ("x/film.mp4", "which", "one", "one", "two", 1, 2, "y"),
        ("7", "why", "C", "one", "two", "late", 2, "z"),
        ("7", "", "A", "one", "two", 3, 1, "z"),
        ("8", "who", "A", "one", "", None, 1, "z"),
        ("none", "who", "A", "one", "two", 1, 2, "z"),
    )
]
COLUMNS = Columns(
    "file", question="q", answer="key", options=("a", "b"), start="s", end="e", text="w"
)


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_table_of_ones_own(library: Library, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"table.{kind}"
    if kind == "csv":
        with file.open("w", newline="") as opened:
            writer = csv.DictWriter(opened, TABLE[0])
            writer.writeheader()
            writer.writerows(TABLE)
    else:
        file.write_text("".join(json.dumps(row) + "\n" for row in TABLE))
    session = import_table(
        file, COLUMNS, library, library.manifest.parent, imports.settings("table")
    )
    questions = rows_of(session, "questions", VideoQuestion)
    assert [(row.question, row.answer) for row in questions] == [("what", "two"), ("which", "one")]
    clips = {row.video: row for row in rows_of(session, "clips", Clip)}
    assert [event.text for event in clips["x/film.mp4"].events] == ["x", "y"]
    assert clips["7.mp4"].events == [] and "8.mp4" not in clips
    assert imports.reasons(session, "questions") == {
        "the answer is not among the options": 1,
        "no question": 1,
        "fewer than two options": 1,
    }
    assert imports.reasons(session, "events") == {
        "a time is no number of seconds": 1,
        "it lies outside the video or ends too early": 1,
        "no start": 1,
    }
    assert imports.reasons(session, "rows") == {"video not found": 1}


@pytest.mark.parametrize(
    ("named", "wrong"),
    [
        ({}, "no column is named"),
        ({"question": "q"}, "go together"),
        ({"options": ("a",), "caption": "c"}, "--options-columns"),
        ({"start": "s", "end": "e"}, "go together"),
        ({"action": "a", "caption": "c"}, "--action-column"),
    ],
)
def test_columns_that_make_no_sense_together_are_refused(named: Any, wrong: str) -> None:
    with pytest.raises(UserError, match=wrong):
        Columns("video", **named)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    rows=st.lists(VALUES, max_size=5), chunk=st.integers(1, 9), indent=st.sampled_from([None, 1])
)
def test_an_array_is_read_as_json_reads_it(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], chunk: int, indent: int | None
) -> None:
    file = tmp_path_factory.mktemp("array") / "rows.json"
    file.write_text(json.dumps(rows, indent=indent, ensure_ascii=False), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_array, "_CHUNK", chunk)
        assert list(read_json_array(file)) == rows


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "must hold a JSON array"),
        ("{}", "must hold a JSON array"),
        ('[{"a": 1}, {"b"', "broken after element 1"),
        ('[{"a": 1}', "broken after element 1"),
        ("[1 2]", "broken after element 1"),
        ("[1,]", "broken after element 1"),
        ("[nonsense]", "broken after element 0"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_an_array_that_is_cut_off_is_named(tmp_path: Path, text: str, wrong: str) -> None:
    file = tmp_path / "rows.json"
    file.write_text(text)
    with pytest.raises(UserError) as told:
        list(read_json_array(file))
    assert wrong in str(told.value)


def test_a_large_array_is_not_held(tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    rng = random.Random(0)
    with file.open("w") as opened:
        opened.write("[")
        for number in range(60_000):
            row = {"id": number, "text": "x" * rng.randrange(600)}
            opened.write(("," if number else "") + json.dumps(row))
        opened.write("]")
    size = file.stat().st_size
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_json_array(file)) == 60_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert size > 16_000_000 > peak


def test_every_importer_shows_two_examples_and_their_options() -> None:
    for name in ("v1-33k", "nextqa", "activitynet-qa", "ssv2", "aurora", "folder", "table"):
        result = CliRunner().invoke(app, ["import", name, "--help"])
        assert result.exit_code == 0
        assert result.output.count("python -m data_prep import") >= 2, name


def test_the_command_tells_what_it_wrote_and_what_it_left_out(tmp_path: Path) -> None:
    folder = imports.videos(tmp_path / "films", "4010.mp4")
    file = tmp_path / "val.csv"
    file.write_text("\n".join(NEXTQA) + "\n")
    told = ["import", "nextqa", str(file), "--videos", str(folder), "--part", "test"]
    result = CliRunner().invoke(app, [*told, "--workers", "1"])
    assert result.exit_code == 0, result.output
    assert "11 rows read" in result.output
    assert "written to nextqa-test.questions.jsonl" in result.output
    assert "left out: video not found" in result.output
    assert (folder / "nextqa-test.report.jsonl").is_file()


@pytest.mark.parametrize(
    "told",
    [
        ["nextqa", "none.csv", "--part", "test"],
        ["v1-33k", "none.json", "--layout", "full"],
        ["activitynet-qa", "rows.json", "none.json", "--part", "test"],
        ["ssv2", "rows.json", "none.json", "--part", "test"],
        ["table", "none.csv", "--source", "a", "--license", "b", "--caption-column", "c"],
        ["nextqa", "rows.json", "--part", "test"],
    ],
)
def test_what_cannot_be_imported_is_told_before_hours_of_scanning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "films").mkdir()
    (tmp_path / "films/a.mp4").write_text("would be refused by a scan")
    imports.write_json(tmp_path / "rows.json", [])
    result = CliRunner().invoke(app, ["import", *told, "--videos", "films"])
    assert isinstance(result.exception, UserError)
    assert "none" in str(result.exception) or "has no column" in str(result.exception)
    assert [path.name for path in (tmp_path / "films").iterdir()] == ["a.mp4"]
