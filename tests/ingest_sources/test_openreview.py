"""OpenReview's submissions, through the real openreview-py against the stand-in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.errors import Garbled, LoginNeeded, NotFound, NothingAccepted
from ingest.login import Session
from ingest.sources.base import Endpoints, Observation, Standing, Venue
from ingest.sources.openreview import OpenReview
from ingest.sources.openreview_notes import split_tier
from library.errors import UsageError
from tests.services.notes import FIRST
from tests.services.server import Services, make_note_v2

ICML = "ICML.cc/2024/Conference"
VENUE = Venue("icml-2024", "ICML 2024", venue_id=ICML)


def seen(endpoints: Endpoints, venue: Venue = VENUE, since: datetime | None = None) -> dict[str, Observation]:
    """What comes of a venue, by title; a paper that came twice would be seen here."""
    found = list(OpenReview(endpoints).observe(venue, since))
    by_title = {one.record.title: one for one in found}
    assert len(by_title) == len(found)
    return by_title


def at(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def workshop(venue_id: str, title: str = "A Workshop") -> Venue:
    return Venue(venue_id, title, venue_id=venue_id)


def test_an_accepted_paper_has_every_field_of_its_note(services: Services, endpoints: Endpoints) -> None:
    note = make_note_v2(
        ICML,
        "On  Sums",
        authors=("Ada Author", "Ben Author"),
        abstract="Sums are\nsummed.",
        venue="ICML 2024 Oral",
        keywords=("sums", "order"),
        forum="sumsForum1",
        pdf="ab" * 20,
        tmdate=FIRST + 5000,
    )
    services.openreview.add_note(ICML, note)
    (one,) = OpenReview(endpoints).observe(VENUE)
    record = one.record
    assert (record.source, record.title, record.abstract) == ("openreview", "On Sums", "Sums are summed.")
    assert (record.authors, record.keywords) == (("Ada Author", "Ben Author"), ("sums", "order"))
    assert (record.venue, record.venue_id, record.tier, record.year) == ("ICML 2024", ICML, "oral", 2024)
    assert record.licence == "CC BY 4.0"
    assert [scheme for scheme, _ in record.identifiers] == ["forum", "work"]
    assert dict(record.identifiers)["forum"] == "sumsForum1"
    assert record.links["forum"] == "https://openreview.net/forum?id=sumsForum1"
    assert record.links["pdf"] == "https://openreview.net/pdf?id=sumsForum1"
    (pdf,) = one.pdfs
    assert (pdf.url, pdf.version, pdf.metered) == (f"{services.url}/api2/pdf?id=sumsForum1", "ab" * 20, True)
    assert one.modified == at(FIRST + 5000)
    assert one.standing is Standing.ACCEPTED


@pytest.mark.parametrize(
    ("suffix", "standing"),
    [
        ("", Standing.ACCEPTED),
        ("/Submission", Standing.UNDECIDED),
        ("/Withdrawn_Submission", Standing.WITHDRAWN),
        ("/Desk_Rejected_Submission", Standing.DESK_REJECTED),
        ("/Rejected_Submission", Standing.REJECTED),
    ],
)
def test_the_venue_id_of_a_submission_decides(
    services: Services, endpoints: Endpoints, suffix: str, standing: Standing
) -> None:
    services.openreview.add_note(ICML, make_note_v2(ICML, "Always accepted", venue="ICML 2024 Poster"))
    services.openreview.add_note(
        ICML, make_note_v2(ICML, "This one", venue="ICML 2024 Oral", venueid=f"{ICML}{suffix}")
    )
    one = seen(endpoints)["This one"]
    assert one.standing is standing
    assert one.record.tier == ("oral" if standing is Standing.ACCEPTED else None)


def test_openreviews_own_bibtex_is_kept_as_it_is(services: Services, endpoints: Endpoints) -> None:
    own = "@inproceedings{\na2024b,\ntitle={T},\n}"
    services.openreview.add_note(ICML, make_note_v2(ICML, "T", venue="ICML 2024 Oral", content={"_bibtex": own}))
    assert dict(seen(endpoints)["T"].record.printed) == {"bibtex": own}


def test_the_groups_own_names_for_its_states_are_used(services: Services, endpoints: Endpoints) -> None:
    content = {"rejected_venue_id": f"{ICML}/Not_This_Time", "submission_venue_id": f"{ICML}/Paper"}
    services.openreview.add_venue(ICML, content=content)
    for title, venueid in [("In", None), ("Out", "/Not_This_Time"), ("Waiting", "/Paper")]:
        services.openreview.add_note(ICML, make_note_v2(ICML, title, venueid=venueid))
    found = {title: one.standing for title, one in seen(endpoints).items()}
    assert found == {"In": Standing.ACCEPTED, "Out": Standing.REJECTED, "Waiting": Standing.UNDECIDED}


def test_unified_authors_are_read_by_their_full_names(services: Services, endpoints: Endpoints) -> None:
    note = make_note_v2(
        ICML, "New", authors=("Ada Author", "Zoë Ümlaut"), unified=True, institutions={"Ada Author": "X"}
    )
    services.openreview.add_note(ICML, note)
    assert seen(endpoints)["New"].record.authors == ("Ada Author", "Zoë Ümlaut")


def test_list_valued_venues_count_where_one_of_them_is_this_venue(services: Services, endpoints: Endpoints) -> None:
    other = "TMLR"
    services.openreview.add_note(
        ICML, make_note_v2(ICML, "Two homes", venue=["TMLR", "ICML 2024 Spotlight"], venueid=[other, ICML])
    )
    services.openreview.add_note(
        ICML,
        make_note_v2(ICML, "Elsewhere", venue=["TMLR", "ICML 2024"], venueid=[other, f"{ICML}/Rejected_Submission"]),
    )
    found = seen(endpoints)
    assert found["Two homes"].standing is Standing.ACCEPTED
    assert (found["Two homes"].record.venue, found["Two homes"].record.tier) == ("ICML 2024", "spotlight")
    assert found["Elsewhere"].standing is Standing.REJECTED


def test_hidden_fields_and_absent_fields_stay_empty(services: Services, endpoints: Endpoints) -> None:
    hidden = ("authors", "authorids", "abstract", "pdf", "venue", "keywords")
    services.openreview.add_note(ICML, make_note_v2(ICML, "Hidden", hidden=hidden, keywords=("a",), license=None))
    services.openreview.add_note(ICML, make_note_v2(ICML, "Absent", authors=(), abstract=None, pdf=None, license=None))
    found = seen(endpoints)
    for title in ("Hidden", "Absent"):
        one = found[title]
        assert (one.record.authors, one.record.abstract, one.record.keywords) == ((), None, ())
        assert (one.record.licence, one.pdfs, "pdf" in one.record.links) == (None, (), False)
        assert one.record.venue == "ICML 2024"
        assert one.standing is Standing.ACCEPTED


def test_a_hidden_title_leaves_a_paper_that_its_forum_names(services: Services, endpoints: Endpoints) -> None:
    services.openreview.add_note(ICML, make_note_v2(ICML, "Secret", hidden=("title",), forum="secretPap1"))
    assert list(seen(endpoints)) == ["Untitled (secretPap1)"]


def test_a_venue_of_1001_papers_comes_whole(services: Services, endpoints: Endpoints) -> None:
    for number in range(1001):
        services.openreview.add_note(ICML, make_note_v2(ICML, f"Paper {number}", number=number + 1))
    assert set(seen(endpoints)) == {f"Paper {number}" for number in range(1001)}
    # One look-up; two pages of accepted papers; one empty page for each of the four other states.
    assert (services.count("/api2/groups"), services.count("/api2/notes")) == (1, 6)


def test_a_listing_that_ends_before_its_count_is_not_taken_for_the_whole(
    services: Services, endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        services.openreview.add_note(ICML, make_note_v2(ICML, f"Paper {number}"))
    monkeypatch.setattr(
        "tests.services.openreview_api.page", lambda items, query, sort: items[: 0 if query.get("after") else 2]
    )
    with pytest.raises(Garbled, match=r"counts 3 papers .* gave 2"):
        seen(endpoints)


def test_a_workshop_that_leaves_papers_at_submission_is_decided_by_its_decisions(
    services: Services, endpoints: Endpoints
) -> None:
    venue = workshop("ICML.cc/2024/Workshop/LCFM", "LCFM @ ICML 2024")
    assert venue.venue_id
    services.openreview.add_venue(venue.venue_id, content={"accept_decision_options": ["Accept (Oral)", "Take"]})
    rows = {"Talk": "Accept (Oral)", "Taken": "take", "No": "Reject", "Odd": "Invite to revise", "Silent": None}
    for title, decision in rows.items():
        note = make_note_v2(venue.venue_id, title, venue="Submitted to LCFM", venueid="/Submission", decision=decision)
        services.openreview.add_note(venue.venue_id, note)
    found = seen(endpoints, venue)
    accepted, rejected = Standing.ACCEPTED, Standing.REJECTED
    assert {title: one.standing for title, one in found.items()} == {
        "Talk": accepted,
        "Taken": accepted,
        "No": rejected,
        "Odd": rejected,
        "Silent": Standing.UNDECIDED,
    }
    assert (found["Talk"].record.tier, found["Taken"].record.tier) == ("oral", None)
    assert found["Talk"].record.venue == "LCFM @ ICML 2024"
    assert found["No"].record.venue == "LCFM"


def test_without_options_of_the_group_a_decision_accepts_by_its_words(services: Services, endpoints: Endpoints) -> None:
    content = {"accept_decision_options": None, "decision_field_name": "verdict", "decision_name": "Outcome"}
    services.openreview.add_venue(ICML, content=content)
    for title, decision in [("Yes", "Accept: poster"), ("No", "Do not accept"), ("Hm", "See comments")]:
        note = make_note_v2(ICML, title, venueid="/Submission", decision=decision, decision_field="verdict")
        note["replies"][0]["invitations"] = [f"{ICML}/Submission{note['number']}/-/Outcome"]
        services.openreview.add_note(ICML, note)
    found = seen(endpoints)
    assert found["Yes"].standing is Standing.ACCEPTED
    assert found["Yes"].record.tier == "poster"
    assert found["No"].standing is Standing.REJECTED
    assert found["Hm"].standing is Standing.UNDECIDED


def test_a_reply_that_carries_the_venue_id_is_no_paper(services: Services, endpoints: Endpoints) -> None:
    services.openreview.add_note(ICML, make_note_v2(ICML, "The paper", forum="forum00001"))
    reply = make_note_v2(ICML, "Camera ready comment", forum="reply00001")
    reply["forum"] = "forum00001"
    services.openreview.add_note(ICML, reply)
    assert list(seen(endpoints)) == ["The paper"]


def test_since_gives_what_changed_after_it_and_nothing_else(services: Services, endpoints: Endpoints) -> None:
    for number in range(250):
        made = FIRST + number * 1000
        services.openreview.add_note(ICML, make_note_v2(ICML, f"Paper {number}", tcdate=made, tmdate=made))
    edited = make_note_v2(ICML, "Edited", tcdate=FIRST, tmdate=FIRST + 900_000)
    gone = make_note_v2(ICML, "Gone", venueid="/Withdrawn_Submission", tcdate=FIRST, tmdate=FIRST + 900_001)
    for note in (edited, gone):
        services.openreview.add_note(ICML, note)
    found = seen(endpoints, since=at(FIRST + 99_000))
    assert set(found) == {f"Paper {n}" for n in range(100, 250)} | {"Edited", "Gone"}
    services.forget()
    assert set(seen(endpoints, since=at(FIRST + 800_000))) == {"Edited", "Gone"}
    assert all(int(r.query["limit"]) <= 250 for r in services.requests if r.path == "/api2/notes")


def test_since_finds_a_decision_on_a_paper_that_itself_did_not_change(services: Services, endpoints: Endpoints) -> None:
    note = make_note_v2(
        ICML, "Decided late", venueid="/Submission", decision="Accept (Poster)", tcdate=FIRST, tmdate=FIRST
    )
    note["replies"][0]["tmdate"] = FIRST + 60_000
    services.openreview.add_note(ICML, note)
    (one,) = seen(endpoints, since=at(FIRST + 1)).values()
    assert (one.standing, one.modified) == (Standing.ACCEPTED, at(FIRST + 60_000))
    assert not seen(endpoints, since=at(FIRST + 60_000))


def test_since_does_not_complain_that_nothing_new_is_accepted(services: Services, endpoints: Endpoints) -> None:
    services.openreview.add_note(ICML, make_note_v2(ICML, "Old"))
    assert not seen(endpoints, since=datetime(2099, 1, 1, tzinfo=UTC))


def test_a_venue_without_accepted_papers_says_what_was_seen(services: Services, endpoints: Endpoints) -> None:
    for number in range(41):
        services.openreview.add_note(ICML, make_note_v2(ICML, f"Paper {number}", venueid="/Submission"))
    services.openreview.add_note(ICML, make_note_v2(ICML, "Gone", venueid="/Withdrawn_Submission"))
    with pytest.raises(
        NothingAccepted, match=r"seen: 41 undecided, 1 withdrawn\); its decisions are not out"
    ) as caught:
        list(OpenReview(endpoints).observe(VENUE))
    assert "posterhall venues" in str(caught.value)


def test_a_private_venue_is_not_an_empty_success(services: Services, endpoints: Endpoints) -> None:
    services.openreview.add_venue(ICML, public=False)
    services.openreview.add_note(ICML, make_note_v2(ICML, "Unseen"))
    with pytest.raises(NothingAccepted, match=r"seen: no paper at all\); it is private"):
        list(OpenReview(endpoints).observe(VENUE))


@pytest.mark.parametrize("unknown", ["empty", "404"])
def test_an_id_with_a_typing_error_is_not_found(services: Services, endpoints: Endpoints, unknown: str) -> None:
    services.openreview.unknown_group = unknown
    with pytest.raises(NotFound, match=r"no venue ICML.cc/2024/Conferense: check the id with `posterhall venues`"):
        list(OpenReview(endpoints).observe(workshop("ICML.cc/2024/Conferense")))


def test_a_venue_that_is_not_on_openreview_says_so(endpoints: Endpoints) -> None:
    venue = Venue("longllm", "LongLLM 2024", note="A call.")
    assert not OpenReview(endpoints).serves(venue)
    with pytest.raises(UsageError, match="LongLLM 2024 is not on OpenReview: A call"):
        list(OpenReview(endpoints).observe(venue))


def test_groups_below_an_id_are_found(services: Services, endpoints: Endpoints) -> None:
    for name in ("NGSM", "LCFM"):
        services.openreview.add_venue(f"ICML.cc/2024/Workshop/{name}")
    source = OpenReview(endpoints)
    below = [venue.venue_id for venue in source.search_groups("ICML.cc/2024/Workshop")]
    assert below == ["ICML.cc/2024/Workshop/LCFM", "ICML.cc/2024/Workshop/NGSM"]
    assert [venue.venue_id for venue in source.search_groups("ICML.cc/2024/Workshop/ngs")] == below[1:]
    assert source.search_groups("nothing like it") == ()


def test_nothing_reaches_stdout_however_the_service_fails(
    services: Services, endpoints: Endpoints, capfd: pytest.CaptureFixture[str]
) -> None:
    services.openreview.add_note(ICML, make_note_v2(ICML, "A"))
    services.fault("/api2/notes", 503, times=2)
    assert list(seen(endpoints)) == ["A"]
    assert capfd.readouterr().out == ""


def test_the_library_does_not_log_in_by_itself(
    services: Services, endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENREVIEW_USERNAME", "ada@example.org")
    monkeypatch.setenv("OPENREVIEW_PASSWORD", "wrong")
    services.openreview.add_note(ICML, make_note_v2(ICML, "A"))
    assert list(seen(endpoints)) == ["A"]
    assert services.count("/api2/login") == services.count("/api2/profiles") == 0


def test_a_forgotten_netrc_does_not_replace_the_token(
    services: Services, endpoints: Endpoints, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login ada password other", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    services.openreview.add_note(ICML, make_note_v2(ICML, "A"))
    assert list(OpenReview(endpoints, session).observe(VENUE))
    listings = [request for request in services.requests if request.path == "/api2/notes"]
    assert {request.headers["authorization"] for request in listings} == {f"Bearer {session.token}"}


def test_a_login_opens_what_is_closed_to_anonymous_readers(
    services: Services, endpoints: Endpoints, session: Session
) -> None:
    services.openreview.require_login = True
    services.openreview.add_note(ICML, make_note_v2(ICML, "A"))
    with pytest.raises(LoginNeeded):
        list(OpenReview(endpoints).observe(VENUE))
    assert [one.record.title for one in OpenReview(endpoints, session).observe(VENUE)] == ["A"]
    assert all("posterhall/" in request.headers["user-agent"] for request in services.requests)


@pytest.mark.parametrize(
    ("text", "shown", "tier"),
    [
        ("ICML 2023 OralPoster", "ICML 2023", "oral"),
        ("ICML 2024 Oral", "ICML 2024", "oral"),
        ("ICML 2025 spotlightposter", "ICML 2025", "spotlight"),
        ("ICML 2025 Position Paper Track poster", "ICML 2025 Position Paper Track", "poster"),
        ("ICML 2026 regular", "ICML 2026", "poster"),
        ("SCOPE - ICLR 2025 Oral", "SCOPE - ICLR 2025", "oral"),
        ("ResponsibleFM @ NeurIPS 2025", "ResponsibleFM @ NeurIPS 2025", None),
        ("Workshop on Oral History @ ICML 2025", "Workshop on Oral History @ ICML 2025", None),
        ("NeurIPS 2022 Accept", "NeurIPS 2022", None),
        ("X 2024 (spotlight poster)", "X 2024", "spotlight"),
        ("ICLR 2023 notable top 5%", "ICLR 2023", "oral"),
        ("Electoral Methods 2025", "Electoral Methods 2025", None),
        ("", "", None),
    ],
)
def test_a_tier_is_whole_words_at_the_end_of_the_venue(text: str, shown: str, tier: str | None) -> None:
    assert split_tier(text) == (shown, tier)
