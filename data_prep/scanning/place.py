"""The files that a scan writes, and the refusal to write over those of others."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from data_prep.errors import UserError
from data_prep.manifest import SCHEMA_VERSION, relative_to, sidecar
from data_prep.steps.ledger import ledger_files
from data_prep.steps.report import leftovers

MANIFEST = "clips.jsonl"
STEP = "scan"


def report_of(out: Path) -> Path:
    """Return where the refusals stand, beside the manifest `out`."""
    return out.with_suffix(".report.jsonl")


def ledger_stem(out: Path) -> str:
    """Return by what name the ledger of the scan that writes `out` goes."""
    return f"{out.stem}.{STEP}"


def ledger_key(below: str, detector: str) -> str:
    """Return what entries of a ledger must have in common.

    That is the folder, named as `below`, and the detector of scenes.
    """
    meant = {"step": STEP, "schema": SCHEMA_VERSION, "folder": below, "detector": detector}
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()


def place_of(out: Path, folder: Path) -> str:
    """Return how the manifest `out` names `folder`.

    Raises:
        UserError: `out` is not a manifest's name, or does not hold the folder.
    """
    if out.suffix != ".jsonl":
        raise UserError("--out must name a .jsonl file", seen=out, fix=f"--out {folder / MANIFEST}")
    return relative_to(out.parent, folder)


def refuse_foreign(out: Path, stopped: Callable[[], bool]) -> None:
    """Make sure that no file is replaced that another step, or a person, has written.

    Args:
        out: the manifest to write.
        stopped: whether a scan to it was killed, maybe between the manifest and its sidecar.

    Raises:
        UserError: there is such a file.
    """
    if not os.path.lexists(out):
        return
    meta = sidecar(out)
    if not (_is_of_a_scan(meta) if meta.exists() else stopped()):
        raise UserError(
            "this file was not written by a scan, which would replace it",
            seen=out,
            fix=f"move it away, or name another with --out {out.with_name('scanned.jsonl')}",
        )


def _is_of_a_scan(meta: Path) -> bool:
    try:
        found = json.loads(meta.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("settings", {}).get("step") == STEP


def own_files(out: Path) -> int:
    """Return how many files of earlier scans to `out` there are."""
    results = (out, sidecar(out), report_of(out))
    kept = (*results, *ledger_files(out.parent, ledger_stem(out)))
    return sum(path.exists() for path in kept) + len(leftovers(*results))


def remove(out: Path) -> None:
    """Remove the manifest of an earlier scan."""
    for path in (out, sidecar(out)):
        path.unlink(missing_ok=True)
