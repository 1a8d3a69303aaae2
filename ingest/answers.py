"""What an answer means: the typed error for every one that is not what was asked for."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from ingest.errors import (
    Forbidden,
    Garbled,
    GiveUp,
    LoginNeeded,
    NotFound,
    QuotaSpent,
    ServiceDown,
    SourceError,
    TimedOut,
    TokenExpired,
)
from ingest.sources.base import Endpoints

ATTEMPTS = 3
"""Tries for one request; only for trouble that often passes within seconds."""

RETRY_SECONDS = 15.0
"""After this no further try is begun: a service that is down is said to be down, not waited for."""

_PORTS = {"https": 443, "http": 80}
_BUDGETS = {"notes": "notes", "groups": "groups", "pdf": "pdf", "attachment": "pdf"}
_CHALLENGE = re.compile(r"<title>[^<]*verifying your browser", re.IGNORECASE)
_SECRET = re.compile(r"token|password|secret|key|auth", re.IGNORECASE)
_REAL = Endpoints()

# A retry is no warning to the user: if the tries do not help, the error says how many there were.
logging.getLogger("stamina").addHandler(logging.NullHandler())

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Which service a URL leads to.

    Attributes:
        host: Its real name, also when a stand-in serves it.
        resource: What its ledger is called: ``openreview/notes``, ``openreview/pdf``, or the host.
        path: Below the service's base, with the id that is asked for: for messages.
    """

    host: str
    resource: str
    path: str

    @property
    def openreview(self) -> bool:
        """Whether a login to OpenReview means anything here."""
        return self.host in (_host(_REAL.openreview_v2), _host(_REAL.openreview_v1))


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as far as it decides what happens next.

    Attributes:
        headers: Names in lower case.
        body: Its beginning is enough, unless JSON is due.
        due: ``json``, ``text`` or ``pdf``.
        logged_in: Whether a token was sent along.
    """

    place: Place
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    due: str
    attempt: int = 1
    logged_in: bool = False


def place_of(url: str, endpoints: Endpoints) -> Place | None:
    """The service that a URL belongs to; None is a host, a port or a scheme that is never asked."""
    try:
        parts = urlsplit(url)
        origin = _origin(url)
    except ValueError:
        return None
    if parts.username is not None or parts.password is not None:
        return None
    for base, host in _bases(endpoints):
        root = urlsplit(base).path.rstrip("/") + "/"
        if origin == _origin(base) and parts.path.startswith(root):
            path = parts.path[len(root) - 1 :]
            budget = _BUDGETS.get(path.strip("/").split("/")[0]) if "openreview" in host else None
            asked = [value for name, value in parse_qsl(parts.query) if name == "id"]
            path += f"?id={asked[0]}" if asked else ""  # else every PDF of OpenReview would be called the same
            return Place(host, f"openreview/{budget}" if budget else host, path)
    return None


def localised(url: str, endpoints: Endpoints) -> str:
    """A service's public URL as the endpoints have it: the same, unless a stand-in serves it."""
    for (base, _), (real, _) in zip(_bases(endpoints), _bases(_REAL), strict=True):
        prefix = real.rstrip("/") + "/"
        if url.startswith(prefix):
            return base.rstrip("/") + "/" + url[len(prefix) :]
    return url


def failure(answer: Answer) -> SourceError | None:
    """The error that an answer stands for, or None when it is what was asked for.

    The anonymous challenge is recognised in both of its forms (a 403 with its name, a 200 with a page),
    so that it never looks like an empty venue.
    """
    name, message, details = _named(answer)
    facts: dict[str, Any] = {"url": shown(answer.url), "status": answer.status, "attempt": answer.attempt}
    where = f"{answer.place.host}{answer.place.path}"
    html = _is_html(answer)
    said = f" ({name}{': ' if name and message else ''}{message})" if name or message else ""
    if answer.status == 429:
        until = reset_time(answer.headers, details)
        when = f", free again at {until.astimezone():%H:%M}" if until else ""
        return QuotaSpent(f"the hour's requests to {answer.place.resource} are used up{when}", until=until, **facts)
    if name == "TokenExpiredError":
        return TokenExpired("the login to OpenReview has expired", **facts)
    challenged = name == "ChallengeRequiredError" or (html and _CHALLENGE.search(_text(answer.body)) is not None)
    nobody = answer.status == 401 or (answer.status == 403 and not answer.logged_in)
    if answer.place.openreview and (challenged or nobody):
        return LoginNeeded(f"{where} is closed to anonymous readers{said}", **facts)
    if 200 <= answer.status < 300:
        if answer.due == "json" and html:
            return Garbled(f"{where} answered with a web page where data was due", **facts)
        return None
    if answer.status in (404, 410) or name == "NotFoundError":
        return NotFound(f"{where} is not there{said}", **facts)
    if answer.status in (401, 403, 451):
        return Forbidden(f"{where} is not open to you{said}", **facts)
    if answer.status == 408:
        return TimedOut(f"{where} gave up waiting{said}", **facts)
    if answer.status >= 500:
        return ServiceDown(f"{where} answered {answer.status}{said}{tries(answer.attempt)}", **facts)
    return GiveUp(f"{where} answered {answer.status}{said}", **facts)


