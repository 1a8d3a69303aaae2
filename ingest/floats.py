"""Captions, the tables that belong to them, and displayed mathematics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.parts import Part, Role, box_of, size_of
from ingest.pdf import PrintedLine
from library.types import Box

_CAPTION = re.compile(r"(Figure|Fig\.|Table|Algorithm|Listing)\s*[A-Z]?\.?\d+(\.\d+)?\s*[.:|(]")
_TABLE = re.compile(r"Table\s")
_ALGORITHM = re.compile(r"(Algorithm|Listing)\s*\d+\s")
_ENDED = re.compile(r"""[.!?:;]["'”’)\]]*$""")
_RELATION = re.compile(r"[=<>≤≥≈≡≜∼∝∈∉⊂⊆→↦←⇒⇔∀∃∑∏∫√∥∇±×⊗⊕+−]|arg ?m[ai][xn]|\bm[ai][xn]\b")

TIGHT = 0.45
"""Part of a letter's height under which two lines stand in one paragraph. Lines of a caption stand 0.2 to 0.35 apart;
a caption and the text or table next to it 0.5 and more."""

ASIDE = 10.0
"""Points by which the edges of two lines of one paragraph do not differ."""

CENTRED = 0.03
"""Share of the page's width by which the middle of a centred caption may miss the page's."""

TABLE_GAP = 4.0
"""Parts of a letter's height between a caption and its table, or between two groups of its rows, at most."""

MAX_HEADER = 12
"""Words in a table's header that reads like text."""

FORMULA_GAP = 3.0
"""The body's sizes between text and a displayed formula under it, at most."""

MAX_WORDS = 0.5
"""Share of a formula's characters in words of four letters and more, at most: an address has more."""

FORMULA_SMALLER = 2.2
"""Points below the body's size down to which a line may be a formula: its indices are small."""


def is_caption(lines: Sequence[PrintedLine], before: Part | None) -> bool:
    """Whether a block is a caption: by its first words, unless it only goes on with the sentence above it."""
    first = lines[0]
    if _ALGORITHM.match(first.text) and 0.1 < first.bold < 0.9:
        return True
    return bool(_CAPTION.match(first.text)) and not (before is not None and _goes_on(before, first))


def _goes_on(before: Part, line: PrintedLine) -> bool:
    last = before.lines[-1]
    if before.role not in (Role.PROSE, Role.OTHER) or abs(last.size - line.size) > 0.5 or _ENDED.search(last.text):
        return False
    height = line.box[3] - line.box[1]
    below = -height < line.box[1] - last.box[3] < TIGHT * height
    return below and last.cells == 1 and last.box[2] > line.box[2] - ASIDE and len(last.text.split()) > 3


def cut_at_captions(lines: Sequence[PrintedLine]) -> Iterator[list[PrintedLine]]:
    """Cut a block where a caption starts in the middle of it: under a table's rows, or under a part's own label."""
    start = 0
    right = max(line.box[2] for line in lines)
    for n in range(1, len(lines)):
        before, line = lines[n - 1], lines[n]
        if _CAPTION.match(line.text) and line.text[0].isupper():
            short = before.box[2] < right - 0.15 * (right - line.box[0])
            aside = abs(before.box[0] - line.box[0]) > ASIDE
            apart = before.cells > 1 or abs(before.size - line.size) > 0.5 or short or aside
            if apart or _ENDED.search(before.text):
                yield list(lines[start:n])
                start = n
    yield list(lines[start:])


def whole_captions(parts: list[Part]) -> list[Part]:
    """Join the lines that MuPDF cut off a caption, and cut off the table's rows that it joined to one."""
    found: list[Part] = []
    for part in parts:
        before = found[-1] if found else None
        if before and before.role is Role.CAPTION and part.role in (Role.PROSE, Role.OTHER) and _is_more(before, part):
            found[-1] = Part(Role.CAPTION, [*before.lines, *part.lines])
            continue
        if part.role is Role.CAPTION and (rows := _first_row(part.lines)):
            found += [Part(Role.CAPTION, part.lines[:rows]), Part(Role.OTHER, part.lines[rows:])]
            continue
        found.append(part)
    return found


def _is_more(caption: Part, part: Part) -> bool:
    last, line = caption.lines[-1], part.lines[0]
    height = last.box[3] - last.box[1]
    near = -height < line.box[1] - last.box[3] < TIGHT * height and _shared(box_of(caption.lines), box_of(part.lines))
    alike = abs(size_of(caption.lines) - size_of(part.lines)) < 0.35 and all(n.cells == 1 for n in part.lines)
    # The last line of a paragraph is short: what follows a short line is something else.
    full = last.box[2] > box_of(part.lines)[2] - 0.25 * (box_of(part.lines)[2] - line.box[0])
    return bool(near) and alike and full


def _first_row(lines: Sequence[PrintedLine]) -> int:
    """Where a table's rows start among a caption's lines; 0 when there are none."""
    for n in range(1, len(lines)):
        if all(line.cells > 1 for line in lines[n : n + 2]) and (
            _ENDED.search(lines[n - 1].text) or n + 1 < len(lines)
        ):
            return n
    return 0


def _shared(a: Box, b: Box) -> bool:
    """Whether two boxes stand over one another, by half of the narrower one's width."""
    return min(a[2], b[2]) - max(a[0], b[0]) > 0.5 * min(a[2] - a[0], b[2] - b[0])


