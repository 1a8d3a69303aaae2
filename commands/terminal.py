"""What commands share: words to the user on stderr, progress bars, and text that cannot drive a terminal."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click

from library.kinds import WORKSHOP, tier_name
from library.types import Filter, Paper
from posterhall import Posterhall

SHOWN_TEXT = 300
"""Characters of a passage that a search prints; --json has the whole."""

MAX_FAILURES_SHOWN = 20

TIER_HELP = "Only papers of this tier: oral, spotlight, poster; of workshops 'workshop oral' and so on."


def show_failures(hall: Posterhall, since: str = "") -> None:
    """List what failed, with reasons, on stderr: all of it, or what did since a time (ISO, UTC)."""
    failures = [f for f in hall.library.failures.all() if f.last_seen >= since]
    click.echo(f"{len(failures)} failed:", err=True)
    for failure in failures[:MAX_FAILURES_SHOWN]:
        click.echo(f"  {printable(failure.item)}: {failure.reason}: {printable(failure.detail)}", err=True)
    if len(failures) > MAX_FAILURES_SHOWN:
        click.echo(f"  … and {len(failures) - MAX_FAILURES_SHOWN} more: `posterhall status --json` has all", err=True)


def note(text: str) -> None:
    """A word to the user that is not a result."""
    click.echo(text, err=True)


def print_json(value: Any) -> None:
    """One JSON value on a line, in UTF-8 whatever the terminal's encoding."""
    click.echo(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def label(paper: Paper) -> str:
    """Venue and tier in a few characters."""
    where = paper.venue or paper.venue_id
    return printable(", ".join(part for part in (where, tier_name(paper)) if part) or "no venue")


def places(hall: Posterhall, paper: Paper) -> str:
    """Where a paper appeared, and where else its work did."""
    also = "; ".join(label(version.paper) for version in hall.versions(paper.paper_id))
    return f"{label(paper)}; also at {also}" if also else label(paper)


def counted(number: int, one: str, many: str = "") -> str:
    """A number and its noun: ``1 paper``, ``2,610 papers``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def shorten(text: str) -> str:
    """The start of a passage."""
    return text if len(text) <= SHOWN_TEXT else text[:SHOWN_TEXT].rsplit(" ", 1)[0] + " …"


def tie_lists(hall: Posterhall) -> None:
    """Tie reading lists to the papers of theirs that have come, and say so."""
    for list_id, papers in hall.resolve_lists().items():
        note(f"the library has {counted(papers, 'more paper')} of the list {printable(list_id)}")


def printable(text: str) -> str:
    """Without the control characters that could drive a terminal: titles and papers are not ours."""
    return "".join(c if c.isprintable() else " " for c in text)


def filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that choose papers."""
    command = click.option("--topic", help="Only papers on this topic: its id or name.")(command)
    command = click.option("--year", type=int, help="Only papers of this year.")(command)
    command = click.option("--tier", help=TIER_HELP)(command)
    return click.option("--venue", help="Only papers of this venue: its name, its id, or part of its name.")(command)


def filter_of(
    hall: Posterhall, *, venue: str | None, tier: str | None, year: int | None, topic: str | None = None
) -> Filter:
    """The options' filter; a word to the user where it leaves nothing and only workshops have papers of the tier."""
    where = Filter(venue=venue, tier=tier, year=year, topic=topic)
    if tier and not hall.count(where):
        of_workshops = f"{WORKSHOP} {tier.casefold()}"
        if papers := hall.count(replace(where, tier=of_workshops)):
            note(f"these filters leave no paper of tier {tier!r}, but {papers:,} of tier {of_workshops!r}")
    return where


@contextmanager
def progress(after: float = 0.0) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar with the time left, on stderr; lines instead of a bar where it is not a terminal.

    Args:
        after: Seconds that pass before there is one: most of what takes less needs none.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    # A bar that redraws itself would fill a log file; there rich prints the final state alone.
    bar = Progress(*columns, console=console, transient=console.is_terminal)
    tasks: dict[str, Any] = {}
    begin = time.monotonic() + after

    def update(what: str, done: int, total: int) -> None:
        if time.monotonic() < begin:
            return
        if not tasks:
            bar.start()
        # A total of 0 is one that nobody knows yet: the bar pulses.
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=total or None)
        bar.update(tasks[what], completed=done, total=total or None)

    try:
        yield update
    finally:
        if tasks:
            bar.stop()
