"""A folder for the hub loads without the network, and its card tells the truth."""

import re
import socket
from pathlib import Path
from typing import Any

import exports
import pytest
import sets
import yaml
from typer.testing import CliRunner

from data_prep.cli import app
from data_prep.errors import UserError
from data_prep.exporting import hub
from data_prep.exporting.hub import HubFolder, export_hf
from data_prep.filtering.conditions import parse_where
from data_prep.filtering.run import filter_rows, sample_rows
from data_prep.records import Example

COMMAND = ["python", "-m", "data_prep", "export", "hf", "a set.jsonl"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    exports.media(tmp_path, 6)
    exports.write(tmp_path / "next_train.jsonl", [exports.row(n) for n in range(4)])
    test = [exports.choice(4, license=None), exports.choice(5, source=None)]
    exports.write(tmp_path / "next_test.jsonl", test)
    return tmp_path


def run(root: Path, *names: str, out: str = "hub", **changes: Any) -> HubFolder:
    told: dict[str, Any] = {"title": "Next *events*", "media": "none", "splits": []}
    paths = [root / name for name in names or ("next_train.jsonl", "next_test.jsonl")]
    return export_hf(paths, root / out, command=COMMAND, **{**told, **changes})


def front(root: Path) -> Any:
    return yaml.safe_load((root / "hub/README.md").read_text().split("---\n")[1])


def load(root: Path, cache: Path) -> Any:
    from datasets import load_dataset

    return load_dataset(str(root / "hub"), cache_dir=str(cache))


def test_it_loads_offline_with_all_rows_and_media(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object) -> None:
        raise AssertionError("it asked the network")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    monkeypatch.setattr(hub, "ROWS_PER_SHARD", 3)
    result = run(root, media="copy")
    assert result.shards == ["train-00000.jsonl", "train-00001.jsonl", "test-00000.jsonl"]
    loaded = load(root, tmp_path / "cache")
    assert {side: len(rows) for side, rows in loaded.items()} == {"train": 4, "test": 2}
    row = loaded["train"][3]
    assert row["messages"][1] == {"role": "assistant", "content": "It counts to 3."}
    assert (row["options"], row["rejected"]) == ([], "It sleeps.")
    assert loaded["test"][0]["options"] == ["it sits", "it runs"]
    assert loaded["test"][0]["license"] == "unknown"
    copied = root / "hub" / row["videos"][0]
    assert copied.read_bytes() == (root / "clips/3.mp4").read_bytes()
    assert not copied.samefile(root / "clips/3.mp4")


def test_media_are_linked_or_left_where_they_are(root: Path) -> None:
    run(root, media="link")
    assert (root / "hub/media/0/clips/0.mp4").samefile(root / "clips/0.mp4")
    run(root, media="none")
    assert not (root / "hub/media").exists()
    assert "not part of this folder" in (root / "hub/README.md").read_text()


def test_frame_lists_load(root: Path, tmp_path: Path) -> None:
    exports.write(root / "frames_train.jsonl", [exports.framed(0), exports.framed(1)])
    run(root, "frames_train.jsonl")
    loaded = load(root, tmp_path / "cache")
    assert loaded["train"][1]["videos"] == [["pictures/1a.png", "pictures/1b.png"]]


def test_the_card_is_written_from_the_manifests(root: Path) -> None:
    run(root)
    text = (root / "hub/README.md").read_text()
    assert front(root)["license"] == "other"
    assert front(root)["size_categories"] == ["n<1K"]
    splits = front(root)["dataset_info"]["splits"]
    assert splits == [
        {"name": "train", "num_examples": 4},
        {"name": "test", "num_examples": 2},
    ]
    for line in (
        "# Next \\*events\\*",
        "| task | train | test |",
        "| --- | ---: | ---: |",
        "| choice\\_qa | 0 | 2 |",
        "| next\\_event | 4 | 0 |",
        "| videos | 4 | 2 |",
        "| test \\| films | CC0-1.0 | 4 |",
        "| test \\| films | unknown | 1 |",
        "| unknown | CC0-1.0 | 1 |",
        "python -m data_prep export hf 'a set.jsonl'",
    ):
        assert line in text.splitlines(), f"{line}\n{text}"
    assert "| next\\_train.jsonl | 4 | 7 |" in text


def test_the_card_tells_the_filters_and_samples_behind_a_set(root: Path) -> None:
    kept = parse_where("license = CC0-1.0", Example)
    filter_rows(root / "next_train.jsonl", Example, [kept], root / "kept_train.jsonl")
    sample_rows(root / "kept_train.jsonl", Example, 2, 5, root / "drawn_train.jsonl")
    run(root, "drawn_train.jsonl")
    lines = (root / "hub/README.md").read_text().splitlines()
    steps = [line for line in lines if ".jsonl | " in line]
    assert [line.split(" | ")[0] for line in steps] == [
        "| drawn\\_train.jsonl",
        "| kept\\_train.jsonl",
        "| next\\_train.jsonl",
    ]
    assert "| 2 | 5 |" in steps[0] and "license = CC0-1.0" in steps[1]
    assert front(root)["license"] == "cc0-1.0"


def test_a_video_on_two_sides_is_refused(root: Path) -> None:
    leak = [exports.choice(4), exports.choice(5, video_id="video2")]
    exports.write(root / "next_test.jsonl", leak)
    with pytest.raises(UserError, match="1 videos are on two sides") as told:
        run(root)
    assert told.value.seen == "video2 in train and test"
    assert not list((root / "hub").glob("data/*.jsonl"))
    assert not (root / "hub/README.md").exists()


def test_certificates_are_counted(root: Path) -> None:
    splits = sets.make_splits(root / "world", count=2)
    run(root, splits=[splits])
    assert re.search(r"of the future\):\s+2 of\s+2\.", (root / "hub/README.md").read_text())


def test_missing_media_are_counted(root: Path) -> None:
    (root / "clips/1.mp4").unlink()
    result = run(root)
    assert result.tally.by_reason() == {"next_train: a media file is missing": 1}
    assert "- 1: next\\_train: a media file is missing" in (root / "hub/README.md").read_text()


def test_the_same_sets_give_the_same_bytes(root: Path) -> None:
    def files() -> dict[str, bytes]:
        return {
            path.relative_to(root / "hub").as_posix(): path.read_bytes()
            for path in sorted((root / "hub").rglob("*"))
            if path.is_file()
        }

    run(root, media="copy")
    before = files()
    run(root, media="copy")
    assert files() == before
    assert len(before) == 6 + 5


def test_nothing_foreign_is_written_over(root: Path) -> None:
    (root / "hub").mkdir()
    (root / "hub/thesis.txt").write_text("mine")
    with pytest.raises(UserError, match="was not written by `export hf`"):
        run(root)
    assert [path.name for path in (root / "hub").iterdir()] == ["thesis.txt"]


def test_the_command(root: Path) -> None:
    told = ["export", "hf", str(root / "next_train.jsonl"), "--out", str(root / "hub")]
    result = CliRunner().invoke(app, told)
    assert result.exit_code == 0, result.output
    assert "train: 4 rows" in result.output
