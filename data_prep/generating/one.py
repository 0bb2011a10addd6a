"""Make one future without a model. Runs in a worker process."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from data_prep.generating.extrapolate import FIXED, FixedName
from data_prep.generating.foreign import read_foreign
from data_prep.generating.jobs import Job
from data_prep.generating.shape import NotMade, present_of, shape_of
from data_prep.toyworld.told import told_future
from data_prep.video import write_clip


@dataclass(frozen=True)
class Task:
    """A job, the folder of the rows, and how it is done; None reads the job's own file."""

    job: Job
    root: Path
    how: FixedName | Literal["toyworld"] | None


def make_one(task: Task) -> str | None:
    """Write one future; return None, or why there is none.

    Raises:
        OSError: the file cannot be written.
    """
    job = task.job
    try:
        if job.told.lacking is not None:
            raise NotMade(job.told.lacking)
        shape = shape_of(job.future, job.gap)
        if task.how is None:
            assert job.foreign is not None, "a job without a method has a file"
            images = read_foreign(job.foreign, shape)
        elif task.how == "toyworld":
            images = told_future(task.root, job.item_id, job.told.letter or "", shape.times)
        else:
            present = present_of(job.context, shape.width, shape.height)
            images = FIXED[task.how](present, shape.times)
    except NotMade as error:
        return " ".join(str(error).split())
    write_clip(task.root / job.video, images, shape.fps)
    return None
