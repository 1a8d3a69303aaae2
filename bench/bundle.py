"""Bundles: how large they are, and how long writing, opening and merging one takes.

    python -m bench bundle --data DIR

DIR is a library with an index. Its bundle goes to a temporary folder; so does everything that is unpacked.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import posterhall

RUNS = 3


def timed(make: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    made = make()
    return made, time.perf_counter() - started


def size(folder: Path, *without: str) -> float:
    files = [f for f in folder.rglob("*") if f.is_file() and not {*without} & {*f.relative_to(folder).parts}]
    return sum(f.stat().st_size for f in files) / 1e6


def told(what: str, seconds: list[float], more: str = "") -> None:
    click.echo(f"{what:34} {statistics.median(seconds):6.2f} s  ({min(seconds):.2f} to {max(seconds):.2f}) {more}")


@click.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True)
def main(data: Path) -> None:
    """Write, open and merge a library's bundle, three times each."""
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        os.environ["POSTERHALL_CACHE"] = str(folder / "cache")
        bundle = folder / "library.posterhall"
        hall = posterhall.open(data)
        found = hall.status()
        click.echo(f"{found.papers:,} papers, {found.documents:,} PDFs, {found.passages:,} passages")
        told("bundle", [timed(lambda: hall.bundle(bundle))[1] for _ in range(RUNS)])
        hall.close()
        small, whole = bundle.stat().st_size / 1e6, size(data)
        bare = size(data, "pdf", "encoders")
        click.echo(
            f"{'':34} {small:6.1f} MB of {whole:.1f} MB ({small / whole:.0%}), of {bare:.1f} MB without PDFs and the "
            f"compiled model ({small / bare:.0%})"
        )
        told("compile the model, once", [timed(lambda: compiled(folder / "cache" / "encoders"))[1]])
        first, again, asked = [], [], []
        for n in range(RUNS):
            os.environ["POSTERHALL_CACHE"] = str(folder / f"cache-{n}")
            (folder / f"cache-{n}").mkdir()
            (folder / f"cache-{n}" / "encoders").symlink_to(folder / "cache" / "encoders")
            opened, seconds = timed(lambda: posterhall.open(bundle))
            first.append(seconds)
            asked.append(timed(partial(opened.ask, "How is the key-value cache compressed?"))[1])
            opened.close()
            opened, seconds = timed(lambda: posterhall.open(bundle))
            again.append(seconds)
            opened.close()
        told("open, the first time", first)
        told("open, later", again)
        told("the first question then", asked)
        merged, known, indexed = [], [], []
        for n in range(RUNS):
            mine = posterhall.open(folder / f"mine-{n}")
            report, seconds = timed(partial(mine.merge_bundle, bundle))
            merged.append(seconds)
            (folder / f"mine-{n}" / "index").mkdir()
            (folder / f"mine-{n}" / "index" / "encoders").symlink_to(folder / "cache" / "encoders")
            built, seconds = timed(mine.index)
            indexed.append(seconds)
            assert (report.papers_added, built.embedded) == (found.papers, 0)
            report, seconds = timed(partial(mine.merge_bundle, bundle))
            known.append(seconds)
            assert (report.papers_added, report.passages) == (0, 0)
            mine.close()
        told("merge into an empty library", merged)
        told("then index", indexed, "0 passages embedded")
        told("merge the same again", known)


def compiled(folder: Path) -> None:
    from index.compile import ready_encoder

    folder.mkdir(parents=True)
    ready_encoder(folder, None)


if __name__ == "__main__":
    main()
