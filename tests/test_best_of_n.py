"""Best of N: exact expectations, verifiers that see nothing they may not, and the copy check."""

import json
import math
from itertools import combinations
from pathlib import Path
from typing import Any

import eval_data
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_replay import _log
from typer.testing import CliRunner

from data_prep.errors import UserError
from data_prep.manifest import write_manifest
from data_prep.records import Prediction
from lmms_tasks.best_of_n import cli, outcomes, picks, sources, verifiers
from lmms_tasks.best_of_n.candidates import Truth, fields, truth
from lmms_tasks.best_of_n.verifiers import Verifier
from lmms_tasks.videoreason import plausibility, verification
from lmms_tasks.videoreason.measured import LIKELIHOODS, MEASURES, Likelihood, Measured, data_sha256
from lmms_tasks.videoreason.measures import Measures

GOLDEN = Path(__file__).parent / "golden"
CANDIDATE = {
    "same": True,
    "id": "i0:real",
    "item_id": "i0",
    "video_id": "v0",
    "kind": "bounce",
    "generator": "real",
}
# Per item: which samples are right. None: the generation failed.
RIGHT: list[list[bool | None]] = [
    [False, True, False, True],
    [True, True, False, None],
    [False, False, False, False],
    [None, None, True, False],
]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=7), st.data())
def test_expectations_are_those_of_all_choices(pairs: Any, data: Any) -> None:
    right, scores = [float(r) for r, _ in pairs], [float(s) for _, s in pairs]
    n = data.draw(st.integers(1, len(pairs)))
    picked, any_right = [], []
    for drawn in combinations(range(len(pairs)), n):
        top = max(scores[i] for i in drawn)
        best = [right[i] for i in drawn if scores[i] == top]
        picked.append(sum(best) / len(best))
        any_right.append(max(right[i] for i in drawn))
    assert picks.by_verifier(right, scores, n) == pytest.approx(sum(picked) / len(picked))
    assert picks.by_oracle(right, n) == pytest.approx(sum(any_right) / len(any_right))
    assert picks.at_random(right, n) == pytest.approx(sum(right) / len(right))


@pytest.mark.parametrize(
    ("right", "scores", "n"),
    [([1.0], [0.0], 2), ([1.0], [0.0], 0), ([1.0, 0.0], [0.0], 1), ([1.0], [math.nan], 1)],
)
def test_what_cannot_be_picked_from(right: list[float], scores: list[float], n: int) -> None:
    with pytest.raises(ValueError, match="candidates"):
        picks.by_verifier(right, scores, n)


def samples() -> list[Prediction]:
    """Four samples by one generator of each item, right as in `RIGHT`."""
    items = eval_data.items()
    return [
        Prediction(
            id=f"i{i}-s{k}",
            item_id=f"i{i}",
            generator="g",
            seed=k,
            sample=k,
            prompt="",
            prompt_has_label=False,
            video=None if right is None else f"generated/perfect{i}.mp4",
            failure="out of memory" if right is None else None,
            shows=None if right is None else items[i].answer if right else "D",
            real_first=True,
        )
        for i, row in enumerate(RIGHT)
        for k, right in enumerate(row)
    ]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    data = tmp_path / "data"
    monkeypatch.setenv("VIDEOREASON_DATA", str(data))
    eval_data.make(data)
    write_manifest(data / "predictions.jsonl", samples(), settings={}, seed=0)
    return data


KNOWN = Truth(known=True, read={})


def found(verifier_scores: dict[str, float]) -> dict[tuple[str, int], outcomes.Outcome]:
    verifier = Verifier("v", False, verifier_scores, {}, {})
    by_generator, _ = fields(eval_data.items(), samples(), KNOWN, pool=False)
    rows = outcomes.outcomes("g", by_generator["g"], [verifier], (1, 2, 4, 8))
    return {(row.pick, row.n): row for row in rows}


def test_the_picks_of_scripted_verifiers() -> None:
    knows = {row.id: float(row.shows != "D") for row in samples() if row.video}
    rows = found(knows)
    random = (2 / 4 + 2 / 4 + 0 + 1 / 4) / 4
    assert rows["random pick", 4].accuracy.value == pytest.approx(random)
    assert rows["random pick", 1].accuracy.value == pytest.approx(random)
    assert rows["first sample", 4].accuracy.value == 1 / 4
    assert rows["best possible pick", 4].accuracy.value == 3 / 4
    assert rows["v", 4].accuracy.value == 3 / 4
    assert rows["v", 1].accuracy.value == pytest.approx(random)
    gain = rows["v", 4].gain
    assert gain is not None
    assert gain.value == pytest.approx(3 / 4 - random)
    assert ("v", 8) not in rows  # no item has eight
    contrary = found({name: -score for name, score in knows.items()})
    assert contrary["v", 4].accuracy.value == 0.0


