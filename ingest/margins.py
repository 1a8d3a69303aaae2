"""What stands around the text: running heads, page numbers, stamps."""

from __future__ import annotations

import re
from collections import Counter

from ingest.pdf import PrintedDocument, PrintedLine, PrintedPage

MARGIN = 0.09
"""Running heads and page numbers stand in this share of the page's height, at the top or the bottom
(the 64 papers at hand: heads end at 0.072, text starts at 0.088; numbers start at 0.925)."""

REPEATS = 3
"""A margin line seen on this many pages (its digits apart) is a running head."""

_PAGE_NUMBER = re.compile(r"[\W_]*(\d{1,4}|[ivxl]{1,6})[\W_]*|page \d+( of \d+)?", re.IGNORECASE)


def running_heads(document: PrintedDocument) -> set[str]:
    """The margin lines that repeat, with ``#`` for their digits."""
    seen: Counter[str] = Counter()
    for page in document.pages:
        seen.update({_no_digits(line.text) for block in page.blocks for line in block if _in_margin(line, page)})
    return {text for text, pages in seen.items() if pages >= REPEATS}


def is_margin(line: PrintedLine, page: PrintedPage, heads: set[str], small: float) -> bool:
    """Whether a line is no part of the text: it stands at the edge and repeats, counts pages or is ``small``."""
    if not _in_margin(line, page):
        return False
    return _no_digits(line.text) in heads or line.size <= small or bool(_PAGE_NUMBER.fullmatch(line.text))


def _no_digits(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _in_margin(line: PrintedLine, page: PrintedPage) -> bool:
    return line.box[3] <= MARGIN * page.height or line.box[1] >= (1 - MARGIN) * page.height
