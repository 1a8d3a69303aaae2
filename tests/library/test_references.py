from library import Library
from library.references import Reference
from library.types import PaperRecord, Span

FIRST = Reference("1", "[1] A. Brook. On lanterns.", (Span(9, 0, 26),))
SECOND = Reference("", "C. Dune. On rain.", (Span(9, 30, 38), Span(10, 0, 8)))


def document(library: Library) -> int:
    paper_id = library.papers.merge(PaperRecord("file:x", "On fog", (("id", "x"),))).paper_id
    return library.documents.replace(paper_id, stem="fog", sha256="0" * 64, parser="test", pages=[])


def test_references_come_back_as_they_were_stored_in_the_lists_order(library: Library) -> None:
    fog = document(library)
    library.references.replace(fog, [FIRST, SECOND])
    assert library.references.of_document(fog) == [FIRST, SECOND]
    assert (SECOND.page, library.references.count()) == (9, 2)


def test_storing_again_replaces_them(library: Library) -> None:
    fog = document(library)
    library.references.replace(fog, [FIRST, SECOND])
    library.references.replace(fog, [SECOND])
    assert library.references.of_document(fog) == [SECOND]


def test_they_go_with_their_document(library: Library) -> None:
    library.references.replace(document(library), [FIRST])
    document(library)
    assert library.references.count() == 0
