"""From printed lines to page texts and blocks with a role: prose, heading, caption, footnote, or none of these.

Evidence is geometry, type and repetition; words decide only where a venue's style fixes them (a caption's
``Figure 3:``). Sizes are compared with the body's, which is the size of most characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.floats import cut_at_captions, is_caption, whole_captions, with_formulas, with_tables
from ingest.headings import SMALLER, Style, heading_lines, style_of
from ingest.margins import is_margin, running_heads
from ingest.parts import Part, size_of
from ingest.parts import Role as Role
from ingest.pdf import PrintedDocument, PrintedLine, PrintedPage
from ingest.text import Hyphens
from library.text import fold
from library.types import Line, Page

_CONTENTS = re.compile(r"(.*\D)[\s.]+\d{1,3}$")
_FOOTNOTE = re.compile(r"(\d{1,2}|[*∗†‡§¶])\s?\S")


@dataclass(frozen=True, slots=True)
class Block:
    """``page.text[start:end]`` and what it is. ``size`` is the type's, relative to the body's, in points."""

    role: Role
    page: int
    start: int
    end: int
    text: str
    size: float = 0.0


def lay_out(document: PrintedDocument) -> tuple[tuple[Page, ...], tuple[Block, ...]]:
    """Build each page's text and name its blocks.

    Returns:
        Pages, and blocks in reading order; a block's text is its page's slice.
    """
    style = style_of(document)
    heads = running_heads(document)
    hyphens = Hyphens(line.text for page in document.pages for block in page.blocks for line in block)
    pages: list[Page] = []
    blocks: list[Block] = []
    for printed in document.pages:
        parts = with_formulas(with_tables(whole_captions(_parts(printed, style, heads)), printed.width), style.body)
        page, spans = _page_text(printed, [part.lines for part in parts], hyphens)
        pages.append(page)
        for part, (start, end) in zip(parts, spans, strict=True):
            size = size_of(part.lines) - style.body
            blocks.append(Block(part.role, page.number, start, end, page.text[start:end], size))
    return tuple(pages), tuple(_own_headings(blocks))


def _own_headings(blocks: list[Block]) -> Iterator[Block]:
    """The blocks; what only looks like a heading (the title above the abstract, lines of contents) is other text."""
    names = Counter(fold(b.text) for b in blocks if b.role is Role.HEADING)
    abstract = next((n for n, b in enumerate(blocks) if b.role is Role.HEADING and fold(b.text) == "abstract"), 0)
    for number, block in enumerate(blocks):
        entry = _CONTENTS.match(block.text)
        listed = entry is not None and names[fold(entry[1])] > 0
        if block.role is Role.HEADING and (number < abstract or listed):
            block = replace(block, role=Role.OTHER)
        yield block


def _parts(page: PrintedPage, style: Style, heads: set[str]) -> list[Part]:
    found: list[Part] = []
    for block, below in zip(page.blocks, (*page.blocks[1:], None), strict=False):
        for in_margin, run in groupby(block, lambda n: is_margin(n, page, heads, style.body - SMALLER)):
            if in_margin:
                found.append(Part(Role.MARGIN, list(run)))
                continue
            for lines in cut_at_captions(list(run)):
                before = found[-1] if found else None
                found.extend(_roles(lines, page, style, before, below[0] if below else None))
    return found


def _roles(
    lines: list[PrintedLine], page: PrintedPage, style: Style, before: Part | None, below: PrintedLine | None
) -> Iterator[Part]:
    """A block's role; one that starts with a heading's lines is two."""
    if is_caption(lines, before):
        yield Part(Role.CAPTION, lines)
        return
    count = heading_lines(lines, style, below)
    if count:
        yield Part(Role.HEADING, lines[:count])
        lines = lines[count:]
    if lines:
        yield Part(_plain_role(lines, page, style.body), lines)


def _plain_role(lines: list[PrintedLine], page: PrintedPage, body: float) -> Role:
    text = " ".join(line.text for line in lines)
    words = text.split()
    letters = sum(map(str.isalpha, text)) / len(text.replace(" ", ""))
    smaller = size_of(lines) < body - SMALLER
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
