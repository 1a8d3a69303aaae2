"""What is exported: citations of papers, with what a list knows of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from export.keys import stem
from export.names import Name, names
from library.editing import joined
from library.kinds import PREPRINT, kind, tier_name
from library.lists import Entry, Path, ReadingList
from library.observations import PRINTED, Seen
from library.proceedings import Proceedings
from library.text import one_line
from library.types import Paper

IN_PROCEEDINGS = "inproceedings"
ARTICLE = "article"
MISC = "misc"

_PMLR, _OPENREVIEW = "pmlr", "openreview"
_JOURNAL = re.compile(
    r"\bjournal\b|\btransactions on\b|\bannals of\b|\bletters$|^(?:tmlr|jmlr|pnas|nature)\b|^(?:science|neurocomputing|"
    r"machine learning|neural computation|neural networks|artificial intelligence|biometrika)$",
    re.IGNORECASE,
)
_BOOKTITLE = re.compile(r"\bbooktitle\s*=\s*\{((?:[^{}]|\{[^{}]*\})+)\}", re.IGNORECASE)
_LINKS = ("proceedings", "forum", "site", "pdf")
"""Where a citation points, the first that there is: the proceedings are what is cited."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A paper as a reference list needs it; what is not known is empty.

    Attributes:
        type: :data:`IN_PROCEEDINGS`, :data:`ARTICLE` (of a journal) or :data:`MISC` (a preprint).
        container: The proceedings or the journal, in full.
        pages: ``44012--44037`` or one page.
        url: Where it was published, else where it can be read.
        arxiv: Its number there.
        own: The BibTeX entry that OpenReview shows, as it is.
    """

    key: str
    type: str
    title: str
    authors: tuple[Name, ...] = ()
    year: int | None = None
    container: str | None = None
    editors: tuple[Name, ...] = ()
    series: str | None = None
    volume: str | None = None
    pages: str | None = None
    publisher: str | None = None
    url: str | None = None
    pdf: str | None = None
    arxiv: str | None = None
    venue: str | None = None
    tier: str | None = None
    keywords: tuple[str, ...] = ()
    abstract: str | None = None
    licence: str | None = None
    own: str | None = None

    @property
    def first_page(self) -> str | None:
        """Where it starts."""
        return self.pages.split("--")[0] if self.pages else None

    @property
    def last_page(self) -> str | None:
        """Where it ends; None for a single page."""
        return self.pages.split("--")[1] if self.pages and "--" in self.pages else None


@dataclass(frozen=True, slots=True)
class Item:
    """A citation, and what the list says of the paper."""

    citation: Citation
    entry: Entry

    @property
    def section(self) -> str:
        """The headings above it, the outermost first."""
        return " › ".join(self.entry.section)

    @property
    def terms(self) -> tuple[str, ...]:
        """The paper's keywords and then the user's tags, each once: for tools that know only one kind."""
        return tuple(dict.fromkeys(filter(str.split, (*self.citation.keywords, *self.entry.tags))))


@dataclass(frozen=True, slots=True)
class Collection:
    """What one file holds.

    Attributes:
        items: A list's entries, several of which may be of one paper: they have the same key.
        listed: It is a reading list of the user's: states mean something.
        papers: Those that the library holds, by id.
    """

    name: str
    items: tuple[Item, ...]
    description: str = ""
    sections: tuple[Path, ...] = ()
    listed: bool = False
    papers: Mapping[str, Paper] = field(default_factory=dict)

    def once(self) -> Collection:
        """Each paper once, at its first place, with what all its entries say: as a bibliography has it."""
        held: dict[str, list[Item]] = {}
        for item in self.items:
            held.setdefault(item.citation.key, []).append(item)
        if len(held) == len(self.items):
            return self
        items = (replace(same[0], entry=joined([item.entry for item in same])) for same in held.values())
        return replace(self, items=tuple(items))

    @property
    def made(self) -> ReadingList:
        """The list that it was made of."""
        return ReadingList("", self.name, self.description, self.sections, tuple(item.entry for item in self.items))


@dataclass(frozen=True, slots=True)
class Known:
    """Everything that is known of a paper.

    Attributes:
        seen: What sources say of it.
        proceedings: Its venue's, where that is a known one.
        key: Its citation key.
    """

    paper: Paper
    key: str
    seen: Sequence[Seen] = ()
    proceedings: Proceedings | None = None
    arxiv: str | None = None


def cite(known: Known) -> Citation:
    """The citation of a paper that the library holds."""
    paper = known.paper
    told = _told(known.seen)
    venue = known.proceedings or Proceedings("")
    type_ = _type(paper)
    container = venue.title or told.get("booktitle") or _own_booktitle(told.get("bibtex", "")) or paper.venue
    return Citation(
        key=known.key,
        type=type_,
        title=paper.title,
        authors=names(paper.authors, told.get("people", ())),
        year=paper.year,
        container=(container or paper.venue_id) if type_ != MISC else None,
        editors=_people(told.get("editors", ())),
        series=venue.series or told.get("series"),
        volume=venue.volume or told.get("volume"),
        pages=_pages(told.get("pages", "")),
        publisher=venue.publisher or told.get("publisher"),
        url=next((paper.links[link] for link in _LINKS if link in paper.links), None),
        pdf=paper.links.get("pdf"),
        arxiv=known.arxiv,
        venue=paper.venue or paper.venue_id,
        tier=tier_name(paper),
        keywords=paper.keywords,
        abstract=paper.abstract,
        licence=paper.licence,
        own=told.get("bibtex"),
    )


def cite_entry(entry: Entry, key: str, arxiv: str | None = None) -> Citation:
    """The citation of a paper that only a list knows; ``arxiv`` is its number there."""
    named = entry.named
    type_ = _type(Paper("", named.title, venue=named.venue))
    return Citation(
        key,
        type_,
        one_line(named.title),
        names(named.authors),
        named.year,
        container=named.venue if type_ != MISC else None,
        url=named.link,
        arxiv=arxiv,
        venue=named.venue,
    )


def stem_of(paper: Paper) -> str:
    """What a paper's citation key starts as."""
    return stem(names(paper.authors[:1]), paper.year, paper.title)


