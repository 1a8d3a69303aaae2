"""What is on a reading list: the commands ``add``, ``edit``, ``move``, ``remove`` and ``section`` of ``list``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from commands.terminal import counted, note, printable
from library import editing
from library.editing import Edit, section_path, section_text
from library.errors import UsageError
from library.lists import STATES, Why
from posterhall import Posterhall

SECTION = click.option("--section", help='Its place: "Attention" or "Attention / Linear", made when there is none.')
TAG = click.option("--tag", "tags", multiple=True, help="A tag to add; may be given several times.")


@click.command()
@click.argument("name")
@click.argument("papers", nargs=-1)
@click.option("--from-topic", "topic", metavar="TOPIC", help="Also the papers on a topic, the surest first.")
@click.option("--from-search", "query", metavar="QUERY", help="Also what a search finds.")
@click.option("--from-answer", "question", metavar="QUESTION", help="Also what an answer quotes.")
@click.option("--similar", metavar="PAPER", help="Also the papers most like one.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="The most papers of each.")
@SECTION
@click.option("--note", "text", default="", help="Each one's note, Markdown.")
@TAG
@click.pass_obj
def add(
    hall: Posterhall,
    name: str,
    papers: tuple[str, ...],
    topic: str | None,
    query: str | None,
    question: str | None,
    similar: str | None,
    limit: int,
    section: str | None,
    text: str,
    tags: tuple[str, ...],
) -> None:
    """Put papers on a list.

    Each is named by its id, its forum's id or its whole title; or they are all that a topic, a search, an answer or
    likeness gives. A paper that is on the list already, or another version of whose work is, makes no second entry.
    """
    sources = (topic, query, question, similar)
    if not papers and all(source is None for source in sources):
        raise UsageError("name the papers to add, or give --from-topic, --from-search, --from-answer or --similar")
    wanted, whys = list(papers), dict[str, Why]()
    if topic is not None:
        for member in hall.topic(topic, limit=limit).members:
            wanted.append(member.paper.paper_id)
            if member.reason:
                whys[member.paper.paper_id] = Why(member.reason.text, member.reason.section, member.reason.page)
    if query is not None:
        wanted += [hit.paper.paper_id for hit in hall.search(query, limit=limit, passages=0).hits]
    if question is not None:
        quotes = hall.ask(question).citations
        answering = list(dict.fromkeys(quote.paper_id for quote in quotes))[:limit]
        wanted += answering
        for quote in (quote for quote in quotes if quote.paper_id in answering):
            whys.setdefault(quote.paper_id, Why(quote.quote, quote.section, quote.page))
    if similar is not None:
        wanted += [paper.paper_id for paper, _ in hall.similar(hall.find(similar).paper_id, limit=limit)]
    said = hall.add_to_list(name, wanted, section=section_path(section or ""), note=text, tags=tags, whys=whys)
    if not wanted:
        note("nothing found to add")
    for paper in said.added:
        click.echo(f"added: {printable(paper.title)}")
    for held in said.held:
        how = "as another version; its entry shows the main one" if held.version else "already"
        note(f"on the list {how} (#{held.entry_id}): {printable(held.paper.title)}")


@click.command()
@click.argument("name")
@click.argument("entries", nargs=-1, required=True)
@click.option("--state", type=click.Choice(STATES), help="How far you are.")
@click.option("--priority", type=click.IntRange(0, 3), help="1 comes first; 0 is none.")
@TAG
@click.option("--untag", multiple=True, help="A tag to take off; may be given several times.")
@click.option("--note", "text", help="A note in place of the one there is, Markdown.")
@SECTION
@click.pass_obj
def edit(
    hall: Posterhall,
    name: str,
    entries: tuple[str, ...],
    state: str | None,
    priority: int | None,
    tags: tuple[str, ...],
    untag: tuple[str, ...],
    text: str | None,
    section: str | None,
) -> None:
    """Change one entry, or several in the same way."""
    place = None if section is None else section_path(section)
    change = Edit(note=text, state=state, priority=priority, section=place, tag=tags, untag=untag)
    if change == Edit():
        raise UsageError("say what to change: --state, --priority, --tag, --untag, --note or --section")
    ids = _entries(hall, name, entries)
    hall.edit_list(name, lambda made: editing.edit(made, ids, change), f"{_counted(ids)} edited")
    click.echo(f"{_counted(ids)} edited")


@click.command()
@click.argument("name")
@click.argument("entry")
@click.option("--before", metavar="ENTRY", help="Right before another entry, in its section.")
@click.option("--after", metavar="ENTRY", help="Right after another entry, in its section.")
@click.option("--up", "by", flag_value=-1, type=int, help="One place up, at last into the section before.")
@click.option("--down", "by", flag_value=1, type=int, help="One place down, at last into the next section.")
@click.pass_obj
def move(hall: Posterhall, name: str, entry: str, before: str | None, after: str | None, by: int | None) -> None:
    """Move an entry."""
    if sum(way is not None for way in (before, after, by)) != 1:
        raise UsageError("say where to: one of --before, --after, --up and --down")
    if by is not None:
        [moved] = _entries(hall, name, [entry])
        hall.edit_list(name, lambda made: editing.shift(made, moved, by), "entry moved")
    else:
        moved, beside = _entries(hall, name, [entry, before or after or ""])
        ends = {"before": beside} if before is not None else {"after": beside}
        hall.edit_list(name, lambda made: editing.move(made, moved, **ends), "entry moved")
    made = hall.reading_list(name)
    order = [one.entry_id for one in made.entries]
    place = section_text(editing.entry(made, moved).section)
    click.echo(f"#{moved} is now at {order.index(moved) + 1} of {len(order)}{f', in {printable(place)}' * bool(place)}")


@click.command()
@click.argument("name")
@click.argument("entries", nargs=-1, required=True)
@click.pass_obj
def remove(hall: Posterhall, name: str, entries: tuple[str, ...]) -> None:
    """Take entries off a list."""
    ids = _entries(hall, name, entries)
    hall.edit_list(name, lambda made: editing.remove(made, ids), f"{_counted(ids)} removed")
    click.echo(f"{_counted(ids)} removed")


@click.group()
def section() -> None:
    """Arrange the sections of a list. One below another is named "Attention / Linear"."""


@section.command("add")
@click.argument("name")
@click.argument("path", metavar="SECTION")
@click.pass_obj
def add_section(hall: Posterhall, name: str, path: str) -> None:
    """Make a section."""
    hall.edit_list(name, lambda made: editing.add_section(made, section_path(path)), "section added")
    click.echo(f"section added: {printable(section_text(section_path(path)))}")


@section.command("rename")
@click.argument("name")
@click.argument("path", metavar="SECTION")
@click.argument("new", metavar="NEW")
@click.pass_obj
def rename_section(hall: Posterhall, name: str, path: str, new: str) -> None:
    """Give a section another name, or another place.

    "Attention / Linear" puts it below Attention; what is in it goes along. Under the name of another section it joins
    that one.
    """
    old, to = section_path(path), section_path(new)
    done = editing.renaming(hall.reading_list(name), old, to)
    hall.edit_list(name, lambda made: editing.rename_section(made, old, to), done)
    click.echo(f"{done}: {printable(section_text(to))}")


@section.command("move")
@click.argument("name")
@click.argument("path", metavar="SECTION")
@click.option("--up", "by", flag_value=-1, type=int, help="Before the section above it.")
@click.option("--down", "by", flag_value=1, type=int, help="After the section below it.")
@click.pass_obj
def move_section(hall: Posterhall, name: str, path: str, by: int | None) -> None:
    """Move a section, with all that is in it, among those beside it."""
    if by is None:
        raise UsageError("say where to: --up or --down")
    made = hall.edit_list(name, lambda made: editing.shift_section(made, section_path(path), by), "section moved")
    click.echo("; ".join(printable(section_text(one)) for one in made.sections))


@section.command("remove")
@click.argument("name")
@click.argument("path", metavar="SECTION")
@click.pass_obj
def remove_section(hall: Posterhall, name: str, path: str) -> None:
    """Remove a section; the papers in it stay on the list, in the section above it."""
    hall.edit_list(name, lambda made: editing.remove_section(made, section_path(path)), "section removed")
    click.echo("section removed")


def _entries(hall: Posterhall, name: str, named: Sequence[str]) -> list[int]:
    return hall.entry_numbers(hall.reading_list(name), named)


def _counted(ids: Sequence[int]) -> str:
    return counted(len(set(ids)), "entry", "entries")
