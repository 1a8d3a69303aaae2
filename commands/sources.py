"""Following venues: ``venues``, ``add``, ``sync``, ``add-paper``, ``login`` and ``logout``."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from commands.terminal import note, printable, progress, show_failures, tie_lists
from library.errors import UsageError
from posterhall import Posterhall

if TYPE_CHECKING:
    from posterhall import SyncReport, VenueReport

TIERS = ("oral", "spotlight", "poster")

index_option = click.option(
    "--index/--no-index", "with_index", default=True, show_default=True, help="Index at the end."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
wait_option = click.option("--wait", is_flag=True, help="Sleep when a budget is spent, and go on after its reset.")


@click.command()
@click.argument("text", required=False, default="")
@json_option
@click.pass_obj
def venues(hall: Posterhall, text: str, as_json: bool) -> None:
    """List venues that can be added: known ones by words, or OpenReview's below an id (ICML.cc/2024/Workshop)."""
    found = hall.venues(text)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in found], ensure_ascii=False))
        return
    for row in found:
        mark = "*" if row.followed else " "
        where = f"  {row.venue_id}" if row.venue_id and row.venue_id != row.name else ""
        title = f"  {printable(row.title)}" if row.title != row.name else ""
        click.echo(f"{mark} {printable(row.name)}{title}{printable(where)}")
        if text and row.note:
            click.echo(f"    {printable(row.note)}")
    if not found:
        note(f"no venue has {text!r} in its name: try fewer words, or an OpenReview id such as ICML.cc/2024/Workshop")


@click.command()
@click.argument("name")
@click.option("--tier", type=click.Choice(TIERS), help="Fetch the PDFs of these papers alone.")
@click.option("--pdfs/--no-pdfs", default=True, show_default=True, help="Fetch PDFs.")
@wait_option
@index_option
@json_option
@click.pass_obj
def add(hall: Posterhall, name: str, tier: str | None, pdfs: bool, wait: bool, with_index: bool, as_json: bool) -> None:
    """Follow a venue: a name that `venues` lists (icml-2024-orals has a tier in it), or an OpenReview id.

    All accepted papers are taken in; a tier says whose PDFs are fetched.
    """
    with progress() as on_progress:
        report = hall.add(name, tier=tier, pdfs=pdfs, wait=wait, on_progress=on_progress)
        index = _indexed(hall, with_index, on_progress)
    _show(hall, report, index, as_json)


@click.command()
@click.argument("venue", required=False)
@wait_option
@index_option
@json_option
@click.pass_obj
def sync(hall: Posterhall, venue: str | None, wait: bool, with_index: bool, as_json: bool) -> None:
    """Bring the followed venues, or one of them, up to date.

    When a service's budget for this hour is spent, all else is done, what is left is said on stderr, and the exit code
    is 0: run it again later, or use --wait.
    """
    with progress() as on_progress:
        report = hall.sync(venue, wait=wait, on_progress=on_progress)
        index = _indexed(hall, with_index, on_progress)
    _show(hall, report, index, as_json)


@click.command("add-paper")
@click.argument("paper")
@index_option
@json_option
@click.pass_obj
def add_paper(hall: Posterhall, paper: str, with_index: bool, as_json: bool) -> None:
    """Take in one paper: an OpenReview forum's address or id, a page of proceedings.mlr.press, or a PDF's path."""
    with progress() as on_progress:
        added, report = hall.add_paper(paper, on_progress=on_progress)
        _indexed(hall, with_index, on_progress)
    if as_json:
        click.echo(json.dumps({"paper_id": added.paper_id, "title": added.title, "venue": added.venue}))
    else:
        click.echo(f"{added.paper_id}  {printable(added.title)}")
    _attend(hall, report)


@click.command()
@index_option
@json_option
@click.pass_obj
def retry(hall: Posterhall, with_index: bool, as_json: bool) -> None:
    """Try once more what failed: PDFs that did not come or could not be read, and pages that were lost."""
    with progress() as on_progress:
        report = hall.retry(on_progress=on_progress)
        index = _indexed(hall, with_index and report.mended > 0, on_progress)
    if as_json:
        click.echo(json.dumps({**asdict(report), "index": index}, ensure_ascii=False))
    else:
        click.echo(f"{report.tried} tried again, {report.mended} mended")
    if report.left:
        show_failures(hall)
        raise SystemExit(1)


@click.command()
@click.pass_obj
def login(hall: Posterhall) -> None:
    """Log in to OpenReview, which shows venues' papers to nobody else. The password is asked for and not kept."""
    username = os.environ.get("OPENREVIEW_USERNAME") or _asked("OpenReview e-mail or profile id")
    password = os.environ.get("OPENREVIEW_PASSWORD") or _asked("Password", hidden=True)
    interactive = sys.stdin.isatty()
    kept = hall.login(username, password, (lambda kind: _asked(f"Code ({kind})")) if interactive else None)
    note(f"logged in as {printable(username)}; the token is in {kept}, `posterhall logout` removes it")


@click.command()
@click.pass_obj
def logout(hall: Posterhall) -> None:
    """Forget the login to OpenReview."""
    name = hall.logout()
    note(f"{printable(name)} is logged out" if name else "nobody was logged in")


def _asked(what: str, *, hidden: bool = False) -> str:
    """Ask on the terminal; without one, a line of standard input."""
    if sys.stdin.isatty():
        return str(click.prompt(what, hide_input=hidden, err=True))
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise UsageError(f"{what} is missing: run this in a terminal, or give it as a line of standard input")
    return line


def _indexed(hall: Posterhall, wanted: bool, on_progress: Any) -> dict[str, Any] | None:
    return asdict(hall.index(on_progress=on_progress)) if wanted else None


def _show(hall: Posterhall, report: SyncReport, index: dict[str, Any] | None, as_json: bool) -> None:
    """Print what a run did; what needs the user's attention goes to stderr."""
    if as_json:
        click.echo(json.dumps({**asdict(report), "index": index}, ensure_ascii=False))
    else:
        for venue in report.venues:
            click.echo(_line(venue))
        click.echo(f"PDFs read: {report.pdfs_read}; new passages: {report.passages}")
    if index is None and (report.passages or report.pdfs_read):
        note("run `posterhall index` to make the changes searchable")
    _attend(hall, report)


def _attend(hall: Posterhall, report: SyncReport) -> None:
    """Say on stderr what needs the user's attention; exit code 1 when something failed."""
    for text in (*report.notes, *(n for v in report.venues for n in v.notes), *report.problems):
        note(printable(text))
    if report.until:
        note(f"{report.budget}; {report.pdfs_left} PDFs are left: run `posterhall sync` then, or now with --wait")
    tie_lists(hall)
    if report.problems or report.unreadable or any(v.pdfs_failed for v in report.venues):
        show_failures(hall, since=report.started)
        raise SystemExit(1)


def _line(venue: VenueReport) -> str:
    tiers = ", ".join(f"{count:,} {tier}" for tier, count in venue.tiers.items() if tier != "none")
    parts = [f"{venue.accepted:,} accepted{f' ({tiers})' if tiers else ''}"]
    parts.append(f"{venue.added:,} added, {venue.changed:,} changed")
    if venue.withdrawn:
        parts.append(f"{venue.withdrawn:,} withdrawn")
    if venue.conflicting:
        parts.append(f"sources disagree on {venue.conflicting:,}")
    parts.append(f"{venue.pdfs_fetched:,} PDFs fetched{f', {venue.pdfs_left:,} left' if venue.pdfs_left else ''}")
    return f"{printable(venue.title)}: {'; '.join(parts)}"
