"""Events: when and where a paper is shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from sqlite_utils import Database

TALK = "talk"
POSTER = "poster"

_COLUMNS = 'session, room, poster, start, "end", kind, zone'


@dataclass(frozen=True, slots=True)
class Event:
    """When and where a paper is shown.

    Attributes:
        poster: The poster's board.
        start: ISO with its offset, in the conference's own time where that is known.
        kind: :data:`TALK` or :data:`POSTER`, or None where the source does not say.
        zone: The name of the conference's time zone (``Europe/Vienna``).
    """

    session: str | None = None
    room: str | None = None
    poster: str | None = None
    start: str | None = None
    end: str | None = None
    kind: str | None = None
    zone: str | None = None


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
                f"INSERT INTO events (paper_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                [(paper_id, *astuple(event)) for event in events],
            )
        return True

    def of_paper(self, paper_id: str) -> list[Event]:
        """A paper's events in the order they were given."""
        return self.of_papers([paper_id]).get(paper_id, [])

    def of_papers(self, paper_ids: Iterable[str]) -> dict[str, list[Event]]:
        """The events of papers in the order they were given; papers without any are left out."""
        sql = f"""SELECT paper_id, {_COLUMNS} FROM events
                  WHERE paper_id IN (SELECT value FROM json_each(?)) ORDER BY event_id"""
        found: dict[str, list[Event]] = {}
        for paper_id, *row in self._db.execute(sql, [json.dumps(list(paper_ids))]):
            found.setdefault(paper_id, []).append(Event(*row))
        return found
