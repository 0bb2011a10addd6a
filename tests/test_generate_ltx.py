"""The video model: the real pipeline, with random weights of its own classes."""

from pathlib import Path
from typing import Any

import foresight
import numpy as np
import pytest
import tiny_ltx

from data_prep.errors import UserError
from data_prep.generating.generate import generate
from data_prep.generating.ltx import Ltx, Start, model_frames, model_size
from data_prep.generating.settings import LtxSettings, Settings
from data_prep.generating.shape import Shape
from data_prep.video import probe

SHAPE = Shape(frames=4, fps=4.0, width=56, height=56, gap=0.25)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_ltx.save(tmp_path_factory.mktemp("ltx"))


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def settings(weights: Path, **changes: Any) -> LtxSettings:
    told = {"steps": 2, "fps": 8.0, "short_side": 32, "batch": 2, **changes}
    return LtxSettings(model=str(weights), **told)


def start(prompt: str = "it moves left", seed: int = 1) -> Start:
    return Start(foresight.picture(0)[:56, :56], prompt, seed, SHAPE)


@pytest.mark.parametrize(
    ("size", "short_side", "wanted"),
    [
        ((56, 56), 32, (64, 64)),
        ((56, 56), 256, (256, 256)),
        ((512, 288), 256, (512, 288)),
        ((280, 168), 256, (416, 256)),
        ((20, 20), 0, (32, 32)),
    ],
)
def test_sides_are_multiples_of_32(
    size: tuple[int, int], short_side: int, wanted: tuple[int, int]
) -> None:
    assert model_size(*size, short_side) == wanted


@pytest.mark.parametrize(
    ("seconds", "fps", "wanted"), [(1.0, 8.0, 9), (1.01, 8.0, 17), (0.1, 8.0, 9), (3.0, 24.0, 73)]
)
def test_frames_reach_the_end_of_the_real_future(seconds: float, fps: float, wanted: int) -> None:
    assert model_frames(seconds, fps) == wanted
    assert (wanted - 1) / fps >= seconds - 0.5 / fps


def test_a_future_depends_on_its_prompt_and_seed_and_on_no_other(weights: Path) -> None:
    model = Ltx(settings(weights))
    starts = [start(), start(seed=2), start(prompt="it moves right")]
    alone = [np.stack(model.generate([each])[0]) for each in starts]
    assert all(made.shape == (4, 56, 56, 3) and made.dtype == np.uint8 for made in alone)
    together = [np.stack(made) for made in model.generate(starts)]
    for one, other in zip(alone, together, strict=True):
        # A batch sums in another order.
        assert np.abs(one.astype(int) - other).max() <= 1
    assert (alone[0] != alone[1]).any() and (alone[0] != alone[2]).any()


def test_weights_that_decode_with_noise_go_one_by_one(tmp_path: Path) -> None:
    model = Ltx(settings(tiny_ltx.save(tmp_path / "later", decodes_noise=True)))
    made = model.generate([start(), start(seed=2)])
    assert [np.stack(each).shape for each in made] == [(4, 56, 56, 3)] * 2


class Failing:
    """A pipeline that has memory for one clip, and none for some prompts."""

    def __init__(self, pipeline: Any, value: float | None = None) -> None:
        self._pipeline, self._value = pipeline, value
        self.vae = pipeline.vae

    def __call__(self, **call: Any) -> Any:
        if len(call["prompt"]) > 1 or call["prompt"] == ["too much"]:
            raise RuntimeError("out of memory\nTried to allocate much")
        made = self._pipeline(**call)
        if self._value is not None:
            made.frames[:] = self._value
        return made


def test_one_that_fails_costs_the_others_nothing(weights: Path) -> None:
    model = Ltx(settings(weights))
    model._pipeline = Failing(model._pipeline)
    good, bad = model.generate([start(), start("too much")])
    assert len(good) == 4 and bad == "the model failed: out of memory"


def test_values_that_are_no_numbers_are_no_picture(weights: Path) -> None:
    model = Ltx(settings(weights))
    model._pipeline = Failing(model._pipeline, float("nan"))
    assert model.generate([start()]) == ["the model's frames hold values that are no numbers"]


@pytest.mark.usefixtures("offline")
def test_samples_of_a_caption_as_rows(weights: Path, tmp_path: Path) -> None:
    root = foresight.make(tmp_path / "data")
    told = Settings(
        "ltx", "ltx", samples=2, seed=5, condition="caption", ltx=settings(weights, batch=3)
    )
    summary = generate(root, told)
    assert summary.made == 4
    found = foresight.rows(root)
    assert [(row.item_id, row.sample) for row in found] == [
        *[("a", 0), ("a", 1)],
        *[("b", 0), ("b", 1)],
    ]
    assert len({row.seed for row in found}) == 4
    assert {row.prompt for row in found} == {"The video so far: a square lies there"}
    assert {row.condition for row in found} == {"caption"}
    clips = [root / (row.video or "") for row in found]
    assert all(probe(clip).frames == foresight.FUTURE for clip in clips)
    assert (foresight.read(clips[0]) != foresight.read(clips[1])).any()
    # Nothing to do: the model is not even loaded.
    gone = Settings(**{**told.__dict__, "ltx": settings(weights, batch=1)})
    before = [clip.stat().st_mtime_ns for clip in clips]
    assert generate(root, gone).resumed == 4
    assert [clip.stat().st_mtime_ns for clip in clips] == before


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize("kind", ["missing", "empty", "other"])
def test_what_is_no_such_model_is_said(kind: str, weights: Path, tmp_path: Path) -> None:
    model = tmp_path / kind
    if kind != "missing":
        model.mkdir()
    if kind == "other":
        (model / "model_index.json").write_text('{"_class_name": "LTXImageToVideoPipeline"}')
    with pytest.raises(UserError, match="this video model cannot be loaded"):
        Ltx(LtxSettings(model=str(model)))
