"""Pieces of pages as HTML, made of library values. Everything that is not ours goes through :mod:`views.text`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from library.events import Event
from library.kinds import kind, tier_name
from library.observations import Conflict
from library.types import BODY, NOTE, SECTION_OF_KIND, TITLE, Paper, Passage, Span
from posterhall import Match, Version
from views.text import count, html, link, markdown, shorten

if TYPE_CHECKING:
    from posterhall import Reason

MAX_AUTHORS = 8
MAX_KEYWORDS = 8
EXCERPT = 320
"""Characters of a passage under a search hit: three lines or so."""

OWN_WORDS = "in Posterhall’s own words, not the authors’"
UNTITLED = "(no title)"

LINK_NAMES = {"forum": "OpenReview", "pdf": "PDF", "proceedings": "Proceedings", "site": "Conference page"}

FIELD_NAMES = {"venue_id": "venue id"}


class Quote(Protocol):
    """What a page needs of a citation."""

    @property
    def n(self) -> int: ...  # noqa: D102
    @property
    def paper_id(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def page(self) -> int | None: ...  # noqa: D102
    @property
    def section(self) -> str: ...  # noqa: D102
    @property
    def quote(self) -> str: ...  # noqa: D102
    @property
    def span(self) -> Span: ...  # noqa: D102


class Changed(Protocol):
    """What a page needs of a change: ``same``, ``inserted`` or ``deleted``, and the words."""

    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


AnyQuote = TypeVar("AnyQuote", bound=Quote)


def by_paper(quotes: Iterable[AnyQuote]) -> list[tuple[str, list[AnyQuote]]]:
    """Citations under their papers' ids, papers and citations in the order of the answer."""
    groups: dict[str, list[AnyQuote]] = {}
    for quote in quotes:
        groups.setdefault(quote.paper_id, []).append(quote)
    return list(groups.items())


def title_label(title: str) -> str:
    """A title as a link's label, never empty."""
    return markdown(title) or UNTITLED


def badges(paper: Paper) -> str:
    """Venue and tier; an oral of a workshop says so and has not the colour of a conference's."""
    where = paper.venue or paper.venue_id or ""
    shown = [f'<span class="ph-badge">{html(where)}</span>'] if where else []
    if tier := tier_name(paper):
        marked = " ph-oral" if tier == "oral" else ""
        shown.append(f'<span class="ph-badge ph-tier{marked}">{html(tier)}</span>')
    if paper.year and str(paper.year) not in where:
        shown.append(f'<span class="ph-badge">{paper.year}</span>')
    return "".join(shown)


def authors(paper: Paper, most: int = MAX_AUTHORS) -> str:
    """The first authors and how many more there are."""
    names = ", ".join(html(name) for name in paper.authors[:most])
    more = len(paper.authors) - most
    return f"{names} and {more} more" if more > 0 else names


def byline(paper: Paper, most: int = MAX_AUTHORS, after: str = "") -> str:
    """Venue, tier and authors: the line under a title, with a word of ours after them."""
    who = f'<span class="ph-authors">{authors(paper, most)}</span>' if paper.authors else ""
    more = f' <span class="ph-faint">{html(after)}</span>' if after else ""
    return f'<div class="ph-meta">{badges(paper)}{who}{more}</div>'


def standing(said: str) -> str:
    """What put a paper on a topic besides a sentence, or nothing."""
    return f'<div class="ph-faint">{html(said)}</div>' if said else ""


def keywords(paper: Paper) -> str:
    """The paper's keywords, or nothing."""
    words = [f"<span>{html(word)}</span>" for word in paper.keywords[:MAX_KEYWORDS]]
    return f'<div class="ph-keywords">{"".join(words)}</div>' if words else ""


def entry(paper: Paper, found: str = "") -> str:
    """What stands under a title in a list: authors, venue, keywords, what found it, and the folded abstract or note."""
    return f'<div class="ph-entry">{byline(paper)}{keywords(paper)}{found}{folded_abstract(paper)}</div>'


def also_at(versions: Iterable[Version]) -> str:
    """Where else a work appeared, in a line; nothing where nowhere."""
    shown = "".join(
        badges(version.paper) or f'<span class="ph-badge">{html(version.kind)}</span>' for version in versions
    )
    return f'<div class="ph-meta ph-also"><span class="ph-faint">Also at</span> {shown}</div>' if shown else ""


def version(found: Version) -> str:
    """What stands under the title of another version: where it appeared, what kind of place that is, why it is one."""
    why = f"{found.kind}, {found.why}" if found.why else found.kind
    return byline(found.paper, most=3, after=why)


def changes(before: Paper, after: Paper, found: Sequence[Changed]) -> str:
    """The abstracts of two versions as one text with what was deleted and inserted, behind a click."""
    title = f"What changed in the abstract: {kind(before)} to {kind(after)}"
    if all(change.kind == "same" for change in found):
        return '<div class="ph-faint">The abstract is the same.</div>'
    tags = {"inserted": "ins", "deleted": "del"}
    words = " ".join(
        f"<{tags[c.kind]}>{html(c.text)}</{tags[c.kind]}>" if c.kind in tags else html(c.text) for c in found
    )
    return f'<details class="ph-table ph-changes"><summary>{title}</summary><p>{words}</p></details>'


def folded_abstract(paper: Paper) -> str:
    """The abstract behind a click; our note where there is none."""
    if paper.abstract:
        return f"<details><summary>Abstract</summary>{paragraphs(paper.abstract)}</details>"
    if paper.note:
        return f"<details><summary>Our note</summary>{note(paper.note)}</details>"
    return '<div class="ph-faint">No abstract in the library.</div>'


