"""A manifest in, one page out: self-contained, bounded, sound HTML, every gap with its reason."""

import json
import os
import random
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import clips
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.manifest import write_manifest
from data_prep.records import Clip, Event, Example, Message, Pair, Split
from data_prep.show.cards import clipped
from data_prep.show.manifests import Reservoir, kind_of
from data_prep.show.page import Shown, show_manifest
from data_prep.show.shots import Wanted, spread, take
from data_prep.steps.engine import Engine
from data_prep.video import write_clip

EVIL = "<script>alert('1')</script><img src=http://evil.example/x.png onerror=\"x\">&amp;"
VOID = {"meta", "img", "br", "hr", "link", "input"}


class Page(HTMLParser):
    """What a browser would see: it fails on an end tag that closes something else."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.headings: list[int] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attributes]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: Any) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attributes]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.text += data


def read(shown: Shown) -> Page:
    """Read the page, and hold it to what every page promises."""
    text = shown.page.read_text(encoding="utf-8")
    assert len(text.encode()) == shown.size
    page = Page(text)
    assert not {"script", "link", "iframe", "object", "form", "base"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in {"src", "href", "srcset", "action", "poster", "data"}:
            assert value.startswith("data:image/jpeg;base64,"), value[:80]
    styles = re.findall(r"<style>(.*?)</style>", text, re.S)
    assert len(styles) == 1
    assert not re.search(r"url\(|@import|http", styles[0])
    images = page.tags["img"]
    alts = [value for tag, name, value in page.attributes if (tag, name) == ("img", "alt")]
    assert len(alts) == images
    assert all(alts)
    assert page.tags["h1"] == page.tags["main"] == 1
    assert page.tags["title"] >= 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps), page.headings
    assert ("html", "lang", "en") in page.attributes
    return page


def show(manifest: Path, **settings: Any) -> tuple[Shown, Page]:
    settings = {"limit": 24, "engine": Engine(workers=1, timeout=60), **settings}
    shown = show_manifest(manifest, manifest.with_suffix(".html"), **settings)
    return shown, read(shown)


def film(path: Path, count: int = 8) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_clip(path, [clips.bars(number, 112, 84) for number in range(count)], 4)
    return f"{path.parent.name}/{path.name}"


def split_row(number: int, **changes: object) -> Split:
    values: dict[str, object] = {
        "id": f"s{number}",
        "clip_id": f"s{number}",
        "video_id": f"v{number}",
        "context": "context/a.mp4",
        "future": "future/a.mp4",
        "cut": 2.0,
        "how": "ratio 0.5",
        "certificate": {
            "context_frames": 8,
            "future_frames": 8,
            "context_last": 1.75,
            "future_first": 2.0,
        },
        "fps": 4,
        "width": 112,
        "height": 84,
        "part": "train",
    }
    return Split.model_validate(values | changes)


@pytest.fixture
def splits(tmp_path: Path) -> Path:
    film(tmp_path / "context" / "a.mp4")
    film(tmp_path / "future" / "a.mp4")
    events = {
        "context_events": [Event(start=0, end=1, text="it waits", action="waits")],
        "future_events": [Event(start=2, end=3, text="it goes")],
    }
    rows = [split_row(1, **events), split_row(2, part="test", how="event boundary 2.0 s")]
    settings = {"step": "split", "ratio": 0.5}
    write_manifest(tmp_path / "splits.jsonl", rows, settings=settings, seed=3)
    lines = [("a.mp4", "unreadable", "no video")] * 7 + [("b.mp4", "too short", EVIL)]
    report = [{"video": name, "kind": kind, "reason": why} for name, kind, why in lines]
    text = "".join(json.dumps(row) + "\n" for row in report) + "torn li"
    (tmp_path / "report.jsonl").write_text(text)
    return tmp_path / "splits.jsonl"


def test_splits_with_context_cut_future_settings_and_refusals(splits: Path) -> None:
    shown, page = show(splits)
    assert (shown.rows, shown.cards, shown.gaps) == (2, 2, [])
    assert page.tags["img"] == 2 * (6 + 6)
    for said in (
        "Context",
        "Future",
        "cut at 2.000 s",
        "event boundary 2.0 s",
        "0.00 to 1.00 s: it waits (waits)",
        "8 frames up to 1.750 s, 8 from 2.000 s on, none shared",
        "7 × unreadable",
        "1 × too short",
        "1 × not a refusal",
        "and 2 more, see report.jsonl",
        "ratio",
        "6 of 8 frames",
    ):
        assert said in page.text, said
    alts = {value for tag, name, value in page.attributes if (tag, name) == ("img", "alt")}
    assert "Context: frame 8 of 8, at 1.75 s" in alts
    assert "Future: frame 1 of 8, at 0.00 s" in alts
    assert str(splits.parent) not in shown.page.read_text()


def example(number: int, **changes: object) -> Example:
    values: dict[str, object] = {
        "id": f"e{number}",
        "task": "next_event",
        "messages": [
            Message(role="system", content="You foresee."),
            Message(role="user", content=f"Look: <video> What happens next in {number}?"),
            Message(role="assistant", content="it goes"),
        ],
        "videos": ["context/a.mp4"],
        "answer": "it goes",
        "rejected": "it waits",
        "video_id": "v1",
        "provenance": "split s1",
    }
    return Example.model_validate(values | changes)


def test_the_examples_stand_with_what_they_were_built_from(splits: Path) -> None:
    film(splits.parent / "context" / "b.mp4")
    rows = [split_row(1), split_row(2, context="context/b.mp4")]
    write_manifest(splits, rows, settings={}, seed=0)
    # The set lies in another folder, and names its media from there.
    path = splits.parent / "context" / "set.jsonl"
    mine = [example(number, videos=["a.mp4"]) for number in range(9)]
    other = example(99, videos=["gone.mp4"], video_id="elsewhere")
    write_manifest(path, [*mine, other], settings={}, seed=0)
    shown, page = show(splits, examples=[path])
    assert (shown.talks, shown.unlinked) == (4, {"set.jsonl": 1})
    assert "4 examples built from it (of 9)" in page.text
    assert "1 examples of set.jsonl were built from rows that are not shown here" in page.text
    # The media stand where the tag stood, between the words around it.
    talk = page.text[page.text.index("You foresee.") :]
    order = [talk.index(said) for said in ("You foresee.", "Look:", "a.mp4", "What happens")]
    assert order == sorted(order)
    assert page.text.count("it waits") == 4
    assert show(splits, examples=[path])[1].text == page.text
    with pytest.raises(UserError, match="takes an instruction set"):
        show(splits, examples=[splits])


def test_a_set_is_shown_by_itself(splits: Path) -> None:
    path = splits.parent / "set.jsonl"
    frames = []
    for number in range(6):
        name = f"f{number}.jpg"
        Image.fromarray(clips.bars(number)).save(splits.parent / name)
        frames.append(name)
    pictures = [
        Message(role="user", content="<image><image>What happened?"),
        Message(role="assistant", content="it moved"),
    ]
    rows = [
        example(1),
        example(2, videos=[frames]),
        example(3, task="inverse_dynamics", messages=pictures, videos=[], images=frames[:2]),
    ]
    write_manifest(path, rows, settings={}, seed=0)
    shown, page = show(path)
    assert (shown.kind, shown.talks, shown.gaps) == ("examples", 3, [])
    assert page.tags["img"] == 4 + 4 + 2
    assert "6 frames, f0.jpg …" in page.text
    assert "inverse_dynamics" in page.text


def test_pairs_with_action_motion_and_times(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.png"):
        Image.fromarray(clips.bars(3)).save(tmp_path / name)
    base = {"clip_id": "c", "video_id": "v", "before": "a.jpg", "after": "b.png"}
    known = {"motion": 3.5, "order": (6, 30), "action": "it moves left", "action_source": "model"}
    rows = [
        Pair(id="p1", t0=0.5, t1=2.5, action_model="tiny", action_score=-0.25, **base, **known),
        Pair(id="p2", t0=None, t1=None, **base),
    ]
    write_manifest(tmp_path / "pairs.jsonl", rows, settings={}, seed=0)
    shown, page = show(tmp_path / "pairs.jsonl")
    assert (shown.kind, shown.gaps) == ("pairs", [])
    assert page.tags["img"] == 4
    for said in (
        "Before, 0.500 s",
        "After, 2.500 s",
        "2.000 s later",
        "it moves left",
        "model, tiny, score -0.250",
        "3.50 pixels",
        "6 and 30",
        "none yet",
    ):
        assert said in page.text, said


def test_clips_with_scenes_and_events_on_a_time_line(tmp_path: Path) -> None:
    clips.write(tmp_path / "a.mp4")
    values = {"source": "s", "license": "CC0", "duration": 4, "fps": 12, "width": 128}
    values |= {"height": 96, "frames": 48, "sha256": "", "video": "a.mp4"}
    events = [Event(start=1, end=3, text="it rolls"), Event(start=9, end=99, text="too late")]
    rows = [
        Clip(id="a", scenes=[2.0], events=events, caption="a ball", motion=0.25, **values),
        Clip(id="b", **values),
    ]
    write_manifest(tmp_path / "clips.jsonl", rows, settings={}, seed=None)
    shown, page = show(tmp_path / "clips.jsonl")
    assert (shown.kind, shown.gaps) == ("clips", [])
    assert page.tags["svg"] == 1
    text = shown.page.read_text()
    assert '<rect class="event" x="250.0" y="6" width="500.0" height="12">' in text
    assert '<rect class="event" x="1000.0" y="26" width="3.0" height="12">' in text
    assert '<rect class="scene" x="500.0"' in text
    assert "1.00 to 3.00 s: it rolls" in page.text
    assert "Another scene begins at 2.000 s." in page.text


def test_a_medium_that_cannot_be_shown_is_a_gap_with_its_reason(splits: Path) -> None:
    root = splits.parent
    (root / "text.mp4").write_text("no video")
    (root / "text.jpg").write_text("no picture")
    clips.write(root.parent / "outside.mp4")
    os.mkfifo(root / "pipe.mp4")
    bad = {
        "gone.mp4": "there is no such file",
        "text.mp4": "cannot be opened",
        "../outside.mp4": "below its own folder",
        "pipe.mp4": "not a regular file",
        "future": "not a regular file",
    }
    rows = [split_row(n, id=f"s{n}", future=name) for n, name in enumerate(bad)]
    rows.append(split_row(90, context=["text.jpg", "gone.jpg"]))
    rows.append(split_row(91, future=None, certificate=None))
    write_manifest(splits, rows, settings={}, seed=0)
    shown, page = show(splits)
    reasons = dict(shown.gaps)
    for name, reason in bad.items():
        assert reason in reasons[name]
        assert reasons[name] in page.text
    assert reasons["text.jpg"] == "not a picture that can be read"
    assert "Cannot be shown: not distributed" in page.text
    assert "none: nobody vouches for this context" in page.text
    assert str(root) not in shown.page.read_text()


def behave_badly(wanted: Wanted) -> object:
    if "future" in str(wanted.media):
        os.abort()
    return take(wanted)


def test_a_decoder_that_crashes_costs_one_gap(
    splits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data_prep.show.page.take", behave_badly)
    shown, page = show(splits)
    assert [name for name, _ in shown.gaps] == ["future/a.mp4"]
    assert "crash: " in page.text
    assert page.tags["img"] == 2 * 6


def test_nothing_of_a_row_is_taken_for_markup(tmp_path: Path) -> None:
    name = "<script>alert(1)</script> \"'&.mp4"
    (tmp_path / "context").mkdir()
    write_clip(tmp_path / "context" / "x.mp4", [clips.bars(0, 112, 84)] * 2, 4)
    (tmp_path / "context" / "x.mp4").rename(tmp_path / name.replace("/", "_"))
    row = split_row(
        1,
        id=EVIL,
        how=EVIL,
        video_id=EVIL,
        source=EVIL,
        context=name.replace("/", "_"),
        future=f"{EVIL}.mp4".replace("/", "_"),
        context_caption=EVIL,
        future_caption="</style></figure>\x00\u2028 {{ 7 * 7 }} {% raw %}",
        context_events=[Event(start=0, end=1, text=EVIL)],
    )
    settings = {EVIL: EVIL, "nested": {"<b>": ["<i>"]}}
    write_manifest(tmp_path / "splits.jsonl", [row], settings=settings, seed=0)
    talk = [Message(role="user", content=f"<video>{EVIL}"), Message(role="assistant", content=EVIL)]
    rows = [example(1, messages=talk, answer=EVIL, provenance=EVIL, video_id=EVIL)]
    rows[0] = rows[0].model_copy(update={"videos": [row.context]})
    write_manifest(tmp_path / "set.jsonl", rows, settings={}, seed=0)
    _, page = show(tmp_path / "splits.jsonl", examples=[tmp_path / "set.jsonl"])
    assert page.text.count(EVIL) >= 8
    assert "{{ 7 * 7 }} {% raw %}" in page.text


@given(size=st.integers(1, 20), count=st.integers(0, 200), seed=st.integers(0, 99))
def test_a_choice_is_as_large_as_it_may_be_ordered_and_the_same_again(
    size: int, count: int, seed: int
) -> None:
    def choose() -> list[int]:
        choice = Reservoir(size, random.Random(seed))
        for number in range(count):
            choice.offer(number)
        return choice.chosen()

    chosen = choose()
    assert len(chosen) == min(size, count)
    assert chosen == sorted(set(chosen)) == choose()


def test_a_choice_is_fair() -> None:
    counts: Counter[int] = Counter()
    for seed in range(2000):
        choice = Reservoir(5, random.Random(seed))
        for number in range(20):
            choice.offer(number)
        counts.update(choice.chosen())
    # 2000 draws of 5 in 20: 500 each, and a standard deviation of 19.
    assert all(400 < counts[number] < 600 for number in range(20))


@given(total=st.integers(0, 3000), count=st.integers(1, 20))
def test_shown_frames_are_spread_and_hold_both_ends(total: int, count: int) -> None:
    numbers = spread(total, count)
    assert len(set(numbers)) == len(numbers) == min(total, count)
    assert numbers == sorted(numbers)
    if count > 1 and total > 1:
        assert (numbers[0], numbers[-1]) == (0, total - 1)


def test_the_page_is_bounded_whatever_the_rows_hold(splits: Path) -> None:
    rng = np.random.default_rng(0)
    for name in ("a", "b"):
        noise = rng.integers(0, 256, (1200, 800, 3), np.uint8)
        Image.fromarray(noise).save(splits.parent / f"{name}.png")
    events = [Event(start=0, end=1, text="long " * 9000)] * 300
    media = ["a.png", "b.png"] * 50
    rows = [
        split_row(n, context=media, future=media, future_events=events, future_caption="x" * 10**6)
        for n in range(50)
    ]
    write_manifest(splits, rows, settings={"long": "y" * 10**6}, seed=0)
    shown, page = show(splits, limit=3)
    assert (shown.rows, shown.cards) == (50, 3)
    assert shown.size < 3 * (12 * 17_000 + 41 * 4_300) + 60_000
    assert "(996000 more characters)" in page.text
    assert "3 of 50 splits, chosen by chance" in page.text
    other, again = (show(splits, limit=3, seed=seed)[1].text for seed in (1, 0))
    assert again == page.text != other
    assert clipped("short") == "short"


def test_what_cannot_be_shown_is_said_with_what_can(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    for text, reason in (
        (None, "no such manifest"),
        ("", "no rows"),
        ("\n \n", "no rows"),
        ("no json\n", "not a manifest"),
        ("[1]\n", "not a manifest"),
        ('{"id": "a", "answer": "B"}\n', "clips, splits, pairs and instruction sets can"),
    ):
        if text is not None:
            path.write_text(text)
        with pytest.raises(UserError, match=reason):
            kind_of(path)
    path.write_text(split_row(1).model_dump_json() + "\n" + '{"id": 3}\n')
    with pytest.raises(UserError, match="line 2: not a valid Split"):
        show(path)
    assert not path.with_suffix(".html").exists()


def test_only_an_own_page_is_written_over(splits: Path) -> None:
    page = splits.with_suffix(".html")
    page.write_text("<p>by hand")
    with pytest.raises(UserError, match="not written by `show`"):
        show(splits)
    assert page.read_text() == "<p>by hand"
    page.unlink()
    show(splits)
    show(splits)
    with pytest.raises(UserError, match="cannot be written"):
        show_manifest(splits, splits.parent, limit=1)
    with pytest.raises(UserError, match="cannot be written"):
        show_manifest(splits, splits / "below.html", limit=1)


def test_the_command_line(splits: Path) -> None:
    (splits.parent / "future" / "a.mp4").unlink()
    options = ["--workers", "1", "--limit", "1", "--out", str(splits.parent / "look.html")]
    result = CliRunner().invoke(app, ["show", str(splits), *options])
    assert result.exit_code == 0, result.output
    assert "not shown future/a.mp4: there is no such file" in result.output
    assert "1 of 2 splits, 0 examples, 1 gaps; 0.0 MB: " in result.output
    assert (splits.parent / "look.html").is_file()
    text = CliRunner().invoke(app, ["show", "--help"]).output
    assert text.count("python -m data_prep show splits/splits.jsonl") == 2
    assert CliRunner().invoke(app, ["show", str(splits), "--limit", "0"]).exit_code == 2
