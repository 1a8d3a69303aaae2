"""A page's address says what it shows, and reads back as what it said."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from library.facets import Facets, Kind
from library.types import Filter
from views.params import (
    MAX_TEXT,
    PAGE_SIZE,
    SORTS,
    Asked,
    Known,
    View,
    clamp,
    clean,
    pages,
    read_asked,
    read_view,
    selection_name,
    write_asked,
    write_view,
)

FACETS = Facets((("Harbour 2031", 2), ("Meadow 2030", 32)), (("poster", 32), ("oral", 2)), ((2030, 32), (2031, 2)))

WORDS = st.text(max_size=50).map(clean)
AUTHORS = {"ada brook": "Ada Brook", "ben castle": "Ben Castle"}
KEYWORDS = {"memory": "memory", "flow, rectified": "Flow, rectified"}


def spelling(kind: Kind, text: str) -> str | None:
    return (AUTHORS if kind == "authors" else KEYWORDS).get(text.casefold())


CHOSEN = ("heron", "lantern")
SELECTIONS = {selection_name(CHOSEN): CHOSEN}
KNOWN = Known(FACETS, spelling, {"tides": "tides", "Tides at sea": "tides"}.get, SELECTIONS.get)

FILTERS = st.builds(
    Filter,
    st.sampled_from(["Harbour 2031", "Meadow 2030", None]),
    st.sampled_from(["oral", "poster", None]),
    st.sampled_from([2030, 2031, None]),
    topic=st.sampled_from(["tides", None]),
    papers=st.sampled_from([CHOSEN, None]),
)


@given(WORDS, FILTERS)
def test_a_question_reads_back_from_its_address(question: str, where: Filter) -> None:
    assert read_asked(write_asked(question, where), KNOWN) == Asked(question, where)


@given(
    FILTERS,
    WORDS,
    st.lists(st.sampled_from(list(AUTHORS.values())), unique=True),
    st.lists(st.sampled_from(list(KEYWORDS.values())), unique=True),
    st.sampled_from([True, False, None]),
    st.sampled_from(list(SORTS)),
    st.integers(1, 999),
)
def test_a_view_reads_back_from_its_address(
    where: Filter, words: str, authors: list[str], keywords: list[str], full: bool | None, sort: str, page: int
) -> None:
    where = replace(where, text=words or None, authors=tuple(authors), keywords=tuple(keywords), full_text=full)
    view = View(where, sort, page)
    assert read_view(write_view(view), KNOWN) == view


NAMES = ["q", "venue", "tier", "year", "text", "sort", "page", "author", "keyword", "full", "topic", "chosen"]
VALUES = st.text(max_size=20) | st.lists(st.text(max_size=20), max_size=3)


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_address_gives_a_view_and_a_question(params: dict[str, str | list[str]]) -> None:
    view = read_view(params, KNOWN)
    assert view.sort in SORTS
    assert view.page >= 1
    assert set(view.where.authors) <= set(AUTHORS.values())
    assert read_asked(params, KNOWN).where.venue in {"Harbour 2031", "Meadow 2030", None}


def test_authors_and_keywords_are_told_as_the_library_writes_them_and_unknown_ones_are_told() -> None:
    params = {"author": ["ADA BROOK", "Nobody", "Ada Brook"], "keyword": "FLOW, rectified", "full": "perhaps"}
    view = read_view(params, KNOWN)
    assert view.where == Filter(authors=("Ada Brook",), keywords=("Flow, rectified",))
    assert view.ignored == ("author “Nobody”", "full text “perhaps”")


def test_the_usual_view_has_a_bare_address() -> None:
    assert write_view(View(Filter())) == {}


def test_a_filter_that_fits_nothing_is_told() -> None:
    view = read_view({"venue": "Elsewhere", "tier": "ORAL", "year": "1999"}, KNOWN)
    assert view.where == Filter(tier="oral")
    assert view.ignored == ("venue “Elsewhere”", "year “1999”")


def test_a_topic_is_known_by_its_name_too_and_an_unknown_one_is_told() -> None:
    assert read_view({"topic": "Tides at sea"}, KNOWN).where == Filter(topic="tides")
    asked = read_asked({"q": "Why?", "topic": "lava"}, KNOWN)
    assert (asked.where, asked.ignored) == (Filter(), ("topic “lava”",))


def test_chosen_papers_that_nobody_remembers_are_told_and_not_taken_for_others() -> None:
    assert read_view({"chosen": selection_name(CHOSEN)}, KNOWN) == View(Filter(papers=CHOSEN))
    assert read_view({"chosen": selection_name(("heron",))}, KNOWN) == View(Filter(), lost=True)


def test_the_same_papers_have_one_name_in_whatever_order_they_were_chosen() -> None:
    assert selection_name(("a", "b")) == selection_name(("b", "a")) != selection_name(("a", "c"))


def test_an_endless_question_is_cut() -> None:
    assert len(read_asked({"q": "why " * 10_000}, KNOWN).question) <= MAX_TEXT


def test_a_page_past_the_end_is_the_last_one() -> None:
    assert clamp(99, PAGE_SIZE + 1) == 2
    assert clamp(0, 5) == 1
    assert (pages(0), pages(PAGE_SIZE), pages(PAGE_SIZE + 1)) == (1, 1, 2)
