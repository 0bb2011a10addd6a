"""Filtering keeps what the conditions say, counts the rest, and never holds a manifest."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import benchmarks.rows as benchmark
import exports
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.filtering.conditions import parse_where
from data_prep.filtering.rows import TYPES, type_of
from data_prep.filtering.run import filter_rows, sample_rows
from data_prep.history import steps
from data_prep.manifest import (
    ManifestWriter,
    read_manifest,
    read_sidecar,
    rebase,
    write_manifest,
)
from data_prep.rebase import Rebase
from data_prep.records import Clip, Event, Example, Split


def clip(number: int, **changes: Any) -> Clip:
    told: dict[str, Any] = {
        "id": f"clip{number}",
        "video": f"films/{number}.mp4",
        "source": "test",
        "license": "CC0-1.0",
        "duration": float(number + 1),
        "fps": 12.0,
        "width": 64,
        "height": 48,
        "frames": 12,
        "sha256": f"{number:064x}",
    }
    return Clip.model_validate({**told, **changes})


def clips(path: Path, count: int = 10, **changes: Any) -> Path:
    write_manifest(path, (clip(n, **changes) for n in range(count)), settings={}, seed=3)
    return path


def ids(path: Path) -> list[str]:
    return [row.id for row in read_manifest(path, Clip, made_by="filter")]


EVENT = Event(start=0, end=1, text="it falls")


@pytest.mark.parametrize(
    ("where", "changes", "kept"),
    [
        ("duration >= 5", {}, True),
        ("duration > 5", {}, False),
        ("duration=5", {}, True),
        ("width != 64", {}, False),
        ("width<65", {}, True),
        ("source = test", {}, True),
        ("source != test", {}, False),
        ("source contains es", {}, True),
        ("license = a or b", {"license": "a or b"}, True),
        ("caption contains = < in it", {"caption": "an = < in it!"}, True),
        ("caption = null", {}, True),
        ("caption != null", {}, False),
        ("caption != null", {"caption": ""}, True),
        ("part = train", {"part": "train"}, True),
        ("part = train", {}, False),
        ("motion < 1", {}, False),
        ("motion < 1", {"motion": 0.5}, True),
        ("scenes <= 2", {"scenes": [1.0, 2.0]}, True),
        ("scenes <= 2", {"scenes": [1.0, 2.0, 3.0]}, False),
        ("events > 0", {"events": [EVENT]}, True),
        ("events > 0", {}, False),
        ("hashes contains ab", {"hashes": ["ab", "cd"]}, True),
        ("hashes contains a", {"hashes": ["ab", "cd"]}, False),
    ],
)
def test_a_condition_says_what_it_says(where: str, changes: Any, kept: bool) -> None:
    found = parse_where(where, Clip)
    assert (found.fault(clip(4, **changes)) is None) is kept
    assert parse_where(str(found), Clip) == found


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("duration", "FIELD OP VALUE"),
        ("", "FIELD OP VALUE"),
        ("duration ** 2", "FIELD OP VALUE"),
        ("__class__ = x", "have no field __class__"),
        ("model_fields = x", "have no field model_fields"),
        ("task = next_event", "have no field task"),
        ("published = x", "have no field published"),
        ("duration >= long", "compared with a number"),
        ("duration contains 5", "has no comparison contains"),
        ("source < test", "has no comparison <"),
        ("duration >= null", "goes with"),
        ("events > many", "compared with a number"),
    ],
)
def test_what_is_no_condition_is_refused(where: str, wrong: str) -> None:
    with pytest.raises(UserError) as told:
        parse_where(where, Clip)
    assert wrong in str(told.value)


@given(text=st.text(max_size=30))
def test_no_text_is_executed_or_crashes(text: str) -> None:
    for start in ("", "source ", "source = "):
        try:
            found = parse_where(start + text, Clip)
        except UserError:
            continue
        assert found.field in Clip.model_fields


def test_rows_are_counted_under_the_first_condition_that_they_fail(tmp_path: Path) -> None:
    source = clips(tmp_path / "clips.jsonl")
    conditions = [parse_where("duration >= 3", Clip), parse_where("motion > 0", Clip)]
    with pytest.raises(UserError, match="no row is left"):
        filter_rows(source, Clip, conditions, tmp_path / "none.jsonl")
    assert not (tmp_path / "none.jsonl").exists()
    kept = filter_rows(source, Clip, conditions[:1], tmp_path / "kept.jsonl")
    assert (kept.read, kept.kept, kept.left_out) == (10, 8, {"not: duration >= 3": 2})
    settings = read_sidecar(tmp_path / "kept.jsonl")["settings"]
    assert settings["left_out"] == {"not: duration >= 3": 2}
    assert settings["conditions"] == ["duration >= 3"]


def test_the_sidecar_keeps_the_whole_chain(tmp_path: Path) -> None:
    source = clips(tmp_path / "clips.jsonl")
    told = parse_where("duration >= 3", Clip)
    filter_rows(source, Clip, [told], tmp_path / "one.jsonl")
    filter_rows(tmp_path / "one.jsonl", Clip, [told], tmp_path / "two.jsonl")
    sample_rows(tmp_path / "two.jsonl", Clip, 2, 9, tmp_path / "three.jsonl")
    chain = list(steps(tmp_path / "three.jsonl"))
    assert [step["manifest"] for step in chain] == [
        "three.jsonl",
        "two.jsonl",
        "one.jsonl",
        "clips.jsonl",
    ]
    assert [step["rows"] for step in chain] == [2, 8, 8, 10]
    assert [step["seed"] for step in chain] == [9, None, None, 3]


def test_a_filtered_manifest_elsewhere_still_names_its_media(tmp_path: Path) -> None:
    source = clips(tmp_path / "set/clips.jsonl", 2)
    out = tmp_path / "kept.jsonl"
    filter_rows(source, Clip, [parse_where("width = 64", Clip)], out)
    assert next(read_manifest(out, Clip, made_by="")).video == "set/films/0.mp4"
    with pytest.raises(UserError, match="below its own folder"):
        filter_rows(source, Clip, [parse_where("width = 64", Clip)], tmp_path / "away/kept.jsonl")


@given(order=st.permutations(range(12)), size=st.integers(1, 12), seed=st.integers(0, 3))
def test_a_sample_depends_on_the_seed_and_not_on_the_order(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], size: int, seed: int
) -> None:
    root = tmp_path_factory.mktemp("sample")
    clips(root / "sorted.jsonl", 12)
    write_manifest(root / "mixed.jsonl", map(clip, order), settings={}, seed=None)
    drawn = []
    for name in ("sorted", "mixed"):
        sample_rows(root / f"{name}.jsonl", Clip, size, seed, root / f"{name}_out.jsonl")
        drawn.append(set(ids(root / f"{name}_out.jsonl")))
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == size
    if size > 1:
        sample_rows(root / "mixed.jsonl", Clip, size - 1, seed, root / "less.jsonl")
        assert set(ids(root / "less.jsonl")) < drawn[0]


def test_every_row_is_as_likely_to_be_drawn(tmp_path: Path) -> None:
    source = clips(tmp_path / "clips.jsonl", 20)
    times = dict.fromkeys(ids(source), 0)
    for seed in range(100):
        sample_rows(source, Clip, 5, seed, tmp_path / "out.jsonl")
        for id_ in ids(tmp_path / "out.jsonl"):
            times[id_] += 1
    # 100 draws at 1 in 4: 25, and beyond 5 to 45 once in a hundred thousand.
    assert all(5 < count < 45 for count in times.values())


def test_the_types_of_rows_are_told_apart(tmp_path: Path) -> None:
    assert type_of(clips(tmp_path / "clips.jsonl")) is Clip
    assert type_of(exports.write(tmp_path / "set.jsonl", [exports.row(0)])) is Example
    (tmp_path / "odd.jsonl").write_text('{"a": 1}\n')
    for name, wrong in (("odd", "no type"), ("none", "no such manifest")):
        with pytest.raises(UserError, match=wrong):
            type_of(tmp_path / f"{name}.jsonl")
    (tmp_path / "empty.jsonl").write_text("")
    with pytest.raises(UserError, match="has no rows"):
        type_of(tmp_path / "empty.jsonl")
    assert Split in TYPES


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (["clips.jsonl", "--out", "x.jsonl"], "no condition is named"),
        (["clips.jsonl", "--out", "clips.jsonl", "--min-fps", "1"], "another file"),
        (["clips.jsonl", "--out", "x.txt", "--min-fps", "1"], ".jsonl"),
        (["clips.jsonl", "--out", "mine.jsonl", "--min-fps", "1"], "was not written by `filter`"),
        (["clips.jsonl", "--out", "x.jsonl", "--task", "caption"], "have no field task"),
        (["torn.jsonl", "--out", "x.jsonl", "--min-fps", "1"], "line 2"),
    ],
)
def test_wrong_inputs_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], wrong: str
) -> None:
    monkeypatch.chdir(tmp_path)
    text = clips(tmp_path / "clips.jsonl").read_text()
    (tmp_path / "mine.jsonl").write_text("mine\n")
    (tmp_path / "torn.jsonl").write_text(text[: len(text) // 8])
    result = CliRunner().invoke(app, ["filter", *arguments])
    assert isinstance(result.exception, UserError)
    assert wrong in str(result.exception)
    assert (tmp_path / "mine.jsonl").read_text() == "mine\n"
    assert not (tmp_path / "x.jsonl").exists()


def test_the_options_are_conditions(tmp_path: Path) -> None:
    rows = [clip(0, motion=0.5, caption="a", events=[EVENT], part="train", scenes=[1.0])]
    rows += [clip(n + 1) for n in range(3)]
    write_manifest(tmp_path / "clips.jsonl", rows, settings={}, seed=None)
    named = "--max-duration 2 --min-fps 12 --max-fps 12 --min-motion .5 --max-motion .5"
    named += " --min-scenes 1 --max-scenes 1 --source a --source test --license CC0-1.0"
    named += " --part train --has-caption --has-events --min-duration 1"
    told = [str(tmp_path / "clips.jsonl"), "--out", str(tmp_path / "out.jsonl"), *named.split()]
    result = CliRunner().invoke(app, ["filter", *told])
    assert result.exit_code == 0, result.output
    assert "4 rows: 1 kept, 3 left out" in result.output
    assert ids(tmp_path / "out.jsonl") == ["clip0"]


@pytest.mark.parametrize(
    "command",
    [["filter"], ["sample"], *(["export", each] for each in ("llamafactory", "easyr1", "hf"))],
)
def test_every_command_shows_two_examples(command: list[str]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    shown = f"python -m data_prep {' '.join(command)}"
    assert result.output.count(shown) + result.output.count("python -c") >= 2


def test_an_interrupted_manifest_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "clips.jsonl"

    def write() -> None:
        with ManifestWriter(path, {}, None) as writer:
            writer.write(clip(0))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["a.mp4", "deep/a.mp4", "./deep/../a.mp4", "link.mp4", "linked/a.mp4"]
)
def test_many_rows_are_renamed_like_one(tmp_path: Path, name: str) -> None:
    (tmp_path / "set/deep").mkdir(parents=True)
    for file in ("a.mp4", "deep/a.mp4"):
        (tmp_path / "set" / file).write_text("x")
    (tmp_path / "set/link.mp4").symlink_to("deep/a.mp4")
    (tmp_path / "set/linked").symlink_to("deep")
    expected = rebase(name, tmp_path / "set", tmp_path)
    assert Rebase(tmp_path / "set", tmp_path)(name) == expected
    assert Rebase(tmp_path / "set", tmp_path)([name, name]) == [expected, expected]


@pytest.mark.parametrize("name", ["../a.mp4", "/etc/passwd", "out.mp4", "away/a.mp4", "..", "."])
def test_no_row_leads_out_of_its_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "a.mp4").write_text("x")
    (tmp_path / "set/out.mp4").symlink_to(tmp_path / "a.mp4")
    (tmp_path / "set/away").symlink_to(tmp_path)
    if name == ".":
        assert Rebase(tmp_path / "set", tmp_path / "set")(name) == "."
        return
    with pytest.raises(UserError, match="below its own folder"):
        Rebase(tmp_path / "set", tmp_path / "set")(name)


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """In a process of its own: once 2,000 rows went through each step, 20,000 take no more."""
    counts = (2_000, 20_000)
    for count in counts:
        (tmp_path / str(count)).mkdir()
        benchmark.make(tmp_path / str(count), count)
    script = f"""
import resource, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
import benchmarks.rows as benchmark
for count in {counts}:
    for step in ("filter", "sample", "llamafactory", "easyr1", "hf"):
        benchmark.STEPS[step](Path({str(tmp_path)!r}, str(count)), count)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout
    few, many = map(float, told.split())
    # 18,000 more clips or examples would take 40 MB or more if they were held.
    assert many < few + 15
