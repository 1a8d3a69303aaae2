"""Points: where each paper stands on the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Point:
    """A paper's place.

    Attributes:
        laid_out: It was there when the map was last laid out; False when it was placed among the others later.
    """

    paper_id: str
    x: float
    y: float
    laid_out: bool


class PointStore:
    """The points table. A point belongs to a vector space, named by its model's key: others mean nothing there."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    @property
    def version(self) -> int:
        """Grows whenever points change, so that who has read them knows to read them again."""
        return int(self._db.execute("SELECT value FROM state WHERE key = 'map'").fetchone()[0])

    def of_space(self, space: str) -> dict[str, Point]:
        """The points of a space by paper, shown or not, ascending by paper id."""
        sql = "SELECT paper_id, x, y, laid_out FROM points WHERE space = ? ORDER BY paper_id"
        return {row[0]: Point(row[0], row[1], row[2], bool(row[3])) for row in self._db.execute(sql, [space])}

    def spaces(self) -> list[str]:
        """The spaces that have points."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT space FROM points ORDER BY space")]

    def add(self, space: str, points: Iterable[Point]) -> None:
        """Keep points; a paper that has one in this space keeps it, and one that has gone gets none."""
        with self._db.atomic():
            self._insert(space, points)

    def replace(self, space: str, points: Iterable[Point]) -> None:
        """Make these the only points there are, of any space."""
        with self._db.atomic():
            self._db.execute("DELETE FROM points")
            self._insert(space, points)

    def _insert(self, space: str, points: Iterable[Point]) -> None:
        self._db.conn.executemany(
            """INSERT OR IGNORE INTO points (space, paper_id, x, y, laid_out)
               SELECT ?, paper_id, ?, ?, ? FROM papers WHERE paper_id = ?""",
            [(space, p.x, p.y, int(p.laid_out), p.paper_id) for p in points],
        )
        self._db.execute("UPDATE state SET value = value + 1 WHERE key = 'map'")
