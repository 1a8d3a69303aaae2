"""Reading lists as plain text: one paper a line, by an address, an id or its title; ``# words`` begin a section."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.addresses import FORUM, identifier
from ingest.lists.citation import Kind, Piece, papers_of, pieces_of, read
from ingest.lists.draft import Draft, Item, check_room
from library.lists import Path
from library.text import one_line

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_BULLET = re.compile(r"(?:[-*+]|\d+[.)])\s+")
_ID = re.compile(r".*(?:\d|[a-z][A-Z])")
"""What tells an id from a title of one word."""


def parse(text: str) -> Draft:
    """Read a list. What stands on a line beside an address is a remark, or the title where the paper stays unknown."""
    items: list[Item] = []
    sections: list[Path] = []
    headings: list[tuple[int, str]] = []
    for number, line in enumerate(text.split("\n"), 1):
        line = one_line(line)
        if match := _HEADING.fullmatch(line):
            level = len(match[1])
            headings = [each for each in headings if each[0] < level] + [(level, match[2] or "Untitled")]
            sections.append(tuple(name for _, name in headings))
        elif line:
            bullet = _BULLET.match(line)
            for pieces in papers_of(_pieces(line[bullet.end() if bullet else 0 :])):
                item = read(number, pieces)
                items.append(replace(item, entry=replace(item.entry, section=sections[-1] if sections else ())))
                check_room(len(items), number)
    return Draft(tuple(items), sections=tuple(sections))


def _pieces(line: str) -> list[Piece]:
    if " " not in line and _ID.match(line) and (identifier(line) or ("", ""))[0] == FORUM and "/" not in line:
        return [Piece(Kind.LINK, line, f"https://openreview.net/forum?id={line}")]
    return pieces_of(line, bare=True)
