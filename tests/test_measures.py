"""Measures of generated futures: right on a phantom, equal to the libraries', and never silent."""

import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import phantom
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from data_prep.errors import UserError
from data_prep.manifest import read_manifest, read_sidecar, write_manifest
from data_prep.picture import UnreadableVideo
from data_prep.records import Prediction
from data_prep.video import write_clip
from lmms_tasks.videoreason import coherence, measuring, pictures
from lmms_tasks.videoreason.clips import Clip, Size, align, as_shown, fitting, last_frame, read_clip
from lmms_tasks.videoreason.measured import Measured, read_measures
from lmms_tasks.videoreason.measures import Limits, Measures
from lmms_tasks.videoreason.measuring import measure_folder
from lmms_tasks.videoreason.perceptual import Perceptual, take
from lmms_tasks.videoreason.summary import figures

torch.set_num_threads(1)


def no_bar(done: int, total: int) -> None:
    assert done <= total


@pytest.fixture(scope="module")
def network() -> Perceptual:
    return Perceptual("alex", "random:0")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return phantom.make(tmp_path_factory.mktemp("phantom") / "world", 12)


@pytest.fixture(scope="module")
def rows(world: Path, network: Perceptual) -> list[Measured]:
    return measure_folder(world, network, Limits(), no_bar)


def of(rows: list[Measured], generator: str) -> dict[str, Any]:
    return {
        figure.name: figure for figure in figures([r for r in rows if r.generator == generator])
    }


def test_a_perfect_generator_is_perfect(rows: list[Measured]) -> None:
    found = of(rows, "perfect")
    assert found["LPIPS"].estimate.value == 0
    assert found["skill over copy"].estimate.value == 1
    assert found["SSIM"].estimate.value == pytest.approx(1)
    assert found["PSNR (dB)"].estimate.value == pictures.SAME_DECIBEL
    assert found["coherence, median"].estimate.value == 1


def test_a_copy_has_neither_skill_nor_motion(rows: list[Measured]) -> None:
    found = of(rows, "copy")
    # What is left is the codec's.
    assert found["skill over copy"].estimate.value == pytest.approx(0, abs=0.03)
    assert found["coherence, mean"].estimate.value == pytest.approx(0, abs=0.03)
    assert found["coherence, median"].estimate.value == pytest.approx(0, abs=0.03)
    assert found["coherence, mean"].copy == 0
    assert found["first-frame jump"].estimate.value < found["first-frame jump"].real


def test_the_wrong_direction_is_near_in_pixels(rows: list[Measured]) -> None:
    wrong, coarse = of(rows, "wrong_direction"), of(rows, "coarse")
    assert wrong["LPIPS"].estimate.value < wrong["LPIPS"].noise / 4
    assert wrong["LPIPS"].estimate.value < coarse["LPIPS"].estimate.value
    assert wrong["coherence, median"].estimate.value == pytest.approx(1, abs=0.1)
    assert wrong["smoothness"].estimate.value == pytest.approx(wrong["smoothness"].real, abs=0.1)


def test_coherence_has_no_optimum_noise_exceeds_the_real_future(rows: list[Measured]) -> None:
    for generator in phantom.NAMES:
        found = of(rows, generator)
        for name in ("coherence, mean", "coherence, median"):
            assert (found[name].copy, found[name].real) == (0, pytest.approx(1, abs=1e-3))
            assert found[name].noise > 10


@pytest.mark.parametrize("net", ["alex", pytest.param("vgg", marks=pytest.mark.slow)])
def test_lpips_is_that_of_the_package(net: str) -> None:
    ours = Perceptual(net, "random:3")
    rng = np.random.default_rng(0)
    a, b = (rng.integers(0, 256, (5, 40, 48, 3), np.uint8) for _ in range(2))
    x, y = (torch.from_numpy(v).permute(0, 3, 1, 2).float() / 127.5 - 1 for v in (a, b))
    with torch.no_grad():
        each = [ours._net(x[i : i + 1], y[i : i + 1]).item() for i in range(5)]
    features = ours.features(a), ours.features(b)
    assert ours.distances(*features) == pytest.approx(each, abs=1e-5)
    one = take(features[1], np.array([2]))
    assert ours.distances(features[0], one)[2] == pytest.approx(each[2], abs=1e-5)


