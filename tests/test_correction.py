"""VideoReason correction: true feedback, two ways with one result, and the published counts."""

import json
from pathlib import Path
from typing import Any

import correction_data
import eval_data
import pytest
import test_best_of_n
import test_replay
from hypothesis import given
from hypothesis import strategies as st

from data_prep.manifest import write_manifest
from lmms_tasks.lines import lines
from lmms_tasks.logs import Run, TaskLog
from lmms_tasks.models.baseline import Baseline
from lmms_tasks.models.replay import Replay
from lmms_tasks.videoreason import correction, correction_batched, feedback, turns
from lmms_tasks.videoreason.feedback import CONTROL, KINDS, Ask, Lacking
from lmms_tasks.videoreason.measured import MEASURES, data_sha256

GOLDEN = Path(__file__).parent / "golden"
DOC: dict[str, Any] = {
    "id": "i0",
    "item_id": "i0",
    "video_id": "v0",
    "kind": "bounce",
    "context": "/data/context.mp4",
    "options": eval_data.OPTIONS,
    "answer": "A",
    "clips": ["/data/a.mp4", "/data/b.mp4", None, "/data/d.mp4"],
    "errors": [0.0, 0.4321, None, None],
    "no_clip": [None, None, "the generation from this answer failed: out of memory", None],
    "clip_ids": ["i0-a", "i0-b", "i0-c", "i0-d"],
}
LOOP, BATCHED = "videoreason_correction", "videoreason_correction_batched"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path / "data"))
    return eval_data.make(tmp_path / "data")


def scores(results: Any, task: str) -> dict[str, Any]:
    return {
        name.removesuffix(",none"): value
        for name, value in results["results"][task].items()
        if "stderr" not in name and isinstance(value, float | None)
    }


def write_log(results: Any, folder: Path) -> Path:
    return test_replay._log(results, folder)


@pytest.mark.parametrize("kind", KINDS)
def test_prompt(kind: feedback.Kind) -> None:
    replies = {"first": "B", "reading": "(C)"}
    ask = feedback.second_ask(DOC, replies, kind)
    assert isinstance(ask, Ask)
    golden = GOLDEN / f"videoreason_correction_{kind}.txt"
    assert f"<video {Path(ask.video).name}>\n{ask.prompt}\n" == golden.read_text(), "raise versions"


def test_the_first_turns_are_those_of_the_future_and_of_the_retention_task() -> None:
    from lmms_tasks.videoreason import future, retention

    assert feedback.first_ask(DOC).prompt == future.doc_to_text(DOC)
    reading = feedback.reading_ask(DOC, {"first": "B"})
    assert reading == Ask("reading", "/data/b.mp4", retention.doc_to_text(DOC))


@pytest.mark.parametrize(
    ("first", "kind", "says"),
    [
        ("A", "binary_oracle", "That answer is right."),
        ("B", "binary_oracle", "That answer is wrong."),
        ("no idea", "binary_oracle", "That answer is wrong."),
        ("A", "lpips_oracle", "by 0.00 in LPIPS"),
        ("B", "lpips_oracle", "by 0.43 in LPIPS"),
        ("B", "description", "you said: It grows."),
        ("no idea", "none", "Your first answer could not be read"),
        ("B", "none", "Your first answer was B. It moves right."),
        ("B", "placebo", "The video and the options are the same"),
    ],
)
def test_feedback_is_true(first: str, kind: feedback.Kind, says: str) -> None:
    ask = feedback.second_ask(DOC, {"first": first, "reading": "C"}, kind)
    assert isinstance(ask, Ask)
    assert says in ask.prompt


def test_only_the_oracles_depend_on_the_truth() -> None:
    for kind in KINDS:
        told = set()
        for answer in "ABCD":
            ask = feedback.second_ask(
                {**DOC, "answer": answer}, {"first": "A", "reading": "C"}, kind
            )
            assert isinstance(ask, Ask)
            told.add(ask.prompt)
        assert (len(told) > 1) == (kind == "binary_oracle"), kind
    assert set(feedback.ORACLES) == {"binary_oracle", "lpips_oracle"}