def test_a_verifier_that_knows_nothing_picks_at_random() -> None:
    rows = found(dict.fromkeys((row.id for row in samples() if row.video), 0.5))
    # Among clips: failures are seen to be failures.
    assert rows["v", 4].accuracy.value == pytest.approx((2 / 4 + 2 / 3 + 0 + 1 / 2) / 4)


def test_what_was_not_rated_is_picked_last_and_counted() -> None:
    rows = found({"i0-s0": 0.1})
    assert rows["v", 4].unscored == pytest.approx(12 / 13)
    assert rows["v", 4].accuracy.value == pytest.approx((0 + 2 / 3 + 0 + 1 / 2) / 4)
    assert ("v", 4) not in found({"other": 1.0})


def test_leaking_candidates_are_left_out_and_counted() -> None:
    rows = samples()
    rows[1] = rows[1].model_copy(update={"prompt_has_label": True})
    by_generator, left_out = fields(eval_data.items(), rows, KNOWN, pool=True)
    assert left_out == {"made from the true label": 1}
    assert [len(field.candidates) for field in by_generator["pool"]] == [3, 4, 4, 4]


def test_the_truth_is_known_or_read_or_asked_for() -> None:
    rows = [row.model_copy(update={"shows": None}) for row in samples()]
    with pytest.raises(UserError, match="which of the candidates are right"):
        truth(rows, {})
    read = truth(rows, {"i0-s0": 1.0})
    _, left_out = fields(eval_data.items(), rows, read, pool=False)
    assert left_out == {"not read in the retention log": 12}  # failures are known to be wrong


@pytest.mark.parametrize(
    ("real", "copy", "share"),
    [
        ({"i0": 0.9, "i1": 0.2}, {"i0": 0.1, "i1": 0.8}, 0.5),
        ({"i0": 0.5}, {"i0": 0.5}, 0.5),
        ({"i0": 0.1}, {"i0": 0.2}, 1.0),
        ({"i0": 0.1}, {}, None),
    ],
)
def test_what_a_verifier_prefers(
    real: dict[str, float], copy: dict[str, float], share: float | None
) -> None:
    told = outcomes.preference(Verifier("v", False, {}, real, copy), {"i0": "v0", "i1": "v1"})
    assert (None if told is None else told.share.value) == share


def _measured(name: str, lpips: float, jump: float) -> Measured:
    same = dict.fromkeys(
        ("ssim", "copy_ssim", "psnr", "copy_psnr", "change", "real_change", "noise_change"), 0.5
    )
    return Measured(
        prediction_id=name,
        item_id=name[:2],
        video_id="v0",
        generator="g",
        condition="none",
        sample=0,
        measures=Measures(
            frames=4,
            resized=False,
            retimed=False,
            lpips=lpips,
            copy_lpips=0.3,
            noise_lpips=1.0,
            smoothness=None,
            real_smoothness=None,
            jump=jump,
            real_jump=0.2,
            **same,
        ),
    )


def _likelihood(name: str, item: str, scores: list[float]) -> Likelihood:
    return Likelihood(prediction_id=name, item_id=item, video_id="v0", generator="g", scores=scores)


def test_only_oracles_see_the_future_or_the_answer(root: Path) -> None:
    items, rows = eval_data.items(), samples()
    now = {"data_sha256": data_sha256(root, items, rows)}
    measured = [_measured(row.id, 0.1 * row.sample, 0.3) for row in rows if row.video]
    write_manifest(root / MEASURES, measured, settings=now, seed=None)
    rated = [_likelihood(row.id, row.item_id, [0.0, -1.0, -2.0, -3.0]) for row in rows]
    rated += [_likelihood(f"{item.id}:real", item.id, [0.0] * 4) for item in items]
    rated += [_likelihood(f"{item.id}:copy", item.id, [1.0, 0, 0, 0]) for item in items]
    write_manifest(root / LIKELIHOODS, rated, settings=now, seed=None)
    by_name = {v.name: v for v in sources.read_sources(root, []).verifiers}
    assert {name: v.oracle for name, v in by_name.items()} == {
        "first-frame jump": False,
        "LPIPS to the real future": True,
        "inverse dynamics": False,
        "inverse dynamics, told the answer": True,
    }
    videos = {item.id: item.video_id for item in items}
    preferred = {
        name: told.share.value
        for name, verifier in by_name.items()
        if (told := outcomes.preference(verifier, videos)) is not None
    }
    # A copy never jumps and is never the real future; A is the answer of two items.
    assert preferred == {
        "first-frame jump": 1.0,
        "LPIPS to the real future": 0.0,
        "inverse dynamics": 1.0,
        "inverse dynamics, told the answer": 0.5,
    }


def test_a_generator_that_was_told_an_answer_is_rated_by_it() -> None:
    items = eval_data.items()[:1]
    row = samples()[0].model_copy(update={"condition": "answer", "answered_by": "m", "told": "B"})
    rated = {row.id: _likelihood(row.id, "i0", [5.0, 0.0, 0.0, 0.0])}
    usable, _ = verifiers.from_likelihoods(rated, items, [row])
    assert usable.scores[row.id] < 0.25


