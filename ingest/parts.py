"""A page's lines with their role, before they are text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from ingest.pdf import PrintedLine
from library.types import Box


class Role(Enum):
    """What a block is for the reader."""

    PROSE = "prose"
    HEADING = "heading"
    CAPTION = "caption"
    TABLE = "table"  # one row of the table whose caption stands before it
    FORMULA = "formula"  # displayed, inside a paragraph
    FOOTNOTE = "footnote"
    OTHER = "other"  # figures' labels, tables without a caption
    MARGIN = "margin"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A run of printed lines of one role."""

    role: Role
    lines: list[PrintedLine]


def box_of(lines: Sequence[PrintedLine]) -> Box:
    """The box around some lines."""
    return (
        min(n.box[0] for n in lines),
        min(n.box[1] for n in lines),
        max(n.box[2] for n in lines),
        max(n.box[3] for n in lines),
    )


def size_of(lines: Iterable[PrintedLine]) -> float:
    """The lines' size in points, weighed by characters."""
    weighed = [(line.size, len(line.text)) for line in lines]
    return sum(size * n for size, n in weighed) / sum(n for _, n in weighed)
