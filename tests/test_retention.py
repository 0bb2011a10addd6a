"""Retention from counts: the published ones, several samples of an item, and futures that leak."""

from pathlib import Path
from typing import Any

import eval_data
import pytest

from data_prep.manifest import write_manifest
from data_prep.records import Prediction
from lmms_tasks.videoreason import attempts, retention
from lmms_tasks.videoreason.series import series


def _row(item: str, generator: str, right: float, failed: list[str] | None = None) -> Any:
    return {
        "item_id": item,
        "video_id": item,
        "generator": generator,
        "right": right,
        "recognised": None,
        "failed": failed or [],
    }


def counted(both: int, made_only: int, real_only: int, neither: int) -> list[Any]:
    """The rows of items whose generated and real future were read rightly, or not."""
    pairs = [(1, 1)] * both + [(1, 0)] * made_only + [(0, 1)] * real_only + [(0, 0)] * neither
    return [
        row
        for i, (made, real) in enumerate(pairs)
        for row in (_row(f"i{i}", "real", real), _row(f"i{i}", "g", made))
    ]


@pytest.mark.parametrize(
    ("overlap", "reaches"),
    [(9, 1.39), (10, 1.35), (11, 1.31), (12, 1.25), (13, 1.17), (14, 1.07)],
    ids="both read in {}".format,
)
def test_the_published_retention_says_little(overlap: int, reaches: float) -> None:
    """14 of 20 generated over 15 of 20 real, "93 % retained", whichever items they share.

    Which items were read in both was not published: the interval holds both a loss of a fifth and
    a gain, however many they were.
    """
    rows = counted(overlap, 14 - overlap, 15 - overlap, 20 - 29 + overlap)
    found = attempts.estimate(rows, "g", "retention")
    assert found is not None
    assert found.interval is not None
    assert found.value == pytest.approx(14 / 15)
    assert found.interval.low < 0.8
    assert found.interval.high > 1.05
    assert found.interval.high == pytest.approx(reaches, abs=0.02)


def test_the_closed_set_of_the_same_study() -> None:
    """5 of 30 over 9 of 30: 56 %, and as good as nothing is known even then."""
    found = attempts.estimate(counted(3, 2, 6, 19), "g", "retention")
    assert found is not None
    assert found.interval is not None
    assert found.value == pytest.approx(5 / 9)
    assert found.interval.high - found.interval.low > 0.7


def test_samples_of_an_item_are_paired_with_its_one_real_future() -> None:
    one = counted(3, 1, 2, 4)
    four = one + [row for row in one if row["generator"] == "g"] * 3
    alone, many = (attempts.estimate(rows, "g", "retention") for rows in (one, four))
    assert alone is not None
    assert many is not None
    assert (many.value, many.n) == (alone.value, 4 * alone.n)
    # Samples that agree add nothing: the item is the unit.
    assert many.interval == alone.interval


def test_a_failed_sample_is_one_wrong_reading() -> None:
    rows = [_row("a", "real", 1, ["g", "g"]), _row("a", "g", 1), _row("a", "g", 1)]
    made = attempts.estimate(rows, "g", "made")
    failed = attempts.estimate(rows, "g", "failed")
    assert made is not None
    assert failed is not None
    assert (made.value, made.n, failed.value) == (0.5, 4, 0.5)


def _prediction(**update: Any) -> Prediction:
    return eval_data.predictions()[0].model_copy(update=update)


ANSWERED = {"condition": "answer", "answered_by": "m", "told": "A"}


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({}, "copy"),
        ({"condition": "caption"}, "caption-copy"),
        (ANSWERED, "answer-copy"),
        ({**ANSWERED, "round": 2}, "second-answer-copy"),
        ({**ANSWERED, "prompt_has_label": True}, "right-answer-copy"),
        ({"prompt_has_label": True}, "leak-copy"),
        ({"condition": "caption", "prompt_has_label": True}, "leak-copy"),
    ],
)
def test_what_a_generator_was_told_tells_its_futures_apart(told: Any, name: str) -> None:
    assert series(_prediction(**told)) == name


def test_futures_made_from_the_label_are_scored_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path))
    eval_data.make(tmp_path)
    rows = [
        row.model_copy(update={"prompt_has_label": row.generator == "perfect"})
        for row in eval_data.predictions()
    ]
    rows.append(rows[0].model_copy(update={"id": "again", "sample": 1}))
    write_manifest(tmp_path / "predictions.jsonl", rows, settings={}, seed=0)

    def reply(task: str, doc: dict[str, Any]) -> str:
        return str(doc["shows"])

    results = eval_data.evaluate(["videoreason_retention"], reply)
    found = results["results"]["videoreason_retention"]
    assert found["retention_leak-perfect,none"] == 1.0
    assert found["retention_all,none"] == 0.0  # of copy and of wrong_direction
    assert "retention_perfect,none" not in found
    told = results["configs"]["videoreason_retention"]["metadata"]["data"]
    assert told["prompt_has_label"] == 4
    records = [s["retention_all"] for s in results["samples"]["videoreason_retention"]]
    assert sum(record["generator"] == "copy" for record in records) == 5
    assert {record["sample"] for record in records} == {0, 1}


@pytest.mark.parametrize(
    ("update", "says"),
    [
        ({"shows": "F"}, "show an option that their item does not have"),
        ({**ANSWERED, "told": "Z"}, "were told an option that their item does not have"),
        ({"generator": "leak-x"}, "nor may they begin with"),
        ({"video": "gone.mp4"}, "gone.mp4 (missing)"),
        ({"id": "i1-copy"}, "ids stand more than once"),
    ],
)
def test_broken_predictions_are_refused_by_name(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    update: Any,
    says: str,
) -> None:
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path))
    eval_data.make(tmp_path)
    rows = eval_data.predictions()
    rows[0] = rows[0].model_copy(update=update)
    write_manifest(tmp_path / "predictions.jsonl", rows, settings={}, seed=0)
    with pytest.raises(SystemExit):
        _ = retention.METRICS
    assert says in capsys.readouterr().err


def test_a_generation_that_failed_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path))
    eval_data.make(tmp_path)
    found = eval_data.evaluate(["videoreason_retention"], lambda task, doc: "F")["results"]
    scores = found["videoreason_retention"]
    assert scores["failed_wrong_direction,none"] == 0.25
    assert scores["unparsed_retention,none"] == 1.0  # a letter outside the set is no answer
    assert scores["acc_real,none"] == 0.0
