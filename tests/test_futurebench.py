"""FutureBench: prompts, views, scores of scripted models, and a scorer that never raises."""

from pathlib import Path
from typing import Any

import eval_data
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.errors import UserError
from data_prep.picture import Converter
from data_prep.video import frames, probe, write_clip
from lmms_tasks.futurebench import counts, rotations, task
from lmms_tasks.futurebench.names import VARIANTS, WITHOUT_SIGHT, headline, task_of
from lmms_tasks.futurebench.views import VIEWS, View, frame_order, make_views
from lmms_tasks.statistics import share_interval
from reward_fns.answers import letters, read_choice

TASK = "futurebench_direct"
GOLDEN = Path(__file__).parent / "golden"
DIRECT = task.VARIANTS["direct"]
DOC = {
    **eval_data.questions()[1].model_dump(),
    **{"video": "/data/v1.mp4", "missing": 0, "total": 8, "rotation": 0},
}

# Replies to the eight questions, whose answers are A, B, C, D, A, B, C, D.
REPLIES = {
    "q0": "A",
    "q1": "The answer is B.",
    "q2": "D",
    "q3": "I cannot tell.",
    "q4": "A man waits, so the answer is (A).",
    "q5": "<think>A? No.</think><answer>B</answer>",
    "q6": "A, B, C, D",
    "q7": "**D**",
}
RIGHT = {"q0": 1, "q1": 1, "q2": 0, "q3": 0, "q4": 1, "q5": 1, "q6": 0, "q7": 1}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VIDEOREASON_DATA", str(tmp_path))
    return eval_data.make(tmp_path)


@pytest.mark.parametrize("name", VARIANTS)
def test_prompt(name: str) -> None:
    shown = eval_data.as_text(task.VARIANTS[name].doc_to_messages(DOC))
    golden = (GOLDEN / f"{task_of(name)}.txt").read_text()
    assert shown == golden, "raise the task's version"


@pytest.mark.parametrize("name", ["blind", *VIEWS])
def test_what_is_shown_does_not_change_what_is_asked(name: str) -> None:
    assert task.VARIANTS[name].doc_to_text(DOC) == DIRECT.doc_to_text(DOC)


def test_the_video_reaches_the_model_as_a_path() -> None:
    assert DIRECT.doc_to_messages(DOC)[0]["content"][0] == {"type": "video", "url": "/data/v1.mp4"}
    assert task.VARIANTS["blind"].doc_to_visual(DOC) == []


def test_no_setting_changes_the_prompt_in_silence(capsys: pytest.CaptureFixture[str]) -> None:
    for call in (DIRECT.doc_to_text, DIRECT.doc_to_messages):
        assert call(DOC, {}) == call(DOC)
        with pytest.raises(SystemExit) as stopped:
            call(DOC, {"post_prompt": "Take a guess."})
        assert stopped.value.code == 1
        assert "Take a guess." in capsys.readouterr().err


def test_the_names_are_those_of_the_tasks() -> None:
    assert tuple(task.VARIANTS) == VARIANTS
    assert set(WITHOUT_SIGHT) == {"blind", *VIEWS}
    for name, variant in task.VARIANTS.items():
        assert variant.metrics()[0]["metric"] == headline(name)


def test_scores(root: Path) -> None:
    results = eval_data.evaluate([TASK], lambda _, doc: REPLIES[doc["id"]])
    scores = results["results"][TASK]
    expected = {
        "acc_micro": 5 / 8,
        "acc_hop1": 1.0,
        "acc_hop2": 0.0,
        "acc_hop3": 1.0,
        "acc_interpolation": 0.5,
        "acc_parsed": 5 / 6,
        "unparsed_share": 2 / 8,
        "missing_share": 0.0,
        "letter_bias": 1 / 6,  # of the six read replies one is D where the key is C
    }
    assert {name: scores[f"{name},none"] for name in expected} == pytest.approx(expected)
    interval = share_interval(list(RIGHT.values()), ["v0", "v1"] * 4)
    assert scores["low_micro,none"] == pytest.approx(interval.low)
    assert scores["high_micro,none"] == pytest.approx(interval.high)
    # An id beside the metrics would stand among the scores as an empty list.
    assert [name for name, value in scores.items() if isinstance(value, list)] == []
    records = {s["acc_micro"]["item_id"]: s["acc_micro"] for s in results["samples"][TASK]}
    assert {name: record["right"] for name, record in records.items()} == RIGHT
    assert records["q3"] == {
        "score": 0.0,
        "video_id": "v1",
        "item_id": "q3",
        "kind": "hop2",
        "answer_key": "D",
        "letter": None,
        "rule": read_choice(REPLIES["q3"], letters(eval_data.OPTIONS)).rule,
        "options": 4,
        "right": 0.0,
        "unparsed": 1.0,
    }
    told = results["configs"][TASK]["metadata"]
    assert told["version"] == 1
    assert told["data"]["folder"] == str(root)
    assert len(told["data"]["sha256"]) == 64


