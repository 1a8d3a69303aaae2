"""Whether what a source tells of is a paper that the library has: by its ids first, then by title and authors.

Sources spell the same title with other dashes, LaTeX and cases, and the same author with or without middle names.
Titles are compared folded and without markup, authors by last word and initial, and only among papers of the
same venue and year: a workshop paper and the conference paper that came of it are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ingest.sources.base import Venue
from ingest.sources.record import TIERS, work_identifier
from library import Library
from library.papers import PRECEDENCE
from library.text import author_key, fold, title_key
from library.types import Paper, PaperRecord

RETITLED = 0.75
"""How alike (difflib's ratio) two titles of exactly the same authors at one venue must be to be one paper that was
retitled for the proceedings. Two papers of one group at one venue differ more: "Position: …" alone moves 0.1."""

RETITLED_AUTHORS = 2
"""A lone author may well have two papers with titles that begin alike."""

_YEAR = re.compile(r"\b(?:19|20|21)\d\d\b")


class Matcher:
    """Finds papers of one venue; papers that a run adds are to be told with :meth:`learn`."""

    def __init__(self, library: Library, venue: Venue) -> None:
        """Prepare to look for papers of a venue."""
        self._library = library
        self._venue = venue
        self._names = {plain_venue(n) for n in (venue.title, venue.name, *venue.aliases)}
        self._by_title: dict[str, list[Paper]] | None = None
        self._by_authors: dict[frozenset[tuple[str, str]], list[Paper]] = {}

    def record(self, record: PaperRecord) -> PaperRecord:
        """The record under the venue's own name, where that is known, and known by its title too."""
        year = record.year or venue_year(self._venue)
        title = self._venue.title
        if title == self._venue.venue_id and record.venue:
            title = record.venue
        work = work_identifier(record.title, record.authors[0] if record.authors else "", title, year)
        identifiers = (*(pair for pair in record.identifiers if pair[0] != "work"), ("work", work))
        venue_id = record.venue_id or self._venue.venue_id
        return replace(record, venue=title, venue_id=venue_id, year=year, identifiers=identifiers)

    def find(self, record: PaperRecord) -> str | None:
        """The id of the paper that a record tells of, or None."""
        for scheme, value in sorted(record.identifiers, key=lambda pair: PRECEDENCE.index(pair[0])):
            if scheme != "work" and (found := self._library.papers.find(scheme, value)):
                return found
        self._load()
        assert self._by_title is not None, "it was loaded a moment ago"
        same = [p for p in self._by_title.get(title_key(record.title), ()) if self._may_be(p, record)]
        if found := next((p.paper_id for p in same if agree(p.authors, record.authors)), None):
            return found
        authors = _keys(record.authors)
        if len(authors) < RETITLED_AUTHORS:
            return None
        near = [p for p in self._by_authors.get(authors, ()) if self._may_be(p, record)]
        alike = {p.paper_id: _ratio(p.title, record.title) for p in near}
        best = max(alike, key=lambda p: alike[p], default=None)
        return best if best and alike[best] >= RETITLED else None

    def learn(self, paper_id: str) -> None:
        """The run added or changed a paper."""
        paper = self._library.papers.get(paper_id)
        if paper and self._by_title is not None:
            self._add(paper)

    def _load(self) -> None:
        if self._by_title is None:
            self._by_title = {}
            for paper in self._library.papers.of_year(venue_year(self._venue)):
                if self._is_here(paper):
                    self._add(paper)

    def _add(self, paper: Paper) -> None:
        assert self._by_title is not None, "only papers that are looked for are kept"
        for found in (self._by_title.setdefault(title_key(paper.title), []), self._authors(paper)):
            found[:] = [p for p in found if p.paper_id != paper.paper_id] + [paper]

    def _authors(self, paper: Paper) -> list[Paper]:
        return self._by_authors.setdefault(_keys(paper.authors), [])

    def _is_here(self, paper: Paper) -> bool:
        if paper.venue_id and paper.venue_id == self._venue.venue_id:
            return True
        return not paper.venue or plain_venue(paper.venue) in self._names

    @staticmethod
    def _may_be(paper: Paper, record: PaperRecord) -> bool:
        """The same work under another forum id is another version of it, not this paper."""
        forum = dict(record.identifiers).get("forum")
        return not (forum and paper.forum_id and forum != paper.forum_id)


def agree(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether two lists of authors can be the same: the first author, or most of them; one may be unknown."""
    if not first or not second or author_key(first[0]) == author_key(second[0]):
        return True
    shared = _keys(first) & _keys(second)
    return 2 * len(shared) > min(len(first), len(second))


def venue_year(venue: Venue) -> int | None:
    """The year of a venue, from its site, its id or its title."""
    if venue.site:
        return venue.site[1]
    found = _YEAR.search(f"{venue.venue_id or ''} {venue.title}".replace("/", " "))
    return int(found[0]) if found else None


def plain_venue(name: str) -> str:
    """A venue's name for comparing: folded, without a tier at its end."""
    return " ".join(word for word in fold(name).split() if word not in TIERS)


def _keys(names: Iterable[str]) -> frozenset[tuple[str, str]]:
    return frozenset(map(author_key, names))


def _ratio(first: str, second: str) -> float:
    return SequenceMatcher(None, title_key(first), title_key(second), autojunk=False).ratio()
