"""Models compared item by item, on logs laid out as lmms-eval writes them."""

import json
import sys
from pathlib import Path
from typing import Any

import logs
import pytest
from scipy import stats
from typer.testing import CliRunner

from data_prep.errors import UserError
from lmms_tasks import statistics
from lmms_tasks.compare import app, main, notes
from lmms_tasks.comparison import compare
from lmms_tasks.lines import HEADLINES
from lmms_tasks.logs import Run, TaskLog, read_run

SETTINGS = {"version": 1, "data_sha256": "a", "gen_kwargs": {}}
BASE = ["A", "B", "B", "B"] * 10
TUNED = ["A", "A", "A", "B"] * 8 + ["B", "A", "B", "B"] * 2


def _run(name: str, folder: Path) -> Run:
    return read_run(name, folder, HEADLINES)


def _compare(*arguments: str) -> tuple[int, str, Any]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.output, done.exception


def test_differences_of_the_whole_and_of_its_kinds(tmp_path: Path) -> None:
    base = logs.write(tmp_path / "b", {"direct": BASE})
    tuned = logs.write(tmp_path / "t", {"direct": TUNED})
    whole, *kinds = compare(_run("base", base), _run("tuned", tuned))
    right = [[float(reply == "A") for reply in said] for said in (BASE, TUNED)]
    assert (whole.kind, whole.n, whole.videos) == (None, 40, 40)
    assert (whole.first, whole.second) == (0.25, pytest.approx(26 / 40))
    assert whole.difference == pytest.approx(16 / 40)
    assert (whole.won, whole.lost) == (18, 2)
    assert whole.p == pytest.approx(stats.binomtest(2, 20).pvalue)
    assert whole.p == pytest.approx(statistics.mcnemar(*right))
    assert whole.interval is not None
    wanted = stats.ttest_rel(right[1], right[0]).confidence_interval()
    assert (whole.interval.low, whole.interval.high) == pytest.approx((wanted.low, wanted.high))
    assert whole.p_holm is None
    assert [part.kind for part in kinds] == list(logs.KINDS)
    assert [part.difference for part in kinds] == pytest.approx([-0.2, 1.0, 0.8, 0.0])
    alone = [part.p for part in kinds if part.p is not None]
    assert alone == pytest.approx([0.5, 2 / 2**10, 2 / 2**8, 1.0])
    assert [part.p_holm for part in kinds] == pytest.approx(statistics.holm(alone))
    assert kinds[1].detectable is None  # ten times better of ten: no spread to judge by


def test_items_are_matched_by_id_and_not_by_place(tmp_path: Path) -> None:
    documents = logs.docs(8)
    said = ["A", "B"] * 4
    base = logs.write(tmp_path / "b", {"direct": said}, documents=documents)
    other = logs.write(tmp_path / "o", {"direct": said[::-1]}, documents=documents[::-1])
    assert compare(_run("a", base), _run("b", other))[0].won == 0
    assert compare(_run("a", base), _run("b", other))[0].lost == 0


def test_videos_that_repeat_are_one_witness(tmp_path: Path) -> None:
    documents = logs.docs(40, items_a_video=10)
    base = logs.write(tmp_path / "b", {"direct": ["B"] * 40}, documents=documents)
    tuned = logs.write(tmp_path / "t", {"direct": ["A"] * 40}, documents=documents)
    whole = compare(_run("base", base), _run("tuned", tuned))[0]
    assert whole.videos == 4
    assert whole.p == pytest.approx(2 / 2**4)


def test_the_visual_gains_are_compared(tmp_path: Path) -> None:
    base = {"direct": ["A"] * 4 + ["B"] * 4, "blind": ["A"] * 4 + ["B"] * 4}
    tuned = {"direct": ["A"] * 8, "blind": ["B"] * 8}
    found = compare(
        _run("base", logs.write(tmp_path / "b", base)),
        _run("tuned", logs.write(tmp_path / "t", tuned)),
    )
    gain = next(line for line in found if line.task == "gain_over_blind")
    assert (gain.first, gain.second, gain.difference) == (0.0, 1.0, 1.0)


def test_rotated_items_are_right_when_every_rotation_is(tmp_path: Path) -> None:
    knows, says_a = ["A", "D", "C", "B"] * 5, ["A"] * 20
    documents = logs.docs(5)
    first = logs.write(tmp_path / "b", {"rotated": says_a}, documents=documents)
    second = logs.write(tmp_path / "t", {"rotated": knows}, documents=documents)
    whole = compare(_run("base", first), _run("tuned", second))[0]
    assert (whole.n, whole.first, whole.second) == (5, 0.0, 1.0)


