"""What a step left out and why: every instance in a report on disk, the counts in memory."""

import json
import os
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import IO, Self


class Tally:
    """A report that is being written, one JSON object for each thing left out.

    It appears all at once when the `with` block ends; where an exception ends it, not at all.

    Attributes:
        path: of the report.
        counts: things left out, by kind and reason.
    """

    def __init__(self, path: Path) -> None:
        """Name the report."""
        self.path = path
        self.counts: Counter[tuple[str, str]] = Counter()
        self._temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Open the temporary file."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._temporary.open("w", encoding="utf-8")
        return self

    def leave_out(self, kind: str, row: str, reason: str) -> None:
        """Count a `kind` of thing that is left out for `reason`; `row` says which."""
        assert self._file is not None, "the report is not open"
        self.counts[kind, reason] += 1
        self._file.write(json.dumps({"row": row, "kind": kind, "reason": reason}) + "\n")

    def by_reason(self) -> dict[str, int]:
        """Return the counts as a sidecar holds them."""
        return {f"{kind}: {reason}": n for (kind, reason), n in sorted(self.counts.items())}

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Put the report in place, or take the temporary file away."""
        assert self._file is not None, "the report is not open"
        self._file.close()
        if kind is None:
            self._temporary.replace(self.path)
        else:
            self._temporary.unlink(missing_ok=True)
