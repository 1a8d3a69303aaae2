"""Drawing one page: what runs in the process that :mod:`ingest.render` keeps.

Imports nothing of the other rooms, which would double the half second that the first picture waits for.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

WIDTH = 1100
"""Pixels: sharp on a laptop's screen at half its width, some 300 kB as PNG."""

MAX_PIXELS = 4_000_000
"""A page of extreme proportions is drawn smaller rather than filling the memory."""

_MARK = (1.0, 0.82, 0.2)
_OPACITY = 0.4


def draw_page(pdf: Path, number: int, boxes: Iterable[tuple[float, float, float, float]]) -> bytes:
    """Draw a page as PNG; for the arguments see :func:`ingest.render.render_page`.

    Raises:
        ValueError: It cannot be done. MuPDF's own errors do not survive the way to another process.
    """
    # Imported here: it costs two seconds where layout analysis is installed, and a process of ours does without.
    import pymupdf

    pymupdf.TOOLS.mupdf_display_errors(False)
    try:
        # Told what it is, for MuPDF opens other formats too, which may name files to read.
        with pymupdf.open(pdf, filetype="pdf") as document:
            if not 1 <= number <= document.page_count:
                raise IndexError(f"it has {document.page_count} pages")
            page = document[number - 1]
            if page.rotation:
                page.remove_rotation()  # the boxes are of the page as it is read: see ingest.pdf
            for box in boxes:
                page.draw_rect(pymupdf.Rect(box), color=None, fill=_MARK, fill_opacity=_OPACITY, overlay=True)
            zoom = _zoom(page.rect.width, page.rect.height)
            png: bytes = page.get_pixmap(matrix=pymupdf.Matrix(zoom, zoom), alpha=False).tobytes("png")
            return png
    except Exception as error:  # as many as a damaged file has surprises: see ingest.pdf
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _zoom(width: float, height: float) -> float:
    if not (0 < width < math.inf and 0 < height < math.inf):
        raise ValueError(f"it measures {width:g} by {height:g} points")
    return min(WIDTH / width, math.sqrt(MAX_PIXELS / width / height))
