"""Stand-ins for OpenReview, the conferences' sites and PMLR, on loopback and in this process.

They behave as ``facts/openreview.md`` of the shared data says, and answer as recorded::

    with Services() as services:
        services.openreview.add_venue("ICML.cc/2024/Conference")
        services.openreview.add_note("ICML.cc/2024/Conference", make_note_v2("ICML.cc/2024/Conference", "A title"))
        monkeypatch.setenv("POSTERHALL_SERVICES", services.url)
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Self

from tests.services.exchange import Answer, Request, as_html
from tests.services.faults import Fault, whole_pdf
from tests.services.notes import make_note_v1, make_note_v2
from tests.services.openreview_api import OpenReview
from tests.services.quota import Clock
from tests.services.sites import Pmlr, Site, make_entry, make_event
from tests.services.wire import Server

__all__ = ["Fault", "Request", "Services", "make_entry", "make_event", "make_note_v1", "make_note_v2"]


class Services:
    """All services under one address.

    Attributes:
        url: ``http://127.0.0.1:PORT``; the value of ``POSTERHALL_SERVICES``.
        openreview: Both of its APIs, under ``/api2`` and ``/api1``.
        pmlr: Under ``/pmlr`` and ``/raw``.
        requests: Everything that came in, in order of arrival; a request is here before its answer is sent.
        pdf_fetches: How often each PDF was asked for, answered or not: by path, and ``?id=`` where there is one.
        clock: The time as the services see it; ``services.clock.advance(3600)`` renews budgets and ends tokens.
        errors: What went wrong in a stand-in itself; leaving the block raises the first.
    """

    def __init__(self) -> None:
        self.clock = Clock(time.time)
        self.openreview = OpenReview(self.clock)
        self.pmlr = Pmlr()
        self.requests: list[Request] = []
        self.pdf_fetches: Counter[str] = Counter()
        self.errors: list[BaseException] = []
        self.closing = threading.Event()
        self._sites = {host: Site(host) for host in ("icml.cc", "iclr.cc", "neurips.cc")}
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self._server: Server | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: object, *_: object) -> None:
        self.stop()
        if self.errors and kind is None:
            raise self.errors[0]

    def start(self) -> Self:
        self._server = Server(self)
        self._server.start()
        return self

    def stop(self) -> None:
        self.closing.set()
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def url(self) -> str:
        assert self._server is not None, "Services are not started: use `with Services() as services`"
        return f"http://127.0.0.1:{self._server.server_port}"

    def site(self, host: str) -> Site:
        """One of the conferences' sites."""
        return self._sites[host]

    def count(self, path_prefix: str = "") -> int:
        """How many requests there were under a path."""
        return sum(request.path.startswith(path_prefix) for request in list(self.requests))

    def forget(self) -> None:
        """Count from nothing again."""
        with self._lock:
            self.requests.clear()
            self.pdf_fetches.clear()

    def quota(
        self,
        name: str,
        limit: int | None = None,
        *,
        remaining: int | None = None,
        window_s: int = 3600,
        retry_after: int | None = None,
    ) -> None:
        """Set a budget of OpenReview: ``notes`` (500 unless set), ``groups`` (700) or ``pdf`` (36).

        Args:
            name: Which.
            limit: Requests in a window.
            remaining: How many of them are left; all, unless given.
            window_s: How long the window is; it starts with the next request.
            retry_after: Seconds of a ``Retry-After`` on a refusal; the true service sends none.
        """
        meter = self.openreview.meters[name]
        meter.limit = limit if limit is not None else meter.limit
        meter.used = 0 if remaining is None else meter.limit - remaining
        meter.ends, meter.window_s, meter.retry_after = None, window_s, retry_after

    def fault(
        self,
        match: str | Callable[[Request], bool],
        kind: int | str,
        times: int | None = 1,
        after: int = 0,
        *,
        seconds: float | None = None,
        retry_after: int | None = None,
    ) -> Fault:
        """Plan a failure; see ``Fault``. Gives it, so that a test can ask how often it struck (``.done``).

        A request meets one fault at most: the first planned that matches and has not struck as often as it may.
        """
        fault = Fault(match, kind, times, after, seconds, retry_after)
        self._faults.append(fault)
        return fault

    def clear_faults(self) -> None:
        self._faults.clear()

    # ------------------------------------------------------------------ answering

    def handle(self, request: Request) -> tuple[Answer | None, Fault | None]:
        """The answer, and the fault that shapes how it is sent; what came in is recorded before either goes out."""
        foreign = request.path.startswith("/foreign")
        fault = None if foreign else next((one for one in list(self._faults) if one.strikes(request)), None)
        port = self._server.server_port if self._server else 0
        answer = fault.answer(request, f"http://localhost:{port}/foreign{request.path}") if fault else None
        if fault and answer is not None:
            fault = None
        elif fault is None or fault.kind not in ("timeout", "huge-pdf"):
            answer = self._true_answer(request)
        request.status = answer.status if answer else (200 if fault and fault.kind == "huge-pdf" else 0)
        with self._lock:
            self.requests.append(request)
            if request.pdf:
                self.pdf_fetches[request.pdf] += 1
        return answer, fault

    def _true_answer(self, request: Request) -> Answer:
        top, _, rest = request.path.removeprefix("/").partition("/")
        if top in ("api1", "api2"):
            return self.openreview.answer(f"v{top[-1]}", f"/{rest}", request)
        if top == "site":
            host, _, rest = rest.partition("/")
            if host in self._sites:
                return self._sites[host].answer(f"/{rest}")
        if top == "pmlr":
            return self.pmlr.answer(f"/{rest}")
        if top == "raw":
            return self.pmlr.answer_raw(f"/{rest}")
        if top == "foreign":
            return whole_pdf()
        return as_html(404, "No such stand-in")
