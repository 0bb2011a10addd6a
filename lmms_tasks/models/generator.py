"""The generators of `data_prep generate` as models of lmms-eval: they answer with a file.

lmms-eval --model videoreason_generator --model_args kind=copy,out=runs/copy/videos \
    --tasks videoreason_generate

A document names the `conditioning_video` to go on from and the real `future`, of which the form
alone is read: number, rate and size of its frames. Where it is known, `gap` is the time between the
two (see `data_prep.generating.shape`).
A reply is JSON, `{"videos": [PATH]}`, or lmms-eval's own mark of a failure with its reason.
"""

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from lmms_eval.api.instance import Instance

from data_prep.errors import UserError
from data_prep.generating.extrapolate import FIXED, FixedName
from data_prep.generating.settings import LtxSettings
from data_prep.generating.shape import NotMade, Shape, present_of, shape_of
from data_prep.steps.naming import safe_ids
from data_prep.steps.progress import progress_bar
from data_prep.video import Image, write_clip
from lmms_tasks.data import fingerprint, stopping
from lmms_tasks.models.offline import Doc, Offline, refuse_unknown

KINDS = (*get_args(FixedName), "ltx")
# As lmms-eval's own generators say it.
FAILED = "[GENERATION_FAILED]"
_OF_LTX: Mapping[str, type] = {"steps": int, "guidance": float, "fps": float, "short_side": int}
_KNOWN = ["kind", "out", "seed", "model", *_OF_LTX]


class Generator(Offline):
    """Goes on with a context, and says where the clip is.

    The clips are named by document, settings and seed: those that a stopped run has finished are
    not made again. The model is told nothing but the context.
    """

    def __init__(
        self, kind: str = "copy", out: str = "", seed: int = 0, model: str = "", **settings: Any
    ) -> None:
        """Take `--model_args kind=copy|linear|flow|ltx,out=DIR,seed=N`, and for ltx its settings.

        `out` is by default `generated/KIND` in the working folder.
        """
        super().__init__()
        with stopping():
            told = {key: settings.pop(key) for key in _OF_LTX if key in settings}
            refuse_unknown(settings, "videoreason_generator", _KNOWN)
            if kind not in KINDS:
                raise UserError(
                    "videoreason_generator has no such kind",
                    seen=kind,
                    fix=f"--model_args kind=… takes one of {', '.join(KINDS)}",
                )
            if kind != "ltx" and (told or model):
                raise UserError(
                    f"{kind} has no such setting",
                    seen=", ".join([*told, *(["model"] if model else [])]),
                    fix="--model_args kind=ltx,…",
                )
        self._kind, self._seed = kind, int(seed)
        self._out = Path(out or f"generated/{kind}").absolute()
        self._settings = _ltx_settings(model, told)
        self._ltx: Any = None

    def generate_until(self, requests: Sequence[Instance]) -> list[str]:
        """Return one reply a request, in their order."""
        with stopping():
            try:
                self._out.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise UserError(
                    "the folder of the videos cannot be made", seen=f"{self._out}: {error}"
                ) from error
            print(f"videos are written to {self._out}", file=sys.stderr)
            replies = []
            with progress_bar(f"generating by {self._kind}") as progress:
                for done, request in enumerate(requests, start=1):
                    _, _, _, number, task, split = request.args
                    replies.append(self._reply(self.docs(task, split)[number]))
                    progress(done, len(requests))
            return replies

    def reply(self, task: str, doc: Doc, prompt: str) -> str:
        """Return where the future of a document is, or why there is none."""
        return self._reply(doc)

    def _reply(self, doc: Doc) -> str:
        _check(doc)
        context = Path(doc["conditioning_video"])
        try:
            shape = shape_of(Path(doc["future"]), doc.get("gap"))
            if not context.is_file():
                raise NotMade(f"there is no file {context}")
            path = self._out / f"{self._name(doc, context, shape)}.mp4"
            if not path.is_file():
                write_clip(path, self._images(context, shape, self._seed_of(doc)), shape.fps)
        except NotMade as error:
            return f"{FAILED} {' '.join(str(error).split())}"
        except OSError as error:
            raise UserError(
                f"cannot write to {self._out}", seen=error, fix="make room, then start again"
            ) from error
        return json.dumps({"videos": [str(path)]})

    def _images(self, context: Path, shape: Shape, seed: int) -> list[Image]:
        present = present_of(context, shape.width, shape.height)
        for name, make in FIXED.items():
            if name == self._kind:
                return make(present, shape.times)
        from data_prep.generating.ltx import Ltx, Start  # noqa: PLC0415 - an extra, seconds

        self._ltx = self._ltx or Ltx(self._settings)
        made: list[Image] | str = self._ltx.generate([Start(present.images[-1], "", seed, shape)])[
            0
        ]
        if isinstance(made, str):
            raise NotMade(made)
        return made

    def _seed_of(self, doc: Doc) -> int:
        text = f"{self._seed}:{doc['id']}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) >> 1

    def _name(self, doc: Doc, context: Path, shape: Shape) -> str:
        """Return the name of a clip: of its document and of all that it depends on."""
        id_ = str(doc["id"])
        parts = [id_, self._kind, fingerprint(context), repr(shape)]
        if self._kind == "ltx":
            parts += [str(self._seed), repr(self._settings)]
        digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:10]
        return f"{safe_ids([id_])[id_]}_{digest}"


def _ltx_settings(model: str, told: Mapping[str, Any]) -> LtxSettings:
    given: dict[str, Any] = {"model": model} if model else {}
    with stopping():
        for key, value in told.items():
            try:
                given[key] = _OF_LTX[key](value)
            except ValueError as error:
                raise UserError(f"{key} must be a number", seen=value) from error
    return LtxSettings(**given, batch=1)


def _check(doc: Doc) -> None:
    """Refuse a document of a task that is not for models that generate video.

    Raises:
        UserError: it is one.
    """
    lacking = [key for key in ("id", "conditioning_video", "future") if key not in doc]
    if lacking:
        raise UserError(
            "this task does not ask for a video",
            seen=f"its documents have no {', '.join(lacking)}",
            fix="--tasks videoreason_generate",
        )
