"""Every instruction set trains: one real step of LLaMA-Factory on clips, frames and pictures."""

from pathlib import Path

import clips
import pytest
import sets
from PIL import Image
from test_build_sets import SETS, build_all
from test_e2e import RECIPE, succeed

from data_prep.builders.making import Sides
from data_prep.builders.mix import Part, build_mix
from data_prep.builders.next_event import Form, build_next_event
from data_prep.records import Example

pytestmark = pytest.mark.e2e
OF_PICTURES = ("inverse_dynamics", "forward_dynamics")
OF_CLIPS = tuple(name for name in SETS if name not in OF_PICTURES)


def film(path: Path) -> None:
    images = [clips.bars(number, width=56, height=56) for number in range(8)]
    clips.write(path, images=images, fps=4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All sets, of real clips and pictures."""
    folder = tmp_path_factory.mktemp("sets")
    build_all(folder, Sides(0.0, seed=0))
    for path in folder.rglob("*.mp4"):
        film(path)
    for path in folder.rglob("*.jpg"):
        Image.fromarray(clips.bars(7, width=84, height=56)).save(path)
    parts = [Part(folder / f"{name}_train.jsonl", 1.0) for name in ("next_event", "critique")]
    build_mix(parts, folder, size=None, repeat=False, seed=0)
    return folder


@pytest.fixture(scope="module")
def frames(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A next-event set whose contexts are lists of frames, of even and odd length."""
    folder = tmp_path_factory.mktemp("frames")
    rows = []
    for at in range(6):
        names = [f"frames/v{at}/{i}.jpg" for i in range(4 + at % 2)]
        (folder / f"frames/v{at}").mkdir(parents=True)
        for number, name in enumerate(names):
            Image.fromarray(clips.bars(number, width=56, height=56)).save(folder / name)
        rows.append(sets.plain_split(folder, f"v{at}", context=names))
    path = sets.write(folder / "splits.jsonl", rows)
    build_next_event(path, folder, horizons=[1], forms=[Form.OPEN], sides=Sides(0.0, seed=0))
    return folder


def train_one_step(folder: Path, names: tuple[str, ...]) -> None:
    out = folder / "out"
    succeed(
        "bash",
        "scripts/train_sft.sh",
        RECIPE,
        f"dataset={','.join(f'{name}_train' for name in names)}",
        f"dataset_dir={folder}",
        f"output_dir={out}",
        *("max_steps=1", "cutoff_len=4096"),
    )
    assert (out / "train_results.json").is_file()


def test_one_step_on_all_sets_of_clips(folder: Path) -> None:
    train_one_step(folder, (*OF_CLIPS, "mix"))


def test_one_step_on_all_sets_of_pictures(folder: Path) -> None:
    train_one_step(folder, OF_PICTURES)


def test_one_step_on_lists_of_frames(frames: Path) -> None:
    row: Example = sets.built(frames, "next_event")["train"][1]
    assert [len(video) for video in row.videos] == [5]
    train_one_step(frames, ("next_event",))