def state_of(network: Perceptual) -> dict[str, Any]:
    """Return the weights as torchvision names them."""
    found = network._net.net.state_dict()
    return {f"features.{key.partition('.')[2]}": value + 0.5 for key, value in found.items()}


def test_weights_by_path_are_used_and_named(network: Perceptual, tmp_path: Path) -> None:
    path = tmp_path / "mine.pth"
    torch.save(state_of(network), path)
    found = Perceptual("alex", str(path))
    assert "mine.pth" in found.said and "random" not in found.said
    assert torch.equal(found._net.net.slice1[0].weight, network._net.net.slice1[0].weight + 0.5)
    assert found.fingerprint != network.fingerprint


def _broken_weights(network: Perceptual, path: Path, kind: str) -> None:
    if kind == "text":
        path.write_text("no weights")
    elif kind == "list":
        torch.save([1, 2], path)
    elif kind == "other":
        torch.save({"features.0.weight": torch.zeros(2)}, path)
    elif kind == "not finite":
        state = state_of(network)
        state["features.3.bias"][0] = float("nan")
        torch.save(state, path)


@pytest.mark.parametrize("kind", ["missing", "text", "list", "other", "not finite"])
def test_weights_that_cannot_be_used_are_an_error_with_the_command(
    kind: str, network: Perceptual, tmp_path: Path
) -> None:
    path = tmp_path / "weights.pth"
    _broken_weights(network, path, kind)
    with pytest.raises(UserError) as error:
        Perceptual("alex", str(path))
    assert "weights.pth" in str(error.value)
    assert "torchvision.models.alexnet(weights='DEFAULT')" in str(error.value)


def test_without_weights_nothing_is_random(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import urllib.request

    def offline(*args: Any, **kwargs: Any) -> Any:
        raise OSError("no network")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(urllib.request, "urlopen", offline)
    with pytest.raises(UserError, match="not there") as error:
        Perceptual("alex", "")
    assert "--weights FILE.pth" in str(error.value)


@pytest.mark.parametrize(
    ("net", "weights"), [("squeeze", ""), ("alex", "random:"), ("alex", "random:x")]
)
def test_a_network_that_there_is_not(net: str, weights: str) -> None:
    with pytest.raises(UserError):
        Perceptual(net, weights)


def noise_clip(frames: int, side: int = 40) -> np.ndarray:
    return np.random.default_rng(frames).integers(0, 256, (frames, side, side, 3), np.uint8)


def test_ssim_and_psnr_are_the_libraries() -> None:
    from skimage.metrics import peak_signal_noise_ratio, structural_similarity

    a, b = noise_clip(4), noise_clip(5)[:4]
    each = [structural_similarity(x, y, channel_axis=2) for x, y in zip(a, b, strict=True)]
    assert pictures.ssim(a, b) == pytest.approx(np.mean(each), abs=1e-9)
    assert pictures.psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b), abs=1e-5)
    assert pictures.psnr(a, a) == pictures.SAME_DECIBEL


def moving(steps: list[float], side: int = 64) -> np.ndarray:
    texture = np.random.default_rng(0).integers(0, 256, (12, 12), np.uint8)
    square = Image.fromarray(texture).resize((24, 24), Image.Resampling.BICUBIC)
    frames = []
    for x in steps:
        picture = Image.new("RGB", (side, side), (90, 90, 90))
        picture.paste(square, (round(x), 20))
        frames.append(np.asarray(picture))
    return np.stack(frames)


def test_smoothness_tells_steady_motion_from_jerks() -> None:
    steady = pictures.smoothness(moving([4, 7, 10, 13, 16, 19]))
    jerks = pictures.smoothness(moving([4, 12, 5, 13, 6, 14]))
    assert steady is not None and jerks is not None
    assert steady > 0.75 and jerks < 0.4
    assert pictures.smoothness(moving([5, 5, 5, 5])) is None
    assert pictures.smoothness(moving([5, 9])) is None


