"""The rows of an EasyR1 file as TRL takes them: a conversation, and its frames as pictures.

TRL 0.24 knows pictures only. It would take a video, or a `videos` column, without a word and train
on one placeholder in its place, so a row with a video file is refused.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Template

from data_prep.errors import UserError
from data_prep.rehearsal.settings import Settings

_MARK = re.compile(r"<video>|<image>")
_FRAMES = (
    "cut lists of frames: python -m data_prep split … --carrier frames; build the set again; "
    "python -m data_prep export easyr1 … --absolute"
)


def read_rows(settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield `prompt` (one user turn), `images` (paths in order) and `answer` of each row.

    Raises:
        UserError: a row has a video file, or another number of marks than of media.
    """
    prompt, answer, images, videos = settings.keys
    form = Template("{{ content }}")
    if settings.format_prompt is not None:
        form = Template(settings.format_prompt.read_text(encoding="utf-8").strip())
    with settings.rows.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            row, where = json.loads(line), f"{settings.rows}, line {number}"
            media = _media(row, images, videos, where)
            content = _content(form.render(content=row[prompt]), media, where)
            truth = row[answer]
            yield {
                "prompt": [{"role": "user", "content": content}],
                "images": [name for each in media for name in each],
                "answer": truth if isinstance(truth, str) else json.dumps(truth),
            }


def _media(row: dict[str, Any], images: str, videos: str, where: str) -> list[list[str]]:
    media = [[name] for name in row.get(images) or []]
    for video in row.get(videos) or []:
        if isinstance(video, str):
            raise UserError(
                "TRL drops videos without a word: a rehearsal takes frames, as pictures",
                seen=f"{where}: {video}",
                fix=_FRAMES,
            )
        media.append(video)
    for name in (name for each in media for name in each):
        if not Path(name).is_file():
            raise UserError("there is no such picture", seen=f"{where}: {name}", fix=_FRAMES)
    return media


def _content(text: str, media: list[list[str]], where: str) -> list[dict[str, str | None]]:
    """Return the parts of a turn: the text, and a picture for each frame where its mark stands."""
    texts = _MARK.split(text)
    if len(texts) != len(media) + 1:
        raise UserError(
            "a row has another number of marks than of media",
            seen=f"{where}: {len(texts) - 1} marks, {len(media)} media",
            fix="export the set again: python -m data_prep export easyr1",
        )
    parts: list[dict[str, str | None]] = []
    for number, before in enumerate(texts):
        if before:
            parts.append({"type": "text", "text": before})
        if number < len(media):
            parts += [{"type": "image", "text": None} for _ in media[number]]
    return parts
