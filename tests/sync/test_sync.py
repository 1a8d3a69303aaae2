"""Following venues over real HTTP, into a real library, with real PDFs."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.connect import connected
from ingest.errors import LoginNeeded, NotFound, NothingAccepted, QuotaSpent
from ingest.http import Http
from ingest.quota import PDFS, Ledger
from ingest.sources.openreview import OpenReview
from ingest.sync import Sync
from ingest.venues import load
from library import Library
from library.errors import UsageError
from library.types import Filter
from posterhall import Posterhall
from tests.services.fill import LCFM, SCOPE, fill_icml_2024, fill_lcfm, fill_pdfs, fill_scope, rows
from tests.services.notes import make_note_v2, pdf_hash
from tests.services.server import Services, make_entry
from tests.sync.conftest import PASSWORD, USER, OneWord, small_pdf

SMALL = "ICML.cc/2031/Workshop/TINY"
LATER = 2_000_000_000_000
"""Milliseconds, later than any paper of a stand-in."""


def small_venue(services: Services, count: int) -> list[str]:
    """A workshop on OpenReview with a PDF for every paper; returns the forum ids."""
    services.openreview.add_venue(SMALL, content={"subtitle": "TINY 2031"})
    found = []
    for number in range(count):
        tier = "Oral" if number < 2 else "Poster"
        title, who = f"A small paper on matter number {number}", (f"Ada Author{number}",)
        note = make_note_v2(
            SMALL,
            title,
            authors=who,
            venue=f"TINY 2031 {tier}",
            pdf=pdf_hash(title),
            number=number,
        )
        forum = services.openreview.add_note(SMALL, note)
        services.openreview.set_pdf(forum, small_pdf(title))
        found.append(forum)
    return found


@pytest.mark.slow
class TestIcml2024:
    def test_without_a_login_the_site_and_the_proceedings_tell_all_of_it(
        self, services: Services, hall: Posterhall, shared: Path
    ) -> None:
        fill_icml_2024(services, shared)
        services.openreview.require_login = True
        report = hall.add("icml-2024-orals", pdfs=False)
        [venue] = report.venues
        assert venue.accepted == 2610
        assert venue.tiers == {"oral": 144, "poster": 2275, "spotlight": 191}
        assert "posterhall login" in venue.notes[0]
        assert hall.count(Filter(tier="oral", venue="ICML 2024")) == 144
        orals = {row["forum_id"] for row in rows(shared / "icml2024" / "icml2024_orals.jsonl")}
        assert {p.forum_id for p in hall.papers(Filter(tier="oral"))} == orals

    def test_with_a_login_each_paper_is_one_and_an_unchanged_sync_is_a_few_requests(
        self, services: Services, hall: Posterhall, shared: Path
    ) -> None:
        fill_icml_2024(services, shared)
        services.openreview.require_login = True
        hall.login(USER, PASSWORD)
        report = hall.add("icml-2024-orals", pdfs=False)
        assert (report.venues[0].accepted, report.venues[0].tiers["oral"]) == (2610, 144)
        assert hall.count(Filter(withdrawn=True)) == 2610
        papers = hall.papers(Filter(tier="oral"))
        assert all(p.paper_id == p.forum_id for p in papers)
        assert all(p.provenance["title"] == "openreview" and p.provenance["abstract"] == "pmlr" for p in papers)
        assert all(hall.library.events.of_paper(p.paper_id) for p in papers)

        services.forget()
        revision = hall.library.revision
        again = hall.sync()
        assert (again.venues[0].added, again.venues[0].changed, again.passages, again.pdfs_read) == (0, 0, 0, 0)
        assert hall.library.revision == revision
        assert len(services.requests) <= 12
        assert not services.pdf_fetches


def test_scope_has_56_papers_of_which_9_are_orals(services: Services, hall: Posterhall, shared: Path) -> None:
    fill_scope(services, shared)
    [venue] = hall.add(SCOPE, pdfs=False).venues
    assert (venue.accepted, venue.tiers) == (56, {"oral": 9, "poster": 47})


def test_lcfm_has_five(services: Services, hall: Posterhall, shared: Path) -> None:
    fill_lcfm(services, shared)
    [venue] = hall.add(LCFM, pdfs=False).venues
    assert (venue.accepted, venue.tiers) == (5, {"oral": 5})


def test_proceedings_come_with_their_pdfs_and_a_second_sync_fetches_none(
    services: Services, hall: Posterhall, shared: Path
) -> None:
    fill_pdfs(services, shared)
    report = hall.add("gram-2024")
    assert (report.venues[0].accepted, report.venues[0].pdfs_fetched, report.pdfs_read) == (30, 23, 23)
    assert report.venues[0].pdfs_failed == 7
    assert Counter(services.pdf_fetches.values()) == {1: 30}
    assert hall.status().documents == 23
    assert {f.reason for f in hall.status().failures} == {"not found"}

    services.forget()
    again = hall.sync("gram-2024")
    assert (again.pdfs_read, again.passages, len(services.requests)) == (0, 0, 1)
    assert not services.pdf_fetches


def test_a_venue_that_only_openreview_knows_is_called_as_its_papers_say(services: Services, hall: Posterhall) -> None:
    small_venue(services, 3)
    [venue] = hall.add(SMALL, pdfs=False).venues
    assert (venue.name, venue.title) == (SMALL, "TINY 2031")
    assert hall.facets().venues == (("TINY 2031", 3),)


def test_a_tier_says_whose_pdfs_are_fetched(services: Services, hall: Posterhall) -> None:
    forums = small_venue(services, 5)
    report = hall.add(SMALL, tier="oral")
    assert (report.venues[0].accepted, report.venues[0].pdfs_fetched) == (5, 2)
    assert set(hall.library.documents.of_papers(forums)) == set(forums[:2])
    assert hall.passages(forums[0])[-1].page == 1


def test_a_late_withdrawal_hides_the_paper_and_keeps_it(services: Services, hall: Posterhall) -> None:
    forums = small_venue(services, 6)
    hall.add(SMALL, pdfs=False)
    services.openreview.update_note(forums[3], venueid="/Withdrawn_Submission", venue="TINY 2031 Withdrawn Submission")
    report = hall.sync()
    assert report.venues[0].withdrawn == 1
    assert hall.count() == 5
    paper = hall.paper(forums[3])
    assert paper is not None
    assert paper.status == "withdrawn"


def test_a_paper_that_is_simply_gone_is_hidden_too(services: Services, hall: Posterhall) -> None:
    forums = small_venue(services, 6)
    hall.add(SMALL, pdfs=False)
    services.openreview.remove_note(forums[5])
    assert hall.sync().venues[0].withdrawn == 1
    assert forums[5] not in {p.paper_id for p in hall.papers()}
    assert hall.paper(forums[5]) is not None


def listings(services: Services) -> list[str]:
    """How the venue's accepted papers were asked for since the last look: ``count``, ``changes`` or ``all``."""
    asked = [r.query for r in services.requests if r.path == "/api2/notes" and r.query.get("content.venueid") == SMALL]
    services.forget()
    return [
        "count" if q["limit"] == "1" else "changes" if q.get("sort", "").startswith("tmdate") else "all" for q in asked
    ]


