"""The title that a PDF gives itself: the largest type near the top of its first page."""

from __future__ import annotations

from ingest.pdf import PrintedDocument

TOP = 0.5
"""Titles stand in the upper half of the first page."""

_SAME_SIZE = 0.6
_MIN_LETTERS = 8
_MAX_WORDS = 40


def guess_title(document: PrintedDocument) -> str:
    """The document's title, or "" when nothing on its first page looks like one."""
    page = document.pages[0]
    lines = [line for block in page.blocks for line in block if line.box[3] < TOP * page.height]
    titled = [line for line in lines if sum(c.isalpha() for c in line.text) >= _MIN_LETTERS]
    if titled:
        size = max(line.size for line in titled)
        text = " ".join(line.text for line in lines if abs(line.size - size) < _SAME_SIZE)
        if len(text.split()) <= _MAX_WORDS:
            return text
    return document.title if sum(c.isalpha() for c in document.title) >= _MIN_LETTERS else ""
