"""V1-33K is imported whole, whatever a row lacks: each fault of its converters has its test."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imports
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_prep import prompts
from data_prep.importing import v1_33k
from data_prep.importing.choices import ChoiceText, read_choice_question
from data_prep.importing.library import Library
from data_prep.importing.tally import Import
from data_prep.importing.v1_33k import Layout, import_v1_33k, read_cut_time
from data_prep.manifest import read_manifest, resolve
from data_prep.records import Clip, Critique, Reasoning, Record, Split, VideoQuestion

Row = dict[str, Any]
CHOICE = "<image>\nWhat does the man do?\nA. he sits\nB. he runs\nAnswer by letter."


def good(name: str = "cook/a.mp4") -> Row:
    """A row with all parts, of the published form."""
    return {
        "video_path": f"video_dataset/{name}",
        "full_video_path": f"full_dataset/{name}",
        "caption": "A man cooks and eats.",
        "events": [
            {"scene": "Scene 1", "description": "he cuts"},
            {"scene": "Scene 2", "description": "he cooks"},
            {"scene": "Scene 3", "description": "he eats"},
        ],
        "video_split": {
            "scenes_timestep": [{"Scene 2": {"start": "0:01", "end": "0:02.5"}}],
            "split_caption": {"caption_part1": "He cooks.", "caption_part2": "He eats."},
        },
        "ds_reasoning": {
            "rewritten_reasoning_content": "The pan is hot.",
            "rewritten_prediction_content": "He will eat.",
        },
        "o3_critique": {"Critique": "It fits.", "Conclusion": "right"},
        "mc_qa": [{"from": "human", "value": CHOICE}, {"from": "gpt", "value": "B."}],
        "oe_qa": [{"value": "<image>What does he eat?"}, {"value": "An egg."}],
    }


def without(*keys: str) -> Row:
    row: Any = good()
    inner = row
    for key in keys[:-1]:
        inner = inner[key]
    del inner[keys[-1]]
    return row  # type: ignore[no-any-return]


def changed(value: Any, *keys: str) -> Row:
    row: Any = good()
    inner = row
    for key in keys[:-1]:
        inner = inner[key]
    inner[keys[-1]] = value
    return row  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    root = tmp_path_factory.mktemp("v1")
    names = [f"cook/{letter}.mp4" for letter in "abc"]
    return imports.library(imports.videos(root, *names, bad=("cook/broken.mp4",)))


@pytest.fixture
def run(library: Library) -> Callable[..., Import]:
    def start(*rows: Any, layout: Layout = "first-part") -> Import:
        out = library.manifest.parent
        file = imports.write_json(out / "next_event_prediction.json", list(rows))
        told = {**imports.settings("v1-33k"), "name": f"v1-33k-{layout}"}
        return import_v1_33k(file, library, out, layout, told)

    return start


def rows_of(session: Import, kind: str, model: type[Record]) -> list[Any]:
    return list(read_manifest(session.path(kind), model, made_by="import"))


def test_a_first_part_is_a_split_without_a_future(run: Callable[..., Import]) -> None:
    session = run(good())
    (split,) = rows_of(session, "splits", Split)
    assert split.future is None and split.certificate is None
    assert "its future is not" in split.how
    assert (split.context_caption, split.future_caption) == ("He cooks.", "He eats.")
    assert [event.text for event in split.context_events] == ["he cuts", "he cooks"]
    assert [event.text for event in split.future_events] == ["he eats"]
    assert resolve(session.path("splits").parent, split.context).is_file()
    (thought,) = rows_of(session, "reasoning", Reasoning)
    (critique,) = rows_of(session, "critiques", Critique)
    assert thought.split_id == critique.split_id == split.id
    assert (thought.model, critique.model) == ("deepseek-r1", "o3-mini")
    assert critique.prediction == thought.prediction == "He will eat."
    assert not session.tally.counts


def test_a_full_video_is_a_clip_with_the_published_cut(run: Callable[..., Import]) -> None:
    session = run(good(), layout="full")
    (clip,) = rows_of(session, "clips", Clip)
    assert clip.caption == "A man cooks and eats."
    assert clip.published is not None and clip.published.time == 2.5
    assert clip.published.context_caption == "He cooks."
    spans = [(event.start, event.end, event.text) for event in clip.events]
    end = clip.duration
    assert spans == [(0, 2.5, "he cuts"), (0, 2.5, "he cooks"), (2.5, end, "he eats")]
    choice, free = rows_of(session, "questions", VideoQuestion)
    assert (choice.question, choice.options) == ("What does the man do?", ["he sits", "he runs"])
    assert (choice.answer, choice.kind) == ("he runs", "mc_qa")
    assert (free.question, free.answer, free.kind) == ("What does he eat?", "An egg.", "oe_qa")


def test_missing_comma_joins_no_two_questions() -> None:
    pools = [value for name, value in vars(prompts).items() if name.endswith("_POOL")]
    assert pools
    for entry in [entry for pool in pools for entry in pool]:
        assert not re.search(r"[?.!][^\s.]", entry), f"two entries in one: {entry}"


#: What is wrong with a row -> the row, the layout, and the kind and reason that are counted.
MALFORMED: dict[str, tuple[Any, Layout, str, str]] = {
    "text": ("x", "first-part", "rows", "not an object"),
    "null": (None, "full", "rows", "not an object"),
    "list": ([good()], "full", "rows", "not an object"),
    "no split": (without("video_split"), "first-part", "future caption", "missing"),
    "null split": (changed(None, "video_split"), "full", "published cut", "no scenes_timestep"),
    "no caption": (without("caption"), "full", "caption", "missing"),
    "number caption": (changed(7, "caption"), "full", "caption", "missing"),
    "no second half": (
        without("video_split", "split_caption", "caption_part2"),
        "first-part",
        "future caption",
        "missing",
    ),
    "no first half": (
        changed(" ", "video_split", "split_caption", "caption_part1"),
        "first-part",
        "context caption",
        "missing",
    ),
    "odd time": (
        changed([{"Scene 2": "soon"}], "video_split", "scenes_timestep"),
        "full",
        "published cut",
        "its time cannot be read",
    ),
    "late time": (
        changed([{"Scene 2": 99}], "video_split", "scenes_timestep"),
        "full",
        "published cut",
        "it lies outside the video",
    ),
    "no times": (
        changed([], "video_split", "scenes_timestep"),
        "full",
        "published cut",
        "no scenes_timestep",
    ),
    "no reasoning": (
        without("ds_reasoning"),
        "full",
        "reasoning",
        "no reasoning and no prediction",
    ),
    "no thoughts": (
        without("ds_reasoning", "rewritten_reasoning_content"),
        "first-part",
        "reasoning",
        "no reasoning",
    ),
    "no critique": (without("o3_critique"), "first-part", "critiques", "no critique"),
    "no conclusion": (
        changed("", "o3_critique", "Conclusion"),
        "first-part",
        "critiques",
        "no conclusion",
    ),
    "critique of nothing": (
        without("ds_reasoning"),
        "first-part",
        "critiques",
        "no reasoning that it judges",
    ),
    "no questions": (without("mc_qa"), "full", "mc_qa", "missing"),
    "questions as text": (changed("q", "oe_qa"), "full", "oe_qa", "not a list"),
    "odd number of turns": (
        changed([{"value": "Why?"}], "oe_qa"),
        "full",
        "oe_qa",
        "a question without an answer, or the other way round",
    ),
    "turn without a value": (
        changed([{"value": "Why?"}, {"text": "so"}], "oe_qa"),
        "full",
        "oe_qa",
        "a question without an answer, or the other way round",
    ),
    "no options": (
        changed([{"value": "Why?"}, {"value": "A"}], "mc_qa"),
        "full",
        "mc_qa",
        "its options cannot be read",
    ),
    "two letters": (
        changed([{"value": CHOICE}, {"value": "A or B"}], "mc_qa"),
        "full",
        "mc_qa",
        "its answer names no option",
    ),
    "half a character": (
        changed("\ud800", "ds_reasoning", "rewritten_reasoning_content"),
        "first-part",
        "reasoning",
        "not valid",
    ),
    "half a caption": (changed("\ud800", "caption"), "full", "clips", "not valid"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_one_malformed_entry_does_not_end_the_import(run: Callable[..., Import], name: str) -> None:
    row, layout, kind, reason = MALFORMED[name]
    session = run(good("cook/b.mp4"), row, good("cook/c.mp4"), layout=layout)
    assert session.read == 3
    first = "splits" if layout == "first-part" else "clips"
    ids = [row.id for row in rows_of(session, first, Split if first == "splits" else Clip)]
    assert {"cook_b", "cook_c"} <= set(ids)
    assert any(why.startswith(reason) for why in imports.reasons(session, kind)), (
        session.tally.counts
    )
    listed = [json.loads(line) for line in session.tally.path.read_text().splitlines()]
    assert len(listed) == session.tally.counts.total()
    assert any(each["kind"] == kind and each["row"].startswith("2") for each in listed)


def test_a_missing_video_is_counted_and_ends_nothing(run: Callable[..., Import]) -> None:
    session = run(good("cook/none.mp4"), good("cook/broken.mp4"), good())
    assert imports.reasons(session, "rows") == {
        "video not found": 1,
        "video refused by the scan: unreadable": 1,
    }
    assert session.written["splits"] == 1


def test_an_entry_without_a_path_is_counted(run: Callable[..., Import]) -> None:
    session = run(without("full_video_path"), good(), layout="full")
    assert imports.reasons(session, "rows") == {"no full_video_path": 1}
    assert session.written["clips"] == 1
    assert run(without("full_video_path")).written["splits"] == 1


@pytest.mark.parametrize("scene", ["", "Scene", "Scene two", "Scene 9", "Scene 0", "2", "Scene -1"])
def test_a_scene_name_that_does_not_fit_is_counted(run: Callable[..., Import], scene: str) -> None:
    session = run(changed([{scene: 1.0}], "video_split", "scenes_timestep"))
    (split,) = rows_of(session, "splits", Split)
    assert split.context_events == split.future_events == []
    assert imports.reasons(session, "events") == {"the scene at the cut is not among them": 1}


@pytest.mark.parametrize("said", ["right/wrong", "wrong.", "incorrect", "Wrong", "right"])
def test_a_conclusion_is_kept_as_given_and_filed_nowhere(
    run: Callable[..., Import], said: str
) -> None:
    session = run(changed(said, "o3_critique", "Conclusion"))
    (critique,) = rows_of(session, "critiques", Critique)
    assert critique.conclusion == said


def test_two_imports_give_the_same_bytes(run: Callable[..., Import]) -> None:
    rows = [good(), good("cook/b.mp4"), "x", good("cook/c.mp4")]
    first = run(*rows, layout="full")
    kinds = ("clips", "reasoning", "critiques", "questions")
    written = [first.path(kind).read_bytes() for kind in kinds]
    again = run(*rows, layout="full")
    assert [again.path(kind).read_bytes() for kind in kinds] == written


def test_a_second_row_of_one_video_is_counted(run: Callable[..., Import]) -> None:
    session = run(good(), good())
    assert session.written["splits"] == 1
    assert imports.reasons(session, "rows") == {"a second row of one video": 1}


TEXTS = st.text(max_size=8) | st.sampled_from(["Scene 1", "0:01", "a.mp4", "right"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            TEXTS | st.sampled_from(["value", "scene", "description"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), layout=st.sampled_from(["first-part", "full"]))
def test_no_row_whatever_raises(
    run: Callable[..., Import], data: st.DataObject, layout: Layout
) -> None:
    row = good()
    for key in list(row):
        if key not in {"video_path", "full_video_path"} and data.draw(st.booleans()):
            row[key] = data.draw(ANYTHING)
    session = run(row, good("cook/c.mp4"), layout=layout)
    assert session.written["splits" if layout == "first-part" else "clips"] >= 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (3, 3.0),
        (2.5, 2.5),
        ("7", 7.0),
        ("7.5s", 7.5),
        ("1:02", 62.0),
        ("01:00:01.5", 3601.5),
        ("0:10 - 0:20", 20.0),
        ("00:10–00:20", 20.0),
        ([1, 4], 4.0),
        ({"start": "0:01", "end": "0:02"}, 2.0),
        (None, None),
        (True, None),
        ("", None),
        ("end", None),
        ("1:2:3:4", None),
        (float("nan"), None),
        ([], None),
        ({}, None),
        ("²", None),
    ],
)
def test_published_times_are_read_or_not_at_all(said: object, seconds: float | None) -> None:
    assert read_cut_time(said) == seconds


@pytest.mark.parametrize(
    ("answer", "right"),
    [("B", "he runs"), ("B. he runs", "he runs"), ("(A)", "he sits"), ("he sits", "he sits")],
)
def test_options_are_read_out_of_the_question(answer: str, right: str) -> None:
    choice = read_choice_question("What?\n(A) he sits\n(B) he runs", answer)
    assert choice == ChoiceText("What?", ["he sits", "he runs"], right)


def test_every_kind_of_row_of_both_layouts_is_named() -> None:
    assert set(v1_33k.KINDS) == {"first-part", "full"}


def test_what_a_killed_import_left_is_taken_away(
    run: Callable[..., Import], library: Library
) -> None:
    orphan = library.manifest.parent / ".v1-33k-full.clips.jsonl.999.tmp"
    orphan.write_text("half a manifest")
    run(good(), layout="full")
    assert not orphan.exists()


def test_an_import_writes_over_nothing_foreign(library: Library, tmp_path: Path) -> None:
    out = library.manifest.parent
    foreign = out / "foreign.splits.jsonl"
    foreign.write_text("mine\n")
    file = imports.write_json(tmp_path / "rows.json", [good()])
    with pytest.raises(Exception, match="was not written by `import v1-33k`"):
        import_v1_33k(
            file, library, out, "first-part", {**imports.settings("v1-33k"), "name": "foreign"}
        )
    assert foreign.read_text() == "mine\n"
