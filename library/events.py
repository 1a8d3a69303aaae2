"""Events: when and where a paper is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Event:
    """When and where a paper is shown: a talk or a poster. Times are ISO with their offset."""

    session: str | None = None
    room: str | None = None
    poster: str | None = None
    start: str | None = None
    end: str | None = None


class EventStore:
    """The events table."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def replace(self, paper_id: str, events: Sequence[Event]) -> bool:
        """Make these the paper's events; False when they were already."""
        if self.of_paper(paper_id) == list(events):
            return False
        with self._db.atomic():
            self._db.execute("DELETE FROM events WHERE paper_id = ?", [paper_id])
            self._db.conn.executemany(
                'INSERT INTO events (paper_id, session, room, poster, start, "end") VALUES (?, ?, ?, ?, ?, ?)',
                [(paper_id, *astuple(event)) for event in events],
            )
        return True

    def of_paper(self, paper_id: str) -> list[Event]:
        """A paper's events in the order they were given."""
        sql = 'SELECT session, room, poster, start, "end" FROM events WHERE paper_id = ? ORDER BY event_id'
        return [Event(*row) for row in self._db.execute(sql, [paper_id])]