def reset_time(headers: Mapping[str, str], details: Mapping[str, Any]) -> datetime | None:
    """When a spent budget is free again, from a 429's body or headers; None when neither says.

    ``ratelimit-reset`` and ``retry-after`` count seconds from now, ``x-ratelimit-reset`` is an epoch.
    """
    now = datetime.now(UTC)
    try:
        if isinstance(given := details.get("resetTime"), str):
            time = datetime.fromisoformat(given)
            return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
        for name in ("ratelimit-reset", "retry-after"):
            if (value := headers.get(name, "")).isdecimal():
                return now + timedelta(seconds=int(value))
        if "retry-after" in headers:
            return parsedate_to_datetime(headers["retry-after"]).astimezone(UTC)
        if (value := headers.get("x-ratelimit-reset", "")).isdecimal():
            return datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def patiently(call: Callable[[int], T]) -> T:
    """Call with the number of the try, again after a moment when the service was down or silent."""
    import stamina

    for attempt in stamina.retry_context(
        on=(ServiceDown, TimedOut), attempts=ATTEMPTS, timeout=RETRY_SECONDS, wait_initial=0.5, wait_max=4.0
    ):
        with attempt:
            return call(attempt.num)
    raise AssertionError("a retry ends with a value or an error")


def tries(attempt: int) -> str:
    """How often it was tried, where that is worth a word."""
    return f", {attempt} times" if attempt > 1 else ""


def shown(url: str) -> str:
    """A URL fit for messages: without a user's name, a password or a token in it."""
    try:
        parts = urlsplit(url)
        query = urlencode([(k, "***" if _SECRET.search(k) else v) for k, v in parse_qsl(parts.query)], safe="/*")
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))
    except ValueError:
        return "an address that cannot be read"


def lower(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by their names in lower case."""
    return {name.lower(): value for name, value in headers}


def _bases(endpoints: Endpoints) -> list[tuple[str, str]]:
    """Every base URL with the real name of the host behind it, always in one order."""
    pairs = [
        (endpoints.openreview_v2, _host(_REAL.openreview_v2)),
        (endpoints.openreview_v1, _host(_REAL.openreview_v1)),
        (endpoints.pmlr, _host(_REAL.pmlr)),
        (endpoints.pmlr_raw, _host(_REAL.pmlr_raw)),
    ]
    return pairs + [(endpoints.sites[host], host) for host in sorted(_REAL.sites) if host in endpoints.sites]


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or _PORTS.get(parts.scheme)


def _is_html(answer: Answer) -> bool:
    return "html" in answer.headers.get("content-type", "").lower() or answer.body.lstrip()[:9].lower() == b"<!doctype"


def _text(body: bytes) -> str:
    return body[:20_000].decode("utf-8", "replace")


def _named(answer: Answer) -> tuple[str, str, dict[str, Any]]:
    """Name, message and details of an error in OpenReview's form; empty when it has another."""
    if answer.status < 400:
        return "", "", {}
    try:
        error = json.loads(answer.body)
    except (ValueError, RecursionError):
        return "", "", {}
    if not isinstance(error, dict):
        return "", "", {}
    details = error.get("details")
    name, message = (error.get(key) if isinstance(error.get(key), str) else "" for key in ("name", "message"))
    plain = " ".join(re.sub(r"[^\w\s.,:;'\"/~@%()<>=!?&+-]", "", str(message)).split())
    return str(name)[:60], plain[:200], details if isinstance(details, dict) else {}
