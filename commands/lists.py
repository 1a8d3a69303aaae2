"""Reading lists: ``list``, and below it what makes, shows, removes and restores whole lists."""

from __future__ import annotations

from typing import Any

import click

from commands.listing import add, edit, move, remove, section
from commands.terminal import label, note, print_json, printable
from library.editing import section_text
from library.lists import STATES, ReadingList
from posterhall import Listed, Posterhall

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(name="list", invoke_without_command=True)
@json_option
@click.pass_context
def lists(context: click.Context, as_json: bool) -> None:
    """Keep reading lists. Without a command: list them all.

    A list is named by its id or its name; an entry by its number as `posterhall list show` prints it, or by its paper's
    id. Every change can be undone.
    """
    if context.invoked_subcommand is not None:
        return
    hall: Posterhall = context.obj
    made = hall.reading_lists()
    if as_json:
        print_json([{**_head(one), "papers": len(one.entries), "states": _states(one)} for one in made])
        return
    for one in made:
        click.echo(f"{len(one.entries):6}  {one.list_id}  {printable(one.name)}{_progress(one)}")
    if not made:
        note("no list yet: `posterhall list new NAME` makes one, `posterhall list suggest QUESTION` suggests one")


@lists.command()
@click.argument("name")
@json_option
@click.pass_obj
def show(hall: Posterhall, name: str, as_json: bool) -> None:
    """Show a list with its papers in order."""
    made = hall.reading_list(name)
    shown = hall.list_papers(made)
    if as_json:
        print_json({**_head(made), "sections": made.sections, "entries": [entry_row(one) for one in shown]})
        return
    click.echo(f"{printable(made.name)}  ({made.list_id}){_progress(made)}")
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


@lists.command()
@click.argument("name")
@click.option("--description", default="", help="What the list is for, Markdown.")
@click.pass_obj
def new(hall: Posterhall, name: str, description: str) -> None:
    """Make a list without papers."""
    made = hall.make_list(name, description)
    click.echo(f"made {made.list_id}: `posterhall list add {made.list_id} PAPER…` puts papers on it")


@lists.command()
@click.argument("name")
@click.argument("new_name")
@click.pass_obj
def rename(hall: Posterhall, name: str, new_name: str) -> None:
    """Give a list another name; its id stays."""
    made = hall.rename_list(name, new_name)
    click.echo(f"{made.list_id} is called {printable(made.name)}")


@lists.command()
@click.argument("name")
@click.argument("description")
@click.pass_obj
def describe(hall: Posterhall, name: str, description: str) -> None:
    """Say what a list is for, in Markdown; "" says nothing."""
    click.echo(f"{hall.describe_list(name, description).list_id}: described")


@lists.command()
@click.argument("name")
@click.pass_obj
def delete(hall: Posterhall, name: str) -> None:
    """Remove a list; `posterhall list undo` brings it back."""
    made = hall.remove_list(name)
    click.echo(f"removed {made.list_id}; `posterhall list undo {made.list_id}` brings it back")


@lists.command()
@click.argument("name", required=False)
@click.pass_obj
def undo(hall: Posterhall, name: str | None) -> None:
    """Take back the latest change, of a list or of all.

    Again takes back the one before.
    """
    undone = hall.undo_list(name)
    click.echo(f"{undone.list_id}: undone: {printable(undone.what)}")


@lists.command()
@click.argument("name")
@click.pass_obj
def merge(hall: Posterhall, name: str) -> None:
    """Merge versions of one work.

    Notes are joined, tags united; the entry shows the main version.
    """
    made, gone = hall.merge_duplicates(name)
    click.echo(f"{made.list_id}: {gone} merged into others, {len(made.entries)} left")


for command in (add, edit, move, section, remove):
    lists.add_command(command)


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


def _print_entry(one: Listed) -> None:
    entry = one.entry
    where = label(one.paper) if one.paper else printable(entry.named.venue or "no venue")
    gone = f"  ({printable(one.missing)})" if one.missing else ""
    click.echo(f"{'#' + str(entry.entry_id):>5} {printable(one.title)}  [{where}]{gone}")
    marks = [entry.state, f"priority {entry.priority}" if entry.priority else "", ", ".join(entry.tags)]
    click.echo(f"      {printable(' · '.join(mark for mark in marks if mark))}")
    for line in entry.note.splitlines():
        click.echo(f"      {printable(line)}")
    if entry.why:
        place = f"{entry.why.section}, p. {entry.why.page}" if entry.why.page else entry.why.section
        click.echo(f"      “{printable(entry.why.text)}” ({printable(place)})")


def _head(made: ReadingList) -> dict[str, Any]:
    return {"id": made.list_id, "name": made.name, "description": made.description}


def _states(made: ReadingList) -> dict[str, int]:
    return {state: sum(entry.state == state for entry in made.entries) for state in STATES}


def _progress(made: ReadingList) -> str:
    told = ", ".join(f"{number} {state}" for state, number in _states(made).items() if number)
    return f"  ({told})" if told else ""
