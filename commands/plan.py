"""A reading list by day: ``plan``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commands.terminal import counted, note, print_json, printable
from posterhall import Posterhall

if TYPE_CHECKING:
    from posterhall import Itinerary


@click.command()
@click.argument("name")
@click.option("--ics", type=click.Path(path_type=Path, dir_okay=False), help="Write a calendar file (iCalendar).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def plan(hall: Posterhall, name: str, ics: Path | None, as_json: bool) -> None:
    """Show a list's talks and posters by day, with rooms, boards and the talks that clash.

    Times are the conference's own. Papers without a known time come last; `posterhall sync` learns when their
    conference's site has its programme.
    """
    made = hall.itinerary(name)
    if ics is not None:
        hall.write_itinerary(name, ics)
        events = counted(len(made.visits), "event")
        note(f"{events} written to {ics}; papers without a known time: {len(made.unscheduled)}")
    if as_json:
        print_json(_as_dict(made))
    elif ics is None:
        _print(made)


def _print(made: Itinerary) -> None:
    titles = {visit.paper.paper_id: visit.paper.title for visit in made.visits}
    for day in made.days:
        click.echo(f"{day.date:%A %d %B %Y}")
        for session in day.sessions:
            told = (_hours(session.start, session.end), session.name, session.room)
            click.echo("  " + printable(", ".join(part for part in told if part)))
            for visit in session.visits:
                mark = (visit.board or "" if visit.kind == "poster" else f"{visit.start:%H:%M}").ljust(6)
                click.echo(f"    {printable(mark)} {printable(visit.paper.title)}")
                for paper_id in visit.clashes:
                    click.echo(f"           clashes with {printable(titles[paper_id])}")
    if made.unscheduled:
        click.echo("No time known")
        for entry in made.unscheduled:
            click.echo(f"    {printable(entry.named.title)}")


def _hours(start: datetime, end: datetime | None) -> str:
    return f"{start:%H:%M}-{end:%H:%M}" if end else f"{start:%H:%M}"


def _as_dict(made: Itinerary) -> dict[str, Any]:
    return {
        "list": made.list_id,
        "name": made.name,
        "events": [
            {
                "paper_id": visit.paper.paper_id,
                "title": visit.paper.title,
                "kind": visit.kind,
                "session": visit.session,
                "room": visit.room,
                "poster": visit.board,
                "start": visit.start.isoformat(),
                "end": visit.end.isoformat() if visit.end else None,
                "timezone": visit.zone,
                "clashes": list(visit.clashes),
            }
            for visit in made.visits
        ],
        "unscheduled": [{"paper_id": e.paper_id, "title": e.named.title} for e in made.unscheduled],
    }
