"""Reading lists as Markdown: the form that an import reads back.

The grammar, by line; a line's indent says what it belongs to::

    # Name of the list

    The description, as it was written.

    - [Title](https://openreview.net/forum?id=x). Ada Lovelace, Laurens van der Maaten. *ICML 2024*, 2024.
      - state: reading
      - priority: 1
      - tags: state spaces, to present
      - why: “The sentence that put it there.” (Introduction, p. 2)
      - note: My own words, in Markdown.

        Their second paragraph.

    ## A section

    ### A section in it

    - **A paper without a link**. *SCOPE - ICLR 2025*.

======================  ================================================================================================
at the line's start     what it is
======================  ================================================================================================
``# ``                  the name; it comes first and once
``## `` … ``###### ``   a section, by depth; one that lies deeper than Markdown's headings has the rest of its path
                        here, joined by `` › ``. Papers before the first section are in none
``- ``                  a paper
``  - label: ``         what the list knows of that paper (two spaces)
four spaces             goes on with a ``note``: these four are not part of it
anything else           before the first paper and section: the description. Blank lines elsewhere mean nothing
======================  ================================================================================================

A paper is its title, as a link or else in bold, and up to three parts, each ended by a full stop: the authors, joined
by ``, ``; the venue in italics; the year after the venue and ``, ``, or alone. The full stop is one more than the
part's own: ``Jr..``. Labels are left out at their defaults: ``state`` (``to read``), ``priority`` (0), ``tags``,
``why``, ``note``. Tags are joined by ``, ``; the section and the page of a ``why`` stand in brackets after the last
``” (``, the page only where there is one.

All but the description and the notes is escaped: what Markdown would act on stands behind a backslash, but for
``$…$``, whose inside is as it was given, and means the same either way. A comma in a name or a tag, and in a
section's name before ``p.``, is ``&#44;``, so that a line can be split before it is unescaped. Line breaks and runs
of white space are single spaces. In the description a line that would start something else has a backslash before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from export.citations import Collection, Item
from library.lists import TO_READ, Entry, Path, Why
from library.text import one_line

DEEPEST = 5
"""The depth of the sections below which Markdown has no headings: the name has the first of its six."""

JOINED = " › "
COMMA = "&#44;"

_MATHS = re.compile(r"\$(?=[^\s$])([^$]*[^\s$])\$(?!\d)")
# Inside a formula all this would be Markdown's: what is left reads the same, escaped or not.
_ACTIVE_IN_MATHS = re.compile(r"[*`<>&\[\]~|]|\\[!-/:-@\[-`{-~]")
_LONE = re.compile(r"(?<![A-Za-z0-9])_")
"""What could begin or end emphasis: it takes two to make one."""
_ACTIVE = re.compile(r"([\\`*\[\]<~$]|&(?=#?\w+;)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|#(?=#*\s*$))")
_STARTS = re.compile(r"^(\s*)(?=[#+*=<>`~|:-]|\d+[.)])")
_URL_SAFE = "!#$%&'*+,/:;=?@[]_.~-"
_ENTITY = re.compile(r"&(?=#?\w+;)")


def markdown(collection: Collection) -> str:
    """The whole list."""
    return "\n".join(_lines(collection)).rstrip("\n") + "\n"


def _lines(collection: Collection) -> Iterator[str]:
    yield f"# {escaped(collection.name)}"
    yield ""
    if description := block(collection.description):
        yield from (_STARTS.sub(r"\1\\", line).strip() for line in description)
        yield ""
    papers: dict[Path, list[Item]] = {}
    for item in collection.items:
        papers.setdefault(item.entry.section, []).append(item)
    for path in ((), *collection.sections):
        if path:
            yield heading(path)
            yield ""
        for item in papers.get(path, ()):
            yield from paper(item.entry, item.citation.url)
        if path in papers:
            yield ""


def heading(path: Path) -> str:
    """A section's line."""
    depth = min(len(path), DEEPEST)
    return f"{'#' * (depth + 1)} {escaped(JOINED.join(path[depth - 1 :]))}"


def paper(entry: Entry, link: str | None) -> Iterator[str]:
    """A paper's lines."""
    named = entry.named
    link = named.link or link
    title = escaped(named.title, in_link=bool(link)) or "Untitled"
    parts = [f"[{title}]({_url(link)})" if link else f"**{title}**"]
    if authors := ", ".join(_listed(named.authors)):
        parts.append(authors)
    place = [f"*{escaped(named.venue)}*"] if named.venue and escaped(named.venue) else []
    place += [str(named.year)] if named.year is not None else []
    if place:
        parts.append(", ".join(place))
    yield f"- {'. '.join(parts)}."
    if entry.state != TO_READ:
        yield f"  - state: {entry.state}"
    if entry.priority:
        yield f"  - priority: {entry.priority}"
    if tags := ", ".join(_listed(entry.tags)):
        yield f"  - tags: {tags}"
    if entry.why:
        yield f"  - why: {_why(entry.why)}"
    if note := block(entry.note):
        yield f"  - note: {note[0]}"
        yield from (f"    {line}" if line else "" for line in note[1:])


def escaped(text: str, in_link: bool = False) -> str:
    """A text on one line, in which Markdown finds nothing to act on but formulas.

    Args:
        text: The text.
        in_link: It is all of a link's text, where no emphasis goes beyond its end.
    """
    text, found, start = one_line(text), [], 0
    formulas = [match for match in _MATHS.finditer(text) if not _ACTIVE_IN_MATHS.search(match[1])]
    lone = sum(len(_LONE.findall(match[1])) for match in formulas)
    for match in formulas:
        if not _LONE.search(match[1]) or (in_link and lone == 1):
            found += [_ACTIVE.sub(r"\\\1", text[start : match.start()]), match[0]]
            start = match.end()
    return "".join((*found, _ACTIVE.sub(r"\\\1", text[start:])))


def block(text: str) -> list[str]:
    """The lines of a text of the user's own, without blank ones at its ends and spaces at theirs."""
    lines = [line.rstrip() for line in text.replace("\x00", "").splitlines()]
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return [lines[0].strip(), *lines[1:]] if lines else []


def _listed(values: Iterable[str]) -> list[str]:
    return [text for value in values if (text := escaped(value).replace(",", COMMA))]


def _why(why: Why) -> str:
    section = escaped(why.section).replace(", p. ", f"{COMMA} p. ").replace("”", "&#8221;")
    page = f"p. {why.page}" if why.page is not None else ""
    return f"“{escaped(why.text)}” ({', '.join(part for part in (section, page) if part)})"


def _url(url: str) -> str:
    return _ENTITY.sub("&amp;", quote(one_line(url), safe=_URL_SAFE))
