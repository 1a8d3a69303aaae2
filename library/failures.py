"""Failures: every item that could not be taken in, until it succeeds."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlite_utils import Database

from library.types import Failure


class FailureStore:
    """The failures table."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def record(self, kind: str, item: str, reason: str, detail: str) -> None:
        """Note a failed item; one that failed before counts another attempt."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._db.execute(
            """INSERT INTO failures (kind, item, reason, detail, attempts, first_seen, last_seen)
               VALUES (?, ?, ?, ?, 1, ?, ?)
               ON CONFLICT (kind, item) DO UPDATE SET reason = excluded.reason, detail = excluded.detail,
               attempts = attempts + 1, last_seen = excluded.last_seen""",
            [kind, item, reason, detail, now, now],
        )

    def clear(self, kind: str, item: str) -> None:
        """The item succeeded."""
        self._db.execute("DELETE FROM failures WHERE kind = ? AND item = ?", [kind, item])

    def all(self) -> list[Failure]:
        """Every failed item, by kind and name."""
        rows = self._db.query(
            "SELECT kind, item, reason, detail, attempts, last_seen FROM failures ORDER BY kind, item"
        )
        return [Failure(**row) for row in rows]
