"""Small instruction sets for the tests of the exporters."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import clips
from PIL import Image

from data_prep.manifest import write_manifest
from data_prep.records import Example


def row(number: int, **changes: Any) -> Example:
    """Return a sound row about clip `number`: an open question, with a rejected answer."""
    told: dict[str, Any] = {
        "id": f"row{number}",
        "task": "next_event",
        "messages": [
            {"role": "user", "content": "<video>What happens next?"},
            {"role": "assistant", "content": f"It counts to {number}."},
        ],
        "videos": [f"clips/{number}.mp4"],
        "answer": f"It counts to {number}.",
        "rejected": "It sleeps.",
        "video_id": f"video{number}",
        "provenance": "made by hand",
        "source": "test | films",
        "license": "CC0-1.0",
    }
    return Example.model_validate({**told, **changes})


def choice(number: int, **changes: Any) -> Example:
    """Return a row with options."""
    told: dict[str, Any] = {
        "task": "choice_qa",
        "answer": "it runs",
        "options": ["it sits", "it runs"],
        "rejected": None,
        "messages": [
            {"role": "user", "content": "<video>What?\nA. it sits\nB. it runs"},
            {"role": "assistant", "content": "it runs"},
        ],
    }
    return row(number, **{**told, **changes})


def picture(number: int) -> Example:
    """Return a row about two pictures."""
    messages = [
        {"role": "user", "content": "<image><image>What was done?"},
        {"role": "assistant", "content": "It was turned."},
    ]
    images = [f"pictures/{number}a.png", f"pictures/{number}b.png"]
    told = {"videos": [], "images": images, "messages": messages, "answer": "It was turned."}
    return row(number, task="inverse_dynamics", **told)


def framed(number: int) -> Example:
    """Return a row whose video is a list of frames."""
    return row(number, videos=[[f"pictures/{number}a.png", f"pictures/{number}b.png"]])


def media(root: Path, count: int) -> None:
    """Write the clips and pictures that rows below `count` name."""
    (root / "clips").mkdir(parents=True)
    (root / "pictures").mkdir()
    template = clips.write(root / "clips/0.mp4").read_bytes()
    for number in range(count):
        (root / f"clips/{number}.mp4").write_bytes(template)
        for letter in "ab":
            Image.new("RGB", (56, 56), (number, 0, 0)).save(root / f"pictures/{number}{letter}.png")


def write(path: Path, rows: Iterable[Example], **settings: Any) -> Path:
    """Write a set."""
    told = {"command": "build next-event", "horizons": [1], **settings}
    write_manifest(path, rows, settings=told, seed=7)
    return path
