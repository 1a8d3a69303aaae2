"""What an answer means, and which places may be asked."""

from datetime import UTC, datetime, timedelta

import pytest

from ingest.answers import Answer, Place, failure, localised, place_of, reset_time, shown
from ingest.errors import Forbidden, Garbled, GiveUp, LoginNeeded, NotFound, ServiceDown, SourceError, TimedOut
from ingest.sources.base import Endpoints
from tests.services.server import Services

REAL = Endpoints()


@pytest.mark.parametrize(
    ("url", "host", "resource"),
    [
        ("https://api2.openreview.net/notes?x=1", "api2.openreview.net", "openreview/notes"),
        ("https://api.openreview.net:443/groups", "api.openreview.net", "openreview/groups"),
        ("https://API2.openreview.net/pdf/ab.pdf", "api2.openreview.net", "openreview/pdf"),
        ("https://api2.openreview.net/attachment?id=a&name=pdf", "api2.openreview.net", "openreview/pdf"),
        ("https://api2.openreview.net/login", "api2.openreview.net", "api2.openreview.net"),
        ("https://icml.cc/static/x.json", "icml.cc", "icml.cc"),
    ],
)
def test_a_place_has_its_host_and_its_budget(url: str, host: str, resource: str) -> None:
    place = place_of(url, REAL)
    assert place is not None
    assert (place.host, place.resource) == (host, resource)


def test_public_addresses_are_turned_into_those_of_the_endpoints(endpoints: Endpoints, services: Services) -> None:
    public = "https://raw.githubusercontent.com/mlresearch/v1/main/a.pdf"
    assert localised(public, endpoints) == f"{services.url}/raw/mlresearch/v1/main/a.pdf"
    assert localised(public, REAL) == public
    assert localised("https://arxiv.org/pdf/1", endpoints) == "https://arxiv.org/pdf/1"


def answered(
    status: int, body: bytes = b"", kind: str = "application/json", *, path: str = "/notes", **more: object
) -> Answer:
    place = place_of(f"https://api2.openreview.net{path}", REAL)
    assert place
    facts: dict[str, object] = {"due": "json"} | more
    return Answer(place, "https://api2.openreview.net" + path, status, {"content-type": kind}, body, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (answered(200, b"{}"), None),
        (answered(200, b"<html>Maintenance</html>", "text/html"), Garbled),
        (answered(200, b"<!DOCTYPE html><title>Verifying your browser | OpenReview</title>"), LoginNeeded),
        (answered(200, b"<title>Verifying your browser</title>", "text/html", due="pdf"), LoginNeeded),
        (answered(403, b'{"name":"ChallengeRequiredError"}', logged_in=True), LoginNeeded),
        (answered(403, b'{"name":"ForbiddenError"}', logged_in=True), Forbidden),
        (answered(403, b"not json"), LoginNeeded),
        (answered(400, b'{"name":"NotFoundError"}'), NotFound),
        (answered(400, b'{"name":"ValidationError","message":"limit must be <= 1000"}'), GiveUp),
        (answered(408), TimedOut),
        (answered(410), NotFound),
        (answered(418, b"[1]"), GiveUp),
        (answered(599), ServiceDown),
    ],
)
def test_an_answer_means_one_error_or_none(answer: Answer, error: type[SourceError] | None) -> None:
    problem = failure(answer)
    assert type(problem) is (error or type(None))


def test_a_403_of_another_host_needs_no_login() -> None:
    place = Place("icml.cc", "icml.cc", "/x")
    assert type(failure(Answer(place, "https://icml.cc/x", 403, {}, b"", "json"))) is Forbidden


@pytest.mark.parametrize(
    ("headers", "details", "expected"),
    [
        ({}, {"resetTime": "2026-08-31T08:59:25.212Z"}, datetime(2026, 8, 31, 8, 59, 25, 212000, UTC)),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, {}, datetime(2026, 10, 21, 7, 28, tzinfo=UTC)),
        ({"x-ratelimit-reset": "1790543172"}, {}, datetime(2026, 9, 27, 21, 6, 12, tzinfo=UTC)),
        ({}, {}, None),
        ({}, {"resetTime": "soon"}, None),
    ],
)
def test_the_time_when_a_budget_is_free_again_is_read(
    headers: dict[str, str], details: dict[str, str], expected: datetime | None
) -> None:
    assert reset_time(headers, details) == expected


def test_seconds_from_now_are_not_taken_for_an_epoch() -> None:
    headers = {"ratelimit-reset": "2221", "x-ratelimit-reset": "1790543172"}
    until = reset_time(headers, {})
    assert until is not None
    assert abs(until - datetime.now(UTC) - timedelta(seconds=2221)) < timedelta(seconds=5)


def test_a_url_is_shown_without_its_secrets() -> None:
    assert shown("https://u:p@h.org/a?id=x&access_token=t#f") == "https://h.org/a?id=x&access_token=***"
