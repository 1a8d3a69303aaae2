"""From printed lines to page texts and blocks with a role: prose, heading, caption, footnote, or none of these.

Evidence is geometry, type and repetition; words decide only where a venue's style fixes them (a caption's
``Figure 3:``). Sizes are compared with the body's, which is the size of most characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from itertools import groupby

from ingest.pdf import PrintedDocument, PrintedLine, PrintedPage
from ingest.text import Hyphens
from library.types import Line, Page

MARGIN = 0.09
"""Running heads and page numbers stand in this share of the page's height, at the top or the bottom
(the 64 papers at hand: heads end at 0.072, text starts at 0.088; numbers start at 0.925)."""

REPEATS = 3
"""A margin line seen on this many pages (its digits apart) is a running head."""

SMALLER = 0.6
"""Points below the body's size at which text is a footnote, a figure's label or a table."""

LARGER = 0.9
"""Points above the body's size at which a numbered line is a heading whatever its face."""

BOLD = 0.9
"""Share of a line's characters in a bold face from which the line counts as bold."""

MAX_HEADING = 160
MAX_HEADING_LINES = 3
"""The longest headings at hand have 130 characters on two lines."""

_CAPTION = re.compile(r"(Figure|Fig\.|Table|Algorithm|Listing)\s*[A-Z]?\.?\d+(\.\d+)?\s*[.:|(]")
_NUMBERED = re.compile(r"(\d{1,2}(\.\d{1,2}){0,3}|[A-Z](\.\d{1,2}){0,3}|[IVX]{1,5})[.:]?\s+\S*[^\W\d_]")
_NAMED = re.compile(
    r"(abstract|introduction|related works?|background|preliminaries|methods?|methodology|experiments?|results|"
    r"discussions?|limitations?|conclusions?|future work|acknowledge?ments?|impact statements?|broader impacts?|"
    r"ethics statement|reproducibility statement|references|bibliography|appendix|appendices|supplementary materials?)"
    r"( and [a-z ]+)?[.:]?",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"(\d{1,2}|[*∗†‡§¶])\s?\S")
_PAGE_NUMBER = re.compile(r"[\W_]*(\d{1,4}|[ivxl]{1,6})[\W_]*|page \d+( of \d+)?", re.IGNORECASE)


class Role(Enum):
    """What a block is for the reader."""

    PROSE = "prose"
    HEADING = "heading"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    OTHER = "other"  # tables, figures' labels, displayed mathematics
    MARGIN = "margin"


@dataclass(frozen=True, slots=True)
class Block:
    """``page.text[start:end]`` and what it is. ``size`` is the type's, relative to the body's, in points."""

    role: Role
    page: int
    start: int
    end: int
    text: str
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class Style:
    """The document's type: the body's size in points, and the (size, bold) pairs of its certain headings."""

    body: float
    headings: frozenset[tuple[float, bool]] = frozenset()


def lay_out(document: PrintedDocument) -> tuple[tuple[Page, ...], tuple[Block, ...]]:
    """Build each page's text and name its blocks.

    Returns:
        Pages, and blocks in reading order; a block's text is its page's slice.
    """
    style = _style(document)
    heads = _running_heads(document)
    hyphens = Hyphens(line.text for page in document.pages for block in page.blocks for line in block)
    pages: list[Page] = []
    blocks: list[Block] = []
    for printed in document.pages:
        parts = [
            (role, lines)
            for block in printed.blocks
            for in_margin, run in groupby(block, partial(_is_margin, page=printed, heads=heads, body=style.body))
            for role, lines in ([(Role.MARGIN, list(run))] if in_margin else _roles(list(run), printed, style))
        ]
        page, spans = _page_text(printed, [lines for _, lines in parts], hyphens)
        pages.append(page)
        for (role, lines), (start, end) in zip(parts, spans, strict=True):
            blocks.append(Block(role, page.number, start, end, page.text[start:end], _size(lines) - style.body))
    return tuple(pages), tuple(blocks)


def _style(document: PrintedDocument) -> Style:
    sizes: Counter[float] = Counter()
    for page in document.pages:
        for block in page.blocks:
            for line in block:
                sizes[round(line.size * 2) / 2] += len(line.text)
    certain = Style(sizes.most_common(1)[0][0])
    headings = frozenset(
        _type(block[0]) for page in document.pages for block in page.blocks if _heading_lines(list(block), certain)
    )
    return Style(certain.body, headings)


def _size(lines: Iterable[PrintedLine]) -> float:
    weighed = [(line.size, len(line.text)) for line in lines]
    return sum(size * n for size, n in weighed) / sum(n for _, n in weighed)


def _running_heads(document: PrintedDocument) -> set[str]:
    seen: Counter[str] = Counter()
    for page in document.pages:
        seen.update({_no_digits(line.text) for block in page.blocks for line in block if _in_margin(line, page)})
    return {text for text, pages in seen.items() if pages >= REPEATS}


