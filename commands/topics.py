"""Browsing by topic: ``topics``, and below it ``show``, what the user says of papers, and topics of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from commands.terminal import counted, note, places, print_json, printable, shorten
from library.errors import UsageError
from library.text import fold
from posterhall import Posterhall

if TYPE_CHECKING:
    from posterhall import Offered, Reason

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(invoke_without_command=True)
@json_option
@click.pass_context
def topics(context: click.Context, as_json: bool) -> None:
    """Browse papers by topic. Without a command: list the topics and how many papers are on each.

    Topics of your own are added with `topics add`, or stand in topics.toml in the data folder.
    """
    if context.invoked_subcommand is not None:
        return
    hall: Posterhall = context.obj
    rows = hall.topics()
    _warn_if_stale(hall)
    if as_json:
        fields = [(r.topic.topic_id, r.topic.name, r.count, list(r.topic.sources), r.topic.own) for r in rows]
        print_json([dict(zip(("id", "name", "count", "sources", "own"), row, strict=True)) for row in fields])
        return
    for row in rows:
        click.echo(f"{row.count:6}  {row.topic.topic_id}  {printable(row.topic.name)}{'  (yours)' * row.topic.own}")
    click.echo(f"{hall.count_unsorted():6}  on no topic: `posterhall topics unsorted`")


@topics.command()
@click.argument("name")
@json_option
@click.pass_obj
def show(hall: Posterhall, name: str, as_json: bool) -> None:
    """List the papers on a topic, each with the sentence that best says so.

    A paper that you accepted, or that is a seed of the topic with too low a score of its own, says so under its title.
    """
    found = hall.topic(name)
    _warn_if_stale(hall)
    if as_json:
        print_json(found.as_dict())
        return
    click.echo(f"{printable(found.topic.name)}: {counted(len(found.members), 'paper')}")
    for member in found.members:
        mark = "+" if member.verdict else " "
        click.echo(f"{mark} {member.score:.2f}  {printable(member.paper.title)}  [{places(hall, member.paper)}]")
        click.echo(f"        {member.paper.paper_id}{f'  ({member.standing})' if member.standing else ''}")
        if member.reason:
            click.echo(f"        “{printable(shorten(member.reason.text))}” ({_place(member.reason)})")
    if found.rejected:
        note(f"{len(found.rejected)} rejected by you: {', '.join(m.paper.paper_id for m in found.rejected)}")


def _verdict(name: str, verdict: str | None, help_text: str, done: str) -> click.Command:
    def say(hall: Posterhall, topic: str, paper: str) -> None:
        said = hall.verdict(topic, paper, verdict)
        click.echo(f"{printable(said.paper.title)}: {done}")
        if said.moved:
            note(f"{printable(said.topic.name)}: {said.moved}")

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
        print_json({"count": len(rows), "papers": rows})
        return
    for paper in papers:
        click.echo(f"{paper.paper_id}  {printable(paper.title)}  [{places(hall, paper)}]")
    note(f"{counted(len(papers), 'paper is', 'papers are')} on no topic")


@topics.command()
@json_option
@click.pass_obj
def suggest(hall: Posterhall, as_json: bool) -> None:
    """List subjects that the topics miss: groups of papers that few topics have, as topics that could be."""
    found = hall.topic_offers()
    _warn_if_stale(hall)
    if as_json:
        print_json([each.as_dict() for each in found])
        return
    for each in found:
        offer = each.offer
        click.echo(f"{printable(offer.name)}: {offer.unplaced} of {counted(offer.papers, 'paper')} on no topic")
        click.echo(f"    {printable(', '.join(offer.terms))}")
        for paper in each.examples:
            click.echo(f"    - {printable(paper.title)}")
    if found:
        note('`posterhall topics add NAME --from-cluster "WHAT STANDS BEFORE THE COLON"` makes one a topic')
    else:
        note("the topics miss no group of papers")


@topics.command()
@click.argument("name")
@click.option("--description", help="What a paper on it does, in a sentence or two.")
@click.option("--synonym", "synonyms", multiple=True, help="A word or phrase that names it; may come again.")
@click.option("--seed", "seeds", multiple=True, help="The id of a paper that is on it, or its forum's; may come again.")
@click.option("--from-cluster", "cluster", help="A group that `topics suggest` lists: it fills in what is not given.")
@click.pass_obj
def add(
    hall: Posterhall,
    name: str,
    description: str | None,
    synonyms: tuple[str, ...],
    seeds: tuple[str, ...],
    cluster: str | None,
) -> None:
    """Keep a topic of your own; papers are placed on it at once."""
    # A group that was made a topic is offered no more: that the name is taken says more than that it is gone.
    hall.check_topic(name)
    if cluster is not None:
        offer = _offer(hall.topic_offers(), cluster).offer
        description, synonyms = description or offer.description, synonyms or offer.synonyms
        seeds = seeds or offer.seeds
    if not description:
        raise UsageError("say what a paper on the topic does with --description, or name a group with --from-cluster")
    topic = hall.add_topic(name, description, synonyms=synonyms, seeds=seeds)
    found = hall.topic(topic.topic_id)
    papers = counted(len(found.members), "paper")
    click.echo(f"{printable(topic.name)}: {papers}, see `posterhall topics show {topic.topic_id}`")
    if before := sum(m.verdict is not None for m in (*found.members, *found.rejected)):
        note(f"{counted(before, 'verdict')} on an earlier topic {topic.topic_id} count for it, too")


@topics.command()
@click.argument("name")
@click.pass_obj
def remove(hall: Posterhall, name: str) -> None:
    """Forget a topic of your own that `topics add` or the app keeps, and your verdicts on it."""
    gone = hall.remove_topic(name)
    verdicts = counted(gone.verdicts, "verdict")
    if gone.back:
        stay = f"; it keeps your {verdicts}" if gone.verdicts else ""
        told = f"removed; {printable(gone.back.name)}, whose place it had, is back{stay}"
    else:
        told = f"removed, with {verdicts} on it" if gone.verdicts else "removed"
    click.echo(f"{printable(gone.topic.name)}: {told}")


def _offer(found: list[Offered], name: str) -> Offered:
    for each in found:
        if fold(each.offer.name) == fold(name):
            return each
    names = "; ".join(each.offer.name for each in found) or "none"
    raise UsageError(f"no group called {shorten(name)!r} is offered: `posterhall topics suggest` lists them ({names})")


def _place(reason: Reason) -> str:
    section = printable(reason.section)
    return f"{section}, p. {reason.page}" if reason.page else section


def _warn_if_stale(hall: Posterhall) -> None:
    if hall.searcher.stale:
        note("the library has changed since it was indexed: run `posterhall index`")
