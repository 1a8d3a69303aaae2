from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from library import Library
from library.text import digest
from library.types import ABSTRACT, TITLE, Document, Filter, Line, Page, PaperRecord, Passage, Span

Record = Callable[..., PaperRecord]
MakePassage = Callable[..., Passage]
Dump = Callable[[Library], str]

PAGE = Page(
    1, 595.0, 842.0, "Ünderbrush 🐝 grows.", (Line(0, 10, (72.0, 90.5, 200.25, 101.0)), Line(11, 19, (1, 2, 3, 4)))
)


@pytest.fixture
def paper(library: Library, record: Record) -> str:
    """The id of a paper in the library."""
    return library.papers.merge(record("moss")).paper_id


def store(library: Library, paper_id: str, sha256: str = "aa", pages: tuple[Page, ...] = (PAGE,)) -> int:
    return library.documents.replace(paper_id, stem="moss", sha256=sha256, parser="reader-1", pages=pages)


def rows(library: Library, table: str) -> int:
    return library.db.table(table).count


def test_a_document_and_its_pages_read_back_as_they_were(library: Library, paper: str) -> None:
    document_id = store(library, paper)

    document = Document(document_id, "moss", "moss", "aa", 1, "reader-1")
    assert library.documents.of_paper(paper) == document
    assert library.documents.of_papers([paper, "nobody"]) == {paper: document}
    assert library.documents.with_hash("aa") == [document]
    assert library.documents.page(document_id, 1) == PAGE
    assert library.documents.page(document_id, 2) is None
    assert library.documents.counts() == (1, 1)


def test_a_new_document_takes_the_earlier_ones_pages_and_passages_away(
    library: Library, paper: str, passage: MakePassage
) -> None:
    library.passages.replace(paper, None, [passage(paper, "Moss on old roofs", kind=TITLE, page=None)])
    first = store(library, paper, "aa", (PAGE, Page(2, 595, 842, "", ())))
    library.passages.replace(paper, first, [passage(paper, "Green."), passage(paper, "Wet.", 1)])

    second = store(library, paper, "bb")

    assert second > first
    assert library.documents.of_paper(paper) == Document(second, paper, "moss", "bb", 1, "reader-1")
    assert library.documents.page(first, 1) is None
    assert (rows(library, "documents"), rows(library, "pages")) == (1, 1)
    assert [p.text for p in library.passages.of_paper(paper)] == ["Moss on old roofs"]
    assert library.documents.with_hash("aa") == []


def test_a_document_of_no_paper_is_refused(library: Library) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY"):
        store(library, "nobody")
    assert rows(library, "documents") == 0


def test_a_document_counts_as_a_change_of_its_paper(library: Library, paper: str) -> None:
    before = library.revision
    store(library, paper)
    assert library.revision == before + 1
    assert library.papers.changed_since(before) == {paper}


def test_the_same_passages_again_keep_their_ids_and_write_nothing(
    library: Library, paper: str, passage: MakePassage, dump: Dump
) -> None:
    document = store(library, paper)
    passages = [passage(paper, "Green."), passage(paper, "Wet.", 1)]
    assert library.passages.replace(paper, document, passages)
    before = dump(library)

    assert not library.passages.replace(paper, document, passages)
    assert dump(library) == before


def test_changed_passages_get_ids_that_were_never_used(library: Library, paper: str, passage: MakePassage) -> None:
    used: set[int] = set()
    for texts in (["Green.", "Wet."], ["Green.", "Dry."], [], ["Green.", "Wet."]):
        library.passages.replace(paper, None, [passage(paper, t, n, page=None) for n, t in enumerate(texts)])
        now = {p.passage_id for p in library.passages.of_paper(paper)}

        assert len(now) == len(texts)
        assert not now & used
        used |= now


@pytest.mark.parametrize(
    "change",
    [
        {"section": "2 Roofs"},
        {"spans": (Span(1, 1, 7),)},
        {"sentences": ((0, 3), (3, 6))},
        {"embed_hash": "other"},
        {"kind": "abstract"},
    ],
    ids=str,
)
def test_a_passage_that_differs_in_anything_is_a_new_one(
    library: Library, paper: str, passage: MakePassage, change: dict[str, object]
) -> None:
    from dataclasses import replace

    document = store(library, paper)
    library.passages.replace(paper, document, [passage(paper, "Green.")])
    before, revision = library.passages.ids(), library.revision

    assert library.passages.replace(paper, document, [replace(passage(paper, "Green."), **change)])  # type: ignore[arg-type]
    assert library.passages.ids() != before
    assert library.revision == revision + 1


def test_a_papers_change_costs_the_same_in_a_library_of_many_papers(
    library: Library, record: Record, passage: MakePassage
) -> None:
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    def cost(forum: str) -> int:
        """What SQLite does for one paper that comes, changes and gets a document, in hundreds of its instructions."""
        before = steps
        for text in ("Green.", "Wet."):
            library.papers.merge(record(forum, title=f"Moss {forum}", abstract=text))
            library.passages.replace(forum, None, [passage(forum, text, page=None)])
            library.passages.replace(forum, store(library, forum, text), [passage(forum, text)])
        return steps - before

    library.db.conn.set_progress_handler(step, 100)
    first = cost("first")
    for n in range(300):
        cost(f"p{n}")

    assert cost("last") < 2 * first


