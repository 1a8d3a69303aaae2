"""Every way in which a service fails, and the error that the user sees: run with ``-s`` to read the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.errors import (
    Forbidden,
    Garbled,
    HostNotAllowed,
    LoginNeeded,
    LoginRefused,
    MfaNeeded,
    MustWait,
    NotAPdf,
    NotFound,
    NothingAccepted,
    QuotaSpent,
    RetryLater,
    ServiceDown,
    SourceError,
    TimedOut,
    TokenExpired,
    TooLarge,
)
from ingest.http import Http
from ingest.login import Session, current_session, login
from ingest.sources.base import Endpoints, Source, Venue
from ingest.sources.openreview import OpenReview
from ingest.sources.pmlr import Pmlr
from ingest.sources.site import Site
from tests.ingest_sources.conftest import NAME, PASSWORD
from tests.services.server import Services, make_entry, make_event, make_note_v1, make_note_v2

V1, V2 = "NeurIPS.cc/2022/Conference", "ICML.cc/2024/Conference"
VENUE = Venue("icml-2024", "ICML 2024", venue_id=V2, site=("icml.cc", 2024), pmlr=(235,))
OLD = Venue("neurips-2022", "NeurIPS 2022", venue_id=V1)


@dataclass
class World:
    """Every service with one paper, and whoever is logged in."""

    services: Services
    endpoints: Endpoints
    session: Session | None
    folder: Path
    patience: float = 10.0

    def read(self, make: Callable[[Http], Source], venue: Venue = VENUE) -> None:
        with Http(self.endpoints, timeout=self.patience) as http:
            list(make(http).observe(venue))

    def listing(self, venue: Venue) -> None:
        list(OpenReview(self.endpoints, self.session, timeout=self.patience).observe(venue))

    def download(self, path: str) -> None:
        token = self.session.token if self.session else None
        with Http(self.endpoints, token=token, timeout=self.patience) as http:
            http.download(self.services.url + path, self.folder / "a.pdf", cap=400_000)


RAW = "/raw/mlresearch/v235/main/assets/a24a/a24a.pdf"
# What is asked for: the part of the address that the fault strikes, and how it is asked.
ASKED: dict[str, tuple[str, Callable[[World], object]]] = {
    "openreview groups": ("/api2/groups", lambda w: w.listing(VENUE)),
    "openreview notes": ("/api2/notes", lambda w: w.listing(VENUE)),
    "openreview notes v1": ("/api1/notes", lambda w: w.listing(OLD)),
    "openreview search": (
        "/api2/groups",
        lambda w: OpenReview(w.endpoints, w.session, timeout=w.patience).search_groups("A/2024"),
    ),
    "openreview login": ("/api2/login", lambda w: login(w.endpoints, NAME, PASSWORD, timeout=w.patience)),
    "openreview pdf": ("/api2/pdf", lambda w: w.download("/api2/pdf?id=forum00001")),
    "icml.cc programme": ("orals-posters", lambda w: w.read(lambda http: Site(http, w.endpoints, "icml.cc"))),
    "icml.cc abstracts": ("abstracts.json", lambda w: w.read(lambda http: Site(http, w.endpoints, "icml.cc"))),
    "pmlr list": ("citeproc", lambda w: w.read(lambda http: Pmlr(http, w.endpoints))),
    "pmlr pdf": ("/raw/", lambda w: w.download(RAW)),
}
OPENREVIEW = ("openreview groups", "openreview notes", "openreview notes v1", "openreview search")
FILES = ("icml.cc programme", "icml.cc abstracts", "pmlr list", "pmlr pdf")
DOWNLOADS = ("openreview pdf", "pmlr pdf")


@dataclass(frozen=True)
class Row:
    fault: int | str
    asked: str
    error: type[SourceError]
    anonymous: bool = False

    @property
    def name(self) -> str:
        return f"{self.asked}: {self.fault}{' anonymous' if self.anonymous else ''}"


ROWS = [
    # What any service can do, wherever it is asked.
    *(Row(status, asked, ServiceDown) for status in (500, 502, 503) for asked in ASKED),
    *(Row("timeout", asked, TimedOut) for asked in ASKED),
    *(Row(429, asked, QuotaSpent) for asked in ASKED),
    *(Row("reset", asked, RetryLater) for asked in ASKED),
    *(Row("redirect-elsewhere", asked, HostNotAllowed) for asked in ASKED if asked != "openreview login"),
    *(Row("truncated-json", asked, Garbled) for asked in ASKED if asked not in DOWNLOADS),
    # Logins: OpenReview alone has them.
    *(Row(401, asked, TokenExpired) for asked in (*OPENREVIEW, "openreview pdf")),
    *(Row(403, asked, Forbidden) for asked in (*OPENREVIEW, "openreview pdf")),
    *(Row(403, asked, LoginNeeded, anonymous=True) for asked in (*OPENREVIEW, "openreview pdf")),
    *(Row("html200", asked, LoginNeeded, anonymous=True) for asked in (*OPENREVIEW, "openreview pdf")),
    Row("html200", "openreview login", LoginNeeded),
    Row(400, "openreview login", LoginRefused),
    Row(401, "openreview login", LoginRefused),
    # Files that anyone may read.
    *(Row(403, asked, Forbidden) for asked in FILES),
    *(Row("html200", asked, NotAPdf if asked == "pmlr pdf" else Garbled) for asked in FILES),
    *(Row(404, asked, NotFound) for asked in ("icml.cc programme", "pmlr list", "pmlr pdf", "openreview pdf")),
    Row(404, "openreview notes", NotFound),
    # PDFs.
    *(Row("not-a-pdf", asked, NotAPdf) for asked in DOWNLOADS),
    *(Row("truncated-pdf", asked, Garbled) for asked in DOWNLOADS),
    *(Row("huge-pdf", asked, TooLarge) for asked in DOWNLOADS),
]


@pytest.fixture
def world(services: Services, endpoints: Endpoints, session: Session, tmp_path: Path) -> World:
    services.openreview.add_venue(V1, api="v1")
    services.openreview.add_note(V1, make_note_v1(V1, "Old", venue="NeurIPS 2022 Accept"))
    services.openreview.add_note(V2, make_note_v2(V2, "New", venue="ICML 2024 Poster", forum="forum00001"))
    pdf = b"%PDF-1.5\n" + b"x" * 100_000
    services.openreview.set_pdf("forum00001", pdf)
    services.site("icml.cc").set_orals_posters(2024, [make_event(1, "New")])
    services.site("icml.cc").set_abstracts(2024, {"1": "An abstract."})
    services.pmlr.add_volume(235, [make_entry(235, "a24a", "New")], pdfs={"a24a": pdf})
    services.forget()
    folder = tmp_path / "pdf"
    folder.mkdir()
    return World(services, endpoints, session, folder)


def check(error: SourceError, fault: object, asked: str) -> None:
    """Facts and a remedy for people, and nothing that is secret; and a line of the table."""
    assert error.remedy in str(error)
    assert "None" not in str(error)
    assert PASSWORD not in str(error)
    assert isinstance(error, MustWait) == (fault in (429, "budget"))
    print(f"| {fault} | {asked} | {type(error).__name__} | {error} |")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_fault_becomes_its_error(world: World, row: Row) -> None:
    if row.anonymous:
        world.session = None
    if row.fault == "timeout":
        world.patience = 0.15
    match, ask = ASKED[row.asked]
    fault = world.services.fault(match, row.fault, times=None)
    with pytest.raises(SourceError) as caught:
        ask(world)
    error = caught.value
    assert isinstance(error, row.error) if row.error is RetryLater else type(error) is row.error
    check(error, f"{row.fault}{' (anonymous)' if row.anonymous else ''}" if row.fault != 429 else 429, row.asked)
    assert error.url
    if isinstance(row.fault, int):
        assert error.status == row.fault
    # Only what may pass within seconds is tried again, and a login never is: too many wrong ones lock an account.
    again = isinstance(error, (ServiceDown, TimedOut)) and row.asked != "openreview login"
    asked = 3 if again else 1
    assert fault.struck(asked)
    assert error.attempt == fault.done == asked
    assert list(world.folder.iterdir()) == []


@pytest.mark.parametrize("asked", ["openreview notes", "openreview notes v1", "openreview pdf"])
@pytest.mark.parametrize("form", ["json403", "html200"])
def test_the_anonymous_challenge_asks_for_a_login_in_both_of_its_forms(world: World, asked: str, form: str) -> None:
    world.services.openreview.challenge = form
    world.session = None
    with pytest.raises(LoginNeeded, match="run `posterhall login`") as caught:
        ASKED[asked][1](world)
    check(caught.value, f"challenge {form}", asked)


@pytest.mark.parametrize("asked", ["openreview groups", "openreview notes", "openreview notes v1", "openreview pdf"])
def test_a_token_that_the_service_has_ended_asks_for_a_login(world: World, asked: str) -> None:
    world.services.openreview.accounts.expire_all()
    with pytest.raises(TokenExpired, match="run `posterhall login`") as caught:
        ASKED[asked][1](world)
    check(caught.value, "ended token", asked)


@pytest.mark.parametrize(
    ("asked", "budget"), [("openreview groups", "groups"), ("openreview notes", "notes"), ("openreview pdf", "pdf")]
)
def test_a_spent_budget_says_until_when(world: World, asked: str, budget: str) -> None:
    world.services.quota(budget, remaining=0)
    with pytest.raises(QuotaSpent, match=r"used up, free again at \d\d:\d\d: run `posterhall sync` later") as caught:
        ASKED[asked][1](world)
    assert caught.value.until is not None
    check(caught.value, "budget", asked)


@pytest.mark.parametrize("asked", [asked for asked in ASKED if asked != "openreview login"])
def test_trouble_that_passes_is_not_noticed(world: World, asked: str) -> None:
    match, ask = ASKED[asked]
    fault = world.services.fault(match, 503, times=2)
    ask(world)
    assert fault.done == 2


def test_what_came_before_the_trouble_is_kept(world: World) -> None:
    world.services.fault("Withdrawn_Submission", 500, times=None)
    titles: list[str] = []
    with pytest.raises(ServiceDown):
        titles.extend(one.record.title for one in OpenReview(world.endpoints, world.session).observe(VENUE))
    assert titles == ["New"]


@pytest.mark.parametrize(
    "fault", ["wrong password", "second factor", "private venue", "unknown venue", "kept token ended"]
)
def test_the_rest_of_the_tree(world: World, fault: str) -> None:
    services, endpoints = world.services, world.endpoints
    services.openreview.add_user("mfa@example.org", PASSWORD, mfa="1")
    services.openreview.add_venue("P.org/2024/W", public=False)
    private, unknown = (Venue(i, i, venue_id=i) for i in ("P.org/2024/W", "Q.org/2024/W"))

    def ended() -> None:
        services.clock.advance(-8 * 24 * 3600)
        login(endpoints, NAME, PASSWORD)
        current_session(endpoints)

    ask: dict[str, tuple[type[SourceError], Callable[[], object]]] = {
        "wrong password": (LoginRefused, lambda: login(endpoints, NAME, "wrong")),
        "second factor": (MfaNeeded, lambda: login(endpoints, "mfa@example.org", PASSWORD)),
        "private venue": (NothingAccepted, lambda: world.listing(private)),
        "unknown venue": (NotFound, lambda: world.listing(unknown)),
        "kept token ended": (TokenExpired, ended),
    }
    error, call = ask[fault]
    with pytest.raises(error) as caught:
        call()
    check(caught.value, fault, "openreview")
