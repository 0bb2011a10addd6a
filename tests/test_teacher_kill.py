"""A killed annotation goes on where it was, asks nothing twice, and ends as if undisturbed."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import kills
import pytest
import teacher_rows as rows
from teacher_server import Asked, Said, serve

from data_prep.teacher.cache import NAME

ITEMS = 42


class Witness:
    """Answers each question in its own words, and notes those that were answered already."""

    def __init__(self, root: Path) -> None:
        """Watch the caches of the runs below `root`, each run known by its folder's name."""
        self._root = root
        self.calls = 0
        self.again: list[str] = []

    def __call__(self, asked: Asked) -> Said:
        self.calls += 1
        number = int(asked.texts[0].split("Context ")[1].split(".")[0])
        text = json.dumps({"reasoning": f"because {number}", "prediction": f"then {number}"})
        if number % 7 == 0 and asked.turns == 1:
            text = f"I think that then {number}"
        folder = asked.path.split("/")[1]
        if self._is_stored(self._root / folder / NAME, text):
            self.again.append(f"{folder}: {text}")
        return Said(text, delay=0.05)

    def _is_stored(self, cache: Path, text: str) -> bool:
        if not cache.is_file():
            return False
        with closing(sqlite3.connect(f"file:{cache}?mode=ro", uri=True, timeout=60)) as file:
            query = "SELECT count(*) FROM answers WHERE text = ?"
            return bool(file.execute(query, [text]).fetchone()[0])


@pytest.fixture
def splits(tmp_path: Path) -> Iterator[Path]:
    """Return a manifest whose items differ in their words alone."""
    made = [
        rows.split(tmp_path, id=f"s{number}", context_caption=f"Context {number}.")
        for number in range(ITEMS)
    ]
    yield rows.write(tmp_path / "splits.jsonl", made)


def test_killed_at_random_moments(tmp_path: Path, splits: Path) -> None:
    witness = Witness(tmp_path)
    with serve(witness) as server:

        def arguments(folder: Path) -> list[str]:
            # One host for all, a path for each: the output tells the host alone.
            url = server.url.replace("/v1", f"/{folder.name}/v1")
            return [
                *("annotate", str(splits), "--task", "reason", "--out", str(folder)),
                *("--endpoint", url, "--model", "m", "--media", "none", "--concurrency", "2"),
                *("--price-in", "1", "--price-out", "2"),
            ]

        def sign(folder: Path) -> object:
            cache = folder / NAME
            return cache.stat().st_mtime_ns if cache.exists() else None

        kills.killed_and_resumed(arguments, lambda name: tmp_path / name, sign=sign)
        assert witness.again == []
        before = witness.calls
        assert before > ITEMS + ITEMS // 7
        kills.run(arguments(tmp_path / "calm"))
        assert witness.calls == before


def test_the_witness_sees_what_is_asked_twice(tmp_path: Path, splits: Path) -> None:
    from data_prep.teacher.run import Job, annotate
    from data_prep.teacher.settings import Asking

    witness = Witness(tmp_path)
    with serve(witness) as server:
        url = server.url.replace("/v1", "/twice/v1")
        job = Job("reason", splits, tmp_path / "twice", limit=3)
        for model in ("m", "n"):
            annotate(job, Asking(url, model, rows.BUDGET, media="none"))
    # Another model is another question, whose answer here is the same.
    assert len(witness.again) == 4
