"""The data set card of a Hugging Face folder, written from the manifests."""

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml

from data_prep.builders.making import SIDES, Side
from data_prep.exporting.facts import Certificates, Facts
from data_prep.exporting.sets import ExampleSet
from data_prep.history import steps

_TEMPLATE = Path(__file__).with_name("card.md.jinja")
# What the hub calls the sizes of data sets.
_SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)


@dataclass(frozen=True)
class Card:
    """All that the card tells.

    Attributes:
        title: of the data set.
        facts: what was counted on the rows.
        certificates: of the splits that were named; None if none were.
        sets: that were exported.
        left_out: rows left out, by reason.
        features: the columns, as the hub declares them.
        media: how the rows name their media, in a sentence.
        command: the export, as it was typed.
    """

    title: str
    facts: Facts
    certificates: Certificates | None
    sets: Sequence[ExampleSet]
    left_out: dict[str, int]
    features: list[dict[str, Any]]
    media: str
    command: Sequence[str]

    def render(self) -> str:
        """Return the text of README.md."""
        sides = [side for side in SIDES if side in self.facts.videos]
        environment = jinja2.Environment(
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,
        )
        environment.filters["cell"] = _cell
        template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
        return template.render(
            card=self,
            front=yaml.safe_dump(self._front(sides), sort_keys=False, allow_unicode=True),
            sides=sides,
            tasks=sorted({task for task, _ in self.facts.rows}),
            sources=sorted(self.facts.sources.items()),
            histories=[(each, list(_history(each))) for each in self.sets],
            typed=shlex.join(self.command),
        )

    def _front(self, sides: Sequence[Side]) -> dict[str, Any]:
        rows = self.facts.rows.total()
        size = next((name for least, name in _SIZES if rows < least), "n>10M")
        licences = sorted({licence for _, licence in self.facts.sources})
        known = licences[0] if len(licences) == 1 else "unknown"
        return {
            "license": "other" if known == "unknown" else known.lower(),
            "pretty_name": self.title,
            "task_categories": ["video-text-to-text"],
            "size_categories": [size],
            "dataset_info": {
                "features": self.features,
                "splits": [
                    {
                        "name": side,
                        "num_examples": sum(
                            count for (_, on), count in self.facts.rows.items() if on == side
                        ),
                    }
                    for side in sides
                ],
            },
            "configs": [
                {
                    "config_name": "default",
                    "data_files": [
                        {"split": side, "path": f"data/{side}-*.jsonl"} for side in sides
                    ],
                }
            ],
        }


def _history(each: ExampleSet) -> list[tuple[str, str, str, str]]:
    """Return (manifest, rows, seed, settings) of each step behind a set, the last first."""
    return [
        (
            str(step["manifest"]),
            "unknown" if step["rows"] is None else str(step["rows"]),
            "none" if step["seed"] is None else str(step["seed"]),
            json.dumps(step["settings"], sort_keys=True, ensure_ascii=False),
        )
        for step in steps(each.path)
    ]


def _cell(text: object) -> str:
    """Return `text` as it may stand in one cell of a table."""
    plain = " ".join(str(text).split())
    for mark in "\\`*_[]<>|":
        plain = plain.replace(mark, f"\\{mark}")
    return plain