def test_a_second_sync_asks_for_a_count_and_the_changes_and_for_all_only_when_these_disagree(
    services: Services, hall: Posterhall
) -> None:
    forums = small_venue(services, 6)
    hall.add(SMALL, pdfs=False)
    assert listings(services) == ["all"]
    hall.sync()
    assert listings(services) == ["count", "changes"]

    services.openreview.update_note(forums[0], title="A better title")
    assert hall.sync().venues[0].changed == 1
    assert listings(services) == ["count", "changes"]

    services.openreview.add_note(SMALL, make_note_v2(SMALL, "A late one", venue="TINY 2031 Poster", tmdate=LATER))
    assert hall.sync().venues[0].added == 1
    assert listings(services) == ["count", "changes"]

    services.openreview.remove_note(forums[5])
    assert hall.sync().venues[0].withdrawn == 1
    assert listings(services) == ["count", "changes", "all"]

    hall.add(SMALL, pdfs=False)
    assert listings(services) == ["all"]


def test_an_edit_reaches_the_library_and_a_new_pdf_replaces_the_old(services: Services, hall: Posterhall) -> None:
    forums = small_venue(services, 3)
    hall.add(SMALL)
    before = hall.library.documents.of_paper(forums[0])
    services.openreview.update_note(forums[0], title="A better title", pdf=f"/pdf/{pdf_hash('second')}.pdf")
    services.openreview.set_pdf(forums[0], small_pdf("second"))
    services.forget()
    report = hall.sync()
    assert (report.venues[0].changed, report.venues[0].pdfs_fetched, sum(services.pdf_fetches.values())) == (1, 1, 1)
    after = hall.library.documents.of_paper(forums[0])
    assert before is not None
    assert after is not None
    assert before.sha256 != after.sha256
    assert {p.name for p in (hall.data / "pdf").glob("*.pdf")} == {
        f"{d.sha256}.pdf" for d in hall.library.documents.of_papers(forums).values()
    }
    assert hall.passages(forums[0])[0].text == "A better title"


