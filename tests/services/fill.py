"""Fill the stand-ins from the shared data: real ids, titles and authors, read where they lie and never copied here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.services.notes import forum_id, make_note_v2, pdf_hash
from tests.services.server import Services
from tests.services.sites import make_entry, make_event

ICML_2024 = "ICML.cc/2024/Conference"
SCOPE = "ICLR.cc/2025/Workshop/SCOPE"
LCFM = "ICML.cc/2024/Workshop/LCFM"
NGSM = "ICML.cc/2024/Workshop/NGSM"

REJECTED, WITHDRAWN, DESK_REJECTED, UNDECIDED = 20, 10, 2, 5  # of our own making, beside ICML 2024's 2,610 accepted
ORALS_FROM = 900_000  # event ids of the orals; the posters have icml.cc's own


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def fill_icml_2024(services: Services, shared: Path, *, abstracts: str = "rows") -> None:
    """ICML 2024 on OpenReview (accepted: 144 orals, 191 spotlights, 2,275 posters), on icml.cc and as PMLR v235.

    Args:
        services: To be filled.
        shared: The folder of shared data.
        abstracts: Where icml.cc has them: ``rows``, ``file`` (``icml-2024-abstracts.json``) or ``missing``.
    """
    papers = rows(shared / "icml2024" / "icml2024_papers.jsonl")
    openreview = services.openreview
    openreview.add_venue(ICML_2024, content={"subtitle": "ICML 2024", "public_submissions": False})
    for number, paper in enumerate(papers, 1):
        note = make_note_v2(
            ICML_2024,
            paper["title"],
            authors=paper["authors"],
            authorids=paper["authorids"],
            abstract=paper["abstract"],
            venue=paper["venue"],
            keywords=paper["keywords"],
            pdf=pdf_hash(paper["forum_id"]),
            forum=paper["forum_id"],
            number=number,
        )
        openreview.add_note(ICML_2024, note)
    _add_unaccepted(services, ICML_2024, "ICML 2024", len(papers))
    _fill_icml_site(services, papers, abstracts)
    services.pmlr.add_volume(235, [_icml_entry(paper) for paper in papers])


def fill_scope(services: Services, shared: Path) -> None:
    """SCOPE at ICLR 2025: 56 accepted, 9 of them orals. Forum ids are invented and stable; abstracts are not known."""
    services.openreview.add_venue(SCOPE, content={"subtitle": "ICLR 2025 Workshop SCOPE"})
    for number, paper in enumerate(rows(shared / "workshops" / "scope_iclr2025_accepted.jsonl"), 1):
        _add_workshop_paper(services, SCOPE, paper, number, paper["venue"], paper["authors"])
    _add_unaccepted(
        services, SCOPE, "ICLR 2025 Workshop SCOPE", 56, rejected=4, withdrawn=2, desk_rejected=1, undecided=0
    )


def fill_lcfm(services: Services, shared: Path) -> None:
    """Long-Context Foundation Models at ICML 2024: its five orals, whose authors are not in the data (hidden)."""
    content = {"title": "Workshop on Long-Context Foundation Models", "subtitle": "LCFM 2024"}
    services.openreview.add_venue(LCFM, content=content)
    for number, paper in enumerate(rows(shared / "workshops" / "lcfm_icml2024_orals.jsonl"), 1):
        _add_workshop_paper(services, LCFM, paper, number, "LCFM @ ICML 2024 Oral", ())
    _add_unaccepted(services, LCFM, "LCFM 2024", 5, rejected=2, withdrawn=1, desk_rejected=0, undecided=1)


def fill_ngsm(services: Services) -> None:
    """The venue that has to be found through ``/groups?parent=ICML.cc/2024/Workshop``; its papers are made up."""
    title = "Next Generation of Sequence Modeling Architectures"
    services.openreview.add_venue(NGSM, content={"title": title, "subtitle": "NGSM 2024"})
    for number, tier in enumerate(("Oral", "Poster", "Poster"), 1):
        paper = {"title": f"A made-up paper on sequence models, number {number}"}
        _add_workshop_paper(services, NGSM, paper, number, f"NGSM 2024 {tier}", ("Ada Author",))


def fill_pdfs(services: Services, shared: Path) -> None:
    """PMLR v262 (ENLSP 2024, 46 papers, 41 PDFs) and v251 (GRaM 2024, 30 papers, 23 PDFs); the other PDFs are 404."""
    for name, volume in (("enlsp2024", 262), ("gram2024", 251)):
        papers = rows(shared / "pdfs" / f"{name}.jsonl")
        entries = [
            make_entry(
                volume,
                paper["pmlr_id"],
                paper["title"],
                authors=paper["authors"],
                abstract=paper["abstract"],
                page=paper["pages"],
                URL=paper["proceedings_url"],
                PDF=paper["pdf_url"],
            )
            for paper in papers
        ]
        folder = shared / "pdfs" / name
        pdfs = {paper["pmlr_id"]: folder / paper["pdf_file"] for paper in papers if paper["pdf_file"]}
        services.pmlr.add_volume(volume, entries, pdfs)


def _add_workshop_paper(
    services: Services, venue_id: str, paper: dict[str, Any], number: int, venue: str, authors: tuple[str, ...]
) -> None:
    forum = paper.get("forum_id") or forum_id(venue_id, paper["title"])
    note = make_note_v2(
        venue_id,
        paper["title"],
        authors=authors,
        abstract=paper.get("abstract"),
        venue=venue,
        pdf=pdf_hash(forum),
        forum=forum,
        number=number,
        hidden=() if authors else ("authors", "authorids"),
    )
    services.openreview.add_note(venue_id, note)


def _add_unaccepted(
    services: Services,
    venue_id: str,
    short: str,
    first: int,
    *,
    rejected: int = REJECTED,
    withdrawn: int = WITHDRAWN,
    desk_rejected: int = DESK_REJECTED,
    undecided: int = UNDECIDED,
) -> None:
    """Submissions nobody may ever see as accepted; most say so only in their ``venueid``."""
    kinds = (
        ("/Rejected_Submission", f"Submitted to {short}", rejected),
        ("/Withdrawn_Submission", f"{short} Conference Withdrawn Submission", withdrawn),
        ("/Desk_Rejected_Submission", f"{short} Conference Desk Rejected Submission", desk_rejected),
        ("/Submission", f"{short} Conference Submission", undecided),
    )
    number = first
    for suffix, venue, count in kinds:
        for _ in range(count):
            number += 1
            title = f"Not accepted {number}: a made-up paper"
            forum = forum_id(venue_id, title)
            note = make_note_v2(venue_id, title, venue=venue, venueid=suffix, forum=forum, number=number)
            services.openreview.add_note(venue_id, note)


def _fill_icml_site(services: Services, papers: list[dict[str, Any]], abstracts: str) -> None:
    """A poster row for every paper, and an oral row beside it for each oral; the two point at each other."""
    events, texts = [], {}
    for paper in papers:
        poster = int(paper["site_url"].rsplit("/", 1)[-1])
        oral = ORALS_FROM + poster if paper["status"] == "Oral" else None
        common: dict[str, Any] = {
            "abstract": paper["abstract"] if abstracts == "rows" else "",
            "decision": "Accept (spotlight poster)" if paper["status"] == "Spotlight" else "Accept (poster)",
        }
        related = [oral] if oral else []
        events.append(make_event(poster, paper["title"], authors=paper["authors"], related=related, **common))
        texts[str(poster)] = paper["abstract"]
        if oral:
            event = make_event(oral, paper["title"], authors=paper["authors"], kind="Oral", related=[poster], **common)
            events.append(event)
            texts[str(oral)] = paper["abstract"]
    services.site("icml.cc").set_orals_posters(2024, events)
    services.site("icml.cc").set_abstracts(2024, texts if abstracts == "file" else None)


def _icml_entry(paper: dict[str, Any]) -> dict[str, Any]:
    return make_entry(
        235,
        paper["proceedings_url"].rsplit("/", 1)[-1].removesuffix(".html"),
        paper["title"],
        authors=paper["authors"],
        abstract=paper["abstract"],
        URL=paper["proceedings_url"],
        PDF=paper["pdf_url"],
        openreview=paper["forum_id"],
        **{"container-title": "Proceedings of the 41st International Conference on Machine Learning"},
    )
