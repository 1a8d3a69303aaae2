"""Versions of a work: ``versions PAPER``, ``versions join`` and ``versions split``."""

from __future__ import annotations

import json
from typing import Any

import click

from commands.terminal import label, note, printable
from library.kinds import tier_name
from library.types import Paper
from posterhall import Posterhall


class _ShowFirst(click.Group):
    """A group whose first word may also be what its command ``show`` takes."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_ShowFirst, subcommand_metavar="PAPER [--json] | join A B | split A B")
def versions() -> None:
    """Show the other versions of a paper: of the same work, at a workshop, a conference or as a preprint.

    A paper is named by its id or its whole title.
    """


@versions.command()
@click.argument("paper")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def show(hall: Posterhall, paper: str, as_json: bool) -> None:
    """Show the other versions of a paper."""
    held = hall.find(paper)
    found = hall.versions(held.paper_id)
    if as_json:
        rows = [{**_row(v.paper), "kind": v.kind, "why": v.why} for v in found]
        click.echo(json.dumps({**_row(held), "versions": rows}, ensure_ascii=False).encode("utf-8", "replace"))
        return
    click.echo(_line(held))
    for version in found:
        why = f"  ({version.why})" if version.why else ""
        click.echo(f"  {version.kind:10}  {_line(version.paper)}{why}")
    if not found:
        note("no other version is known; `posterhall versions join A B` says that two papers are one work")


@versions.command()
@click.argument("first")
@click.argument("second")
@click.pass_obj
def join(hall: Posterhall, first: str, second: str) -> None:
    """Say that two papers are versions of one work."""
    a, b = hall.find(first), hall.find(second)
    hall.join(a.paper_id, b.paper_id)
    click.echo(f"one work: {_line(a)}\n          {_line(b)}")


@versions.command()
@click.argument("first")
@click.argument("second")
@click.pass_obj
def split(hall: Posterhall, first: str, second: str) -> None:
    """Say that two papers are not the same work; nothing links them again but a join."""
    a, b = hall.find(first), hall.find(second)
    hall.split(a.paper_id, b.paper_id)
    click.echo(f"two works: {_line(a)}\n           {_line(b)}")


def _line(paper: Paper) -> str:
    return f"{printable(paper.paper_id)}  {printable(paper.title)}  [{label(paper)}]"


def _row(paper: Paper) -> dict[str, Any]:
    return {
        "paper_id": paper.paper_id,
        "forum_id": paper.forum_id,
        "title": paper.title,
        "venue": paper.venue or paper.venue_id,
        "tier": paper.tier,
        "tier_name": tier_name(paper),
        "year": paper.year,
    }
