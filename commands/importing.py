"""Reading lists from files: ``import``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from commands.terminal import counted, note, print_json, printable, shorten
from posterhall import ImportReport, Posterhall

SHOWN = 50
"""Lines told on the terminal; --json has all."""


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="The list's name; else the one in the file, or the file's own.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def import_command(hall: Posterhall, file: Path, name: str | None, as_json: bool) -> None:
    """Make a reading list of a file: Markdown, BibTeX, RIS, CSL-JSON, CSV, or text with a link or title a line.

    A paper that the library does not hold stays on the list by its title, and its line is told. One that the file
    names several times is one entry, with all that is said of it, and those lines are told, too. The exit code is 1
    only where a line could not be understood at all, so that nothing of it is on the list.
    """
    report = hall.import_list(file, name=name)
    made = report.made
    if as_json:
        rows = {key: [asdict(one) for one in getattr(report, key)] for key in ("unresolved", "unread", "repeated")}
        papers, sections = len(made.entries), len(made.sections)
        head = {"list": made.list_id, "name": made.name, "papers": papers, "sections": sections}
        print_json({**head, "resolved": report.resolved, **rows})
    else:
        size = f"{counted(len(made.entries), 'paper')} in {counted(len(made.sections), 'section')}"
        here = f"{report.resolved} of them" if len(made.entries) > 1 else "it is" if report.resolved else "it is not"
        click.echo(f"{printable(made.name)} ({made.list_id}): {size}, {here} in the library")
        tell(file, report)
    if report.unread:
        raise SystemExit(1)


@click.command()
@click.argument("name")
@click.pass_obj
def resolve(hall: Posterhall, name: str) -> None:
    """Look again for papers that an imported list has by their titles alone."""
    report = hall.resolve_list(name)
    click.echo(f"{printable(report.made.name)}: {report.resolved} found, {len(report.unresolved)} still missing")
    for one in report.unresolved[:SHOWN]:
        note(f"{printable(shorten(one.text))}: {printable(one.reason)}")


def tell(file: Path, report: ImportReport) -> None:
    """Say on stderr which lines led to no paper, which to nothing at all, and which to another line's."""
    told = [*report.unread, *report.unresolved, *report.repeated]
    for one in told[:SHOWN]:
        place = f"{file}:{one.line}" if one.line else str(file)
        text = f"{printable(shorten(one.text))}: " if one.text else ""
        note(f"{printable(place)}: {text}{printable(one.reason)}")
    if len(told) > SHOWN:
        note(f"… and {len(told) - SHOWN} more: --json has all")
    if report.unresolved:
        alone = len(report.unresolved) == 1
        which = "1 paper is" if alone else f"{len(report.unresolved)} papers are"
        by, whose, them = ("its title", "its", "it") if alone else ("their titles", "their", "them")
        note(f"{which} on the list by {by} alone: add {whose} venue with `posterhall add`, and the list finds {them}")
