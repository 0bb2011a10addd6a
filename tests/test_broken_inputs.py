"""Ten broken inputs: each is counted, or refused, under a name of its own, and nothing else is."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import phantom
import pytest
import torch
from typer.testing import CliRunner

from data_prep.errors import UserError
from data_prep.manifest import read_manifest, write_manifest
from data_prep.records import Prediction
from data_prep.video import write_clip
from lmms_tasks.logs import Run, TaskLog
from lmms_tasks.measure import app
from lmms_tasks.report.counts import unread
from lmms_tasks.scores import VERIFICATION
from lmms_tasks.videoreason import verification

torch.set_num_threads(1)
Break = Callable[[Path], None]
BROKEN = "i1_wrong_direction"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return phantom.make(tmp_path_factory.mktemp("phantom") / "world", 2)


def clip(change: Break) -> Break:
    return lambda root: change(root / f"clips/{BROKEN}.mp4")


def remade(frames: int, side: int, fps: float) -> Break:
    picture = np.random.default_rng(0).integers(0, 255, (frames, side, side, 3), dtype=np.uint8)
    return clip(lambda path: write_clip(path, list(picture), fps))


def row(change: dict[str, Any]) -> Break:
    def broken(root: Path) -> None:
        path = root / "predictions.jsonl"
        rows = [
            one.model_copy(update=change) if one.id == BROKEN else one
            for one in read_manifest(path, Prediction, made_by="")
        ]
        write_manifest(path, rows, settings={}, seed=0)

    return broken


def measured(root: Path) -> str:
    """Return what the command says of a data folder."""
    done = CliRunner().invoke(app, [str(root), "--weights", "random:0"])
    if isinstance(done.exception, UserError):
        return f"refused: {done.exception}"
    assert done.exit_code == 0, done.output
    return "\n".join(line for line in done.output.splitlines() if BROKEN in line or "of 2" in line)


def judged(reply: str) -> str:
    """Return what the report counts of one reply to the verification task."""
    doc = {
        **{"id": BROKEN, "item_id": "i1", "video_id": "v1", "kind": "bounce"},
        **{"generator": "copy", "same": False, "lpips": None, "inverse_dynamics": None},
    }
    record = verification.process_results(doc, [reply])["auroc_confidence"]
    (found,) = unread([Run("m", {VERIFICATION: TaskLog([record], {"missing": 0})})])
    return f"unparsed {found.unparsed} of {found.n}: {found.rules[0][0]}"


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (clip(Path.unlink), f"not measured: {BROKEN}: missing"),
        (remade(1, 56, 8), f"not measured: {BROKEN}: one frame only"),
        (remade(8, 20, 8), "wrong_direction: 1 of 2 of another size than the real future"),
        (remade(16, 56, 16), "wrong_direction: 1 of 2 of another frame rate"),
        (
            clip(lambda path: path.write_bytes(b"x" * 5000)),
            f"not measured: {BROKEN}: cannot be opened: ",
        ),
        (clip(lambda path: path.write_bytes(b"")), f"not measured: {BROKEN}: an empty file"),
        ("Confidence: NaN", "unparsed 1 of 1: no_probability"),
        ("They look alike.", "unparsed 1 of 1: no_probability"),
        (
            row({"shows": "Z"}),
            "refused: 1 predictions show an option that their item does not have",
        ),
        (row({"id": "i0_copy"}), "refused: 1 ids stand more than once in predictions.jsonl"),
    ],
    ids=[
        "missing generated clip",
        "one frame only",
        "other size",
        "other frame rate",
        "corrupt file",
        "zero length",
        "NaN confidence",
        "reply without probability",
        "a label outside the set",
        "duplicate ids",
    ],
)
def test_a_broken_input_is_told_by_name(
    broken: Break | str, told: str, world: Path, tmp_path: Path
) -> None:
    if isinstance(broken, str):
        assert judged(broken) == told
        return
    root = tmp_path / "world"
    shutil.copytree(world, root)
    assert measured(root) == ""
    (root / "measures.jsonl").unlink()
    broken(root)
    assert measured(root).startswith(told)
