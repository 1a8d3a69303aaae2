from hypothesis import given
from hypothesis import strategies as st

from library.types import Passage, Span, locate

PAGES = {1: "Heather grows on the moor.", 2: "Bees like it. So do we."}


@st.composite
def pieces_and_slice(draw: st.DrawFn) -> tuple[list[str], int, int]:
    """Texts of some spans, and a slice of their joined text that starts and ends on a character of a span."""
    pieces = draw(st.lists(st.text("ab é🐝", min_size=1, max_size=8), min_size=1, max_size=6))
    solid, offset = [], 0
    for piece in pieces:
        solid += range(offset, offset + len(piece))
        offset += len(piece) + 1
    first, last = sorted((draw(st.sampled_from(solid)), draw(st.sampled_from(solid))))
    return pieces, first, last + 1


@given(pieces_and_slice(), st.integers(0, 50))
def test_the_located_slices_joined_are_the_slice_of_the_text(case: tuple[list[str], int, int], lead: int) -> None:
    pieces, start, end = case
    pages = {n: "x" * lead + piece + "yz" for n, piece in enumerate(pieces, 1)}
    spans = [Span(n, lead, lead + len(piece)) for n, piece in enumerate(pieces, 1)]

    found = locate(spans, start, end)

    assert " ".join(pages[s.page or 0][s.start : s.end] for s in found) == " ".join(pieces)[start:end]


def test_a_slice_inside_one_piece_is_one_span() -> None:
    # "moor. Bees like": the second sentence of the text starts at 6.
    spans = (Span(1, 21, 26), Span(2, 0, 13))
    assert PAGES[1][21:26] == "moor."
    assert locate(spans, 6, 10) == (Span(2, 0, 4),)


def test_a_slice_over_a_pages_end_is_two_spans() -> None:
    spans = (Span(1, 21, 26), Span(2, 0, 13))
    assert locate(spans, 2, 10) == (Span(1, 23, 26), Span(2, 0, 4))


def test_the_joining_space_alone_is_nowhere() -> None:
    assert locate((Span(1, 0, 5), Span(2, 0, 5)), 5, 6) == ()


def test_an_empty_slice_is_nowhere() -> None:
    assert locate((Span(1, 0, 5),), 3, 3) == ()


def test_a_passage_locates_in_its_own_spans_and_stands_on_its_first_page() -> None:
    spans = (Span(4, 10, 15), Span(5, 0, 3))
    passage = Passage(1, "p", 1, "body", 0, "", "moors are", spans, ((0, 9),), "")
    assert passage.page == 4
    assert passage.locate(0, 9) == spans
    assert Passage(1, "p", None, "note", 0, "", "", (), (), "").page is None
