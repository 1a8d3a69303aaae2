"""The terminal front door. Exit codes: 0 done, 1 failed, 2 wrong usage; errors go to stderr."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

import posterhall
from commands.cite import cite_command
from commands.export import export_command
from commands.lineage import versions
from commands.lists import lists
from commands.map import map_command
from commands.sharing import PATIENCE, bundle_command, open_command
from commands.sources import add, add_paper, login, logout, retry, sync, venues
from commands.terminal import (
    filter_of,
    filters,
    note,
    places,
    print_json,
    printable,
    progress,
    shorten,
    show_failures,
    tie_lists,
)
from commands.topics import topics
from library.errors import PosterhallError, UsageError
from library.types import Filter
from posterhall import MODES, Posterhall, Progress

if TYPE_CHECKING:
    from ask.answer import Answer

BATCH = click.File(encoding="utf-8-sig", errors="surrogateescape")
"""A byte that is no UTF-8 spoils its row, not the file."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "POSTERHALL"})
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("data"),
    show_default=True,
    show_envvar=True,
    help="The folder that holds the library, its index and its PDFs; or a bundle, which is only read.",
)
@click.version_option(posterhall.__version__, prog_name="posterhall")
@click.pass_context
def cli(context: click.Context, data: Path) -> None:
    """Browse, search and question the accepted papers of the venues you follow."""
    if data.is_file():
        with progress(PATIENCE) as on_progress:
            context.obj = posterhall.open(data, on_progress=on_progress)
    else:
        context.obj = posterhall.open(data)


for command in (
    *(venues, add, sync, add_paper, retry, login, logout),
    *(topics, map_command, versions, lists, cite_command, export_command, bundle_command, open_command),
):
    cli.add_command(command)


@cli.group()
def ingest() -> None:
    """Take in papers."""


@ingest.command("files")
@click.option("--metadata", type=click.Path(path_type=Path), help="Papers as JSON Lines, or BibTeX (.bib).")
@click.option("--pdfs", type=click.Path(path_type=Path), help="A folder of their PDFs, or of PDFs alone.")
@click.option("--venue", help="Name the venue of every paper.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def ingest_files(hall: Posterhall, metadata: Path | None, pdfs: Path | None, venue: str | None, as_json: bool) -> None:
    """Take in papers and PDFs from files. A second run with the same files changes nothing."""
    with progress() as on_progress:
        report = hall.ingest_files(metadata, pdfs, venue=venue, on_progress=on_progress)
    if as_json:
        print_json(asdict(report))
    else:
        click.echo(
            f"papers: {report.papers_added} added, {report.papers_changed} changed, "
            f"{report.papers_unchanged} unchanged\n"
            f"PDFs: {report.pdfs_read} read ({report.pages} pages), {report.pdfs_unchanged} unchanged\n"
            f"passages: {report.passages} new"
        )
    if report.pdfs_unclaimed:
        note(
            f"{report.pdfs_unclaimed} PDFs in {pdfs} belong to no row of {metadata}; "
            "ingest the folder alone to take them in"
        )
    if report.changed:
        note("run `posterhall index` to make the changes searchable")
    tie_lists(hall)
    if report.failed:
        show_failures(hall)
        raise SystemExit(1)


@cli.command()
@click.option("--full", is_flag=True, help="Build the index anew instead of bringing it up to date.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.pass_obj
def index(hall: Posterhall, full: bool, as_json: bool) -> None:
    """Bring the index up to the library."""
    with progress() as on_progress:
        report = hall.index(full=full, on_progress=on_progress)
        if report.changed:
            place_papers(hall, on_progress)
    if as_json:
        print_json(asdict(report))
    elif not report.changed:
        click.echo(f"nothing to do: {report.total} passages are indexed")
    else:
        click.echo(
            f"{report.total} passages indexed: {report.added} added, {report.removed} removed, "
            f"{report.embedded} embedded, in {report.seconds:.1f} s"
        )
    if report.encoder_note:
        note(report.encoder_note)


@cli.command()
@click.argument("query", required=False)
@click.option("--batch", type=BATCH, help='Many queries: JSON Lines of {"qid", "text"}, - for stdin.')
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="The most papers.")
@click.option("--mode", type=click.Choice(MODES), default="hybrid", show_default=True, help="Which lists to rank by.")
@filters
@click.option("--json", "as_json", is_flag=True, help="Print JSON (one object; with --batch one a line).")
@click.pass_obj
def search(
    hall: Posterhall,
    query: str | None,
    batch: IO[str] | None,
    limit: int,
    mode: str,
    venue: str | None,
    tier: str | None,
    year: int | None,
    topic: str | None,
    as_json: bool,
) -> None:
    """Find papers by words or by a question."""
    where = filter_of(hall, venue=venue, tier=tier, year=year, topic=topic)

    def run(text: str) -> dict[str, Any]:
        return hall.search(text, limit=limit, mode=mode, where=where).as_dict()

    if batch is not None:
        run_batch(hall, where, batch, query, run)
        return
    results = hall.search(one(query), limit=limit, mode=mode, where=where)
    warn_if_stale(hall)
    if as_json:
        print_json(results.as_dict())
        return
    if not results.hits:
        note("nothing found: try other words, or drop a filter")
    for hit in results.hits:
        click.echo(f"{hit.rank:3}. {printable(hit.paper.title)}  [{places(hall, hit.paper)}]")
        for match in hit.matches[:1]:
            place = f"p. {match.passage.page}, " if match.passage.page else ""
            click.echo(f"     {place}{printable(match.passage.section)}: {printable(shorten(match.passage.text))}")


@cli.command()
@click.argument("question", required=False)
@click.option("--batch", type=BATCH, help='Many questions: JSON Lines of {"qid", "text"}, - for stdin.')
@filters
@click.option("--json", "as_json", is_flag=True, help="Print JSON (one object; with --batch one a line).")
@click.pass_obj
def ask(
    hall: Posterhall,
    question: str | None,
    batch: IO[str] | None,
    venue: str | None,
    tier: str | None,
    year: int | None,
    topic: str | None,
    as_json: bool,
) -> None:
    """Answer a question with verified quotes, or say that nothing here answers it."""
    where = filter_of(hall, venue=venue, tier=tier, year=year, topic=topic)
    if batch is not None:
        run_batch(hall, where, batch, question, lambda text: hall.ask(text, where=where).as_dict())
        return
    answer = hall.ask(one(question), where=where)
    warn_if_stale(hall)
    if as_json:
        print_json(answer.as_dict())
    else:
        print_answer(answer)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def status(hall: Posterhall, as_json: bool) -> None:
    """Show what the library and its index hold, and what failed."""
    found = hall.status()
    if as_json:
        print_json(asdict(found))
        return
    click.echo(
        f"{found.data}: {found.papers} papers, {found.documents} PDFs ({found.pages} pages), {found.passages} passages"
    )
    for venue, count in found.venues:
        click.echo(f"  {count:6}  {printable(venue)}")
    if found.index:
        behind = ", behind the library: run `posterhall index`" if found.index["stale"] else ""
        click.echo(f"index: {found.index['passages']} passages{behind}")
    else:
        click.echo(f"index: {found.index_problem}")
    if found.warnings:
        click.echo(f"{len(found.warnings)} PDFs may not be their papers':", err=True)
        for doubt in found.warnings:
            click.echo(f"  {doubt.paper_id}  {printable(doubt.title)}: {printable(doubt.warning)}", err=True)
    if found.failures:
        show_failures(hall)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8501, show_default=True, help="0 takes any free one.")
