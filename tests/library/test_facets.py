from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library import Library
from library.facets import Author, Facets, Share, Trends
from library.types import Filter, PaperRecord

Record = Callable[..., PaperRecord]

PAPERS: dict[str, dict[str, object]] = {
    "moss": {"venue": "Garden", "tier": "oral", "year": 2031, "authors": ("Jérôme Müller", "Ada Brook")},
    "fern": {"venue": "Garden", "tier": "poster", "year": 2031, "authors": ("Jérôme Müller",)},
    "kelp": {"venue": "Harbour", "tier": "oral", "year": 2029, "authors": ("JEROME MULLER", "Ben Castle")},
    "bare": {},
}
KEYWORDS = {
    "moss": ("Roof Tiles", "water"),
    "fern": ("roof-tiles", "Water", "WATER"),
    "kelp": ("roof-tiles", "!!!"),
}


@pytest.fixture
def shelf(library: Library, record: Record) -> Library:
    """A library of PAPERS; two of them have a PDF that was read."""
    for name, fields in PAPERS.items():
        library.papers.merge(record(name, title=name.title(), keywords=KEYWORDS.get(name, ()), **fields))
    for name in ("moss", "kelp"):
        library.documents.replace(name, stem=name, sha256=name, parser="p", pages=[])
    return library


def ids(library: Library, where: Filter) -> set[str]:
    return {p.paper_id for p in library.papers.select(where)}


def test_facets_count_papers_the_most_frequent_value_first(shelf: Library) -> None:
    assert shelf.papers.facets() == Facets(
        venues=(("Garden", 2), ("Harbour", 1)),
        tiers=(("oral", 2), ("poster", 1)),
        years=((2031, 2), (2029, 1)),
        # A paper that names a keyword in two ways counts once; the way that most papers write it is shown.
        keywords=(("roof-tiles", 3), ("WATER", 2), ("!!!", 1)),
        authors=(("Jérôme Müller", 3), ("Ada Brook", 1), ("Ben Castle", 1)),
        full_text=((False, 2), (True, 2)),
    )


def test_a_facet_that_is_set_restricts_the_others_and_not_itself(shelf: Library) -> None:
    found = shelf.papers.facets(Filter(venue="garden", tier="oral"))
    assert found.venues == (("Garden", 1), ("Harbour", 1))  # among orals
    assert found.tiers == (("oral", 1), ("poster", 1))  # in the garden
    assert found.years == ((2031, 1),)
    assert found.authors == (("Ada Brook", 1), ("Jérôme Müller", 1))
    assert found.full_text == ((True, 1),)


def test_a_workshops_oral_is_counted_apart_and_each_count_is_of_the_papers_that_its_filter_finds(
    shelf: Library, record: Record
) -> None:
    for name in ("reed", "rush"):
        shelf.papers.merge(record(name, title=name.title(), venue="Ponds @ Garden 2031", tier="oral"))
    shelf.papers.merge(record("lily", title="Lily", venue_id="garden.org/2031/Workshop/Ponds", tier="poster"))
    found = shelf.papers.facets(Filter(tier="oral"))
    assert found.tiers == (("oral", 2), ("workshop oral", 2), ("poster", 1), ("workshop poster", 1))
    assert found.venues == (("Garden", 1), ("Harbour", 1))
    assert shelf.papers.facets(Filter(tier="Workshop Oral")).venues == (("Ponds @ Garden 2031", 2),)
    assert ids(shelf, Filter(tier="workshop oral")) == {"reed", "rush"}
    assert ids(shelf, Filter(tier="workshop poster")) == {"lily"}
    assert ids(shelf, Filter(tier="oral")) == {"moss", "kelp"}


def test_only_the_most_frequent_are_given_and_those_that_were_asked_for(shelf: Library) -> None:
    assert shelf.papers.facets(most=1).authors == (("Jérôme Müller", 3),)
    chosen = shelf.papers.facets(Filter(authors=("ben castle", "Nobody"), tier="poster"), most=1)
    assert chosen.authors == (("Jérôme Müller", 1), ("Ben Castle", 0))
    assert shelf.papers.facets(most=0).keywords == ()


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (Filter(authors=("jerome müller",)), {"moss", "fern", "kelp"}),
        (Filter(authors=("Ada Brook", "Ben Castle")), {"moss", "kelp"}),
        (Filter(authors=("Brook",)), set()),
        (Filter(authors=("Müller Ada",)), set()),  # side by side in the list, and nobody's name
        (Filter(keywords=("ROOF TILES",)), {"moss", "fern", "kelp"}),
        (Filter(keywords=("water",), authors=("Ada Brook",)), {"moss"}),
        (Filter(keywords=("!!!",)), {"kelp"}),
        (Filter(keywords=("???",)), set()),
        (Filter(keywords=("' OR 1 --",)), set()),
        (Filter(full_text=True), {"moss", "kelp"}),
        (Filter(full_text=False), {"fern", "bare"}),
        (Filter(full_text=True, keywords=("water",)), {"moss"}),
    ],
)
def test_papers_are_filtered_by_keyword_author_and_full_text(shelf: Library, where: Filter, found: set[str]) -> None:
    assert where
    assert ids(shelf, where) == found
    assert shelf.papers.count(where) == len(found)


