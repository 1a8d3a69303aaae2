"""Entries of a file that are one paper: they become one entry."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.addresses import identifier, plain
from ingest.lists.draft import Item, joined
from ingest.match import agree
from library import editing
from library.lists import Entry, Named
from library.text import title_key

_NAMESAKES = 50
"""Papers of one title that another line may be; what comes after as many is told apart by its addresses alone."""


@dataclass(frozen=True, slots=True)
class Found:
    """An item of a file and the entry made of it.

    Attributes:
        why: Why it leads to no paper of the library; empty where it leads to one.
    """

    item: Item
    entry: Entry
    why: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A line that names the paper of a line before it."""

    line: int
    first: int
    title: str


@dataclass(slots=True)
class _Paper:
    """What the lines that name a paper say of it so far."""

    lines: list[Found]
    authors: tuple[str, ...]
    ids: dict[str, str]

    def may_be(self, one: Found, ids: Mapping[str, str]) -> bool:
        """Whether a line of the same title is this paper's: by its authors, and no address says otherwise."""
        return all(self.ids.get(scheme, value) == value for scheme, value in ids.items()) and agree(
            self.authors, one.entry.named.authors
        )

    def add(self, one: Found, ids: Mapping[str, str]) -> None:
        self.lines.append(one)
        self.authors = self.authors or one.entry.named.authors
        self.ids = {**ids, **self.ids}


def united(found: Sequence[Found]) -> tuple[tuple[Found, ...], tuple[Repeat, ...]]:
    """The entries with each paper once, at its first place; and the lines that named it again.

    Two entries are one paper if the library says so; papers that it does not hold, by an address, or by title and
    authors where no address says otherwise.
    """
    papers: list[_Paper] = []
    known: dict[Hashable, _Paper] = {}
    titled: dict[str, list[_Paper]] = {}
    for one in found:
        names: list[Hashable] = [one.entry.paper_id]
        ids: dict[str, str] = {}
        beside: list[_Paper] = []
        if one.entry.paper_id is None:
            told = [(identifier(url), plain(url)) for url in one.item.links]
            names = [name or ("link", url) for name, url in told]
            ids = dict(name for name, _ in told if name)
            if title := title_key(one.item.entry.named.title):
                beside = titled.setdefault(title, [])
        paper = next((known[name] for name in names if name in known), None)
        paper = paper or next((each for each in beside if each.may_be(one, ids)), None)
        if paper is None:
            paper = _Paper([], (), {})
            papers.append(paper)
        paper.add(one, ids)
        if len(beside) < _NAMESAKES and not any(each is paper for each in beside):
            beside.append(paper)
        for name in names:
            known.setdefault(name, paper)
    repeats = (
        Repeat(one.item.line, paper.lines[0].item.line, paper.lines[0].entry.named.title)
        for paper in papers
        for one in paper.lines[1:]
        if one.item.line != paper.lines[0].item.line
    )
    return tuple(_one(paper.lines) for paper in papers), tuple(sorted(repeats, key=lambda repeat: repeat.line))


def _one(group: Sequence[Found]) -> Found:
    first = group[0]
    if len(group) == 1:
        return first
    entries = [one.entry for one in group]
    named = first.entry.named if first.entry.paper_id else _named(group)
    entry = replace(editing.joined(entries), named=named, note=_joined(entry.note for entry in entries))
    return replace(first, entry=entry)


def _named(group: Sequence[Found]) -> Named:
    """What the lines say of a paper that the library does not hold, together."""
    told = [one.item.entry.named for one in group]
    first = group[0].entry.named
    return Named(
        next((named.title for named in told if named.title), first.title),
        next((named.authors for named in told if named.authors), ()),
        next((named.venue for named in told if named.venue), None),
        next((named.year for named in told if named.year), None),
        next((named.link for named in told if named.link), first.link),
    )


def _joined(notes: Iterable[str]) -> str:
    """Each note once; the remarks that several begin with, which stand over all of them in the file, too."""
    told = dict.fromkeys(filter(None, notes))
    first = next(iter(told), "").split("\n\n")
    parts = []
    for n, note in enumerate(told):
        paragraphs = note.split("\n\n")
        shared = 0
        while n and shared < min(len(first), len(paragraphs)) and first[shared] == paragraphs[shared]:
            shared += 1
        parts.append("\n\n".join(paragraphs[shared:]))
    return joined(*parts)
