"""Failures: every item that could not be taken in, until it succeeds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from sqlite_utils import Database

from library.types import Failure


class FailureStore:
    """The failures table."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def record(self, kind: str, item: str, reason: str, detail: str, paper_id: str | None = None) -> None:
        """Note a failed item, of a paper where it is one's; one that failed before counts another attempt."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._db.execute(
            """INSERT INTO failures (kind, item, reason, detail, paper_id, attempts, first_seen, last_seen)
               VALUES (?, ?, ?, ?, ?, 1, ?, ?)
               ON CONFLICT (kind, item) DO UPDATE SET reason = excluded.reason, detail = excluded.detail,
               paper_id = excluded.paper_id, attempts = attempts + 1, last_seen = excluded.last_seen""",
            [kind, item, reason, detail, paper_id, now, now],
        )

    def clear(self, kind: str, item: str) -> None:
        """The item succeeded."""
        self._db.execute("DELETE FROM failures WHERE kind = ? AND item = ?", [kind, item])

    def keep_only(self, kind: str, prefix: str, items: Iterable[str]) -> None:
        """Drop the failures whose item begins with the prefix, but for these."""
        self._db.execute(
            """DELETE FROM failures WHERE kind = ? AND substr(item, 1, length(?)) = ?
               AND item NOT IN (SELECT value FROM json_each(?))""",
            [kind, prefix, prefix, json.dumps(list(items))],
        )

    def all(self) -> list[Failure]:
        """Every failed item, by kind and name."""
        return self._select("1", [])

    def of_paper(self, paper_id: str) -> list[Failure]:
        """What failed of a paper."""
        return self._select("paper_id = ?", [paper_id])

    def _select(self, clause: str, values: list[str]) -> list[Failure]:
        columns = "kind, item, reason, detail, attempts, last_seen, paper_id"
        rows = self._db.query(f"SELECT {columns} FROM failures WHERE {clause} ORDER BY kind, item", values)
        return [Failure(**row) for row in rows]