@pytest.mark.parametrize(
    ("first", "reading", "kind", "reason"),
    [
        ("?", "C", "description", feedback.UNREAD_FIRST),
        ("?", "C", "lpips_oracle", feedback.UNREAD_FIRST),
        ("F", "C", "lpips_oracle", feedback.UNREAD_FIRST),  # a label outside the set
        ("C", "C", "lpips_oracle", "the generation from this answer failed: out of memory"),
        ("C", "C", "description", "the generation from this answer failed: out of memory"),
        ("B", "A or B", "description", feedback.UNREAD_FUTURE),
        ("B", None, "description", feedback.NO_READING),
        ("D", "C", "lpips_oracle", feedback.NO_MEASURE),
    ],
)
def test_feedback_that_cannot_be_given_is_named(
    first: str, reading: str | None, kind: feedback.Kind, reason: str
) -> None:
    replies = {"first": first} | ({} if reading is None else {"reading": reading})
    assert feedback.second_ask(DOC, replies, kind) == Lacking(reason)
    row = correction.turn(DOC, {**replies, kind: "A"}, kind)
    assert (row.lacking, row.second, row.after) == (reason, None, 0.0)


@pytest.mark.parametrize("error", [float("nan"), float("inf"), -0.1])
def test_an_error_that_is_no_number_is_no_feedback(error: float) -> None:
    doc = {**DOC, "errors": [error] * 4}
    found = feedback.second_ask(doc, {"first": "B"}, "lpips_oracle")
    assert found == Lacking(feedback.BAD_MEASURE)


def said(doc: Any, prompt: str) -> str:
    """Reply to an item and to what is told, whatever the task."""
    if "you said" in prompt:
        return doc["answer"] if doc["item_id"] in ("i1", "i2") else "hard to say"
    if "That answer is wrong." in prompt:
        return "The answer is C."
    if "Your first answer" in prompt:
        return "B" if doc["item_id"] == "i1" else "A"
    if "What happens in the video?" in prompt:
        return "B"
    return "A or B" if (doc.get("item_id") or doc["id"]) == "i3" else "A"


def scripted(tasks: list[str], **options: Any) -> Any:
    """Run a model whose replies depend on the item and the prompt only."""
    from lmms_eval.evaluator import simple_evaluate
    from lmms_eval.tasks import TaskManager
    from loguru import logger

    from lmms_tasks import TASKS_DIR
    from lmms_tasks.models.offline import Offline

    logger.remove()

    class Scripted(Offline):
        def reply(self, task: str, doc: Any, prompt: str) -> str:
            return said(doc, prompt)

    manager = TaskManager(include_path=str(TASKS_DIR), include_defaults=False)
    return simple_evaluate(model=Scripted(), tasks=tasks, task_manager=manager, **options)