@click.option(
    "--starter/--no-starter", default=True, show_default=True, help="Fill an empty library with the starter papers."
)
@click.pass_obj
def app(hall: Posterhall, port: int, starter: bool) -> None:
    """Serve the app to this machine's browser."""
    if starter and not hall.exists:
        note("no library yet: building the starter library, which takes about half a minute")
        with progress() as on_progress:
            hall.start(on_progress)
            place_papers(hall, on_progress)
    hall.close()
    from views.serve import serve

    raise SystemExit(serve(hall.data, port))


def place_papers(hall: Posterhall, on_progress: Progress) -> None:
    """Place the papers on topics; what keeps them off is told, and is no failure of the index."""
    try:
        hall.place_papers(on_progress)
    except PosterhallError as error:
        note(str(error))


def one(text: str | None) -> str:
    """The single query of a command that was not given a batch."""
    if text is None or not text.strip():
        raise UsageError("what to look for is missing: give it as one quoted argument, or a file with --batch")
    return text


def run_batch(
    hall: Posterhall, where: Filter, lines: IO[str], single: str | None, run: Callable[[str], dict[str, Any]]
) -> None:
    """Answer a file of queries, one JSON object a line; a bad line is told on stderr and the rest goes on."""
    if single is not None:
        raise UsageError("give one query or --batch, not both")
    hall.count(where)  # an unknown venue or topic is wrong for all rows
    warn_if_stale(hall)
    bad = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            qid, text = read_query(line)
            result = run(text)
        except UsageError as error:
            click.echo(f"error: {lines.name}:{number}: {error}", err=True)
            bad += 1
            continue
        print_json({"qid": qid, **result})
    if bad:
        raise SystemExit(1)


def read_query(line: str) -> tuple[Any, str]:
    """The id and the text of a batch's row.

    Raises:
        UsageError: It is not such a row.
    """
    try:
        row = json.loads(line)
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UsageError("not UTF-8 text") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not JSON ({error})") from None
    text = (row.get("text") or row.get("question")) if isinstance(row, dict) else None
    if not isinstance(text, str) or "qid" not in row:
        raise UsageError('needs "qid" and "text"')
    return row["qid"], text


def print_answer(answer: Answer) -> None:
    """An answer for reading: each paper's quotes under its title, with section and page."""
    if not answer.answered:
        click.echo(answer.text)
        return
    title = None
    for citation in answer.citations:
        if citation.title != title:
            title = citation.title
            click.echo(f"\n{printable(title)}")
        place = f"{citation.section}, p. {citation.page}" if citation.page else citation.section
        click.echo(f"  [{citation.n}] “{printable(citation.quote)}”\n      {printable(place)}")


def warn_if_stale(hall: Posterhall) -> None:
    """Say when the index does not know the library's last changes."""
    if hall.searcher.stale:
        note("the library has changed since it was indexed: run `posterhall index`")


def main() -> None:
    """Run the command line and turn what went wrong into a line on stderr and an exit code."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter shows a question mark.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        raise SystemExit(stop.exit_code) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except UsageError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(2) from None
    except PosterhallError as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(1) from None
    except click.Abort:
        click.echo("stopped; what was done is kept", err=True)
        raise SystemExit(1) from None
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        if error.filename is not None:
            raise
        # Only a stream has no name. What it still holds must not fail once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        click.echo(f"error: cannot write to standard output: {error.strerror or error}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