def test_the_papers_coherence_and_the_robust_one() -> None:
    change, real, videos = [0.1, 0.2, 0.3], [0.1, 0.1, 0.0], ["a", "b", "c"]
    by_hand = (0.1 / (0.1 + 1e-6) + 0.2 / (0.1 + 1e-6) + 0.3 / 1e-6) / 3
    assert coherence.paper(change, real, videos).value == pytest.approx(by_hand, rel=1e-12)
    found = coherence.robust(change, real, videos)
    # The third real future does not move: one such clip is the whole of the paper's mean.
    assert found is not None and (found.value, found.n) == (pytest.approx(1.5), 2)
    assert coherence.robust([0.1], [0.0], ["a"]) is None


def test_skill_is_one_less_the_ratio_of_the_errors() -> None:
    found = coherence.skill([0.1, 0.3], [0.4, 0.4], ["a", "b"])
    assert found is not None and found.value == pytest.approx(0.5)
    assert found.interval is not None and found.interval.low < 0.5 < found.interval.high
    assert coherence.skill([0.0], [0.0], ["a"]) is None


def clip(times: list[float]) -> Clip:
    return Clip(np.asarray(times), np.zeros((len(times), 1, 1, 3), np.uint8), Size(1, 1))


@pytest.mark.parametrize(
    ("real", "made", "most", "pairs"),
    [
        ([0, 1, 2, 3], [0, 1, 2, 3], 16, [(0, 0), (1, 1), (2, 2), (3, 3)]),
        ([0, 1, 2, 3], [0, 1, 2, 3], 2, [(0, 0), (3, 3)]),
        ([0, 1, 2, 3], [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5], 16, [(0, 0), (1, 2), (2, 4), (3, 6)]),
        ([0, 0.5, 1, 1.5, 2, 2.5], [0, 1, 2], 16, [(0, 0), (2, 1), (4, 2)]),
        ([0, 1, 2, 3], [0, 1], 16, [(0, 0), (1, 1)]),
        ([0, 1], [0, 1, 2, 3], 16, [(0, 0), (1, 1)]),
        ([0, 1, 2, 3], [0, 0.999, 2.001, 3], 16, [(0, 0), (1, 1), (2, 2), (3, 3)]),
        (
            [i / 30 for i in range(6)],
            [i * 1.001 / 30 for i in range(6)],
            16,
            [(i, i) for i in range(6)],
        ),
    ],
    ids=["same", "fewer", "twice the rate", "half the rate", "short", "long", "rounded", "29.97"],
)
def test_frames_are_aligned_by_time(
    real: list[float], made: list[float], most: int, pairs: list[tuple[int, int]]
) -> None:
    ours, theirs = align(clip(real), clip(made), most)
    assert list(zip(ours.tolist(), theirs.tolist(), strict=True)) == pairs


@given(
    st.floats(1, 60), st.floats(1, 60), st.integers(2, 90), st.integers(2, 90), st.integers(2, 20)
)
def test_aligned_frames_are_of_one_instant_and_in_order(
    real_fps: float, made_fps: float, real_count: int, made_count: int, most: int
) -> None:
    real, made = (
        clip([i / fps for i in range(count)])
        for fps, count in ((real_fps, real_count), (made_fps, made_count))
    )
    try:
        ours, theirs = align(real, made, most)
    except UnreadableVideo:
        assert (
            min(real_count / real_fps, made_count / made_fps) < 2 / min(real_fps, made_fps) + 1e-6
        )
        return
    assert 2 <= len(ours) == len(theirs) <= most
    assert np.all(np.diff(ours) >= 1) and np.all(np.diff(theirs) >= 1)
    apart = np.abs(real.times[ours] - made.times[theirs])
    assert np.all(apart <= min(real.step, made.step) / 2 + 1e-9)


