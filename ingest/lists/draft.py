"""A reading list as a file has it, before any of its papers is looked for in the library."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from library.lists import Entry, Path

MAX_PAPERS = 20_000
"""Papers of one file: ten times a large conference's."""


@dataclass(frozen=True, slots=True)
class Item:
    """One paper of a file.

    Attributes:
        line: Where it begins, from 1.
        entry: What the file says of it; its note is what is surely a remark.
        links: Addresses that may name it, the one it is known by first.
        beside: What else stands on its line, which is either its citation or a remark: once the paper is known, what
            names the first author or repeats the title is no remark.
        unknown: What of ``beside`` is in none of the entry's fields, for when the paper stays unknown.
        keywords: The paper's own and the user's tags, where a format does not tell the two apart.
    """

    line: int
    entry: Entry
    links: tuple[str, ...] = ()
    beside: str = ""
    unknown: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be used as it stands.

    Attributes:
        line: From 1; None where what it is about stands on no line.
        text: What it says, shortened.
        reason: Why it could not be used, and what to do.
    """

    line: int | None
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A list as read.

    Attributes:
        name: None where the file names none.
        sections: In the order of the file, also those without a paper.
        problems: Lines that are on the list in no form.
    """

    items: tuple[Item, ...]
    name: str | None = None
    description: str = ""
    sections: tuple[Path, ...] = ()
    problems: tuple[Problem, ...] = ()


class NotAList(Exception):
    """A file that as a whole is no list of papers."""

    def __init__(self, line: int, reason: str) -> None:
        """Keep where, from 1, and why with what to do."""
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


def check_room(papers: int, line: int) -> None:
    """Stop before a file fills the memory.

    Raises:
        NotAList: There are too many papers.
    """
    if papers > MAX_PAPERS:
        raise NotAList(line, f"more than {MAX_PAPERS:,} papers: split the file")


def joined(*notes: str) -> str:
    """Notes as one, each a paragraph of its own; without spaces at the ends of lines, as lists are written."""
    told = ("\n".join(line.rstrip() for line in note.splitlines()).strip() for note in notes)
    return "\n\n".join(note for note in told if note)


_BOILERPLATE = re.compile(r"ISSN:[ \t]*\d{4}-?\d{3}[\dXx]|arXiv:[\w./-]+[ \t]\[[\w., -]+\]", re.IGNORECASE)


def remarks(texts: Iterable[str | None]) -> str:
    """What several fields of a record say, each once, without the lines that Zotero writes there by itself."""
    told = ((text or "").splitlines() for text in texts)
    kept = ("\n".join(line for line in lines if not _BOILERPLATE.fullmatch(line.strip())) for lines in told)
    return joined(*dict.fromkeys(map(str.strip, kept)))
