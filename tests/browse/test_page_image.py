import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ingest.render import MAX_PIXELS, WIDTH, quote_boxes, render_page
from library.errors import InputError
from library.types import Box, Line, Page, Span
from posterhall import Posterhall
from tests.hall_fixture import MEMORY

pytest_plugins = ("tests.hall_fixture",)

# Ten letters in 100 points, then twenty in 200, then a short line of five in 25.
PAGE = Page(
    3,
    595.0,
    842.0,
    "abcdefghij klmnopqrstuvwxyzabcd efghi",
    (
        Line(0, 10, (100.0, 50.0, 200.0, 60.0)),
        Line(11, 31, (100.0, 62.0, 300.0, 72.0)),
        Line(32, 37, (100.0, 74.0, 125.0, 84.0)),
    ),
)

MARK = (255, 237, 173)
"""White under four tenths of (255, 209, 51): 255 - 0.4 * (255 - 209) = 236.6 and 255 - 0.4 * (255 - 51) = 173.4."""

TOLERANCE = 3


@pytest.mark.parametrize(
    ("span", "boxes"),
    [
        (Span(3, 0, 10), [(100, 50, 200, 60)]),
        (Span(3, 2, 5), [(120, 50, 150, 60)]),
        (Span(3, 5, 21), [(150, 50, 200, 60), (100, 62, 200, 72)]),
        (Span(3, 10, 11), []),  # the space between two lines
        (Span(3, 9, 33), [(190, 50, 200, 60), (100, 62, 300, 72), (100, 74, 105, 84)]),
        (Span(3, 5, 5), []),
        (Span(3, 37, 90), []),
    ],
)
def test_the_boxes_of_a_quote_are_the_parts_of_its_lines_that_it_fills(span: Span, boxes: list[Box]) -> None:
    assert quote_boxes(PAGE, span) == tuple(pytest.approx(box) for box in boxes)


@given(st.integers(0, 37), st.integers(0, 37))
def test_boxes_lie_inside_their_lines_and_add_up_over_parts(start: int, middle: int) -> None:
    start, middle = sorted((start, middle))
    end = len(PAGE.text)

    def width(span: Span) -> float:
        return sum(x1 - x0 for x0, _, x1, _ in quote_boxes(PAGE, span))

    for x0, y0, x1, y1 in quote_boxes(PAGE, Span(3, start, middle)):
        assert any(a <= x0 <= x1 <= c + 1e-9 and (b, d) == (y0, y1) for a, b, c, d in (n.box for n in PAGE.lines))
    assert width(Span(3, start, middle)) + width(Span(3, middle, end)) == pytest.approx(width(Span(3, start, end)))


def pixels(png: bytes) -> NDArray[np.int64]:
    """Height x width x RGB."""
    drawn = pymupdf.Pixmap(png)
    return np.frombuffer(drawn.samples, np.uint8).reshape(drawn.height, drawn.width, drawn.n).astype(np.int64)