def test_the_loop_and_two_batched_runs_score_alike(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = scripted(["videoreason_future", "videoreason_retention"])
    monkeypatch.setenv("VIDEOREASON_FIRST", str(write_log(first, tmp_path / "first")))
    both = scripted([LOOP, BATCHED])
    loop, batched = scores(both, LOOP), scores(both, BATCHED)
    assert loop == batched
    # i0 and i3 are A, i1 is B, i2 is C; the first answers are A, A, A and unreadable.
    expected = {
        "acc_first": 1 / 4,
        "second_none": 3 / 4,  # all but i2: the control is right by luck on i1
        "corrected_none": 2 / 3,
        "regressed_none": 0.0,
        "second_binary_oracle": 2 / 4,
        "corrected_binary_oracle": 1 / 3,
        "lift_binary_oracle": 1 / 3 - 2 / 3,
        "regressed_binary_oracle": 0.0,
        "beyond_binary_oracle": 1 / 3 - (1 / 3 + 1 / 3 + 1 / 4) / 3,
        "lacking_binary_oracle": 0.0,
        "lacking_lpips_oracle": 1.0,
        "lacking_description": 2 / 4,  # i3 was not read, and nothing shows A of i2
        "corrected_description": 1.0,  # i1
        "regressed_description": 1.0,  # i0
        "second_lpips_oracle": None,
    }
    assert {name: loop[name] for name in expected} == pytest.approx(expected)
    records = {
        task: sorted(
            (row.item_id, row.feedback, row.first, row.second, row.lacking)
            for row in turns.turns(
                [sample["unparsed_correction"] for sample in both["samples"][task]]
            )
        )
        for task in (LOOP, BATCHED)
    }
    assert records[LOOP] == records[BATCHED]
    assert len(records[LOOP]) == 4 * len(KINDS)


def test_a_conversation_is_replayed_turn_by_turn(root: Path, tmp_path: Path) -> None:
    run = scripted([LOOP])
    log = write_log(run, tmp_path / "log")
    again = test_replay._evaluate(Replay(log=str(log)), [LOOP])
    assert scores(again, LOOP) == scores(run, LOOP)


def test_the_random_floor_draws_anew_at_every_turn(root: Path) -> None:
    doc = {"id": "q", "options": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "in_turns": True}
    model = Baseline(kind="random")
    assert len({model.reply(LOOP, doc, prompt) for prompt in "abcdefgh"}) > 1


def test_no_name_is_part_of_another() -> None:
    names = [entry["metric"] for entry in correction.METRICS]
    assert [(a, b) for a in names for b in names if a != b and a in b] == []


def test_every_document_hands_an_item_to_every_metric() -> None:
    names = {entry["metric"] for entry in correction.METRICS}
    assert set(correction.process_results(DOC, ["no conversation"])) == names
    doc = {**DOC, "feedback": "placebo", "first": "B", "reading": None}
    assert set(correction_batched.process_results(doc, ["A"])) == names


@given(st.text())
def test_scoring_never_raises(reply: str) -> None:
    for said in (reply, json.dumps({"conversation": reply}), json.dumps({"conversation": [reply]})):
        record = correction.process_results(DOC, [said])["unparsed_correction"]
        assert {row["lacking"] for row in record["turns"]} == {feedback.CUT_SHORT}
        assert record["unparsed"] == 1
    doc = {**DOC, "feedback": "placebo", "first": reply, "reading": reply}
    assert len(correction_batched.process_results(doc, [reply])["second_placebo"]["turns"]) == 1


@pytest.mark.parametrize(
    ("corrected", "low", "high"), [(2, 0.009, 0.243), (1, 0.001, 0.190), (0, 0.0, 0.128)]
)
def test_the_published_corrections(corrected: int, low: float, high: float) -> None:
    """V1 3 of 30; the intervals of 2, 1 and 0 corrections of 27: research B3, recomputed."""
    rows = correction_data.turns("binary_oracle", corrected=corrected, wrong=27, kept=3, right=3)
    found = turns.estimate(rows, "binary_oracle", "corrected")
    assert found is not None
    assert found.interval is not None
    assert found.value == corrected / 27
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=5e-4)


@pytest.mark.parametrize(
    ("corrected", "kept", "p"),
    [
        (2, 3, 0.5),  # the description: two corrections, none lost
        (1, 1, 1.0),  # LPIPS: one correction, two of three lost
        (0, 1, 0.5),  # binary: no correction, two of three lost
        (6, 3, 0.03125),
    ],
)
def test_mcnemar_of_the_published_counts(corrected: int, kept: int, p: float) -> None:
    rows = correction_data.turns("description", corrected=corrected, wrong=27, kept=kept, right=3)
    assert turns.pvalue(rows, "description") == pytest.approx(p)
    lost = turns.estimate(rows, "description", "regressed")
    assert lost is not None
    assert lost.value == pytest.approx((3 - kept) / 3)


def test_a_correction_by_chance_is_no_correction() -> None:
    """A model that picks at random among the other four is corrected in a quarter of the cases."""
    rows = correction_data.turns("binary_oracle", corrected=25, wrong=100, kept=0, right=0)
    rows += correction_data.turns(CONTROL, corrected=20, wrong=100, kept=0, right=0)
    beyond = turns.estimate(rows, "binary_oracle", "beyond")
    assert beyond is not None
    assert beyond.interval is not None
    assert beyond.value == pytest.approx(0.0)
    assert beyond.interval.low < 0 < beyond.interval.high
    lift = turns.estimate(rows, "binary_oracle", "lift")
    assert lift is not None
    assert lift.value == pytest.approx(0.05)
    assert lift.interval is not None
    assert lift.n == 100


def test_the_lift_is_paired_on_the_items_that_have_both() -> None:
    rows = correction_data.turns("description", corrected=1, wrong=2, kept=0, right=0)
    assert turns.estimate(rows, "description", "lift") is None
    rows += correction_data.turns(CONTROL, corrected=2, wrong=3, kept=0, right=0)
    lift = turns.estimate(rows, "description", "lift")
    assert lift is not None
    assert (lift.value, lift.n) == (-0.5, 2)


def test_the_table_of_results(root: Path) -> None:
    records = [s["unparsed_correction"] for s in scripted([LOOP])["samples"][LOOP]]
    found = {line.key: line for line in lines(Run("m", {LOOP: TaskLog(records, {})}))}
    assert found["correction_first"].estimate.value == 0.25  # type: ignore[union-attr]
    assert found["correction_first"].unparsed == 0.25
    corrected = found["correction_binary_oracle_corrected"]
    assert corrected.chance == pytest.approx((1 / 3 + 1 / 3 + 1 / 4) / 3)
    assert "correction_none_lift" not in found
    assert "correction_lpips_oracle" not in found  # lacking throughout


