"""The tasks, by name: each is one file here and one template."""

from typing import Any

from data_prep.teacher.tasks.action import ActionTask
from data_prep.teacher.tasks.base import Task
from data_prep.teacher.tasks.caption import CaptionTask
from data_prep.teacher.tasks.causal import CausalTask
from data_prep.teacher.tasks.critique import CritiqueTask
from data_prep.teacher.tasks.events import EventsTask
from data_prep.teacher.tasks.reason import ReasonTask
from data_prep.teacher.tasks.split import SplitTask

_ALL: tuple[Task[Any, Any, Any], ...] = (
    CaptionTask(),
    EventsTask(),
    SplitTask(),
    ReasonTask(),
    CritiqueTask(),
    CausalTask(),
    ActionTask(),
)
TASKS = {task.name: task for task in _ALL}
