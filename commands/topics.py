"""Browsing by topic: ``topics``, and below it ``show``, ``accept``, ``reject``, ``forget`` and ``unsorted``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from commands.terminal import label, note, printable, shorten
from posterhall import Posterhall

if TYPE_CHECKING:
    from posterhall import Reason

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def topics(context: click.Context, as_json: bool) -> None:
    """Browse papers by topic. Without a command: list the topics and how many papers are on each.

    Topics of your own stand in topics.toml in the data folder.
    """
    if context.invoked_subcommand is not None:
        return
    hall: Posterhall = context.obj
    rows = hall.topics()
    _warn_if_stale(hall)
    if as_json:
        fields = [(r.topic.topic_id, r.topic.name, r.count, list(r.topic.sources), r.topic.own) for r in rows]
        _print([dict(zip(("id", "name", "count", "sources", "own"), row, strict=True)) for row in fields])
        return
    for row in rows:
        click.echo(f"{row.count:6}  {row.topic.topic_id}  {printable(row.topic.name)}{'  (yours)' * row.topic.own}")
    click.echo(f"{hall.count_unsorted():6}  on no topic: `posterhall topics unsorted`")


@topics.command()
@click.argument("name")
@json_option
@click.pass_obj
def show(hall: Posterhall, name: str, as_json: bool) -> None:
    """List the papers on a topic, each with the sentence that put it there."""
    found = hall.topic(name)
    _warn_if_stale(hall)
    if as_json:
        _print(found.as_dict())
        return
    click.echo(f"{printable(found.topic.name)}: {len(found.members)} papers")
    for member in found.members:
        mark = "+" if member.verdict else " "
        click.echo(f"{mark} {member.score:.2f}  {printable(member.paper.title)}  [{label(member.paper)}]")
        click.echo(f"        {member.paper.paper_id}")
        if member.reason:
            click.echo(f"        “{printable(shorten(member.reason.text))}” ({_place(member.reason)})")
    if found.rejected:
        note(f"{len(found.rejected)} rejected by you: {', '.join(m.paper.paper_id for m in found.rejected)}")


def _verdict(name: str, verdict: str | None, help_text: str, done: str) -> click.Command:
    def say(hall: Posterhall, topic: str, paper: str) -> None:
        click.echo(f"{printable(hall.verdict(topic, paper, verdict).title)}: {done}")

    command: Callable[..., Any] = click.pass_obj(say)
    command = click.argument("paper")(command)
    command = click.argument("topic")(command)
    return click.command(name, help=help_text)(command)


topics.add_command(
    _verdict("accept", "accept", "Say that a paper (its id, or its forum's) is on a topic.", "accepted, and stays")
)
topics.add_command(
    _verdict(
        "reject", "reject", "Say that a paper (its id, or its forum's) is not on a topic.", "rejected, and stays off"
    )
)
topics.add_command(_verdict("forget", None, "Take back what was said of a paper on a topic.", "the rule decides again"))


@topics.command()
@json_option
@click.pass_obj
def unsorted(hall: Posterhall, as_json: bool) -> None:
    """List the papers that are on no topic."""
    papers = hall.unsorted()
    _warn_if_stale(hall)
    if as_json:
        rows = [{"paper_id": p.paper_id, "forum_id": p.forum_id, "title": p.title} for p in papers]
        _print({"count": len(rows), "papers": rows})
        return
    for paper in papers:
        click.echo(f"{paper.paper_id}  {printable(paper.title)}  [{label(paper)}]")
    note(f"{len(papers)} papers are on no topic")


def _place(reason: Reason) -> str:
    section = printable(reason.section)
    return f"{section}, p. {reason.page}" if reason.page else section


def _print(value: Any) -> None:
    """JSON on a line, in UTF-8 whatever the terminal's encoding."""
    click.echo(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _warn_if_stale(hall: Posterhall) -> None:
    if hall.searcher.stale:
        note("the library has changed since it was indexed: run `posterhall index`")
