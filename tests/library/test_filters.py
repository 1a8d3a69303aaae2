from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library import Library
from library.errors import UsageError
from library.papers import SORTS
from library.types import Filter, PaperRecord

Record = Callable[..., PaperRecord]

PAPERS = {
    "moss": {
        "title": "Moss on old roofs",
        "venue": "Garden 2031",
        "venue_id": "Garden.cc/2031/Conference",
        "tier": "oral",
        "year": 2031,
        "authors": ("Jérôme Müller",),
        "keywords": ("roof_tiles",),
    },
    "fern": {
        "title": "Ferns in the shade",
        "venue": "Garden 2031",
        "venue_id": "Garden.cc/2031/Conference",
        "tier": "poster",
        "year": 2031,
        "abstract": "They save 100% of the water.",
    },
    "kelp": {
        "title": "Kelp and the tide",
        "venue": "Garden 2031 Workshop on Water",
        "venue_id": "Garden.cc/2031/Workshop/Water",
        "tier": "oral",
        "year": 2030,
        "abstract": "They save 1000 litres.",
    },
    "oak": {"title": "Acorns", "venue": "Meadow 2029", "tier": "spotlight", "year": 2029, "keywords": ("roofXtiles",)},
    "bare": {"title": "A title and no more"},
}


@pytest.fixture
def shelf(library: Library, record: Record) -> Library:
    """A library of PAPERS, in their order."""
    for forum, fields in PAPERS.items():
        library.papers.merge(record(forum, **fields))
    return library


def ids(library: Library, where: Filter, **options: object) -> list[str]:
    return [p.paper_id for p in library.papers.select(where, **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (Filter(), {"moss", "fern", "kelp", "oak", "bare"}),
        (Filter(papers=("fern", "bare", "nobody")), {"fern", "bare"}),
        (Filter(papers=("fern", "kelp"), tier="workshop oral"), {"kelp"}),
        (Filter(papers=()), set()),
        (Filter(venue="Garden 2031"), {"moss", "fern"}),  # the exact name, not also the workshop
        (Filter(venue="gARDEN 2031"), {"moss", "fern"}),
        (Filter(venue="garden.cc/2031/workshop/water"), {"kelp"}),
        (Filter(venue="Garden.cc/2031/Conference"), {"moss", "fern"}),
        (Filter(venue="garden"), {"moss", "fern", "kelp"}),
        (Filter(venue="water"), {"kelp"}),
        (Filter(tier="ORAL"), {"moss"}),  # not also the workshop's
        (Filter(tier="Workshop Oral"), {"kelp"}),
        (Filter(tier="workshop poster"), set()),
        (Filter(tier="Spotlight"), {"oak"}),
        (Filter(tier="banquet"), set()),
        (Filter(year=2031), {"moss", "fern"}),
        (Filter(text="jerome MULLER"), {"moss"}),
        (Filter(text="Müller, Jérôme"), {"moss"}),
        (Filter(text="roofs moss"), {"moss"}),
        (Filter(text="moss shade"), set()),
        (Filter(text="save litres"), {"kelp"}),
        (Filter(text="100%"), {"fern", "kelp"}),
        (Filter(text="tide%kelp"), {"kelp"}),  # two words, in any order
        (Filter(text="a_orns"), set()),
        (Filter(text="roof_tiles"), {"moss"}),
        (Filter(text="'; DROP TABLE papers; --"), set()),
        (Filter(venue="Garden", tier="workshop oral", year=2030, text="tide"), {"kelp"}),
        (Filter(venue="Garden", tier="oral", year=2030, text="tide"), set()),
    ],
)
def test_a_filter_passes_the_papers_that_fit_all_of_it(shelf: Library, where: Filter, found: set[str]) -> None:
    assert set(ids(shelf, where)) == found
    assert shelf.papers.count(where) == len(found)


