"""One page out of lmms-eval's logs: the numbers of the table, the items, nothing from outside."""

import base64
import hashlib
import html
import json
import re
from pathlib import Path
from typing import Any

import logs
import pytest
import report_runs
from test_show import Page
from typer.testing import CliRunner

from data_prep.errors import UserError
from data_prep.steps.engine import Engine
from lmms_tasks.lines import HEADLINES, lines
from lmms_tasks.logs import Run, read_run
from lmms_tasks.report.cases import HALF, shortened
from lmms_tasks.report.cli import app
from lmms_tasks.report.page import Options, Report, write_report
from lmms_tasks.report.provenance import cautions
from lmms_tasks.report.readings import readings, rules, unread
from lmms_tasks.report.words import RULES
from lmms_tasks.statistics.methods import METHODS
from reward_fns.answers import Reading

ONE = Engine(workers=1, timeout=60)
# Of a folder without data: no pictures are taken, no process is started.
NO_DATA = Options(data=Path("nowhere"))


class ReportPage(Page):
    """A page with the one script that it brings along; what it holds is no text of the page."""

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "script":
            super().handle_data(data)


def read(report: Report) -> tuple[ReportPage, dict[str, Any]]:
    """Read a page and its items, and hold it to what every page promises."""
    text = report.page.read_text(encoding="utf-8")
    assert len(text.encode()) == report.size
    page = ReportPage(text)
    assert page.tags["script"] == 2
    assert not {"link", "iframe", "object", "base", "img"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in {"src", "href", "srcset", "action"}:
            assert value.startswith("#"), value[:80]
    assert page.tags["h1"] == page.tags["main"] == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps), page.headings
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert "default-src 'none'; img-src data:" in text
    return page, json.loads(data)


def write(runs: list[Run], folder: Path, options: Options = NO_DATA) -> tuple[Report, Any, Any]:
    report = write_report(runs, folder / "report.html", options, engine=ONE)
    return report, *read(report)


def test_the_page_shows_the_numbers_of_the_table(tmp_path: Path) -> None:
    _, runs = report_runs.runs(tmp_path)
    _, page, _ = write(runs, tmp_path)
    labels = {value for _, name, value in page.attributes if name == "aria-label"}
    drawn = 0
    for run in runs:
        for line in lines(run):
            found = line.estimate
            assert found is not None
            if line.key.endswith("_parsed"):
                continue
            ends = "no interval"
            if found.interval:
                ends = f"{found.interval.low:.3f} to {found.interval.high:.3f}"
            chance = f", chance {line.chance:.3f}" if line.chance is not None else ""
            said = f"{run.name}: {found.value:.3f}, 95 % interval {ends}, n {found.n}{chance}"
            assert said in labels, line.key
            drawn += 1
    assert drawn > 15
    for text in (
        "lmms-eval --model first <b>&amp;",  # as it was typed
        runs[0].tasks["futurebench_direct"].settings["data_sha256"],
        "fps=2",
        "futurebench_parsed",
        "gain_over_blind",
        "second less first",
        "2 (25.0 %)",  # unparsed
        "not compared, for only first has them: futurebench_rotated",
    ):
        assert text in page.text, text


def test_the_page_says_how_each_interval_is_made(tmp_path: Path) -> None:
    _, runs = report_runs.runs(tmp_path)
    report, _, _ = write(runs, tmp_path)
    text = html.unescape(report.page.read_text())
    assert len(METHODS) > 10
    assert [one for one in METHODS if one.how not in text or one.covers not in text] == []


def test_letters_stand_beside_the_key(tmp_path: Path) -> None:
    logs.write(tmp_path, {"direct": ["B"] * 4})
    _, page, _ = write([read_run("m", tmp_path, HEADLINES)], tmp_path)
    labels = {value for _, name, value in page.attributes if name == "aria-label"}
    assert {"A: answered 0 %, right 100 %", "B: answered 100 %, right 0 %"} <= labels
    assert "4 replies read; bias 1.000" in page.text


def test_items_join_question_pictures_reply_and_rule(tmp_path: Path) -> None:
    data, runs = report_runs.runs(tmp_path)
    report, _, items = write(runs, tmp_path, Options(data=data, frames=2))
    assert report.gaps == []
    assert len(items["cases"]) == 3 * 8
    third = next(
        one for one in items["cases"] if (one["task"], one["id"]) == ("futurebench_direct", "q2")
    )
    document = items["documents"][third["document"]]
    assert (document["key"], document["options"][2]) == ("C", "It grows.")
    uri, width, height, about, gap = items["strips"][document["media"][0][1]]
    assert uri.startswith("data:image/jpeg;base64,")
    assert (width, height, gap) == (2 * 32 + 2, 32, "")
    assert about == "2 of 2 frames, at 0.00, 0.12 of 0.25 s"
    assert third["replies"] == [
        [0, "right", "C", "stated", "The answer is C.", ""],
        [1, "right", "C", "leading", "C", ""],
    ]
    assert len(items["strips"]) == 2  # eight items of two videos
    turned = [one for one in items["cases"] if one["task"] == "futurebench_rotated"]
    assert [len(one["replies"]) for one in turned] == [4] * 8
    assert turned[1]["replies"][3][5] == "options rotated by 3, which is B in the order above"