def _judged(name: str, confident: bool) -> Run:
    rows = [
        {
            **{"prediction_id": f"p{i}", "video_id": f"v{i // 2}", "generator": "copy"},
            **{"same": i % 3 == 0, "stated": 0.5},
            "confidence": (0.9 if i % 3 == 0 else 0.1) if confident and i % 5 else 0.5,
        }
        for i in range(60)
    ]
    return Run(name, {"videoreason_verification": TaskLog(rows, SETTINGS)})


def test_aurocs_are_compared_on_the_same_predictions() -> None:
    (line,) = compare(_judged("a", False), _judged("b", True))
    assert line.first == 0.5
    assert line.difference == pytest.approx(line.second - 0.5)
    assert line.interval is not None
    assert 0 < line.interval.low < line.difference < line.interval.high
    assert line.p is None


def test_an_interval_of_few_true_items_is_called_what_it_is() -> None:
    told = notes(_judged("a", False), _judged("b", True))
    assert [text.split(";")[0] for text in told] == [
        "videoreason_verification: 20 videos hold true predictions",
        "videoreason_verification: 30 videos hold false predictions",
    ]
    many = [_judged(name, True) for name in "ab"]
    for run in many:
        rows = run.tasks["videoreason_verification"].records
        rows += [{**row, "video_id": f"{row['video_id']}+"} for row in rows]
    assert [text.split(";")[0] for text in notes(*many)] == []


@pytest.mark.parametrize(
    ("documents", "says", "names"),
    [
        (logs.docs(6), "2 are only in the first, 0 only in the second", ["q6", "q7"]),
        (logs.docs(8, first=4), "4 are only in the first, 4", ["q0", "q1", "q10", "and 5 more"]),
        ([{**d, "answer": "B"} for d in logs.docs(8)], "8 items have another right answer", ["q0"]),
    ],
)
def test_other_items_are_an_error_that_names_them(
    documents: list[dict[str, Any]], says: str, names: list[str], tmp_path: Path
) -> None:
    base = logs.write(tmp_path / "b", {"direct": ["A"] * 8})
    other = logs.write(tmp_path / "o", {"direct": ["A"] * len(documents)}, documents=documents)
    code, _, error = _compare(f"base={base}", f"other={other}")
    assert code == 1
    assert isinstance(error, UserError)
    assert says in str(error)
    for name in names:
        assert name in str(error)


def test_tables_and_files(tmp_path: Path) -> None:
    base = logs.write(tmp_path / "base", {"direct": BASE, "blind": BASE})
    good = logs.write(tmp_path / "good", {"direct": TUNED}, data="b" * 64)
    same = logs.write(tmp_path / "same", {"direct": BASE, "blind": BASE})
    markdown, numbers = tmp_path / "out.md", tmp_path / "out.json"
    code, shown, _ = _compare(
        str(base), str(good), f"twin={same}", "--markdown", str(markdown), "--json", str(numbers)
    )
    assert code == 0
    for text in (
        "good less base",
        "twin less base",
        "+0.400",
        "futurebench_direct hop2",
        "only base has them: futurebench_blind",
        "futurebench_direct: data_sha256 differ",
    ):
        assert text in shown
    table = [line for line in markdown.read_text().splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1
    assert any("futurebench_direct hop2" in line and "+1.000" in line for line in table)
    told = json.loads(numbers.read_text())
    assert told["first"] == "base"
    assert told["compared"]["good"][0]["difference"] == pytest.approx(0.4)
    assert told["compared"]["twin"][0]["p"] == 1.0
    assert any("data_sha256" in note for note in told["notes"]["good"])


def test_runs_without_a_common_task(tmp_path: Path) -> None:
    base = logs.write(tmp_path / "b", {"direct": ["A"] * 4})
    other = logs.write(tmp_path / "o", {"blind": ["A"] * 4})
    with pytest.raises(UserError, match="no task in common"):
        compare(_run("a", base), _run("b", other))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["{folder}"], "two models or more"),
        (["a={folder}", "a={folder}"], "of different names"),
        (["a={folder}", "b=nowhere"], "there are no samples of b"),
        (["a={folder}", "=x"], "NAME=LOGDIR"),
    ],
)
def test_what_cannot_be_compared_ends_with_one(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = logs.write(tmp_path / "m", {"direct": ["A"] * 4})
    typed = [argument.format(folder=folder) for argument in arguments]
    monkeypatch.setattr(sys, "argv", ["compare", *typed])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert says in capsys.readouterr().err