def test_the_group_s_headline_is_that_of_the_direct_answers(root: Path) -> None:
    def reply(name: str, doc: dict[str, Any]) -> str:
        return REPLIES[doc["id"]] if name == TASK else "A"

    results = eval_data.evaluate(["futurebench"], reply)
    assert results["groups"]["futurebench"]["acc_micro,none"] == 5 / 8
    assert results["results"]["futurebench_blind"]["acc_blind_micro,none"] == 2 / 8
    assert len(results["samples"]["futurebench_rotated"]) == 8 * 4
    for name in VIEWS:
        assert len(list((root / "views").glob(f"{name}-*.mp4"))) == 2


def test_a_kind_that_did_not_run_is_empty(root: Path) -> None:
    results = eval_data.evaluate([TASK], lambda _, doc: "?", limit=1)
    scores = results["results"][TASK]
    assert scores["acc_hop1,none"] == 0.0
    for name in ("acc_hop2", "low_hop2", "acc_parsed", "letter_bias"):
        assert scores[f"{name},none"] is None
    assert len(results["samples"][TASK]) == 1


def test_missing_videos_are_counted_and_their_items_not_asked(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "videos/v1.mp4").unlink()
    results = eval_data.evaluate([TASK, "futurebench_blind"], lambda _, doc: "A")
    scores = results["results"][TASK]
    assert scores["missing_share,none"] == 0.5
    assert results["results"]["futurebench_blind"]["missing_blind_share,none"] == 0.5
    for name in (TASK, "futurebench_blind"):
        asked = [s[headline(name[12:])]["video_id"] for s in results["samples"][name]]
        assert asked == ["v0"] * 4
    told = results["configs"][TASK]["metadata"]["data"]
    assert (told["items"], told["missing"]) == (8, 4)
    assert "4 of 8 FutureBench items are not asked" in capsys.readouterr().err


def test_what_rotations_say_of_a_model(root: Path) -> None:
    def knows_two(_: str, doc: dict[str, Any]) -> str:
        # q0 and q1 are known, q2 is always mistaken for the same option, the rest is letter A.
        if doc["id"] in ("q0", "q1"):
            return str(doc["answer"])
        if doc["id"] == "q2":
            return chr(ord("A") + doc["options"].index(eval_data.OPTIONS[0]))
        return "A" if doc["id"] != "q3" else "no idea"

    results = eval_data.evaluate(["futurebench_rotated"], knows_two)
    scores = results["results"]["futurebench_rotated"]
    expected = {
        "acc_rotated_micro": 2 / 8,
        "acc_rotated_mean": (2 + 4 * 0.25) / 8,
        "share_rotated_consistency": 3 / 8,
        "acc_rotated_hop1": 1.0,
        "acc_rotated_hop2": 0.0,
        "unparsed_rotated_share": 1 / 8,
    }
    assert {name: scores[f"{name},none"] for name in expected} == pytest.approx(expected)


def test_items_that_a_limit_cuts_through_are_left_out(root: Path) -> None:
    results = eval_data.evaluate(["futurebench_rotated"], lambda _, doc: doc["answer"], limit=6)
    rows = [s["acc_rotated_micro"] for s in results["samples"]["futurebench_rotated"]]
    assert len(rows) == 6
    assert [found[0]["item_id"] for found in rotations.whole_items(rows)] == ["q0"]


@given(
    st.lists(st.text(), min_size=2, max_size=26, unique=True).flatmap(
        lambda options: st.tuples(
            st.just(options),
            st.integers(0, len(options) - 1),
            st.integers(0, len(options) - 1),
        )
    )
)
def test_a_rotation_keeps_the_right_option(case: tuple[list[str], int, int]) -> None:
    options, right, by = case
    turned, letter = rotations.rotate(options, chr(ord("A") + right), by)
    assert sorted(turned) == sorted(options)
    assert turned[ord(letter) - ord("A")] == options[right]
    assert rotations.picked(letter, len(options), by) == right
    assert turned[0] == options[by]