def test_the_proceedings_copy_is_fetched_and_is_free(services: Services, hall: Posterhall, shared: Path) -> None:
    fill_icml_2024(services, shared)
    orals = [r for r in rows(shared / "icml2024" / "icml2024_papers.jsonl") if r["status"] == "Oral"][:4]
    keys = [row["proceedings_url"].rsplit("/", 1)[-1].removesuffix(".html") for row in orals]
    entries = [
        make_entry(235, k, r["title"], authors=r["authors"], openreview=r["forum_id"], PDF=r["pdf_url"])
        for k, r in zip(keys, orals, strict=True)
    ]
    services.pmlr.add_volume(235, entries, {k: small_pdf(k) for k in keys})
    for row in orals:
        hall.add_paper(f"https://openreview.net/forum?id={row['forum_id']}")
    services.forget()
    venue, _ = load().find("icml-2024")
    assert venue.pmlr == (235,)
    for row in orals:
        paper, report = hall.add_paper(row["proceedings_url"])
        assert paper.paper_id == row["forum_id"]
        assert report.venues[0].pdfs_fetched == 1
    assert services.count("/api2/pdf") == 0


def test_a_spent_budget_ends_cleanly_and_the_next_run_goes_on(services: Services, hall: Posterhall, clock: Any) -> None:
    forums = small_venue(services, 50)
    Library.open(hall.data, create=True).close()
    library = hall.library
    venue, _ = load().find(SMALL)

    def run(method: str, **options: Any) -> Any:
        with library.writing(), connected(library) as found:
            ledger = Ledger(library, clock)
            sources = (OpenReview(found.endpoints, None, ledger),)
            with Http(found.endpoints, ledger) as http:
                sync = Sync(
                    *(library, hall.data / "pdf", OneWord(), sources, http.download, ledger), clock=clock, sleep=slept
                )
                if method == "add":
                    return sync.add(venue, **options)
                return sync.sync([(venue, f) for f in library.following.all()], **options)

    naps: list[float] = []

    def slept(seconds: float) -> None:
        naps.append(seconds)
        clock.advance(seconds)
        services.clock.advance(seconds)

    report = run("add")
    assert (report.venues[0].pdfs_fetched, report.pdfs_left) == (36, 14)
    assert report.budget.startswith("36 of 36 PDFs this hour, next at ")
    assert datetime.fromisoformat(report.until) > clock()
    assert services.count("/api2/pdf") == 36

    services.forget()
    report = run("sync")
    assert (report.venues[0].pdfs_fetched, services.count("/api2/pdf")) == (0, 0)

    report = run("sync", wait=True)
    assert (report.venues[0].pdfs_fetched, report.pdfs_left, report.until) == (14, 0, None)
    assert len(naps) == 1
    assert 3500 < naps[0] < 3700
    assert set(services.pdf_fetches.values()) == {1}
    assert len(library.documents.of_papers(forums)) == 50


