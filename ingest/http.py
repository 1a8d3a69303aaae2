"""A polite client for the services' plain files: only their hosts, bounded in time, size and tries."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import httpx

from ingest.answers import Answer, Place, failure, lower, patiently, place_of, shown
from ingest.body import parsed, pieces, read, trouble
from ingest.errors import Garbled, GiveUp, HostNotAllowed, NotAPdf
from ingest.sources.base import Endpoints
from library.errors import InputError

try:
    VERSION = version("posterhall")
except PackageNotFoundError:
    VERSION = "unknown"
USER_AGENT = f"posterhall/{VERSION} (+one reader's copy of accepted papers; keeps to ratelimit headers)"

PDF_CAP = 80_000_000
"""Bytes in a PDF; the largest papers with figures at hand have some 40 million."""
TEXT_CAP = 64_000_000
"""Bytes in a listing, unpacked; the largest, a conference's papers with abstracts, has some 15 million."""
ERROR_CAP = 64_000
"""Bytes read of an answer that is only looked at for what went wrong."""

_HOPS = 5
_ABOUT_THE_PAYLOAD = (400, 401, 403, 422)
_SLOWEST = 10.0
"""An answer may take this many times the time allowed for one read before it is given up as a trickle."""


class Meter(Protocol):
    """Who keeps the ledger of what was asked; resources are named as in :class:`ingest.answers.Place`."""

    def before(self, resource: str) -> None:
        """Called before every request.

        Raises:
            QuotaSpent: The ledger says that this hour's budget is used up; nothing is sent then.
        """
        ...

    def after(self, resource: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Called with every answer: header names in lower case; the body only from 400 up, else empty."""
        ...


class NoMeter:
    """Counts nothing."""

    def before(self, resource: str) -> None:
        """Let it pass."""

    def after(self, resource: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Forget it."""


@dataclass(frozen=True, slots=True)
class Download:
    """A file that came whole: its sha256 as hex, and its size in bytes."""

    sha256: str
    size: int


class Http:
    """Fetches text, JSON and PDFs from the services, and from nowhere else."""

    def __init__(
        self, endpoints: Endpoints, meter: Meter | None = None, *, token: str | None = None, timeout: float = 30.0
    ) -> None:
        """Keep what is needed; nothing is sent yet.

        Args:
            endpoints: The only hosts that are asked, redirects included.
            meter: Keeps the ledger.
            token: OpenReview's; it is sent to OpenReview alone.
            timeout: Seconds without a byte before a request counts as not answered.
        """
        self._endpoints, self._meter, self._token = endpoints, meter or NoMeter(), token
        self._patience = timeout * _SLOWEST
        self._client = httpx.Client(
            headers={"User-Agent": USER_AGENT},
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            verify=_certificates(),
        )

    def __enter__(self) -> Http:
        """Use it in a ``with``."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def text(self, url: str, cap: int = TEXT_CAP) -> str:
        """The answer as text; bytes that are not UTF-8 become replacement characters.

        Raises:
            SourceError: Of the kind that says what happens next.
        """
        return self._body(url, None, "text", cap).decode("utf-8-sig", "replace")

    def json(self, url: str, params: Mapping[str, str] | None = None, cap: int = TEXT_CAP) -> Any:
        """The answer as JSON.

        Raises:
            SourceError: Of the kind that says what happens next.
        """
        return parsed(self._body(url, params, "json", cap), self._allowed(url), url)

    def post(self, url: str, payload: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Send JSON once (a login must not be repeated by itself); the status and the answer, an error's included.

        Raises:
            SourceError: There was no answer in JSON, or it is about the service, not about the payload.
        """
        with self._answer("POST", url, None, 1, dict(payload)) as (response, place):
            body, status = read(response, place, TEXT_CAP, self._patience, 1), response.status_code
            # An error may repeat what was sent, a password say: only its status and its times are told.
            told = b"" if 300 <= status != 429 else body
            problem = failure(self._answered(response, place, told, "json", 1))
        if problem is not None and status not in _ABOUT_THE_PAYLOAD:
            raise problem
        content = parsed(body, place, url)
        return status, content if isinstance(content, dict) else {}

    def download(self, url: str, target: Path, cap: int = PDF_CAP) -> Download:
        """Stream a PDF to ``target``; on any failure neither it nor a part of it is left.

        Raises:
            NotAPdf: The answer does not start with ``%PDF-``.
            Garbled: It ended early.
            TooLarge: It is over ``cap`` bytes.
            SourceError: Any other reason why it did not come.
            InputError: The file cannot be written.
        """
        part = target.with_name(target.name + ".part")
        try:
            got = patiently(lambda attempt: self._fetch(url, part, cap, attempt))
            part.replace(target)
            return got
        except OSError as error:
            raise InputError(f"cannot write {target}: {error.strerror}; free some space there") from error
        finally:
            part.unlink(missing_ok=True)

    def _fetch(self, url: str, part: Path, cap: int, attempt: int) -> Download:
        digest, size, head = hashlib.sha256(), 0, b""
        with self._answer("GET", url, None, attempt) as (response, place):
            self._check(response, place, "pdf", attempt)
            chunks = pieces(response, place, cap, self._patience, attempt)
            with part.open("wb") as file:
                for chunk in chunks:
                    if len(head) < 1024:
                        head += chunk[: 1024 - len(head)]
                        if len(head) >= 5:
                            self._must_be_pdf(response, place, head, attempt)
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
            self._must_be_pdf(response, place, head, attempt)
            announced = response.headers.get("content-length", "")
        if announced.isdecimal() and "content-encoding" not in response.headers and int(announced) != size:
            where = f"{place.host}{place.path}"
            raise Garbled(f"{where} ended after {size:,} of {announced} bytes", url=shown(url), attempt=attempt)
        return Download(digest.hexdigest(), size)

    def _must_be_pdf(self, response: httpx.Response, place: Place, head: bytes, attempt: int) -> None:
        if head.startswith(b"%PDF-"):
            return
        if problem := failure(self._answered(response, place, head, "pdf", attempt)):
            raise problem
        raise NotAPdf(
            f"{place.host}{place.path} does not start as a PDF does",
            url=shown(str(response.url)),
            status=response.status_code,
            attempt=attempt,
        )

    def _body(self, url: str, params: Mapping[str, str] | None, due: str, cap: int) -> bytes:
        def once(attempt: int) -> bytes:
            with self._answer("GET", url, params, attempt) as (response, place):
                self._check(response, place, due, attempt)
                body = read(response, place, cap, self._patience, attempt)
                if problem := failure(self._answered(response, place, body, due, attempt)):
                    raise problem
                return body

        return patiently(once)

    def _check(self, response: httpx.Response, place: Place, due: str, attempt: int) -> None:
        """Raise what an answer from 400 up stands for, and tell the meter."""
        failed = response.status_code >= 400
        body = read(response, place, ERROR_CAP, self._patience, attempt, cut=True) if failed else b""
        self._meter.after(place.resource, response.status_code, lower(response.headers.items()), body)
        if failed and (problem := failure(self._answered(response, place, body, due, attempt))):
            raise problem

    def _answered(self, response: httpx.Response, place: Place, body: bytes, due: str, attempt: int) -> Answer:
        logged_in = "authorization" in response.request.headers
        headers = lower(response.headers.items())
        return Answer(place, str(response.url), response.status_code, headers, body, due, attempt, logged_in)

    @contextmanager
    def _answer(
        self, method: str, url: str, params: Mapping[str, str] | None, attempt: int, payload: Any = None
    ) -> Iterator[tuple[httpx.Response, Place]]:
        """Send, following redirects by hand: each hop must lead to one of the services again."""
        for _ in range(_HOPS):
            place = self._allowed(url)
            self._meter.before(place.resource)
            headers = {"Authorization": f"Bearer {self._token}"} if self._token and place.openreview else {}
            request = self._client.build_request(method, url, params=params, headers=headers, json=payload)
            response = self._send(request, place, attempt)
            try:
                if not response.has_redirect_location:
                    yield response, place
                    return
                self._meter.after(place.resource, response.status_code, lower(response.headers.items()), b"")
                url, params = str(response.url.join(response.headers["location"])), None
            finally:
                response.close()
        raise GiveUp(f"{place.host}{place.path} leads from one address to the next without end", url=shown(url))

    def _allowed(self, url: str) -> Place:
        try:
            place = place_of(str(httpx.URL(url)), self._endpoints)
        except (httpx.InvalidURL, TypeError):
            place = None
        if place is None:
            raise HostNotAllowed(f"{shown(url)} is not at one of the services", url=shown(url))
        return place

    def _send(self, request: httpx.Request, place: Place, attempt: int) -> httpx.Response:
        try:
            return self._client.send(request, stream=True)
        except httpx.HTTPError as error:
            problem = trouble(error, place, str(request.url), attempt, begun=False)
        # Outside the handler: the library's error holds the request, and with it the token.
        raise problem


@cache
def _certificates() -> ssl.SSLContext:
    """The authorities that are believed, read once: it takes longer than most requests."""
    return httpx.create_ssl_context()
