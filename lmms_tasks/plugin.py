"""What lmms-eval loads on its start, so that it finds our tasks without `--include_path`.

lmms-eval 0.7 has entry points for models but none for tasks. Ours is a model entry point that also
adds our folder to the folders that `TaskManager` walks, and lets replies be kept as they come. What
does not import lmms-eval's models, such as `lmms-eval tasks list`, needs `--include-path` and the
folder that this prints:

    python -c "import lmms_tasks; print(lmms_tasks.TASKS_DIR)"
"""

from functools import wraps
from typing import Any

from lmms_tasks import TASKS_DIR
from lmms_tasks.keeping import add_pieces

_MARK = "adds_lmms_tasks"


def register() -> list[Any]:
    """Make our tasks visible to lmms-eval and return the models that we provide."""
    # Imported here: lmms-eval calls this while it is itself being imported.
    from lmms_eval.caching.response_cache import ResponseCache  # noqa: PLC0415
    from lmms_eval.models.registry_v2 import ModelManifest  # noqa: PLC0415
    from lmms_eval.tasks import TaskManager  # noqa: PLC0415

    add_tasks_dir(TaskManager)
    add_pieces(ResponseCache)
    return [
        ModelManifest("videoreason_replay", chat_class_path="lmms_tasks.models.replay.Replay"),
        ModelManifest(
            "videoreason_baseline", chat_class_path="lmms_tasks.models.baseline.Baseline"
        ),
        ModelManifest(
            "videoreason_generator", chat_class_path="lmms_tasks.models.generator.Generator"
        ),
    ]


def add_tasks_dir(manager: type) -> None:
    """Let `manager.initialize_tasks` walk our folder too; calling it again changes nothing.

    Our folder comes last, and lmms-eval keeps the first task of a name: its own tasks and those
    of the user's `--include_path` win.
    """
    original = manager.initialize_tasks  # type: ignore[attr-defined]
    if getattr(original, _MARK, False):
        return

    @wraps(original)
    def initialize_tasks(
        self: Any, include_path: str | list[str] | None = None, include_defaults: bool = True
    ) -> Any:
        given = [include_path] if isinstance(include_path, str) else list(include_path or [])
        return original(
            self, include_path=[*given, str(TASKS_DIR)], include_defaults=include_defaults
        )

    setattr(initialize_tasks, _MARK, True)
    manager.initialize_tasks = initialize_tasks  # type: ignore[attr-defined]