def _no_digits(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _in_margin(line: PrintedLine, page: PrintedPage) -> bool:
    return line.box[3] <= MARGIN * page.height or line.box[1] >= (1 - MARGIN) * page.height


def _is_margin(line: PrintedLine, page: PrintedPage, heads: set[str], body: float) -> bool:
    if not _in_margin(line, page):
        return False
    return _no_digits(line.text) in heads or line.size <= body - SMALLER or bool(_PAGE_NUMBER.fullmatch(line.text))


def _roles(lines: list[PrintedLine], page: PrintedPage, style: Style) -> Iterator[tuple[Role, list[PrintedLine]]]:
    """A block's role; one that starts with a heading's lines is two."""
    if _CAPTION.match(lines[0].text):
        yield Role.CAPTION, lines
        return
    count = _heading_lines(lines, style)
    if count:
        yield Role.HEADING, lines[:count]
        lines = lines[count:]
    if lines:
        yield _plain_role(lines, page, style.body), lines


def _heading_lines(lines: list[PrintedLine], style: Style) -> int:
    """How many of the first lines are a heading; 0 when there is none."""
    first = lines[0]
    count = 1
    while count < min(len(lines), MAX_HEADING_LINES + 1) and _alike(first, lines[count]):
        count += 1
    text = " ".join(line.text for line in lines[:count])
    if count > MAX_HEADING_LINES or not 3 <= len(text) <= MAX_HEADING or any(line.cells > 1 for line in lines[:count]):
        return 0
    bold, larger, alone = first.bold > BOLD, first.size > style.body + LARGER, count == len(lines)
    # Small capitals are capitals of a smaller size.
    capitals = text.upper() == text and sum(c.isalpha() for c in text) > 3
    if first.size < style.body - SMALLER / 2 and not (capitals and _NUMBERED.match(text)):
        return 0
    if _NUMBERED.match(text):
        heading = bold or larger or (capitals and alone)
    elif _NAMED.fullmatch(text):
        heading = bold or larger or alone
    else:
        # Any other words are a heading only apart from text, in the type of a numbered or a named one.
        typed = first.size > style.body + SMALLER / 2 and _type(first) in style.headings
        heading = typed and alone and not text.endswith((".", ",", ";", ":"))
    return count if heading else 0


def _alike(first: PrintedLine, other: PrintedLine) -> bool:
    same_type = abs(first.size - other.size) < 0.5 and (first.bold > BOLD) == (other.bold > BOLD)
    return same_type and not _NUMBERED.match(other.text)


def _type(line: PrintedLine) -> tuple[float, bool]:
    return round(line.size * 2) / 2, line.bold > BOLD


def _plain_role(lines: list[PrintedLine], page: PrintedPage, body: float) -> Role:
    text = " ".join(line.text for line in lines)
    words = text.split()
    letters = sum(c.isalpha() for c in text) / len(text.replace(" ", ""))
    smaller = _size(lines) < body - SMALLER
    if smaller and lines[0].box[1] > page.height / 2 and _FOOTNOTE.match(text) and len(words) >= 6 and letters > 0.6:
        # The first page's name affiliations, addresses and the proceedings.
        return Role.FOOTNOTE if page.number > 1 else Role.OTHER
    sentence_like = letters > 0.6 and len(words) / len(lines) >= 3
    if smaller:
        # Small type is prose only when there is much of it (an appendix set small, a block quote).
        return Role.PROSE if sentence_like and len(words) >= 25 and letters > 0.7 else Role.OTHER
    wide = max(line.box[2] - line.box[0] for line in lines) > page.width / 4
    # The short last line of a paragraph that the file draws apart from it.
    ending = len(lines) <= 2 and letters > 0.75 and len(words) >= 3
    return Role.PROSE if sentence_like and (wide or ending) else Role.OTHER


def _page_text(
    printed: PrintedPage, parts: list[list[PrintedLine]], hyphens: Hyphens
) -> tuple[Page, list[tuple[int, int]]]:
    """Join the lines into the page's text; also where each part stands in it."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    length = 0
    printed_lines = [line for part in parts for line in part]
    for before, line in zip([None, *printed_lines], printed_lines, strict=False):
        if before is not None:
            drop, glue = hyphens.joint(before.text, line.text)
            if drop:
                pieces[-1] = pieces[-1][:-drop]
                ends[-1] -= drop
            pieces.append(glue)
            length = ends[-1] + len(glue)
        starts.append(length)
        pieces.append(line.text)
        length += len(line.text)
        ends.append(length)
    lines = tuple(Line(a, b, line.box) for a, b, line in zip(starts, ends, printed_lines, strict=True))
    spans: list[tuple[int, int]] = []
    first = 0
    for part in parts:
        spans.append((starts[first], ends[first + len(part) - 1]))
        first += len(part)
    return Page(printed.number, printed.width, printed.height, "".join(pieces), lines), spans