def test_a_likelihood_that_is_no_number_is_not_a_score() -> None:
    rated = {"i0-s0": _likelihood("i0-s0", "i0", [math.nan, 0.0, 0.0, 0.0])}
    assert verifiers.from_likelihoods(rated, eval_data.items(), samples()) == []


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, list(arguments))


def test_the_command_line(root: Path, tmp_path: Path) -> None:
    def reply(task: str, doc: dict[str, Any]) -> str:
        if doc["generator"] == "real":
            return "0.9"
        # The second sample is held for the likeliest; one reply is not a number.
        return "NaN" if doc["id"] == "i2-s3" else "0.8" if doc["id"].endswith("s1") else "20%"

    results = eval_data.evaluate(["videoreason_plausibility"], reply)
    log = _log(results, tmp_path / "log")
    told = {"metadata": {"data": {"folder": str(root), "sha256": "x"}}, "generation_kwargs": {}}
    (log / "20260101_000000_results.json").write_text(
        json.dumps(
            {
                "config": {"model": "m", "model_args": ""},
                "configs": {"videoreason_plausibility": told},
                "versions": {"videoreason_plausibility": 1},
            }
        )
    )
    done = run(str(log), "--json", str(tmp_path / "b.json"), "--markdown", str(tmp_path / "b.md"))
    assert done.exit_code == 0, done.output
    assert "1 replies state no probability, they count as 0.5" in done.output
    numbers = json.loads((tmp_path / "b.json").read_text())
    accuracy = {(row["pick"], row["n"]): row["accuracy"]["value"] for row in numbers["outcomes"]}
    assert accuracy["stated confidence", 4] == pytest.approx((1 + 1 + 0 + 1 / 2) / 4)
    assert "| g | 4 | 4 | stated confidence |" in (tmp_path / "b.md").read_text()
    assert any(text.startswith("inverse dynamics: ") for text in numbers["missing"])


def test_without_samples_there_is_nothing_to_pick_from(root: Path) -> None:
    write_manifest(root / "predictions.jsonl", eval_data.predictions(), settings={}, seed=0)
    done = run("--data", str(root))
    assert isinstance(done.exception, UserError)
    assert "--pool" in str(done.exception)
    pooled = run("--data", str(root), "--pool")
    assert pooled.exit_code == 0
    assert "best possible pick (oracle)" in pooled.output
    assert "first sample" not in pooled.output


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text + text.splitlines()[0] + "\n", "ids stand more than once"),
        (lambda text: text.replace("i0-s0", "i9-s0"), "other predictions than those of the data"),
    ],
)
def test_a_log_that_does_not_fit_is_refused(
    root: Path, tmp_path: Path, change: Any, says: str
) -> None:
    results = eval_data.evaluate(["videoreason_plausibility"], lambda task, doc: "0.5")
    log = _log(results, tmp_path / "log")
    (file,) = log.iterdir()
    file.write_text(change(file.read_text()))
    records = [json.loads(line)["unparsed_plausibility"] for line in file.read_text().splitlines()]
    from lmms_tasks.logs import Run, TaskLog

    with pytest.raises(UserError, match=says):
        sources._check(
            Run("m", {sources.PLAUSIBILITY: TaskLog(records, {})}), sources.PLAUSIBILITY, samples()
        )


def test_prompt() -> None:
    doc = {"videos": ["/data/context.mp4", "/data/candidate.mp4"]}
    golden = (GOLDEN / "videoreason_plausibility.txt").read_text()
    assert eval_data.as_text(plausibility.doc_to_messages(doc)) == golden, "raise the version"


@given(st.text())
def test_scoring_a_candidate_never_raises(reply: str) -> None:
    names = {entry["metric"] for entry in plausibility.METRICS}
    scored = plausibility.process_results(CANDIDATE, [reply])
    assert set(scored) == names
    assert 0 <= scored["unparsed_plausibility"]["confidence"] <= 1


@pytest.mark.parametrize(
    "reply",
    ["NaN", "confidence: nan", "inf", "Hard to say.", "", "1.7", "150%", "-0.2", "0.2 or 0.9"],
)
@pytest.mark.parametrize("task", [plausibility, verification], ids=lambda task: task.__name__)
def test_a_reply_without_one_probability_is_counted_and_says_nothing(task: Any, reply: str) -> None:
    unread = "unparsed_plausibility" if task is plausibility else "unparsed_confidence"
    doc = {**CANDIDATE, "same": True, "lpips": None, "inverse_dynamics": None}
    scored = task.process_results(doc, [reply])
    assert scored[unread]["score"] == 1.0
    record = scored["unparsed_plausibility" if task is plausibility else "auroc_confidence"]
    assert (record["stated"], record["confidence"]) == (None, 0.5)
