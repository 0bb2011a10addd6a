"""FutureBench's published file: every item is written or counted, and the tasks can read it."""

import copy
from pathlib import Path
from typing import Any

import imports
import pytest
from typer.testing import CliRunner

from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.importing.futurebench import import_futurebench
from data_prep.importing.inside import take_out_options
from data_prep.importing.library import Library
from data_prep.importing.tally import Import
from data_prep.manifest import read_manifest, read_sidecar, resolve
from data_prep.records import Question
from lmms_tasks.load import has_video, load_questions

OPTIONS = {"A": "it stops", "B": "it turns left.", "C": "it goes on", "D": "it waits"}
VIDEOS = (
    "video_dataset/youtube/a.mp4",
    "video_dataset/charades/1.mp4",
    "deeper/still/only.mp4",
    "video_dataset/activitynet/1.mp4",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    root = tmp_path_factory.mktemp("futurebench")
    imports.videos(root / "videos", *VIDEOS, bad=("video_dataset/youtube/broken.mp4",))
    return imports.library(root / "videos", root)


def item(id_: object = "i1", **changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": id_,
        "video_path": "/home/maker/video_dataset/youtube/a.mp4",
        "qa": {"Question": "What happens next?", "Options": dict(OPTIONS), "Answer": "B"},
        "question_type": "hop1",
    }
    return {**copy.deepcopy(row), **changes}


def qa(**changes: Any) -> dict[str, Any]:
    return {"qa": {**item()["qa"], **changes}}


def read(library: Library, tmp_path: Path, *items: Any) -> tuple[Import, list[Question]]:
    out = library.manifest.parent
    file = imports.write_json(tmp_path / "futurebench.json", items)
    settings = imports.settings("futurebench")
    session = import_futurebench(file, out / "videos", library, out, settings)
    manifest = session.path("futurebench")
    return session, list(read_manifest(manifest, Question, made_by="import"))


def test_an_item_becomes_a_question_that_the_tasks_read(library: Library, tmp_path: Path) -> None:
    types = ("hop1", "hop2", "hop3", "hop5")
    told = [item(f"i{n}", question_type=name) for n, name in enumerate(types)]
    session, rows = read(library, tmp_path, *told)
    assert [row.kind for row in rows] == ["hop1", "hop2", "hop3", "interpolation"]
    assert rows[0] == Question(
        id="i0",
        video_id="youtube_a",
        video="videos/video_dataset/youtube/a.mp4",
        question="What happens next?",
        options=list(OPTIONS.values()),
        answer="B",
        kind="hop1",
    )
    out = session.path("futurebench").parent
    assert load_questions(out) == rows
    assert all(has_video(out, row) for row in rows)
    assert not session.tally.counts


def test_the_sidecar_tells_the_sizes_beside_the_published_ones(
    library: Library, tmp_path: Path
) -> None:
    session, _ = read(library, tmp_path, item(), item("i2", question_type="hop5"))
    told = read_sidecar(session.path("futurebench"))["settings"]
    assert told["kinds"] == {"hop1": 1, "hop2": 0, "hop3": 0, "interpolation": 1}
    assert told["published"] == {"hop1": 173, "hop2": 193, "hop3": 201, "interpolation": 489}
    assert sum(told["published"].values()) == 1056


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/home/maker/video_dataset/youtube/a.mp4", "video_dataset/youtube/a.mp4"),
        ("video_dataset/youtube/a.mp4", "video_dataset/youtube/a.mp4"),
        ("youtube/a.mp4", "video_dataset/youtube/a.mp4"),
        ("C:\\data\\video_dataset\\youtube\\a.mkv", "video_dataset/youtube/a.mp4"),
        ("x/video_dataset/nextqa/7/only.mp4", "deeper/still/only.mp4"),
        ("x/video_dataset/charades/1.mp4", "video_dataset/charades/1.mp4"),
        ("video_dataset/../../../youtube/a.mp4", "video_dataset/youtube/a.mp4"),
    ],
)
def test_a_video_is_found_by_the_end_of_its_path(
    library: Library, tmp_path: Path, path: str, found: str
) -> None:
    _, [row] = read(library, tmp_path, item(video_path=path))
    assert row.video == f"videos/{found}"


