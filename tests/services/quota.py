"""The hour's budgets of OpenReview, and the headers that tell of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime


class Clock:
    """The time as the stand-ins see it: the machine's, and what a test has moved it on by."""

    def __init__(self, base: Callable[[], float]) -> None:
        self._base, self._ahead = base, 0.0

    def __call__(self) -> float:
        return self._base() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


@dataclass(slots=True)
class Meter:
    """One budget: ``limit`` requests in every ``window_s`` seconds, from its first request on."""

    clock: Clock
    limit: int
    window_s: int = 3600
    used: int = 0
    ends: float | None = None
    retry_after: int | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    def take(self) -> tuple[bool, int, int, float]:
        """Count one request: whether it is within the budget, how many were made, what is left, when it is renewed."""
        with self._lock:
            now = self.clock()
            if self.ends is not None and now >= self.ends:
                self.used, self.ends = 0, None
            if self.ends is None:
                self.ends = now + self.window_s
            self.used += 1
            return self.used <= self.limit, self.used, self.remaining, self.ends

    def headers(self, remaining: int, ends: float) -> dict[str, str]:
        """Seven, as recorded: ``x-ratelimit-reset`` is an epoch, ``ratelimit-reset`` is seconds from now."""
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(remaining),
            "x-ratelimit-reset": str(int(ends)),
            "ratelimit-policy": f"{self.limit};w={self.window_s}",
            "ratelimit-limit": str(self.limit),
            "ratelimit-remaining": str(remaining),
            "ratelimit-reset": str(max(0, round(ends - self.clock()))),
        }

    def refusal(self, used: int, ends: float, request_id: str) -> dict[str, object]:
        """The body of a 429, as users have reported it."""
        minutes, seconds = divmod(max(0, round(ends - self.clock())), 60)
        again = datetime.fromtimestamp(ends, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {
            "name": "RateLimitError",
            "message": f"Too many requests: You have made {used} requests, surpassing the limit of {self.limit} "
            f"requests. Please try again in {minutes} minutes and {seconds} seconds ({request_id})",
            "status": 429,
            "details": {
                "limit": self.limit,
                "remaining": 0,
                "resetTime": again,
                "used": used,
                "current": used,
                "reqId": request_id,
            },
        }