def test_replies_of_any_kind_do_not_break_the_page(tmp_path: Path) -> None:
    said = [report_runs.HOSTILE, "", "x" * 1_000_000, "😀" * 50, "\u2028\u2029\x85\x0b", "\x00<&>"]
    _, runs = report_runs.runs(tmp_path, [*said, "{{ 7 * 7 }}{% raw %}", "D"])
    report_runs.add_bytes(tmp_path / "second", b"\xff\xfe")
    runs[1] = read_run("second", tmp_path / "second", HEADLINES)
    report, page, items = write(runs, tmp_path)
    assert report.size < 300_000
    assert "onerror" not in page.text
    direct = [one for one in items["cases"] if one["task"] == "futurebench_direct"]
    texts = [one["replies"][0][4] for one in direct]
    assert [*texts[:2], *texts[3:7]] == [*said[:2], *said[3:6], "{{ 7 * 7 }}{% raw %}"]
    assert texts[2] == shortened("x" * 1_000_000)
    assert direct[0]["replies"][1][4] == "A \ufffd\ufffd"


def test_names_of_models_are_text(tmp_path: Path) -> None:
    logs.write(tmp_path, {"direct": ["A"] * 4})
    name = "<img src=x onerror=1>"
    run = read_run(name, tmp_path, HEADLINES)
    _, page, items = write([run], tmp_path)
    assert f"Evaluation of {name}" in page.text
    assert items["models"] == [name]


def test_a_long_reply_keeps_its_answer() -> None:
    text = "a" * HALF + "b" * 7 + "c" * HALF
    assert shortened(text) == f"{'a' * HALF}\n… (7 characters are not shown) …\n{'c' * HALF}"
    assert shortened("a" * 2 * HALF) == "a" * 2 * HALF


def test_fewer_items_are_the_same_of_every_task_and_run(tmp_path: Path) -> None:
    _, runs = report_runs.runs(tmp_path)
    options = Options(items=3, data=Path("nowhere"))
    report, page, items = write(runs, tmp_path, options)
    assert (report.shown, report.total) == (3, 8)
    assert "3 of 8 items, chosen by chance (seed 0)" in page.text
    chosen = [
        {one["id"] for one in items["cases"] if one["task"] == task} for task in runs[0].tasks
    ]
    assert [len(ids) for ids in chosen] == [3, 3, 3]
    assert len(set.union(*chosen)) == 3
    before = report.page.read_bytes()
    assert write(runs, tmp_path, options)[0].page.read_bytes() == before
    other = write(runs, tmp_path, Options(items=3, seed=1, data=Path("nowhere")))[2]
    assert {one["id"] for one in other["cases"]} != set.union(*chosen)


def test_pictures_beyond_the_limit_are_left_out_and_counted(tmp_path: Path) -> None:
    data, runs = report_runs.runs(tmp_path)
    report, page, items = write(runs, tmp_path, Options(data=data, megabytes=0.0015))
    assert len(items["strips"]) == 1
    assert "The pictures of 1 of 2 videos are left out" in page.text
    assert report.gaps == ["1 videos had no place within --megabytes 0.0015"]
    places = {document["media"][0][1] for document in items["documents"]}
    assert places == {0, -1}


def test_a_video_that_cannot_be_read_is_a_gap_with_its_reason(tmp_path: Path) -> None:
    data, runs = report_runs.runs(tmp_path)
    # What identifies the data is made from the first and the last bytes of a file.
    state = runs[0].tasks["futurebench_direct"].settings
    (data / "videos/v1.mp4").write_bytes(b"no video")
    from lmms_tasks.data import state_of_questions

    for run in runs:
        for log in run.tasks.values():
            log.settings["data_sha256"] = state_of_questions(data)["sha256"]
    assert state["data_sha256"]
    report, page, items = write(runs, tmp_path, Options(data=data))
    (gap,) = report.gaps
    assert gap.startswith("videos/v1.mp4: ")
    assert str(tmp_path) not in gap
    assert "1 videos cannot be shown" in page.text
    assert [strip[4] == "" for strip in items["strips"]] == [True, False]


@pytest.mark.parametrize("fault", ["gone", "other"])
def test_without_the_data_of_the_run_there_are_prompts_and_the_reason(
    fault: str, tmp_path: Path
) -> None:
    data, runs = report_runs.runs(tmp_path)
    if fault == "gone":
        data.rename(tmp_path / "moved")
    else:
        text = (data / "futurebench.jsonl").read_text()
        (data / "futurebench.jsonl").write_text(text.replace("It grows", "It shrinks"))
    report, page, items = write(runs, tmp_path, Options(data=data))
    reason = "name the data's folder with --data" if fault == "gone" else "is not that of the run"
    assert len(report.gaps) == 3
    assert all(reason in gap for gap in report.gaps)
    assert page.text.count(reason) == 3
    assert items["strips"] == items["documents"] == []
    assert "C. It grows." in items["cases"][0]["prompt"]