def test_a_service_that_refuses_before_the_ledger_does_is_believed(services: Services, hall: Posterhall) -> None:
    small_venue(services, 10)
    services.quota("pdf", 4)
    report = hall.add(SMALL)
    assert (report.venues[0].pdfs_fetched, report.pdfs_left) == (4, 6)
    assert report.until is not None
    assert hall.library.quota.all()[PDFS].limit == 4
    assert hall.status().failures == ()


def test_a_listing_over_budget_says_when_to_come_back(services: Services, hall: Posterhall) -> None:
    small_venue(services, 3)
    services.quota("notes", 500, remaining=0)
    with pytest.raises(QuotaSpent) as caught:
        hall.add(SMALL)
    assert caught.value.until is not None
    assert hall.library.following.all() == []


def test_a_file_that_is_no_pdf_is_a_row_with_its_reason(services: Services, hall: Posterhall) -> None:
    forums = small_venue(services, 4)
    services.openreview.set_pdf(forums[0], b"<html>not a PDF</html>")
    services.openreview.set_pdf(forums[1], b"%PDF-1.5 and then nothing that can be read")
    report = hall.add(SMALL)
    assert (report.venues[0].pdfs_fetched, report.venues[0].pdfs_failed, report.unreadable) == (3, 1, 1)
    reasons = {f.item.rpartition("=")[2]: f.reason for f in hall.status().failures}
    assert reasons[forums[0]] == "not a pdf"
    assert forums[1] in reasons
    services.forget()
    hall.sync()
    assert not services.pdf_fetches
    services.openreview.update_note(forums[0], pdf=f"/pdf/{pdf_hash('mended')}.pdf")
    services.openreview.update_note(forums[1], pdf=f"/pdf/{pdf_hash('mended too')}.pdf")
    for forum in forums[:2]:
        services.openreview.set_pdf(forum, small_pdf(f"mended {forum}"))
    hall.sync()
    assert hall.status().failures == ()
    assert hall.status().documents == 4


def test_nothing_accepted_is_said_and_the_venue_is_not_followed(services: Services, hall: Posterhall) -> None:
    services.openreview.add_venue(SMALL)
    with pytest.raises(NothingAccepted, match="posterhall venues"):
        hall.add(SMALL)
    with pytest.raises(UsageError, match="no venue is followed"):
        hall.sync()


def test_a_venue_behind_the_login_asks_for_one(services: Services, hall: Posterhall) -> None:
    small_venue(services, 3)
    services.openreview.require_login = True
    with pytest.raises(LoginNeeded, match="posterhall login"):
        hall.add(SMALL)


def test_a_venue_on_none_of_the_services_says_where_to_look(hall: Posterhall) -> None:
    with pytest.raises(UsageError, match="lcfm-2024"):
        hall.add("longllm")


def test_one_venue_that_is_down_does_not_stop_the_others(services: Services, hall: Posterhall, shared: Path) -> None:
    small_venue(services, 3)
    fill_lcfm(services, shared)
    hall.add(SMALL, pdfs=False)
    hall.add(LCFM, pdfs=False)
    services.fault("TINY", 403, times=None)
    report = hall.sync()
    assert [v.name for v in report.venues if not v.notes] == ["lcfm-2024"]
    assert hall.count() == 8


def test_a_paper_is_added_by_its_forum_and_another_by_its_pdf(
    services: Services, hall: Posterhall, tmp_path: Path
) -> None:
    forums = small_venue(services, 2)
    paper, report = hall.add_paper(forums[1])
    assert (paper.paper_id, paper.venue, report.pdfs_read) == (forums[1], "TINY 2031", 1)
    assert hall.add_paper(f"https://openreview.net/forum?id={forums[1]}&noteId=x")[0] == paper
    file = tmp_path / "mine.pdf"
    file.write_bytes(small_pdf("A paper of my own"))
    mine, _ = hall.add_paper(str(file))
    assert mine.title == "A paper of my own"
    assert hall.count() == 2
    with pytest.raises(UsageError, match="no paper of OpenReview or PMLR"):
        hall.add_paper("https://arxiv.org/abs/2401.00001")
    with pytest.raises(NotFound):
        hall.add_paper("zzzzzzzzzz")