def test_counts_follow_a_change_of_the_library(shelf: Library, record: Record) -> None:
    assert shelf.papers.spelling("authors", "dana") is None
    shelf.papers.merge(record("reed", title="Reed", authors=("Dana",)))
    assert ("Dana", 1) in shelf.papers.facets().authors
    assert shelf.papers.spelling("authors", "DANA") == "Dana"


def test_a_paper_that_is_not_shown_counts_nowhere(shelf: Library) -> None:
    values = {name: getattr(shelf.papers.get("kelp"), name) for name in ("title", "authors", "keywords", "venue")}
    shelf.papers.put("kelp", (), values, {}, status="withdrawn")
    assert ("Ben Castle", 1) not in shelf.papers.facets().authors
    assert ("Ben Castle", 1) in shelf.papers.facets(Filter(withdrawn=True)).authors
    author = shelf.papers.author("Ben Castle")
    assert author is not None
    assert author.papers == 0


def test_an_author_has_coauthors_venues_years_and_keywords(shelf: Library) -> None:
    assert shelf.papers.author("jerome muller", most=1) == Author(
        "Jérôme Müller",
        3,
        coauthors=(("Ada Brook", 1),),
        venues=(("Garden", 2), ("Harbour", 1)),
        years=((2031, 2), (2029, 1)),
        keywords=(("roof-tiles", 3),),
    )
    assert shelf.papers.author("Nobody") is None


def test_trends_count_a_selection_and_its_share_of_everything(shelf: Library, record: Record) -> None:
    shelf.papers.merge(record("reed", title="Reed", venue="Pond", year=2030))
    assert shelf.papers.trends(Filter(tier="oral")) == Trends(
        years=(Share("2029", 1, 1), Share("2030", 0, 1), Share("2031", 1, 2)),
        venues=(Share("Garden", 1, 2), Share("Harbour", 1, 1)),
    )
    assert shelf.papers.trends(Filter(text="nothing")) == Trends((), ())


names = st.sampled_from(["Ada", "ada", "Ádà", "Ada Brook", "Brook", "ß", "SS", "ﬁn", "***", "李 明", "a\u0301", "\x00"])
papers = st.lists(
    st.fixed_dictionaries(
        {
            "authors": st.lists(names | st.text(max_size=6), max_size=3).map(tuple),
            "keywords": st.lists(names, max_size=3).map(tuple),
            "venue": st.sampled_from(["Garden", "Harbour", "Reefs @ Harbour 2031", None]),
            "tier": st.sampled_from(["oral", "poster", None]),
            "year": st.sampled_from([2030, 2031, None]),
        }
    ),
    max_size=8,
)
filters = st.builds(
    Filter,
    tier=st.sampled_from(["oral", "workshop oral", None]),
    year=st.sampled_from([2030, None]),
    text=st.sampled_from(["ada", None]),
    keywords=st.sampled_from([(), ("Ada",), ("Brook", "ss")]),
    authors=st.sampled_from([(), ("ADA",)]),
    full_text=st.sampled_from([True, False, None]),
)


@settings(max_examples=60)
@given(papers=papers, where=filters)
def test_each_count_is_the_number_of_papers_when_filtered_by_that_value(
    library: Library, record: Record, papers: list[dict[str, object]], where: Filter
) -> None:
    library.db.execute("DELETE FROM papers")
    for n, fields in enumerate(papers):
        paper_id = library.papers.merge(record(f"p{n}", title=f"Title {n}", **fields)).paper_id
        if n % 2:
            library.documents.replace(paper_id, stem="x", sha256="00", parser="p", pages=[])
    found = library.papers.facets(where)
    for name, counts in (("tier", found.tiers), ("year", found.years), ("full_text", found.full_text)):
        for value, papers_with in counts:
            assert library.papers.count(replace(where, **{name: value})) == papers_with
    for name, terms in (("keywords", found.keywords), ("authors", found.authors)):
        for value, papers_with in terms:
            assert library.papers.count(replace(where, **{name: (value,)})) == papers_with
    for venue, papers_with in found.venues:
        assert library.papers.count(replace(where, venue=venue)) == papers_with
