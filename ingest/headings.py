"""Which lines are headings: by number, name and type, compared with the document's own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from ingest.pdf import PrintedDocument, PrintedLine

SMALLER = 0.6
"""Points below the body's size at which text is a footnote, a figure's label or a table."""

LARGER = 0.9
"""Points above the body's size at which a numbered line is a heading whatever its face."""

BOLD = 0.9
"""Share of a line's characters in a bold face from which the line counts as bold."""

MOSTLY_BOLD = 0.6
"""The same for a numbered heading that stands alone: its mathematics is not bold."""

EDGE_SHARE = 0.1
EDGE = 3.0
"""Where a tenth of a document's lines start (to 3 points) is the left edge of its text. A numbered bold line that
starts elsewhere is an item of a list or a figure's label."""

MAX_HEADING = 160
MAX_HEADING_LINES = 3
"""The longest headings at hand have 130 characters on two lines."""

_NUMBERED = re.compile(
    r"((Appendix |App\. )?([A-Z]?\d{1,2}(\.\d{1,2}){0,3}|[A-Z](\.\d{1,2}){1,3}|[A-Z])[.]?|[A-Z]?\d{1,2}:|"
    r"Appendix [A-Z]:|[IVX]{1,5}[.:]?)\s+\S*[^\W\d_]"
)
_NAMED = re.compile(
    r"(abstract|introduction|related works?|background|preliminaries|methods?|methodology|experiments?|results|"
    r"discussions?|limitations?|conclusions?|future work|acknowledge?ments?|impact statements?|broader impacts?|"
    r"ethics statement|reproducibility statement|references|bibliography|appendix|appendices|supplementary materials?)"
    r"( and [a-z ]+)?[.:]?",
    re.IGNORECASE,
)
_ENDS_TEXT = (".", ",", ";", ":", "?", "!")


@dataclass(frozen=True, slots=True)
class Style:
    """The document's type.

    Attributes:
        body: The size of most characters, in points.
        edges: Where its text starts on the left, in points.
        headings: The (size, bold) pairs of its certain headings.
    """

    body: float
    edges: tuple[float, ...] = ()
    headings: frozenset[tuple[float, bool]] = frozenset()


def style_of(document: PrintedDocument) -> Style:
    """Look at the whole document's type."""
    sizes: Counter[float] = Counter()
    starts: Counter[int] = Counter()
    for page in document.pages:
        for block in page.blocks:
            for line in block:
                sizes[round(line.size * 2) / 2] += len(line.text)
                starts[round(line.box[0])] += 1
    edges = tuple(float(x) for x, n in starts.items() if n >= EDGE_SHARE * starts.total())
    certain = Style(sizes.most_common(1)[0][0], edges)
    headings = frozenset(
        _type(block[0]) for page in document.pages for block in page.blocks if heading_lines(list(block), certain, None)
    )
    return Style(certain.body, edges, headings)


def heading_lines(lines: list[PrintedLine], style: Style, below: PrintedLine | None) -> int:
    """How many of the first lines are a heading; 0 when there is none.

    Args:
        lines: A block's.
        style: The document's.
        below: What follows the block, for a heading that only its face and its place tell.
    """
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
        heading = larger or (_at_edge(first, style) and (bold or (alone and (capitals or first.bold > MOSTLY_BOLD))))
    elif _NAMED.fullmatch(text):
        heading = bold or larger or alone
    else:
        # Any other words are a heading only apart from text, in the type of a numbered or a named one.
        typed = first.size > style.body + SMALLER / 2 and _type(first) in style.headings
        over_text = bold and _at_edge(first, style) and below is not None and _is_text_below(first, below, style)
        heading = (typed or over_text) and alone and not text.endswith(_ENDS_TEXT)
    return count if heading else 0


def _alike(first: PrintedLine, other: PrintedLine) -> bool:
    same_type = abs(first.size - other.size) < 0.5 and (first.bold > BOLD) == (other.bold > BOLD)
    return same_type and not _NUMBERED.match(other.text)


def _type(line: PrintedLine) -> tuple[float, bool]:
    return round(line.size * 2) / 2, line.bold > BOLD


def _at_edge(line: PrintedLine, style: Style) -> bool:
    return any(abs(line.box[0] - edge) <= EDGE for edge in style.edges)


def _is_text_below(line: PrintedLine, below: PrintedLine, style: Style) -> bool:
    under = abs(below.box[0] - line.box[0]) <= EDGE and 0 < below.box[1] - line.box[3] < 2 * style.body
    plain = below.bold < BOLD and abs(below.size - style.body) < SMALLER and below.cells == 1
    return under and plain and len(below.text.split()) > 5 and sum(c.isalpha() for c in line.text) > 3
