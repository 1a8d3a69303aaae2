"""The entries of a paper's reference list, by their labels or by their hanging indent."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.layout import Block
from ingest.parts import Role
from ingest.sections import ends_references, starts_references
from library.references import Reference
from library.types import Line, Page, Span

HANG = 5.0
"""Points by which an entry's second line is indented at least (the papers at hand: 10, or 17 under a label)."""

HANGING = 0.85
"""A list with more of its lines than this at its left edge has no hanging indent."""

APART = 0.6
"""Part of a line's height between two entries of such a list, at least."""

MIN_LABELS = 0.08
"""Share of a list's lines that start with a label, at least, when it has labels: entries of 12 lines are rare."""

_BRACKETED = re.compile(r"\[(\d{1,3}|[A-Z][\w+*]{1,14}\d{2}[a-z]?)\]")
_DOTTED = re.compile(r"(\d{1,3})\.\s")


@dataclass(frozen=True, slots=True)
class _Printed:
    page: Page
    line: Line

    @property
    def text(self) -> str:
        return self.page.text[self.line.start : self.line.end]

    @property
    def right_column(self) -> bool:
        return self.line.box[0] > self.page.width / 2 - HANG


def read_references(pages: Sequence[Page], blocks: Iterable[Block]) -> tuple[Reference, ...]:
    """The entries of all reference lists of a document, in order."""
    by_number = {page.number: page for page in pages}
    lines = [
        _Printed(by_number[block.page], line)
        for block in _listed(blocks)
        for line in by_number[block.page].lines
        if block.start <= line.start and line.end <= block.end
    ]
    if not lines:
        return ()
    entries: list[list[_Printed]] = []
    labelled, starts = _starts(lines)
    for number, line in enumerate(lines):
        if number in starts or not (entries or labelled):
            entries.append([line])
        elif entries:
            entries[-1].append(line)
    found = (_reference(entry, labelled) for entry in entries)
    return tuple(r for r in found if any(c.isalpha() for c in r.text))


def _listed(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks that stand in reference lists."""
    heading: Block | None = None
    for block in blocks:
        if block.role is Role.HEADING and (heading is None or ends_references(block, heading)):
            heading = block if starts_references(block) else None
            continue
        if heading is not None and block.role not in (Role.MARGIN, Role.CAPTION, Role.TABLE):
            yield block


def _starts(lines: list[_Printed]) -> tuple[bool, set[int]]:
    """Whether the list has labels, and the numbers of the lines that start an entry."""
    for pattern in (_BRACKETED, _DOTTED):
        matches = [pattern.match(line.text) for line in lines]
        if pattern.match(lines[0].text) and sum(map(bool, matches)) >= MIN_LABELS * len(lines):
            return True, _in_sequence([m[1] if m else "" for m in matches])
    edges = {side: _edge([n.line.box[0] for n in lines if n.right_column is side]) for side in (False, True)}
    at_edge = [n.line.box[0] - edges[n.right_column] < HANG for n in lines]
    if sum(at_edge) <= HANGING * len(lines):
        return False, {n for n, is_first in enumerate(at_edge) if is_first and not _beside(lines, n)}
    return False, {n for n in range(1, len(lines)) if _stands_apart(lines[n - 1].line, lines[n].line)}


def _in_sequence(labels: list[str]) -> set[int]:
    """Which labels start an entry: numbers only in their order, for a line may start with a year or a page too."""
    chosen: set[int] = set()
    expected = 1
    for position, label in enumerate(labels):
        if label.isdecimal() and int(label) not in (expected, 1):
            continue
        if label:
            chosen.add(position)
            expected = int(label) + 1 if label.isdecimal() else expected
    return chosen


def _edge(starts: list[float]) -> float:
    """The left edge of a column: the leftmost place where more than one line starts."""
    places = Counter(round(x) for x in starts)
    often = [x for x, count in places.items() if count > 1]
    return float(min(often or places, default=0))


def _beside(lines: list[_Printed], number: int) -> bool:
    """Whether a line is the rest of the printed line before it."""
    if number == 0 or lines[number - 1].page is not lines[number].page:
        return False
    before, box = lines[number - 1].line.box, lines[number].line.box
    return box[0] > before[0] and min(before[3], box[3]) - max(before[1], box[1]) > (box[3] - box[1]) / 2


def _stands_apart(before: Line, line: Line) -> bool:
    height = line.box[3] - line.box[1]
    return not -height < line.box[1] - before.box[3] < APART * height


def _reference(entry: list[_Printed], labelled: bool) -> Reference:
    spans: list[Span] = []
    pieces: list[str] = []
    for n in entry:
        start = n.line.start
        if spans and spans[-1].page == n.page.number and 0 <= start - spans[-1].end <= 1:
            start = spans.pop().start
            pieces.pop()
        spans.append(Span(n.page.number, start, n.line.end))
        pieces.append(n.page.text[start : n.line.end])
    match = (_BRACKETED.match(pieces[0]) or _DOTTED.match(pieces[0])) if labelled else None
    return Reference(match[1] if match else "", " ".join(pieces), tuple(spans))
