import re
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library import Library
from library.papers import Merge
from library.types import Filter, Paper, PaperRecord

Record = Callable[..., PaperRecord]
Dump = Callable[[Library], str]

FULL = {
    "authors": ("Ada Brook", "Ben Castle"),
    "abstract": "Roofs grow green.",
    "note": "On moss.",
    "venue": "Garden 2031",
    "venue_id": "Garden.cc/2031",
    "tier": "oral",
    "year": 2031,
    "keywords": ("moss", "roofs"),
    "links": {"pdf": "https://example.org/moss.pdf"},
    "licence": "CC BY 4.0",
}

numbers = count()


def held(library: Library, paper_id: str) -> Paper:
    paper = library.papers.get(paper_id)
    assert paper is not None
    return paper


def test_a_record_is_added_then_unchanged_then_changed(library: Library, record: Record) -> None:
    assert library.papers.merge(record("a", year=2031)) == Merge("a", "added")
    assert library.papers.merge(record("a", year=2031)) == Merge("a", "unchanged")
    assert library.papers.merge(record("a", year=2032)) == Merge("a", "changed")
    assert held(library, "a").year == 2032


def test_a_paper_reads_back_with_every_field_of_its_record(library: Library, record: Record) -> None:
    library.papers.merge(record("a", source="file:x.jsonl", **FULL))

    fields = ("title", *FULL)
    assert held(library, "a") == Paper(
        paper_id="a",
        title="Moss on old roofs",
        forum_id="a",
        provenance=dict.fromkeys(fields, "file:x.jsonl"),
        **FULL,  # type: ignore[arg-type]
    )


def test_empty_fields_never_erase(library: Library, record: Record) -> None:
    library.papers.merge(record("a", **FULL))
    before = held(library, "a")

    again = library.papers.merge(record("a", source="another", authors=(), abstract="", keywords=(), links={}))

    assert again.change == "unchanged"
    assert held(library, "a") == before


def test_each_field_remembers_the_source_that_its_value_came_from(library: Library, record: Record) -> None:
    library.papers.merge(record("a", source="first", venue="Garden 2031", tier="poster"))
    library.papers.merge(record("a", source="second", venue="Garden 2031", tier="oral", year=2031))

    assert held(library, "a").provenance == {
        "title": "first",
        "venue": "first",
        "tier": "second",
        "year": "second",
    }


def test_links_of_two_sources_stand_side_by_side(library: Library, record: Record) -> None:
    library.papers.merge(record("a", links={"pdf": "https://a.org/1.pdf", "site": "https://a.org"}))
    library.papers.merge(record("a", links={"pdf": "https://a.org/2.pdf"}))

    assert held(library, "a").links == {"pdf": "https://a.org/2.pdf", "site": "https://a.org"}
    assert library.papers.merge(record("a", links={"site": "https://a.org"})).change == "unchanged"


values = st.none() | st.text("ab ", max_size=3)


@settings(max_examples=40)
@given(rows=st.lists(st.tuples(values, values, st.none() | st.integers(2020, 2022)), min_size=1, max_size=5))
def test_a_field_holds_the_last_value_that_any_record_gave(
    library: Library, record: Record, rows: list[tuple[str | None, str | None, int | None]]
) -> None:
    forum = f"forum{next(numbers)}"
    for abstract, venue, year in rows:
        library.papers.merge(record(forum, abstract=abstract, venue=venue, year=year))

    paper = held(library, forum)
    last = [next((v for v in reversed(column) if v), None) for column in zip(*rows, strict=True)]
    assert [paper.abstract or None, paper.venue or None, paper.year] == last


@pytest.mark.parametrize(
    ("believed", "other"),
    [("forum", "pmlr"), ("pmlr", "arxiv"), ("arxiv", "id"), ("id", "file"), ("file", "work"), ("forum", "work")],
)
def test_of_two_identifiers_that_name_different_papers_the_stronger_is_believed(
    library: Library, record: Record, believed: str, other: str
) -> None:
    first = library.papers.merge(record(identifiers=((believed, "one"),), title="First")).paper_id
    second = library.papers.merge(record(identifiers=((other, "two"),), title="Second")).paper_id

    both = record(identifiers=((other, "two"), (believed, "one")), title="Third")

    assert library.papers.merge(both).paper_id == first
    assert held(library, second).title == "Second"
    assert library.papers.find(other, "two") == second


def test_any_identifier_of_a_record_leads_a_later_record_to_its_paper(library: Library, record: Record) -> None:
    names = (("pmlr", "v262/brook24a"), ("arxiv", "2401.00001"), ("id", "moss"))
    paper_id = library.papers.merge(record(identifiers=names)).paper_id

    for name in names:
        assert library.papers.merge(record(identifiers=(name,), year=2031)).paper_id == paper_id
    assert library.papers.count() == 1


def test_a_paper_that_gains_a_forum_id_keeps_its_own(library: Library, record: Record) -> None:
    paper_id = library.papers.merge(record(identifiers=(("id", "moss"),))).paper_id

    merged = library.papers.merge(record(identifiers=(("id", "moss"), ("forum", "AbC_1-2"))))

    assert merged == Merge(paper_id, "changed")
    assert held(library, paper_id).forum_id == "AbC_1-2"
    assert library.papers.find("forum", "AbC_1-2") == paper_id