def test_a_clip_is_shrunk_and_never_enlarged(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_clip(path, list(noise_clip(3, 96)), 8)
    small = read_clip(path, fitting(48 * 48))
    assert small.frames.shape == (3, 48, 48, 3) and small.shown == Size(96, 96)
    assert read_clip(path, fitting(10**6)).frames.shape == (3, 96, 96, 3)
    assert np.array_equal(last_frame(path, as_shown)[0], read_clip(path, as_shown).frames[-1])


def remade(world: Path, tmp_path: Path, change: Callable[[Path], None]) -> tuple[Path, Path]:
    """Copy the world, and change the clip of one prediction."""
    root = tmp_path / "world"
    shutil.copytree(world, root)
    (root / "measures.jsonl").unlink(missing_ok=True)
    broken = root / "clips/i1_wrong_direction.mp4"
    change(broken)
    return root, broken


def rewrite(frames: int, side: int, fps: float) -> Callable[[Path], None]:
    return lambda path: write_clip(path, list(noise_clip(frames, side)), fps)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


@pytest.mark.parametrize(
    ("change", "failure", "flag"),
    [
        (Path.unlink, "missing", None),
        (rewrite(1, 56, 8), "one frame only", None),
        (lambda path: path.write_bytes(b""), "an empty file", None),
        (lambda path: path.write_bytes(b"x" * 5000), "cannot be opened", None),
        (cut_off, "do", None),
        (rewrite(8, 20, 8), None, "resized"),
        (rewrite(8, 112, 8), None, "resized"),
        (rewrite(16, 56, 16), None, "retimed"),
        (rewrite(2, 56, 60), "too short", None),
    ],
    ids=[
        "missing",
        "one frame",
        "zero length",
        "not a video",
        "corrupt",
        "smaller",
        "larger",
        "other rate",
        "an instant",
    ],
)
def test_a_broken_clip_is_counted_by_name(  # noqa: PLR0917
    change: Callable[[Path], None],
    failure: str | None,
    flag: str | None,
    world: Path,
    network: Perceptual,
    tmp_path: Path,
) -> None:
    root, _ = remade(world, tmp_path, change)
    found = {row.prediction_id: row for row in measure_folder(root, network, Limits(), no_bar)}
    row = found.pop("i1_wrong_direction")
    assert all(other.failure is None for other in found.values())
    if failure is None:
        assert row.measures is not None and flag is not None and getattr(row.measures, flag)
        return
    assert row.measures is None and failure in (row.failure or "no failure")
    assert row.to_blame == "generator"
    assert figures([row, found["i0_wrong_direction"]])[0].estimate.value == 0.5  # type: ignore[union-attr]


def test_a_generation_that_failed_keeps_its_reason(
    world: Path, network: Perceptual, tmp_path: Path
) -> None:
    root, _ = remade(world, tmp_path, lambda path: None)
    changed = [
        row.model_copy(update={"video": None, "failure": "out of memory"})
        if row.id == "i0_copy"
        else row
        for row in read_manifest(root / "predictions.jsonl", Prediction, made_by="")
    ]
    write_manifest(root / "predictions.jsonl", changed, settings={}, seed=0)
    found = {row.prediction_id: row for row in measure_folder(root, network, Limits(), no_bar)}
    assert found["i0_copy"].failure == "not generated: out of memory"


@pytest.mark.parametrize(("name", "whose"), [("real", "real future"), ("context", "context")])
def test_no_generator_is_blamed_for_broken_data(
    name: str, whose: str, world: Path, network: Perceptual, tmp_path: Path
) -> None:
    root, _ = remade(world, tmp_path, lambda path: None)
    (root / f"clips/i2_{name}.mp4").write_bytes(b"")
    found = [row for row in measure_folder(root, network, Limits(), no_bar) if row.item_id == "i2"]
    assert len(found) == len(phantom.NAMES)
    assert {row.to_blame for row in found} == {"data"}
    assert all((row.failure or "").startswith(f"{whose}: ") for row in found)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"id": "i0_copy"}, "more than once"),
        ({"item_id": "nobody"}, "does not have"),
        ({"shows": "Z"}, "option that their item does not have"),
        ({"video": "../outside.mp4"}, "outside of the folder"),
    ],
    ids=["duplicate id", "unknown item", "label outside of the set", "path outside"],
)
def test_broken_rows_are_refused_by_name(
    row: dict[str, str], told: str, world: Path, network: Perceptual, tmp_path: Path
) -> None:
    root, _ = remade(world, tmp_path, lambda path: None)
    rows = list(read_manifest(root / "predictions.jsonl", Prediction, made_by=""))
    rows[0] = rows[0].model_copy(update=row)
    write_manifest(root / "predictions.jsonl", rows, settings={}, seed=0)
    with pytest.raises(UserError, match=told):
        measure_folder(root, network, Limits(), no_bar)