def test_a_filter_is_true_when_it_restricts_anything() -> None:
    assert not Filter()
    assert not Filter(venue="", text="")
    assert Filter(year=2031)


@pytest.mark.parametrize(
    ("venue", "near"), [("Gardn 2031", "Garden 2031"), ("meadow2029", "Meadow 2029"), ("MAEDOW", "Meadow 2029")]
)
def test_an_unknown_venue_is_an_error_that_names_the_nearest_first(shelf: Library, venue: str, near: str) -> None:
    with pytest.raises(UsageError, match=f"no paper of venue '{venue}': did you mean '{near}'"):
        shelf.papers.select(Filter(venue=venue))
    with pytest.raises(UsageError):
        shelf.papers.count(Filter(venue=venue))
    with pytest.raises(UsageError):
        shelf.passages.ids(Filter(venue=venue))


def test_a_venue_nothing_like_any_still_shows_some(shelf: Library) -> None:
    with pytest.raises(UsageError, match="did you mean 'Garden 2031', 'Garden 2031 Workshop on Water', 'Meadow 2029'"):
        shelf.papers.select(Filter(venue="qqqq"))


def test_a_library_without_venues_says_so(library: Library) -> None:
    with pytest.raises(UsageError, match="the library has no venues yet"):
        library.papers.select(Filter(venue="Garden"))


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("title", ["bare", "oak", "fern", "kelp", "moss"]),
        ("newest", ["fern", "moss", "kelp", "oak", "bare"]),
        ("tier", ["moss", "oak", "fern", "kelp", "bare"]),  # a workshop's oral after a conference's poster
    ],
)
def test_papers_come_in_the_order_asked_for(shelf: Library, sort: str, order: list[str]) -> None:
    assert ids(shelf, Filter(), sort=sort) == order


def test_tiers_sort_conferences_first_then_workshops_in_the_same_order_then_none(
    library: Library, record: Record
) -> None:
    for n, tier in enumerate((None, "poster", "spotlight", "oral")):
        library.papers.merge(record(f"w{n}", title="Same", venue="Reefs @ Harbour 2031", tier=tier))
        library.papers.merge(record(f"c{n}", title="Same", venue="Harbour 2031", tier=tier))
    assert ids(library, Filter(), sort="tier") == ["c3", "c2", "c1", "w3", "w2", "w1", "w0", "c0"]


tiers = st.sampled_from(["oral", "spotlight", "poster", "late", None])
venues = st.sampled_from(["Harbour 2031", "Reefs @ Harbour 2031", None])
rows = st.lists(
    st.tuples(st.sampled_from(["Moss", "moss!", "Fern"]), tiers, st.sampled_from([2030, 2031, None]), venues),
    max_size=12,
)


@settings(max_examples=25)
@given(papers=rows, sort=st.sampled_from(sorted(SORTS)), size=st.integers(1, 5))
def test_page_after_page_shows_every_paper_once(
    library: Library, record: Record, papers: list[tuple[str, str | None, int | None, str | None]], sort: str, size: int
) -> None:
    library.db.execute("DELETE FROM papers")
    for n, (title, tier, year, venue) in enumerate(papers):
        library.papers.merge(record(f"p{n}", title=title, tier=tier, year=year, venue=venue))

    whole = ids(library, Filter(), sort=sort)
    paged = [ids(library, Filter(), sort=sort, limit=size, offset=o) for o in range(0, len(papers), size)]

    assert [i for page in paged for i in page] == whole
    assert sorted(whole) == sorted(f"p{n}" for n in range(len(papers)))


def test_a_filter_of_no_papers_is_a_filter() -> None:
    assert Filter(papers=())
    assert Filter(topic="tides")
    assert not Filter()


def test_a_topic_whose_papers_nobody_told_is_not_taken_for_all_papers(shelf: Library) -> None:
    with pytest.raises(ValueError, match="'tides' of a filter was not resolved"):
        shelf.papers.count(Filter(topic="tides"))
