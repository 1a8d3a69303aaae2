"""The polite client: its hosts, its caps, its downloads."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ingest.errors import (
    Garbled,
    HostNotAllowed,
    LoginNeeded,
    NotAPdf,
    QuotaSpent,
    ServiceDown,
    SourceError,
    TooLarge,
)
from ingest.http import USER_AGENT, Http
from ingest.sources.base import Endpoints, Venue
from ingest.sources.openreview import OpenReview
from library.errors import InputError
from tests.services.server import Services, make_entry, make_note_v2

REAL = Endpoints()
PDF = b"%PDF-1.5\n" + b"x" * 200_000 + b"\n%%EOF\n"
RAW = "/raw/mlresearch/v235/main/assets/a24a/a24a.pdf"


class Meter:
    """Writes down what it is told; ``spent`` is a resource that may not be asked."""

    def __init__(self, spent: str = "") -> None:
        self.spent = spent
        self.told: list[tuple[object, ...]] = []

    def before(self, resource: str) -> None:
        if resource == self.spent:
            raise QuotaSpent("used up")
        self.told.append(("before", resource))

    def after(self, resource: str, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.told.append(("after", resource, status, headers.get("ratelimit-remaining"), bool(body)))


@pytest.fixture
def raw(services: Services) -> str:
    """The address of a PDF."""
    services.pmlr.add_volume(235, [make_entry(235, "a24a", "A")], pdfs={"a24a": PDF})
    return services.url + RAW


def test_a_download_is_whole_or_not_there(endpoints: Endpoints, raw: str, tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    with Http(endpoints) as http:
        got = http.download(raw, target)
    assert (got.size, got.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
    assert target.read_bytes() == PDF
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("truncated-pdf", Garbled),
        ("not-a-pdf", NotAPdf),
        ("huge-pdf", TooLarge),
        ("reset", SourceError),
        (503, ServiceDown),
    ],
)
def test_a_download_that_fails_leaves_no_file_and_keeps_the_old_one(
    services: Services, endpoints: Endpoints, raw: str, tmp_path: Path, kind: int | str, error: type[SourceError]
) -> None:
    (tmp_path / "old.pdf").write_bytes(b"old")
    services.fault(RAW, kind, times=None)
    with Http(endpoints) as http:
        for name in ("old.pdf", "new.pdf"):
            with pytest.raises(error):
                http.download(raw, tmp_path / name, cap=500_000)
    assert [path.name for path in tmp_path.iterdir()] == ["old.pdf"]
    assert (tmp_path / "old.pdf").read_bytes() == b"old"


def test_a_short_trouble_is_got_over(services: Services, endpoints: Endpoints, raw: str, tmp_path: Path) -> None:
    services.fault(RAW, 503, times=2)
    with Http(endpoints) as http:
        assert http.download(raw, tmp_path / "a.pdf").size == len(PDF)
    assert services.count("/raw") == 3


def test_an_empty_pdf_is_not_a_pdf(services: Services, endpoints: Endpoints, tmp_path: Path) -> None:
    services.pmlr.add_volume(235, [], pdfs={"a24a": b""})
    with Http(endpoints) as http, pytest.raises(NotAPdf):
        http.download(services.url + RAW, tmp_path / "a.pdf")


def test_a_file_that_cannot_be_written_says_so(endpoints: Endpoints, raw: str, tmp_path: Path) -> None:
    with Http(endpoints) as http, pytest.raises(InputError, match="cannot write"):
        http.download(raw, tmp_path / "missing" / "a.pdf")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a.pdf",
        "http://api2.openreview.net/pdf?id=x",
        "https://api2.openreview.net:8443/pdf?id=x",
        "https://api2.openreview.net@example.org/pdf",
        "https://user:pw@api2.openreview.net/pdf",
        "https://api2.openreview.net.example.org/pdf",
        "https://api2.openreview.net./pdf",
        "http://127.0.0.1/pdf",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/pdf",
        "file:///etc/passwd",
        "ftp://api2.openreview.net/pdf",
        "https://[broken/pdf",
        "https://api2.openreview.net:port/pdf",
        "",
        "\x00",
    ],
)
def test_only_the_services_are_asked(url: str, tmp_path: Path) -> None:
    with Http(REAL) as http:
        with pytest.raises(HostNotAllowed) as caught:
            http.download(url, tmp_path / "a.pdf")
        with pytest.raises(HostNotAllowed):
            http.json(url)
    assert "pw" not in str(caught.value)


def test_a_redirect_to_another_service_is_followed_and_one_elsewhere_is_not(
    services: Services, endpoints: Endpoints, raw: str
) -> None:
    services.fault(RAW, "redirect-elsewhere")
    with Http(endpoints) as http, pytest.raises(HostNotAllowed, match="localhost"):
        http.text(raw)
    assert services.count("/foreign") == 0


def test_a_text_over_its_cap_is_refused(endpoints: Endpoints, raw: str) -> None:
    with Http(endpoints) as http, pytest.raises(TooLarge):
        http.text(raw, cap=1000)


def test_the_meter_hears_of_every_request_and_every_answer(
    services: Services, endpoints: Endpoints, raw: str, tmp_path: Path
) -> None:
    meter = Meter()
    services.openreview.add_note("X.org/2024/W", make_note_v2("X.org/2024/W", "A", forum="forum00001"))
    services.openreview.set_pdf("forum00001", PDF)
    services.quota("pdf", 2)
    with Http(endpoints, meter) as http:
        http.download(f"{services.url}/api2/pdf?id=forum00001", tmp_path / "a.pdf")
        http.download(raw, tmp_path / "b.pdf")
    assert meter.told == [
        ("before", "openreview/pdf"),
        ("after", "openreview/pdf", 200, "1", False),
        ("before", "raw.githubusercontent.com"),
        ("after", "raw.githubusercontent.com", 200, None, False),
    ]
    meter.told.clear()
    list(OpenReview(endpoints, meter=meter).observe(Venue("w", "W", venue_id="X.org/2024/W")))
    assert meter.told[:4] == [
        ("before", "openreview/groups"),
        ("after", "openreview/groups", 200, "699", False),
        ("before", "openreview/notes"),
        ("after", "openreview/notes", 200, "499", False),
    ]


def test_a_spent_ledger_sends_nothing(services: Services, endpoints: Endpoints, tmp_path: Path) -> None:
    with Http(endpoints, Meter("openreview/pdf")) as http, pytest.raises(QuotaSpent):
        http.download(f"{services.url}/api2/pdf?id=x", tmp_path / "a.pdf")
    with pytest.raises(QuotaSpent):
        list(OpenReview(endpoints, meter=Meter("openreview/groups")).observe(Venue("w", "W", venue_id="X.org/2024/W")))
    assert services.requests == []


def test_a_refusal_reaches_the_ledger_with_its_body_and_is_not_repeated(
    services: Services, endpoints: Endpoints, tmp_path: Path
) -> None:
    meter = Meter()
    services.quota("pdf", 36, remaining=0, window_s=1800)
    with Http(endpoints, meter) as http, pytest.raises(QuotaSpent) as caught:
        http.download(f"{services.url}/api2/pdf?id=x", tmp_path / "a.pdf")
    assert meter.told[-1] == ("after", "openreview/pdf", 429, "0", True)
    assert services.count("/api2/pdf") == 1
    assert caught.value.until is not None
    assert abs(caught.value.until - datetime.now(UTC) - timedelta(minutes=30)) < timedelta(minutes=1)


def test_the_user_agent_names_the_tool_and_its_version(services: Services, endpoints: Endpoints, raw: str) -> None:
    with Http(endpoints) as http:
        http.text(raw)
    assert services.requests[0].headers["user-agent"] == USER_AGENT
    assert USER_AGENT.startswith("posterhall/")


def test_a_token_is_sent_to_openreview_alone(services: Services, endpoints: Endpoints, raw: str) -> None:
    with Http(endpoints, token="abc.def.ghi") as http:
        http.text(raw)
        with pytest.raises(LoginNeeded):
            http.json(f"{services.url}/api2/notes")
    assert "authorization" not in services.requests[0].headers
    assert services.requests[1].headers["authorization"] == "Bearer abc.def.ghi"


def test_a_service_that_is_not_there_is_down(services: Services) -> None:
    gone = services.url
    services.stop()
    nowhere = Endpoints(pmlr=f"{gone}/pmlr", openreview_v2=f"{gone}/api2")
    with Http(nowhere) as http, pytest.raises(ServiceDown, match="cannot be reached") as caught:
        http.text(f"{gone}/pmlr/v1/x")
    assert caught.value.attempt == 3
    with pytest.raises(ServiceDown, match="cannot be reached"):
        list(OpenReview(nowhere).observe(Venue("w", "W", venue_id="X.org/2024/W")))
