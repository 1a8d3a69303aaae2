"""The services as one thing to hold: every source, the ledger of their budgets, and the login where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.answers import localised
from ingest.errors import FixCredentials, SourceError
from ingest.http import Http
from ingest.login import Session, current_session
from ingest.quota import Ledger
from ingest.sources.base import Endpoints, Source, Venue
from ingest.sources.openreview import OpenReview
from ingest.sources.openreview_client import OpenReviewClient
from ingest.sources.pmlr import Pmlr
from ingest.sources.site import Site
from library import Library


@dataclass(frozen=True, slots=True)
class Connection:
    """What a run asks.

    Attributes:
        client: OpenReview's, for single papers.
        login_problem: Why there is a login and it does not work; the run goes on without it.
    """

    endpoints: Endpoints
    client: OpenReviewClient
    sources: tuple[Source, ...]
    ledger: Ledger
    http: Http
    login_problem: SourceError | None

    def download(self, url: str, target: Path) -> object:
        """Fetch a PDF; see :data:`ingest.pdfs.Download`."""
        return self.http.download(localised(url, self.endpoints), target)


@contextmanager
def connected(library: Library) -> Iterator[Connection]:
    """The services, for the one writer of a library; nothing is sent before a source is asked.

    Raises:
        SourceError: The environment names an account, and OpenReview did not answer its login.
    """
    endpoints = Endpoints.from_environment()
    session: Session | None = None
    problem: SourceError | None = None
    try:
        session = current_session(endpoints)
    except FixCredentials as error:
        problem = error
    ledger = Ledger(library)
    with Http(endpoints, ledger, token=session.token if session else None) as http:
        sites = (Site(http, endpoints, host) for host in sorted(endpoints.sites))
        sources: tuple[Source, ...] = (OpenReview(endpoints, session, ledger), Pmlr(http, endpoints), *sites)
        yield Connection(endpoints, OpenReviewClient(endpoints, session, ledger), sources, ledger, http, problem)


def search_groups(text: str) -> tuple[Venue, ...]:
    """Venues on OpenReview whose ids hold a text, or lie below it; these look-ups are open to everyone.

    Raises:
        SourceError: OpenReview did not answer.
    """
    return OpenReview(Endpoints.from_environment()).search_groups(text)