def test_one_title_at_one_venue_under_two_forum_ids_is_two_papers(library: Library, record: Record) -> None:
    first = library.papers.merge(record(identifiers=(("forum", "aaa"), ("work", "w"))))
    second = library.papers.merge(record(identifiers=(("forum", "bbb"), ("work", "w"))))

    assert (first, second) == (Merge("aaa", "added"), Merge("bbb", "added"))
    assert library.papers.merge(record(identifiers=(("forum", "bbb"), ("work", "w")))) == Merge("bbb", "unchanged")


def test_one_work_without_a_forum_id_is_the_paper_that_has_one(library: Library, record: Record) -> None:
    library.papers.merge(record(identifiers=(("forum", "aaa"), ("work", "w"))))
    assert library.papers.merge(record(identifiers=(("work", "w"),))) == Merge("aaa", "unchanged")


@pytest.mark.parametrize("forum", ["../../x", "x" * 300, "🐍🐍", "a b", "", "x\n", "ab?c=d&e#f", "é", "٣"])
def test_an_unsafe_forum_id_becomes_a_safe_paper_id_that_stays(library: Library, record: Record, forum: str) -> None:
    paper_id = library.papers.merge(record(forum)).paper_id

    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", paper_id)
    assert library.papers.merge(record(forum)) == Merge(paper_id, "unchanged")
    assert library.papers.find("forum", forum) == paper_id


@settings(max_examples=60)
@given(
    names=st.sets(
        st.tuples(st.sampled_from(["forum", "pmlr", "arxiv", "id", "file"]), st.text("aZ0_-/.🐍", min_size=1)),
        min_size=1,
    )
)
def test_different_identifiers_get_different_safe_paper_ids(
    library: Library, record: Record, names: set[tuple[str, str]]
) -> None:
    ids = {name: library.papers.merge(record(identifiers=(name,))).paper_id for name in names}

    assert len(set(ids.values())) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,64}", paper_id) for paper_id in ids.values())
    assert all(library.papers.find(*name) == paper_id for name, paper_id in ids.items())


def test_a_forum_id_that_is_anothers_made_up_id_still_gets_its_own(library: Library, record: Record) -> None:
    made_up = library.papers.merge(record("a/b")).paper_id

    second = library.papers.merge(record(made_up)).paper_id

    assert second != made_up
    assert library.papers.count() == 2


def test_names_that_differ_only_by_their_separator_are_two_papers(library: Library, record: Record) -> None:
    first = library.papers.merge(record(identifiers=(("pmlr", "v262/wu24a"),))).paper_id
    second = library.papers.merge(record(identifiers=(("pmlr", "v262-wu24a"),))).paper_id
    assert (first, second) == ("pmlr-v262-wu24a", second)
    assert first != second


def test_text_that_looks_like_sql_is_text(library: Library, record: Record) -> None:
    evil = "'; DROP TABLE papers; --"
    library.papers.merge(record(evil, title=evil, abstract=evil, venue=evil, authors=(evil,), keywords=(evil,)))
    library.failures.record(evil, evil, evil, evil)

    found = library.papers.select(Filter(venue=evil, text=evil))

    assert [(p.title, p.venue, p.authors) for p in found] == [(evil, evil, (evil,))]
    assert library.papers.find("forum", evil) == found[0].paper_id
    assert library.papers.find_title(evil) == [found[0].paper_id]
    assert library.papers.count() == 1


def test_a_title_is_found_whatever_its_case_accents_and_punctuation(library: Library, record: Record) -> None:
    library.papers.merge(record("a", title="Éclairs: A Study"))
    library.papers.merge(record("b", title="Eclairs — a study!"))
    library.papers.merge(record("c", title="Eclairs, another study"))

    assert library.papers.find_title("ECLAIRS a study") == ["a", "b"]
    assert library.papers.find_title("croissants") == []


def test_the_revision_grows_by_one_with_a_change_and_only_with_one(library: Library, record: Record) -> None:
    seen = [library.revision]
    library.papers.merge(record("a"))
    seen.append(library.revision)
    library.papers.merge(record("a"))
    seen.append(library.revision)
    library.papers.merge(record("a", year=2031))
    seen.append(library.revision)
    library.papers.set_reader("a", "chunker")
    library.failures.record("pdf", "x.pdf", "broken pdf", "")
    library.vectors.put_many("m", {"h": b""})
    seen.append(library.revision)

    assert seen == [0, 1, 1, 2, 2]


def test_an_unchanged_record_writes_no_row(library: Library, record: Record, dump: Dump) -> None:
    library.papers.merge(record("a", **FULL))
    before = dump(library)

    library.papers.merge(record("a", source="another", **FULL))

    assert dump(library) == before


def test_papers_changed_since_a_revision_are_those_touched_after_it(library: Library, record: Record) -> None:
    for forum in "abc":
        library.papers.merge(record(forum))
    revision = library.revision
    library.papers.merge(record("b", year=2031))
    library.papers.merge(record("c"))

    assert library.papers.changed_since(revision) == {"b"}
    assert library.papers.changed_since(0) == {"a", "b", "c"}


def test_a_change_of_the_record_asks_for_its_passages_to_be_made_again(library: Library, record: Record) -> None:
    library.papers.merge(record("a"))
    library.papers.set_reader("a", "chunker-1")
    library.papers.merge(record("a"))
    assert library.papers.reader("a") == "chunker-1"

    library.papers.merge(record("a", abstract="Green."))

    assert library.papers.reader("a") is None


def test_papers_that_do_not_exist_are_left_out(library: Library, record: Record) -> None:
    library.papers.merge(record("a"))
    assert library.papers.get("zzz") is None
    assert set(library.papers.get_many(["zzz", "a"])) == {"a"}
    assert library.papers.reader("zzz") is None
