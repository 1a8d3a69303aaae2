"""A reading list as one page of HTML that needs nothing else: no script, nothing fetched, fit for screen and paper."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from export.tex import plain
from library.kinds import tier_name
from library.lists import STATES, Entry, ReadingList, Why, arranged
from library.lists import Path as SectionPath
from library.text import printable, safe_url
from library.types import ACCEPTED, SECTION_OF_KIND, Paper

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

LINKS = ("forum", "proceedings", "site", "pdf")
"""What a title is linked to: the first that the paper has."""

UNTITLED = "(no title)"

_DEEPEST = 6  # HTML has no deeper heading

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1 dir="auto">{title}</h1>
{description}<p class="faint">{counts}</p>
</header>
{contents}<main>
{papers}</main>
<footer class="faint"><p>A reading list, written by Posterhall.</p></footer>
</body>
</html>
"""


def page(made: ReadingList, papers: Mapping[str, Paper], *, listed: bool = True) -> str:
    """The list as a page of HTML.

    Titles, names and quotes come from strangers, and so may notes: they are shown as text. Of a note's Markdown its
    emphasis, lists, code and links to web addresses act; HTML, images and headings in it do not.

    Args:
        made: The list.
        papers: The papers of its entries that the library holds, by id; another entry is what the list says of it.
        listed: It is a reading list of the user's: how far each paper is read means something.
    """
    made = arranged(made)
    if not listed:
        made = replace(made, entries=tuple(replace(entry, state="") for entry in made.entries))
    ids = {path: f"s-{n}" for n, path in enumerate(made.sections, 1)}
    sections = "".join(_section(path, made, papers, ids) for path in ((), *made.sections))
    style = _style()
    # The browser itself holds the page to that: this text styles it, nothing runs and nothing is fetched.
    policy = f"default-src 'none'; style-src {_hash(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    return _PAGE.format(
        policy=policy,
        style=style,
        title=_text(made.name) or UNTITLED,
        description=f'<div dir="auto">{rich(made.description)}</div>\n' if made.description.strip() else "",
        counts=_counts(made),
        contents=_contents(made, ids),
        papers=sections,
    )


def _counts(made: ReadingList) -> str:
    states = Counter(entry.state for entry in made.entries)
    said = ", ".join(f"{states[state]:,} {state}" for state in reversed(STATES) if states[state])
    count = len(made.entries)
    return f"{count:,} paper{'s' * (count != 1)}" + (f": {said}" if said else "")


def _contents(made: ReadingList, ids: Mapping[SectionPath, str]) -> str:
    """The sections as nested lists of links."""
    if not made.sections:
        return ""
    counts = Counter(entry.section for entry in made.entries)
    lines, depth = ['<nav aria-labelledby="contents">', '<h2 id="contents">Contents</h2>'], 0
    for path in made.sections:
        if len(path) > depth:
            lines.append("<ul>")
        else:
            lines.append("</li>" + "</ul></li>" * (depth - len(path)))
        depth = len(path)
        count = f' <span class="faint">{counts[path]:,}</span>' if counts[path] else ""
        lines.append(f'<li><a href="#{ids[path]}" dir="auto">{_text(path[-1]) or UNTITLED}</a>{count}')
    lines.append("</li></ul>" * depth + "</nav>")
    return "\n".join(lines) + "\n"


def _section(path: SectionPath, made: ReadingList, papers: Mapping[str, Paper], ids: Mapping[SectionPath, str]) -> str:
    entries = [e for e in made.entries if e.section == path]
    rows = "".join(_entry(e, papers.get(e.paper_id) if e.paper_id else None) for e in entries)
    listed = f'<ul class="papers">\n{rows}</ul>\n' if rows else ""
    if not path:
        return listed
    level = min(len(path) + 1, _DEEPEST)
    return f'<h{level} id="{ids[path]}" dir="auto">{_text(path[-1]) or UNTITLED}</h{level}>\n{listed}'


def _entry(entry: Entry, paper: Paper | None) -> str:
    named = entry.named
    title, authors = (paper.title, paper.authors) if paper else (named.title, named.authors)
    links = _links(paper.links) if paper else [url for url in [safe_url(named.link or "")] if url]
    shown = _text(plain(title)) or UNTITLED
    heading = f'<a href="{_text(links[0])}" rel="noopener noreferrer">{shown}</a>' if links else shown
    parts = [f'<p class="title" dir="auto">{heading}</p>']
    if authors:
        parts.append(f'<p class="faint" dir="auto">{_text(", ".join(authors))}</p>')
    parts.append(_marks(entry, paper))
    if entry.why:
        parts.append(_why(entry.why))
    if entry.note.strip():
        parts.append(f'<div class="note" dir="auto">{rich(entry.note)}</div>')
    return "<li>\n" + "\n".join(parts) + "\n</li>\n"


def _marks(entry: Entry, paper: Paper | None) -> str:
    venue, year = (paper.venue or paper.venue_id, paper.year) if paper else (entry.named.venue, entry.named.year)
    marks = [("state", entry.state)] if entry.state else []
    if entry.priority:
        marks.append(("plain", f"priority {entry.priority}"))
    if paper and paper.status != ACCEPTED:
        marks.append(("plain", paper.status))
    if venue:
        marks.append(("plain", venue))
    if paper and (tier := tier_name(paper)):
        marks.append(("tier" if tier == "oral" else "plain", tier))
    if year and str(year) not in (venue or ""):
        marks.append(("plain", str(year)))
    marks += [("plain", f"#{tag}") for tag in entry.tags]
    shown = "".join(f'<li class="{name}">{_text(text)}</li>' for name, text in marks)
    return f'<ul class="marks" aria-label="State, venue and tags">{shown}</ul>'


def _why(why: Why) -> str:
    section = f"From the {why.section.lower()}" if why.section in SECTION_OF_KIND.values() else why.section
    place = ", ".join(filter(None, (section, f"page {why.page}" if why.page else "")))
    where = f'\n<p class="faint">{_text(place)}</p>' if place else ""
    return f'<blockquote dir="auto"><p>“{_text(why.text)}”</p>{where}</blockquote>'


def _links(found: Mapping[str, str]) -> list[str]:
    return [url for name in LINKS if (url := safe_url(found.get(name, "")))]


def _text(text: str) -> str:
    """The text for the inside of an element or of a quoted attribute."""
    return escape(" ".join(printable(text).split()), quote=True)


def rich(text: str) -> str:
    """Markdown as HTML: emphasis, lists, code and links to web addresses; HTML, images and headings are text."""
    return str(_renderer().render(printable(text)))


@cache
def _renderer() -> MarkdownIt:
    # Imported here: it is wanted for this alone.
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading"])
    made.validateLink = lambda url: safe_url(url) is not None  # type: ignore[method-assign]
    return made


@cache
def _style() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
