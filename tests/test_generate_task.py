"""The task for models that generate video: three forms of reply, what they are worth, failures."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import phantom
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from data_prep.video import write_clip
from lmms_tasks.videoreason import generate
from lmms_tasks.videoreason.generated import NOTHING, read_generated

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return phantom.make(tmp_path_factory.mktemp("phantom") / "world", 4)


@pytest.fixture(autouse=True)
def settings(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEOREASON_DATA", str(world))
    monkeypatch.setenv("VIDEOREASON_LPIPS", "alex:random:0")


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ("{path}", "{path}"),
        ("  {path}\n", "{path}"),
        ("file://{path}", "{path}"),
        ('{{"text": "", "videos": ["{path}"]}}', "{path}"),
        ('{{"videos": "{path}"}}', "{path}"),
        ('{{"video": "{path}"}}', "{path}"),
        ('["{path}"]', "{path}"),
        ('"{path}"', "{path}"),
        ('{{"videos": ["{path}", "{path}"]}}', "{path}"),
    ],
)
def test_a_path_is_read_in_every_form(reply: str, found: str, world: Path) -> None:
    path = world / "clips/i0_perfect.mp4"
    read = read_generated(reply.format(path=path))
    assert read == (Path(found.format(path=path)), None)


@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        ("[GENERATION_FAILED] CUDA out of memory", "generation failed: CUDA out of memory"),
        ("[GENERATION_FAILED]", "generation failed: no reason given"),
        ("[ERROR] Empty prompt", "generation failed: Empty prompt"),
        ("", NOTHING),
        (None, NOTHING),
        ("  \n", NOTHING),
        ('{"text": "", "videos": []}', NOTHING),
        ('{"text": "a ball rolls"}', NOTHING),
        ("null", NOTHING),
        ("3", NOTHING),
        ("/nowhere/a.mp4", "the generated video is missing: /nowhere/a.mp4"),
        ('{"videos": ["/nowhere/a.mp4"]}', "the generated video is missing: /nowhere/a.mp4"),
        ('{"videos": ["/a.mp4", "/b.mp4"]}', "2 videos in one reply"),
        ("The ball rolls on", "not the path of a video: 'The ball rolls on'"),
        ("x" * 5000, f"not the path of a video: {'x' * 120!r}"),
        ("a\0b.mp4", r"not the path of a video: 'a\x00b.mp4'"),
    ],
)
def test_anything_else_is_a_failure_with_its_reason(reply: str | None, failure: str) -> None:
    assert read_generated(reply) == (None, failure)


@given(st.text() | st.recursive(st.text(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)))
def test_reading_never_raises(reply: Any) -> None:
    read = read_generated(reply if isinstance(reply, str) else json.dumps(reply))
    assert (read.video is None) != (read.failure is None)


def test_the_prompt_says_nothing_of_what_happens() -> None:
    golden = (Path(__file__).parent / "golden/videoreason_generate.txt").read_text()
    assert generate.doc_to_text({"answer": "it moves left"}) + "\n" == golden, "raise the version"


def test_no_metric_name_is_part_of_another() -> None:
    names = [entry["metric"] for entry in generate.METRICS]
    assert len(names) == len(set(names))
    assert [(a, b) for a, b in permutations(names, 2) if a in b] == []


def run(world: Path, generator: str, failures: dict[str, str] | None = None) -> Any:
    """Run lmms-eval with a model that replies with the phantom's clips, each in another form."""
    from lmms_eval.api.model import lmms
    from lmms_eval.evaluator import simple_evaluate
    from lmms_eval.tasks import TaskManager
    from loguru import logger

    from lmms_tasks import TASKS_DIR

    logger.remove()
    forms = ("{}", '{{"text": "", "videos": ["{}"]}}')

    class Generating(lmms):  # type: ignore[misc]
        is_simple = True

        def generate_until(self, requests: list[Any]) -> list[str]:
            replies = []
            for request in requests:
                prompt, _, doc_to_visual, number, task, split = request.args
                doc = self.task_dict[task][split][number]
                (image,) = doc_to_visual(doc)
                assert prompt and image.size == (56, 56)
                assert Path(doc["conditioning_video"]).is_file()
                path = world / f"clips/{doc['id']}_{generator}.mp4"
                replies.append((failures or {}).get(doc["id"], forms[number % 2].format(path)))
            return replies

        def loglikelihood(self, requests: list[Any]) -> Any:
            raise NotImplementedError

        def generate_until_multi_round(self, requests: list[Any]) -> Any:
            raise NotImplementedError

    manager = TaskManager(include_path=str(TASKS_DIR), include_defaults=False)
    found = simple_evaluate(
        model=Generating(), tasks=["videoreason_generation"], task_manager=manager, batch_size=1
    )
    scores = {
        name.removesuffix(",none"): value
        for name, value in found["results"]["videoreason_generate"].items()
    }
    json.dumps(found["results"], allow_nan=False)
    return found, scores


def test_a_perfect_model_has_skill_one(world: Path) -> None:
    found, scores = run(world, "perfect")
    assert scores["skill_over_copy"] == 1
    assert scores["mean_lpips"] == 0
    assert scores["failed_generations"] == 0
    assert scores["median_coherence"] == 1
    assert scores["copy_coherence"] == 0 and scores["noise_coherence"] > 10
    assert scores["lpips_of_copy"] > 0
    told = found["configs"]["videoreason_generate"]["metadata"]["lpips"]
    assert told["network"] == "alex, random weights of seed 0"


def test_failures_are_counted_with_an_interval_and_their_reasons_kept(world: Path) -> None:
    one_frame = world / "one.mp4"
    write_clip(one_frame, [np.zeros((56, 56, 3), np.uint8)], 8)
    failures = {"i0": "[GENERATION_FAILED] out of memory", "i2": str(one_frame)}
    found, scores = run(world, "copy", failures)
    assert scores["failed_generations"] == 0.5
    assert scores["failed_from"] < 0.5 < scores["failed_to"]
    assert scores["skill_over_copy"] == pytest.approx(0, abs=0.05)
    assert scores["paper_coherence"] == pytest.approx(0, abs=0.05)
    records = {
        row["item_id"]: row
        for sample in found["samples"]["videoreason_generate"]
        for row in (sample["skill_over_copy"],)
    }
    assert records["i0"]["failure"] == "generation failed: out of memory"
    assert records["i2"]["failure"] == "one frame only"
    assert records["i1"]["failure"] is None and records["i1"]["video"].endswith("i1_copy.mp4")


def test_a_model_that_makes_nothing_has_no_scores_but_failures(world: Path) -> None:
    _, scores = run(world, "copy", {f"i{i}": "" for i in range(4)})
    assert scores["failed_generations"] == 1
    assert scores["skill_over_copy"] is None
    assert scores["mean_lpips"] is None


def test_missing_weights_end_the_run_before_anything_is_generated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIDEOREASON_LPIPS", f"alex:{tmp_path / 'nothing.pth'}")
    with pytest.raises(SystemExit):
        _ = generate.network_state
    assert "nothing.pth" in capsys.readouterr().err


def test_models_that_answer_in_words_are_not_asked_to_generate() -> None:
    import yaml

    from lmms_tasks import TASKS_DIR

    text = (TASKS_DIR / "videoreason/videoreason.yaml").read_text()
    assert "videoreason_generate" not in yaml.safe_load(text)["task"]
