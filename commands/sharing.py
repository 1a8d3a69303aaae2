"""Bundles: ``bundle`` writes one, ``open`` reads one."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import posterhall
from commands.terminal import counted, note, print_json, printable, progress
from library.errors import UsageError
from posterhall import Posterhall

if TYPE_CHECKING:
    from posterhall import MergeReport

PATIENCE = 2.0
"""Seconds without a progress bar."""


@click.command("bundle")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print what is in it as JSON.")
@click.pass_obj
def bundle_command(hall: Posterhall, out: Path, as_json: bool) -> None:
    """Write the library, its index and its lists to one file, to be opened anywhere.

    With it go your reading lists with their notes, your own topics, and what you said of papers: verdicts on topics,
    versions joined and split. PDFs stay, and so do followed venues, logins, failures, and how lists were before.
    """
    with progress(PATIENCE) as on_progress:
        made = hall.bundle(out, on_progress=on_progress)
    if as_json:
        print_json(asdict(made))
        return
    click.echo(f"{out}: {_held(made.counts)}, {out.stat().st_size / 1e6:.1f} MB")


@click.command("open")
@click.argument("bundle", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="Make a data folder of your own of it.")
@click.option("--merge", is_flag=True, help="Take it into the library in --into, or else in --data.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@click.pass_obj
def open_command(hall: Posterhall, bundle: Path, into: Path | None, merge: bool, as_json: bool) -> None:
    """Check a bundle byte by byte, then open it for reading, unpack it, or take it into a library.

    A bundle can also be asked directly: posterhall --data BUNDLE ask "…". It is only read then.
    """
    if not bundle.is_file():
        raise UsageError(f"there is no bundle {bundle}: check the path")
    if merge:
        target = posterhall.open(into) if into else hall
        with progress(PATIENCE) as on_progress:
            report = target.merge_bundle(bundle, on_progress=on_progress)
        target.close()
        if as_json:
            print_json(asdict(report))
        else:
            _tell(report)
        if report.passages:
            note("run `posterhall index` to make the changes searchable")
        return
    with progress(PATIENCE) as on_progress:
        if into:
            posterhall.unpack(bundle, into, on_progress=on_progress)
        opened = posterhall.open(into or bundle, on_progress=on_progress)
    found = opened.status()
    lists = len(opened.library.lists.all())
    where = str(into or bundle)
    if as_json:
        print_json({"data": str(opened.data), "papers": found.papers, "passages": found.passages, "lists": lists})
    else:
        click.echo(f"{where}: {_held({'papers': found.papers, 'passages': found.passages, 'lists': lists})}")
        note(f'ask it with `posterhall --data {shlex.quote(where)} ask "…"`')
    opened.close()


def _held(counts: Any) -> str:
    names = ("paper", "document", "passage", "topic", "verdict", "list")
    return ", ".join(counted(counts[f"{name}s"], name) for name in names if counts.get(f"{name}s"))


def _tell(report: MergeReport) -> None:
    click.echo(
        f"papers: {report.papers_added:,} added, {report.papers_filled:,} completed, {report.papers_known:,} known\n"
        f"taken with them: {report.documents:,} documents, {report.passages:,} passages, {report.vectors:,} vectors\n"
        f"yours and theirs: {len(report.lists):,} lists, {report.topics:,} topics, {report.verdicts:,} verdicts and "
        f"{report.decisions:,} decisions on versions added"
    )
    for new, name in report.lists_renamed.items():
        click.echo(f"  the list {printable(name)} is another one here: theirs is {printable(new)}")
    for name, new in report.topics_renamed.items():
        click.echo(f"  the topic {printable(name)} is another one here: theirs is {printable(new)}")
    if report.verdicts_kept:
        click.echo(f"  {report.verdicts_kept:,} papers are judged otherwise here, which stays")
