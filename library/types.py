"""The values that every room speaks in.

A paper is what a venue accepted; a document is one PDF of it; a page holds the document's
normalised text with the box of every line; a passage is what the index returns. A passage
knows where each of its characters stands: ``page.text[span.start:span.end]`` is the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

Box: TypeAlias = tuple[float, float, float, float]

TITLE = "title"
ABSTRACT = "abstract"
NOTE = "note"
BODY = "body"

ACCEPTED = "accepted"

SECTION_OF_KIND: Mapping[str, str] = MappingProxyType({TITLE: "Title", ABSTRACT: "Abstract", NOTE: "Note"})
"""The section name that a passage from a paper's record (not from its PDF) is shown with."""


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """What one source says of one paper; a field that the source does not know is empty.

    Attributes:
        source: Where the record comes from, for provenance (``file:papers.jsonl``).
        identifiers: ``(scheme, value)`` pairs, each naming at most one paper: ``forum``, ``pmlr``,
            ``arxiv``, ``id``, ``file`` (folder and name), and ``work`` (title, first author, venue, year), which
            is believed when nothing else is known.
        tier: ``oral``, ``spotlight``, ``poster``… in lower case, as the venue has it:
            :func:`library.kinds.tier_name` tells a workshop's from a conference's.
        links: ``forum``, ``pdf``, ``proceedings``, ``site`` to an http(s) URL.
        note: A summary in Posterhall's own words (the starter library has them).
        printed: What only a citation needs, as JSON holds it: ``booktitle``, ``series``, ``volume``, ``publisher``,
            ``pages``; ``people`` and ``editors``, each a mapping of CSL's names of a name's parts; ``bibtex``, the
            source's own entry. Observations keep it, papers do not.
    """

    source: str
    title: str
    identifiers: tuple[tuple[str, str], ...]
    authors: tuple[str, ...] = ()
    abstract: str | None = None
    note: str | None = None
    venue: str | None = None
    venue_id: str | None = None
    tier: str | None = None
    year: int | None = None
    keywords: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    licence: str | None = None
    printed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper as the library holds it, merged from every source that named it.

    Attributes:
        paper_id: Stable and safe in a URL: the forum id where there is one.
        provenance: Field name to the source that its value came from.
        status: ``accepted``, or what became of it (``withdrawn``…): then no list, count or search shows it.
    """

    paper_id: str
    title: str
    authors: tuple[str, ...] = ()
    abstract: str | None = None
    note: str | None = None
    venue: str | None = None
    venue_id: str | None = None
    tier: str | None = None
    year: int | None = None
    keywords: tuple[str, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    licence: str | None = None
    forum_id: str | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)
    status: str = ACCEPTED


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: ``page.text[start:end]`` stands in ``box`` (PDF points, origin top left)."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document.

    Attributes:
        number: Counts from 1.
        text: The page's whole text after :func:`ingest.text.normalise`, in reading order.
        lines: In the order of ``text``; they do not overlap.
    """

    number: int
    width: float
    height: float
    text: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` of a page, or of the paper's own field when ``page`` is None."""

    page: int | None
    start: int
    end: int


def locate(spans: Iterable[Span], start: int, end: int) -> tuple[Span, ...]:
    """Where ``text[start:end]`` stands, for a text made of the spans' pieces joined by single spaces."""
    found: list[Span] = []
    offset = 0
    for span in spans:
        low, high = max(start, offset), min(end, offset + span.end - span.start)
        if low < high:
            found.append(Span(span.page, span.start + low - offset, span.start + high - offset))
        offset += span.end - span.start + 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one section.

    Attributes:
        passage_id: Never used twice, so a changed text is a new passage. 0 before it is stored.
        kind: ``title``, ``abstract``, ``note`` or ``body``.
        text: The pieces that ``spans`` point at, joined by single spaces.
        sentences: ``(start, end)`` offsets in ``text``.
        embed_hash: sha256 of the text that the encoder sees; the vector's key.
    """

    passage_id: int
    paper_id: str
    document_id: int | None
    kind: str
    ordinal: int
    section: str
    text: str
    spans: tuple[Span, ...]
    sentences: tuple[tuple[int, int], ...]
    embed_hash: str

    @property
    def page(self) -> int | None:
        """The first page that the passage stands on, or None for a record's own text."""
        return self.spans[0].page if self.spans else None

    def locate(self, start: int, end: int) -> tuple[Span, ...]:
        """Where ``text[start:end]`` stands: one span, or several when it crosses a page or a float."""
        return locate(self.spans, start, end)


@dataclass(frozen=True, slots=True)
class Document:
    """One PDF of a paper.

    Attributes:
        stem: The ingested file's name without ``.pdf``.
        sha256: Of the file; ``data/pdf/<sha256>.pdf`` is the library's own copy.
        parser: Name and version of the code that read it.
        warning: Why it may not be its paper's, if it looks so.
    """

    document_id: int
    paper_id: str
    stem: str
    sha256: str
    pages: int
    parser: str
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """One item that could not be taken in; it stays listed until it succeeds.

    Attributes:
        item: What failed: a file's path, or a file and line.
        reason: One word or two for people who count (``broken pdf``).
        detail: What was seen, and what to do next.
        paper_id: The paper that it is a part of, where that is known.
    """

    kind: str
    item: str
    reason: str
    detail: str
    attempts: int
    last_seen: str
    paper_id: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which papers count. Empty fields do not restrict; text compares without case.

    Attributes:
        venue: A venue's name or id, or part of its name.
        tier: As it is shown: ``oral`` is a conference's or a journal's, ``workshop oral`` a workshop's.
        text: Words that the title, the abstract, an author or a keyword must all hold.
        withdrawn: Also the papers that are accepted no more; a search never finds these.
        keywords: Papers that have any of these, whatever the case and hyphens.
        authors: Papers by any of these, whatever the case and accents. The same name is the same author.
        full_text: Papers with a PDF that was read, or (False) without one.
        topic: The id or name of a topic that they are on. Who is on a topic is derived and no column: the Python
            interface puts its papers into ``papers`` before the library sees the filter.
        papers: Ids of the papers to choose from; None allows all.
    """

    venue: str | None = None
    tier: str | None = None
    year: int | None = None
    text: str | None = None
    withdrawn: bool = False
    keywords: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    full_text: bool | None = None
    topic: str | None = None
    papers: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        chosen = (self.venue, self.tier, self.year, self.text, self.withdrawn, self.keywords, self.authors, self.topic)
        return any(chosen) or self.full_text is not None or self.papers is not None
