"""The programmes of icml.cc and its sisters."""

import json
from dataclasses import replace

import pytest

from ingest.errors import Garbled, NotFound, NothingAccepted
from ingest.http import Http
from ingest.sources.base import Endpoints, Observation, Standing, Venue
from ingest.sources.record import work_identifier
from ingest.sources.site import Site
from library.events import Event
from tests.services.server import Services, make_event

VENUE = Venue("icml-2024", "ICML 2024", venue_id="ICML.cc/2024/Conference", site=("icml.cc", 2024))


def seen(endpoints: Endpoints, venue: Venue = VENUE) -> list[Observation]:
    assert venue.site
    with Http(endpoints) as http:
        return list(Site(http, endpoints, venue.site[0]).observe(venue))


def test_a_row_is_read_with_its_event_and_its_links(services: Services, endpoints: Endpoints) -> None:
    row = make_event(
        35220,
        "A  Poster",
        authors=("Ada Author", "Ben Author"),
        abstract="An abstract.",
        keywords=["k"],
        paper_url="https://openreview.net/forum?id=posterFor1",
        paper_pdf_url="https://raw.githubusercontent.com/mlresearch/v235/main/assets/a24a/a24a.pdf",
    )
    services.site("icml.cc").set_orals_posters(2024, [row])
    (one,) = seen(endpoints)
    record = one.record
    assert (record.source, record.title, record.authors) == ("icml.cc", "A Poster", ("Ada Author", "Ben Author"))
    assert (record.abstract, record.keywords, record.tier) == ("An abstract.", ("k",), "poster")
    assert (record.venue, record.venue_id, record.year) == ("ICML 2024", "ICML.cc/2024/Conference", 2024)
    assert record.identifiers == (
        ("forum", "posterFor1"),
        ("id", "icml.cc/2024/35220"),
        ("work", work_identifier("A Poster", "Ada Author", "ICML 2024", 2024)),
    )
    assert record.links["site"] == "https://icml.cc/virtual/2024/poster/35220"
    assert one.events == (
        Event(
            "Poster Session 1", "Hall C 4-9", "#100", "2024-07-23T02:30:00-07:00", "2024-07-23T04:00:00-07:00", "poster"
        ),
    )
    (pdf,) = one.pdfs
    assert (pdf.url, pdf.metered) == (f"{services.url}/raw/mlresearch/v235/main/assets/a24a/a24a.pdf", False)
    assert one.standing is Standing.ACCEPTED


@pytest.mark.parametrize(
    ("poster_names", "talk_names"),
    [([901], [1]), ([], [1]), ([901], []), ([], [])],
    ids=["both", "talk", "poster", "title"],
)
def test_an_oral_and_its_poster_are_one_paper(
    services: Services, endpoints: Endpoints, poster_names: list[int], talk_names: list[int]
) -> None:
    rows = [
        make_event(
            901, "One Paper", authors=("Ada A",), kind="Oral", related=talk_names, starttime="2024-07-24T10:00:00-07:00"
        ),
        make_event(1, "One paper", authors=("Ada A",), related=poster_names),
        make_event(2, "Another", authors=("Ben B",)),
    ]
    services.site("icml.cc").set_orals_posters(2024, rows)
    one, other = seen(endpoints)
    assert (one.record.tier, other.record.tier) == ("oral", "poster")
    assert [value for scheme, value in one.record.identifiers if scheme == "id"] == [
        "icml.cc/2024/901",
        "icml.cc/2024/1",
    ]
    poster, talk = one.events
    assert (talk.kind, talk.session, talk.start) == ("talk", "Oral Session 1", "2024-07-24T10:00:00-07:00")
    assert (poster.kind, poster.session, poster.poster) == ("poster", "Poster Session 1", "#100")


def test_times_are_told_by_the_clocks_of_the_conference(services: Services, endpoints: Endpoints) -> None:
    rows = [make_event(1, "P", starttime="2024-07-23T02:30:00-07:00", endtime="in the afternoon")]
    services.site("icml.cc").set_orals_posters(2024, rows)
    # Half past two at night in California (UTC-7) is 09:30 UTC, half past eleven in Vienna's summer (UTC+2).
    [event] = seen(endpoints, replace(VENUE, timezone="Europe/Vienna"))[0].events
    assert (event.start, event.end, event.zone) == ("2024-07-23T11:30:00+02:00", "in the afternoon", "Europe/Vienna")


def test_two_papers_of_one_title_stay_two(services: Services, endpoints: Endpoints) -> None:
    rows = [make_event(1, "On Sums", authors=("Ada A",)), make_event(2, "On Sums", authors=("Ben B",))]
    services.site("icml.cc").set_orals_posters(2024, rows)
    assert [one.record.authors for one in seen(endpoints)] == [("Ada A",), ("Ben B",)]


