from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf
import pytest

from ingest.layout import lay_out
from ingest.pdf import read_pdf
from ingest.render import MAX_PIXELS, WIDTH, quote_boxes, render_page
from library.errors import InputError
from library.types import Line, Page, Span

Press = Callable[..., Any]

# Two lines of ten characters each: "aaaaaaaaaa bbbbbbbbbb".
PAGE = Page(1, 595, 842, f"{'a' * 10} {'b' * 10}", (Line(0, 10, (100, 50, 200, 60)), Line(11, 21, (100, 62, 200, 72))))


@pytest.mark.parametrize(
    ("start", "end", "boxes"),
    [
        (0, 10, ((100, 50, 200, 60),)),
        (5, 10, ((150, 50, 200, 60),)),
        (5, 16, ((150, 50, 200, 60), (100, 62, 150, 72))),
        (0, 21, ((100, 50, 200, 60), (100, 62, 200, 72))),
        (10, 11, ()),
        (3, 3, ()),
    ],
)
def test_a_quotes_boxes_are_its_share_of_each_line(start: int, end: int, boxes: tuple[Any, ...]) -> None:
    assert quote_boxes(PAGE, Span(1, start, end)) == boxes


def picture(png: bytes) -> pymupdf.Pixmap:
    assert png.startswith(b"\x89PNG")
    return pymupdf.Pixmap(png)


def yellow(image: pymupdf.Pixmap) -> set[tuple[int, int]]:
    """The pixels of marked paper."""
    found = ((x, y) for y in range(0, image.height, 3) for x in range(0, image.width, 3))
    return {(x, y) for x, y in found if (p := image.pixel(x, y))[0] > 240 and p[1] > 200 and p[2] < 200}


@pytest.mark.parametrize("turned", [False, True])
def test_a_marked_line_is_yellow_where_it_is_printed(press: Press, tmp_path: Path, turned: bool) -> None:
    fog = "Hedgehogs keep their lanterns low."
    printed = press().at(100, 700, fog, 20, rotate=90 if turned else 0)
    printed.page.set_rotation(90 if turned else 0)
    path = printed.save(tmp_path / "fog.pdf")
    ((page,), _) = lay_out(read_pdf(path))

    image = picture(render_page(path, 1, quote_boxes(page, Span(1, 0, len(fog)))))

    marked = yellow(image)
    zoom = 1100 / page.width
    assert image.width == WIDTH == 1100
    # Upright, the baseline starts at (100, 700); turned, what was 700 down is 142 from the left and 100 down.
    left, baseline = (142, 100) if turned else (100, 700)
    width = pymupdf.get_text_length(fog, "tiro", 20)
    assert min(x for x, _ in marked) == pytest.approx(left * zoom, abs=6)
    assert max(x for x, _ in marked) == pytest.approx((left + width) * zoom, abs=6)
    assert min(y for _, y in marked) < (baseline - 10) * zoom < baseline * zoom < max(y for _, y in marked)
    assert not yellow(picture(render_page(path, 1)))


def test_a_page_of_extreme_shape_does_not_fill_the_memory(press: Press, tmp_path: Path) -> None:
    path = press(width=10, height=14_000).save(tmp_path / "thin.pdf")
    image = picture(render_page(path, 1))
    assert image.width * image.height <= MAX_PIXELS * 1.05


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_a_page_that_is_not_there_is_an_error(press: Press, tmp_path: Path, number: int) -> None:
    path = press().save(tmp_path / "one.pdf")
    with pytest.raises(InputError, match=rf"cannot draw page {number} of one\.pdf: .*Ingest the PDF again"):
        render_page(path, number)


@pytest.mark.parametrize("content", [None, b"", b"%PDF-1.7 broken", b"words"])
def test_a_copy_that_is_gone_or_broken_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "gone.pdf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"cannot draw page 1 of gone\.pdf"):
        render_page(path, 1)
