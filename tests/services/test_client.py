"""openreview-py itself, both of its clients, works against the stand-ins; and what it does when it does not."""

from typing import Any

import openreview
import pytest
import requests
from openreview.api import OpenReviewClient
from requests.adapters import HTTPAdapter

from tests.services.server import Services, make_note_v1, make_note_v2

VENUE = "ICML.cc/2024/Conference"
OLD = "NeurIPS.cc/2022/Conference"


@pytest.fixture(autouse=True)
def _no_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client reads credentials from the environment where it is given none."""
    for name in ("USERNAME", "PASSWORD", "API_BASEURL", "API_BASEURL_V2"):
        monkeypatch.delenv(f"OPENREVIEW_{name}", raising=False)


def v2(services: Services, **how: Any) -> OpenReviewClient:
    """A client that does not retry, once it is made."""
    client = OpenReviewClient(baseurl=f"{services.url}/api2", **how)
    for prefix in list(client.session.adapters):
        client.session.mount(prefix, HTTPAdapter(max_retries=0))
    return client


def add(services: Services, count: int, **how: Any) -> None:
    for number in range(1, count + 1):
        note = make_note_v2(VENUE, f"Title {number}", number=number, venue="ICML 2024 Poster", **how)
        services.openreview.add_note(VENUE, note)


def name_of(refusal: pytest.ExceptionInfo[openreview.OpenReviewException]) -> str:
    return str(refusal.value.args[0]["name"])


def test_it_logs_in_and_is_known_on_both_hosts(services: Services) -> None:
    services.openreview.add_user("me@x.org", "pw")
    services.openreview.require_login = True
    services.openreview.add_venue(OLD, api="v1")
    services.openreview.add_note(OLD, make_note_v1(OLD))
    add(services, 1)
    client = v2(services, username="me@x.org", password="pw")
    assert client.profile.id == "~Me1"
    assert [note.content["venueid"]["value"] for note in client.get_notes(content={"venueid": VENUE})] == [VENUE]

    old = openreview.Client(baseurl=f"{services.url}/api1", token=client.token)
    assert [note.invitation for note in old.get_all_notes(content={"venueid": OLD})] == [f"{OLD}/-/Blind_Submission"]
    assert old.get_group(OLD).id == OLD
    assert services.requests[-1].authenticated


def test_a_client_made_from_a_token_asks_for_the_profile_first(services: Services) -> None:
    services.openreview.add_user("me@x.org", "pw")
    v2(services, token=services.openreview.token("me@x.org"))
    assert [request.path for request in services.requests] == ["/api2/profiles"]


def test_a_wrong_password_is_refused(services: Services) -> None:
    services.openreview.add_user("me@x.org", "pw")
    with pytest.raises(openreview.OpenReviewException, match="Invalid username or password"):
        v2(services, username="me@x.org", password="PW")


def test_a_second_factor_is_asked_for_and_taken(services: Services) -> None:
    services.openreview.add_user("me@x.org", "pw", mfa="123456")
    with pytest.raises(openreview.MfaRequiredException):
        v2(services, username="me@x.org", password="pw")
    assert v2(services, username="me@x.org", password="pw", mfa_code_provider=lambda method: "123456").token
    with pytest.raises(openreview.OpenReviewException, match="Invalid verification code"):
        v2(services, username="me@x.org", password="pw", mfa_code_provider=lambda method: "0")


def test_a_token_ends_with_its_time_or_when_it_is_ended(services: Services) -> None:
    services.openreview.add_user("me@x.org", "pw")
    client = v2(services)
    client.login_user("me@x.org", "pw", expiresIn=60)
    services.clock.advance(61)
    with pytest.raises(openreview.OpenReviewException) as refusal:
        client.get_notes(content={"venueid": VENUE})
    assert name_of(refusal) == "TokenExpiredError"
    client.login_user("me@x.org", "pw")
    services.openreview.expire_tokens()
    with pytest.raises(openreview.OpenReviewException) as refusal:
        client.get_group(VENUE)
    assert name_of(refusal) == "TokenExpiredError"
    client.login_user("me@x.org", "pw")
    assert client.get_notes(content={"venueid": VENUE}) == []


def test_anonymous_listing_is_closed_and_the_rest_is_open(services: Services) -> None:
    add(services, 1)
    services.openreview.require_login = True
    client = v2(services)
    with pytest.raises(openreview.OpenReviewException) as refusal:
        client.get_notes(content={"venueid": VENUE})
    assert name_of(refusal) == "ChallengeRequiredError"
    services.openreview.challenge = "html200"
    with pytest.raises(requests.exceptions.JSONDecodeError):
        client.get_all_notes(content={"venueid": VENUE})
    assert client.get_group(VENUE).domain == VENUE
    assert [note.number for note in client.search_notes("title 1")] == [1]


def test_get_notes_stops_at_1000_silently_and_get_all_notes_does_not(services: Services) -> None:
    add(services, 1001)
    client = v2(services)
    assert len(client.get_notes(content={"venueid": VENUE})) == 1000
    services.forget()
    assert len({note.id for note in client.get_all_notes(content={"venueid": VENUE})}) == 1001
    assert [("after" in one.query, one.query["count"]) for one in services.requests] == [
        (False, "true"),
        (True, "false"),
        (True, "false"),  # one more, for an empty page
    ]
    with pytest.raises(openreview.OpenReviewException) as refusal:
        client.get_notes(content={"venueid": VENUE}, limit=1001)
    assert name_of(refusal) == "ValidationError"


def test_replies_come_with_their_submission(services: Services) -> None:
    add(services, 2, decision="Accept (Oral)", venueid="/Submission")
    notes = v2(services).get_all_notes(invitation=f"{VENUE}/-/Submission", details="directReplies")
    assert [one["content"]["decision"]["value"] for note in notes for one in note.details["directReplies"]] == [
        "Accept (Oral)"
    ] * 2
    forum = v2(services).get_notes(forum=notes[0].id)
    assert sorted(note.id == note.forum for note in forum) == [False, True]


def test_unified_authors_are_read_by_the_clients_own_properties(services: Services) -> None:
    add(services, 1, unified=True, authors=["Ada Author"], institutions={"Ada Author": "An Institute"})
    (note,) = v2(services).get_notes(content={"venueid": VENUE})
    assert (note.authors, note.authorids) == (["Ada Author"], ["~Ada_Author1"])
    assert "authorids" not in note.content


def test_a_pdf_comes_by_forum_by_hash_and_as_an_attachment(services: Services) -> None:
    add(services, 1, forum="forum12345", pdf="ab12")
    services.openreview.set_pdf("ab12", b"%PDF-1.5 x")
    client = v2(services)
    assert client.get_pdf("forum12345") == client.get_attachment("pdf", id="forum12345") == b"%PDF-1.5 x"
    assert requests.get(f"{services.url}/api2/pdf/ab12.pdf", timeout=5).content == b"%PDF-1.5 x"
    assert services.pdf_fetches == {
        "/api2/pdf?id=forum12345": 1,
        "/api2/attachment?id=forum12345": 1,
        "/api2/pdf/ab12.pdf": 1,
    }
    with pytest.raises(openreview.OpenReviewException) as refusal:
        client.get_pdf("nothing")
    assert name_of(refusal) == "NotFoundError"


def test_two_of_its_listings_do_not_work_at_all(services: Services) -> None:
    """Why a source asks for children of a group, and for selected fields, through the session itself."""
    client = v2(services)
    with pytest.raises(TypeError, match="parent"):
        client.get_all_groups(parent="ICML.cc/2024/Workshop")
    with pytest.raises(TypeError, match="select"):
        client.get_all_notes(content={"venueid": VENUE}, select="id")
    with pytest.raises(IndexError):
        client.get_group("No.such/Group")


def test_its_own_retries_print_to_stdout(services: Services, capsys: pytest.CaptureFixture[str]) -> None:
    add(services, 1)
    client = OpenReviewClient(baseurl=f"{services.url}/api2")
    services.fault("/api2/notes", 503)
    assert len(client.get_notes(content={"venueid": VENUE})) == 1
    assert capsys.readouterr().out.startswith("Retrying request: GET /api2/notes")
    services.fault("POST /api2/login", 503)
    with pytest.raises(openreview.OpenReviewException):
        client.login_user("me@x.org", "pw")  # a POST is not tried again
    assert services.count("/api2/login") == 1


def test_a_refusal_is_lost_in_its_own_retries(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints the body of the last answer as well, and what is left of a RateLimitError is an empty text."""
    waits: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.Retry.sleep", lambda retry, response=None: waits.append(retry.total))
    services.quota("notes", 500, remaining=0)
    client = OpenReviewClient(baseurl=f"{services.url}/api2")
    with pytest.raises(requests.exceptions.JSONDecodeError, match="Expecting value: line 1 column 1"):
        client.get_notes(content={"venueid": VENUE})
    assert (services.count("/api2/notes"), len(waits)) == (9, 8)
    with pytest.raises(openreview.OpenReviewException) as refusal:
        v2(services).get_notes(content={"venueid": VENUE})
    assert name_of(refusal) == "RateLimitError"


def test_a_token_that_is_none_keeps_the_constructor_from_asking_anything(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENREVIEW_USERNAME", "me@x.org")
    v2(services, token="-")
    assert services.count() == 0


def test_the_client_of_api_1_logs_in_at_api_2(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openreview.tools, "LOCAL_API_V2", f"{services.url}/api2")
    services.openreview.add_user("me@x.org", "pw")
    openreview.Client(baseurl=f"{services.url}/api1", username="me@x.org", password="pw")
    assert [request.path for request in services.requests] == ["/api2/login"]
