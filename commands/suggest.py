"""Suggesting a reading list: ``list suggest``."""

from __future__ import annotations

from dataclasses import replace

import click

from commands.listed import list_row, print_list
from commands.terminal import TIER_HELP, filter_of, note, print_json, printable
from posterhall import Posterhall


@click.command()
@click.argument("question")
@click.option("--size", type=click.IntRange(1, 200), default=12, show_default=True, help="The most papers.")
@click.option("--venue", help="Only papers of this venue: its name, its id, or part of its name.")
@click.option("--tier", help=TIER_HELP)
@click.option("--year", type=int, help="Only papers of this year.")
@click.option("--save", metavar="NAME", help="Keep it as a list of this name.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def suggest(
    hall: Posterhall,
    question: str,
    size: int,
    venue: str | None,
    tier: str | None,
    year: int | None,
    save: str | None,
    as_json: bool,
) -> None:
    """Suggest papers to read on a subject.

    Broad ones first, then by sub-theme, each with one verified sentence of it. Nothing is kept without --save; a kept
    list is changed like any other.
    """
    made = hall.suggest_list(question, size=size, where=filter_of(hall, venue=venue, tier=tier, year=year))
    if hall.searcher.stale:
        note("the library has changed since it was indexed: run `posterhall index`")
    if not made.entries:
        note(f"nothing in the library comes close to “{printable(question)}”: try other words, or drop a filter")
    elif save is not None:
        made = hall.put_list(replace(made, name=save), "list suggested")
    if as_json:
        print_json(list_row(made, hall.list_papers(made)))
        return
    if not made.entries:
        return
    print_list(made, hall.list_papers(made))
    if save is not None:
        note(f"kept as {made.list_id}")
