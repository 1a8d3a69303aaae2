"""A reading list on the terminal: its rows as JSON and as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from commands.terminal import label, printable
from library.editing import section_text
from library.lists import STATES, TO_READ, ReadingList
from posterhall import Listed


def head(made: ReadingList) -> dict[str, Any]:
    """What JSON says of a list, whatever is on it."""
    return {"id": made.list_id, "name": made.name, "description": made.description}


def states(made: ReadingList) -> dict[str, int]:
    """How many papers are in each state."""
    return {state: sum(entry.state == state for entry in made.entries) for state in STATES}


def progress(made: ReadingList) -> str:
    """The same in words, behind a list's name."""
    told = ", ".join(f"{number} {state}" for state, number in states(made).items() if number)
    return f"  ({told})" if told else ""


def list_row(made: ReadingList, shown: Sequence[Listed]) -> dict[str, Any]:
    """A list as JSON shows it."""
    return {**head(made), "sections": made.sections, "entries": [entry_row(one) for one in shown]}


def entry_row(one: Listed) -> dict[str, Any]:
    """An entry as JSON shows it; what the list remembers stands in for a paper that the library has not."""
    entry, paper = one.entry, one.paper
    return {
        "entry": entry.entry_id,
        "paper_id": entry.paper_id,
        "forum_id": paper.forum_id if paper else None,
        "title": one.title,
        "authors": paper.authors if paper else entry.named.authors,
        "venue": (paper.venue or paper.venue_id) if paper else entry.named.venue,
        "year": paper.year if paper else entry.named.year,
        "link": entry.named.link,
        "missing": one.missing or None,
        "section": entry.section,
        "state": entry.state,
        "priority": entry.priority,
        "tags": entry.tags,
        "note": entry.note,
        "why": entry.why and {"text": entry.why.text, "section": entry.why.section, "page": entry.why.page},
    }


def print_list(made: ReadingList, shown: Sequence[Listed]) -> None:
    """A list for reading."""
    click.echo(f"{printable(made.name)}{f'  ({made.list_id})' * bool(made.list_id)}{progress(made)}")
    for line in made.description.splitlines():
        click.echo(f"  {printable(line)}")
    sections = iter(made.sections)
    below: tuple[str, ...] = ()
    for one in shown:
        # Sections that hold no paper are named in their place, too.
        while below != one.entry.section:
            below = next(sections)
            click.echo(f"\n{printable(section_text(below))}")
        _print_entry(one)
    for below in sections:
        click.echo(f"\n{printable(section_text(below))}")


def _print_entry(one: Listed) -> None:
    entry = one.entry
    where = label(one.paper) if one.paper else printable(entry.named.venue or "no venue")
    gone = f"  ({printable(one.missing)})" if one.missing else ""
    click.echo(f"{'#' + str(entry.entry_id):>5} {printable(one.title)}  [{where}]{gone}")
    state = entry.state if entry.state != TO_READ else ""
    marks = [state, f"priority {entry.priority}" if entry.priority else "", ", ".join(entry.tags)]
    if any(marks):
        click.echo(f"      {printable(' · '.join(mark for mark in marks if mark))}")
    for line in entry.note.splitlines():
        click.echo(f"      {printable(line)}")
    if entry.why:
        place = f"{entry.why.section}, p. {entry.why.page}" if entry.why.page else entry.why.section
        click.echo(f"      “{printable(entry.why.text)}” ({printable(place)})")
