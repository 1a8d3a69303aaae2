"""What the user decided about versions: that two papers are one work, or that they are not."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

from library.types import ABSTRACT

JOIN = "join"
SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Decision:
    """``join``: the two are one work; ``split``: they are not. ``first`` comes before ``second`` as text."""

    first: str
    second: str
    decision: str

    @property
    def pair(self) -> tuple[str, str]:
        """Both papers, in the order of their ids."""
        return self.first, self.second


def decision(first: str, second: str, what: str) -> Decision:
    """A decision about two papers, whichever is named first."""
    low, high = sorted((first, second))
    return Decision(low, high, what)


class LineageStore:
    """The lineage table: at most one decision for two papers, kept whatever becomes of them."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def put(self, made: Decision) -> None:
        """Keep a decision in place of the one that was there for these papers."""
        with self._db.atomic():
            self._db.execute("DELETE FROM lineage WHERE first = ? AND second = ?", list(made.pair))
            self._db.execute(
                "INSERT INTO lineage (first, second, decision) VALUES (?, ?, ?)", [*made.pair, made.decision]
            )

    def all(self) -> list[Decision]:
        """Every decision, in the order they were made."""
        rows = self._db.execute("SELECT first, second, decision FROM lineage ORDER BY decision_no")
        return [Decision(*row) for row in rows]

    def mark(self) -> tuple[int, ...]:
        """Differs when a paper or a decision was added or changed: what was worked out before is out of date then."""
        # Of the counters' ends, not of all rows: this is asked at every view of a page.
        sql = """SELECT coalesce((SELECT max(revision) FROM papers), 0), (SELECT count(*) FROM papers),
                        coalesce((SELECT max(decision_no) FROM lineage), 0), (SELECT count(*) FROM lineage)"""
        return tuple(self._db.execute(sql).fetchone())

    def abstract_vectors(self, model: str, paper_ids: Collection[str]) -> dict[str, list[bytes]]:
        """The vectors that are kept of papers' abstracts, in reading order; papers without any are left out."""
        sql = """SELECT paper_id, vector FROM passages JOIN vectors ON text_hash = embed_hash AND model = ?
                 WHERE kind = ? AND paper_id IN (SELECT value FROM json_each(?)) ORDER BY passage_id"""
        found: dict[str, list[bytes]] = {}
        for paper_id, vector in self._db.execute(sql, [model, ABSTRACT, json.dumps(sorted(paper_ids))]):
            found.setdefault(paper_id, []).append(vector)
        return found