def _alter(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_what_is_wrong_with_the_first_run_is_named(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from datasets import Dataset

    def told() -> str:
        with pytest.raises(SystemExit) as stopped:
            _ = correction_batched.FILE
            correction_batched.process_docs(Dataset.from_json(str(root / "videoreason.jsonl")))
        assert stopped.value.code == 1
        return capsys.readouterr().err

    monkeypatch.delenv("VIDEOREASON_FIRST", raising=False)
    assert "VIDEOREASON_FIRST is not set" in told()
    monkeypatch.setenv("VIDEOREASON_FIRST", str(tmp_path / "nowhere"))
    assert "no samples of videoreason_future" in told()
    log = write_log(scripted(["videoreason_future", "videoreason_retention"]), tmp_path / "first")
    (file,) = log.glob("*_samples_videoreason_future.jsonl")
    monkeypatch.setenv("VIDEOREASON_FIRST", str(log))
    whole = file.read_text()
    file.write_text(whole + whole.splitlines()[0] + "\n")
    assert "ids stand more than once" in told()
    file.write_text(whole)
    _alter(file, "It grows.", "It shrinks.")
    assert "the first run asked in other words" in told()
    file.write_text(whole.replace('"item_id": "i', '"item_id": "x'))
    assert "the first run answered none of the items" in told()


def test_a_shorter_first_run_leaves_items_out_and_says_so(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = scripted(["videoreason_future"], limit=2)
    monkeypatch.setenv("VIDEOREASON_FIRST", str(write_log(first, tmp_path / "first")))
    found = scores(scripted([BATCHED]), BATCHED)
    told = capsys.readouterr().err
    assert "2 of 4 items have no first answer and are left out" in told
    assert "no future can be described" in told
    assert found["acc_first"] == 0.5
    assert found["lacking_description"] == 1.0


def test_data_without_generated_futures_still_has_the_other_feedback(root: Path) -> None:
    (root / "predictions.jsonl").unlink()
    found = scores(scripted([LOOP]), LOOP)
    assert found["lacking_description"] == 1.0
    assert found["corrected_binary_oracle"] == pytest.approx(1 / 3)


def test_a_future_made_from_the_models_answer_goes_before_one_that_shows_it(root: Path) -> None:
    rows = eval_data.predictions()
    own = rows[0].model_copy(
        update={"id": "own", "generator": "z", "condition": "answer", "answered_by": "m"}
    )
    failed = own.model_copy(
        update={"id": "own2", "item_id": "i1", "told": "A", "video": None, "failure": "out"}
    )
    rows += [own.model_copy(update={"told": "B", "shows": None}), failed]
    write_manifest(root / "predictions.jsonl", rows, settings={}, seed=0)
    from datasets import Dataset

    docs = correction.documents(Dataset.from_json(str(root / "videoreason.jsonl")))
    assert docs[0]["clip_ids"] == [None, "own", None, None]
    # The failure is not made good by the other generators' clips.
    assert docs[1]["clips"] == [None] * 4
    assert docs[1]["no_clip"][0] == "the generation from this answer failed: out"


def test_leaking_prompts_never_stand_for_an_answer(root: Path) -> None:
    rows = [row.model_copy(update={"prompt_has_label": True}) for row in eval_data.predictions()]
    write_manifest(root / "predictions.jsonl", rows, settings={}, seed=0)
    assert scores(scripted([LOOP]), LOOP)["lacking_description"] == 1.0


def test_measured_lpips_becomes_feedback_and_stale_measures_do_not(root: Path) -> None:
    from datasets import Dataset

    items, rows = eval_data.items(), eval_data.predictions()
    found = [test_best_of_n._measured(row.id, 0.25, 0.1) for row in rows if row.video]
    for now, error in ((data_sha256(root, items, rows), 0.25), ("other clips", None)):
        settings = {"data_sha256": now}
        write_manifest(root / MEASURES, found, settings=settings, seed=None)
        docs = correction.documents(Dataset.from_json(str(root / "videoreason.jsonl")))
        # Of i0, A is shown by `perfect`, B by `wrong_direction`, C by nothing, D by `copy`.
        assert docs[0]["errors"] == [error, error, None, error]
