"""The files that a scan writes, and the refusal to write over those of others."""

import hashlib
import json
import os
from pathlib import Path

from data_prep.cutting.journal import journal_names
from data_prep.errors import UserError
from data_prep.manifest import SCHEMA_VERSION, relative_to, sidecar

MANIFEST = "clips.jsonl"
STEP = "scan"


def report_of(out: Path) -> Path:
    """Return where the refusals stand, beside the manifest `out`."""
    return out.with_suffix(".report.jsonl")


def journal_stem(out: Path) -> str:
    """Return by what name the journal of the scan that writes `out` goes."""
    return f"{out.stem}.{STEP}"


def journal_key(below: str) -> str:
    """Return what entries of a journal must have in common, for a folder named as `below`."""
    meant = {"step": STEP, "schema": SCHEMA_VERSION, "folder": below}
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()


def place_of(out: Path, folder: Path) -> str:
    """Return how the manifest `out` names `folder`.

    Raises:
        UserError: `out` is not a manifest's name, does not hold the folder, or is a file that no
            scan wrote.
    """
    if out.suffix != ".jsonl":
        raise UserError("--out must name a .jsonl file", seen=out, fix=f"--out {folder / MANIFEST}")
    below = relative_to(out.parent, folder)
    if os.path.lexists(out) and not _is_ours(out):
        raise UserError(
            "this file was not written by a scan, which would replace it",
            seen=out,
            fix=f"move it away, or name another with --out {out.with_name('scanned.jsonl')}",
        )
    return below


def _is_ours(out: Path) -> bool:
    meta = sidecar(out)
    if not meta.exists():
        # A scan that was killed between the two had its journal open.
        return out.with_name(journal_names(journal_stem(out))[0]).exists()
    try:
        found = json.loads(meta.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return isinstance(found, dict) and found.get("settings", {}).get("step") == STEP


def own_files(out: Path) -> int:
    """Return how many files of earlier scans to `out` there are."""
    journals = (out.with_name(name) for name in journal_names(journal_stem(out)))
    return sum(path.exists() for path in (out, sidecar(out), report_of(out), *journals))


def remove(out: Path) -> None:
    """Remove the manifest of an earlier scan."""
    for path in (out, sidecar(out)):
        path.unlink(missing_ok=True)
