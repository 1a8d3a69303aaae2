"""Ways in which a service fails, put on purpose in front of the answer it would have given."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.services.accounts import error
from tests.services.exchange import Answer, Request, as_bytes, as_html

KINDS = {
    "timeout",
    "reset",
    "truncated-json",
    "html200",
    "truncated-pdf",
    "not-a-pdf",
    "huge-pdf",
    "redirect-elsewhere",
    "slow",
}
_NAMES = {401: "TokenExpiredError", 403: "ForbiddenError", 404: "NotFoundError", 429: "RateLimitError"}


@dataclass(slots=True)
class Fault:
    """One planned failure.

    Attributes:
        match: Part of ``METHOD /path?query`` (unquoted), or a function of the request.
        kind: A status, or one of ``KINDS``.
        times: How often; None is every time.
        after: How many matching requests go through before.
        seconds: How long ``timeout`` holds the connection and over how long ``slow`` answers.
        retry_after: Header of that name, in seconds.
        seen, done: Matching requests so far, and how many of them failed.
    """

    match: str | Callable[[Request], bool]
    kind: int | str
    times: int | None = 1
    after: int = 0
    seconds: float | None = None
    retry_after: int | None = None
    seen: int = 0
    done: int = 0
    _counting: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        if not isinstance(self.kind, int) and self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind!r}; there are statuses and {sorted(KINDS)}")

    def strikes(self, request: Request) -> bool:
        hit = self.match in f"{request.method} {request.url}" if isinstance(self.match, str) else self.match(request)
        if not hit:
            return False
        with self._counting:
            self.seen += 1
            if self.seen <= self.after or (self.times is not None and self.done >= self.times):
                return False
            self.done += 1
            self._counting.notify_all()
            return True

    def struck(self, times: int, within: float = 30.0) -> bool:
        """Whether it has failed so many requests; who gave a request up may ask before the server has come to it."""
        with self._counting:
            return self._counting.wait_for(lambda: self.done >= times, within)

    def answer(self, request: Request, elsewhere: str) -> Answer | None:
        """The whole answer, for the kinds that do not need the true one; None for the others."""
        if isinstance(self.kind, int):
            answer = self._status(request, self.kind)
        elif self.kind == "html200":
            answer = as_html(200, "Verifying your browser | OpenReview")
        elif self.kind == "not-a-pdf":
            answer = as_html(200, "Not a PDF")
            answer.headers["content-type"] = "application/pdf"
        elif self.kind == "redirect-elsewhere":
            answer = as_html(302, "Found", {"location": elsewhere})
        else:
            return None
        if self.retry_after is not None:
            answer.headers["retry-after"] = str(self.retry_after)
        return answer

    @staticmethod
    def _status(request: Request, status: int) -> Answer:
        api = request.path.startswith("/api")
        if not api or status >= 502:
            return as_html(status, f"{status} from the gateway")
        details: dict[str, Any] = {}
        if status == 429:
            limit = 36 if request.pdf else 500
            again = "2099-01-01T00:00:00.000Z"
            details = {"limit": limit, "remaining": 0, "resetTime": again, "used": limit + 1, "current": limit + 1}
        return error(status, _NAMES.get(status, "Error"), f"A planned {status}", details)


def whole_pdf() -> Answer:
    """What lies at the foreign host, so that a client that follows a redirect there is seen to have done so."""
    return as_bytes("application/pdf", b"%PDF-1.5\n% from elsewhere\n%%EOF\n")