def test_a_missing_video_ends_nothing_and_its_item_is_counted(
    library: Library, tmp_path: Path
) -> None:
    gone = "x/video_dataset/youtube/gone.mp4"
    broken = "x/video_dataset/youtube/broken.mp4"
    items = [item(), item("i2", video_path=gone), item("i3", video_path=broken)]
    session, rows = read(library, tmp_path, *items, item("i4", video_path=gone))
    out = session.path("futurebench").parent
    assert [has_video(out, row) for row in load_questions(out)] == [True, False, False, False]
    assert resolve(out, rows[1].video).is_relative_to(out.resolve())
    assert [row.video_id for row in rows[1:]] == ["youtube_gone", "youtube_broken", "youtube_gone"]
    assert imports.reasons(session, "videos") == {
        "video not found; its item is kept": 2,
        "video refused by the scan: unreadable; its item is kept": 1,
    }
    report = (out / "futurebench.report.jsonl").read_text()
    assert "youtube/gone.mp4" in report and "youtube/broken.mp4" in report
    told = read_sidecar(session.path("futurebench"))["settings"]
    assert (told["videos"], told["videos_missing"], told["items_without_video"]) == (1, 2, 3)


def test_two_sources_never_share_a_file_by_its_name(library: Library, tmp_path: Path) -> None:
    paths = ("video_dataset/here/only.mp4", "video_dataset/there/only.mp4")
    items = [item(n, video_path=path) for n, path in enumerate(paths)]
    session, rows = read(library, tmp_path, item(), *items)
    assert [row.video_id for row in rows] == ["youtube_a", "here_only", "there_only"]
    assert imports.reasons(session, "videos") == {"video not found; its item is kept": 2}


def test_a_flat_folder_does_not_serve_two_sources(tmp_path: Path) -> None:
    flat = imports.library(imports.videos(tmp_path / "flat", "1.mp4", "2.mp4"))
    paths = ("activitynet/1.mp4", "charades/1.mp4", "youtube/2.mp4")
    items = [item(n, video_path=f"m/video_dataset/{path}") for n, path in enumerate(paths)]
    file = imports.write_json(tmp_path / "futurebench.json", items)
    folder = flat.manifest.parent
    session = import_futurebench(file, folder, flat, folder, imports.settings("futurebench"))
    rows = load_questions(folder)
    assert [has_video(folder, row) for row in rows] == [False, False, True]
    why = "two names of the annotation lead to one video; its item is kept"
    assert imports.reasons(session, "videos") == {why: 2}


FAULTS: list[tuple[Any, str]] = [
    (7, "not an object"),
    (None, "not an object"),
    (item(None), "no id"),
    (item("  "), "no id"),
    (item("i1"), "a second item of one id"),
    (item("x", question_type="hop4"), "unknown question_type"),
    (item("x", question_type=None), "no question_type"),
    (item("x", question_type=["hop1"]), "no question_type"),
    (item("x", video_path=None), "video_path is no usable path"),
    (item("x", video_path="video_dataset/.."), "video_path is no usable path"),
    (item("x", video_path="video_dataset/a\0.mp4"), "video_path is no usable path"),
    (item("x", video_path="video_dataset/" + "a" * 9999), "video_path is no usable path"),
    (item("x", qa=None), "no Question"),
    (item("x", **qa(Question=" ")), "no Question"),
    (item("x", **qa(Options=None)), "Options are not A, B, C and D, each with a text"),
    (item("x", **qa(Options=["a"])), "Options are not A, B, C and D, each with a text"),
    (
        item("x", **qa(Options={**OPTIONS, "D": ""})),
        "Options are not A, B, C and D, each with a text",
    ),
    (
        item("x", **qa(Options={**OPTIONS, "E": "it flies"})),
        "Options are not A, B, C and D, each with a text",
    ),
    (
        item("x", **qa(Options={"A": "a", "B": "b", "C": "c"})),
        "Options are not A, B, C and D, each with a text",
    ),
    (item("x", **qa(Options={**OPTIONS, "D": "it stops "})), "two of its options are the same"),
    (item("x", **qa(Answer="E")), "its Answer is none of its options"),
    (item("x", **qa(Answer=None)), "its Answer is none of its options"),
    (item("x", **qa(Answer=["A"])), "its Answer is none of its options"),
]


@pytest.mark.parametrize(("row", "reason"), FAULTS)
def test_a_faulty_item_is_counted_by_its_fault(
    library: Library, tmp_path: Path, row: Any, reason: str
) -> None:
    session, rows = read(library, tmp_path, item("i1"), row)
    assert [each.id for each in rows] == ["i1"]
    assert imports.reasons(session, "items") == {reason: 1}


def test_half_a_character_is_counted(library: Library, tmp_path: Path) -> None:
    odd = [item("x", **qa(Question="\ud83d?")), item("y", video_path="video_dataset/\ud83d.mp4")]
    session, rows = read(library, tmp_path, item(), *odd)
    assert len(rows) == 1
    told = imports.reasons(session, "futurebench")
    assert told == {"not valid: a text with half a character": 2}


