"""A processor that stands in for the published one where that is not on this machine.

It looks at media as Qwen2.5-VL's does; its tokens of text are not Qwen's and are never counted.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data_prep.tinymodel import WEIGHTS
from data_prep.vision import GRID

# Of the published `preprocessor_config.json`, which serves pictures and videos alike.
PUBLISHED = {"min_pixels": 4 * GRID**2, "max_pixels": 16384 * GRID**2}


@contextmanager
def stand_in() -> Iterator[Path]:
    """Yield a folder that holds it; it is gone after the block."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in WEIGHTS.iterdir():
            if file.suffix in {".json", ".txt", ".jinja"}:
                shutil.copy(file, folder)
        (folder / "video_preprocessor_config.json").unlink()
        path = folder / "preprocessor_config.json"
        settings = json.loads(path.read_text(encoding="utf-8"))
        settings.pop("size", None)
        path.write_text(json.dumps({**settings, **PUBLISHED}), encoding="utf-8")
        yield folder
