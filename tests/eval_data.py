"""A data folder for the tasks with videos of a few frames: two videos, each with two items."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from data_prep.manifest import write_manifest
from data_prep.records import ForesightItem, Prediction, Question
from data_prep.video import write_clip
from lmms_tasks import TASKS_DIR

OPTIONS = ["It moves left.", "It moves right.", "It grows.", "It vanishes."]
KINDS = ("hop1", "hop2", "hop3", "interpolation")
# What each generator's clip of an item shows; None: the generator failed.
SHOWS: dict[str, list[str | None]] = {
    "copy": ["D", "D", "D", "D"],
    "perfect": ["A", "B", "C", "A"],
    "wrong_direction": ["B", "A", None, "B"],
}
ANSWERS = ["A", "B", "C", "A"]


def questions() -> list[Question]:
    """Eight questions, each kind twice, over two videos; the answers go A, B, C, D, A, ..."""
    return [
        Question(
            id=f"q{i}",
            video_id=f"v{i % 2}",
            video=f"videos/v{i % 2}.mp4",
            question="What happens next?",
            options=OPTIONS,
            answer="ABCD"[i % 4],
            kind=KINDS[i // 2],
        )
        for i in range(8)
    ]


def items() -> list[ForesightItem]:
    """Four items over two videos."""
    return [
        ForesightItem(
            id=f"i{i}",
            video_id=f"v{i // 2}",
            context=f"videos/v{i // 2}.mp4",
            future=f"videos/future{i}.mp4",
            options=OPTIONS,
            answer=answer,
            kind="bounce",
        )
        for i, answer in enumerate(ANSWERS)
    ]


def predictions() -> list[Prediction]:
    """Three generators on every item; `wrong_direction` fails once."""
    return [
        Prediction(
            id=f"i{i}-{name}",
            item_id=f"i{i}",
            generator=name,
            seed=0,
            prompt="",
            prompt_has_label=False,
            video=None if shows is None else f"generated/{name}{i}.mp4",
            failure="out of memory" if shows is None else None,
            shows=shows,
            real_first=i % 2 == 0,
        )
        for name, shown in SHOWS.items()
        for i, shows in enumerate(shown)
    ]


def make(root: Path) -> Path:
    """Write the three manifests and their videos below `root`, and return it."""
    rows = predictions()
    media = {q.video for q in questions()} | {i.future for i in items()}
    media |= {row.video for row in rows if row.video is not None}
    for number, name in enumerate(sorted(media)):
        frame = np.full((32, 32, 3), 10 * number, np.uint8)
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        write_clip(root / name, [frame] * 2, 8)
    for name, records in {
        "futurebench": questions(),
        "videoreason": items(),
        "predictions": rows,
    }.items():
        write_manifest(root / f"{name}.jsonl", records, settings={}, seed=0)
    return root


def evaluate(tasks: list[str], reply: Callable[[str, dict[str, Any]], str], **options: Any) -> Any:
    """Run lmms-eval in this process; `reply(task, doc)` is what the chat model says."""
    from lmms_eval.api.model import lmms
    from lmms_eval.evaluator import simple_evaluate
    from lmms_eval.tasks import TaskManager
    from loguru import logger

    # lmms-eval's own log would go to the captured stream of an earlier test, which is closed.
    logger.remove()

    class Scripted(lmms):  # type: ignore[misc]
        is_simple = False

        def generate_until(self, requests: list[Any]) -> list[str]:
            replies = []
            for request in requests:
                _, doc_to_messages, _, number, task, split = request.args
                doc = self.task_dict[task][split][number]
                content = doc_to_messages(doc)[0]["content"]
                assert all(Path(part["url"]).is_file() for part in content[:-1])
                assert content[-1]["type"] == "text"
                replies.append(reply(task, doc))
            return replies

        def loglikelihood(self, requests: list[Any]) -> Any:
            raise NotImplementedError

        def generate_until_multi_round(self, requests: list[Any]) -> Any:
            raise NotImplementedError

    manager = TaskManager(include_path=str(TASKS_DIR), include_defaults=False)
    return simple_evaluate(
        model=Scripted(), tasks=tasks, task_manager=manager, batch_size=1, **options
    )


def as_text(messages: list[dict[str, Any]]) -> str:
    """Render a conversation for a golden file."""
    parts = [part for message in messages for part in message["content"]]
    return "".join(
        f"<video {Path(part['url']).name}>\n" if part["type"] == "video" else part["text"] + "\n"
        for part in parts
    )
