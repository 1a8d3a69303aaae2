"""The map as a file: ``map``."""

from __future__ import annotations

from pathlib import Path

import click

from commands.terminal import counted, note
from library.errors import InputError
from posterhall import MAP_COLOURS, Posterhall


@click.command("map")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("map.html"),
    show_default=True,
    help="The file to write.",
)
@click.option(
    "--colour", type=click.Choice(MAP_COLOURS), default=MAP_COLOURS[0], show_default=True, help="Coloured at first."
)
@click.option("--anew", is_flag=True, help="Lay the map out again, starting from where the papers stand.")
@click.pass_obj
def map_command(hall: Posterhall, out: Path, colour: str, anew: bool) -> None:
    """Draw all papers as a map: one HTML file that works by itself, with search, hover and a legend."""
    if not out.parent.is_dir():
        raise InputError(
            f"there is no folder {out.parent} to write {out.name} into: make it, or name another with --out"
        )
    points = hall.map(anew=anew)
    hall.write_map(out, colour)
    note(f"{counted(len(points), 'paper')} on the map in {out}: open it in a browser")
    if hall.searcher.stale:
        note("the library has changed since it was indexed: run `posterhall index`")
