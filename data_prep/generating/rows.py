"""The rows of one generator among those of others, in one manifest that is replaced at once."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from data_prep.errors import UserError
from data_prep.generating.settings import Settings
from data_prep.manifest import ManifestWriter, read_manifest, read_sidecar, sidecar
from data_prep.records import Prediction
from data_prep.steps.report import remove_leftovers

PREDICTIONS = "predictions.jsonl"
# Under this key the sidecar keeps the settings of every group of rows that `generate` has written.
GENERATED = "generated"


class Rows:
    """`predictions.jsonl`, and which of its rows a run may replace."""

    def __init__(self, root: Path, settings: Settings) -> None:
        """Look at what is there.

        Raises:
            UserError: rows of this name were written by something else, or by another generator.
        """
        self.path = root / PREDICTIONS
        self._settings = settings
        self._meta: dict[str, Any] = read_sidecar(self.path)
        known = self._meta.get("settings")
        self._known: dict[str, Any] = dict(known) if isinstance(known, dict) else {}
        groups = self._known.get(GENERATED)
        self._groups: dict[str, Any] = dict(groups) if isinstance(groups, dict) else {}
        remove_leftovers(self.path, sidecar(self.path))
        self._check()

    def write(self, rows: Iterable[Prediction]) -> int:
        """Write the rows of the other groups and then `rows`; return how many others there are."""
        groups = {**self._groups, self._settings.group: self._settings.described()}
        settings = {"command": "generate", **self._known, GENERATED: dict(sorted(groups.items()))}
        seed = self._meta.get("seed")
        with ManifestWriter(self.path, settings, seed) as manifest:
            for row in self._old():
                if not self._is_ours(row):
                    manifest.write(row)
            others = manifest.count
            for row in rows:
                manifest.write(row)
        return others

    def _old(self) -> Iterable[Prediction]:
        if not self.path.is_file():
            return ()
        return read_manifest(self.path, Prediction, made_by="python -m data_prep generate DIR")

    def _is_ours(self, row: Prediction) -> bool:
        ours = self._settings
        return (row.generator, row.condition, row.answered_by, row.round) == (
            ours.name,
            ours.condition,
            ours.answered_by,
            ours.round,
        )

    def _check(self) -> None:
        ours = self._settings
        before = self._groups.get(ours.group)
        same = isinstance(before, dict) and before.get("generator") == ours.generator
        if not same and any(self._is_ours(row) for row in self._old()):
            by = json.dumps(before.get("generator")) if isinstance(before, dict) else None
            raise UserError(
                f"the rows of {ours.name} in {PREDICTIONS} are not those of this generator, which "
                "would replace them",
                seen=f"{self.path}, written by {by or self._known.get('command') or 'hand'}",
                fix=f"give these another name: --name {ours.name}_2",
            )
