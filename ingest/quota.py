"""The ledger of budgets: what each service still allows this hour, remembered from one run to the next.

OpenReview counts requests by the hour, and PDFs are few (36). A spent budget is not waited out inside a request:
the ledger stops what would spend it, says until when, and the run goes on later where it stopped.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.answers import reset_time
from ingest.errors import QuotaSpent
from library import Library
from library.quota import Budget

PDFS = "openreview/pdf"

LIMITS: Mapping[str, int] = {"openreview/notes": 500, "openreview/groups": 700, PDFS: 36}
"""What an hour allows until the service itself says otherwise. Resources that are not here are not counted
unless their answers do."""

WINDOW = timedelta(hours=1)

UNITS: Mapping[str, str] = {"openreview/notes": "listings", "openreview/groups": "venue look-ups", PDFS: "PDFs"}

_POLICY = re.compile(r"(\d+)\s*;\s*w=(\d+)")

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


class Ledger:
    """Counts what is asked of each resource. Implements :class:`ingest.http.Meter`; may be used from threads.

    The library's connection is used on the thread that made the ledger alone: what other threads counted is
    written with the next request of that thread, or by :meth:`save`.
    """

    def __init__(self, library: Library, clock: Clock = utc_now) -> None:
        """Read what the last run knew.

        Args:
            library: Open for writing.
            clock: Gives the time, aware.
        """
        self._library, self._clock = library, clock
        self._owner = threading.get_ident()
        self._lock = threading.RLock()
        self._budgets = library.quota.all()
        self._unsaved: set[str] = set()

    def before(self, resource: str) -> None:
        """Count a request that is about to be sent: one that is killed on its way has been spent as well.

        Raises:
            QuotaSpent: The budget is used up; nothing may be sent.
        """
        with self._lock:
            budget = self.budget(resource)
            if budget is None:
                return
            if budget.remaining <= 0:
                raise QuotaSpent(f"{self.words(resource)} ({resource})", until=datetime.fromisoformat(budget.resets_at))
            self._put(replace(budget, remaining=budget.remaining - 1, used=budget.used + 1))

    def after(self, resource: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Believe what the answer says of the budget."""
        with self._lock:
            if status == 429:
                self._refused(resource, headers, body)
            elif (left := headers.get("ratelimit-remaining", "")).isdecimal():
                self._told(resource, int(left), headers)

    def budget(self, resource: str) -> Budget | None:
        """What is left of a resource, or None when nobody counts it; an hour that is over is a new one."""
        with self._lock:
            held = self._budgets.get(resource)
            now = self._clock()
            if held and datetime.fromisoformat(held.resets_at) > now:
                return held
            limit = held.limit if held else LIMITS.get(resource)
            return Budget(resource, limit, limit, 0, (now + WINDOW).isoformat()) if limit else None

    def words(self, resource: str) -> str:
        """The budget in words: ``36 of 36 PDFs this hour, next at 14:20`` (local time)."""
        budget = self.budget(resource)
        if budget is None:
            return f"no budget for {resource}"
        when = datetime.fromisoformat(budget.resets_at).astimezone()
        unit = UNITS.get(resource, "requests")
        return f"{budget.used} of {budget.limit} {unit} this hour, next at {when:%H:%M}"

    def save(self) -> None:
        """Write what other threads counted; on the thread that made the ledger."""
        with self._lock:
            for resource in sorted(self._unsaved):
                self._library.quota.put(self._budgets[resource])
            self._unsaved.clear()

    def _told(self, resource: str, left: int, headers: Mapping[str, str]) -> None:
        policy = _POLICY.search(headers.get("ratelimit-policy", ""))
        limit = int(policy[1]) if policy else int(_decimal(headers.get("ratelimit-limit")) or 0)
        before = self.budget(resource)
        limit = limit or (before.limit if before else left + 1)
        # ratelimit-reset counts seconds from now; x-ratelimit-reset, an epoch, is left alone.
        seconds = _decimal(headers.get("ratelimit-reset"))
        resets = self._clock() + (timedelta(seconds=seconds) if seconds is not None else WINDOW)
        self._put(Budget(resource, limit, left, max(limit - left, 0), resets.isoformat()))

    def _refused(self, resource: str, headers: Mapping[str, str], body: bytes) -> None:
        details = _details(body)
        before = self.budget(resource)
        limit = _count(details.get("limit")) or (before.limit if before else LIMITS.get(resource, 1))
        used = _count(details.get("used")) or limit
        until = reset_time(headers, details) or self._clock() + WINDOW
        self._put(Budget(resource, limit, 0, used, until.isoformat()))

    def _put(self, budget: Budget) -> None:
        self._budgets[budget.resource] = budget
        self._unsaved.add(budget.resource)
        if threading.get_ident() == self._owner:
            self.save()


def _details(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)["details"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _decimal(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() else None


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