def test_measures_that_are_not_finite_cannot_be_written(rows: list[Measured]) -> None:
    good = next(row.measures for row in rows if row.measures is not None).model_dump()
    for value in (math.nan, math.inf):
        with pytest.raises(ValueError, match="finite"):
            Measures.model_validate({**good, "lpips": value})


def test_a_run_goes_on_where_it_was_stopped_with_the_same_bytes(
    world: Path,
    rows: list[Measured],
    network: Perceptual,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root, _ = remade(world, tmp_path, lambda path: None)
    (root / ".measures.answers").unlink()
    measured, real = [], measuring.measure

    def dies(*args: Any) -> Any:
        if len(measured) == 2:
            raise KeyboardInterrupt
        measured.append(args)
        return real(*args)

    monkeypatch.setattr(measuring, "measure", dies)
    with pytest.raises(KeyboardInterrupt):
        measure_folder(root, network, Limits(), no_bar)
    assert not (root / "measures.jsonl").exists()
    monkeypatch.setattr(measuring, "measure", lambda *args: measured.append(args) or real(*args))
    measure_folder(root, network, Limits(), no_bar)
    # Two items were whole, of twelve.
    assert len(measured) == 2 + 12 - 2
    assert (root / "measures.jsonl").read_bytes() == (world / "measures.jsonl").read_bytes()
    measured.clear()
    measure_folder(root, network, Limits(), no_bar)
    assert not measured
    measure_folder(root, network, Limits(frames=4), no_bar)
    assert len(measured) == 12


def test_random_weights_are_said_wherever_the_numbers_are(
    world: Path, rows: list[Measured], network: Perceptual
) -> None:
    settings = read_sidecar(world / "measures.jsonl")["settings"]
    assert settings["network"] == "alex, random weights of seed 0"
    assert settings["weights_sha256"] == network.fingerprint


def test_measures_of_other_clips_are_not_read(
    world: Path, rows: list[Measured], caplog: pytest.LogCaptureFixture
) -> None:
    now = read_sidecar(world / "measures.jsonl")["settings"]["data_sha256"]
    assert len(read_measures(world, now)) == len(rows)
    assert read_measures(world, "another digest") == {}
    assert "python -m lmms_tasks.measure" in caplog.text


def test_the_command_prints_every_generator_and_what_failed(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from typer.testing import CliRunner

    from lmms_tasks.measure import app

    root, _ = remade(world, tmp_path, Path.unlink)
    found = CliRunner().invoke(app, [str(root), "--weights", "random:0"])
    assert found.exit_code == 0, found.output
    for word in (
        *phantom.NAMES,
        "random weights of seed 0",
        "coherence, median",
        "skill over copy",
    ):
        assert word in found.output
    assert "not measured: i1_wrong_direction: missing" in found.output
    helped = CliRunner().invoke(app, ["--help"]).output
    assert helped.count("python -m lmms_tasks.measure") >= 2
    with pytest.raises(UserError, match=r"no predictions\.jsonl"):
        CliRunner().invoke(app, [str(tmp_path)], catch_exceptions=False)


def test_a_model_that_is_none_names_the_option_that_was_typed(world: Path, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from lmms_tasks.measure import app

    typed = [str(world), "--inverse-dynamics", str(tmp_path / "nowhere")]
    with pytest.raises(UserError, match=r"nowhere(.|\n)*--inverse-dynamics FOLDER") as told:
        CliRunner().invoke(app, typed, catch_exceptions=False)
    assert "--model" not in str(told.value)
