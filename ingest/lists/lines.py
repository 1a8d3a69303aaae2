"""Reading lists as plain text: one paper a line, by an address, an id or its title; ``# words`` begin a section."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.addresses import identifier
from ingest.lists.citation import Kind, Piece, pieces_of, read
from ingest.lists.draft import Draft, Item, check_room
from library.lists import Path
from library.text import one_line

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_BARE_FORUM = re.compile(r"(?=.*(?:\d|[a-z][A-Z]|[_-]))\S+")


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
            item = read(number, _pieces(line))
            items.append(replace(item, entry=replace(item.entry, section=sections[-1] if sections else ())))
            check_room(len(items), number)
    return Draft(tuple(items), sections=tuple(sections))


def _pieces(line: str) -> list[Piece]:
    word, _, rest = line.partition(" ")
    found = identifier(word)
    if found and found[0] == "forum" and _BARE_FORUM.fullmatch(word) and "/" not in word:
        return [Piece(Kind.LINK, word, f"https://openreview.net/forum?id={word}"), *pieces_of(f" {rest}")]
    return pieces_of(line)
