"""Real venues, from the shared data."""

import json
from pathlib import Path

import pytest

from ingest.http import Http
from ingest.sources.base import Endpoints, Observation, Standing, Venue
from ingest.sources.openreview import OpenReview
from ingest.sources.site import Site
from tests.services.notes import FIRST, pdf_hash
from tests.services.server import Services, make_event, make_note_v1, make_note_v2

ICML = "ICML.cc/2024/Conference"
SCOPE = "ICLR.cc/2025/Workshop/SCOPE"
VENUE = Venue("icml-2024", "ICML 2024", venue_id=ICML, site=("icml.cc", 2024))


def seen(endpoints: Endpoints, venue: Venue) -> dict[str, Observation]:
    return {one.record.title: one for one in OpenReview(endpoints).observe(venue)}


def workshop(venue_id: str, title: str = "A Workshop") -> Venue:
    return Venue(venue_id, title, venue_id=venue_id)


def recorded(shared: Path, name: str) -> dict[str, object]:
    exchange = json.loads((shared / "openreview_recorded" / f"{name}.json").read_text(encoding="utf-8"))
    note: dict[str, object] = exchange["response"]["json"]["notes"][0]
    return {"tcdate": FIRST, "tmdate": FIRST, **note}  # one was recorded without its times


@pytest.mark.parametrize(
    ("name", "venue_id", "standing", "shown", "pdf"),
    [
        (
            "v2_icml-2024_notes-accepted",
            ICML,
            Standing.ACCEPTED,
            "ICML 2024",
            "e92f71b36bf501a4596d0b0a2285f14e5d15d076",
        ),
        (
            "v2_neurips-2025_notes-workshop-accepted",
            "NeurIPS.cc/2025/Workshop_Mexico_City/ResponsibleFM",
            Standing.ACCEPTED,
            "ResponsibleFM @ NeurIPS 2025",
            "36b399ac567840ae596c3ca0e058835e4c5a8448",
        ),
        (
            "v2_iclr-2025_notes-workshop-rejected",
            "ICLR.cc/2025/Workshop/ICBINB",
            Standing.REJECTED,
            "ICLR 2025 Workshop ICBINB",
            "676556ae7332c2cdd4cc8621c636aa0de3c0bdac",
        ),
        (
            "v1_neurips-2022_note-accepted",
            "NeurIPS.cc/2022/Conference",
            Standing.ACCEPTED,
            "NeurIPS 2022",
            "3d17507f77d113bf831e8f163a55a9eb448a02fc",
        ),
    ],
)
def test_recorded_notes_are_read(
    services: Services,
    endpoints: Endpoints,
    shared: Path,
    name: str,
    venue_id: str,
    standing: Standing,
    shown: str,
    pdf: str,
) -> None:
    services.openreview.add_venue(venue_id, api=name[:2])
    make = make_note_v1 if name.startswith("v1") else make_note_v2
    services.openreview.add_note(venue_id, make(venue_id, "Beside it", venue="X Poster"))
    services.openreview.add_note(venue_id, recorded(shared, name))
    one = seen(endpoints, workshop(venue_id))["Synthetic title text 1."]
    assert (one.standing, one.record.venue, one.pdfs[0].version) == (standing, shown, pdf)


def test_icml_2024_has_2610_accepted_papers_of_which_144_are_orals(
    services: Services, endpoints: Endpoints, shared: Path
) -> None:
    with (shared / "icml2024" / "icml2024_papers.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            made = make_note_v2(ICML, row["title"], authors=row["authors"], venue=row["venue"], forum=row["forum_id"])
            services.openreview.add_note(ICML, made)
    for number in range(5):
        services.openreview.add_note(ICML, make_note_v2(ICML, f"Withdrawn {number}", venueid="/Withdrawn_Submission"))
    found = [one for one in OpenReview(endpoints).observe(VENUE) if one.standing is Standing.ACCEPTED]
    assert len(found) == 2610
    assert sum(one.record.tier == "oral" for one in found) == 144
    assert {one.record.venue for one in found} == {"ICML 2024"}


def test_scope_has_56_accepted_papers_of_which_9_are_orals(
    services: Services, endpoints: Endpoints, shared: Path
) -> None:
    rows = (shared / "workshops" / "scope_iclr2025_accepted.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, rows):
        note = make_note_v2(SCOPE, row["title"], authors=row["authors"], venue=row["venue"], unified=True)
        services.openreview.add_note(SCOPE, note)
    services.openreview.add_note(SCOPE, make_note_v2(SCOPE, "Not taken", venueid="/Rejected_Submission"))
    accepted = [one for one in seen(endpoints, workshop(SCOPE)).values() if one.standing is Standing.ACCEPTED]
    assert len(accepted) == 56
    assert sum(one.record.tier == "oral" for one in accepted) == 9
    assert {one.record.venue for one in accepted} == {"SCOPE - ICLR 2025"}


def test_lcfm_has_its_five_orals(services: Services, endpoints: Endpoints, shared: Path) -> None:
    venue_id = "ICML.cc/2024/Workshop/LCFM"
    rows = (shared / "workshops" / "lcfm_icml2024_orals.jsonl").read_text(encoding="utf-8").splitlines()
    for row in map(json.loads, rows):
        note = make_note_v2(
            venue_id, row["title"], venueid="/Submission", decision="Accept (Oral)", forum=row["forum_id"]
        )
        services.openreview.add_note(venue_id, note)
    found = seen(endpoints, workshop(venue_id))
    assert {dict(one.record.identifiers)["forum"] for one in found.values()} == {
        "mo7cdmBlUi",
        "Uu7miVxZI6",
        "7CCzyEtZXH",
        "i5SEw4guQK",
        "8ul3foe9yF",
    }
    assert {one.record.tier for one in found.values()} == {"oral"}
    assert pdf_hash("mo7cdmBlUi") in {one.pdfs[0].version for one in found.values()}


def test_icml_cc_has_the_same_2610_papers_and_144_orals(services: Services, endpoints: Endpoints, shared: Path) -> None:
    rows = []
    with (shared / "icml2024" / "icml2024_papers.jsonl").open(encoding="utf-8") as lines:
        for number, paper in enumerate(map(json.loads, lines), 1):
            decision = "Accept (spotlight poster)" if paper["status"] == "Spotlight" else "Accept (poster)"
            related = [10_000 + number] if paper["status"] == "Oral" else []
            made = make_event(number, paper["title"], authors=paper["authors"], decision=decision, related=related)
            rows.append(made)
            if related:
                rows.append(make_event(related[0], paper["title"], kind="Oral", related=[number]))
    services.site("icml.cc").set_orals_posters(2024, rows)
    with Http(endpoints) as http:
        found = list(Site(http, endpoints, "icml.cc").observe(VENUE))
    assert len(rows) == 2754
    assert len(found) == 2610
    assert sum(one.record.tier == "oral" for one in found) == 144
    assert sum(one.record.tier == "spotlight" for one in found) == 191
