"""One folder with every kind of bad file: each is named, none is lost, none stops the run."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import bad_files
import pytest
from bad_files import CASES, USABLE

from data_prep.manifest import read_manifest
from data_prep.records import Clip, Split

ROOT = Path(__file__).parents[1]
# The one hanging file is held to it. Longer than any other file takes on a busy machine.
SECONDS = "15"


def run(root: Path, *arguments: object) -> str:
    """Run the real command line, with the injected faults; return what it prints."""
    faults = root / "faults"
    faults.mkdir(exist_ok=True)
    (faults / "sitecustomize.py").write_text(bad_files.FAULTS)
    done = subprocess.run(
        [sys.executable, "-m", "data_prep", *map(str, arguments), "--timeout", SECONDS],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(faults)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # Python itself may print a few lines for a worker that is ended while it starts.
    assert "data_prep" not in done.stderr, done.stderr
    return done.stdout


def refused(report: Path) -> dict[str, tuple[str, str]]:
    rows = [json.loads(line) for line in report.read_text().splitlines()]
    assert len({row["video"] for row in rows}) == len(rows), "a file is named twice"
    return {row["video"]: (row["kind"], row["reason"]) for row in rows}


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    root = tmp_path_factory.mktemp("bad")
    folder = bad_files.make_folder(root)
    return folder, run(root, "scan", folder, "--workers", "2")


@pytest.fixture(scope="module")
def cut(scanned: tuple[Path, str]) -> tuple[Path, str]:
    root = scanned[0].parent
    (root / "vision.yaml").write_text(
        "small: {fps: 4, max_frames: 16, min_pixels: 784, max_pixels: 9408}\n"
    )
    vision = f"{root / 'vision.yaml'}:small"
    told = run(root, "split", scanned[0], "--out", root / "out", "--vision", vision)
    return root / "out", told


def test_there_are_kinds_enough() -> None:
    assert len([case for case in CASES.values() if case.scan != USABLE]) >= 25
    assert len(CASES) >= 45


@pytest.mark.parametrize("name", CASES)
def test_a_scan_takes_or_names_each_file(scanned: tuple[Path, str], name: str) -> None:
    manifest = scanned[0] / "clips.jsonl"
    taken = {row.video for row in read_manifest(manifest, Clip, made_by="scan")}
    report = refused(manifest.with_suffix(".report.jsonl"))
    if CASES[name].scan == USABLE:
        assert name in taken, report.get(name)
        assert name not in report
        return
    assert name not in taken
    kind, reason = report[name]
    assert kind == CASES[name].scan, reason
    assert reason
    assert "\n" not in reason
    assert str(scanned[0]) not in reason


@pytest.mark.parametrize("name", CASES)
def test_a_split_takes_or_names_each_file(cut: tuple[Path, str], name: str) -> None:
    out = cut[0]
    report = refused(out / "report.jsonl")
    if CASES[name].split == USABLE:
        assert name not in report
        return
    kind, reason = report[name]
    assert kind == CASES[name].split, reason
    assert reason
    assert "\n" not in reason


def test_nothing_is_lost_in_a_scan(scanned: tuple[Path, str]) -> None:
    folder, told = scanned
    kinds = Counter(case.scan for case in CASES.values())
    usable = kinds.pop(USABLE)
    assert f"{len(CASES)} videos: {usable} usable, {kinds.total()} refused" in told
    assert "; 3 other files ignored" in told
    for kind, count in kinds.items():
        assert f"{count} {kind}" in told
    rows = list(read_manifest(folder / "clips.jsonl", Clip, made_by="scan"))
    report = refused(folder / "clips.report.jsonl")
    assert {row.video for row in rows} | set(report) == set(CASES)
    assert len(rows) + len(report) == len(CASES)


def test_nothing_is_lost_in_a_split(cut: tuple[Path, str]) -> None:
    out, told = cut
    kinds = Counter(case.split for case in CASES.values())
    usable = kinds.pop(USABLE)
    rows = list(read_manifest(out / "splits.jsonl", Split, made_by="split"))
    report = refused(out / "report.jsonl")
    assert set(report) == {name for name, case in CASES.items() if case.split != USABLE}
    assert len(rows) == usable
    # A folder is named like the clips that were refused, and is not counted as one.
    assert f"{len(CASES) - 1} clips: {usable} split, {kinds.total()} refused" in told
    ignored = sum(path.name not in CASES for path in (out.parent / "videos").iterdir())
    assert f"; {ignored} other files ignored" in told
    assert not [path for path in out.rglob("*.tmp") if path.is_file()]
    for side in ("context", "future"):
        assert len(list((out / side).glob("*.mp4"))) == usable
