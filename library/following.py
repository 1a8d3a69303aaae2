"""The venues that are followed, and how far each source was read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Followed:
    """A venue that is kept up to date.

    Attributes:
        name: What the user calls it; ``posterhall sync NAME`` takes it.
        tier: PDFs are fetched of papers of this tier alone; None is all.
        pdfs: PDFs are fetched.
        synced_at: When it was last brought up to date (ISO, UTC).
    """

    name: str
    venue_id: str | None
    title: str
    tier: str | None = None
    pdfs: bool = True
    synced_at: str | None = None


class FollowStore:
    """The venues and watermarks tables."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def follow(self, venue: Followed, now: str) -> None:
        """Follow a venue, or follow it otherwise from now on."""
        self._db.execute(
            """INSERT INTO venues (name, venue_id, title, tier, pdfs, added_at) VALUES (?, ?, ?, ?, ?, ?)
               ON CONFLICT (name) DO UPDATE SET venue_id = excluded.venue_id, title = excluded.title,
               tier = excluded.tier, pdfs = excluded.pdfs""",
            [venue.name, venue.venue_id, venue.title, venue.tier, int(venue.pdfs), now],
        )

    def unfollow(self, name: str) -> None:
        """Follow a venue no more; its papers stay."""
        self._db.execute("DELETE FROM venues WHERE name = ?", [name])

    def get(self, name: str) -> Followed | None:
        """A followed venue by its name or its id, or None."""
        return next(
            (v for v in self.all() if name.casefold() in (v.name.casefold(), (v.venue_id or "").casefold())), None
        )

    def all(self) -> list[Followed]:
        """Every followed venue, in the order they were added."""
        rows = self._db.query("SELECT name, venue_id, title, tier, pdfs, synced_at FROM venues ORDER BY added_at, name")
        return [_followed(row) for row in rows]

    def synced(self, name: str, now: str) -> None:
        """The venue was brought up to date."""
        self._db.execute("UPDATE venues SET synced_at = ? WHERE name = ?", [now, name])

    def watermark(self, name: str, source: str) -> str | None:
        """The newest change of the venue that a source told, as an ISO time, or None."""
        sql = "SELECT modified FROM watermarks WHERE venue = ? AND source = ?"
        row = self._db.execute(sql, [name, source]).fetchone()
        return row[0] if row else None

    def set_watermark(self, name: str, source: str, modified: str) -> None:
        """Everything that a source has of the venue up to this time was taken in."""
        self._db.execute("INSERT OR REPLACE INTO watermarks VALUES (?, ?, ?)", [name, source, modified])


def _followed(row: dict[str, Any]) -> Followed:
    return Followed(**{**row, "pdfs": bool(row["pdfs"])})
