"""Venues of OpenReview's first API, and both APIs side by side."""

import pytest

from ingest.sources.base import Endpoints, Observation, Standing, Venue
from ingest.sources.openreview import OpenReview
from tests.services.server import Services, make_note_v1, make_note_v2


def seen(endpoints: Endpoints, venue: Venue) -> dict[str, Observation]:
    return {one.record.title: one for one in OpenReview(endpoints).observe(venue)}


def workshop(venue_id: str, title: str = "A Workshop") -> Venue:
    return Venue(venue_id, title, venue_id=venue_id)


@pytest.mark.parametrize("wrong_host", ["empty", "null-domain"])
def test_a_venue_of_api_1_is_found_there(services: Services, endpoints: Endpoints, wrong_host: str) -> None:
    services.openreview.wrong_host = wrong_host
    venue_id = "NeurIPS.cc/2022/Conference"
    services.openreview.add_venue(venue_id, api="v1")
    rows = [
        ("Accepted", {"venue": "NeurIPS 2022 Accept"}, Standing.ACCEPTED),
        ("Oral", {"venue": "NeurIPS 2022 Oral"}, Standing.ACCEPTED),
        ("Plain", {"venue": "NeurIPS 2022"}, Standing.ACCEPTED),
        ("Rejected", {"venue": "NeurIPS 2022 Submitted", "decision": "Reject"}, Standing.REJECTED),
        ("Submitted", {"venue": "Submitted to NeurIPS 2022"}, Standing.UNDECIDED),
        ("Only the id", {}, Standing.UNDECIDED),
        ("By its note", {"decision": "Accept (Spotlight)"}, Standing.ACCEPTED),
        (
            "Withdrawn",
            {"invitation": f"{venue_id}/-/Withdrawn_Submission", "venue": "NeurIPS 2022"},
            Standing.WITHDRAWN,
        ),
        ("Desk", {"invitation": f"{venue_id}/-/Desk_Rejected_Submission"}, Standing.DESK_REJECTED),
    ]
    for title, fields, _ in rows:
        services.openreview.add_note(venue_id, make_note_v1(venue_id, title, **fields))
    found = seen(endpoints, workshop(venue_id, "NeurIPS 2022"))
    assert {title: one.standing for title, one in found.items()} == {title: standing for title, _, standing in rows}
    assert {title: one.record.tier for title, one in found.items() if one.record.tier} == {
        "Oral": "oral",
        "By its note": "spotlight",
    }
    assert found["Accepted"].record.venue == "NeurIPS 2022"
    assert found["Accepted"].pdfs[0].url.startswith(f"{services.url}/api1/pdf?id=")


def test_api_1_notes_without_a_venue_id_are_found_by_their_invitation(services: Services, endpoints: Endpoints) -> None:
    venue_id = "ICLR.cc/2019/Conference"
    services.openreview.add_venue(venue_id, api="v1")
    note = make_note_v1(venue_id, "Old", decision="Accept (Poster)")
    del note["content"]["venueid"]
    services.openreview.add_note(venue_id, note)
    assert seen(endpoints, workshop(venue_id))["Old"].record.tier == "poster"


def test_api_1_and_api_2_say_the_same_of_one_venue(services: Services, endpoints: Endpoints) -> None:
    fields = {"venue": "W 2023 Oral", "forum": "same000001", "number": 1, "keywords": ("k",), "pdf": "cd" * 20}
    told = []
    for api, make in [("v1", make_note_v1), ("v2", make_note_v2)]:
        venue_id = f"X.org/2023/{api}"
        services.openreview.add_venue(venue_id, api=api)
        services.openreview.add_note(venue_id, make(venue_id, "Same", **fields))  # type: ignore[operator]
        told.append(seen(endpoints, workshop(venue_id, "W 2023"))["Same"])
        services.openreview.remove_note("same000001")
    one, two = told
    for name in ("title", "authors", "abstract", "venue", "tier", "year", "keywords", "links", "identifiers"):
        assert getattr(one.record, name) == getattr(two.record, name), name
    assert (one.standing, one.modified) == (two.standing, two.modified)
    assert (one.pdfs[0].version, two.pdfs[0].version) == ("cd" * 20, "cd" * 20)
