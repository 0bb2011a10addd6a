"""Wrong answers to draw from: as many as a million rows have, on disk."""

import random
import sqlite3


class Pool:
    """Distinct texts by key, drawn from at random. All are added before the first is drawn."""

    def __init__(self) -> None:
        """Make an empty pool."""
        # An empty name is a temporary file that is gone with the process, however it ends.
        self._texts = sqlite3.connect("")
        self._texts.execute("PRAGMA journal_mode=OFF")
        self._texts.execute(
            "CREATE TABLE told (key TEXT, text TEXT, PRIMARY KEY (key, text)) WITHOUT ROWID"
        )
        self._sizes: dict[str, int] | None = None

    def add(self, key: str, text: str) -> None:
        """Add a text, unless the key has it already."""
        assert self._sizes is None, "texts are added before any is drawn"
        self._texts.execute("INSERT OR IGNORE INTO told VALUES (?, ?)", (key, text))

    def draw(self, rng: random.Random, key: str, count: int) -> list[str]:
        """Return `count` different texts of `key` in random order; all of them if it has fewer.

        What is drawn depends on the texts and on `rng`, not on the order in which they were added.
        """
        sizes = self._ranked()
        size = sizes.get(key, 0)
        ranks = rng.sample(range(size), min(size, count))
        found = (
            self._texts.execute("SELECT text FROM ranked WHERE key = ? AND rank = ?", (key, rank))
            for rank in ranks
        )
        return [row.fetchone()[0] for row in found]

    def _ranked(self) -> dict[str, int]:
        if self._sizes is None:
            self._texts.execute(
                "CREATE TABLE ranked (key TEXT, rank INTEGER, text TEXT, PRIMARY KEY (key, rank))"
                " WITHOUT ROWID"
            )
            self._texts.execute(
                "INSERT INTO ranked SELECT key, row_number() OVER"
                " (PARTITION BY key ORDER BY text) - 1, text FROM told"
            )
            self._sizes = dict(self._texts.execute("SELECT key, count(*) FROM told GROUP BY key"))
        return self._sizes
