"""A real server with a real model behind it: LLaMA-Factory's API and the tiny model."""

import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data_prep.manifest import read_manifest, write_manifest
from data_prep.records import Clip
from data_prep.teacher.cache import NAME
from data_prep.teacher.run import Job, annotate
from data_prep.teacher.settings import Asking
from data_prep.tinymodel import WEIGHTS
from data_prep.toyworld.render import draw
from data_prep.toyworld.scenes import draw_scene
from data_prep.toyworld.world import BUDGET
from data_prep.video import write_clip

pytestmark = pytest.mark.e2e
CLIPS = 3
PIXELS = ("max_pixels", "min_pixels")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `llamafactory-cli api` with the tiny model, and return its base address."""
    log = tmp_path_factory.mktemp("server") / "log"
    port = free_port()
    settings = {
        **{"model_name_or_path": WEIGHTS, "template": "qwen2_vl"},
        **{f"{side}_{most}": BUDGET.max_pixels for side in ("image", "video") for most in PIXELS},
        **{"video_fps": BUDGET.fps, "video_maxlen": BUDGET.max_frames},
    }
    command: list[object] = [Path(sys.executable).parent / "llamafactory-cli", "api"]
    for name, value in settings.items():
        command += [f"--{name}", value]
    environment = {
        **os.environ,
        **{"API_HOST": "127.0.0.1", "API_PORT": str(port), "HF_HUB_OFFLINE": "1"},
        **{"CUDA_VISIBLE_DEVICES": "", "API_KEY": "the-key-of-the-test"},
    }
    with log.open("w") as file:
        process = subprocess.Popen(
            [str(part) for part in command],
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        for _ in range(400):
            assert process.poll() is None, log.read_text()[-3000:]
            if _answers(port):
                break
            time.sleep(1)
        else:
            pytest.fail(log.read_text()[-3000:])
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=5)
    except urllib.error.HTTPError as error:
        return error.code == 401
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a manifest of clips that show one event of the toy world each."""
    folder = tmp_path_factory.mktemp("clips")
    rows = []
    for number in range(CLIPS):
        scene = draw_scene(random.Random(f"teacher {number}"), "train", number)
        name = f"{number}.mp4"
        write_clip(folder / name, [draw(scene, scene.state(i / 4)) for i in range(4)], 4)
        rows.append(
            Clip(
                **{"id": f"c{number}", "video": name, "source": "toy", "license": "none"},
                **{"duration": 1.0, "fps": 4.0, "width": 56, "height": 56, "frames": 4},
                sha256="",
            )
        )
    write_manifest(folder / "clips.jsonl", rows, settings={}, seed=None)
    return folder / "clips.jsonl"


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEACHER_KEY", "the-key-of-the-test")


def asking(url: str, media: str, max_tokens: int, **settings: Any) -> Asking:
    return Asking(
        **{"url": url, "model": "tiny", "budget": BUDGET, "media": media},
        **{"max_tokens": max_tokens, "key_variable": "TEACHER_KEY", "concurrency": 2},
        **{"timeout": 300.0, "workers": 1, "body": {"do_sample": False}, **settings},
    )


def test_the_tiny_model_captions_the_toy_world(server: str, clips: Path, tmp_path: Path) -> None:
    template = tmp_path / "ask.jinja"
    template.write_text("What happens in the video?")
    out = clips.with_name("captioned.jsonl")
    job = Job("caption", clips, out, template=template)
    first = annotate(job, asking(server, "frames", 64))
    assert first.answered == {"parsed": CLIPS}, first.refusals.first
    captions = [clip.caption for clip in read_manifest(out, Clip, made_by="")]
    assert all(caption and caption.startswith("it ") for caption in captions), captions
    assert first.paid.replies == CLIPS
    # Four frames are sixteen tokens; what is said is counted, too.
    assert first.paid.prompt > CLIPS * 16
    assert first.paid.completion >= CLIPS * 2
    assert first.paid.uncounted == 0
    second = annotate(job, asking(server, "frames", 64))
    assert (second.paid.replies, second.saved.prompt) == (0, first.paid.prompt)


def test_replies_that_are_no_json_are_received_asked_again_and_reported(
    server: str, clips: Path
) -> None:
    out = clips.with_name("evented.jsonl")
    summary = annotate(Job("events", clips, out), asking(server, "frames", 24))
    assert summary.refusals.by_kind == {"invalid answer": CLIPS}
    assert summary.paid.replies == 2 * CLIPS
    assert summary.paid.prompt > 0
    assert not out.exists()
    report = out.with_suffix(".report.jsonl").read_text().splitlines()
    assert [json.loads(line)["video"] for line in report] == [f"c{n}" for n in range(CLIPS)]
    with sqlite3.connect(out.with_name(NAME)) as file:
        query = "SELECT text, completion_tokens, raw FROM answers WHERE task = 'events'"
        stored = list(file.execute(query))
    assert len(stored) == 2 * CLIPS
    for text, tokens, raw in stored:
        assert 0 < tokens <= 24
        assert json.loads(raw)["choices"][0]["message"]["content"] == text


def test_a_server_that_cannot_take_videos_is_reported_item_by_item(
    server: str, clips: Path
) -> None:
    # LLaMA-Factory 0.9.5 reads a video in memory twice, the second time from its end.
    out = clips.with_name("filmed.jsonl")
    summary = annotate(Job("caption", clips, out), asking(server, "video", 24, retries=0))
    assert summary.refusals.by_kind == {"http 500": CLIPS}


def test_the_server_wants_its_key(server: str, clips: Path) -> None:
    from data_prep.errors import UserError

    wrong = Asking(server, "tiny", BUDGET, key_variable="NO_SUCH_KEY", workers=1)
    with pytest.raises(UserError, match="refuses the API key"):
        annotate(Job("caption", clips, clips.with_name("never.jsonl")), wrong)
