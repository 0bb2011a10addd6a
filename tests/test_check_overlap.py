"""Videos on both sides are found by recording and by bytes, in manifests of every kind."""

import json
from pathlib import Path
from typing import Any

import pytest

from data_prep.checking.overlap import Side, check_overlap


def write(path: Path, *rows: dict[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def media(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.mp4").write_text(content)


def side(path: Path) -> Side:
    found = Side()
    found.add(path, path.parent)
    return found


def compared(tmp_path: Path, training: dict[str, Any], test: dict[str, Any]) -> list[str]:
    sides = [
        write(tmp_path / name / "rows.jsonl", row) for name, row in (("a", training), ("b", test))
    ]
    found = check_overlap(side(sides[0]), side(sides[1]), "the test", "breaks")
    return [f"{each.where}: {each.wrong}" for each in found]


@pytest.mark.parametrize(
    "columns",
    [
        {"videos": ["same.mp4"]},
        {"videos": [["same.mp4"]]},
        {"context": "same.mp4", "future": "other.mp4"},
        {"before": "other.mp4", "after": "same.mp4"},
    ],
)
def test_the_same_bytes_are_found_in_whatever_column(
    tmp_path: Path, columns: dict[str, Any]
) -> None:
    media(tmp_path / "a", same="0123", other="12345")
    media(tmp_path / "b", renamed="0123", longer="012345678")
    (told,) = compared(tmp_path, {"id": "r1", **columns}, {"id": "q1", "video": "renamed.mp4"})
    assert told.startswith("media: 1 training files are the same")
    assert "rows.jsonl: r1 = rows.jsonl: q1" in told


def test_files_of_one_size_that_differ_are_not_the_same(tmp_path: Path) -> None:
    media(tmp_path / "a", x="0123")
    media(tmp_path / "b", x="0124")
    assert compared(tmp_path, {"videos": ["x.mp4"]}, {"video": "x.mp4"}) == []


@pytest.mark.parametrize(
    "training",
    [
        {"video_id": "v7"},
        {"answer": json.dumps({"answer": "A", "video_id": "v7"})},
        {"answer": {"answer": "A", "video_id": "v7"}},
    ],
)
def test_a_recording_is_found_by_its_id_also_where_it_is_packed_into_the_answer(
    tmp_path: Path, training: dict[str, Any]
) -> None:
    (told,) = compared(tmp_path, training, {"video_id": "v7"})
    assert told == "video_id: 1 recordings of the training set are in the test: v7"


def test_texts_and_broken_rows_are_no_media(tmp_path: Path) -> None:
    text = {"prompt": "x" * 400 + ".mp4", "answer": "{broken", "video_id": 7, "videos": None}
    assert compared(tmp_path, text, text) == []
    path = write(tmp_path / "rows.jsonl", {"video_id": "v1"})
    path.write_text("{\n" + path.read_text())
    assert list(side(path).recordings) == ["v1"]


def test_only_the_first_ids_are_named(tmp_path: Path) -> None:
    rows = [{"video_id": f"v{number}"} for number in range(9)]
    both = side(write(tmp_path / "rows.jsonl", *rows))
    (found,) = check_overlap(both, both, "the test", "warns")
    assert found.wrong.endswith("v0, v1, v2, v3, v4 and 4 more")
    assert (found.excess, found.severity) == (9, "warns")
