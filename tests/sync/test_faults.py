"""A service fails while a venue is added: what the user sees, what is kept, and that the next sync makes it whole.

Run with ``-s`` to read the table.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import stamina

from posterhall import Posterhall
from tests.services.notes import make_note_v2, pdf_hash
from tests.services.server import Services, make_entry, make_event
from tests.sync.conftest import PASSWORD, USER, small_pdf

ICML = "ICML.cc/2024/Conference"
PAPERS = 6
IN_PROCEEDINGS = 4
"""Papers whose PDF is at PMLR; the others have theirs at OpenReview alone."""

REFUSALS = (404, 403, "redirect-elsewhere", "not-a-pdf")
"""What is not asked for again on the same day."""

PLACES = {
    "openreview groups": "/api2/groups",
    "openreview notes": "/api2/notes",
    "openreview pdf": "/api2/pdf",
    "icml.cc": "orals-posters",
    "pmlr list": "citeproc",
    "pmlr pdf": "/raw/",
}


LISTS = ("openreview groups", "openreview notes", "icml.cc", "pmlr list")


@dataclass(frozen=True)
class Row:
    """A fault, where it strikes, how many PDFs are in the library after it, and what the user is told."""

    fault: int | str
    place: str
    pdfs: int
    told: str

    @property
    def name(self) -> str:
        return f"{self.place}: {self.fault}"


def rows() -> list[Row]:
    found: list[Row] = []
    for fault, listing, of_openreview in (
        (500, "answered 500", "service down"),
        (503, "answered 503", "service down"),
        ("reset", "ended before all of it had come", "garbled"),
        ("redirect-elsewhere", "not at one of the services", "host not allowed"),
        (404, "", "not found"),
        (403, "not open to you", "forbidden"),
        ("html200", "", "closed to anonymous readers"),
    ):
        found += [Row(fault, place, 0, listing or "without") for place in LISTS]
        # Without OpenReview's copies there are the proceedings'; a copy that fails there is fetched from OpenReview.
        found += [Row(fault, "openreview pdf", IN_PROCEEDINGS, of_openreview), Row(fault, "pmlr pdf", PAPERS, "")]
    found += [Row("truncated-json", place, 0, "without") for place in LISTS[:3]]
    found += [Row(401, "openreview notes", 0, "login"), Row(401, "openreview pdf", IN_PROCEEDINGS, "login")]
    for fault, told in (("truncated-pdf", "garbled"), ("not-a-pdf", "not a pdf")):
        found += [Row(fault, "openreview pdf", IN_PROCEEDINGS, told), Row(fault, "pmlr pdf", PAPERS, "")]
    return found


@pytest.fixture
def world(services: Services, hall: Posterhall) -> Services:
    """ICML 2024 with six papers at three services, and a reader who is logged in."""
    services.openreview.add_venue(ICML)
    services.openreview.require_login = True
    events, entries, pdfs = [], [], {}
    for n in range(PAPERS):
        title, who = f"A paper on matter number {n}", (f"Ada Author{n}",)
        note = make_note_v2(ICML, title, authors=who, venue="ICML 2024 Poster", pdf=pdf_hash(title), number=n)
        forum = services.openreview.add_note(ICML, note)
        services.openreview.set_pdf(forum, small_pdf(title))
        events.append(make_event(n, title, authors=who))
        more = {} if n < IN_PROCEEDINGS else {"PDF": None}
        entries.append(make_entry(235, f"author24{n}", title, authors=who, openreview=forum, **more))
        if n < IN_PROCEEDINGS:
            pdfs[f"author24{n}"] = small_pdf(f"{title}, as published")
    services.site("icml.cc").set_orals_posters(2024, events)
    services.pmlr.add_volume(235, entries, pdfs)
    hall.login(USER, PASSWORD)
    return services


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.name)
def test_a_fault_costs_what_it_strikes_and_the_next_sync_makes_it_whole(
    world: Services, hall: Posterhall, row: Row
) -> None:
    world.fault(PLACES[row.place], row.fault, times=None)
    with stamina.set_testing(True, attempts=2, cap=True):
        report = hall.add("icml-2024", pdfs=row.place not in LISTS)
    said = [*report.notes, *report.venues[0].notes, *report.problems]
    said += [f"{f.reason}: {f.detail}" for f in hall.library.failures.all()]
    kept = (hall.count(), hall.status().documents)
    print(f"| {row.fault} | {row.place} | {said[0] if said else 'nothing'} | {kept[0]} papers, {kept[1]} PDFs |")
    assert kept == (PAPERS, row.pdfs)
    assert any(row.told in text for text in said) or not row.told

    world.clear_faults()
    world.forget()
    hall.login(USER, PASSWORD)
    report = hall.sync()
    assert (hall.count(), report.problems, report.venues[0].notes) == (PAPERS, [], [])
    assert {p.provenance["authors"] for p in hall.papers()} == {"openreview"}
    assert {p.provenance["abstract"] for p in hall.papers()} == {"pmlr"}
    again = 0 if row.fault in REFUSALS else PAPERS - IN_PROCEEDINGS
    assert hall.status().documents == row.pdfs + (again if row.place == "openreview pdf" else 0)
