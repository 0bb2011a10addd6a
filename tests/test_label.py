"""Labels of a local model: rated as the formula says, kept only where the order bears them out."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import kills
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from data_prep.errors import UserError
from data_prep.manifest import read_manifest, write_manifest
from data_prep.pairs.choose import Label, action_class, balanced, verdict
from data_prep.pairs.clerk import Scores
from data_prep.pairs.judge import Judge, Sight
from data_prep.pairs.label import label_pairs
from data_prep.pairs.negatives import Negatives
from data_prep.records import Negative, Pair
from data_prep.tinymodel import WEIGHTS


def picture(path: Path, seed: int) -> Path:
    pixels = np.random.default_rng(seed).integers(0, 256, (56, 56, 3), np.uint8)
    Image.fromarray(pixels).save(path, quality=95)
    return path


def make_pairs(folder: Path, count: int = 5) -> Path:
    folder.mkdir(parents=True)
    rows = []
    for number in range(count):
        names = [f"{number}_{side}.jpg" for side in (0, 1)]
        for side, name in enumerate(names):
            picture(folder / name, 2 * number + side)
        human = {"action": "moves left", "action_source": "human"} if number == 3 else {}
        rows.append(
            Pair(
                id=f"p{number}",
                clip_id=f"c{number}",
                video_id=f"v{number}",
                before=names[0],
                after=names[1],
                t0=0.0,
                t1=1.0,
                order=(0, 20),
                **human,  # type: ignore[arg-type]
            )
        )
    write_manifest(folder / "pairs.jsonl", rows, settings={}, seed=0)
    draw = Negatives(rows, 0)
    negatives = [negative for row in rows for negative in draw.of(row)]
    write_manifest(folder / "negatives.jsonl", negatives, settings={}, seed=0)
    return folder / "pairs.jsonl"


@pytest.fixture(scope="module")
def judge() -> Judge:
    # On a busy machine threads wait for each other most of the time.
    torch.set_num_threads(1)
    return Judge(str(WEIGHTS))


def test_the_score_is_the_mean_log_likelihood_of_the_answers_tokens(
    judge: Judge, tmp_path: Path
) -> None:
    """Against one pass for one answer, nothing padded, the sum taken token by token."""
    paths = [picture(tmp_path / f"{i}.jpg", i) for i in range(3)]
    sights = [Sight(paths[0], paths[1]), Sight(paths[1], paths[2]), Sight(paths[0], paths[0])]
    actions = ["it moves left", "it grows", "the other one moves right"]
    batched = judge.rate(sights, actions)
    for sight, action, score in zip(sights, actions, batched, strict=True):
        batch = judge._prompts([sight])
        prompt = batch["input_ids"].shape[1]
        answer = judge._processor.tokenizer(action + "<|im_end|>", return_tensors="pt").input_ids
        batch["input_ids"] = torch.cat([batch["input_ids"], answer.to(judge._device)], dim=1)
        batch["attention_mask"] = torch.ones_like(batch["input_ids"])
        with torch.no_grad():
            logits = judge._model(**batch).logits[0].double()
        total = 0.0
        for place, token in enumerate(answer[0].tolist()):
            total += torch.log_softmax(logits[prompt + place - 1], dim=-1)[token].item()
        assert score == pytest.approx(total / answer.shape[1], abs=1e-4)
    alone = [judge.rate([s], [a])[0] for s, a in zip(sights, actions, strict=True)]
    assert alone == pytest.approx(batched, abs=1e-4)
    assert len(set(map(round, [1000 * score for score in batched]))) == 3


def test_both_pictures_and_their_order_matter_to_the_score(judge: Judge, tmp_path: Path) -> None:
    a, b = (picture(tmp_path / f"{i}.jpg", i) for i in range(2))
    scores = judge.rate([Sight(a, b), Sight(b, a), Sight(a, a)], ["it grows"] * 3)
    assert len({round(score, 6) for score in scores}) == 3


def test_names_are_greedy_and_one_line(judge: Judge, tmp_path: Path) -> None:
    paths = [picture(tmp_path / f"{i}.jpg", i) for i in range(3)]
    sights = [Sight(paths[0], paths[1]), Sight(paths[1], paths[2])]
    names = judge.name_actions(sights)
    assert names == judge.name_actions(sights)
    assert all(name == " ".join(name.split()) and "<|" not in name for name in names)


class Oracle:
    """A judge whose scores are known: by the names of the two files."""

    fingerprint = "oracle"

    def __init__(self, scores: dict[str, float], name: str = "open the door") -> None:
        self.scores, self.name, self.asked = scores, name, 0

    def name_actions(self, sights: Sequence[Sight]) -> list[str]:
        self.asked += len(sights)
        return ["" if self.name == "" else f"{self.name}" for _ in sights]

    def rate(self, sights: Sequence[Sight], actions: Sequence[str]) -> list[float]:
        self.asked += len(sights)
        found = []
        for sight, action in zip(sights, actions, strict=True):
            pair, side = sight.before.stem.split("_")
            other, end = sight.after.stem.split("_")
            order = (
                "other_clip"
                if other != pair
                else {"01": "true", "10": "swapped", "00": "copied"}[side + end]
            )
            found.append(self.scores.get(f"{pair}:{order}", self.scores.get(action, -1.0)))
        return found


def label(source: Path, judge: Any, **options: Any) -> Any:
    return label_pairs(source, judge, model="m", **options)


def scores_of(folder: Path) -> dict[str, Scores]:
    rows = read_manifest(folder / "labelled.scores.jsonl", Scores, made_by="")
    return {row.pair_id: row for row in rows}


def test_a_label_is_kept_only_if_the_true_order_beats_the_others(tmp_path: Path) -> None:
    source = make_pairs(tmp_path / "a")
    oracle = Oracle(
        {
            **{"0:true": -0.5, "0:swapped": -0.9, "0:copied": -0.8, "0:other_clip": -0.1},
            **{"1:true": -0.5, "1:swapped": -0.5, "1:copied": -0.8},
            **{"2:true": -0.5, "2:swapped": -0.9, "2:copied": -0.4},
            **{"4:true": -0.7, "4:swapped": -0.9, "4:copied": -0.9},
        }
    )
    summary = label(source, oracle)
    assert (summary.pairs, summary.kept, summary.human) == (5, 2, 1)
    assert summary.left_out == {
        "as likely backwards": 1,
        "as likely when nothing changes": 1,
    }
    assert summary.beaten == {"swapped": (3, 4), "copied": (3, 4), "other_clip": (3, 4)}
    rows = {pair.id: pair for pair in read_manifest(summary.manifest, Pair, made_by="")}
    assert {id_: row.action_source for id_, row in rows.items()} == {
        "p0": "model",
        "p3": "human",
        "p4": "model",
    }
    assert (rows["p0"].action, rows["p0"].action_model, rows["p0"].action_score) == (
        "open the door",
        "m",
        -0.5,
    )
    scores = scores_of(source.parent)
    assert (scores["p0"].kept, scores["p1"].kept) == (True, False)
    assert scores["p1"].reason == "as likely backwards" and scores["p0"].other_clip == -0.1
    report = (source.parent / "labelled.report.jsonl").read_text().splitlines()
    assert [json.loads(line)["row"] for line in report] == ["p1", "p2"]
    negatives = list(
        read_manifest(source.parent / "labelled.negatives.jsonl", Negative, made_by="")
    )
    assert {row.pair_id for row in negatives} == set(rows)
    assert {row.action for row in negatives if row.kind == "other_action"} == {
        "close the door",
        "moves right",
    }


def test_labels_beyond_the_number_to_keep_are_counted(tmp_path: Path) -> None:
    source = make_pairs(tmp_path / "a")
    scores = {f"{i}:swapped": -2.0 for i in range(5)} | {f"{i}:copied": -2.0 for i in range(5)}
    summary = label(source, Oracle({**scores, "2:true": -0.1}), keep=1)
    assert summary.kept == 1 and summary.left_out == {"beyond --keep": 3}
    kept = [row for row in read_manifest(summary.manifest, Pair, made_by="") if row.action_score]
    assert [row.id for row in kept] == ["p2"]


def test_a_model_that_says_nothing_labels_nothing(tmp_path: Path) -> None:
    summary = label(make_pairs(tmp_path / "a"), Oracle({}, name=""))
    assert (summary.kept, summary.human) == (0, 1)
    assert summary.left_out == {"nothing said": 4}


def test_from_a_closed_set_the_likeliest_is_chosen(tmp_path: Path) -> None:
    source = make_pairs(tmp_path / "a", count=2)
    worse = {f"{i}:{order}": -9.0 for i in range(2) for order in ("swapped", "copied")}
    oracle = Oracle({**worse, "grows": -3.0, "moves up": -0.5, "falls": -4.0})
    summary = label(source, oracle, actions=["grows", "moves up", "falls"], batch=2)
    assert summary.kept == 2
    assert {row.action for row in scores_of(source.parent).values()} == {"moves up"}


def test_what_was_asked_is_not_asked_again(tmp_path: Path) -> None:
    source = make_pairs(tmp_path / "a")
    oracle = Oracle({f"{i}:{o}": -2.0 for i in range(5) for o in ("swapped", "copied")})
    label(source, oracle, batch=2)
    first, files = oracle.asked, kills.files(source.parent)
    label(source, oracle, batch=2)
    assert oracle.asked == first
    assert kills.files(source.parent) == files
    picture(source.parent / "0_1.jpg", 99)
    label(source, oracle, batch=2)
    # The chunk with the changed picture is asked as a whole; it is also another pair's after frame.
    assert first < oracle.asked < 2 * first + 1


@pytest.mark.parametrize(
    ("true", "swapped", "copied", "why"),
    [
        (-0.5, -0.6, -0.6, None),
        (-0.5, -0.5, -0.6, "as likely backwards"),
        (-0.5, -0.4, -0.1, "as likely backwards"),
        (-0.5, -0.6, -0.5, "as likely when nothing changes"),
    ],
)
def test_a_draw_is_no_win(true: float, swapped: float, copied: float, why: str | None) -> None:
    assert verdict(true, swapped, copied) == why


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("Open the door.", "open door"),
        ("open a door slowly", "open door"),
        ("The person opens the door", "opens door"),
        ("it moves left", "moves left"),
        ("it grows", "grows"),
        ("it is", "it is"),
        ("", ""),
    ],
)
def test_the_class_of_an_action_is_its_verb_and_object(action: str, expected: str) -> None:
    assert action_class(action) == expected


labels = st.lists(
    st.builds(
        Label,
        st.uuids().map(str),
        st.sampled_from(["open door", "open a door", "cut bread", "run"]),
        st.sampled_from([-0.1, -0.5, -1.0, -2.0]),
    ),
    max_size=30,
    unique_by=lambda label: label.pair_id,
)


@given(labels, st.integers(1, 35))
def test_labels_are_taken_in_turn_from_the_classes_best_first(
    drawn: list[Label], keep: int
) -> None:
    taken = balanced(drawn, keep)
    assert len(taken) == min(keep, len(drawn)) and set(balanced(drawn, None)) == set(drawn)
    assert balanced(drawn[::-1], keep) == taken
    classes = {action_class(each.action) for each in drawn}
    count = {c: sum(action_class(each.action) == c for each in taken) for c in classes}
    left = [each for each in drawn if each not in taken]
    for each in left:
        mine = action_class(each.action)
        # A class that has labels left is at most one behind any other.
        assert count[mine] + 1 >= max(count.values())
        assert each.score <= min(
            (other.score for other in taken if action_class(other.action) == mine), default=0.0
        )


def test_the_tiny_model_labels_from_the_command_line_and_survives_a_kill(tmp_path: Path) -> None:
    place = tmp_path / "rough"
    options = ["--model", str(WEIGHTS), "--batch", "2"]
    one_thread = {"OMP_NUM_THREADS": "1"}
    kills.run(["label", str(make_pairs(tmp_path / "calm")), *options], **one_thread)
    arguments = ["label", str(make_pairs(place)), *options]

    def answered() -> int:
        answers = place / ".labelled.answers"
        return answers.stat().st_mtime_ns if answers.exists() else 0

    # The file is made, and the first answers are in it.
    assert kills.kill_at(arguments, 0.0, sign=answered, changes=2, **one_thread)
    assert not (place / "labelled.jsonl").exists()
    kills.run(arguments, **one_thread)
    wanted, found = kills.files(tmp_path / "calm"), kills.files(place)
    assert found == wanted
    assert {"labelled.jsonl", "labelled.scores.jsonl", "labelled.report.jsonl"} <= set(found)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"out": "pairs.jsonl"}, "not the source"),
        ({"out": "x.json"}, "must name a .jsonl"),
    ],
)
def test_wrong_places_are_refused(change: dict[str, str], told: str, tmp_path: Path) -> None:
    source = make_pairs(tmp_path / "a")
    with pytest.raises(UserError, match=told):
        label(source, Oracle({}), out=source.with_name(change["out"]))
    assert sum(1 for _ in read_manifest(source, Pair, made_by="")) == 5


def test_a_model_that_is_none_and_a_picture_that_is_gone_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"cannot be loaded(.|\n)*nowhere(.|\n)*--model"):
        Judge(str(tmp_path / "nowhere"))
    source = make_pairs(tmp_path / "a")
    (tmp_path / "a/0_0.jpg").unlink()
    with pytest.raises(UserError, match=r"cannot be read(.|\n)*0_0\.jpg"):
        label(source, Oracle({}))