def stem_of_entry(entry: Entry) -> str:
    """What the key of a paper that only a list knows starts as."""
    return stem(names(entry.named.authors[:1]), entry.named.year, entry.named.title)


def collect(
    made: ReadingList, citations: Mapping[int, Citation], papers: Mapping[str, Paper], *, listed: bool = True
) -> Collection:
    """A list with the citations of its entries, by entry id."""
    items = tuple(Item(citations[entry.entry_id], entry) for entry in made.entries)
    return Collection(made.name, items, made.description, made.sections, listed, papers)


def _type(paper: Paper) -> str:
    if kind(paper) == PREPRINT:
        return MISC
    return ARTICLE if _JOURNAL.search(paper.venue or "") else IN_PROCEEDINGS


def _told(seen: Iterable[Seen]) -> dict[str, Any]:
    """What the sources print of a paper, field by field: the proceedings are believed first, OpenReview last."""
    rank = {_PMLR: 0, _OPENREVIEW: 2}
    found: dict[str, Any] = {}
    for one in sorted(seen, key=lambda s: rank.get(s.source, 1)):
        for field_name, value in one.fields.get(PRINTED, {}).items():
            found.setdefault(field_name, value)
    return found


def _own_booktitle(bibtex: str) -> str | None:
    match = _BOOKTITLE.search(bibtex)
    return one_line(re.sub(r"\\([&%#_$])|[{}]", r"\1", match[1])) if match else None


def _people(told: Iterable[Mapping[str, Any]]) -> tuple[Name, ...]:
    parts = ("given", "dropping-particle", "non-dropping-particle", "prefix", "family", "suffix")
    told = list(told)
    return names([" ".join(text for part in parts if (text := person.get(part))) for person in told], told)


def _pages(text: str) -> str | None:
    """A range with two dashes, as BibTeX has it; a count or anything else is no pages."""
    match = re.fullmatch(r"\s*([A-Za-z]?\d+)\s*(?:[-–—]+\s*([A-Za-z]?\d+))?\s*", text)
    return "--".join(part for part in match.groups() if part) if match else None
