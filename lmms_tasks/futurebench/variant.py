"""A way to put the FutureBench items to a model: what it is shown, and what it is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from datasets import Dataset

from data_prep.errors import UserError
from data_prep.manifest import resolve
from data_prep.paths import data_root
from data_prep.prompts import choice_prompt
from data_prep.records import Question
from lmms_tasks.data import stopping
from lmms_tasks.futurebench import rotations
from lmms_tasks.futurebench.counts import letter_bias, missing_share
from lmms_tasks.futurebench.names import headline, suffix
from lmms_tasks.futurebench.views import VIEWS, View, make_views
from lmms_tasks.load import KINDS, has_video
from lmms_tasks.metrics import (
    choice_record,
    mean_score,
    metric,
    no_items,
    share_items,
    share_metrics,
    share_parts,
    user_turn,
)

Doc = dict[str, Any]
STEMS = ("acc", "low", "high")
# Of a rotated task: what is measured over all items, how its metrics begin and end. No name may be
# part of another.
MEASURES: dict[str, tuple[rotations.Measure, tuple[str, str, str]]] = {
    "micro": ("every", STEMS),
    "mean": ("mean", STEMS),
    "consistency": ("same", ("share", "low", "high")),
}


@dataclass(frozen=True)
class Variant:
    """One task of FutureBench.

    Attributes:
        name: `direct`, or that of a control.
        show: the video as it is, one of its views, or nothing.
        prompt: makes the text from a question and its options.
        rotated: ask every rotation of the options.
    """

    name: str
    show: Literal["video", "nothing"] | View = "video"
    prompt: Callable[[str, Sequence[str]], str] = choice_prompt
    rotated: bool = False

    def suffix(self, part: str) -> str:
        """Return how the metrics of a part of the items end."""
        return suffix(self.name, part)

    def process_docs(self, dataset: Dataset) -> Dataset:
        """Return the items whose video is there; what is shown instead of it is made here.

        Items without a video are left out of every variant, so that all stand on the same items.
        """
        root = data_root()
        every = [Question.model_validate(row) for row in dataset]
        rows = [row for row in every if has_video(root, row)]
        shown = {row.video: resolve(root, row.video) for row in rows}
        if self.show in VIEWS:
            with stopping():
                made = make_views(root, list(shown.values()), self.show)
            shown = {name: made[source] for name, source in shown.items()}
        counts = {"missing": len(every) - len(rows), "total": len(every)}
        return Dataset.from_list(
            [
                {**doc, "video": str(shown[row.video]), **counts}
                for row in rows
                for doc in self._docs(row)
            ]
        )

    def doc_to_visual(self, doc: Doc) -> list[str]:
        """Return the path of what is shown, for models of lmms-eval's simple interface."""
        return [] if self.show == "nothing" else [doc["video"]]

    def doc_to_text(self, doc: Doc, lmms_eval_specific_kwargs: Any = None) -> str:
        """Return the question and its lettered options; the same for every view of the video."""
        if lmms_eval_specific_kwargs:
            with stopping():
                raise UserError(
                    "the wording of a FutureBench task is fixed; scores under another are not its",
                    seen=f"lmms_eval_specific_kwargs: {lmms_eval_specific_kwargs}",
                    fix="take the key out of the YAML, or make a task of another name",
                )
        return self.prompt(doc["question"], doc["options"])

    def doc_to_messages(
        self, doc: Doc, lmms_eval_specific_kwargs: Any = None
    ) -> list[dict[str, Any]]:
        """Return what is shown and what is asked as one user message, for chat models."""
        text = self.doc_to_text(doc, lmms_eval_specific_kwargs)
        return user_turn(self.doc_to_visual(doc), text)

    def process_results(self, doc: Doc, results: Sequence[str | None]) -> dict[str, Any]:
        """Score one reply; the item under the headline is the record of the document."""
        turned = {"rotation": doc["rotation"]} if self.rotated else {}
        ids = {"item_id": doc["id"], "kind": doc["kind"], **turned}
        record = choice_record(results, doc["options"], doc["answer"], **ids)
        video = doc["video_id"]
        scored = self._rotated(doc, record) if self.rotated else self._plain(doc, record)
        letters = {"letter": record["letter"], "key": doc["answer"]}
        return scored | {
            f"unparsed_{self.suffix('share')}": {"score": record["unparsed"], "video_id": video},
            f"missing_{self.suffix('share')}": {key: doc[key] for key in ("missing", "total")},
            f"letter_{self.suffix('bias')}": letters,
        }

    def metrics(self) -> list[dict[str, Any]]:
        """Return the task's `metric_list`; the headline is the first."""
        if self.rotated:
            measured = {**MEASURES, **dict.fromkeys(KINDS, MEASURES["micro"])}
            shares = [
                entry
                for part, (measure, stems) in measured.items()
                for entry in share_parts(
                    stems, self.suffix(part), partial(rotations.aggregate, measure=measure)
                )
            ]
        else:
            parts = ("micro", *KINDS, "parsed")
            shares = [entry for part in parts for entry in share_metrics(self.suffix(part))]
        counts = {
            f"unparsed_{self.suffix('share')}": mean_score,
            f"missing_{self.suffix('share')}": missing_share,
            f"letter_{self.suffix('bias')}": letter_bias,
        }
        return shares + [
            metric(name, aggregation, higher_is_better=False)
            for name, aggregation in counts.items()
        ]

    def _docs(self, row: Question) -> list[Doc]:
        doc = row.model_dump()
        if not self.rotated:
            return [doc]
        turned = [rotations.rotate(row.options, row.answer, by) for by in range(len(row.options))]
        return [
            {**doc, "rotation": by, "options": options, "answer": answer}
            for by, (options, answer) in enumerate(turned)
        ]

    def _plain(self, doc: Doc, record: dict[str, Any]) -> dict[str, Any]:
        score, video = record["right"], doc["video_id"]
        scored = share_items(self.suffix("micro"), score, video, **record)
        for part in (*KINDS, "parsed"):
            belongs = part == doc["kind"] or (part == "parsed" and not record["unparsed"])
            suffix = self.suffix(part)
            scored |= share_items(suffix, score, video) if belongs else no_items(suffix)
        return scored

    def _rotated(self, doc: Doc, record: dict[str, Any]) -> dict[str, Any]:
        row = rotations.row_of(record, doc["rotation"], len(doc["options"]), doc["video_id"])
        scored: dict[str, Any] = {}
        for part, (_, stems) in MEASURES.items():
            scored |= {f"{stem}_{self.suffix(part)}": row for stem in stems}
        for kind in KINDS:
            names = [f"{stem}_{self.suffix(kind)}" for stem in STEMS]
            scored |= dict.fromkeys(names, row if kind == doc["kind"] else {})
        return scored | {headline(self.name): {**record, **row}}
