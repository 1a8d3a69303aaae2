"""Which papers of the library the entries of a list are."""

from pathlib import Path

import pytest

from ingest.lists import lines, markdown
from ingest.lists.draft import Item
from ingest.lists.resolve import UNKNOWN, Resolver
from ingest.sources.record import record_from_row
from library import Library
from library.lists import Entry, Named


@pytest.fixture
def resolver(library: Library) -> Resolver:
    return Resolver(library)


def found(resolver: Resolver, title: str = "", *authors: str, links: tuple[str, ...] = ()) -> str | None:
    return resolver.item(Item(1, Entry(Named(title, authors)), links))[0].paper_id


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("https://openreview.net/pdf?id=tidepool01", "Tidepool Caches for Reading Long Documents"),
        ("https://proceedings.mlr.press/v999/grove31a/grove31a.pdf", "Patient Bandits for Slow Rewards"),
        ("https://arxiv.org/pdf/3012.01234v7", "Lattice Networks that Respect Crystal Symmetry"),
        ("http://www.icml.cc/virtual/2031/poster/77/", "Tidepool Caches for Reading Long Documents"),
        ("https://arxiv.org/abs/3012.99999", None),
    ],
)
def test_a_paper_is_found_by_an_address(resolver: Resolver, library: Library, url: str, title: str | None) -> None:
    held = library.papers.get(found(resolver, links=(url,)) or "")
    assert (held and held.title) == title


def test_a_paper_is_found_by_title_whatever_its_case_and_marks_if_the_first_author_agrees(resolver: Resolver) -> None:
    title = "Position: {TIDEPOOL} caches - for reading long documents"
    assert found(resolver, title) == "tidepool01"
    assert found(resolver, title, "A. Brook", "Somebody Else") == "tidepool01"
    assert found(resolver, title, "Somebody Else") is None
    assert found(resolver, "Tidepool Caches") is None


def test_a_word_changed_in_a_title_is_forgiven_under_the_same_first_author_alone(resolver: Resolver) -> None:
    title = "Tidepool Caches for Reading Longer Documents"
    assert found(resolver, title, "Ada Brook") == "tidepool01"
    assert found(resolver, title) is None
    assert found(resolver, "Tidepool Caches for Reading Long Documents 2", "Ada Brook") is None
    assert found(resolver, "Tidepool Caches for Reading Long Documents II", "Ada Brook") is None


def test_another_submission_of_the_same_title_is_not_this_one(resolver: Resolver) -> None:
    item = Item(
        1, Entry(Named("Tidepool Caches for Reading Long Documents")), ("https://openreview.net/forum?id=another001",)
    )
    entry, why = resolver.item(item)
    assert entry.paper_id is None
    assert why == "the library has this title as another submission (tidepool01), not this one"


def test_keywords_that_are_not_the_papers_own_are_tags(tmp_path: Path) -> None:
    with Library.open(tmp_path, create=True) as library:
        row = {"id": "w", "title": "On Tides", "authors": ["Ada Brook"], "year": 2030, "keywords": ["Fog", "rain"]}
        library.papers.merge(record_from_row(row, source="test"))
        items = (Item(1, Entry(Named(title)), keywords=("fog", "Rain", "mine")) for title in ("On Tides", "Off Tides"))
        assert [Resolver(library).item(item)[0].tags for item in items] == [("mine",), ("fog", "Rain", "mine")]


def test_a_preprints_address_leads_to_the_paper_of_its_title(resolver: Resolver) -> None:
    link = "https://arxiv.org/abs/3001.00001"
    assert found(resolver, "Patient Bandits for Slow Rewards", "Finn Grove", links=(link,)) is not None


def test_of_a_works_versions_the_years_or_else_the_main_one_is_meant_and_of_strangers_none(tmp_path: object) -> None:
    with Library.open(tmp_path, create=True) as library:  # type: ignore[arg-type]
        rows = [
            {"id": "w", "title": "On Tides", "authors": ["Ada Brook"], "venue": "Reefs @ Harbour 2030", "year": 2030},
            {"id": "c", "title": "On Tides", "authors": ["Ada Brook"], "venue": "Harbour 2031", "year": 2031},
            {"id": "x", "title": "On Sums", "authors": ["Ada Brook"], "venue": "Harbour 2031", "year": 2031},
            {"id": "y", "title": "On Sums", "authors": ["Ben Castle"], "venue": "Harbour 2031", "year": 2031},
        ]
        for row in rows:
            library.papers.merge(record_from_row(row, source="test"))
        resolver = Resolver(library)
        assert found(resolver, "On tides") == "id-c"
        assert resolver.item(Item(1, Entry(Named("On tides", year=2030))))[0].paper_id == "id-w"
        assert found(resolver, "On sums", "Ben Castle") == "id-y"
        entry, why = resolver.item(Item(1, Entry(Named("On sums"))))
        assert (entry.paper_id, why) == (
            None,
            "2 papers of the library have this title: link to the one that is meant",
        )


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("https://openreview.net/forum?id=tidepool01 read the appendix", "read the appendix"),
        ("Tidepool Caches for Reading Long Documents: https://openreview.net/forum?id=tidepool01", ""),
        ("Brook, Ada, and Ben Castle. Harbour, 2031. https://openreview.net/forum?id=tidepool01", ""),
        ("Brook's best work https://openreview.net/forum?id=tidepool01", "Brook's best work"),
        ("Tidepool Caches for Reading Long Documents", ""),
    ],
)
def test_what_stands_beside_an_address_is_a_remark_unless_it_only_cites_the_paper(
    resolver: Resolver, line: str, note: str
) -> None:
    entry, why = resolver.item(lines.parse(line).items[0])
    assert (entry.paper_id, entry.note, why) == ("tidepool01", note, "")
    assert entry.named.title == "Tidepool Caches for Reading Long Documents"


def test_a_paper_that_is_not_held_keeps_all_that_its_line_says(resolver: Resolver) -> None:
    text = "- [Unknown Work](https://arxiv.org/abs/3001.00001) - odd\n- https://arxiv.org/abs/3001.00002 why not\n"
    read = [resolver.item(item) for item in markdown.parse(text).items]
    assert [why for _, why in read] == [UNKNOWN, UNKNOWN]
    assert [(entry.named.title, entry.note) for entry, _ in read] == [
        ("Unknown Work", "odd"),
        ("https://arxiv.org/abs/3001.00002", "why not"),
    ]


def test_a_kept_entry_is_tied_to_its_paper_once_and_its_own_fields_stay(resolver: Resolver) -> None:
    kept = Entry(Named("Patient bandits for slow rewards"), None, ("S",), "n", ("t",), "reading", 1, entry_id=7)
    tied, why = resolver.entry(kept)
    assert (tied.section, tied.note, tied.tags, tied.state, tied.priority, tied.entry_id) == (
        *(("S",), "n", ("t",)),
        *("reading", 1, 7),
    )
    assert tied.named == Named(
        *("Patient Bandits for Slow Rewards", ("Finn Grove",), "Meadow 2030", 2030),
        "https://proceedings.mlr.press/v999/grove31a.html",
    )
    assert why == ""
    assert resolver.entry(tied) == (tied, "")
