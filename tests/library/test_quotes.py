from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library import Library
from library.quotes import place, verify
from library.types import ABSTRACT, BODY, TITLE, PaperRecord, Passage, Span
from posterhall import Posterhall
from tests.hall_fixture import MEMORY

pytest_plugins = ("tests.hall_fixture",)

PAGES = ("The first page has a few words. It goes", "on here, on the second page. And ends.")


def passage(*spans: Span) -> Passage:
    """A passage of PAGES, made of these pieces."""
    text = " ".join(PAGES[(s.page or 1) - 1][s.start : s.end] for s in spans)
    return Passage(1, "p", 1, BODY, 0, "1 Introduction", text, spans, ((0, len(text)),), "")


def test_a_sentence_on_one_page_stands_there_as_one_piece() -> None:
    two_pages = passage(Span(1, 4, 39), Span(2, 0, 38))

    assert two_pages.text == "first page has a few words. It goes on here, on the second page. And ends."
    assert place(two_pages, 6, 10) == Span(1, 10, 14)  # "page"
    assert place(two_pages, 36, 43) == Span(2, 0, 7)  # "on here"
    assert PAGES[1][0:7] == "on here"


def test_a_sentence_that_a_page_or_a_float_breaks_has_no_place() -> None:
    over_two_pages = passage(Span(1, 0, 39), Span(2, 0, 38))
    around_a_float = passage(Span(1, 0, 9), Span(1, 20, 31))

    assert place(over_two_pages, 32, 60) is None
    assert place(around_a_float, 0, len(around_a_float.text)) is None


@given(st.data())
def test_a_place_holds_exactly_the_text_and_only_a_run_inside_one_piece_has_one(data: st.DataObject) -> None:
    pieces = []
    for number, text in enumerate(PAGES, 1):
        cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=4)))
        pieces += [Span(number, a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    made = passage(*pieces)
    start = data.draw(st.integers(0, len(made.text)))
    end = data.draw(st.integers(start, len(made.text)))

    found = place(made, start, end)

    # Positions of each piece in the passage, worked out letter by letter.
    owners: list[int | None] = []
    for n, piece in enumerate(pieces):
        owners += ([None] if n else []) + [n] * (piece.end - piece.start)
    touched = {n for n in owners[start:end] if n is not None}
    assert (found is not None) == (len(touched) == 1)
    if found is not None and None not in owners[start:end]:
        assert PAGES[(found.page or 1) - 1][found.start : found.end] == made.text[start:end]


def test_every_whole_sentence_of_a_library_is_verified(hall: Posterhall) -> None:
    kinds = set()
    for paper in hall.papers():
        for found in hall.passages(paper.paper_id):
            for start, end in found.sentences:
                span, text = place(found, start, end), found.text[start:end]
                if span is None or "\ufffd" in text:
                    continue
                assert verify(hall.library, found, span, text), text
                kinds.add(found.kind)

    assert kinds == {"title", "abstract", "note", "body"}


@pytest.fixture
def memory(hall: Posterhall) -> tuple[Passage, Span]:
    """A passage on page 2 of a PDF, and where its first sentence stands."""
    found = next(p for p in hall.passages("id-tidepool") if p.text.startswith(MEMORY))
    span = place(found, 0, len(MEMORY))
    assert span is not None
    return found, span


def test_a_quote_is_refused_that_differs_from_its_page_by_one_letter(
    hall: Posterhall, memory: tuple[Passage, Span]
) -> None:
    found, span = memory

    assert verify(hall.library, found, span, MEMORY)
    assert not verify(hall.library, found, span, MEMORY.replace("37", "36"))
    assert not verify(hall.library, found, span, MEMORY[:-1])
    assert not verify(hall.library, found, span, MEMORY.upper())
    assert not verify(hall.library, found, span, "")


def test_a_quote_is_refused_beside_its_place(hall: Posterhall, memory: tuple[Passage, Span]) -> None:
    found, span = memory

    for wrong in (
        replace(span, start=span.start + 1, end=span.end + 1),
        replace(span, page=3),
        replace(span, page=99),
        replace(span, page=None),
    ):
        assert not verify(hall.library, found, wrong, MEMORY)
    assert not verify(hall.library, replace(found, document_id=9999), span, MEMORY)


def test_a_quote_with_a_glyph_that_nobody_can_name_is_refused_although_the_page_has_it(hall: Posterhall) -> None:
    found = next(p for p in hall.passages("id-tidepool") if "\ufffd" in p.text)
    start = found.text.index("The odd tidepool symbol")
    end = found.text.index("look up.", start) + len("look up.")
    span = place(found, start, end)
    assert span is not None
    assert verify(hall.library, found, replace(span, end=span.start + 23), found.text[start : start + 23])

    assert not verify(hall.library, found, span, found.text[start:end])


def test_a_passage_that_drifted_from_its_page_is_refused(
    copied: Path, opened: Callable[[Path], Posterhall], memory: tuple[Passage, Span]
) -> None:
    found, span = memory
    library = opened(copied).library
    assert verify(library, found, span, MEMORY)

    library.db.execute("UPDATE pages SET text = replace(text, '37 percent', '73 percent')")

    assert library.passages.get_many([found.passage_id])[found.passage_id].text == found.text
    assert not verify(library, found, span, MEMORY)


def test_a_quote_from_a_record_is_compared_with_the_record(tmp_path: Path) -> None:
    with Library.open(tmp_path, create=True) as library:
        abstract = "Line one\n  goes on.  Line two."
        library.papers.merge(PaperRecord("test", "A Title", (("id", "a"),), abstract=abstract))
        made = Passage(1, "id-a", None, ABSTRACT, 0, "Abstract", "Line one goes on. Line two.", (), (), "")

        assert verify(library, made, Span(None, 0, 17), "Line one goes on.")
        assert verify(library, made, Span(None, 18, 27), "Line two.")
        assert verify(library, replace(made, kind=TITLE), Span(None, 2, 7), "Title")
        assert not verify(library, replace(made, kind=TITLE), Span(None, 0, 17), "Line one goes on.")
        assert not verify(library, replace(made, kind=BODY), Span(None, 0, 17), "Line one goes on.")
        assert not verify(library, replace(made, paper_id="id-gone"), Span(None, 0, 17), "Line one goes on.")
        library.papers.merge(PaperRecord("test", "A Title", (("id", "a"),), abstract="Line one. Line two."))
        assert not verify(library, made, Span(None, 0, 17), "Line one goes on.")
