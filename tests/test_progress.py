"""Long work shows how far it has come, in a terminal and in the log of a batch job."""

import itertools

import pytest

from data_prep.steps import progress


def test_a_log_gets_a_line_a_minute_and_nothing_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = itertools.count(0.0, 10.0)
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.progress_bar("splitting") as show:
        for done in range(100, 113):
            show(done, 160)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        # 100 were done by an earlier run.
        "splitting: 105 of 160, 0.1 clips/s, 11 min left",
        "splitting: 111 of 160, 0.1 clips/s, 9 min left",
    ]


def test_short_work_leaves_no_line_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(progress.watched(range(2500), 2500, "filtering"))
    assert rows == list(range(2500))
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_a_bar_with_its_rate(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    with progress.progress_bar("asking", "questions") as show:
        for done in range(4):
            show(done, 4)
    told = capsys.readouterr().err
    assert "asking" in told
    assert "3/4" in told