def test_a_passage_reads_back_as_it_was(library: Library, paper: str) -> None:
    document = store(library, paper)
    spans = (Span(1, 0, 10), Span(2, 3, 8))
    text = "Underbrush grows"
    stored = Passage(0, paper, document, "body", 3, "2 Roofs", text, spans, ((0, 10), (11, 16)), digest("x"))
    library.passages.replace(paper, document, [stored])

    (passage_id,) = library.passages.ids()
    assert library.passages.get_many([passage_id, 999]) == {
        passage_id: Passage(
            passage_id, paper, document, "body", 3, "2 Roofs", text, spans, ((0, 10), (11, 16)), digest("x")
        )
    }


def test_a_papers_passages_come_in_reading_order_its_own_record_first(
    library: Library, paper: str, passage: MakePassage
) -> None:
    document = store(library, paper)
    library.passages.replace(paper, document, [passage(paper, "Body one."), passage(paper, "Body two.", 1)])
    record = [
        passage(paper, "Title", 0, kind=TITLE, page=None),
        passage(paper, "Abstract", 1, kind=ABSTRACT, page=None),
    ]
    library.passages.replace(paper, None, record)

    assert [p.text for p in library.passages.of_paper(paper)] == ["Title", "Abstract", "Body one.", "Body two."]


def test_passages_are_picked_by_filter_by_paper_and_by_id(
    library: Library, record: Record, passage: MakePassage
) -> None:
    for forum, year in (("a", 2030), ("b", 2031)):
        library.papers.merge(record(forum, year=year))
        library.passages.replace(forum, None, [passage(forum, f"{forum}{n}", n, page=None) for n in range(2)])

    everything = library.passages.ids()
    assert everything == sorted(everything)
    assert len(everything) == library.passages.count() == 4
    assert library.passages.ids(Filter(year=2031)) == everything[2:]
    assert library.passages.ids_of_papers(["a"]) == everything[:2]
    assert library.passages.paper_ids([everything[0], everything[3], 999]) == {everything[0]: "a", everything[3]: "b"}
    assert [row.text for row in library.passages.index_rows()] == ["a0", "a1", "b0", "b1"]
    assert [row.text for row in library.passages.index_rows([everything[2], 999])] == ["b0"]
    assert list(library.passages.index_rows([])) == []


def test_what_an_index_row_gives_the_encoder_has_the_passages_hash(
    library: Library, paper: str, passage: MakePassage
) -> None:
    library.passages.replace(paper, store(library, paper), [passage(paper, "It is green.")])

    (row,) = library.passages.index_rows()

    assert row.embed_text == "Moss on old roofs. 1 Moss. It is green."
    assert digest(row.embed_text) == row.embed_hash


def test_deleting_a_paper_leaves_nothing_of_it(library: Library, paper: str, passage: MakePassage) -> None:
    library.passages.replace(paper, store(library, paper), [passage(paper, "Green.")])

    library.db.execute("DELETE FROM papers WHERE paper_id = ?", [paper])

    assert {t: rows(library, t) for t in ("documents", "pages", "passages", "identifiers")} == {
        "documents": 0,
        "pages": 0,
        "passages": 0,
        "identifiers": 0,
    }


hashes = st.text("abcdef0123456789", min_size=1, max_size=4)


@settings(max_examples=40)
@given(first=st.dictionaries(hashes, st.binary()), second=st.dictionaries(hashes, st.binary()))
def test_vectors_are_kept_by_model_and_hash_and_the_first_stays(
    library: Library, first: dict[str, bytes], second: dict[str, bytes]
) -> None:
    library.db.execute("DELETE FROM vectors")
    library.vectors.put_many("one", first)
    library.vectors.put_many("one", second)
    library.vectors.put_many("two", second)

    wanted = [*first, *second, "zz"]
    assert library.vectors.get_many("one", wanted) == {**second, **first}
    assert library.vectors.get_many("two", wanted) == second
    assert library.vectors.get_many("three", wanted) == {}
    assert library.vectors.count("two") == len(second)
    assert library.vectors.count() == len({**second, **first}) + len(second)


def test_more_vectors_than_sql_has_variables_are_found_at_once(library: Library) -> None:
    many = {f"{n:05}": n.to_bytes(2, "little") for n in range(40_000)}
    library.vectors.put_many("one", many)
    assert library.vectors.get_many("one", many) == many


def test_a_failure_counts_its_attempts_shows_the_last_reason_and_clears(library: Library) -> None:
    library.failures.record("pdf", "b.pdf", "broken pdf", "first")
    library.failures.record("metadata", "x.jsonl:3", "bad row", "no title")
    library.failures.record("pdf", "b.pdf", "encrypted pdf", "second")

    found = library.failures.all()
    assert [(f.kind, f.item, f.reason, f.detail, f.attempts) for f in found] == [
        ("metadata", "x.jsonl:3", "bad row", "no title", 1),
        ("pdf", "b.pdf", "encrypted pdf", "second", 2),
    ]

    library.failures.clear("pdf", "x.jsonl:3")
    assert len(library.failures.all()) == 2, "another kind's item"
    library.failures.clear("pdf", "b.pdf")
    assert [f.item for f in library.failures.all()] == ["x.jsonl:3"]

    library.failures.record("pdf", "b.pdf", "broken pdf", "third")
    assert [f.attempts for f in library.failures.all()] == [1, 1]
