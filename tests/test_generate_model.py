"""The generators as models of lmms-eval: a file for every document, or why there is none."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import foresight
import pytest
import tiny_ltx
from datasets import Dataset

from data_prep.video import probe
from lmms_tasks.models.generator import KINDS, Generator


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return foresight.make(tmp_path / "data")


def replies(model: Generator, docs: list[dict[str, Any]]) -> list[str]:
    model.task_dict = {"videoreason_generate": {"test": Dataset.from_list(docs)}}
    asked = [
        SimpleNamespace(args=("go on", None, {}, number, "videoreason_generate", "test"))
        for number in range(len(docs))
    ]
    return model.generate_until(asked)


def document(root: Path, name: str = "a", **changes: Any) -> dict[str, Any]:
    paths = (str(root / f"clips/{name}_{side}.mp4") for side in ("context", "future"))
    return {
        "id": name,
        **dict(zip(("conditioning_video", "future"), paths, strict=True)),
        **changes,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_is_answered_with_a_file(kind: str, root: Path, tmp_path: Path) -> None:
    told: dict[str, Any] = {"kind": kind, "out": str(tmp_path / "out")}
    if kind == "ltx":
        weights = tiny_ltx.save(tmp_path / "ltx")
        told |= {"model": str(weights), "steps": "2", "fps": "8", "short_side": "32"}
    said = replies(Generator(**told), [document(root), document(root, "b")])
    for reply in said:
        (path,) = json.loads(reply)["videos"]
        assert Path(path).is_absolute() and Path(path).parent == tmp_path / "out"
        assert (probe(Path(path)).frames, probe(Path(path)).fps) == (4, 4.0)
    made = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    assert replies(Generator(**told), [document(root), document(root, "b")]) == said
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()} == made


def test_failures_are_marked_as_lmms_eval_marks_them(root: Path, tmp_path: Path) -> None:
    (root / "clips/a_context.mp4").write_bytes(b"no video")
    missing_one = document(root, "b", conditioning_video=str(root / "clips/c.mp4"))
    docs = [document(root), document(root, "b"), missing_one]
    broken, good, missing = replies(Generator(out=str(tmp_path / "out")), docs)
    assert broken.startswith("[GENERATION_FAILED] the context cannot be read")
    assert missing.startswith("[GENERATION_FAILED] there is no file")
    assert json.loads(good)["videos"]


def test_documents_of_other_tasks_end_the_run(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    doc = {"id": "q", "video": str(root), "options": ["a", "b"]}
    with pytest.raises(SystemExit):
        replies(Generator(out=str(tmp_path / "out")), [doc])
    assert "does not ask for a video" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"kind": "magic"}, "no such kind"),
        ({"kind": "copy", "model": "x"}, "copy has no such setting"),
        ({"kind": "copy", "steps": 3}, "copy has no such setting"),
        ({"kind": "ltx", "steps": "few"}, "steps must be a number"),
        ({"speed": 2}, "no such setting"),
    ],
)
def test_settings_are_checked_before_anything_is_made(
    told: dict[str, Any], wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        Generator(**told)
    assert wrong in capsys.readouterr().err
