"""A page as a picture, with a quote's lines marked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pymupdf

from library.errors import InputError
from library.types import Box, Page, Span

WIDTH = 1100
"""Pixels: sharp on a laptop's screen at half its width, some 300 kB as PNG."""

MAX_PIXELS = 4_000_000
"""A page of extreme proportions is drawn smaller rather than filling the memory."""

_MARK = (1.0, 0.82, 0.2)
_OPACITY = 0.4


def quote_boxes(page: Page, span: Span) -> tuple[Box, ...]:
    """The boxes of the lines, or parts of lines, that ``page.text[span.start:span.end]`` is printed on.

    Within a line the text is taken to be evenly spaced, which is right to about a letter.
    """
    boxes: list[Box] = []
    for line in page.lines:
        low, high = max(span.start, line.start), min(span.end, line.end)
        if low < high:
            x0, y0, x1, y1 = line.box
            scale = (x1 - x0) / (line.end - line.start)
            boxes.append((x0 + (low - line.start) * scale, y0, x0 + (high - line.start) * scale, y1))
    return tuple(boxes)


def render_page(pdf: Path, number: int, boxes: Iterable[Box] = ()) -> bytes:
    """Draw a page as PNG.

    Args:
        pdf: The library's copy of the file.
        number: Counts from 1.
        boxes: What to mark, in PDF points.

    Raises:
        InputError: The copy is gone or unreadable, or has no such page.
    """
    try:
        with pymupdf.open(pdf) as document:
            if not 1 <= number <= document.page_count:
                raise IndexError(f"it has {document.page_count} pages")
            page = document[number - 1]
            if page.rotation:
                page.remove_rotation()  # the boxes are of the page as it is read: see ingest.pdf
            for box in boxes:
                page.draw_rect(pymupdf.Rect(box), color=None, fill=_MARK, fill_opacity=_OPACITY, overlay=True)
            width, height = page.rect.width, page.rect.height
            zoom = min(WIDTH / width, (MAX_PIXELS / (width * height)) ** 0.5)
            png: bytes = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False).tobytes("png")
            return png
    except (pymupdf.FileNotFoundError, pymupdf.FileDataError, RuntimeError, ValueError, IndexError) as error:
        raise InputError(f"cannot draw page {number} of {pdf.name}: {error}. Ingest the PDF again") from error
