"""Which source is believed, and when two rows are one paper: with plain sources that talk to nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.collect import Collected, Collector
from ingest.errors import LoginNeeded, ServiceDown, SourceError
from ingest.merge import WINS, take_row
from ingest.sources.base import Observation, PdfRef, Standing, Venue
from library import Library
from library.events import Event
from library.following import Followed
from library.papers import FIELDS
from library.types import Filter, PaperRecord

VENUE = Venue("icml-2024", "ICML 2024", "ICML.cc/2024/Conference", site=("icml.cc", 2024), pmlr=(235,))
NOW = datetime(2031, 5, 1, tzinfo=UTC)
TITLE = "Deep nets: a $\\mathcal{O}(1)$ view"


@dataclass
class Plain:
    """A source that holds its rows."""

    name: str
    rows: list[Observation] = field(default_factory=list)
    error: SourceError | None = None

    def serves(self, venue: Venue) -> bool:
        return True

    def observe(self, venue: Venue, since: datetime | None = None) -> Iterator[Observation]:
        yield from self.rows
        if self.error:
            raise self.error


def said(
    source: str,
    title: str = TITLE,
    standing: Standing = Standing.ACCEPTED,
    forum: str | None = None,
    pdfs: tuple[PdfRef, ...] = (),
    events: tuple[Event, ...] = (),
    **fields: Any,
) -> Observation:
    ids = [("forum", forum)] if forum else []
    fields.setdefault("authors", ("Ada Lovelace", "Charles Babbage"))
    record = PaperRecord(source, title, (*ids, ("work", f"{source}-{title}"[:40])), year=2024, **fields)
    return Observation(record, standing, pdfs, events)


def collect(library: Library, *sources: Plain, venue: Venue = VENUE) -> Collected:
    followed = Followed(venue.name, venue.venue_id, venue.title)
    library.following.follow(followed, NOW.isoformat())
    return Collector(library, venue, followed, NOW).collect(sources)


def only(library: Library) -> Any:
    [paper] = library.papers.select(Filter(withdrawn=True))
    return paper


def three(library: Library) -> None:
    collect(
        library,
        Plain("icml.cc", [said("icml.cc", TITLE.lower(), authors=("A. Lovelace", "C. Babbage"), tier="oral",
                               abstract="Of the site.", keywords=("Theory",))]),
        Plain("pmlr", [said("pmlr", "Deep nets: a O(1) view", authors=("Ada K. Lovelace", "Charles Babbage"),
                            abstract="Of the proceedings.", links={"pdf": "https://raw/x.pdf"})]),
        Plain("openreview", [said("openreview", forum="abcdefghij", tier="poster", abstract="Of the authors.",
                                  keywords=("nets",), licence="CC BY 4.0", links={"pdf": "https://or/x.pdf"})]),
    )  # fmt: skip


def test_three_sources_with_three_spellings_make_one_paper(library: Library) -> None:
    three(library)
    assert only(library).paper_id == "abcdefghij"


@pytest.mark.parametrize(
    ("name", "value", "source"),
    [
        ("title", TITLE, "openreview"),
        ("authors", ("Ada Lovelace", "Charles Babbage"), "openreview"),
        ("abstract", "Of the proceedings.", "pmlr"),
        ("tier", "oral", "icml.cc"),
        ("keywords", ("nets",), "openreview"),
        ("licence", "CC BY 4.0", "openreview"),
        ("venue", "ICML 2024", "openreview"),
    ],
)
def test_each_field_is_of_the_source_that_is_believed_first(
    library: Library, name: str, value: object, source: str
) -> None:
    three(library)
    paper = only(library)
    assert getattr(paper, name) == value
    assert paper.provenance[name] == source


def test_links_are_weighed_one_by_one(library: Library) -> None:
    three(library)
    assert only(library).links == {"pdf": "https://raw/x.pdf"}


def test_every_field_has_its_order_of_sources() -> None:
    assert set(WINS) == set(FIELDS)
    assert all(sorted(order) == ["file", "openreview", "pmlr", "site"] for order in WINS.values())


def test_what_sources_disagree_in_is_kept_and_shown(library: Library) -> None:
    three(library)
    conflicts = dict(library.observations.conflicts("abcdefghij"))
    assert conflicts["tier"] == {"icml.cc": "oral", "openreview": "poster"}
    assert set(conflicts["abstract"]) == {"icml.cc", "openreview", "pmlr"}
    assert "licence" not in conflicts
    assert library.observations.conflicting("icml-2024") == 1


def test_another_case_or_another_dash_is_no_disagreement(library: Library) -> None:
    collect(library, Plain("openreview", [said("openreview", "One–two")]), Plain("pmlr", [said("pmlr", "ONE-TWO")]))
    assert library.observations.conflicts(only(library).paper_id) == []


def test_the_order_in_which_sources_are_met_does_not_matter(library: Library) -> None:
    for source in ("icml.cc", "pmlr", "openreview"):
        fields = {"icml.cc": {"abstract": "c"}, "pmlr": {"abstract": "b"}, "openreview": {"abstract": "a"}}[source]
        collect(library, Plain(source, [said(source, **fields)]))
    assert only(library).abstract == "b"
    assert len(library.observations.of_paper(only(library).paper_id)) == 3


def test_a_source_that_knows_a_field_no_more_gives_way_to_the_next(library: Library) -> None:
    pmlr = Plain("pmlr", [said("pmlr", abstract="b")])
    collect(library, pmlr, Plain("openreview", [said("openreview", abstract="a")]))
    pmlr.rows = [said("pmlr")]
    assert collect(library, pmlr).changed == 1
    assert only(library).abstract == "a"
    assert only(library).provenance["abstract"] == "openreview"


def test_an_oral_and_its_poster_are_one_paper_with_both_events(library: Library) -> None:
    rows = [
        said("icml.cc", tier="poster", events=(Event("Posters", poster="#7"),)),
        said("icml.cc", tier="oral", events=(Event("Orals", room="Hall A"),)),
    ]
    site = Plain("icml.cc", rows)
    assert collect(library, site).added == 1
    assert only(library).tier == "oral"
    assert [e.session for e in library.events.of_paper(only(library).paper_id)] == ["Posters", "Orals"]
    revision = library.revision
    collect(library, site)
    assert library.revision == revision


def test_the_same_title_under_two_forum_ids_is_two_papers(library: Library) -> None:
    rows = [said("openreview", forum="aaaaaaaaaa"), said("openreview", forum="bbbbbbbbbb")]
    assert collect(library, Plain("openreview", rows)).added == 2


def test_a_workshop_paper_and_the_conference_paper_of_its_title_are_two(library: Library) -> None:
    workshop = Venue("lcfm-2024", "LCFM @ ICML 2024", "ICML.cc/2024/Workshop/LCFM")
    collect(library, Plain("openreview", [said("openreview", forum="aaaaaaaaaa")]))
    collect(library, Plain("openreview", [said("openreview", forum="bbbbbbbbbb")]), venue=workshop)
    collect(library, Plain("icml.cc", [said("icml.cc", tier="oral")]))
    assert {p.venue: p.tier for p in library.papers.select(Filter())} == {"ICML 2024": "oral", "LCFM @ ICML 2024": None}


def test_a_paper_retitled_for_the_proceedings_is_known_by_its_authors(library: Library) -> None:
    collect(library, Plain("openreview", [said("openreview", "A view of deep nets through a keyhole")]))
    collect(library, Plain("pmlr", [said("pmlr", "Position: A View of Deep Nets Through a Keyhole, Revisited")]))
    assert len(library.papers.select(Filter())) == 1


def test_two_papers_of_the_same_authors_stay_two(library: Library) -> None:
    collect(library, Plain("openreview", [said("openreview", "Why attention forgets"), said("openreview", "Bandits")]))
    assert library.papers.count() == 2


def test_the_same_title_by_other_people_is_another_paper(library: Library) -> None:
    collect(library, Plain("openreview", [said("openreview", forum="aaaaaaaaaa")]))
    collect(library, Plain("icml.cc", [said("icml.cc", authors=("Grace Hopper", "Alan Turing"))]))
    assert library.papers.count() == 2


@pytest.mark.parametrize("standing", [s for s in Standing if s is not Standing.ACCEPTED])
def test_what_was_never_accepted_never_enters(library: Library, standing: Standing) -> None:
    collect(library, Plain("openreview", [said("openreview", standing=standing)]))
    assert library.papers.count(Filter(withdrawn=True)) == 0


def test_a_paper_that_its_source_withdraws_is_hidden_and_kept(library: Library) -> None:
    source = Plain("openreview", [said("openreview", forum="abcdefghij", tier="oral")])
    collect(library, source, Plain("pmlr", [said("pmlr")]))
    source.rows = [replace(source.rows[0], standing=Standing.WITHDRAWN)]
    assert collect(library, source, Plain("pmlr", [said("pmlr")])).withdrawn == 1
    assert library.papers.select(Filter()) == []
    assert library.papers.facets().venues == ()
    paper = library.papers.get("abcdefghij")
    assert paper is not None
    assert (paper.status, paper.tier) == ("withdrawn", "oral")
    assert library.papers.count(Filter(withdrawn=True)) == 1


def many(source: str, count: int) -> list[Observation]:
    return [said(source, f"A paper on subject number {n}", forum=f"forum{n:05}", authors=(f"Author N{n}",))
            for n in range(count)]  # fmt: skip


def test_a_paper_that_vanishes_from_the_list_is_withdrawn_and_may_return(library: Library) -> None:
    source = Plain("openreview", many("openreview", 10))
    collect(library, source)
    gone = source.rows.pop()
    assert collect(library, source).withdrawn == 1
    assert library.papers.count() == 9
    source.rows.append(gone)
    collect(library, source)
    assert library.papers.count() == 10


def test_a_list_that_ends_in_an_error_withdraws_nothing(library: Library) -> None:
    source = Plain("openreview", many("openreview", 10))
    collect(library, source)
    source.rows, source.error = source.rows[:6], ServiceDown("gone")
    report = collect(library, source)
    assert report.withdrawn == 0
    assert isinstance(report.problems["openreview"], ServiceDown)


def test_half_a_list_is_not_believed(library: Library) -> None:
    source = Plain("openreview", many("openreview", 40))
    collect(library, source)
    source.rows = source.rows[:20]
    report = collect(library, source)
    assert library.papers.count() == 40
    assert "20 of its 40 papers" in report.doubts[0]


def test_a_source_that_fails_does_not_stop_the_others(library: Library) -> None:
    report = collect(library, Plain("openreview", error=LoginNeeded("closed")), Plain("pmlr", [said("pmlr")]))
    assert report.added == 1
    assert isinstance(report.problems["openreview"], LoginNeeded)


def test_an_unchanged_venue_changes_nothing(library: Library) -> None:
    sources = [Plain(name, many(name, 20)) for name in ("openreview", "pmlr", "icml.cc")]
    collect(library, *sources)
    before = library.revision
    report = collect(library, *sources)
    assert (report.added, report.changed, report.withdrawn) == (0, 0, 0)
    assert library.revision == before


def row(source: str, **fields: Any) -> PaperRecord:
    return replace(said(source, **fields).record, venue="ICML 2024")


def test_a_file_fills_what_services_do_not_know_and_overrules_nothing(library: Library) -> None:
    collect(library, Plain("openreview", [said("openreview", forum="abcdefghij", abstract="a")]))
    merge = take_row(library, row("file:mine.jsonl", forum="abcdefghij", abstract="mine", note="Ours."), "2031")
    assert merge.change == "changed"
    assert (only(library).abstract, only(library).note) == ("a", "Ours.")
    assert dict(library.observations.conflicts("abcdefghij"))["abstract"] == {
        "openreview": "a",
        "file:mine.jsonl": "mine",
    }


def test_services_are_believed_before_a_file_that_came_first(library: Library) -> None:
    take_row(library, row("file:mine.jsonl", abstract="mine", tier="poster", note="Ours."), "2031")
    collect(library, Plain("openreview", [said("openreview", forum="abcdefghij", abstract="a")]))
    paper = only(library)
    assert (paper.abstract, paper.tier, paper.note) == ("a", "poster", "Ours.")
    assert paper.forum_id == "abcdefghij"


def test_values_from_before_sources_were_kept_apart_are_not_lost(library: Library) -> None:
    library.papers.merge(row("file:old.jsonl", forum="abcdefghij", abstract="old", note="Ours."))
    collect(library, Plain("openreview", [said("openreview", forum="abcdefghij", abstract="a")]))
    assert (only(library).abstract, only(library).note) == ("a", "Ours.")
    assert dict(library.observations.conflicts("abcdefghij"))["abstract"]["file:old.jsonl"] == "old"


def test_among_files_the_last_one_is_believed(library: Library) -> None:
    for name in ("one", "two", "one"):
        take_row(library, row(f"file:{name}.jsonl", forum="abcdefghij", abstract=name), f"2031-{name}")
    assert only(library).abstract == "one"


def copy_urls(library: Library, paper_id: str) -> list[tuple[str, str | None, str]]:
    return [(c.url, c.sha256, c.state) for c in library.copies.of_paper(paper_id)]


def test_a_new_version_of_a_pdf_is_wanted_again_and_only_then(library: Library) -> None:
    def source(version: str) -> Plain:
        ref = PdfRef(f"https://or/{version}.pdf", version, metered=True)
        return Plain("openreview", [said("openreview", forum="abcdefghij", pdfs=(ref,))])

    def wanted() -> dict[str, Any]:
        return library.copies.wanted(["abcdefghij"], refused_before="")

    collect(library, source("v1"))
    [copy] = wanted()["abcdefghij"]
    library.copies.fetched(copy, "00ff")
    collect(library, source("v1"))
    assert wanted() == {}
    library.documents.replace("abcdefghij", stem="x", sha256="00ff", parser="p", pages=[])
    collect(library, source("v2"))
    assert copy_urls(library, "abcdefghij") == [("https://or/v2.pdf", "00ff", "new")]
    assert list(wanted()) == ["abcdefghij"]


def test_a_paper_whose_pdf_came_from_a_folder_wants_none(library: Library) -> None:
    ref = PdfRef("https://or/x.pdf", "v1", metered=True)
    collect(library, Plain("openreview", [said("openreview", forum="abcdefghij", pdfs=(ref,))]))
    library.documents.replace("abcdefghij", stem="x", sha256="00ff", parser="p", pages=[])
    assert library.copies.wanted(["abcdefghij"], refused_before="") == {}
