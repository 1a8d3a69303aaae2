"""Reading lists: ``list``, and below it what makes, shows, removes and restores whole lists."""

from __future__ import annotations

import click

from commands.importing import import_command, resolve
from commands.listed import head, list_row, print_list, progress, states
from commands.listing import add, edit, move, remove, section
from commands.plan import plan
from commands.suggest import suggest
from commands.terminal import note, print_json, printable
from posterhall import Posterhall

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(name="list", invoke_without_command=True)
@json_option
@click.pass_context
def lists(context: click.Context, as_json: bool) -> None:
    """Keep reading lists. Without a command: list them all.

    A list is named by its id or its name; an entry by its number as `posterhall list show` prints it, or by its paper's
    id. Every change can be undone.
    """
    if context.invoked_subcommand is not None:
        return
    hall: Posterhall = context.obj
    made = hall.reading_lists()
    if as_json:
        print_json([{**head(one), "papers": len(one.entries), "states": states(one)} for one in made])
        return
    for one in made:
        click.echo(f"{len(one.entries):6}  {one.list_id}  {printable(one.name)}{progress(one)}")
    if not made:
        note("no list yet: `posterhall list new NAME` makes one, `posterhall list suggest QUESTION` suggests one")


@lists.command()
@click.argument("name")
@json_option
@click.pass_obj
def show(hall: Posterhall, name: str, as_json: bool) -> None:
    """Show a list with its papers in order."""
    made = hall.reading_list(name)
    shown = hall.list_papers(made)
    if as_json:
        print_json(list_row(made, shown))
        return
    print_list(made, shown)


@lists.command()
@click.argument("name")
@click.option("--description", default="", help="What the list is for, Markdown.")
@click.pass_obj
def new(hall: Posterhall, name: str, description: str) -> None:
    """Make a list without papers."""
    made = hall.make_list(name, description)
    click.echo(f"made {made.list_id}: `posterhall list add {made.list_id} PAPER…` puts papers on it")


@lists.command()
@click.argument("name")
@click.argument("new_name")
@click.pass_obj
def rename(hall: Posterhall, name: str, new_name: str) -> None:
    """Give a list another name; its id stays."""
    made = hall.rename_list(name, new_name)
    click.echo(f"{made.list_id} is called {printable(made.name)}")


@lists.command()
@click.argument("name")
@click.argument("description")
@click.pass_obj
def describe(hall: Posterhall, name: str, description: str) -> None:
    """Say what a list is for, in Markdown; "" says nothing."""
    click.echo(f"{hall.describe_list(name, description).list_id}: described")


@lists.command()
@click.argument("name")
@click.pass_obj
def delete(hall: Posterhall, name: str) -> None:
    """Remove a list; `posterhall list undo` brings it back."""
    made = hall.remove_list(name)
    click.echo(f"removed {made.list_id}; `posterhall list undo {made.list_id}` brings it back")


@lists.command()
@click.argument("name", required=False)
@click.pass_obj
def undo(hall: Posterhall, name: str | None) -> None:
    """Take back the latest change, of a list or of all.

    Again takes back the one before.
    """
    undone = hall.undo_list(name)
    click.echo(f"{undone.list_id}: undone: {printable(undone.what)}")


@lists.command()
@click.argument("name")
@click.pass_obj
def merge(hall: Posterhall, name: str) -> None:
    """Merge versions of one work.

    Notes are joined, tags united; the entry shows the main version.
    """
    made, gone = hall.merge_duplicates(name)
    click.echo(f"{made.list_id}: {gone} merged into others, {len(made.entries)} left")


for command in (add, edit, move, section, remove, suggest, import_command, resolve, plan):
    lists.add_command(command)