def test_what_a_reader_must_mind_stands_first(tmp_path: Path) -> None:
    logs.write(tmp_path / "a", {"direct": ["A"] * 4}, leaks=3, missing=7)
    logs.write(tmp_path / "b", {"direct": ["A"] * 4}, data="b" * 64)
    runs = [read_run(name, tmp_path / name, HEADLINES) for name in "ab"]
    told = cautions(runs)
    assert [bool(re.search(what, " ".join(told))) for what in ("leak, 3", "7 items", "other data")]
    assert len(told) == 3
    _, page, _ = write(runs, tmp_path)
    assert page.text.index("label leak") < page.text.index("Point and bar")
    assert "no model has both futurebench_direct and a control" in page.text


def test_models_on_other_items_are_told_apart_and_not_compared(tmp_path: Path) -> None:
    logs.write(tmp_path / "a", {"direct": ["A"] * 4})
    logs.write(tmp_path / "b", {"direct": ["A"] * 3})
    _, page, _ = write([read_run(name, tmp_path / name, HEADLINES) for name in "ab"], tmp_path)
    assert "Not compared:" in page.text
    assert "1 are only in the first" in page.text


def test_a_run_without_its_command_shows_the_settings(tmp_path: Path) -> None:
    logs.write(tmp_path, {"direct": ["A"] * 4})
    _, page, _ = write([read_run("m", tmp_path, HEADLINES)], tmp_path)
    assert "no command.txt" in page.text
    assert "VIDEOREASON_DATA=/data lmms-eval --model fake --model_args fps=2" in page.text


def test_every_rule_is_explained() -> None:
    assert set(re.findall(r'"(\w+)"', Reading.__doc__ or "")) <= RULES.keys()


def test_stated_probabilities_are_read_against_the_truth() -> None:
    row = {"item_id": "i", "kind": "k", "confidence": 0.5, "same": False}
    for stated, same, outcome in (
        (0.9, True, "right"),
        (0.9, False, "wrong"),
        (0.5, False, "wrong"),
        (None, True, "unparsed"),
    ):
        record = {**row, "stated": stated, "same": same}
        (found,) = readings(record, "said")
        assert found.outcome == outcome
        assert unread(record) == [stated is None]
    assert rules({**row, "stated": None}) == ["no_probability"]


def test_a_conversation_shows_every_turn() -> None:
    turn = {
        **{"item_id": "i", "video_id": "v", "options": 4, "answer_key": "B"},
        **{"feedback": "none", "first": "A", "second": "B", "lacking": None},
    }
    lacking = {**turn, "feedback": "description", "second": None, "lacking": "cut"}
    told = [
        {"purpose": "first", "prompt": "?", "reply": "it is A"},
        {"purpose": "reading", "prompt": "?", "reply": "a ball"},
        {"purpose": "none", "prompt": "?", "reply": "it is B"},
    ]
    row = {"item_id": "i", "kind": "k", "turns": [turn, lacking], "answers": 2, "unparsed": 1}
    found = readings({**row, "conversation": told}, "")
    assert [(one.outcome, one.said, one.text) for one in found] == [
        ("wrong", "A", "it is A"),
        ("", "", "a ball"),
        ("right", "B", "it is B"),
    ]
    (alone,) = readings(row, "it is B")
    assert (alone.outcome, alone.note) == ("right", "after feedback: none")
    assert unread(row) == [True, False]


def test_a_foreign_file_is_not_replaced(tmp_path: Path) -> None:
    _, runs = report_runs.runs(tmp_path)
    (tmp_path / "report.html").write_text("my thesis")
    with pytest.raises(UserError, match="was not written by `report`"):
        write(runs, tmp_path)
    assert (tmp_path / "report.html").read_text() == "my thesis"


def test_the_command_line(tmp_path: Path) -> None:
    report_runs.runs(tmp_path)
    named = [f"base={tmp_path / 'first'}", str(tmp_path / "second")]
    out = tmp_path / "page.html"
    told = [*named, "--out", str(out), "--data", str(tmp_path / "data"), "--workers", "1"]
    done = CliRunner().invoke(app, told)
    assert done.exit_code == 0, done.output
    assert "2 models, 8 of 8 items" in done.output
    assert "Evaluation of base, second" in out.read_text()


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (["a=nowhere"], "there are no samples of a"),
        (["a={}/first", "a={}/second"], "the same name"),
        (["={}/first"], "NAME=LOGDIR"),
        (["a={}/first", "--out", "{}"], "the page cannot be written"),
        (["a={}"], "in more than one folder"),
    ],
)
def test_wrong_input_is_named(told: list[str], says: str, tmp_path: Path) -> None:
    report_runs.runs(tmp_path)
    if told == ["a={}"]:
        (source,) = (tmp_path / "first").rglob("*_samples_futurebench_blind.jsonl")
        source.rename(tmp_path / source.name.replace("2026", "2027"))
    done = CliRunner().invoke(app, [one.format(tmp_path) for one in told])
    assert isinstance(done.exception, UserError)
    assert says in str(done.exception)
