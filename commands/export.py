"""``export FORMAT``: a list, a topic, a search or everything as a file of another tool."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from commands.terminal import counted, filter_of, filters, note, printable
from library.errors import UsageError
from library.lists import ReadingList
from library.types import Filter
from posterhall import CITATION_STYLES, EXPORT_FORMATS, Posterhall

LEFT_SHOWN = 10
FOUND = 50
"""The papers of a search, where no limit is given."""


HELP = f"""Write papers for another tool: one of {", ".join(EXPORT_FORMATS)}.

Without --out, or with --out -, it goes to standard output. A file is written whole or not at all; an Obsidian vault can
be written again into its folder, and other lists into the same one: notes that you have changed are left as they are,
and a paper on several lists has one note.
"""


@click.command("export", help=HELP, short_help="Write papers for another tool.")
@click.argument("format_name", metavar="FORMAT", type=click.Choice(list(EXPORT_FORMATS)))
@click.option("--list", "list_name", metavar="NAME", help="A reading list, by its name or id.")
@click.option("--search", "query", metavar="QUERY", help="The papers that a search finds, the best first.")
@click.option("--all", "everything", is_flag=True, help="Every paper that passes the filters, by title.")
@click.option("--limit", type=click.IntRange(1, 1000), help=f"The most of a search [default: {FOUND}]")
@filters
@click.option("--out", help="The file; for a vault a folder, or a .zip.")
@click.option("--style", help=f"For text: {', '.join(CITATION_STYLES)}, another style's name, or a .csl file.")
@click.pass_obj
def export_command(
    hall: Posterhall,
    format_name: str,
    list_name: str | None,
    query: str | None,
    everything: bool,
    limit: int | None,
    venue: str | None,
    tier: str | None,
    year: int | None,
    topic: str | None,
    out: str | None,
    style: str | None,
) -> None:
    """Write papers; what there is to say of it is :data:`HELP`, which names the formats that there are."""
    chosen = sum(map(bool, (list_name, query, everything)))
    if chosen > 1 or not (chosen or topic):
        raise UsageError("say what to export: one of --list, --search and --all, or --topic")
    if limit is not None and not query:
        raise UsageError("--limit is the most of a search: give --search, or leave --limit away")
    if out == "":
        raise UsageError("--out is empty: give the file's name, or leave --out away to write to standard output")
    path = None if out in (None, "-") else Path(out)
    if path is None and format_name == "obsidian":
        raise UsageError("a vault needs --out: a folder, or a file that ends in .zip")
    where = filter_of(hall, venue=venue, tier=tier, year=year, topic=topic)
    made, papers, name = None, None, ""
    if list_name:
        made = _of_list(hall, list_name, where)
        count = len(made.entries)
    else:
        name, papers = _found(hall, query, limit or FOUND, where)
        count = len(papers)
    if not count:
        raise UsageError("no paper is in it, so nothing is written: drop a filter, or choose other papers")
    if path is None:
        click.echo(hall.export(format_name, papers=papers, made=made, name=name, style=style), nl=False)
        return
    written = hall.write_export(path, format_name, papers=papers, made=made, name=name, style=style)
    note(f"{path}: {counted(written.papers, 'paper')}")
    for names, one, several in (
        (written.left, "note was left as you changed it", "notes were left as you changed them"),
        (
            written.removed,
            "note was removed, as this export no longer holds it",
            "notes were removed, as this export no longer holds them",
        ),
    ):
        if names:
            more = ", …" * (len(names) > LEFT_SHOWN)
            shown = printable(", ".join(names[:LEFT_SHOWN])) + more
            note(f"{len(names):,} {one if len(names) == 1 else several}: {shown}")


def _of_list(hall: Posterhall, name: str, where: Filter) -> ReadingList:
    found = hall.reading_list(name)
    if not where:
        return found
    passing = {paper.paper_id for paper in hall.papers(where)}
    return replace(found, entries=tuple(entry for entry in found.entries if entry.paper_id in passing))


def _found(hall: Posterhall, query: str | None, limit: int, where: Filter) -> tuple[str, list[str]]:
    """What the papers are called together, and their ids."""
    if (where.topic or query) and hall.searcher.stale:
        note("the library has changed since it was indexed: run `posterhall index`")
    if query:
        return query, [hit.paper.paper_id for hit in hall.search(query, limit=limit, where=where).hits]
    if where.topic:
        found = hall.topic(where.topic, where=where)
        return found.topic.name, [member.paper.paper_id for member in found.members]
    passing = [paper.paper_id for paper in hall.works(where)[0]]
    return ", ".join(filter(None, (where.venue, where.tier, str(where.year or "")))) or "All papers", passing
