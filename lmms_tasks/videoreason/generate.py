"""From the context, the frames that follow: for models that generate video.

The model is given the context and its last frame, and no word about what happens. Its reply says
where the video is (see `generated`); what it made is measured against the real future. The network
of LPIPS is one setting, the environment variable `VIDEOREASON_LPIPS`: `alex`, `vgg`, or with
weights `alex:FILE.pth`.
"""

import os
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from datasets import Dataset
from PIL import Image

from data_prep.manifest import resolve
from data_prep.paths import data_root
from data_prep.picture import UnreadableVideo
from data_prep.prompts import CONTINUE_THE_VIDEO
from lmms_tasks.data import lazy
from lmms_tasks.metrics import PARTS, Item, Part, estimate_part, metric
from lmms_tasks.videoreason.clips import as_shown, last_frame
from lmms_tasks.videoreason.generated import read_generated
from lmms_tasks.videoreason.measures import BrokenData, Noise, Yardstick, measure
from lmms_tasks.videoreason.perceptual import NETS, Perceptual
from lmms_tasks.videoreason.summary import HEADLINE, NAMES, Figure, of_records

Doc = dict[str, Any]

VARIABLE = "VIDEOREASON_LPIPS"
GENERATOR = "evaluated"
# What stands beside a figure, by the field of `Figure`.
_BESIDE = {
    "lpips_of_copy": ("LPIPS", "copy"),
    "lpips_of_noise": ("LPIPS", "noise"),
    "ssim_of_copy": ("SSIM", "copy"),
    "psnr_of_copy": ("PSNR (dB)", "copy"),
    "copy_coherence": ("coherence, mean", "copy"),
    "noise_coherence": ("coherence, median", "noise"),
    "smoothness_of_real": ("smoothness", "real"),
    "jump_of_real": ("first-frame jump", "real"),
}


def network() -> Perceptual:
    """Return the network that `VIDEOREASON_LPIPS` names, AlexNet by default.

    Raises:
        UserError: its weights are not there.
    """
    net, _, weights = (os.environ.get(VARIABLE) or NETS[0]).partition(":")
    return _loaded(net, weights)


_loaded = cache(Perceptual)
_noises = cache(Noise)


def _network_state() -> dict[str, str]:
    found = network()
    return {"network": found.said, "weights_sha256": found.fingerprint}


def process_docs(dataset: Dataset) -> Dataset:
    """Return the items; `conditioning_video` is where lmms-eval's video-to-video models look."""
    root = data_root()
    return Dataset.from_list(
        [
            {
                **{key: row[key] for key in ("id", "video_id", "kind")},
                "conditioning_video": str(resolve(root, row["context"])),
                "future": str(resolve(root, row["future"])),
            }
            for row in dataset
        ]
    )


def doc_to_visual(doc: Doc) -> list[Image.Image]:
    """Return the last frame of the context: what image-to-video models begin with."""
    (frame,) = last_frame(Path(doc["conditioning_video"]), as_shown)
    return [Image.fromarray(frame)]


def doc_to_text(doc: Doc) -> str:
    """Return the prompt; it is the same for every item and says nothing of what happens."""
    return CONTINUE_THE_VIDEO


def doc_to_messages(doc: Doc) -> list[dict[str, Any]]:
    """Return the context, its last frame and the prompt as one user message."""
    content = [
        {"type": "video", "url": doc["conditioning_video"]},
        *({"type": "image", "url": image} for image in doc_to_visual(doc)),
        {"type": "text", "text": doc_to_text(doc)},
    ]
    return [{"role": "user", "content": content}]


def process_results(doc: Doc, results: Sequence[str]) -> dict[str, Any]:
    """Measure one generated future; the item under `skill_over_copy` is the document's record."""
    made = read_generated(results[0] if results else None)
    measures, failure, to_blame = None, made.failure, "generator" if made.failure else None
    if made.video is not None:
        try:
            yard = Yardstick(Path(doc["conditioning_video"]), Path(doc["future"]))
            (found,) = measure(yard, [yard.read(made.video)], network(), _noises(network()))
            if isinstance(found, UnreadableVideo):
                raise found
            measures = found
        except UnreadableVideo as error:
            failure, to_blame = str(error), "generator"
        except BrokenData as error:
            failure, to_blame = str(error), "data"
    row = {
        "prediction_id": doc["id"],
        "item_id": doc["id"],
        "video_id": doc["video_id"],
        "generator": GENERATOR,
        "condition": "none",
        "sample": 0,
        "measures": None if measures is None else measures.model_dump(),
        "failure": failure,
        "to_blame": to_blame,
    }
    record = {**row, "kind": doc["kind"], "video": str(made.video) if made.video else None}
    return {**{entry["metric"]: row for entry in METRICS}, HEADLINE: record}


def aggregate(items: Sequence[Item], *, figure: str, part: Part) -> float | None:
    """Return one part of a figure: what lmms-eval puts into its results."""
    found = _of(items).get(figure)
    return estimate_part(found.estimate if found else None, part, figure)


def beside(items: Sequence[Item], *, figure: str, field: str) -> float | None:
    """Return what stands beside a figure: that of the copy, of noise, or of the real futures."""
    found = _of(items).get(figure)
    return getattr(found, field) if found else None


def _of(items: Sequence[Item]) -> dict[str, Figure]:
    return {found.name: found for found in of_records(items)}


METRICS = [
    *(
        metric(name, partial(aggregate, figure=figure, part=part), higher_is_better=higher)
        for figure, (names, higher) in NAMES.items()
        for name, part in zip(names, PARTS, strict=True)
    ),
    *(
        metric(name, partial(beside, figure=figure, field=field))
        for name, (figure, field) in _BESIDE.items()
    ),
]

# Loaded with the task, and before anything is generated: weights that are missing end the run.
__getattr__ = lazy({"network_state": _network_state})
