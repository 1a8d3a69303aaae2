"""Budgets: how much of a service's resource this hour still allows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Budget:
    """A resource's budget.

    Attributes:
        resets_at: When it is whole again (ISO, UTC).
    """

    resource: str
    limit: int
    remaining: int
    used: int
    resets_at: str


class QuotaStore:
    """The quota table."""

    def __init__(self, db: Database) -> None:
        """Use an open library database."""
        self._db = db

    def put(self, budget: Budget) -> None:
        """Keep a budget."""
        self._db.execute(
            """INSERT OR REPLACE INTO quota (resource, "limit", remaining, used, resets_at) VALUES (?, ?, ?, ?, ?)""",
            [budget.resource, budget.limit, budget.remaining, budget.used, budget.resets_at],
        )

    def all(self) -> dict[str, Budget]:
        """Every budget by its resource."""
        rows = self._db.query('SELECT resource, "limit", remaining, used, resets_at FROM quota ORDER BY resource')
        return {row["resource"]: Budget(**row) for row in rows}