def with_tables(parts: list[Part], width: float) -> list[Part]:
    """Put the rows of each table behind its caption, each row a part of its own with its cells in order.

    A caption between two tables belongs to the one on the side where the page's other captions have theirs.
    """
    captions = [p for p in parts if p.role is Role.CAPTION and _TABLE.match(p.lines[0].text)]
    sides: list[tuple[list[Part], list[Part], bool]] = []
    for caption in captions:
        region = _region(box_of(caption.lines), width)
        others = [
            p for p in parts if p is not caption and _shared(region, box_of(p.lines)) and p.role is not Role.MARGIN
        ]
        below, gap_below = _grow(caption, others, down=True)
        above, gap_above = _grow(caption, others, down=False)
        sides.append((below, above, gap_below <= gap_above))
    votes = sum(bool(below) - bool(above) for below, above, _ in sides)
    taken: set[int] = set()
    rows: dict[int, list[Part]] = {}
    for caption, (below, above, nearer_below) in zip(captions, sides, strict=True):
        first, second = (below, above) if votes > 0 or (votes == 0 and nearer_below) else (above, below)
        body = [p for p in first or second if id(p) not in taken]
        taken.update(id(p) for p in body)
        rows[id(caption)] = [Part(Role.TABLE, row) for row in _in_rows([n for p in body for n in p.lines])]
    found: list[Part] = []
    for part in parts:
        if id(part) not in taken:
            found += [part, *rows.get(id(part), [])]
    return found


def _region(box: Box, width: float) -> Box:
    """Where a caption's table stands, as a box of any height: the page, a column, or beside text that flows around."""
    middle = width / 2
    left, right = 0.0, width
    if abs((box[0] + box[2]) / 2 - middle) > CENTRED * width:
        if box[2] <= middle + 5:
            right = middle
        elif box[0] >= middle - 5:
            left = middle
        elif box[2] - box[0] < middle:
            left, right = box[0], box[2]
    return left, box[1], right, box[3]


def _grow(caption: Part, others: list[Part], *, down: bool) -> tuple[list[Part], float]:
    """The table-like parts that follow one another from a caption on, and how far the first one stands from it."""
    top, bottom = box_of(caption.lines)[1], box_of(caption.lines)[3]
    height = caption.lines[0].box[3] - caption.lines[0].box[1]
    found: list[Part] = []
    first = 0.0
    for part in sorted(others, key=lambda p: box_of(p.lines)[1] if down else -box_of(p.lines)[3]):
        box = box_of(part.lines)
        gap = box[1] - bottom if down else top - box[3]
        if (box[3] if down else -box[1]) <= (bottom if down else -top) - height / 2 and not found:
            continue  # it stands on the other side
        header = down and not found and _is_header(part) and gap < TABLE_GAP * height / 2
        if gap > TABLE_GAP * height or gap < -height or not (header or _is_tabular(part)):
            break
        first = first if found else gap
        found.append(part)
        top, bottom = min(top, box[1]), max(bottom, box[3])
    return found, first


def _is_tabular(part: Part) -> bool:
    if part.role is Role.OTHER:
        return True
    return part.role in (Role.PROSE, Role.FOOTNOTE) and sum(n.cells > 1 for n in part.lines) * 2 >= len(part.lines)


def _is_header(part: Part) -> bool:
    """Whether a part that reads like text is a table's first row."""
    text = part.lines[0].text
    return (
        part.role is Role.PROSE and len(part.lines) == 1 and not _ENDED.search(text) and len(text.split()) <= MAX_HEADER
    )


def _in_rows(lines: list[PrintedLine]) -> list[list[PrintedLine]]:
    rows: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda n: (n.box[1] + n.box[3]) / 2):
        middle = (line.box[1] + line.box[3]) / 2
        if rows and middle <= rows[-1][0].box[3] and middle - _middle(rows[-1][0]) < (line.box[3] - line.box[1]) / 2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda n: n.box[0]) for row in rows]


def _middle(line: PrintedLine) -> float:
    return (line.box[1] + line.box[3]) / 2


def with_formulas(parts: list[Part], body: float) -> list[Part]:
    """Tell displayed formulas from figures' labels: they stand in the text's size right under text."""
    found: list[Part] = []
    for part in parts:
        before = found[-1] if found else None
        if part.role is Role.OTHER and before and _is_formula(part, before, body):
            part = Part(Role.FORMULA, part.lines)
        found.append(part)
    return found


def _is_formula(part: Part, before: Part, body: float) -> bool:
    if before.role not in (Role.PROSE, Role.FORMULA):
        return False
    box, above = box_of(part.lines), box_of(before.lines)
    if max(n.size for n in part.lines) < body - FORMULA_SMALLER:
        return False
    # Its number, or a part that stands beside the first.
    if before.role is Role.FORMULA and box[1] < above[3] and box[3] > above[1]:
        return True
    text = " ".join(n.text for n in part.lines)
    if sum(len(word) for word in text.split() if len(word) > 3 and word.isalpha()) > MAX_WORDS * len(text):
        return False
    near = -body < box[1] - above[3] < FORMULA_GAP * body
    return near and bool(_RELATION.search(text)) and min(box[2], above[2]) > max(box[0], above[0])