def marked(image: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which pixels have the colour of a mark on white paper."""
    found: NDArray[np.bool_] = (np.abs(image - MARK) <= TOLERANCE).all(axis=2)
    return found


def test_the_marked_page_has_the_mark_s_colour_on_the_quote_and_nowhere_else(hall: Posterhall) -> None:
    citation = next(c for c in hall.ask("tidepool cache memory on Longshore").citations if c.quote == MEMORY)
    assert citation.page == 2
    document = hall.library.documents.of_paper(citation.paper_id)
    assert document is not None
    page = hall.library.documents.page(document.document_id, 2)
    assert page is not None
    boxes = quote_boxes(page, citation.span)

    image = pixels(hall.page_image(citation.paper_id, 2, citation.span))
    seen = marked(image)

    assert image.shape[1] == WIDTH
    assert len(boxes) == 2  # the sentence is a line and some words long
    scale = WIDTH / page.width
    allowed = np.zeros_like(seen)
    for x0, y0, x1, y1 in boxes:
        left, top, right, bottom = (round(v * scale) for v in (x0, y0, x1, y1))
        assert seen[top + 2 : bottom - 2, left + 2 : right - 2].mean() > 0.5  # the rest is letters
        allowed[top - 2 : bottom + 2, left - 2 : right + 2] = True
    assert not (seen & ~allowed).any()


def test_the_words_under_a_mark_are_the_quote_s(hall: Posterhall, sources: Path) -> None:
    citation = next(c for c in hall.ask("tidepool cache memory on Longshore").citations if c.quote == MEMORY)
    document = hall.library.documents.of_paper(citation.paper_id)
    assert document is not None
    page = hall.library.documents.page(document.document_id, 2)
    assert page is not None

    with pymupdf.open(sources / "pdfs" / f"{citation.pdf_stem}.pdf") as pdf:
        words = [
            w[4]
            for x0, y0, x1, y1 in quote_boxes(page, citation.span)
            for w in pdf[1].get_text("words")
            if x0 - 1 <= (w[0] + w[2]) / 2 <= x1 + 1 and y0 <= (w[1] + w[3]) / 2 <= y1
        ]

    assert words == MEMORY.split()


def test_a_page_without_a_quote_has_no_mark(hall: Posterhall) -> None:
    image = pixels(hall.page_image("id-tidepool", 2))

    assert not marked(image).any()
    assert (image.max(axis=2) < 100).any()  # there is text on it


def test_a_drawn_page_leaves_the_library_s_copy_as_it_was(hall: Posterhall, data: Path) -> None:
    before = {path: path.read_bytes() for path in (data / "pdf").iterdir()}

    hall.page_image("id-tidepool", 1, Span(1, 60, 120))

    assert {path: path.read_bytes() for path in (data / "pdf").iterdir()} == before


@pytest.mark.parametrize(
    ("paper_id", "page"), [("id-tidepool", 4), ("id-tidepool", 0), ("id-tidepool", -1), ("id-rain", 1), ("nobody", 1)]
)
def test_a_page_that_the_library_has_not_is_an_error_with_the_remedy(
    hall: Posterhall, paper_id: str, page: int
) -> None:
    with pytest.raises(InputError, match=rf"no page {page} of paper {paper_id} .*: ingest its PDF"):
        hall.page_image(paper_id, page)


@pytest.mark.parametrize("number", [0, -1, 4])
def test_a_page_that_the_file_has_not_is_an_error(sources: Path, number: int) -> None:
    with pytest.raises(InputError, match=rf"cannot draw page {number} of tidepool-camera-ready.pdf: .*Ingest"):
        render_page(sources / "pdfs" / "tidepool-camera-ready.pdf", number)


def test_a_text_without_its_pdf_says_how_to_get_it(copied: Path, opened: Callable[[Path], Posterhall]) -> None:
    shutil.rmtree(copied / "pdf")
    with pytest.raises(InputError, match=r"its PDF is not, .* `posterhall sync`"):
        opened(copied).page_image("id-tidepool", 2)


@pytest.mark.parametrize("damage", ["not a pdf", "cut"])
def test_a_damaged_copy_is_an_error_with_the_remedy(
    copied: Path, opened: Callable[[Path], Posterhall], damage: str
) -> None:
    hall = opened(copied)
    document = hall.library.documents.of_paper("id-tidepool")
    assert document is not None
    copy = copied / "pdf" / f"{document.sha256}.pdf"
    content = copy.read_bytes()
    copy.unlink()
    copy.write_bytes(b"<html>Please log in</html>" if damage == "not a pdf" else content[:60])

    with pytest.raises(InputError, match=r"cannot draw page 2 of [0-9a-f]{64}\.pdf: .*Ingest the PDF again"):
        hall.page_image("id-tidepool", 2)


def test_a_page_of_extreme_proportions_does_not_fill_the_memory(tmp_path: Path) -> None:
    with pymupdf.open() as document:
        document.new_page(width=20, height=14_000)
        document.save(tmp_path / "ribbon.pdf")

    height, width, _ = pixels(render_page(tmp_path / "ribbon.pdf", 1)).shape

    assert width * height <= MAX_PIXELS * 1.05
    assert height / width == pytest.approx(700, rel=0.05)