@given(st.integers(1, 200), st.text())
def test_frame_orders(count: int, key: str) -> None:
    shuffled = list(frame_order("shuffled", count, key))
    assert sorted(shuffled) == list(range(count))
    assert count == 1 or shuffled != list(range(count))
    assert shuffled == list(frame_order("shuffled", count, key))
    assert list(frame_order("reversed", count, key)) == list(range(count))[::-1]
    assert set(frame_order("middle", count, key)) == {count // 2}
    assert len(frame_order("middle", count, key)) == count


def _numbered(path: Path, count: int) -> Path:
    """A clip whose frames are of a grey each of its own."""
    images = [np.full((34, 50, 3), 20 + 200 * i // count, np.uint8) for i in range(count)]
    write_clip(path, images, 8)
    return path


def _greys(path: Path) -> list[int]:
    info = probe(path)
    convert = Converter(info.width, info.height)
    return [round(float(convert(frame.image).mean())) for frame in frames(path)]


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_the_frames_of_its_source(view: View, tmp_path: Path) -> None:
    source = _numbered(tmp_path / "clip.mp4", 12)
    shown = make_views(tmp_path, [source, source], view)[source]
    before, after = _greys(source), _greys(shown)
    assert len(after) == 12
    assert (probe(shown).fps, probe(shown).width) == (8, 50)
    from lmms_tasks.data import fingerprint

    order = frame_order(view, 12, fingerprint(source))
    assert np.abs(np.array(after) - np.array([before[i] for i in order])).max() <= 2
    if view != "middle":
        assert after != before
        assert np.abs(np.sort(after) - np.sort(before)).max() <= 2


def test_views_are_made_once_and_again_for_another_source(tmp_path: Path) -> None:
    source = _numbered(tmp_path / "clip.mp4", 6)
    first = make_views(tmp_path, [source], "reversed")[source]
    stamp = first.stat().st_mtime_ns
    assert make_views(tmp_path, [source], "reversed")[source].stat().st_mtime_ns == stamp
    _numbered(source, 8)
    assert make_views(tmp_path, [source], "reversed")[source] != first
    assert len(list((tmp_path / "views").iterdir())) == 2


def test_a_video_that_ends_early_has_no_view(tmp_path: Path) -> None:
    source = _numbered(tmp_path / "clip.mp4", 30)
    source.write_bytes(source.read_bytes()[:-200])
    with pytest.raises(UserError, match="1 videos cannot be read in full"):
        make_views(tmp_path, [source], "reversed")
    assert list((tmp_path / "views").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    source = _numbered(tmp_path / "clip.mp4", 4)
    (tmp_path / "views").write_text("in the way")
    with pytest.raises(UserError, match="cannot be written beside the data"):
        make_views(tmp_path, [source], "middle")


@given(st.text())
def test_scoring_reads_what_the_one_reader_reads(reply: str) -> None:
    record = DIRECT.process_results(DOC, [reply])["acc_micro"]
    reading = read_choice(reply, letters(DOC["options"]))
    assert (record["letter"], record["rule"]) == (reading.letter, reading.rule)
    assert record["score"] == float(reading.letter == "B")


@pytest.mark.parametrize(
    "results",
    [
        [],
        [None],
        [""],
        ["🙂🙃"],
        ["\ufffd\ufffd"],
        ["\ud83d"],
        ["word " * 200_000],
        ["B" * 1_000_000],
    ],
    ids=["none", "null", "empty", "emoji", "replaced", "surrogate", "1 MB of words", "1 MB of B"],
)
@pytest.mark.parametrize("name", VARIANTS)
def test_a_broken_reply_is_counted_and_stops_nothing(results: list[Any], name: str) -> None:
    scored = task.VARIANTS[name].process_results(DOC, results)
    assert scored[headline(name)]["unparsed"] == 1.0


@pytest.mark.parametrize("name", VARIANTS)
def test_every_document_returns_every_metric(name: str) -> None:
    variant = task.VARIANTS[name]
    names = {entry["metric"] for entry in variant.metrics()}
    for question in eval_data.questions():
        for reply in ("A", "?"):
            assert set(variant.process_results({**DOC, **question.model_dump()}, [reply])) == names


@pytest.mark.parametrize(
    ("pairs", "bias"),
    [
        (["AA", "BB"], 0.0),
        (["AA", "AB", "AC", "AD"], 0.75),
        (["BA", "AB"], 0.0),  # both wrong, yet spread as the keys are
        ([], None),
    ],
)
def test_letter_bias(pairs: list[str], bias: float | None) -> None:
    items: list[dict[str, Any]] = [{"letter": given, "key": key} for given, key in pairs]
    assert counts.letter_bias([*items, {"letter": None, "key": "D"}, {}]) == bias
