"""A reading list's entries as HTML. Notes, tags and names may come with a list from elsewhere: nothing in them acts."""

from __future__ import annotations

import re
from html import unescape

from library.lists import READ, STATES, TO_READ, Entry, ReadingList, Why
from library.types import Paper
from posterhall import Listed, rich
from views import parts
from views.text import count, html, link, shorten

AUTHORS_SHOWN = 3

_TAG = re.compile(r"<[^>]*>")


def title(one: Listed) -> str:
    """The title of a paper that has no page here, with the list's own link."""
    named = one.entry.named
    shown = link(named.link, one.title) if named.link else html(one.title)
    return f'<div class="ph-titled">{shown or parts.UNTITLED}</div>'


def details(one: Listed) -> str:
    """What stands under a title on a list: authors, venue, marks, the note, and the sentence that put it there."""
    named, entry = one.entry.named, one.entry
    paper = one.paper or Paper("", named.title, named.authors, venue=named.venue, year=named.year)
    return parts.byline(paper, most=AUTHORS_SHOWN, after=one.missing) + marks(entry) + note(entry.note) + why(entry.why)


def marks(entry: Entry) -> str:
    """State (but for a paper that waits), priority and tags; nothing where there are none."""
    shown = [entry.state.capitalize()] if entry.state != TO_READ else []
    shown += [f"Priority {entry.priority}"] if entry.priority else []
    first = "".join(f'<span class="ph-badge ph-mark">{mark}</span>' for mark in shown)
    tags = "".join(f'<span class="ph-badge">{html(tag)}</span>' for tag in entry.tags)
    return f'<div class="ph-meta">{first}{tags}</div>' if first or tags else ""


def description(made: ReadingList) -> str:
    """What the list is for; nothing where nobody said."""
    return rich(made.description) if made.description.strip() else ""


def summary(made: ReadingList, limit: int) -> str:
    """The start of what the list is for, on a line, as HTML."""
    return html(shorten(unescape(_TAG.sub("", rich(made.description))), limit))


def note(text: str) -> str:
    """The reader's own note."""
    return f'<div class="ph-mine">{rich(text)}</div>' if text.strip() else ""


def why(found: Why | None) -> str:
    """The sentence that put a paper on a list, and where it stands."""
    if found is None:
        return ""
    where = html(parts.place(found.section, found.page))
    return f'<div class="ph-quote"><div><q>{html(found.text)}</q><div class="ph-where">{where}</div></div></div>'


def progress(made: ReadingList) -> str:
    """How many papers, and how far the reader is: ``12 papers, 1 reading, 3 read``."""
    numbers = {state: sum(entry.state == state for entry in made.entries) for state in STATES}
    told = [count(len(made.entries), "paper")]
    told += ["all read"] if numbers[READ] == len(made.entries) > 0 else []
    if len(told) == 1:
        told += [f"{number} {state}" for state, number in numbers.items() if number and state != TO_READ]
    return ", ".join(told)
