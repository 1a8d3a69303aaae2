"""Two columns in the wrong order: some files draw the right column first, or both of them line by line.

Nearly all files draw their text as it is read, floats apart, and the file's order is better than any guess from
geometry (of the 864 pages at hand none is changed here). So an order is only replaced where it is clearly wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

MIN_WRONG = 8
"""So many lines of a left column behind so many of the right one beside it, and the order is wrong. A float at the
top of the right column that is drawn first has fewer, with its caption."""

NARROW, WIDE = 0.25, 0.5
"""Shares of the page's width between which a line is one of a column's, not a label's and not the full width's."""

APART = 0.7
"""Part of a line's height between two paragraphs, at least."""

FULL, LEFT, RIGHT = range(3)

_Line = dict[str, Any]


def in_order(blocks: list[list[_Line]], width: float) -> list[list[_Line]]:
    """The page's blocks as they are; where their order is clearly wrong, by column.

    Args:
        blocks: MuPDF's lines, in the file's order.
        width: The page's.
    """
    lines = [line for block in blocks for line in block]
    # Full-width lines part the page into bands that have columns of their own.
    bars = sorted(n["bbox"][1] for n in lines if _crosses(n, width) and n["bbox"][2] - n["bbox"][0] > WIDE * width)
    if not _is_wrong(lines, width, bars):
        return blocks
    places: dict[tuple[int, int], list[_Line]] = {}
    for line in lines:
        side = FULL if _crosses(line, width) else LEFT if line["bbox"][0] < width / 2 else RIGHT
        places.setdefault((_band(line, bars), side), []).append(line)
    return [block for place in sorted(places) for block in _paragraphs(places[place])]


def _crosses(line: _Line, width: float) -> bool:
    return bool(line["bbox"][0] < width / 2 - 5 and line["bbox"][2] > width / 2 + 5)


def _band(line: _Line, bars: Sequence[float]) -> int:
    """How many full-width lines stand above a line, itself included."""
    return sum(bar <= line["bbox"][1] for bar in bars)


def _is_wrong(lines: Sequence[_Line], width: float, bars: Sequence[float]) -> bool:
    body = _size(lines)
    right: Counter[int] = Counter()
    late: Counter[int] = Counter()
    for line in lines:
        box = line["bbox"]
        # Text that flows around an algorithm or a figure is not beside text of its own size.
        if not NARROW * width < box[2] - box[0] < WIDE * width or _crosses(line, width) or _size([line]) != body:
            continue
        band = _band(line, bars)
        if box[0] > width / 2 - 5:
            right[band] += 1
        elif right[band] >= MIN_WRONG:
            late[band] += 1
    return any(count >= MIN_WRONG for count in late.values())


def _size(lines: Sequence[_Line]) -> float:
    """The size of most of their lines, to half a point."""
    sizes = Counter(round(line["spans"][0]["size"] * 2) / 2 for line in lines if line["spans"])
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _paragraphs(lines: list[_Line]) -> list[list[_Line]]:
    found: list[list[_Line]] = []
    bottom = 0.0
    for line in sorted(lines, key=lambda n: (round(n["bbox"][3]), n["bbox"][0])):
        height = line["bbox"][3] - line["bbox"][1]
        if not found or line["bbox"][1] - bottom > APART * height:
            found.append([])
        found[-1].append(line)
        bottom = max(bottom, line["bbox"][3]) if len(found[-1]) > 1 else line["bbox"][3]
    return found
