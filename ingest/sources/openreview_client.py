"""openreview-py on a short leash: its own hosts, few and short tries, typed errors, nothing on stdout.

As it comes, the library retries eight times with pauses of up to two minutes, prints each of them to stdout, waits
for an answer without end, and tells a login page from data by failing to parse it. All of it sits in the transport
of its session, so that is what is replaced; the rest of the library is used as it is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter

from ingest.answers import Answer, failure, lower, patiently, place_of, shown, tries
from ingest.errors import Garbled, HostNotAllowed, ServiceDown, SourceError, TimedOut, TooLarge
from ingest.http import TEXT_CAP, USER_AGENT, Meter, NoMeter
from ingest.login import Session
from ingest.sources.base import Endpoints

PAGE = 1000
"""Notes asked for at once; OpenReview refuses more."""

RECENT = 100
"""Notes asked for at once when only the latest changes matter: mostly there are few."""

# Not a token that anything would take: with none at all the library logs in by itself, on its own transport,
# as soon as OPENREVIEW_USERNAME is set; with a true one it asks for the user's profile, on its own transport.
_NOBODY = "nobody"

T = TypeVar("T")


class OpenReviewClient:
    """Both of OpenReview's APIs, each through openreview-py's client of it."""

    def __init__(
        self, endpoints: Endpoints, session: Session | None = None, meter: Meter | None = None, *, timeout: float = 30.0
    ) -> None:
        """Keep what is needed; nothing is sent yet, and the library is loaded at the first call."""
        self._endpoints, self._session, self._timeout = endpoints, session, timeout
        self._meter = meter or NoMeter()
        self._clients: dict[str, Any] = {}

    @property
    def logged_in(self) -> bool:
        """Whether a token is sent along."""
        return self._session is not None

    def group(self, api: str, group_id: str) -> Any | None:
        """A group, or None where this API does not have it."""
        from ingest.errors import NotFound

        try:
            found = self._call(api, lambda client: client.get_groups(id=group_id))
        except NotFound:
            return None
        return next((group for group in found if group.id == group_id), None)

    def subgroups(self, parent: str) -> list[str]:
        """Ids of the groups right below one."""
        params: dict[str, Any] = {"parent": parent, "limit": PAGE, "offset": 0}
        # The library has no call for this: its get_all_groups(parent=…) fails before it sends anything.
        answer = self._call("v2", lambda c: c.session.get(c.groups_url, params=params, headers=c.headers).json())
        return self._shaped(lambda: [str(group["id"]) for group in answer["groups"]])

    def notes(self, api: str, page: int = PAGE, **query: Any) -> Iterator[Any]:
        """Every note of a listing, page by page.

        Raises:
            Garbled: Fewer came than the service counts, so that what is missing is not taken for withdrawn.
        """
        first: dict[str, Any] = {**query, "sort": "id", "limit": page, "with_count": True}
        batch, total = self._shaped(lambda: _pair(self._notes(api, **first)))
        seen: set[str] = set()
        while batch:
            new = [note for note in batch if note.id not in seen]
            seen.update(note.id for note in new)
            yield from new
            if len(seen) >= total or not new:
                break
            batch = self._notes(api, **query, sort="id", limit=page, after=batch[-1].id)
        if len(seen) < total:
            url = f"{self._endpoints.openreview_v2 if api == 'v2' else self._endpoints.openreview_v1}/notes"
            raise Garbled(f"OpenReview counts {total:,} papers in a listing and gave {len(seen):,}", url=url)

    def count(self, api: str, **query: Any) -> int:
        """How many notes a listing has."""
        _, total = self._shaped(lambda: _pair(self._notes(api, **query, limit=1, with_count=True)))
        return total

    def latest(self, api: str, since_ms: int, **query: Any) -> Iterator[Any]:
        """The notes of a listing that changed after a time, the latest first.

        The service filters by creation alone, so the listing is read from its latest change down to the time.
        """
        seen: set[str] = set()
        offset = 0
        while True:
            batch = self._notes(api, **query, sort="tmdate:desc", limit=RECENT, offset=offset)
            for note in batch:
                if (note.tmdate or 0) <= since_ms:
                    return
                if note.id not in seen:
                    seen.add(note.id)
                    yield note
            if len(batch) < RECENT:
                return
            offset += RECENT

    def _notes(self, api: str, **query: Any) -> Any:
        return self._call(api, lambda client: client.get_notes(**query))

    def _call(self, api: str, call: Callable[[Any], T]) -> T:
        client = self._clients.get(api)
        if client is None:
            client = self._clients[api] = self._made(api)
        with redirect_stdout(sys.stderr):
            return self._shaped(lambda: call(client))

    @staticmethod
    def _shaped(call: Callable[[], T]) -> T:
        """Call, and say so when an answer lacks what the library or we take from it."""
        try:
            return call()
        except (KeyError, TypeError, AttributeError, IndexError) as error:
            problem = Garbled(f"OpenReview answered in a form that is not understood ({type(error).__name__})")
        raise problem

    def _made(self, api: str) -> Any:
        # Imported here: it takes a quarter of a second, and only who syncs waits for it.
        import openreview

        with redirect_stdout(sys.stderr):
            if api == "v2":
                client = openreview.api.OpenReviewClient(baseurl=self._endpoints.openreview_v2, token=_NOBODY)
            else:
                client = openreview.Client(baseurl=self._endpoints.openreview_v1, token=_NOBODY)
        client.token = self._session.token if self._session else None
        client.headers.pop("Authorization", None)
        if self._session:
            client.headers["Authorization"] = f"Bearer {self._session.token}"
        client.headers["User-Agent"] = f"{USER_AGENT} {client.user_agent}"
        transport = _Transport(self._endpoints, self._meter, self._timeout, logged_in=self.logged_in)
        client.session.adapters.clear()
        for scheme in ("https://", "http://"):
            client.session.mount(scheme, transport)
        # A proxy may be set in the environment, but a forgotten ~/.netrc must not replace the token.
        client.session.auth = lambda request: request
        return client


class _Transport(HTTPAdapter):
    """Sends for a requests session; redirects pass through it too, so that each hop is checked."""

    def __init__(self, endpoints: Endpoints, meter: Meter, timeout: float, *, logged_in: bool) -> None:
        super().__init__(max_retries=0)
        self._endpoints, self._meter, self._logged_in = endpoints, meter, logged_in
        self._timeout = (min(timeout, 10.0), timeout)

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        """Send, again after a moment where that may help.

        Raises:
            SourceError: For every answer but a good one.
        """
        options |= {"stream": True, "timeout": self._timeout}
        return patiently(lambda attempt: self._once(request, options, attempt))

    def _once(self, request: requests.PreparedRequest, options: dict[str, Any], attempt: int) -> requests.Response:
        url = request.url or ""
        place = place_of(url, self._endpoints)
        if place is None:
            raise HostNotAllowed(f"{shown(url)} is not at one of the services", url=shown(url), attempt=attempt)
        where = f"{place.host}{place.path}"
        problem: SourceError | None = None
        self._meter.before(place.resource)
        try:
            response = super().send(request, **options)
            body = self._read(response, where)
        except SourceError:
            raise
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError):
            problem = Garbled(f"{where} ended before all of it had come", url=shown(url), attempt=attempt)
        except requests.exceptions.Timeout:
            problem = TimedOut(f"{where} did not answer in time{tries(attempt)}", url=shown(url), attempt=attempt)
        except requests.exceptions.RequestException as error:
            # iter_content reports a silent service as a broken connection.
            silent = "timed out" in str(error).lower()
            kind = type(error).__name__
            problem = (
                TimedOut(f"{where} did not answer in time{tries(attempt)}", url=shown(url), attempt=attempt)
                if silent
                else ServiceDown(f"{where} cannot be reached ({kind}){tries(attempt)}", url=shown(url), attempt=attempt)
            )
        if problem is not None:  # raised here, without the library's error: that one holds the request and its token
            raise problem
        headers = lower(response.headers.items())
        self._meter.after(place.resource, response.status_code, headers, body if response.status_code >= 400 else b"")
        answer = Answer(place, url, response.status_code, headers, body, "json", attempt, self._logged_in)
        if not response.is_redirect and (wrong := failure(answer) or _not_json(answer)):
            raise wrong
        return response

    @staticmethod
    def _read(response: requests.Response, where: str) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(65_536):
            body += chunk
            if len(body) > TEXT_CAP:
                response.close()
                raise TooLarge(f"{where} is larger than {TEXT_CAP // 1_000_000:,} MB", url=shown(response.url))
        response._content = bytes(body)  # where requests keeps a body that has been read
        return response._content


def _pair(answer: Any) -> tuple[list[Any], int]:
    batch, total = answer
    return batch, int(total)


def _not_json(answer: Answer) -> Garbled | None:
    try:
        json.loads(answer.body)
    except (ValueError, RecursionError):
        where = f"{answer.place.host}{answer.place.path}"
        return Garbled(
            f"{where} answered with something that is not JSON, or not all of it",
            url=shown(answer.url),
            status=answer.status,
            attempt=answer.attempt,
        )
    return None
