"""The map as a file: ``map``."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
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
    write_whole(out, hall.map_page(colour))
    note(f"{counted(len(points), 'paper')} on the map in {out}: open it in a browser")
    if hall.searcher.stale:
        note("the library has changed since it was indexed: run `posterhall index`")


def write_whole(path: Path, text: str) -> None:
    """Write a file as a whole or leave what was there.

    Raises:
        InputError: It cannot be written.
    """
    part: str | None = None
    if path.exists() and not path.is_file():
        raise InputError(f"cannot write {path}: it is no ordinary file: name another file with --out")
    path = path.resolve()  # a symlink stays
    try:
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp's file is its owner's alone; give it what any new file has.
        umask = os.umask(0)
        os.umask(umask)
        Path(part).chmod(0o666 & ~umask)
        Path(part).replace(path)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}: name another file with --out") from error
    finally:
        if part:
            with suppress(FileNotFoundError):
                Path(part).unlink()