def test_an_oral_without_a_poster_is_a_paper(services: Services, endpoints: Endpoints) -> None:
    services.site("icml.cc").set_orals_posters(2024, [make_event(9, "Talk", kind="Oral", related=[77])])
    assert [(one.record.title, one.record.tier) for one in seen(endpoints)] == [("Talk", "oral")]


@pytest.mark.parametrize(
    ("decision", "tier"),
    [
        ("Accept (poster)", "poster"),
        ("Accept (spotlight poster)", "spotlight"),
        ("Accept (regular)", "poster"),
        (None, "poster"),
    ],
)
def test_the_decision_tells_a_spotlight(
    services: Services, endpoints: Endpoints, decision: str | None, tier: str
) -> None:
    services.site("icml.cc").set_orals_posters(2024, [make_event(1, "P", decision=decision)])
    assert seen(endpoints)[0].record.tier == tier


def test_a_paper_taken_back_is_not_accepted(services: Services, endpoints: Endpoints) -> None:
    rows = [make_event(1, "Gone", decision="Withdrawn"), make_event(2, "No", decision="Reject")]
    services.site("icml.cc").set_orals_posters(2024, rows)
    assert [one.standing for one in seen(endpoints)] == [Standing.WITHDRAWN, Standing.REJECTED]


def test_a_tutorial_in_the_programme_is_no_paper(services: Services, endpoints: Endpoints) -> None:
    services.site("icml.cc").set_orals_posters(2024, [make_event(1, "T", kind="Tutorial"), make_event(2, "P")])
    assert [one.record.title for one in seen(endpoints)] == ["P"]


def test_abstracts_come_from_their_own_file_where_the_rows_have_none(services: Services, endpoints: Endpoints) -> None:
    site = services.site("icml.cc")
    site.set_orals_posters(2024, [make_event(1, "P"), make_event(2, "Q")])
    site.set_abstracts(2024, {"1": "The abstract."})
    assert [one.record.abstract for one in seen(endpoints)] == ["The abstract.", None]


def test_a_missing_file_of_abstracts_is_no_error(services: Services, endpoints: Endpoints) -> None:
    services.site("icml.cc").set_orals_posters(2024, [make_event(1, "P")])
    assert [one.record.abstract for one in seen(endpoints)] == [None]


def test_no_second_file_is_fetched_where_every_row_has_its_abstract(services: Services, endpoints: Endpoints) -> None:
    services.site("icml.cc").set_orals_posters(2024, [make_event(1, "P", abstract="Here.")])
    assert seen(endpoints)
    assert services.count("/site") == 1


def test_the_source_of_a_row_tells_its_track(services: Services, endpoints: Endpoints) -> None:
    track = "https://openreview.net/group?id=ICML.cc/2025/Position_Paper_Track"
    services.site("icml.cc").set_orals_posters(2024, [make_event(1, "P", sourceurl=track)])
    assert seen(endpoints)[0].record.venue_id == "ICML.cc/2025/Position_Paper_Track"


@pytest.mark.parametrize("host", ["iclr.cc", "neurips.cc"])
def test_the_sister_conferences_have_the_same_layout(services: Services, endpoints: Endpoints, host: str) -> None:
    services.site(host).set_orals_posters(2025, [make_event(1, "P")])
    (one,) = seen(endpoints, Venue("x", "X 2025", site=(host, 2025)))
    assert (one.record.source, dict(one.record.identifiers)["id"]) == (host, f"{host}/2025/1")


def test_a_site_serves_only_its_own_conference(endpoints: Endpoints) -> None:
    with Http(endpoints) as http:
        assert Site(http, endpoints, "icml.cc").serves(VENUE)
        assert not Site(http, endpoints, "iclr.cc").serves(VENUE)
        assert not Site(http, endpoints, "icml.cc").serves(Venue("w", "W"))


def test_a_year_without_a_programme_is_not_found(endpoints: Endpoints) -> None:
    with pytest.raises(NotFound, match=r"icml.cc has no programme for 2024 yet: run `posterhall sync` again nearer"):
        seen(endpoints)


def test_an_empty_programme_is_not_an_empty_success(services: Services, endpoints: Endpoints) -> None:
    services.site("icml.cc").set_orals_posters(2024, [])
    with pytest.raises(NothingAccepted, match="without a single paper"):
        seen(endpoints)


def test_fewer_rows_than_the_file_counts_are_not_taken_for_all(services: Services, endpoints: Endpoints) -> None:
    files = services.site("icml.cc")._files
    files["icml-2024-orals-posters.json"] = json.dumps({"count": 2, "results": [make_event(1, "P")]}).encode()
    with pytest.raises(Garbled, match="counts 2 events and gave 1"):
        seen(endpoints)
    files["icml-2024-orals-posters.json"] = b"[]"
    with pytest.raises(Garbled, match="not understood"):
        seen(endpoints)
