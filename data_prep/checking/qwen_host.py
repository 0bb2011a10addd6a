"""What EasyR1 and lmms-eval make of a clip and of a prompt: both load media by `qwen_vl_utils`.

The library itself is asked, once for each shape of clip, so that no rule of it is repeated here.
"""

import contextlib
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

from data_prep.checking.easyr1_sizes import size
from data_prep.checking.processors import NotAtHand, installed
from data_prep.video import header
from data_prep.vision import FRAME_FACTOR, GRID

_PATCH = GRID // 2
# scripts/train_grpo.sh exports it; the library's own default is 128000.
SEQUENCE = 32768


class Grid(NamedTuple):
    """What a model is shown of a clip: pairs of frames, patches of 14 pixels down and across."""

    pairs: int
    rows: int
    columns: int

    @property
    def frames(self) -> int:
        """Number of frames; an odd last one is shown twice."""
        return self.pairs * FRAME_FACTOR

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a frame, in pixels."""
        return self.columns * _PATCH, self.rows * _PATCH

    @property
    def tokens(self) -> int:
        """Number of vision tokens: four patches each."""
        return self.pairs * self.rows * self.columns // 4


class Sight:
    """Shows clips to the processor in `folder` as a consumer would.

    Attributes:
        settings: what the consumer gives to `fetch_video` beside the clip.
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, Any], processor: Mapping[str, Any] | None = None
    ) -> None:
        """Load the processor with the given settings.

        Raises:
            NotAtHand: a package or the processor cannot be loaded.
        """
        installed("qwen_vl_utils", "transformers", "torchvision")
        with contextlib.redirect_stdout(sys.stderr):
            from transformers import AutoProcessor  # noqa: PLC0415 - slow

            try:
                self.processor: Any = AutoProcessor.from_pretrained(
                    folder, use_fast=True, **(processor or {})
                )
            except Exception as error:  # the library raises many kinds
                raise NotAtHand(f"the processor in {folder} does not load: {error}") from error
        if getattr(self.processor, "video_processor", None) is None:
            raise NotAtHand(f"{folder} holds no processor of videos")
        self.settings = dict(settings)
        self._seen: dict[object, Grid] = {}

    def clip(self, path: Path) -> Grid:
        """Return what is shown of a file; asked once for each frame count, rate and size.

        Raises:
            UnreadableVideo: its header cannot be read.
            ValueError: the library does not take it.
        """
        claims = header(path)
        if claims not in self._seen:
            self._seen[claims] = self._fetch(str(path), self._sampling(claims.frames))
        return self._seen[claims]

    def frames(self, files: list[str]) -> Grid:
        """Return what is shown of a list of frames."""
        with Image.open(files[0]) as image:
            key = (len(files), image.size)
        if key not in self._seen:
            self._seen[key] = self._fetch(files, self.settings)
        return self._seen[key]

    def _sampling(self, frames: int) -> dict[str, Any]:
        """Return the settings for a clip of so many frames."""
        settings = dict(self.settings)
        most = settings.pop("max_num_frames", None)
        if settings.get("fps") is None and most is not None:
            # lmms-eval's chat model: at most so many frames, and an even number of them.
            settings.pop("fps", None)
            settings["nframes"] = max(2, min(most, frames) // 2 * 2)
        return settings

    def _fetch(self, video: str | list[str], settings: Mapping[str, Any]) -> Grid:
        with contextlib.redirect_stdout(sys.stderr):
            from qwen_vl_utils.vision_process import fetch_video  # noqa: PLC0415 - slow

            shown = fetch_video({"video": video, **settings})
            found = self.processor.video_processor(videos=[shown], return_tensors="pt")
        return Grid(*found["video_grid_thw"][0].tolist())


def easyr1_sight(settings: Mapping[str, Any], folder: Path) -> Sight:
    """Return how EasyR1 shows clips under the settings of a recipe (flat, `data.video_fps`).

    Raises:
        NotAtHand: a package or the processor cannot be loaded.
    """
    sequence = int(float(os.environ.get("MODEL_SEQ_LEN", SEQUENCE)))
    return Sight(
        folder,
        {
            "fps": float(settings.get("data.video_fps") or 2.0),
            "min_pixels": size(settings, "data.min_pixels"),
            "max_pixels": size(settings, "data.max_pixels"),
            # What the library allows a whole clip by default, at this length of sequence.
            "total_pixels": sequence * GRID**2 * 0.9,
        },
    )


class PromptCounter:
    """Counts the tokens of a prompt as EasyR1's data set does (`verl/utils/dataset.py`)."""

    def __init__(self, settings: Mapping[str, Any], folder: Path) -> None:
        """Load the processor in `folder` and the prompt's format.

        Raises:
            NotAtHand: a package, the processor or a template cannot be loaded.
        """
        self.sight = easyr1_sight(settings, folder)
        self._settings = settings
        self._format = self._read("data.format_prompt")
        self._template = self._read("data.override_chat_template")

    def _read(self, key: str) -> str | None:
        named = self._settings.get(key)
        # EasyR1 goes on without a file that is not there; the check of the paths tells of it.
        if not named or not Path(str(named)).is_file():
            return None
        return Path(str(named)).read_text(encoding="utf-8")

    def count(self, prompt: str, kind: str, media: list[Any]) -> int:
        """Return the tokens of a prompt with its `media`, which are videos or images (`kind`).

        Raises:
            UnreadableVideo: a clip cannot be read.
            ValueError: a library does not take the row.
        """
        import jinja2  # noqa: PLC0415 - needed here only

        if self._format:
            # It formats plain text: nothing is to be escaped.
            prompt = jinja2.Template(self._format.strip()).render(content=prompt)
        content: list[dict[str, str]] = []
        for number, text in enumerate(prompt.split(f"<{kind}>")):
            if number:
                content.append({"type": kind})
            if text:
                content.append({"type": "text", "text": text})
        given = {"chat_template": self._template} if self._template else {}
        asked = self.sight.processor.apply_chat_template(
            [{"role": "user", "content": content}],
            add_generation_prompt=True,
            tokenize=False,
            **given,
        )
        text_tokens = len(self.sight.processor.tokenizer(asked, add_special_tokens=False).input_ids)
        return text_tokens + sum(self._vision(kind, item) - 1 for item in media)

    def _vision(self, kind: str, item: Any) -> int:
        root = Path(str(self._settings.get("data.image_dir") or "."))
        if kind == "image":
            return self._picture(root / str(item))
        if isinstance(item, list):
            return self.sight.frames([str(name) for name in item]).tokens
        return self.sight.clip(root / str(item)).tokens

    def _picture(self, path: Path) -> int:
        with Image.open(path) as image:
            width, height = image.size
        # EasyR1 shrinks, then enlarges a picture into its limits before the processor rounds it.
        least, most = self.sight.settings["min_pixels"], self.sight.settings["max_pixels"]
        for limit, side in ((most, 1), (least, -1)):
            if side * (width * height - limit) > 0:
                factor = math.sqrt(limit / (width * height))
                width, height = int(width * factor), int(height * factor)
        patches = self.sight.processor.image_processor.get_number_of_image_patches(
            height, width, {}
        )
        return int(patches) // 4