def note(text: str) -> str:
    """A note, always with whose words it is in."""
    name = f'<div class="ph-note-name">Our note <span>{OWN_WORDS}</span></div>'
    return f'<div class="ph-note">{name}{paragraphs(text)}</div>'


def paragraphs(text: str) -> str:
    """Text with its paragraphs kept."""
    parts = [" ".join(part.split()) for part in text.split("\n\n")]
    return "".join(f"<p>{html(part)}</p>" for part in parts if part)


def place(section: str, page: int | None) -> str:
    """Where a text stands, as plain text: ``3.2 Results, page 4``; a record's field has no page."""
    if page is not None:
        return f"{section}, page {page}" if section else f"page {page}"
    if section == SECTION_OF_KIND[NOTE]:
        return f"From our note, {OWN_WORDS}"
    return f"From the {section.lower()}" if section in SECTION_OF_KIND.values() else section


def reason(found: Reason) -> str:
    """The sentence that put a paper on a topic, and where it stands."""
    return (
        f'<div class="ph-quote"><div><q>{html(found.text)}</q>'
        f'<div class="ph-where">{html(place(found.section, found.page))}</div></div></div>'
    )


def quoted(quote: Quote) -> str:
    """A citation: its number, the quote, and where it stands."""
    return (
        f'<div class="ph-quote"><div class="ph-n">[{quote.n}]</div><div><q>{html(quote.quote)}</q>'
        f'<div class="ph-where">{html(place(quote.section, quote.page))}</div></div></div>'
    )


def hit(matches: Sequence[Match]) -> str:
    """The passage that found a paper, and how: its rank by words and by meaning."""
    if not matches:
        return ""
    best = next((m for m in matches if m.passage.kind != TITLE), matches[0])
    passage = best.passage
    where = html(place(passage.section or SECTION_OF_KIND.get(passage.kind, ""), passage.page))
    text = "" if passage.kind == TITLE else f'<div class="ph-excerpt">{html(shorten(passage.text, EXCERPT))}</div>'
    return f'{text}<div class="ph-where">{where} <span class="ph-ranks">{ranks(best)}</span></div>'


def ranks(match: Match) -> str:
    """A passage's rank in each list."""
    by = [("words", match.bm25), ("meaning", match.dense)]
    return " · ".join(f"by {name}: {f'#{rank}' if rank else '–'}" for name, rank in by)


def links(found: Mapping[str, str]) -> str:
    """The paper's web addresses, those that may be linked to."""
    shown = [link(url, LINK_NAMES.get(name, name)) for name, url in _ordered(found)]
    return f'<div class="ph-links">{"".join(s for s in shown if s.startswith("<a "))}</div>'


def provenance(found: Mapping[str, str]) -> str:
    """Which source each field's value came from."""
    rows = "".join(
        f"<tr><td>{html(FIELD_NAMES.get(name, name))}</td><td>{html(source)}</td></tr>"
        for name, source in sorted(found.items())
    )
    return f'<details class="ph-table"><summary>Where each field came from</summary><table>{rows}</table></details>'


def conflicts(found: Sequence[Conflict]) -> str:
    """What each source says where they disagree; nothing where they do not."""
    rows = "".join(
        f"<tr><td>{html(FIELD_NAMES.get(name, name)) if n == 0 else ''}</td><td>{html(source)}</td>"
        f"<td>{html(_said(value))}</td></tr>"
        for name, said in found
        for n, (source, value) in enumerate(said.items())
    )
    title = f"Sources disagree on {count(len(found), 'field')}"
    return f'<details class="ph-table"><summary>{title}</summary><table>{rows}</table></details>' if rows else ""


def programme(events: Iterable[Event]) -> str:
    """When and where the paper is shown, in the conference's own time; nothing where nobody said."""
    lines = []
    for event in events:
        told = (event.session, _hours(event), event.room, f"poster {event.poster}" if event.poster else None)
        lines.append(" · ".join(html(part) for part in told if part))
    shown = "".join(f'<div class="ph-where">{line}</div>' for line in lines if line)
    return f"<h2>Where and when</h2>{shown}" if shown else ""


def sections(passages: Iterable[Passage]) -> list[tuple[str, list[Passage]]]:
    """The passages of the paper's text under their sections, in reading order."""
    groups: list[tuple[str, list[Passage]]] = []
    for passage in passages:
        if passage.kind != BODY:
            continue
        if not groups or groups[-1][0] != passage.section:
            groups.append((passage.section, []))
        groups[-1][1].append(passage)
    return groups


def section_label(name: str, passages: Sequence[Passage]) -> str:
    """A section's name and pages, as a label."""
    numbers = sorted({p.page for p in passages if p.page is not None})
    where = ""
    if numbers:
        where = f" · page {numbers[0]}" if numbers[0] == numbers[-1] else f" · pages {numbers[0]} to {numbers[-1]}"
    return (markdown(name) or "Text") + where


def _said(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return shorten(text, EXCERPT)


def _hours(event: Event) -> str | None:
    """``Tue 23 Jul 2024, 02:30-04:00``; a time that cannot be read as it stands."""
    try:
        start = datetime.fromisoformat(event.start or "")
    except ValueError:
        return event.start
    try:
        end = f"-{datetime.fromisoformat(event.end or ''):%H:%M}"
    except ValueError:
        end = ""
    return f"{start:%a %d %b %Y, %H:%M}{end}"


def _ordered(found: Mapping[str, str]) -> list[tuple[str, str]]:
    order = {name: n for n, name in enumerate(LINK_NAMES)}
    return sorted(found.items(), key=lambda item: (order.get(item[0], len(order)), item[0]))