@pytest.mark.parametrize("answer", ["B", "b", " (B) ", "B.", "it turns left."])
def test_the_answer_is_read_however_it_is_written(
    library: Library, tmp_path: Path, answer: str
) -> None:
    _, [row] = read(library, tmp_path, item(7, **qa(Answer=answer)))
    assert (row.id, row.answer) == ("7", "B")


def test_no_video_at_all_is_an_error_and_writes_nothing(tmp_path: Path) -> None:
    folder = imports.videos(tmp_path / "videos", "other.mp4")
    with pytest.raises(UserError, match="not one of the benchmark's videos") as told:
        read(imports.library(folder, tmp_path), tmp_path, item())
    assert "youtube/a.mp4" in str(told.value)
    assert not (tmp_path / "futurebench.jsonl").exists()


LISTED = "A) it stops B) it turns left C) it goes on D) it waits"


@pytest.mark.parametrize(
    ("question", "left"),
    [
        (f"What happens next? {LISTED}", "What happens next?"),
        (f"What happens next?\nOptions:\n{LISTED}\n", "What happens next?"),
        (
            "What happens next?\nA. it stops\nB. It turns left.\nC. it  goes on;\n(D) it waits.",
            "What happens next?",
        ),
        (f"Choose from these options: {LISTED}", "Choose from these options:"),
        (f"What happens next?\n{LISTED}\nThink well.", "What happens next?\nThink well."),
    ],
)
def test_options_inside_the_question_are_taken_out(question: str, left: str) -> None:
    assert take_out_options(question, OPTIONS) == (left, "taken out")


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("What happens next?", None),
        ("It stops. It turns left. It goes on. It waits. What then?", None),
        ("Is A. Smith next?", None),
        ("Which? A) it stops B) it turns right C) it goes on D) it waits", "others, left in"),
        ("Which? A) it turns left. B) it stops C) it goes on D) it waits", "others, left in"),
        ("Which? A) it stops B) it turns left C) it goes on", None),
        (LISTED, "others, left in"),
        (f"{LISTED}ing for long?", "others, left in"),
    ],
)
def test_nothing_else_is_taken_out_of_a_question(question: str, what: str | None) -> None:
    assert take_out_options(question, OPTIONS) == (question, what)


def run(*words: object) -> Any:
    return CliRunner().invoke(app, ["import", "futurebench", *map(str, words)])


def test_the_command_tells_sizes_and_what_is_missing(tmp_path: Path) -> None:
    videos = imports.videos(tmp_path / "videos", "youtube/a.mp4")
    gone = item("i2", video_path="video_dataset/youtube/gone.mp4")
    file = imports.write_json(tmp_path / "futurebench.json", [item(), gone])
    done = run("--json", file, "--videos", videos, "--out", tmp_path, "--workers", 1)
    assert done.exit_code == 0, done.output
    assert "hop1 2 (published: 173)" in done.output
    assert "not the published sizes" in done.output
    assert "1 videos are missing, and with them 1 items" in done.output
    first = (tmp_path / "futurebench.jsonl").read_bytes()
    again = run("--json", file, "--videos", videos, "--out", tmp_path, "--workers", 1)
    assert again.exit_code == 0
    assert (tmp_path / "futurebench.jsonl").read_bytes() == first


def test_wrong_places_are_said(tmp_path: Path) -> None:
    videos = imports.videos(tmp_path / "videos", "youtube/a.mp4")
    file = imports.write_json(tmp_path / "futurebench.json", [item()])
    (tmp_path / "object.json").write_text("{}")
    (tmp_path / "elsewhere").mkdir()
    for words, told in (
        (("--json", tmp_path / "none.json", "--videos", videos), "no such file"),
        (("--json", tmp_path / "object.json", "--videos", videos), "must hold a JSON array"),
        (("--json", file, "--videos", tmp_path / "none"), "must name a folder"),
        (("--json", file, "--videos", videos, "--out", tmp_path / "elsewhere"), "does not lie in"),
    ):
        done = run(*words)
        assert done.exit_code != 0
        assert told in str(done.exception)


def test_a_benchmark_of_another_origin_is_not_replaced(library: Library, tmp_path: Path) -> None:
    out = tmp_path
    library = imports.library(imports.videos(out / "videos", "youtube/a.mp4"), out)
    (out / "futurebench.jsonl").write_text("mine\n")
    with pytest.raises(UserError, match="not written by `import futurebench`"):
        read(library, tmp_path, item())
    assert (out / "futurebench.jsonl").read_text() == "mine\n"
