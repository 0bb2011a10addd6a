"""One run at a time in a folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data_prep.errors import UserError


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold `folder` against a second run.

    Raises:
        UserError: another process holds it, or the folder cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise UserError(
            "cannot write to this folder", seen=f"{folder}: {error.strerror}"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise UserError(
            "another run is writing to this folder", seen=folder, fix="wait for it to end"
        ) from error
    finally:
        os.close(handle)
