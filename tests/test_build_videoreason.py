"""VideoReason items from clips with events: a closed set that never holds two truths."""

import json
import random
from pathlib import Path

import pytest
import sets

from data_prep.builders.videoreason import VideoReasonReport, build_videoreason
from data_prep.builders.videoreason_wrong import Labels, blind_guess, things_of
from data_prep.errors import UserError
from data_prep.manifest import read_manifest, read_sidecar, write_manifest
from data_prep.records import Event, ForesightItem, Split


@pytest.fixture(scope="module")
def splits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Splits whose clips have events of their own."""
    path = sets.make_splits(tmp_path_factory.mktemp("items"), count=6)
    rows = [
        row.model_copy(
            update={
                "context_events": [Event(start=0, end=1, text=f"{row.id} begins")],
                "future_events": [Event(start=1, end=2, text=f"{row.id} goes on")],
            }
        )
        for row in read_manifest(path, Split, made_by="split")
    ]
    write_manifest(path, rows, settings={}, seed=0)
    return path


def build(splits: Path, **settings: int) -> list[ForesightItem]:
    build_videoreason(splits, splits.parent, **{"options": 4, "seed": 0, **settings})
    made = splits.parent / "videoreason.jsonl"
    return list(read_manifest(made, ForesightItem, made_by="build"))


def test_the_right_option_is_the_next_event_and_the_only_one_of_its_clip(splits: Path) -> None:
    items = build(splits)
    assert len(items) == 6
    for item in items:
        assert item.options["ABCD".index(item.answer)] == f"{item.video_id} goes on"
        assert sum(item.video_id in option for option in item.options) == 1
        assert (splits.parent / item.context).is_file()
        assert (splits.parent / item.future).is_file()
    keys = [item.answer for item in items]
    assert max(map(keys.count, "ABCD")) - min(map(keys.count, "ABCD")) <= 1


def test_the_order_is_seeded(splits: Path) -> None:
    assert build(splits) == build(splits)
    assert build(splits) != build(splits, seed=1)


def test_too_few_events_are_said(splits: Path) -> None:
    with pytest.raises(UserError, match="too few different events for 26 options"):
        build(splits, options=26)


# Labels of Something-Something, and what their opposites among them are.
OPPOSITES = {
    "Moving something up": "Moving something down",
    "Opening something": "Closing something",
    "Folding something": "Unfolding something",
    "Pulling something from left to right": "Pulling something from right to left",
    "Pushing something from left to right": "Pushing something from right to left",
    "Putting something into something": "Taking something out of something",
    "Moving something closer to something": "Moving something away from something",
    "Covering something with something": "Uncovering something",
    "Turning the camera left while filming something": (
        "Turning the camera right while filming something"
    ),
    "Dropping something behind something": "Dropping something in front of something",
}
OTHERS = ("Holding something", "Hitting something with something", "Putting something on a surface")


def labels(*also: str) -> Labels:
    known = Labels()
    for pair in OPPOSITES.items():
        for label in pair:
            known.add(label, [])
    for label in (*OTHERS, *also):
        known.add(label, [])
    known.close()
    return known


@pytest.mark.parametrize(("label", "other"), OPPOSITES.items())
def test_opposites_are_found_both_ways(label: str, other: str) -> None:
    assert labels().opposite(label) == other
    assert labels().opposite(other) == label


@pytest.mark.parametrize("label", OTHERS)
def test_one_word_in_common_makes_no_opposite(label: str) -> None:
    assert labels("Pushing something off of something").opposite(label) is None


def wrong(right: str, count: int, *, own: tuple[str, ...] = (), past: tuple[str, ...] = ()) -> list:
    rng = random.Random(0)
    return labels().wrong(rng, right, own=own, past=past, things=[], count=count)


def test_the_opposite_comes_first_and_the_others_in_pairs() -> None:
    found = wrong("Opening something", 3)
    assert found[0] == ("Closing something", "opposite")
    assert found[2].kind == "opposite_of_wrong"
    assert labels().opposite(found[1].label) == found[2].label


def test_an_answer_without_an_opposite_is_not_the_odd_one() -> None:
    options = ["Holding something", *(label for label, _ in wrong("Holding something", 9))]
    assert all(labels().opposite(option) not in options for option in options)


def test_what_happens_in_this_future_is_never_wrong() -> None:
    everything = len(OPPOSITES) * 2 + len(OTHERS)
    own = ("closing something", "Moving something up")
    found = {label for label, _ in wrong("Opening something", everything, own=own)}
    assert not found & {"Closing something", "Moving something up", "Opening something"}
    past = {label for label, _ in wrong("Opening something", everything, past=own)}
    assert "Closing something" in past and "Moving something up" not in past


@pytest.mark.parametrize(("right", "kind"), [("Opening something", "paired"), (OTHERS[0], "odd")])
def test_who_looks_for_opposites_only_guesses(right: str, kind: str) -> None:
    for count in (3, 5, 7):
        options = [right, *(label for label, _ in wrong(right, count))]
        assert getattr(blind_guess(labels(), options, right), kind) == 1 / len(options)


def test_one_opposite_alone_would_give_the_answer_away() -> None:
    options = ["Opening something", "Closing something", *OTHERS[:2]]
    assert blind_guess(labels(), options, "Opening something") == (0.5, 0.0)


def test_things_are_the_stems_that_a_label_leaves_open() -> None:
    assert things_of("Putting a cup on the table", "Putting something on a surface") == {
        *("cup", "the", "tabl")
    }


def something(root: Path, rows: list[tuple[str, str]]) -> tuple[Path, Path]:
    """Return clips of one action each, and splits whose cut goes through it."""
    split_rows, clip_rows = [], []
    for number, (text, action) in enumerate(rows):
        name = f"s{number}"
        split_rows.append(sets.plain_split(root, name, context_events=[], future_events=[]))
        whole = Event(start=0, end=4, text=text, action=action)
        clip_rows.append(sets.plain_clip(root, name, events=[whole]))
    return (
        sets.write(root / "splits.jsonl", split_rows),
        sets.write(root / "ssv2.clips.jsonl", clip_rows),
    )


ROWS = [
    ("Opening a door", "Opening something"),
    ("Closing a box", "Closing something"),
    ("Holding a door", "Holding something"),
    ("Putting a cup on a table", "Putting something on a surface"),
    ("Moving a cup up", "Moving something up"),
    ("Moving a pen down", "Moving something down"),
]


def test_a_clip_that_is_one_action_is_asked_for_it(tmp_path: Path) -> None:
    splits, clips = something(tmp_path, ROWS)
    report = build_videoreason(splits, tmp_path, options=4, seed=0, clips=clips)
    items = list(read_manifest(tmp_path / "videoreason.jsonl", ForesightItem, made_by="build"))
    assert [item.options["ABCD".index(item.answer)] for item in items] == [a for _, a in ROWS]
    assert {item.kind for item in items} == {"action"} and report.labels == 6
    # The objects of a clip give away which of two texts is its own; labels have none.
    assert not any("door" in option for item in items for option in item.options)
    assert "Closing something" in items[0].options and "Moving something up" in items[5].options
    # Nothing is opposite to it, and this was done with a door, too.
    assert "Opening something" in items[2].options
    assert all(item.gap == 0.25 for item in items)


def test_a_cut_through_an_action_needs_the_clips(tmp_path: Path) -> None:
    splits, _ = something(tmp_path, ROWS)
    with pytest.raises(UserError, match="6 left out: no event follows the cut"):
        build_videoreason(splits, tmp_path, options=4, seed=0)
    assert not (tmp_path / "videoreason.jsonl").exists()


def build_plain(root: Path, rows: list[Split], *broken: str) -> VideoReasonReport:
    splits = sets.write(root / "splits.jsonl", rows, *broken)
    return build_videoreason(splits, root, options=2, seed=0)


def test_what_is_left_out_is_counted_and_named(tmp_path: Path) -> None:
    rows = [sets.plain_split(tmp_path, name) for name in ("a", "b", "c", "d", "e")]
    rows[1] = rows[1].model_copy(update={"future": None, "certificate": None})
    rows[2] = rows[2].model_copy(update={"context": ["context/c.mp4"]})
    rows[3] = rows[3].model_copy(update={"future_events": []})
    (tmp_path / "future/e.mp4").unlink()
    rows.append(rows[0])
    report = build_plain(tmp_path, rows, "{")
    assert report.items == 1
    assert report.reasons.counts == {
        "a split without a future": 1,
        "a list of frames, where the tasks show a file": 1,
        "no event follows the cut": 1,
        "a file that is not there": 1,
        "a second split of one id": 1,
        "not a valid Split: row: json_invalid": 1,
    }
    lines = (tmp_path / "videoreason.report.jsonl").read_text().splitlines()
    assert len(lines) == 6 and json.loads(lines[0])["kind"] == "item"
    left_out = read_sidecar(tmp_path / "videoreason.jsonl")["settings"]["left_out"]
    assert sum(left_out.values()) == 6


def test_items_of_another_origin_are_not_replaced(tmp_path: Path) -> None:
    write_manifest(tmp_path / "videoreason.jsonl", [], settings={"command": "toyworld"}, seed=0)
    with pytest.raises(UserError, match="not written by `build videoreason`"):
        build_plain(tmp_path, [sets.plain_split(tmp_path, name) for name in "ab"])


def test_the_caption_of_a_context_tells_nothing_of_the_future(tmp_path: Path) -> None:
    told = sets.plain_split(tmp_path, "a", context_caption="a is seen")
    build_plain(tmp_path, [told, sets.plain_split(tmp_path, "b")])
    items = list(read_manifest(tmp_path / "videoreason.jsonl", ForesightItem, made_by="build"))
    assert items[0].context_caption == "a is seen"
    assert items[1].context_caption == "b did 1, then b did 2, then b did 3"
