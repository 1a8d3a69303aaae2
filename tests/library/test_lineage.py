import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from library import Library
from library.lineage import JOIN, SPLIT, decision
from library.types import ABSTRACT, Filter, PaperRecord, Passage

Record = Callable[..., PaperRecord]


def test_a_decision_about_two_papers_is_the_same_whichever_is_named_first() -> None:
    assert decision("b", "a", JOIN) == decision("a", "b", JOIN)


def test_the_last_decision_about_two_papers_takes_the_place_of_the_one_before(library: Library) -> None:
    for made in (decision("a", "b", JOIN), decision("c", "a", JOIN), decision("b", "a", SPLIT)):
        library.lineage.put(made)
    assert library.lineage.all() == [decision("a", "c", JOIN), decision("a", "b", SPLIT)]


def test_decisions_outlive_their_papers_and_the_closing_of_the_library(tmp_path: Path, record: Record) -> None:
    with Library.open(tmp_path, create=True) as library:
        paper = library.papers.merge(record("a")).paper_id
        library.lineage.put(decision(paper, "b", SPLIT))
        library.db.execute("DELETE FROM papers")
        library.db.conn.commit()
    with Library.open(tmp_path) as again:
        assert again.lineage.all() == [decision(paper, "b", SPLIT)]


def test_the_mark_moves_with_every_paper_and_every_decision_and_with_nothing_else(
    library: Library, record: Record
) -> None:
    marks = [library.lineage.mark()]

    def moved() -> bool:
        marks.append(library.lineage.mark())
        return marks[-1] not in marks[:-1]

    library.papers.merge(record("a"))
    assert moved()
    library.papers.merge(record("a", title="Moss on new roofs"))
    assert moved()
    library.lineage.put(decision("a", "b", JOIN))
    assert moved()
    library.lineage.put(decision("a", "b", SPLIT))
    assert moved()
    library.lineage.put(decision("a", "b", JOIN))
    assert moved()
    library.papers.merge(record("a", title="Moss on new roofs"))
    library.failures.record("pdf", "x.pdf", "broken pdf", "Fetch it again")
    assert not moved()


def test_only_joins_and_splits_of_two_papers_can_be_kept(library: Library) -> None:
    for wrong in (decision("a", "b", "maybe"), decision("a", "a", JOIN)):
        with pytest.raises(sqlite3.IntegrityError):
            library.lineage.put(wrong)
    assert library.lineage.all() == []


def test_the_vectors_of_abstracts_are_found_by_their_papers(
    library: Library, record: Record, passage: Callable[..., Passage]
) -> None:
    first, second = (library.papers.merge(record(name)).paper_id for name in ("a", "b"))
    texts = [passage(first, text, n, kind=ABSTRACT, page=None) for n, text in enumerate(("Moss.", "Roofs."))]
    library.passages.replace(first, None, texts)
    library.passages.replace(second, None, [passage(second, "Body.", page=None)])
    vectors = {p.embed_hash: bytes([n]) for n, p in enumerate([*texts, passage(second, "Body.")])}
    library.vectors.put_many("model", vectors)
    assert library.lineage.abstract_vectors("model", [first, second]) == {first: [b"\x00", b"\x01"]}
    assert library.lineage.abstract_vectors("another", [first, second]) == {}


def test_a_list_can_leave_papers_out_and_papers_can_be_asked_whether_they_pass_a_filter(
    library: Library, record: Record
) -> None:
    for n, name in enumerate("abc"):
        library.papers.merge(record(name, title=f"Moss {n}", year=2030 + n))
    every = Filter()
    assert [p.paper_id for p in library.papers.select(every, without=["b", "nobody"])] == ["a", "c"]
    assert [p.paper_id for p in library.papers.select(every, without=["a"], limit=1, offset=1)] == ["c"]
    assert library.papers.among(["a", "c", "nobody"], Filter(year=2032)) == {"c"}
